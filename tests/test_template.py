"""The locked workbook, as staff find it."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell.cell import MergedCell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.cell_range import MultiCellRange
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet
from openxml_audit import OpenXmlValidator

from tests.finished import OTHER_FORM
from tests.reports import FORM, balanced_figures, report
from xltools.form.book import CHECKS, GUIDE, TABLE_TOP, Check, Place, address, plan_book
from xltools.form.formulas import total_formulas
from xltools.form.loader import load_form
from xltools.report.conversion import blank_report
from xltools.report.filled import Breakdown, Report
from xltools.workbook.locked_workbook import write_workbook
from xltools.workbook.styles import BAND_FILL, INPUT_FILL
from xltools.workbook.table_sheets import verdict_place

BOOK = plan_book(FORM)
TABLE_SHEETS = [table.section.sheet for table in BOOK.tables.values()]


@pytest.fixture(scope="module")
def data() -> bytes:
    return write_workbook(blank_report(FORM, 2024, unit="示例县人民政府"))


@pytest.fixture(scope="module")
def workbook(data: bytes) -> Workbook:
    return openpyxl.load_workbook(BytesIO(data))


def cells(sheet: Worksheet) -> list[tuple[Place, object]]:
    """The cells of a sheet that are there, merged ones once."""
    return [
        (Place(sheet.title, cell.row - 1, cell.column - 1), cell)
        for row in sheet.iter_rows()
        for cell in row
        if not isinstance(cell, MergedCell)
    ]


class TestSheets:
    def test_they_stand_in_the_official_order(self, workbook: Workbook) -> None:
        assert workbook.sheetnames == [
            "填报说明", "基本信息", "一、总体情况", "二、主动公开", "三、依申请公开", "四、复议诉讼", "五六、问题与其他", "校验",
        ]  # fmt: skip

    def test_every_label_is_where_the_reader_looks_for_it(self, workbook: Workbook) -> None:
        for place, text in BOOK.labels.items():
            assert workbook[place.sheet].cell(place.row + 1, place.column + 1).value == text

    def test_the_merges_are_those_of_the_official_tables(self, workbook: Workbook) -> None:
        for table in BOOK.tables.values():
            official = {
                (c.row + 1, c.column, c.row + c.rowspan, c.column + c.colspan - 1)
                for c in table.layout.cells
                if c.rowspan > 1 or c.colspan > 1
            }
            merged = workbook[table.section.sheet].merged_cells.ranges
            assert {(r.min_row - 1, r.min_col - 1, r.max_row - 1, r.max_col - 1) for r in merged if r.min_row > 1} == official

    def test_the_first_received_figure_stands_in_d5(self) -> None:
        assert BOOK.figures["requests.received.natural_person"] == Place("三、依申请公开", 4, 3)

    def test_the_guide_explains_every_kind_of_relation(self, workbook: Workbook) -> None:
        text = "\n".join(str(row[0]) for row in workbook[GUIDE].iter_rows(values_only=True))
        assert {relation.basis for relation in FORM.relations if relation.basis not in text} == set()
        assert "浅黄色" in text
        assert "xltools check" in text

    def test_the_form_and_its_layout_are_named_where_the_reader_finds_them(self, workbook: Workbook) -> None:
        assert workbook[GUIDE].cell(BOOK.identity.row + 1, BOOK.identity.column + 1).value == BOOK.identity_text
        assert FORM.id in BOOK.identity_text
        assert BOOK.fingerprint in BOOK.identity_text
        assert FORM.edition in BOOK.identity_text


class TestLocking:
    def test_exactly_the_inputs_are_unlocked(self, workbook: Workbook) -> None:
        unlocked = {place for sheet in workbook for place, cell in cells(sheet) if not cell.protection.locked}  # type: ignore[attr-defined]
        assert unlocked == BOOK.inputs

    def test_exactly_the_inputs_have_the_fill(self, workbook: Workbook) -> None:
        filled = {
            place: cell.fill.fgColor.rgb  # type: ignore[attr-defined]
            for sheet in workbook
            for place, cell in cells(sheet)
            if cell.fill.fill_type  # type: ignore[attr-defined]
        }
        assert {place for place, colour in filled.items() if colour == f"FF{INPUT_FILL[1:]}"} == BOOK.inputs
        # the titles of the blocks are blue, as in the official table
        titles = {(TABLE_TOP + cell.row, "二、主动公开") for cell in BOOK.tables["disclosure"].layout.cells if cell.kind == "title"}
        assert {(place.row, place.sheet) for place, colour in filled.items() if colour == f"FF{BAND_FILL[1:]}"} == titles
        assert len(set(filled.values())) == 2

    def test_every_sheet_and_the_structure_are_protected(self, workbook: Workbook, data: bytes) -> None:
        assert all(sheet.protection.sheet for sheet in workbook)
        assert b'<workbookProtection lockStructure="1"/>' in zipfile.ZipFile(BytesIO(data)).read("xl/workbook.xml")

    def test_totals_and_labels_can_be_selected_and_copied(self, workbook: Workbook) -> None:
        for sheet in workbook:
            assert sheet.protection.selectLockedCells is False
            assert sheet.protection.selectUnlockedCells is False

    def test_a_password_protects_sheets_and_structure(self) -> None:
        locked = write_workbook(blank_report(FORM, 2024), "geheim")
        opened = openpyxl.load_workbook(BytesIO(locked))
        hashes = {sheet.protection.password for sheet in opened}
        assert len(hashes) == 1
        assert re.fullmatch("[0-9A-F]{4}", str(hashes.pop()))
        assert b"workbookPassword=" in zipfile.ZipFile(BytesIO(locked)).read("xl/workbook.xml")


class TestFormulas:
    def test_every_total_is_a_formula_over_its_parts(self, workbook: Workbook) -> None:
        for id, formula in total_formulas(BOOK).items():
            place = BOOK.figures[id]
            assert workbook[place.sheet].cell(place.row + 1, place.column + 1).value == f"={formula}"
        assert total_formulas(BOOK)["requests.received.total"] == "SUM(D5:I5)"
        assert total_formulas(BOOK)["requests.results.natural_person"] == "SUM(D7:D27)"

    def test_every_relation_and_every_breakdown_has_a_line_with_its_basis(self, workbook: Workbook) -> None:
        assert [line.id for line in BOOK.checks] == [*(r.id for r in FORM.relations), "breakdown:1", "breakdown:2", "breakdown:3"]
        sheet = workbook[CHECKS]
        for line in BOOK.checks:
            assert sheet.cell(line.row + 1, Check.WHAT + 1).value == line.what
            assert sheet.cell(line.row + 1, Check.BASIS + 1).value == line.basis != ""
            assert str(sheet.cell(line.row + 1, Check.RESULT + 1).value).startswith("=IF(")

    def test_each_table_has_the_verdict_at_its_top(self, workbook: Workbook) -> None:
        for name in TABLE_SHEETS:
            formulas = [cell.value for cell in workbook[name][1] if str(cell.value).startswith("=")]
            assert len(formulas) == 1
            assert CHECKS in str(formulas[0])

    def test_the_verdict_of_a_table_of_one_column_stands_beside_its_title(self, tmp_path: Path) -> None:
        (tmp_path / "form.toml").write_text(OTHER_FORM, encoding="utf-8")
        form = load_form(str(tmp_path))
        workbook = openpyxl.load_workbook(BytesIO(write_workbook(blank_report(form, 2024))))
        assert [str(cell.value)[:1] for cell in workbook["又数"][1]] == ["二", "="]

    def test_the_figures_of_each_relation_turn_red_together(self, workbook: Workbook) -> None:
        for relation in FORM.relations:
            places = [BOOK.figures[id] for id in relation.figures]
            rules = workbook[places[0].sheet].conditional_formatting
            red = [r for r in rules if {place.address for place in places} == addresses(r.sqref)]
            assert len(red) == 1, relation.id
            condition = red[0].rules[0].formula[0]
            assert condition.startswith("ROUND(SUM(")
            # each cell of the area is asked the same: a reference that is not absolute would move along with it
            references = re.findall(r"\$?[A-Z]+\$?\d+", condition)
            assert {(r[0], r.count("$")) for r in references} == {("$", 2)}


def addresses(areas: MultiCellRange) -> set[str]:
    return {address(row - 1, column - 1) for area in areas.ranges for row, column in area.cells}


class TestValidation:
    def validations(self, workbook: Workbook, sheet: str) -> dict[str, DataValidation]:
        validations = workbook[sheet].data_validations.dataValidation
        return {cell: validation for validation in validations for cell in addresses(validation.sqref)}

    def test_every_input_takes_its_kind_of_number_only_and_prompts_with_its_help(self, workbook: Workbook) -> None:
        validations = {sheet: self.validations(workbook, sheet) for sheet in TABLE_SHEETS}
        for figure in FORM.inputs:
            place = BOOK.figures[figure.id]
            validation = validations[place.sheet][place.address]
            assert validation.prompt.startswith(figure.help)
            assert len(figure.help) > 230 or "选择性粘贴→数值" in validation.prompt
            row, _, column = validation.promptTitle.rpartition("／")
            assert column == figure.path[-1]
            assert figure.line.startswith(row.removesuffix("…")) and row
            assert validation.errorTitle == "填写有误"
            assert validation.error
            if figure.domain == "count":
                assert (validation.type, validation.operator, validation.formula1) == ("whole", "greaterThanOrEqual", "0")
            else:
                assert validation.type == "custom"
                assert "ROUND(B15,6)=B15" in str(validation.formula1)

    def test_a_change_may_fall_below_0(self) -> None:
        form = load_form("govinfo-2019")
        (place, *_) = [plan_book(form).figures[figure.id] for figure in form.inputs if figure.domain == "signed"]
        workbook = openpyxl.load_workbook(BytesIO(write_workbook(blank_report(form, 2020))))
        validation = self.validations(workbook, place.sheet)[place.address]
        assert (validation.type, validation.formula1, validation.formula2) == ("whole", "-1000000000", "1000000000")

    def test_no_locked_cell_of_a_table_is_validated(self, workbook: Workbook) -> None:
        inputs = {(place.sheet, place.address) for place in BOOK.inputs}
        for sheet in TABLE_SHEETS:
            assert {(sheet, address) for address in self.validations(workbook, sheet)} <= inputs


class TestPrinting:
    def test_every_sheet_is_a4_as_wide_as_the_page_and_centred(self, workbook: Workbook) -> None:
        for sheet in workbook:
            assert sheet.page_setup.paperSize in (9, "9")
            assert sheet.sheet_properties.pageSetUpPr.fitToPage
            assert sheet.page_setup.fitToWidth in (None, 1)
            assert sheet.print_options.horizontalCentered

    def test_wide_tables_lie_and_repeat_their_header(self, workbook: Workbook) -> None:
        assert workbook["三、依申请公开"].page_setup.orientation == "landscape"
        assert workbook["四、复议诉讼"].page_setup.orientation == "landscape"
        assert workbook["二、主动公开"].page_setup.orientation == "portrait"
        assert workbook["三、依申请公开"].print_title_rows == "$1:$4"
        assert workbook["三、依申请公开"].freeze_panes == "D5"

    def test_the_document_names_its_title_and_its_unit(self, workbook: Workbook) -> None:
        assert workbook.properties.title == "示例县人民政府2024年政府信息公开工作年度报告"
        assert workbook.properties.creator == "示例县人民政府"


class TestContent:
    def test_the_same_report_gives_the_same_bytes(self, data: bytes) -> None:
        assert write_workbook(blank_report(FORM, 2024, unit="示例县人民政府")) == data

    def test_zeros_fill_every_input_figure_and_nothing_else(self) -> None:
        zeros = blank_report(FORM, 2024, zeros=True)
        assert set(zeros.figures.values()) == {0}
        assert len(zeros.figures) == 166
        assert zeros.texts == {}

    def test_last_year_gives_the_unit_and_what_was_carried_over(self) -> None:
        last = report(balanced_figures(7), year=2023)
        this = blank_report(FORM, 2024, previous=last)
        assert this.unit == last.unit
        filled = {id: value for id, value in this.figures.items() if value is not None}
        assert filled == {
            f"requests.carried_in.{c}": last.figures[f"requests.carried_out.{c}"]
            for c in ("natural_person", "business", "research", "public_welfare", "legal_service", "other")
        }

    def test_a_new_name_keeps_the_old_one_as_the_former(self) -> None:
        this = blank_report(FORM, 2024, unit="新名称县人民政府", previous=report(year=2023))
        assert (this.unit.name, this.unit.former_name) == ("新名称县人民政府", "示例县人民政府")

    def test_more_paragraphs_than_rows_all_go_in(self) -> None:
        text = "\n".join(f"第{number}段" for number in range(1, 401))
        opened = openpyxl.load_workbook(BytesIO(write_workbook(report(texts={"problems": text}))))
        rows = [opened[p.sheet].cell(p.row + 1, p.column + 1).value for p in BOOK.texts["problems"].paragraphs]
        assert "\n".join(map(str, rows)) == text


def test_an_independent_validator_finds_nothing_wrong(tmp_path: Path, data: bytes) -> None:
    for name, content in (("blank", data), ("filled", write_workbook(report(balanced_figures(3)), "geheim"))):
        path = tmp_path / f"{name}.xlsx"
        path.write_bytes(content)
        outcome = OpenXmlValidator().validate(str(path))
        assert outcome.is_valid, outcome.errors
        assert list(outcome.errors) == []


def verdicts(report: Report) -> dict[str, str]:
    """What stands at the top of each table's sheet and of 校验, as stored."""
    workbook = openpyxl.load_workbook(BytesIO(write_workbook(report)), data_only=True)
    tops = {table.section.sheet: verdict_place(table) for table in BOOK.tables.values()} | {CHECKS: Place(CHECKS, 1, 0)}
    return {sheet: str(workbook[sheet].cell(place.row + 1, place.column + 1).value) for sheet, place in tops.items()}


