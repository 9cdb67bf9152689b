"""The workbook that tells an office how its units stand."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.engines import convert
from tests.reports import FORM, balanced_figures, report
from xltools.comparison.differences import split_label
from xltools.county.summary.overview import write_summary
from xltools.county.summary.state import STATES, Summary, UnitLine, figure_row, find_flow, last_row, state_of
from xltools.form.loader import load_form
from xltools.form.unit import Unit
from xltools.report.filled import Report, Value
from xltools.report.sums import addition, sum_reports
from xltools.rules.registry import find_rule
from xltools.rules.review import review
from xltools.rules.rule import Fault, Finding

RECEIVED = "requests.received.total"
FIRST = 4
"""The column of the first figure in 各单位数据, and its rows: the totals, and the first unit."""
SUM, SHOWN, UNITS = 3, 4, 8


def unit_line(number: int, figures: dict[str, Value] | None = None, last: dict[str, Value] | None = None, **changes: object) -> UnitLine:
    """A unit that reported, checked as `collect` does."""
    name = f"示例{number}镇人民政府"
    now = report(figures or balanced_figures(number), unit=Unit(name=name))
    then = report(last or balanced_figures(number + 500), year=2023, unit=Unit(name=name))
    findings = review(now, then).findings
    line = UnitLine(
        f"{number:04d}",
        name,
        state_of(findings),
        f"{name}.xlsx",
        f"批注/{name}.xlsx",
        "",
        figure_row(addition(now, FORM).values, FORM),
        last_row(then, FORM),
    )
    return replace(line, findings=findings, **changes)  # type: ignore[arg-type]


LINES = [unit_line(number) for number in range(30)]
FAULTY = unit_line(90, {**balanced_figures(90), "requests.granted.other": "约3", "disclosure.fees.amount": None})
MISSING = UnitLine("0777", "示例七七乡人民政府", "未报送")
UNREADABLE = UnitLine("0778", "示例七八乡人民政府", "无法读取", file="七八.xlsx", note="不是有效的工作簿。请另存后再试。")
STRANGER = UnitLine("", "=1+1", "不在名册", file="-2.xlsx", copy="批注/#1 50%.xlsx", note="@名册中没有这个单位")
COUNTY = Summary(FORM, "示例县人民政府", 2024, (*LINES, FAULTY, MISSING, UNREADABLE, STRANGER), ("甲镇：有1格没有计入。",))


def sheets(data: bytes, *, results: bool = False) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data), data_only=results)


def rows(sheet: Worksheet, first: int) -> Iterator[tuple[object, ...]]:
    return sheet.iter_rows(min_row=first, values_only=True)


@pytest.fixture(scope="module")
def written() -> bytes:
    return write_summary(COUNTY)


@pytest.fixture(scope="module")
def shown(written: bytes) -> openpyxl.Workbook:
    """The workbook with the results that xltools stored; a trial holds them against a spreadsheet program's."""
    return sheets(written, results=True)


