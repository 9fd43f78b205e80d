"""A form counts as this site's own by what the browser says of where it came from."""

import pytest
from django.test import RequestFactory

from listings.web.form_token import FormRefused, check_form, make_token

HERE = "http://testserver"
THERE = "https://evil.example"


@pytest.mark.parametrize(
    ("site", "origin", "taken"),
    [
        ("same-origin", None, True),
        ("same-origin", HERE, True),
        ("same-site", HERE, False),
        ("cross-site", "null", False),
        ("none", None, True),
        ("none", "null", True),
        ("none", THERE, False),
        (None, None, True),
        (None, "null", True),
        (None, HERE, True),
        (None, THERE, False),
        (None, "https://testserver", False),
        (None, "http://testserver:8000", False),
    ],
)
def test_where_a_form_came_from(site: str | None, origin: str | None, taken: bool) -> None:
    said = {"Sec-Fetch-Site": site, "Origin": origin}
    headers = {name: value for name, value in said.items() if value is not None}
    request = RequestFactory().post("/search/", {"token": make_token("search")}, headers=headers)
    if taken:
        check_form(request, "search")
    else:
        with pytest.raises(FormRefused, match="another site"):
            check_form(request, "search")
