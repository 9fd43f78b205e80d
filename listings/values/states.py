"""States and territories of the United States, and provinces of Canada.

Sources: US Census Bureau FIPS state codes (ANSI INCITS 38), USPS abbreviations, Canada Post.
"""

from typing import NamedTuple


class State(NamedTuple):
    """Postal code, name, and the FIPS number that Census files use."""

    code: str
    name: str
    fips: str


_TABLE = """
AL 01 Alabama|AK 02 Alaska|AZ 04 Arizona|AR 05 Arkansas|CA 06 California|CO 08 Colorado
CT 09 Connecticut|DE 10 Delaware|DC 11 District of Columbia|FL 12 Florida|GA 13 Georgia
HI 15 Hawaii|ID 16 Idaho|IL 17 Illinois|IN 18 Indiana|IA 19 Iowa|KS 20 Kansas|KY 21 Kentucky
LA 22 Louisiana|ME 23 Maine|MD 24 Maryland|MA 25 Massachusetts|MI 26 Michigan|MN 27 Minnesota
MS 28 Mississippi|MO 29 Missouri|MT 30 Montana|NE 31 Nebraska|NV 32 Nevada|NH 33 New Hampshire
NJ 34 New Jersey|NM 35 New Mexico|NY 36 New York|NC 37 North Carolina|ND 38 North Dakota
OH 39 Ohio|OK 40 Oklahoma|OR 41 Oregon|PA 42 Pennsylvania|RI 44 Rhode Island
SC 45 South Carolina|SD 46 South Dakota|TN 47 Tennessee|TX 48 Texas|UT 49 Utah|VT 50 Vermont
VA 51 Virginia|WA 53 Washington|WV 54 West Virginia|WI 55 Wisconsin|WY 56 Wyoming
AS 60 American Samoa|GU 66 Guam|MP 69 Northern Mariana Islands|PR 72 Puerto Rico
VI 78 U.S. Virgin Islands
"""


def _states() -> tuple[State, ...]:
    rows = (entry.split(" ", 2) for entry in _TABLE.strip().replace("\n", "|").split("|"))
    return tuple(State(code, name, fips) for code, fips, name in rows)


STATES = _states()
"""The 50 states, the District of Columbia and the five inhabited territories."""

STATE_NAMES = {state.code: state.name for state in STATES}
STATE_BY_FIPS = {state.fips: state for state in STATES}

TERRITORIES = ("AS", "GU", "MP", "PR", "VI")
"""Territories with an ISO country code of their own; mail and Census count them as states."""

PROVINCES = {
    "AB": "Alberta",
    "BC": "British Columbia",
    "MB": "Manitoba",
    "NB": "New Brunswick",
    "NL": "Newfoundland and Labrador",
    "NS": "Nova Scotia",
    "NT": "Northwest Territories",
    "NU": "Nunavut",
    "ON": "Ontario",
    "PE": "Prince Edward Island",
    "QC": "Quebec",
    "SK": "Saskatchewan",
    "YT": "Yukon",
}
"""Provinces and territories of Canada by Canada Post's code."""

NATIONS = {"ENG": "England", "NIR": "Northern Ireland", "SCT": "Scotland", "WLS": "Wales"}
"""Nations of the United Kingdom by the code GeoNames gives them."""

REGION_NAMES = {"US": STATE_NAMES, "CA": PROVINCES, "GB": NATIONS}
"""Names of regions by country (ISO 3166-1) and code, where we know them."""