class TestStates:
    TWO, THREE, FOUR = TABLE_SHEETS

    def test_a_blank_workbook_is_not_called_right(self) -> None:
        told = verdicts(blank_report(FORM, 2024))
        assert set(told.values()) == {"尚未填写"}

    def test_a_filled_workbook_is_called_right(self) -> None:
        told = verdicts(report(balanced_figures(1)))
        assert told[self.THREE] == told[self.FOUR] == "✓ 校验全部无误"
        assert told[CHECKS] == f"✓ {len(BOOK.checks)}项全部无误"

    def test_blanks_that_staff_declared_to_be_0_are_filled_in(self) -> None:
        told = verdicts(replace(blank_report(FORM, 2024), blank_is_zero=True))
        assert told[CHECKS] == f"✓ {len(BOOK.checks)}项全部无误"

    def test_half_a_sheet_is_unfinished_and_other_sheets_do_not_count(self) -> None:
        told = verdicts(report(balanced_figures(1) | {"requests.granted.other": None, "requests.denied.state_secret.other": None}))
        assert told[self.FOUR] == "✓ 校验全部无误"
        assert told[self.THREE] == told[CHECKS] == "尚未填完：还有2格未填"

    def test_a_relation_is_compared_only_where_both_of_its_sides_are_filled(self) -> None:
        column = [figure.id for figure in FORM.inputs if figure.table == "requests" and figure.column == "other"]
        blanks = dict.fromkeys(balanced_figures(1))
        one_side = report({**blanks, "requests.received.other": 3, "requests.carried_in.other": 0})
        assert verdicts(one_side)[self.THREE] == "尚未填完：还有142格未填"
        both = verdicts(report({**blanks, **dict.fromkeys(column, 0), "requests.received.other": 3}))
        assert both[self.THREE] == "✗ 本表有1项不平，详见“校验”"
        assert both[self.FOUR] == "尚未填写"


