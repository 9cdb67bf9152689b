"""Comparison: two reports side by side, as text, JSON and a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xltools.errors import XltoolsError

if TYPE_CHECKING:
    from xltools.comparison.differences import Comparison
    from xltools.files.outputs import Target
    from xltools.report.filled import Report


def compare(last: Report, this: Report, to: Target | None = None, *, form: str | None = None, force: bool = False) -> Comparison:
    """Return two reports side by side, under `form` or that of this year's; written to `to` (.xlsx or .json), too, where that is given."""
    from xltools.comparison.differences import compare_reports
    from xltools.files.outputs import write_whole
    from xltools.form.loader import find_form

    comparison = compare_reports(last, this, find_form(form)(None) if form else None)
    if to:
        write_whole(Path(to), write_compared(comparison, Path(to).suffix.lower()), force=force)
    return comparison


def write_compared(comparison: Comparison, kind: str) -> bytes:
    """Return the comparison as a workbook (`.xlsx`) or as JSON (`.json`). Raise XltoolsError for another kind."""
    if kind == ".json":
        from xltools.comparison.as_text import render_json

        return render_json(comparison).encode("utf-8")
    if kind != ".xlsx":
        raise XltoolsError(f"对比结果不能写成“{kind}”。可以是 .xlsx 或 .json。")
    from xltools.comparison.as_workbook import write_comparison

    return write_comparison(comparison)
