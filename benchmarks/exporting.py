"""Exporting one report as .docx, in a process that runs already."""

from __future__ import annotations

from collections.abc import Mapping

from timing import Goal, Work

from xltools.documents.docx import write_docx
from xltools.report.filled import Report

DOCX = "export .docx"
GOALS = (Goal("export .docx, seconds", DOCX, "", 0.1),)


def works(report: Report) -> Mapping[str, Work]:
    """Our export."""
    return {DOCX: lambda: write_docx(report)}
