"""What was filled in is what is read, whoever saved the workbook last, and no figure is ever read from another one's cell."""

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
import xlsxwriter
from openpyxl.workbook import Workbook

from tests.engines import convert
from tests.reports import FORM, TEXTS, balanced_figures, report
from xltools.errors import UnreadableFileError
from xltools.form.book import CHECKS, GUIDE, TABLE_TOP, UNIT_SHEET, Check, Place, plan_book
from xltools.form.loader import find_form
from xltools.form.unit import Unit
from xltools.readers.dispatch import read_report
from xltools.report.filled import Breakdown, Report, Value, unread_table
from xltools.rules.review import review
from xltools.workbook.locked_workbook import write_workbook

BOOK = plan_book(FORM)
REQUESTS, LITIGATION = "三、依申请公开", "四、复议诉讼"
TOTAL = "requests.received.total"
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
BLANKS = (None, "", " ", "\u3000", "\u00a0 ", "\u200b")

Edit = Callable[[Workbook], object]


def _edited(original: Report, edit: Edit) -> bytes:
    workbook = openpyxl.load_workbook(io.BytesIO(write_workbook(original)))
    edit(workbook)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def _put(values: Mapping[str, object]) -> Edit:
    """Types these values into the figures' cells."""

    def edit(workbook: Workbook) -> None:
        for id, value in values.items():
            cell = workbook[BOOK.figures[id].sheet][BOOK.figures[id].address]
            cell.value = value
            if isinstance(value, str) and value not in ("=12",):
                cell.data_type = "f" if value.startswith("=") else "s"
            elif value == "=12":
                cell.data_type = "s"

    return edit


def _typed_over(workbook: Workbook) -> None:
    """A total typed over with its value, one with a wrong value, one with another formula, one emptied."""
    sheet = workbook[REQUESTS]
    for row, value in (("received", 0), ("carried_in", 7), ("granted", "=SUM(D7:H7)"), ("partly_granted", None)):
        sheet[BOOK.figures[f"requests.{row}.total"].address] = value


def _misfilled(workbook: Workbook) -> None:
    """Whatever a cell can hold beside numbers and text."""
    _put(dict(zip(INPUTS, (True, datetime.date(2024, 3, 5), datetime.time(3, 5), "=1/0", "=5+7", 0.1 + 0.2, 1e300), strict=False)))(
        workbook
    )
    cell = workbook[REQUESTS][BOOK.figures[INPUTS[7]].address]
    cell.value, cell.data_type = "#N/A", "e"


SOURCES: dict[str, bytes] = {}


def _source(name: str) -> bytes:
    if not SOURCES:
        SOURCES.update(
            full=write_workbook(FULL),
            typed=_edited(report(), _put(dict(zip(INPUTS, TYPED, strict=False)))),
            unclear=_edited(report(), _put(dict(zip(INPUTS, UNCLEAR, strict=False)))),
            typed_over=_edited(report(), _typed_over),
            misfilled=_edited(report(), _misfilled),
        )
    return SOURCES[name]


@dataclass(frozen=True)
class Saved:
    """The source workbooks as each program saved them."""

    folder: Path

    def read(self, name: str, program: str) -> Report:
        path = self.path(name, program)
        return read_report(path, find_form(None))

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


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Saved:
    return Saved(tmp_path_factory.mktemp("saved"))


LIBREOFFICE = [pytest.param(kind, marks=pytest.mark.trial) for kind in ("xlsx", "xls", "et", "ods")]
every_program = pytest.mark.parametrize("program", ["as written", "openpyxl", *LIBREOFFICE])


def _read(data: bytes, tmp_path: Path) -> Report:
    path = tmp_path / "report.xlsx"
    path.write_bytes(data)
    return read_report(path, find_form(None))


# ----------------------------------------------------------------------------------------------- what was filled in


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
    assert _read(write_workbook(report(breakdowns=(alone, parts))), tmp_path).breakdowns == (alone, parts)


@every_program
def test_nothing_seems_altered_where_nothing_was(saved: Saved, program: str) -> None:
    read = saved.read("full", program)
    origin = read.origin
    assert (origin.kind, origin.altered, origin.overwritten, read.unread) == ("workbook", (), (), ())
    assert (origin.missing_sheets, origin.extra_sheets) == ((), ())


def test_a_workbook_may_be_named_as_one_with_macros(saved: Saved, tmp_path: Path) -> None:
    path = Path(shutil.copy(saved.path("full", "as written"), tmp_path / "report.xlsm"))
    assert dict(read_report(path, find_form(None)).figures) == FULL.figures


