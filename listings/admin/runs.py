"""Import runs and their reports."""

from django.contrib import admin
from django.utils.safestring import SafeString

from listings.admin.base import ReadOnly, table
from listings.models import ImportRun


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnly):
    list_display = [
        "started_at", "source", "status", "dry_run", "file_name", "as_of",
        "rows", "new", "changed", "same", "conflicts", "missing", "put_aside",
    ]  # fmt: skip
    list_filter = ["status", "dry_run", "source"]
    list_select_related = ["source"]
    search_fields = ["file_name", "file_hash", "source__name", "source__code"]
    date_hierarchy = "started_at"
    fields = [
        "source", "status", "dry_run", "file_name", "file_hash", "as_of", "cursor", "started_at",
        "heartbeat_at", "finished_at", "process", "whole_report",
    ]  # fmt: skip
    readonly_fields = ["whole_report"]

    @admin.display(description="report")
    def whole_report(self, run: ImportRun) -> SafeString:
        return table(run.report.items())

    @admin.display(description="rows read")
    def rows(self, run: ImportRun) -> str:
        return _count(run, "rows")

    @admin.display
    def new(self, run: ImportRun) -> str:
        return _count(run, "new")

    @admin.display
    def changed(self, run: ImportRun) -> str:
        return _count(run, "changed")

    @admin.display
    def same(self, run: ImportRun) -> str:
        return _count(run, "same")

    @admin.display
    def conflicts(self, run: ImportRun) -> str:
        return _count(run, "conflicts")

    @admin.display(description="no longer named")
    def missing(self, run: ImportRun) -> str:
        return _count(run, "missing")

    @admin.display(description="quarantined")
    def put_aside(self, run: ImportRun) -> str:
        return _count(run, "quarantined_rows")


def _count(run: ImportRun, name: str) -> str:
    count = run.report.get(name)
    return "–" if count is None else f"{count:,}"
