"""axe-core finds nothing on any kind of page: narrow and wide, light, dark, forced colours."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from listings.models import Listing
from tests.browser.conftest import Open

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LOOKS = [
    {"color_scheme": "light"},
    {"color_scheme": "dark"},
    {"forced_colors": "active"},
]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]


def ask_for(page: Page, place: str) -> None:
    page.get_by_label("Where?").fill(place)
    page.get_by_role("button", name="Find help").click()


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("look", LOOKS, ids=["light", "dark", "forced"])
def test_it_works(open_page: Open, look: dict[str, str], width: int) -> None:
    """Every kind of page in one go: a page costs a quarter of a second, a new site a whole one."""
    page = open_page("/", viewport={"width": width, "height": 900}, **look)
    listings = [listing.get_absolute_url() for listing in Listing.objects.all()]
    paths = [
        "/", "/find/", "/find/hartford-ct/?type=detox&payment=medicaid&known=payment",
        "/find/hartford-ct/?type=detox&payment=free&within=5", "/about/", "/privacy/", "/sources/",
        "/how-we-order/", "/nowhere/", listings[0], listings[-1], listings[-2], listings[-3],
    ]  # fmt: skip
    found: dict[str, list[str]] = {}
    for path in paths:
        page.goto(path)
        found[path] = violations(page)
    for place in ("Hartford", "Zzyzzx"):
        page.goto("/")
        ask_for(page, place)
        found[place] = violations(page)
    page.goto("/find/hartford-ct/")
    page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    found["all details open"] = violations(page)
    assert {path: wrong for path, wrong in found.items() if wrong} == {}