# ------------------------------------------------------------------------------------------------- numbers as typed


@every_program
def test_a_number_typed_as_text_is_understood_where_there_is_no_doubt(saved: Saved, program: str) -> None:
    read = saved.read("typed", program)
    assert {text: read.figures[id] for id, text in zip(INPUTS, TYPED, strict=False)} == TYPED


@every_program
def test_what_was_typed_as_text_is_kept(saved: Saved, program: str) -> None:
    read = saved.read("typed", program)
    assert [read.typed[id] for id, _ in zip(INPUTS, TYPED, strict=False)] == list(TYPED)
    assert len(read.typed) == len(TYPED)


@every_program
def test_a_text_in_doubt_stays_as_it_is(saved: Saved, program: str) -> None:
    read = saved.read("unclear", program)
    assert tuple(read.figures[id] for id, _ in zip(INPUTS, UNCLEAR, strict=False)) == UNCLEAR
    assert read.typed == {}


@pytest.mark.parametrize("blank", BLANKS, ids=map(repr, BLANKS))
def test_a_blank_is_neither_0_nor_text(blank: str | None, tmp_path: Path) -> None:
    read = _read(_edited(report(), _put({INPUTS[0]: blank})), tmp_path)
    assert read.figures[INPUTS[0]] is None
    assert read.figures[INPUTS[1]] == 0


def test_the_unit_behind_a_number_is_that_of_its_cell(tmp_path: Path) -> None:
    values = {"disclosure.fees.amount": "12.5万元", "disclosure.rules.made": "3万元", "disclosure.rules.repealed": "3件"}
    read = _read(_edited(report(), _put(values)), tmp_path)
    assert [read.figures[id] for id in values] == [Decimal("12.5"), "3万元", 3]


@pytest.mark.parametrize(
    ("stored", "number"),
    [
        (3.0, 3),
        (-0.0, 0),
        (0.1 + 0.2, Decimal("0.3")),
        (59237.244900000005, Decimal("59237.2449")),
        (1e15, 10**15),
        (0.000001, Decimal("0.000001")),
        (1e300, "1e+300"),
    ],
)
def test_a_stored_number_is_read_as_a_spreadsheet_program_shows_it(stored: float, number: Value, tmp_path: Path) -> None:
    read = _read(_edited(report(), _put({"disclosure.fees.amount": stored})), tmp_path)
    value = read.figures["disclosure.fees.amount"]
    assert (value, type(value)) == (number, type(number))


def test_what_is_neither_number_nor_text_is_kept_as_text(saved: Saved) -> None:
    read = saved.read("misfilled", "openpyxl")
    assert [read.figures[id] for id in INPUTS[:8]] == [
        "TRUE",
        "2024-03-05",
        "03:05:00",
        "=1/0",
        "=5+7",
        Decimal("0.3"),
        "1e+300",
        "#N/A",
    ]


@pytest.mark.parametrize("program", LIBREOFFICE)
def test_an_input_that_holds_an_error_is_not_taken_for_a_blank(saved: Saved, program: str) -> None:
    read = saved.read("misfilled", program)
    assert isinstance(read.figures[INPUTS[3]], str)
    assert isinstance(read.figures[INPUTS[7]], str)


@pytest.mark.parametrize("program", LIBREOFFICE)
def test_an_input_filled_by_a_formula_is_read_as_its_result(saved: Saved, program: str) -> None:
    assert saved.read("misfilled", program).figures[INPUTS[4]] == 12


@pytest.mark.parametrize(
    ("typed", "year"), [(2023, 2023), ("2023", 2023), ("2023年", 2023), ("２０２３", 2023), ("去年", None), (23, None), (None, None)]
)
def test_the_year_is_read_with_and_without_its_unit(typed: object, year: int | None, tmp_path: Path) -> None:
    def edit(workbook: Workbook) -> None:
        workbook[UNIT_SHEET][BOOK.details["year"].address] = typed

    assert _read(_edited(report(), edit), tmp_path).year == year


def test_a_phone_or_postcode_stored_as_a_number_reads_as_its_digits(tmp_path: Path) -> None:
    def edit(workbook: Workbook) -> None:
        workbook[UNIT_SHEET][BOOK.details["phone"].address] = 57112345678
        workbook[UNIT_SHEET][BOOK.details["postcode"].address] = 310000

    unit = _read(_edited(report(), edit), tmp_path).unit
    assert (unit.phone, unit.postcode) == ("57112345678", "310000")


