"""Writing a workbook, against xlsxwriter writing the same cells from a list."""

from __future__ import annotations

from collections.abc import Mapping

from replay import contents, record, replay
from timing import Goal, Work

from xltools.form.loader import load_form
from xltools.report.conversion import blank_report
from xltools.report.filled import Report
from xltools.workbook.locked_workbook import write_workbook

TEMPLATE, BARE_TEMPLATE = "write a template", "xlsxwriter, the same cells (template)"
FILLED, BARE_FILLED = "write a filled workbook", "xlsxwriter, the same cells (filled)"
GOALS = (
    Goal("write a template", TEMPLATE, BARE_TEMPLATE, 1.5),
    Goal("write a filled workbook", FILLED, BARE_FILLED, 1.5),
)


def works(report: Report) -> Mapping[str, Work]:
    """Our writing of an empty and of a filled workbook, and xlsxwriter's of each."""
    blank = blank_report(load_form(), 2024, unit="某某县人民政府")
    return {
        TEMPLATE: lambda: write_workbook(blank),
        BARE_TEMPLATE: _bare(blank),
        FILLED: lambda: write_workbook(report),
        BARE_FILLED: _bare(report),
    }


def _bare(report: Report) -> Work:
    ours = write_workbook(report)
    recording = record(ours)
    if contents(replay(recording)) != contents(ours):
        raise SystemExit("the replay is not the same workbook: see benchmarks/replay.py")
    return lambda: replay(recording)
