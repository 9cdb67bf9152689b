"""read_earlier: how the units stood at the last collect, read from the 汇总情况 that it wrote."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path

from xltools.county.summary.state import STATES, UnitLine
from xltools.errors import UnreadableFileError
from xltools.files.outputs import read_own
from xltools.readers.workbook.sheets import first_sheet_rows

HEADER_ROWS = 12


def read_earlier(path: Path) -> Mapping[str, UnitLine] | None:
    """Return state, file and day of each unit by its name; None where there is no such summary, or it cannot be read."""
    with suppress(UnreadableFileError):
        rows = first_sheet_rows(path, read_own(path))
        header = next((row for row in rows[:HEADER_ROWS] if {"单位", "状态"} <= set(row)), None)
        if header is None:
            return None
        found: dict[str, UnitLine] = {}
        for row in rows[rows.index(header) + 1 :]:
            cells = dict(zip(header, row, strict=False))
            state = next((state for state in STATES if state == cells["状态"]), None)
            if state:
                found.setdefault(
                    cells["单位"], UnitLine("", cells["单位"], state, cells.get("文件", ""), came=_day(cells.get("报送日期", "")))
                )
        return found
    return None


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
