"""Help lines: a wrong number here can cost a life."""

import datetime as dt
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from listings.admin.base import Kept
from listings.curation import actions
from listings.exchange.help_lines import CHECK_EVERY
from listings.models import HelpLine


@admin.register(HelpLine)
class HelpLineAdmin(Kept):
    list_display = [
        "name", "country", "region", "number", "purpose", "hours", "source_date", "checked_at",
        "next_check", "overdue", "withdrawn",
    ]  # fmt: skip
    list_filter = ["country", "purpose", "withdrawn"]
    search_fields = ["name", "number", "code"]
    readonly_fields = ["checked_at", "checked_by", "version"]
    actions = ["mark_checked"]

    @admin.display(boolean=True, description="check due")
    def overdue(self, line: HelpLine) -> bool:
        return line.next_check <= timezone.localdate()

    def save_model(
        self, request: HttpRequest, obj: Any, form: "ModelForm[Any]", change: bool
    ) -> None:
        if change and not form.has_changed():
            return
        actions.save_help_lines([obj], via="admin", by=request.user)  # type: ignore[arg-type]

    @admin.action(
        description="I have called these lines today and all that is shown is right",
        permissions=["change"],
    )
    @transaction.atomic
    def mark_checked(self, request: HttpRequest, queryset: QuerySet[HelpLine]) -> None:
        lines = list(queryset.select_for_update())
        now = timezone.now()
        for line in lines:
            line.checked_at, line.checked_by = now, request.user  # type: ignore[assignment]
            line.next_check = _next_check(line, timezone.localdate(now))
        actions.save_help_lines(lines, via="admin", by=request.user)  # type: ignore[arg-type]
        messages.success(request, f"{len(lines)} help lines marked as checked by you today.")


def _next_check(line: HelpLine, today: dt.date) -> dt.date:
    # A source may carry a later date than the day of the call.
    return max(today, line.source_date) + CHECK_EVERY
