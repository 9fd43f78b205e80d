"""The admin's name, and who may log in."""

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from listings.exchange.demo import GROUP


class LoginForm(AdminAuthenticationForm):
    """Django's form; the demonstration's login opens nothing where the demonstration is off."""

    def confirm_login_allowed(self, user: User) -> None:
        """Raise ValidationError for a demo login outside a demonstration."""
        super().confirm_login_allowed(user)
        if not settings.DIRECTORY_DEMO and user.groups.filter(name=GROUP).exists():
            raise ValidationError(
                "This login belongs to the demonstration, which is switched off here."
            )


admin.site.site_header = "Directory: curators’ desk"
admin.site.site_title = "Curators’ desk"
admin.site.index_title = "What is in the directory"
admin.site.login_form = LoginForm
