import pytest

from listings.exchange.readers.written_address import WrittenAddress as A
from listings.exchange.readers.written_address import country_code, read_address, region_code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Easton, Maryland, United States", A(city="Easton", region="MD", country="US")),
        (", New York, United States", A(region="NY", country="US")),
        ("New York, NY, USA", A(city="New York", region="NY", country="US")),
        ("Nanaimo, British Columbia, Canada", A(city="Nanaimo", region="BC", country="CA")),
        (
            "Example Hall, 12 Mill Drive Valparaiso, IN 46383, USA",
            A("Example Hall", "12 Mill Drive", "Valparaiso", "IN", "46383", "US"),
        ),
        (
            "Example Hall - South, 15 West Ave., Building C, Suite 3, Orland Park, IL 60462 USA",
            A(
                "Example Hall - South",
                "15 West Ave., Building C, Suite 3",
                "Orland Park",
                "IL",
                "60462",
                "US",
            ),
        ),
        (
            "70 W Emerald St, Boise, ID 83704",
            A("", "70 W Emerald St", "Boise", "ID", "83704", "US"),
        ),
        (
            "210 Beech Street, Campbell River, BC V9W 4E3 Canada",
            A("", "210 Beech Street", "Campbell River", "BC", "V9W 4E3", "CA"),
        ),
        ("Los Angeles, CA", A(city="Los Angeles", region="CA", country="US")),
        ("Charleston, West Virginia, USA", A(city="Charleston", region="WV", country="US")),
        ("Tbilisi, Georgia", A()),
        ("1 High Street, Leeds, United Kingdom", A(country="GB")),
        ("", A()),
        (" , ,", A()),
    ],
)
def test_read_address(text, expected):
    assert read_address(text) == expected


def test_codes():
    assert country_code("U.S.A.") == ""
    assert country_code("usa") == "US"
    assert country_code("DE") == "DE"
    assert country_code("Atlantis") == ""
    assert region_code("ohio", "US") == "OH"
    assert region_code("Bavaria", "DE") == "Bavaria"
