"""Signed, expiring, purpose-bound tokens for public forms, in place of a cookie.

The public site sets no cookie, so Django's CSRF guard cannot stand at its forms. A public form
carries such a token, and browsers say with Sec-Fetch-Site where a request came from.
"""

from django.core import signing
from django.http import HttpRequest

MAX_AGE_SECONDS = 12 * 3600


class FormRefused(Exception):
    """The form cannot be accepted; the message says what to do."""


def make_token(purpose: str) -> str:
    """A token for one kind of form; it holds for twelve hours."""
    return signing.dumps(purpose, salt="listings.form")


def check_form(request: HttpRequest, purpose: str) -> None:
    """Raise FormRefused unless the form came from this site, with a token that still holds."""
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    if site not in {"same-origin", "none"}:
        raise FormRefused("This form was sent from another site. Please use the form on this page.")
    try:
        given = signing.loads(
            request.POST.get("token", ""), salt="listings.form", max_age=MAX_AGE_SECONDS
        )
    except signing.SignatureExpired as error:
        raise FormRefused(
            "This page was open for a long time. Please send the form again."
        ) from error
    except signing.BadSignature as error:
        raise FormRefused("Please send the form again from this page.") from error
    if given != purpose:
        raise FormRefused("Please send the form again from this page.")
