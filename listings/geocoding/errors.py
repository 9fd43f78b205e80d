"""The one error of this package."""


class GeocodingError(Exception):
    """An address could not be looked up now; its text is a sentence for the person asking."""
