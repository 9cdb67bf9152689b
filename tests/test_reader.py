"""What was filled in is what is read, whoever saved the workbook last."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from openpyxl.workbook import Workbook

from tests.edited import BOOK, FULL, Saved, edited, every_program, read_back
from tests.reports import report
from xltools.form.book import UNIT_SHEET
from xltools.form.loader import find_form
from xltools.readers.dispatch import read_report
from xltools.report.filled import Breakdown
from xltools.workbook.locked_workbook import write_workbook


@every_program
def test_figures_are_read_as_filled(saved: Saved, program: str) -> None:
    assert dict(saved.read("full", program).figures) == FULL.figures


@every_program
def test_prose_is_read_as_typed_paragraph_by_paragraph(saved: Saved, program: str) -> None:
    assert saved.read("full", program).texts == FULL.texts


@every_program
def test_unit_year_breakdowns_and_explanations_are_read_as_filled(saved: Saved, program: str) -> None:
    read = saved.read("full", program)
    assert (read.unit, read.year, read.blank_is_zero) == (FULL.unit, 2024, True)
    assert read.breakdowns == FULL.breakdowns
    assert read.explanations == FULL.explanations


def test_a_breakdown_of_a_total_alone_or_of_parts_alone_is_read(tmp_path: Path) -> None:
    alone = Breakdown("overview.proactive", "主动公开政府信息", "条", 392, ())
    parts = Breakdown("overview.platform", "政务新媒体", "个", None, (("公众号", 3),))
    assert read_back(write_workbook(report(breakdowns=(alone, parts))), tmp_path).breakdowns == (alone, parts)


@every_program
def test_nothing_seems_altered_where_nothing_was(saved: Saved, program: str) -> None:
    read = saved.read("full", program)
    origin = read.origin
    assert (origin.kind, origin.altered, origin.overwritten, read.unread) == ("workbook", (), (), ())
    assert (origin.missing_sheets, origin.extra_sheets) == ((), ())


def test_a_workbook_may_be_named_as_one_with_macros(saved: Saved, tmp_path: Path) -> None:
    path = Path(shutil.copy(saved.path("full", "as written"), tmp_path / "report.xlsm"))
    assert dict(read_report(path, find_form(None)).figures) == FULL.figures


@pytest.mark.parametrize(
    ("typed", "year"), [(2023, 2023), ("2023", 2023), ("2023年", 2023), ("２０２３", 2023), ("去年", None), (23, None), (None, None)]
)
def test_the_year_is_read_with_and_without_its_unit(typed: object, year: int | None, tmp_path: Path) -> None:
    def edit(workbook: Workbook) -> None:
        workbook[UNIT_SHEET][BOOK.details["year"].address] = typed

    assert read_back(edited(report(), edit), tmp_path).year == year


def test_a_phone_or_postcode_stored_as_a_number_reads_as_its_digits(tmp_path: Path) -> None:
    def edit(workbook: Workbook) -> None:
        workbook[UNIT_SHEET][BOOK.details["phone"].address] = 57112345678
        workbook[UNIT_SHEET][BOOK.details["postcode"].address] = 310000

    unit = read_back(edited(report(), edit), tmp_path).unit
    assert (unit.phone, unit.postcode) == ("57112345678", "310000")


def test_lines_within_one_cell_are_paragraphs_and_empty_ones_are_none(tmp_path: Path) -> None:
    def edit(workbook: Workbook) -> None:
        first, second, third, *_ = BOOK.texts["problems"].paragraphs
        workbook[first.sheet][first.address] = "一。\n二。\n\n"
        workbook[second.sheet][second.address] = "　"
        workbook[third.sheet][third.address] = "　　三。"

    assert read_back(edited(report(), edit), tmp_path).texts["problems"] == "一。\n二。\n　　三。"
