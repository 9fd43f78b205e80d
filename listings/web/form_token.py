"""Signed, expiring, purpose-bound tokens for public forms, in place of a cookie.

The public site sets no cookie, so Django's CSRF guard cannot stand at its forms. A public form
carries such a token, and browsers say with Sec-Fetch-Site where a request came from.
"""

from django.core import signing
from django.http import HttpRequest
from django.utils.translation import gettext as _

MAX_AGE_SECONDS = 12 * 3600


class FormRefused(Exception):
    """The form cannot be accepted; the message says what to do."""


def make_token(purpose: str) -> str:
    """A token for one kind of form; it holds for twelve hours."""
    return signing.dumps(purpose, salt="listings.form")


def check_form(request: HttpRequest, purpose: str) -> None:
    """Raise FormRefused unless the form came from this site, with a token that still holds."""
    if not _sent_from_here(request):
        raise FormRefused(
            _("This form was sent from another site. Please use the form on this page.")
        )
    try:
        given = signing.loads(
            request.POST.get("token", ""), salt="listings.form", max_age=MAX_AGE_SECONDS
        )
    except signing.SignatureExpired as error:
        raise FormRefused(
            _("This page was open for a long time. Please send the form again.")
        ) from error
    except signing.BadSignature as error:
        raise FormRefused(_("Please send the form again from this page.")) from error
    if given != purpose:
        raise FormRefused(_("Please send the form again from this page."))


def _sent_from_here(request: HttpRequest) -> bool:
    """What the browser says of the page that sent the form.

    Browsers that know no Sec-Fetch-Site may still send Origin; it is "null" under our own
    Referrer-Policy (Fetch, "append a request Origin header").
    """
    site = request.headers.get("Sec-Fetch-Site", "none")
    if site != "none":
        return site == "same-origin"
    ours = f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Origin", "null") in {"null", ours}
