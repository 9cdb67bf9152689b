"""Workbooks edited by hand, and as each program saves them."""

from __future__ import annotations

import datetime
import io
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from tests.engines import convert
from tests.reports import FORM, TEXTS, balanced_figures, report
from xltools.form.book import plan_book
from xltools.form.loader import find_form
from xltools.form.unit import Unit
from xltools.readers.dispatch import read_report
from xltools.report.filled import Breakdown, Report, Value
from xltools.workbook.locked_workbook import write_workbook

BOOK = plan_book(FORM)
REQUESTS = "三、依申请公开"
INPUTS = [figure.id for figure in FORM.inputs if figure.table == "requests"]

FULL = report(
    balanced_figures(7)
    | {
        "disclosure.fees.amount": Decimal("27.948692"),
        "litigation.suit_direct.upheld": None,
        "litigation.suit_direct.other": "55（含自然失效29件）",
        "litigation.suit_direct.pending": 0,
    },
    texts=TEXTS
    | {
        "preface": "第一段。\n第二段，“引号”与 <尖括号> & 符号。",
        "overview.proactive": "\n".join(f"第{number}段。" for number in range(1, 41)),
    },
    unit=Unit(
        "示例县人民政府", "示例县", "旧县人民政府", "人民路 1 号", "0571-12345678", "012345", "示例县政府网", "http://www.example.gov.cn"
    ),
    breakdowns=(
        Breakdown("overview.proactive", "主动公开政府信息", "条", 392, (("乡镇动态", 66), ("政府文件", None), ("其他", "若干"))),
        Breakdown("overview.platform", "政务新媒体", "个", 3, (("公众号", 3),)),
    ),
    explanations={"unbalanced:requests.carried_out.business": "机构改革，上年数并入。", "breakdown:1": "含重复公开。"},
    blank_is_zero=True,
)

OWN: dict[str, Value] = {figure.id: 1000 + number for number, figure in enumerate(FORM.inputs)}
"""Every figure with a number of its own, so that one read from a wrong cell is seen."""
AMOUNTS = range(5001, 5004)
EACH_ITS_OWN = report(
    OWN,
    texts=TEXTS | {"overview.proactive": "公开信息15006条，其中甲类5001条、乙类5002条、丙类5003条。"},
    breakdowns=tuple(
        Breakdown(slot.section, slot.label or "公开信息", slot.unit or "条", sum(AMOUNTS), tuple(zip("甲乙丙", AMOUNTS, strict=True)))
        for slot in FORM.breakdowns
    ),
)
"""The same with prose and breakdowns of which each amount is its own."""

TYPED: dict[str, Value] = {
    "１２": 12,
    "12件": 12,
    " 12 ": 12,
    "1,234": 1234,
    "１，２３４件": 1234,
    "12\u3000": 12,
    "\u00a012": 12,
    "\u200b12": 12,
    "+12": 12,
    "－3": -3,
    "12.50": Decimal("12.5"),
    "0012": 12,
}
"""Texts that are understood as a number."""
UNCLEAR = ("/", "-", "—", "无", "55（含自然失效29件）", "约12", "十二", "12万件", "12条", "1,23", "12,3456", "1e3", "12-15", "1.2.3", "=12")
"""Texts that stay as they are."""

Edit = Callable[[Workbook], object]


def edited(original: Report, edit: Edit) -> bytes:
    """Return the workbook of a report after an edit."""
    workbook = openpyxl.load_workbook(io.BytesIO(write_workbook(original)))
    edit(workbook)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def put(values: Mapping[str, object]) -> Edit:
    """Types these values into the figures' cells."""

    def edit(workbook: Workbook) -> None:
        for id, value in values.items():
            cell = workbook[BOOK.figures[id].sheet][BOOK.figures[id].address]
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "f" if value.startswith("=") and value != "=12" else "s"

    return edit


def _typed_over(workbook: Workbook) -> None:
    """A total typed over with its value, one with a wrong value, one with another formula, one emptied."""
    sheet = workbook[REQUESTS]
    for row, value in (("received", 0), ("carried_in", 7), ("granted", "=SUM(D7:H7)"), ("partly_granted", None)):
        sheet[BOOK.figures[f"requests.{row}.total"].address] = value


def _misfilled(workbook: Workbook) -> None:
    """Whatever a cell can hold beside numbers and text."""
    put(dict(zip(INPUTS, (True, datetime.date(2024, 3, 5), datetime.time(3, 5), "=1/0", "=5+7", 0.1 + 0.2, 1e300), strict=False)))(workbook)
    cell = workbook[REQUESTS][BOOK.figures[INPUTS[7]].address]
    cell.value, cell.data_type = "#N/A", "e"


SOURCES: dict[str, bytes] = {}


def _source(name: str) -> bytes:
    if not SOURCES:
        SOURCES.update(
            full=write_workbook(FULL),
            typed=edited(report(), put(dict(zip(INPUTS, TYPED, strict=False)))),
            unclear=edited(report(), put(dict(zip(INPUTS, UNCLEAR, strict=False)))),
            typed_over=edited(report(), _typed_over),
            misfilled=edited(report(), _misfilled),
        )
    return SOURCES[name]


@dataclass(frozen=True)
class Saved:
    """The workbooks `full`, `typed`, `unclear`, `typed_over` and `misfilled` as each program saved them."""

    folder: Path

    def read(self, name: str, program: str) -> Report:
        return read_report(self.path(name, program), find_form(None))

    def path(self, name: str, program: str) -> Path:
        if program in ("as written", "openpyxl"):
            path = self.folder / program / f"{name}.xlsx"
            if not path.exists():
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(_source(name))
                if program == "openpyxl":
                    openpyxl.load_workbook(path).save(path)
            return path
        suffix = "xls" if program == "et" else program
        path = self._by_libreoffice(suffix) / f"{name}.{suffix}"
        return path if program != "et" else Path(shutil.copy(path, path.with_suffix(".et")))

    def _by_libreoffice(self, suffix: str) -> Path:
        """The folder with all sources in this format, saved in one run of LibreOffice."""
        target = self.folder / suffix
        if not target.exists():
            _source("full")
            sources = [self.path(name, "as written") for name in SOURCES]
            convert(sources, suffix, target)
        return target


LIBREOFFICE = [pytest.param(kind, marks=pytest.mark.trial) for kind in ("xlsx", "xls", "et", "ods")]
every_program = pytest.mark.parametrize("program", ["as written", "openpyxl", *LIBREOFFICE])


def read_back(data: bytes, folder: Path) -> Report:
    """Return the report that is read from a workbook."""
    path = folder / "report.xlsx"
    path.write_bytes(data)
    return read_report(path, find_form(None))
