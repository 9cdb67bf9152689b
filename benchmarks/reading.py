"""Reading and checking one filled workbook, against the libraries that only read it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import openpyxl
from python_calamine import CalamineWorkbook
from timing import Goal, Work

from xltools.form.loader import find_form
from xltools.readers.workbook.filled_workbook import read_workbook
from xltools.rules.review import review

OURS, OPENPYXL, CALAMINE = "read and check", "openpyxl.load_workbook", "calamine, all cells"
GOALS = (
    Goal("read and check, against openpyxl", OURS, OPENPYXL, 1 / 5),
    Goal("read and check, against calamine", OURS, CALAMINE, 3.0),
)


def works(workbook: Path) -> Mapping[str, Work]:
    """Our reading with all rules, and the two libraries' bare reading."""
    form = find_form(None)
    return {
        OURS: lambda: review(read_workbook(workbook, form)),
        OPENPYXL: lambda: openpyxl.load_workbook(workbook),
        CALAMINE: lambda: _read_all(workbook),
    }


def _read_all(path: Path) -> list[list[list[object]]]:
    workbook = CalamineWorkbook.from_path(str(path))
    return [workbook.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in workbook.sheet_names]
