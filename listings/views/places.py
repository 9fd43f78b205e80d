"""``POST /places/``: places that what is being typed may become.

A convenience for the search form: without it the form asks "Which one?" on a page of its own.
"""

from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from listings.geocoding.suggesting import suggest
from listings.views.place_names import place_title
from listings.views.search import MOST_LETTERS
from listings.web.form_token import FormRefused, check_form
from listings.web.request_body import check_size


# The public site has no cookie to guard a form with; check_form stands in its place.
@csrf_exempt
@require_POST
@cache_control(private=True, no_store=True)
def places(request: HttpRequest) -> JsonResponse:
    """Answer {"places": [{"slug", "label", "kind"}]}, or {"error": a sentence}."""
    too_long = _("That is too long for the name of a place.")
    try:
        check_size(request)
        check_form(request, "search")
    except FormRefused as refused:
        return _refused(str(refused), HTTPStatus.FORBIDDEN)
    except RequestDataTooBig:
        return _refused(too_long, HTTPStatus.BAD_REQUEST)
    typed = request.POST.get("place", "")
    if len(typed) > MOST_LETTERS:
        return _refused(too_long, HTTPStatus.BAD_REQUEST)
    found = suggest(typed, settings.HOME_COUNTRY)
    return JsonResponse(
        {
            "places": [
                {
                    "slug": each.slug,
                    "label": place_title(each.place, each.country_name),
                    "kind": each.place.get_kind_display(),
                }
                for each in found
            ]
        }
    )


def _refused(sentence: str, status: HTTPStatus) -> JsonResponse:
    return JsonResponse({"error": sentence}, status=status)
