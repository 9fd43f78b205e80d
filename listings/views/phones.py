"""Which of a listing's telephone numbers to call first."""

from collections.abc import Iterable

from listings.models import Phone

# Whoever asks to be admitted reaches the right desk at once through the admissions number.
_ORDER = (Phone.Role.INTAKE, Phone.Role.MAIN, Phone.Role.HOTLINE, Phone.Role.OTHER)


def in_calling_order(phones: Iterable[Phone]) -> list[Phone]:
    """Admissions first, then the main number, hotlines and all others."""
    return sorted(phones, key=lambda phone: _ORDER.index(Phone.Role(phone.role)))


def first_phone(phones: Iterable[Phone]) -> Phone | None:
    """The number to show large, if there is any."""
    return next(iter(in_calling_order(phones)), None)