def hidden_rows(sheet: Worksheet) -> set[int]:
    return {row - 1 for row, size in sheet.row_dimensions.items() if size.hidden}


class TestRoom:
    def test_there_is_room_for_a_long_report(self) -> None:
        assert len(BOOK.texts["overview"].paragraphs) >= 60
        assert all(len(area.paragraphs) >= 40 for area in BOOK.texts.values() if area.section.parent)

    def test_rows_that_nobody_needs_are_out_of_sight(self, workbook: Workbook) -> None:
        sheet, area = workbook["一、总体情况"], BOOK.texts["overview"]
        hidden = hidden_rows(sheet)
        assert [place.row in hidden for place in area.paragraphs] == [False] * 25 + [True] * 35
        told = sheet.cell(area.paragraphs[-1].row + 2, 1).value
        assert "取消隐藏" in str(told)

    def test_what_is_filled_in_is_never_hidden_and_shown_whole(self) -> None:
        long = "全面推进政府信息公开，" * 30
        texts = {"overview": "\n".join([long] * 40)}
        sheet = openpyxl.load_workbook(BytesIO(write_workbook(report(balanced_figures(1), texts=texts))))["一、总体情况"]
        places = BOOK.texts["overview"].paragraphs
        hidden = hidden_rows(sheet)
        assert [place.row in hidden for place in places] == [False] * 43 + [True] * 17
        assert float(sheet.row_dimensions[places[0].row + 1].height or 0) >= 17 * 7


class TestBreakdownStates:
    def told(self, *breakdowns: Breakdown) -> str:
        workbook = openpyxl.load_workbook(BytesIO(write_workbook(report(balanced_figures(1), breakdowns=breakdowns))), data_only=True)
        place = BOOK.breakdowns[0].sum
        return str(workbook[place.sheet].cell(place.row + 1, 2).value)

    def test_one_that_is_not_filled_in_is_not_called_right(self) -> None:
        assert self.told() == "没有填写"

    @pytest.mark.parametrize(("part", "told"), [(3, "✓ 总数等于各分项之和"), (2, "✗ 总数不等于各分项之和，请核对")])
    def test_one_that_is_filled_in_says_whether_it_adds_up(self, part: int, told: str) -> None:
        assert self.told(Breakdown("overview.proactive", "主动公开政府信息", "条", 3, (("文件", part),))) == told