def test_lines_within_one_cell_are_paragraphs_and_empty_ones_are_none(tmp_path: Path) -> None:
    def edit(workbook: Workbook) -> None:
        first, second, third, *_ = BOOK.texts["problems"].paragraphs
        workbook[first.sheet][first.address] = "一。\n二。\n\n"
        workbook[second.sheet][second.address] = "　"
        workbook[third.sheet][third.address] = "　　三。"

    assert _read(_edited(report(), edit), tmp_path).texts["problems"] == "一。\n二。\n　　三。"


# ---------------------------------------------------------------------------------------------------------- totals


def _names(read: Report) -> set[str]:
    return {finding.rule.name for finding in review(read).findings}


@pytest.mark.parametrize("program", ["as written", *LIBREOFFICE])
def test_a_stored_total_that_is_right_is_no_finding(saved: Saved, program: str) -> None:
    assert not _names(saved.read("full", program)) & {"never-recalculated", "row-total", "results-total", "formula-overwritten"}


def test_totals_that_were_never_calculated_are_told_from_wrong_ones(tmp_path: Path) -> None:
    read = _read(_edited(report(), _put({"requests.received.business": 5, "requests.carried_out.business": 5})), tmp_path)
    assert _names(read) == {"never-recalculated"}
    assert read.numbers[TOTAL] == 5


@every_program
def test_a_total_typed_over_is_told_and_its_value_kept(saved: Saved, program: str) -> None:
    read = saved.read("typed_over", program)
    # a .xls tells that there is a formula, not which one
    formulas = () if program in ("xls", "et") else ("requests.granted.total",)
    assert set(read.origin.overwritten) == {TOTAL, "requests.carried_in.total", *formulas, "requests.partly_granted.total"}
    assert read.figures[TOTAL] == 0
    assert read.figures["requests.carried_in.total"] == 7
    assert "requests.partly_granted.total" not in read.figures  # emptied: nobody stated another one


def test_totals_whose_formulas_were_cut_are_what_their_inputs_add_up_to_and_told_once(tmp_path: Path) -> None:
    cut = ["requests.received.total", "requests.denied.state_secret.total", "requests.results.natural_person"]
    read = _read(_edited(report(balanced_figures(3)), _put(dict.fromkeys(cut))), tmp_path)
    told = [one for one in review(read).findings if one.rule.name == "formula-overwritten" or one.severity == "error"]
    assert [set(one.fault.figures) for one in told] == [set(cut)]
    assert "xltools import" in told[0].fault.message


def test_a_formula_that_adds_up_the_same_cells_is_the_form_s_however_it_is_written(tmp_path: Path) -> None:
    for formula in ("=SUM(D5:I5)", "=SUM($D$5:$I$5)", "=sum($D5:I$5)", "=SUM( D5 : I5 )"):
        assert _read(_edited(report(), _put({TOTAL: formula})), tmp_path).origin.overwritten == ()
    for formula in ("=SUM($D$5:$H$5)", "=SUM($D$5:$I$6)"):
        assert _read(_edited(report(), _put({TOTAL: formula})), tmp_path).origin.overwritten == (TOTAL,)


@pytest.mark.parametrize("program", LIBREOFFICE)
def test_a_total_typed_over_is_wrong_only_where_its_value_is(saved: Saved, program: str) -> None:
    wrong = [f.fault.figures[0] for f in review(saved.read("typed_over", program)).findings if f.rule.name == "row-total"]
    assert wrong == ["requests.carried_in.total"]


# -------------------------------------------------------------------------------------- altered, moved, missing sheets


def test_a_changed_label_is_told_and_the_figures_are_still_read(tmp_path: Path) -> None:
    def edit(workbook: Workbook) -> None:
        workbook[REQUESTS]["A5"] = "一、本年收到申请"

    read = _read(_edited(FULL, edit), tmp_path)
    (change,) = read.origin.altered
    assert (change.place.sheet, change.place.address, change.found) == (REQUESTS, "A5", "一、本年收到申请")
    assert read.unread == ()
    assert dict(read.figures) == FULL.figures


def test_blanks_and_line_breaks_within_a_label_are_no_change(tmp_path: Path) -> None:
    def edit(workbook: Workbook) -> None:
        workbook[REQUESTS]["A5"] = "一、本年新收\n政府信息公开 申请数量　"

    assert _read(_edited(FULL, edit), tmp_path).origin.altered == ()


