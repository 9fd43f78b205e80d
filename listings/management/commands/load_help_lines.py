"""Load the crisis and advice lines that ship with the code."""

from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from listings.curation import actions
from listings.exchange.help_lines import HelpLineError, HelpLineSpec, read_help_lines
from listings.models import HelpLine


class Command(BaseCommand):
    help = (
        "Load help lines from listings/exchange/data/help_lines.toml. Safe to run again; a line "
        "that a curator has checked is never overwritten."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            specs = read_help_lines()
        except HelpLineError as error:
            raise CommandError(str(error)) from error
        new, changed, kept = self.load(specs)
        same = len(specs) - new - changed - kept
        self.stdout.write(
            f"Help lines: {new} new, {changed} changed, {same} the same, "
            f"{kept} kept as a curator checked them."
        )

    @transaction.atomic
    def load(self, specs: list[HelpLineSpec]) -> tuple[int, int, int]:
        """Write what differs, under one new version; returns how many are new, changed, kept."""
        # Locked until the end, so that no curator's check slips in between reading and writing.
        known = {line.code: line for line in HelpLine.objects.select_for_update()}
        fresh = [HelpLine(**asdict(spec)) for spec in specs if spec.code not in known]
        changed, kept = [], 0
        for spec in specs:
            line = known.get(spec.code)
            if line is None or not self.differs(line, spec):
                continue
            if line.checked_at is not None:
                kept += 1
                continue
            for name, value in asdict(spec).items():
                setattr(line, name, value)
            changed.append(line)
        if fresh or changed:
            actions.save_help_lines([*fresh, *changed], via="command", by=None)
        return len(fresh), len(changed), kept

    def differs(self, line: HelpLine, spec: HelpLineSpec) -> bool:
        """Whether the row says anything else than the file."""
        return any(getattr(line, name) != value for name, value in asdict(spec).items())
