"""Addresses of result pages."""

import pytest

from listings.views.address import ResultsAddress

HERE = ResultsAddress("hartford-ct", (("type", "detox"), ("payment", "free"), ("page", "3")))


@pytest.mark.parametrize(
    ("address", "url"),
    [
        (HERE, "/find/hartford-ct/?type=detox&payment=free&page=3"),
        (ResultsAddress(""), "/find/"),
        (HERE.at("06103"), "/find/06103/?type=detox&payment=free"),
        (HERE.without("payment"), "/find/hartford-ct/?type=detox"),
        (HERE.without("payment", "medicaid"), "/find/hartford-ct/?type=detox&payment=free"),
        (HERE.with_one("within", "50"), "/find/hartford-ct/?type=detox&payment=free&within=50"),
        (HERE.with_one("page", "4"), "/find/hartford-ct/?type=detox&payment=free&page=4"),
        (ResultsAddress("", (("sort", "a&b=c"),)), "/find/?sort=a%26b%3Dc"),
    ],
)
def test_url(address: ResultsAddress, url: str) -> None:
    assert address.url == url
