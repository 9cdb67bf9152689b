"""place_breakdowns: which breakdown table of the workbook each breakdown of a report stands in."""

from __future__ import annotations

from xltools.form.book import BreakdownArea, plan_book
from xltools.report.filled import Report


def place_breakdowns(report: Report) -> tuple[BreakdownArea | None, ...]:
    """For each breakdown of the report its table: the first free one of its section, None where there is none with enough rows."""
    free = list(plan_book(report.form).breakdowns)
    placed: list[BreakdownArea | None] = []
    for breakdown in report.breakdowns:
        fits = (area for area in free if area.slot.section == breakdown.section and len(breakdown.parts) <= area.slot.parts)
        area = next(fits, None)
        if area:
            free.remove(area)
        placed.append(area)
    return tuple(placed)
