"""What is typed here is made as safe to store and show as what an import reads."""

import re
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from django import forms
from django.contrib.admin.options import BaseModelAdmin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Field
from django.http import HttpRequest

from listings.exchange.readers.fields import is_timezone, web_address
from listings.values.text import clean

_COUNTRY = re.compile("[A-Z]{2}")


class LineField(forms.CharField):
    """One line of text, without control and direction characters."""

    def to_python(self, value: Any) -> Any:
        """The text, cleaned."""
        return super().to_python(clean(value) if isinstance(value, str) else value)


class LinesField(forms.CharField):
    """Text of several lines, each cleaned; the breaks between them stay."""

    def to_python(self, value: Any) -> Any:
        """The text, cleaned line by line."""
        if isinstance(value, str):
            value = "\n".join(clean(line) for line in value.splitlines())
        return super().to_python(value)


class CountryField(LineField):
    """A country's two letters."""

    def to_python(self, value: Any) -> Any:
        """The letters, as capitals. Raises ValidationError for anything else."""
        text = super().to_python(value).upper()
        if text and not _COUNTRY.fullmatch(text):
            raise ValidationError(f"“{text}” is no country code; use two letters, such as US.")
        return text


class TimezoneField(LineField):
    """The IANA name of a time zone."""

    def to_python(self, value: Any) -> Any:
        """The name. Raises ValidationError for one that is not known."""
        text = super().to_python(value)
        if text and not is_timezone(text):
            raise ValidationError(
                f"“{text[:60]}” is no known time zone; use a name such as America/New_York."
            )
        return text


class WebAddressField(forms.URLField):
    """A web address under the rule of imports, with its host in ASCII."""

    def to_python(self, value: Any) -> Any:
        """The address. Raises ValidationError for one that no link may hold."""
        text = super().to_python(clean(value) if isinstance(value, str) else value)
        if not text:
            return text
        try:
            web_address(text)
            return _ascii_host(text)
        except ValueError as error:
            raise ValidationError(str(error)) from error


def _ascii_host(address: str) -> str:
    """An address with its host in punycode, so that no letter passes for another.

    Raises ValueError, with a sentence, when Python's IDNA 2003 would name another host (ß as ss).
    """
    parts = urlsplit(address)
    host = (parts.hostname or "").lower()
    if host.isascii():
        return address
    try:
        written = host.encode("idna")
        same = written.decode("idna") == host
    except UnicodeError:
        same = False
    if not same:
        raise ValueError(f"The host “{host[:60]}” is unclear; write it in ASCII, as xn--….")
    port = f":{parts.port}" if parts.port is not None else ""
    return urlunsplit(parts._replace(netloc=written.decode("ascii") + port))


_BY_NAME: Final = {"country": CountryField, "timezone": TimezoneField}


class Typed(BaseModelAdmin):  # type: ignore[type-arg]
    """Gives a model's text columns the fields above."""

    formfield_overrides = {
        models.CharField: {"form_class": LineField},
        models.SlugField: {"form_class": forms.SlugField},
        models.TextField: {"form_class": LinesField},
        models.URLField: {"form_class": WebAddressField, "assume_scheme": "https"},
    }

    def formfield_for_dbfield(
        self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Country and time zone are told by their names."""
        if kind := _BY_NAME.get(db_field.name):
            kwargs["form_class"] = kind
        return super().formfield_for_dbfield(db_field, request, **kwargs)