def test_sheets_in_another_order_are_read_all_the_same(tmp_path: Path) -> None:
    def edit(workbook: Workbook) -> None:
        workbook._sheets.reverse()

    read = _read(_edited(FULL, edit), tmp_path)
    assert dict(read.figures) == FULL.figures
    assert (read.texts, read.origin.altered) == (FULL.texts, ())


def test_a_sheet_that_was_added_is_told(tmp_path: Path) -> None:
    read = _read(_edited(FULL, lambda workbook: workbook.create_sheet("Sheet1", 0)), tmp_path)
    assert read.origin.extra_sheets == ("Sheet1",)
    assert dict(read.figures) == FULL.figures


def test_of_a_sheet_that_was_deleted_nothing_is_read_and_everything_of_the_others(tmp_path: Path) -> None:
    read = _read(_edited(FULL, lambda workbook: workbook.remove(workbook[REQUESTS])), tmp_path)
    assert (read.origin.missing_sheets, [lost.table for lost in read.unread]) == ((REQUESTS,), ["requests"])
    assert {id: value for id, value in read.figures.items() if value is not None} == {
        id: value for id, value in FULL.figures.items() if value is not None and not id.startswith("requests.")
    }


def test_a_sheet_that_was_renamed_is_missing_and_extra(tmp_path: Path) -> None:
    def edit(workbook: Workbook) -> None:
        workbook[LITIGATION].title = "四"

    read = _read(_edited(FULL, edit), tmp_path)
    assert (read.origin.missing_sheets, read.origin.extra_sheets) == ((LITIGATION,), ("四",))
    assert read.unread == (unread_table(FORM, "litigation", "缺少工作表，本表未识别。"),)


@pytest.mark.parametrize("sheet", [sheet for sheet in BOOK.sheets if sheet != GUIDE])
def test_any_sheet_may_be_missing(sheet: str, tmp_path: Path) -> None:
    read = _read(_edited(FULL, lambda workbook: workbook.remove(workbook[sheet])), tmp_path)
    assert read.origin.missing_sheets == (sheet,)
    assert "sheet-missing" in _names(read)


def test_a_workbook_without_its_guide_is_refused_with_the_way_out_and_read_by_its_labels_on_import(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    path.write_bytes(_edited(FULL, lambda workbook: workbook.remove(workbook[GUIDE])))
    with pytest.raises(UnreadableFileError, match="xltools import"):
        read_report(path, find_form(None))
    read = read_report(path, find_form(None), mend=True)
    assert (dict(read.figures), read.texts, read.unread) == (FULL.figures, FULL.texts, ())
    assert GUIDE in read.origin.by_labels


# ----------------------------------------------------------------- no figure is ever read from another one's cell

# Every figure with a number of its own, so that one read from a wrong cell is seen.
OWN: dict[str, Value] = {figure.id: 1000 + number for number, figure in enumerate(FORM.inputs)}
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
    read = _read(_edited(FULL, _insert(REQUESTS, BOOK.figures["requests.granted.business"])), tmp_path)
    assert read.unread == (unread_table(FORM, "requests", "行列已移位，本表未识别。"),)
    assert {"layout-altered"} <= _names(read)
    assert not _names(read) & {"unbalanced", "row-total", "blank", "formula-overwritten"}


def test_after_rows_moved_no_explanation_stands_for_another_relation(tmp_path: Path) -> None:
    read = _read(_edited(FULL, _insert(CHECKS, BOOK.checks[0].place(Check.EXPLANATION))), tmp_path)
    assert read.explanations == {}
    assert "layout-altered" in _names(read)


def test_after_rows_moved_no_detail_of_the_unit_stands_for_another(tmp_path: Path) -> None:
    read = _read(_edited(FULL, _insert(UNIT_SHEET, BOOK.details["short_name"])), tmp_path)
    assert (read.unit, read.year) == (Unit(), None)
    assert "layout-altered" in _names(read)


def test_after_rows_moved_no_part_of_a_breakdown_stands_for_its_total(tmp_path: Path) -> None:
    area = BOOK.breakdowns[0]
    read = _read(_edited(FULL, lambda workbook: workbook[area.total.sheet].delete_rows(area.total.row + 1, 2)), tmp_path)
    assert read.breakdowns == ()
    assert "layout-altered" in _names(read)


def test_an_identity_line_pushed_down_is_still_found(tmp_path: Path) -> None:
    read = _read(_edited(FULL, lambda workbook: workbook[GUIDE].insert_rows(1, 3)), tmp_path)
    assert dict(read.figures) == FULL.figures
