"""Handing out: one workbook of many, each of another unit with other figures carried over, against one written in full."""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping
from dataclasses import replace

from timing import Goal, Work

from xltools.form.definition import Form
from xltools.form.loader import load_form
from xltools.form.unit import Unit
from xltools.report.conversion import blank_report
from xltools.report.filled import Report
from xltools.workbook.locked_workbook import write_workbook
from xltools.workbook.series import Series

ONE_OF_MANY, IN_FULL = "hand out a workbook", "write a template in full"
# at most 5 ms where a workbook in full takes 29
GOALS = (Goal("hand out: one workbook of many", ONE_OF_MANY, IN_FULL, 5 / 29),)
UNITS = 500
"""More than the series remembers."""


def works() -> Mapping[str, Work]:
    """Our handing out, and our writing of the same workbooks one by one."""
    form = load_form()
    series = Series(blank_report(form, 2024))
    fast, full = (itertools.cycle([_report(form, number) for number in range(UNITS)]) for _ in range(2))
    return {
        ONE_OF_MANY: lambda: series.workbook(replace(next(fast))),  # anew, so that nothing is computed beforehand
        IN_FULL: lambda: write_workbook(replace(next(full))),
    }


def _report(form: Form, number: int) -> Report:
    dice = random.Random(number)
    blank = blank_report(form, 2024)
    carried = {figure.id: dice.randrange(40) for figure in form.inputs if figure.id.startswith("requests.carried_in.")}
    unit = Unit(f"示例县第{number}局", f"第{number}局", "", f"示例路{number}号", f"0571-{number:08}", "310000", "示例县人民政府网站")
    return replace(blank, unit=unit, figures={**blank.figures, **carried})
