"""No figure is ever read from another one's cell: sheets, rows and columns altered, moved, inserted and deleted."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.workbook import Workbook

from tests.edited import BOOK, EACH_ITS_OWN, FULL, OWN, REQUESTS, Edit, edited, read_back
from tests.reports import FORM, names, report
from xltools.errors import UnreadableFileError
from xltools.form.book import CHECKS, GUIDE, TABLE_TOP, UNIT_SHEET, Check, Place
from xltools.form.loader import find_form
from xltools.form.unit import Unit
from xltools.readers.dispatch import read_report
from xltools.report.filled import Report, unread_table
from xltools.workbook.locked_workbook import write_workbook

LITIGATION = "四、复议诉讼"


def test_a_changed_label_is_told_and_the_figures_are_still_read(tmp_path: Path) -> None:
    def edit(workbook: Workbook) -> None:
        workbook[REQUESTS]["A5"] = "一、本年收到申请"

    read = read_back(edited(FULL, edit), tmp_path)
    (change,) = read.origin.altered
    assert (change.place.sheet, change.place.address, change.found) == (REQUESTS, "A5", "一、本年收到申请")
    assert read.unread == ()
    assert dict(read.figures) == FULL.figures


def test_figures_that_were_moved_away_with_their_totals_are_unread_and_not_blank(tmp_path: Path) -> None:
    read = read_back(edited(FULL, lambda workbook: workbook[REQUESTS].move_range("D5:J34", rows=40)), tmp_path)
    assert read.unread == (unread_table(FORM, "requests", "行列已移位，本表未识别。"),)
    assert {id for id, value in FULL.figures.items() if read.figures.get(id) != value} == {
        id for id in FULL.figures if id.startswith("requests.")
    }


def test_totals_that_no_program_has_calculated_yet_have_not_moved(tmp_path: Path) -> None:
    blank = report(dict.fromkeys(FULL.figures))
    assert read_back(edited(blank, lambda workbook: None), tmp_path).origin.altered == ()


def test_half_of_a_sheets_labels_may_be_reworded_and_no_more(tmp_path: Path) -> None:
    labels = [place for place in BOOK.labels if place.sheet == LITIGATION]
    for count, is_read in ((len(labels) // 2, True), (len(labels) // 2 + 1, False)):

        def edit(workbook: Workbook, count: int = count) -> None:
            for number, place in enumerate(labels[:count]):
                workbook[LITIGATION][place.address] = f"另外{number}"

        read = read_back(edited(FULL, edit), tmp_path)
        assert (read.unread == ()) is is_read
        assert len(read.origin.altered) == count


def test_a_text_beside_a_paragraph_is_told(tmp_path: Path) -> None:
    paragraph = BOOK.texts["problems"].paragraphs[0]
    beside = paragraph._replace(column=paragraph.column + 1)
    read = read_back(edited(FULL, lambda workbook: workbook[beside.sheet].__setitem__(beside.address, "旁注")), tmp_path)
    assert [(change.place, change.found) for change in read.origin.altered] == [(beside, "旁注")]
    assert read.texts == FULL.texts


def test_blanks_and_line_breaks_within_a_label_are_no_change(tmp_path: Path) -> None:
    def edit(workbook: Workbook) -> None:
        workbook[REQUESTS]["A5"] = "一、本年新收\n政府信息公开 申请数量　"

    assert read_back(edited(FULL, edit), tmp_path).origin.altered == ()


def test_sheets_in_another_order_are_read_all_the_same(tmp_path: Path) -> None:
    def edit(workbook: Workbook) -> None:
        workbook._sheets.reverse()

    read = read_back(edited(FULL, edit), tmp_path)
    assert dict(read.figures) == FULL.figures
    assert (read.texts, read.origin.altered) == (FULL.texts, ())


def test_a_sheet_that_was_added_is_told(tmp_path: Path) -> None:
    read = read_back(edited(FULL, lambda workbook: workbook.create_sheet("Sheet1", 0)), tmp_path)
    assert read.origin.extra_sheets == ("Sheet1",)
    assert dict(read.figures) == FULL.figures


def test_of_a_sheet_that_was_deleted_nothing_is_read_and_everything_of_the_others(tmp_path: Path) -> None:
    read = read_back(edited(FULL, lambda workbook: workbook.remove(workbook[REQUESTS])), tmp_path)
    assert (read.origin.missing_sheets, [lost.table for lost in read.unread]) == ((REQUESTS,), ["requests"])
    assert {id: value for id, value in read.figures.items() if value is not None} == {
        id: value for id, value in FULL.figures.items() if value is not None and not id.startswith("requests.")
    }


def test_a_sheet_that_was_renamed_is_missing_and_extra(tmp_path: Path) -> None:
    def edit(workbook: Workbook) -> None:
        workbook[LITIGATION].title = "四"

    read = read_back(edited(FULL, edit), tmp_path)
    assert (read.origin.missing_sheets, read.origin.extra_sheets) == ((LITIGATION,), ("四",))
    assert read.unread == (unread_table(FORM, "litigation", "缺少工作表，本表未识别。"),)


@pytest.mark.parametrize("sheet", [sheet for sheet in BOOK.sheets if sheet != GUIDE])
def test_any_sheet_may_be_missing(sheet: str, tmp_path: Path) -> None:
    read = read_back(edited(FULL, lambda workbook: workbook.remove(workbook[sheet])), tmp_path)
    assert read.origin.missing_sheets == (sheet,)
    assert "sheet-missing" in names(read)


def test_a_workbook_without_its_guide_is_refused_with_the_way_out_and_read_by_its_labels_on_import(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    path.write_bytes(edited(FULL, lambda workbook: workbook.remove(workbook[GUIDE])))
    with pytest.raises(UnreadableFileError, match="xltools import"):
        read_report(path, find_form(None))
    read = read_report(path, find_form(None), mend=True)
    assert (dict(read.figures), read.texts, read.unread) == (FULL.figures, FULL.texts, ())
    assert (read.unit, read.year) == (FULL.unit, FULL.year)
    assert GUIDE in read.origin.by_labels


def test_a_row_that_is_told_by_its_place_among_the_others_is_read_with_a_doubt_on_import(tmp_path: Path) -> None:
    def edit(workbook: Workbook) -> None:
        workbook.remove(workbook[GUIDE])
        (label,) = (cell for row in workbook[REQUESTS].iter_rows() for cell in row if cell.value == "2.重复申请")
        label.value = "2.再次申请"

    path = tmp_path / "report.xlsx"
    path.write_bytes(edited(EACH_ITS_OWN, edit))
    read = read_report(path, find_form(None), mend=True)
    assert (dict(read.figures), read.unread) == (EACH_ITS_OWN.figures, ())
    (doubt,) = read.origin.publication.doubts
    assert "“2.重复申请”" in doubt.text
    assert {id.rpartition(".")[0] for id in doubt.figures} == {"requests.not_processed.repeat"}


# ----------------------------------------------------------------- no figure is ever read from another one's cell

Rows = list[list[object]]


def _rows(sheet: str) -> Rows:
    """The cells of a sheet of the workbook in which every figure has its own number."""
    if not LIGHT:
        workbook = openpyxl.load_workbook(io.BytesIO(write_workbook(report(OWN))))
        LIGHT.update({name: [list(row) for row in workbook[name].iter_rows(values_only=True)] for name in (GUIDE, *TABLE_SHEETS)})
    return [list(row) for row in LIGHT[sheet]]


LIGHT: dict[str, Rows] = {}
TABLE_SHEETS = {table.section.sheet: table.layout for table in BOOK.tables.values()}


def _reading(sheet: str, rows: Rows, path: Path) -> Report:
    """A workbook of two sheets, the guide and this one, as it is read."""
    with xlsxwriter.Workbook(path) as workbook:
        for name, lines in ((GUIDE, _rows(GUIDE)), (sheet, rows)):
            worksheet = workbook.add_worksheet(name)
            for number, line in enumerate(lines):
                worksheet.write_row(number, 0, line)
    return read_report(path, find_form(None))


def _assert_none_misread(sheet: str, rows: Rows, path: Path) -> None:
    figures = _reading(sheet, rows, path).figures
    misread = {id: value for id, value in figures.items() if id in OWN and value not in (None, OWN[id])}
    assert misread == {}


@pytest.mark.parametrize("sheet", TABLE_SHEETS)
def test_figures_of_an_unaltered_sheet_are_all_read(sheet: str, tmp_path: Path) -> None:
    figures = _reading(sheet, _rows(sheet), tmp_path / "report.xlsx").figures
    on_sheet = {id: value for id, value in OWN.items() if BOOK.figures[id].sheet == sheet}
    assert {id: figures[id] for id in on_sheet} == on_sheet


@pytest.mark.parametrize("sheet", TABLE_SHEETS)
def test_no_figure_is_misread_after_a_row_was_inserted_or_deleted(sheet: str, tmp_path: Path) -> None:
    for number in range(TABLE_TOP + TABLE_SHEETS[sheet].rows):
        rows = _rows(sheet)
        _assert_none_misread(sheet, [*rows[:number], [], *rows[number:]], tmp_path / "report.xlsx")
        _assert_none_misread(sheet, [*rows[:number], *rows[number + 1 :]], tmp_path / "report.xlsx")


@pytest.mark.parametrize("sheet", TABLE_SHEETS)
def test_no_figure_is_misread_after_a_column_was_inserted_or_deleted(sheet: str, tmp_path: Path) -> None:
    for number in range(TABLE_SHEETS[sheet].columns):
        rows = _rows(sheet)
        _assert_none_misread(sheet, [[*row[:number], None, *row[number:]] for row in rows], tmp_path / "report.xlsx")
        _assert_none_misread(sheet, [[*row[:number], *row[number + 1 :]] for row in rows], tmp_path / "report.xlsx")


@pytest.mark.parametrize("sheet", TABLE_SHEETS)
def test_no_figure_is_misread_after_rows_changed_places(sheet: str, tmp_path: Path) -> None:
    for number in range(TABLE_TOP, TABLE_TOP + TABLE_SHEETS[sheet].rows - 1):
        rows = _rows(sheet)
        rows[number], rows[number + 1] = rows[number + 1], rows[number]
        _assert_none_misread(sheet, rows, tmp_path / "report.xlsx")


@pytest.mark.parametrize("sheet", TABLE_SHEETS)
def test_no_figure_is_misread_after_columns_changed_places(sheet: str, tmp_path: Path) -> None:
    for number in range(TABLE_SHEETS[sheet].columns - 1):
        rows = _rows(sheet)
        for row in rows[1:]:
            row[number : number + 2] = row[number + 1 : number - 1 if number else None : -1]
        _assert_none_misread(sheet, rows, tmp_path / "report.xlsx")


def _insert(sheet: str, place: Place) -> Edit:
    return lambda workbook: workbook[sheet].insert_rows(place.row + 1)


def test_a_table_whose_rows_moved_is_told_as_altered_and_not_read(tmp_path: Path) -> None:
    read = read_back(edited(FULL, _insert(REQUESTS, BOOK.figures["requests.granted.business"])), tmp_path)
    assert read.unread == (unread_table(FORM, "requests", "行列已移位，本表未识别。"),)
    assert {"layout-altered"} <= names(read)
    assert not names(read) & {"unbalanced", "row-total", "blank", "formula-overwritten"}


def test_after_rows_moved_no_explanation_stands_for_another_relation(tmp_path: Path) -> None:
    read = read_back(edited(FULL, _insert(CHECKS, BOOK.checks[0].place(Check.EXPLANATION))), tmp_path)
    assert read.explanations == {}
    assert "layout-altered" in names(read)


def test_a_number_typed_into_a_row_that_was_put_between_paragraphs_is_read_as_text_on_import(tmp_path: Path) -> None:
    def edit(workbook: Workbook) -> None:
        place = BOOK.texts["problems"].paragraphs[1]
        workbook[place.sheet].insert_rows(place.row + 1)
        workbook[place.sheet][place.address] = 2024
        workbook.remove(workbook[GUIDE])

    path = tmp_path / "report.xlsx"
    path.write_bytes(edited(FULL, edit))
    assert read_report(path, find_form(None), mend=True).texts["problems"] == FULL.texts["problems"] + "\n2024"


def test_after_rows_moved_no_detail_of_the_unit_stands_for_another(tmp_path: Path) -> None:
    read = read_back(edited(FULL, _insert(UNIT_SHEET, BOOK.details["short_name"])), tmp_path)
    assert (read.unit, read.year) == (Unit(), None)
    assert "layout-altered" in names(read)


def test_after_rows_moved_no_part_of_a_breakdown_stands_for_its_total(tmp_path: Path) -> None:
    area = BOOK.breakdowns[0]
    read = read_back(edited(FULL, lambda workbook: workbook[area.total.sheet].delete_rows(area.total.row + 1, 2)), tmp_path)
    assert read.breakdowns == ()
    assert "layout-altered" in names(read)


def test_an_identity_line_pushed_down_is_still_found(tmp_path: Path) -> None:
    read = read_back(edited(FULL, lambda workbook: workbook[GUIDE].insert_rows(1, 3)), tmp_path)
    assert dict(read.figures) == FULL.figures