@pytest.fixture(scope="module")
def recalculated(written: bytes, tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    """The workbook as LibreOffice calculates it, once all results that xltools had stored are gone."""
    folder = tmp_path_factory.mktemp("summary")
    bare = folder / "bare.xlsx"
    sheets(written).save(bare)
    (back,) = convert([bare], "xlsx", tmp_path_factory.mktemp("recalculated"))
    with warnings.catch_warnings():  # openpyxl does not know LibreOffice's extensions
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(back, data_only=True)


class TestOverview:
    def test_every_unit_has_a_line_and_every_state_its_number(self, shown: openpyxl.Workbook) -> None:
        sheet = shown["总览"]
        states = [cell.value for cell in sheet[4]][3 : 3 + len(STATES)]
        counts = [cell.value for cell in sheet[5]][2 : 3 + len(STATES)]
        assert tuple(states) == STATES
        assert counts == [len(COUNTY.units), *(sum(unit.state == state for unit in COUNTY.units) for state in STATES)]
        assert [row[2] for row in rows(sheet, 8) if row[2]] == [unit.name for unit in COUNTY.units]

    def test_what_is_missing_is_red(self, written: bytes) -> None:
        sheet = sheets(written)["总览"]
        conditions = {rule.formula[0]: rule for area in sheet.conditional_formatting for rule in area.rules}
        red = conditions['$D8="未报送"']
        assert red.dxf.font.color.rgb == "FF9C0006"

    def test_received_requests_stand_beside_last_years(self, shown: openpyxl.Workbook) -> None:
        line = next(rows(shown["总览"], 8))
        number = COUNTY.numbers[RECEIVED]
        assert line[7:10] == (LINES[0].last[number], LINES[0].this[number], LINES[0].this[number] - LINES[0].last[number])  # type: ignore[operator]

    def test_the_reason_and_the_remarks_can_be_read(self, written: bytes) -> None:
        texts = {cell.value for sheet in ("总览", "注意事项") for row in sheets(written)[sheet].iter_rows() for cell in row}
        assert {"汇总时需要注意的有1项，见“注意事项”表。", "甲镇：有1格没有计入。", UNREADABLE.note} <= texts

    def test_what_stays_in_view_leaves_room_however_many_remarks_there_are(self) -> None:
        sheet = sheets(write_summary(replace(COUNTY, remarks=tuple(f"第{number}镇：有1格没有计入。" for number in range(60)))))["总览"]
        assert sheet.freeze_panes == "D8"
        assert sum(sheet.row_dimensions[row].height or 15 for row in range(1, 8)) < 180

    def test_each_line_tells_when_it_came_what_is_new_and_whom_to_call(self) -> None:
        line = replace(LINES[0], came=date(2025, 1, 22), late=2, change="新报送", phone="0571-1")
        sheet = sheets(write_summary(replace(COUNTY, units=(line,))))["总览"]
        named = {cell.value: sheet.cell(8, cell.column).value for cell in sheet[7]}
        assert (named["报送日期"], named["迟报天数"], named["比上次"], named["电话"]) == ("2025-01-22", 2, "新报送", "0571-1")


class TestRanking:
    def test_without_errors_nobody_is_ranked(self) -> None:
        assert sheets(write_summary(replace(COUNTY, units=(MISSING,))))["错误排名"]["A4"].value == "没有错误。"

    def test_the_unit_with_most_errors_comes_first_and_equals_share_a_rank(self) -> None:
        error = Finding(1, find_rule("T201"), Fault("差 1"))
        clean, one, two, worst = (
            UnitLine(str(number), f"{number}镇", "有错误", findings=(error,) * count) for number, count in enumerate((0, 1, 1, 3))
        )
        sheet = sheets(write_summary(replace(COUNTY, units=(clean, one, two, worst))))["错误排名"]
        ranked = [(row[0], row[2]) for row in rows(sheet, 4)]
        assert ranked == [(1, worst.name), (2, one.name), (2, two.name)]


class TestMatrix:
    def test_the_totals_are_the_sums_of_the_units_and_those_of_the_roll_up(self, shown: openpyxl.Workbook) -> None:
        reports = [report(balanced_figures(number), unit=Unit(name=f"{number}镇")) for number in range(30)]
        odd: dict[str, Value] = {"requests.granted.other": "约3", "disclosure.fees.amount": None}
        faulty = report({**balanced_figures(90), **odd}, unit=Unit(name="九〇镇"))
        summed = sum_reports(FORM, Unit(name="示例县"), 2024, [*reports, faulty]).report
        sheet = shown["各单位数据"]
        for row in (SUM, SHOWN):
            totals = [cell.value for cell in sheet[row]][FIRST - 1 :]
            assert totals == [float(summed.numbers[id]) for id in FORM.figures]

    def test_each_unit_has_its_figures_under_the_official_labels(self, written: bytes) -> None:
        sheet = sheets(written)["各单位数据"]
        labels = [cell.value for cell in sheet[UNITS - 1]][FIRST - 1 :]
        assert labels == [figure.path[-1] for figure in FORM.figures.values()]
        assert sheet.cell(UNITS - 2, FIRST).value == split_label(next(iter(FORM.figures.values())))[0]
        assert [cell.value for cell in sheet[UNITS + 3]][FIRST - 1 :] == list(LINES[3].this)

    def test_blank_has_no_number_and_text_stays_text(self, written: bytes) -> None:
        sheet = sheets(written)["各单位数据"]
        by_name = {row[1]: row for row in rows(sheet, UNITS)}
        assert by_name[FAULTY.name][FIRST - 1 + COUNTY.numbers["disclosure.fees.amount"]] is None
        assert by_name[FAULTY.name][FIRST - 1 + COUNTY.numbers["requests.granted.other"]] == "约3"
        assert set(by_name[MISSING.name][FIRST - 1 :]) == {None}

    def test_units_and_labels_stay_in_view_and_can_be_filtered(self, written: bytes) -> None:
        sheet = sheets(written)["各单位数据"]
        assert sheet.freeze_panes == "D8"
        assert sheet.auto_filter.ref.startswith("A7:")
        assert sheet.print_title_rows == "$5:$7"


class TestFindings:
    def test_every_finding_of_every_unit_is_listed_with_a_link_to_its_copy(self, written: bytes) -> None:
        sheet = sheets(written)["问题清单"]
        told = [(row[1], row[4], row[7]) for row in rows(sheet, 5)]
        assert told == [(unit.name, finding.rule.code, finding.fault.message) for unit in COUNTY.units for finding in unit.findings]
        target = sheet.cell(5, 11).hyperlink.target.replace("\\", "/")
        assert target == next(unit.copy for unit in COUNTY.units if unit.findings)

    def test_a_file_name_that_an_address_could_not_hold_leads_to_the_file(self, written: bytes) -> None:
        sheet = sheets(written)["总览"]
        assert sheet.cell(7 + len(COUNTY.units), 16).hyperlink.target == "批注\\%231%2050%25.xlsx"

    def test_the_numbers_of_each_rule_are_those_of_the_list(self, shown: openpyxl.Workbook) -> None:
        findings = [(unit.name, finding) for unit in COUNTY.units for finding in unit.findings]
        *lines, total = list(rows(shown["问题分类统计"], 5))
        assert total[3] == len(findings)
        for code, _, _, count, followed, units, _ in lines:
            same = [(name, finding) for name, finding in findings if finding.rule.code == code]
            assert (count, followed) == (len(same), sum(finding.because is not None for _, finding in same))
            assert units == len({name for name, _ in same})

    def test_where_nothing_was_found_it_says_so(self) -> None:
        clean = Summary(FORM, "示例县", 2024, (replace(LINES[0], findings=()),))
        book = sheets(write_summary(clean))
        assert book["问题清单"]["A5"].value == book["问题分类统计"]["A5"].value == "没有发现问题。"


class TestYears:
    def test_only_units_with_both_years_are_compared(self, shown: openpyxl.Workbook) -> None:
        lines = {(row[0], row[1]): row for row in rows(shown["与上年比较"], 5)}
        number = COUNTY.numbers[RECEIVED]
        row = lines[split_label(FORM.figures[RECEIVED])]
        last, this = (
            sum(int(str(values[number])) for unit in COUNTY.units if (values := getattr(unit, year))) for year in ("last", "this")
        )
        assert row[3:7] == (31, last, this, this - last)
        assert row[7] == pytest.approx(round((this - last) / last, 3))

    def test_last_year_of_another_edition_is_compared_where_both_count_the_same(self) -> None:
        old = report({"requests.received.other": 4}, form=load_form("govinfo-2019"), year=2020)
        row = dict(zip(FORM.figures, last_row(old, FORM), strict=True))
        assert (row["requests.received.total"], row["disclosure.rules.in_force"]) == (4, None)


class TestCharts:
    def test_the_largest_units_have_a_bar_each_and_the_rest_one_together(self, shown: openpyxl.Workbook) -> None:
        sheet = shown["图表数据"]
        names = [row[0] for row in rows(sheet, 4)]
        assert len(names) == 22
        assert names[20:] == ["其余11个单位", "合计"]
        total = list(rows(sheet, 4))[-1]
        assert total[2] == float(COUNTY.totals[COUNTY.numbers[RECEIVED]])
        received = [row[2] for row in rows(sheet, 4)][:20]
        assert received == sorted(received, reverse=True)

    def test_what_came_in_is_what_became_of_it(self) -> None:
        flow = find_flow(FORM)
        assert flow is not None
        assert flow.received == RECEIVED
        assert [label for label, _ in flow.outcomes][:3] == ["（一）予以公开", "（二）部分公开", "（三）不予公开"]

    def test_there_is_a_chart_of_each_kind(self, written: bytes) -> None:
        assert len(sheets(written)["图表"]._charts) == 4  # type: ignore[attr-defined]


def test_text_that_looks_like_a_formula_is_none(written: bytes) -> None:
    last = 7 + len(COUNTY.units)
    sheet = sheets(written)["总览"]
    for column, text in ((3, "=1+1"), (15, "-2.xlsx"), (17, "@名册中没有这个单位")):
        cell = sheet.cell(last, column)
        assert (cell.value, cell.data_type) == (text, "s")


def test_the_same_summary_gives_the_same_bytes(written: bytes) -> None:
    assert write_summary(COUNTY) == written


@pytest.mark.trial
def test_the_results_stored_are_those_that_a_spreadsheet_program_calculates(written: bytes, recalculated: openpyxl.Workbook) -> None:
    for sheet in sheets(written, results=True):
        for row in sheet.iter_rows():
            for cell in row:
                other = recalculated[sheet.title][cell.coordinate].value
                if isinstance(cell.value, (int, float)):
                    assert other == pytest.approx(cell.value), (sheet.title, cell.coordinate)


@pytest.mark.parametrize("units", [(), (MISSING,), (LINES[0],)], ids=["none", "one missing", "one"])
def test_few_units_are_no_matter(units: tuple[UnitLine, ...]) -> None:
    assert sheets(write_summary(Summary(FORM, "示例县", 2024, units))).sheetnames[0] == "总览"


def test_a_form_of_another_kind_has_its_summary_too() -> None:
    form = load_form(str(Path(__file__).parent / "forms" / "tiny"))
    figures: dict[str, Value] = {"calls.urban.east.channel.voice": 3, "calls.urban.east.closed": 3}
    one: Report = report(figures, form=form, unit=Unit(name="东区"))
    line = UnitLine("1", "东区", "没有问题", this=figure_row(addition(one, form).values, form))
    book = sheets(write_summary(Summary(form, "热线办", 2024, (line,))))
    assert book["各单位数据"].cell(UNITS, FIRST).value == 3


@pytest.mark.trial
def test_a_thousand_units_fit_into_one_summary() -> None:
    many = tuple(replace(LINES[number % 30], code=str(number)) for number in range(1_000))
    data = write_summary(Summary(FORM, "示例省", 2024, many))
    assert len(data) < 5_000_000
