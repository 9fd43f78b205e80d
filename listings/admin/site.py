"""The admin's name, and who may log in."""

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from listings.exchange.demo import GROUP


def switched_off(user: User) -> bool:
    """Whether this login belongs to a demonstration that is off."""
    return not settings.DIRECTORY_DEMO and user.groups.filter(name=GROUP).exists()


def may_enter(request: HttpRequest) -> bool:
    """Django's rule on every request; a session outlives no demonstration."""
    user = request.user
    return user.is_active and user.is_staff and not switched_off(user)


class LoginForm(AdminAuthenticationForm):
    """Django's form; the demonstration's login opens nothing where the demonstration is off."""

    def confirm_login_allowed(self, user: User) -> None:
        """Raise ValidationError for a demo login outside a demonstration."""
        super().confirm_login_allowed(user)
        if switched_off(user):
            raise ValidationError(
                "This login belongs to the demonstration, which is switched off here."
            )


admin.site.site_header = "Directory: curators’ desk"
admin.site.site_title = "Curators’ desk"
admin.site.index_title = "What is in the directory"
admin.site.login_form = LoginForm
admin.site.has_permission = may_enter  # type: ignore[method-assign]
