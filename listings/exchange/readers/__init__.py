"""Readers: bytes of one source's format to records. They know neither database nor network."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from listings.exchange.readers import csv_template, findtreatment, meeting_guide, samhsa
from listings.exchange.readers.base import Reader, Reading

READERS: Final[Mapping[str, Reader]] = MappingProxyType(
    {
        "samhsa": samhsa.read,
        "findtreatment": findtreatment.read,
        "meeting-guide": meeting_guide.read,
        "csv": csv_template.read,
    }
)
"""The readers by the name an operator types."""

__all__ = ["READERS", "Reader", "Reading"]
