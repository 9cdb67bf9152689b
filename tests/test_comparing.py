"""Two reports side by side: differences and percentages, sentences that came and went, and the same in every output."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests.engines import convert
from tests.reports import FORM, balanced_figures, random_published, report
from tools.make_samples import sample_sources
from xltools.comparison import as_text as comparison_text
from xltools.comparison.as_workbook import PROSE, write_comparison
from xltools.comparison.differences import Comparison, FigureChange, compare_reports, compare_texts, split
from xltools.form.layout import text_width
from xltools.form.loader import find_form, load_form
from xltools.form.unit import Unit
from xltools.readers.dispatch import read_report
from xltools.report.filled import Breakdown, Report, Value

MADE, FEES, RECEIVED = "disclosure.rules.made", "disclosure.fees.amount", "requests.received.natural_person"
TOTAL = "requests.received.total"
OLD_FORM = load_form("govinfo-2019")
LAST = report({MADE: 4, FEES: Decimal("12.5"), RECEIVED: 3, "requests.received.business": "/"}, year=2023)
THIS = report({MADE: 3, FEES: 20, RECEIVED: 10, "requests.received.business": None})
HOSTILE = ("=1+1", "+1", "-1", "@SUM(A1)", "=HYPERLINK(“x”)。", "<b>&")


def changes(comparison: Comparison) -> dict[str, FigureChange]:
    """The figures by cell id."""
    return {change.figure.id: change for change in comparison.figures}


def change(last: Value, this: Value) -> FigureChange:
    """What changed in a figure."""
    return FigureChange(FORM.figures[MADE], last, this)


class TestFigures:
    def test_a_report_compared_with_itself_has_not_changed(self) -> None:
        comparison = compare_reports(THIS, THIS)
        assert {each.difference for each in comparison.figures} <= {0, None}
        assert all(not (text.new or text.gone or text.moved) for text in comparison.texts.values())

    def test_every_figure_of_the_form_is_compared_in_its_order(self) -> None:
        assert list(changes(compare_reports(LAST, THIS))) == list(FORM.figures)

    def test_differences_are_those_of_what_stands_in_the_tables_totals_too(self) -> None:
        found = changes(compare_reports(LAST, THIS))
        assert (found[MADE].last, found[MADE].this, found[MADE].difference, found[MADE].percent) == (4, 3, -1, Decimal("-25.0"))
        assert (found[FEES].difference, found[FEES].percent) == (Decimal("7.5"), Decimal("60.0"))
        assert (found[TOTAL].last, found[TOTAL].this, found[TOTAL].percent) == (3, 10, Decimal("233.3"))

    @pytest.mark.parametrize("last", [None, "/", 5])
    @pytest.mark.parametrize("this", [None, "约 3 件"])
    def test_blank_and_text_are_no_numbers_and_stand_as_they_are(self, last: Value, this: Value) -> None:
        found = change(last, this)
        assert (found.last, found.this, found.difference, found.percent) == (last, this, None, None)

    def test_blanks_that_staff_declared_to_be_0_are_0(self) -> None:
        last = replace(LAST, figures={**LAST.figures, MADE: None}, blank_is_zero=True)
        assert changes(compare_reports(last, THIS))[MADE].difference == 3

    @pytest.mark.parametrize(
        ("last", "this", "percent"),
        [
            (0, 0, None),
            (0, 5, None),
            (8, 0, "-100.0"),
            (3, 4, "33.3"),
            (2000, 2001, "0.1"),
            (2000, 1999, "-0.1"),
            (-4, 2, None),
            (Decimal("0.3"), Decimal("0.1"), "-66.7"),
        ],
    )
    def test_percentages_have_one_decimal_and_are_rounded_half_up(self, last: Value, this: Value, percent: str | None) -> None:
        assert change(last, this).percent == (None if percent is None else Decimal(percent))

    def test_the_largest_and_the_smallest_figure_can_be_compared(self) -> None:
        least, most = Decimal("1e-18"), 10**18 - 1
        found = change(least, most)
        assert found.difference == Decimal(f"{most - 1}.{'9' * 18}")
        assert str(found.percent) == f"{(most * 10**18 - 1) * 100}.0"

    def test_a_decimal_difference_is_exact(self) -> None:
        assert change(Decimal("0.1"), Decimal("0.3")).difference == Decimal("0.2")


class TestTexts:
    def of(self, last: str, this: str) -> tuple[tuple[str, ...], tuple[str, ...], int, int]:
        found = compare_texts({"a": last}, {"a": this})["a"]
        return found.new, found.gone, found.moved, found.unchanged

    def test_sentences_end_at_full_stops_and_line_ends_and_keep_their_quotation_marks(self) -> None:
        assert split("甲。乙！\n　\n“丙。”丁；戊（己？）\n1.1 庚") == ["甲。", "乙！", "“丙。”", "丁；戊（己？）", "1.1 庚"]

    def test_sentences_are_new_gone_or_unchanged(self) -> None:
        assert self.of("甲。乙。丙。", "甲。丁。丙。") == (("丁。",), ("乙。",), 0, 2)

    def test_blanks_line_ends_and_the_width_of_punctuation_make_no_difference(self) -> None:
        assert self.of("公开 392 条，答复（3）件。好。", "公开392条,答复(3)件。\n　　好。") == ((), (), 0, 2)

    def test_a_sentence_in_another_place_has_moved(self) -> None:
        assert self.of("甲。乙。丙。丁。", "丁。甲。乙。丙。") == ((), (), 1, 3)

    def test_a_sentence_said_twice_is_new_once(self) -> None:
        assert self.of("甲。", "甲。甲。") == (("甲。",), (), 0, 1)
        assert self.of("甲。甲。甲。", "甲。") == ((), ("甲。", "甲。"), 0, 1)

    def test_a_sentence_that_went_to_another_section_has_moved(self) -> None:
        found = compare_texts({"a": "甲。乙。", "b": "丙。"}, {"a": "甲。", "b": "乙。丙。"})
        assert [(each.new, each.gone, each.moved, each.unchanged) for each in found.values()] == [((), (), 0, 1), ((), (), 1, 1)]

    @pytest.mark.parametrize("seed", range(30))
    def test_every_sentence_is_counted_once(self, seed: int) -> None:
        last, this = random_published(seed).texts, random_published(seed + 1).texts
        found = compare_texts(last, this).values()
        stayed = sum(each.moved + each.unchanged for each in found)
        assert sum(len(each.new) for each in found) + stayed == sum(len(split(text)) for text in this.values())
        assert sum(len(each.gone) for each in found) + stayed == sum(len(split(text)) for text in last.values())

    def test_many_sentences_that_are_all_alike_take_no_time(self) -> None:
        assert self.of("甲。" * 50_000, "甲。" * 50_000) == ((), (), 0, 50_000)

    def test_names_in_braces_are_compared_by_what_they_stand_for(self) -> None:
        texts = {"overview": "新收{新收申请总数}件。"}
        found = compare_reports(replace(LAST, texts=texts), replace(THIS, texts=texts)).texts["overview"]
        assert (found.new, found.gone) == (("新收10件。",), ("新收3件。",))

    def test_a_report_of_figures_alone_has_no_prose_to_compare(self) -> None:
        comparison = compare_reports(replace(LAST, texts={}, has_prose=False), THIS)
        assert comparison.texts == {}
        assert comparison.notes == ("上年度的报告只有表格，正文未作比较。",)


class TestNotes:
    @pytest.mark.parametrize(
        ("last", "this", "note"),
        [
            (2023, 2024, None),
            (2024, 2024, "都是2024年度"),
            (2024, 2023, "先后可能颠倒"),
            (2020, 2024, "相隔4年"),
            (None, 2024, "上年度的报告没有年度"),
            (2023, None, "本年度的报告没有年度"),
        ],
    )
    def test_years_that_do_not_follow_each_other_are_noted(self, last: int | None, this: int | None, note: str | None) -> None:
        notes = compare_reports(replace(LAST, year=last), replace(THIS, year=this)).notes
        assert len(notes) == (note is not None)
        assert all(note in each for each in notes if note)

    def test_another_unit_is_noted_but_not_a_new_name(self) -> None:
        other = replace(LAST, unit=Unit("旧县人民政府"))
        (note,) = compare_reports(other, THIS).notes
        assert "单位不同" in note
        assert compare_reports(other, replace(THIS, unit=replace(THIS.unit, former_name="旧县人民政府"))).notes == ()


class TestEditions:
    def test_what_both_editions_count_is_compared_and_the_rest_is_listed(self) -> None:
        old = replace(random_published(3, OLD_FORM), year=2020)
        comparison = compare_reports(old, THIS)
        found = changes(comparison)
        assert comparison.form is FORM
        assert found[RECEIVED].last == old.figures[RECEIVED]
        assert found[TOTAL].last == old.shown(TOTAL)
        dropped = {each.id: each.value for each in comparison.last.dropped}
        assert dropped["disclosure.licensing.change"] == old.figures["disclosure.licensing.change"]
        assert "disclosure.rules.repealed" in comparison.last.missing
        assert found["disclosure.rules.repealed"].last is None
        assert all(found[id].last is None for id in comparison.last.uncertain)
        assert comparison.this.dropped == ()
        assert any("格式不同" in note for note in comparison.notes)

    def test_a_total_of_parts_that_the_other_edition_divides_otherwise_is_never_partial(self) -> None:
        old = replace(random_published(3, OLD_FORM), year=2020)
        results = [id for id in FORM.figures if id.startswith("requests.results.") or ".results." in id]
        for id, each in changes(compare_reports(old, THIS)).items():
            if id in results and each.last is not None:
                assert each.last == old.shown(id)

    def test_another_form_may_be_asked_for(self) -> None:
        comparison = compare_reports(LAST, THIS, OLD_FORM)
        assert list(changes(comparison)) == list(OLD_FORM.figures)
        assert comparison.last.dropped
        assert comparison.this.dropped


class TestText:
    def test_columns_stand_below_each_other_though_chinese_is_wide(self) -> None:
        text = comparison_text.render(compare_reports(report(balanced_figures(1), year=2023), report(balanced_figures(2))))
        tables = [part.split("\n") for part in text.split("\n\n") if "增减" in part]
        assert len(tables) == 3
        for table in tables:
            lines = [line for line in table[1:] if not line.endswith(("。", "／")) and ("%" in line or line.endswith(("-", "增幅")))]
            assert len({text_width(line) for line in lines}) == 1
            assert len(lines) > 5

    def test_figures_that_are_nothing_both_times_are_only_counted(self) -> None:
        text = comparison_text.render(compare_reports(LAST, THIS))
        disclosure = text.split("\n\n")[1]
        assert disclosure.splitlines()[0] == "二、主动公开政府信息情况"
        assert [line.strip() for line in disclosure.splitlines()[2:]] == [
            "规章",
            "本年制发件数                件              4        3    -1  -25.0%",
            "行政事业性收费",
            "本年收费金额（单位：万元）  万元         12.5       20  +7.5  +60.0%",
            "其余8格两年都是0或空白，未列出。",
        ]
        assert "共15格两年都是0或空白，未列出。" in text

    def test_what_was_typed_that_is_no_number_is_shown(self) -> None:
        text = comparison_text.render(compare_reports(LAST, THIS))
        assert [line.split() for line in text.splitlines() if "/" in line] == [["商业企业", "件", "/", "-", "-"]]

    def test_sentences_are_listed_by_section_and_what_will_be_generated_is_said(self) -> None:
        last = replace(LAST, texts={"preface": "旧前言。", "overview": "甲。乙。", "problems": "丙。"})
        text = comparison_text.render(compare_reports(last, replace(THIS, texts={"overview": "乙。甲。丁。", "problems": "丙。"})))
        assert text.endswith(
            "前言：删去1句（本年度没有填写，导出时自动生成）\n  删去：旧前言。\n"
            "一、总体情况：新增1句，移动1句，未变1句\n  新增：丁。\n"
            "五、存在的主要问题及改进情况：未变1句\n"
        )

    def test_notes_and_leftovers_are_told(self) -> None:
        text = comparison_text.render(compare_reports(replace(random_published(3, OLD_FORM), year=2020), THIS))
        assert "注意：两份报告相隔4年" in text
        assert "上年度的报告（国办公开办函〔2019〕60号）有、国办公开办函〔2021〕30号没有对应的：\n  规章／本年新公开数量  " in text
        assert "没有统计的：\n  规章（本年废止件数、现行有效件数）\n" in text


class TestVersions:
    """Two versions of the report for one year."""

    LATER = replace(THIS, figures={**THIS.figures, MADE: 9}, texts={**THIS.texts, "problems": "答复不及时。"})

    def test_two_years_are_never_called_versions(self) -> None:
        assert "稿" not in comparison_text.render(compare_reports(LAST, THIS))

    def test_the_same_version_twice_shows_nothing_but_that(self) -> None:
        text = comparison_text.render(compare_reports(THIS, THIS))
        assert "两份报告都是2024年度的。" in text
        assert text.count("没有变化，未列出。") == len(THIS.form.tables)
        assert "上年度：" not in text
        assert "未变" not in text

    def test_only_what_changed_is_shown(self) -> None:
        comparison = compare_reports(THIS, self.LATER)
        text = comparison_text.render(comparison)
        assert text.startswith("前稿：")
        lines = [line.split() for line in text.split("\n") if line.strip().startswith("本年")]
        assert lines == [["本年制发件数", "件", "3", "9", "+6", "+200.0%"]]
        assert "其余" in text and "新增：答复不及时。" in text

    def test_the_workbook_has_the_changed_figures_alone(self, tmp_path: Path) -> None:
        path = tmp_path / "out.xlsx"
        path.write_bytes(write_comparison(compare_reports(THIS, self.LATER)))
        sheets = openpyxl.load_workbook(path)
        assert [sheets["二、主动公开"].cell(row, 2).value for row in range(6, 12)].count("本年制发件数") == 1
        assert sheets["三、依申请公开"].max_row < 10


class TestJson:
    def test_the_keys_are_those_of_the_contract(self) -> None:
        data = json.loads(comparison_text.render_json(compare_reports(LAST, THIS)))
        side = {"unit": "示例县人民政府", "form": "govinfo-2021", "dropped": [], "missing": [], "uncertain": []}
        assert data["comparison"] == {"form": "govinfo-2021", "last": {**side, "year": 2023}, "this": {**side, "year": 2024}}
        assert data["notes"] == []
        assert data["figures"][MADE] == {"last": 4, "this": 3, "difference": -1, "percent": "-25.0"}
        assert data["figures"][FEES] == {"last": "12.5", "this": "20", "difference": "7.5", "percent": "60.0"}
        assert data["figures"]["requests.received.business"] == {"last": "/", "this": None, "difference": None, "percent": None}
        assert data["texts"]["problems"] == {"new": [], "gone": [], "moved": 0, "unchanged": 1}
        assert list(data["figures"]) == list(FORM.figures)


def rows(path: Path, comparison: Comparison) -> dict[str, list[object]]:
    """The cells of each figure's row: last, this, difference, percentage."""
    workbook = openpyxl.load_workbook(path, data_only=True)
    found: dict[str, list[object]] = {}
    for table in comparison.form.tables:
        lines = list(workbook[comparison.form.section_of_table[table.key].sheet].iter_rows(values_only=True))
        top = next(number for number, line in enumerate(lines) if line[0] == "项目")
        for each, line in zip(comparison.of_table(table.key), lines[top + 1 :], strict=True):
            found[each.figure.id] = list(line[3:7])
    return found


def as_float(value: object) -> object:
    """A number as a spreadsheet holds it; text and blanks as they are."""
    return float(value) if isinstance(value, (int, float, Decimal)) else value


def assert_rows(found: dict[str, list[object]], comparison: Comparison) -> None:
    """The rows hold what the comparison says."""
    for each in comparison.figures:
        last, this, difference, percent = found[each.figure.id]
        assert [as_float(value) for value in (last, this)] == [pytest.approx(as_float(value)) for value in (each.last, each.this)]
        assert (difference or 0) == pytest.approx(float(each.difference or 0))
        assert (difference in (None, "")) == (each.difference is None)
        assert (percent or 0) == pytest.approx(float(each.percent or 0) / 100, abs=0.00051)
        assert (percent in (None, "")) == (each.percent is None)


class TestWorkbook:
    def test_the_same_comparison_gives_the_same_bytes(self) -> None:
        assert write_comparison(compare_reports(LAST, THIS)) == write_comparison(compare_reports(LAST, THIS))

    def test_there_is_a_sheet_a_table_and_one_for_the_prose(self, tmp_path: Path) -> None:
        path = tmp_path / "a.xlsx"
        path.write_bytes(write_comparison(compare_reports(LAST, THIS)))
        workbook = openpyxl.load_workbook(path)
        assert workbook.sheetnames == [FORM.section_of_table[table.key].sheet for table in FORM.tables] + [PROSE]
        for sheet in workbook:
            assert sheet.freeze_panes
            assert sheet.auto_filter.ref
            assert sheet.print_title_rows
            assert sheet.page_setup.paperSize == 9
            assert sheet["A2"].value == "上年度：示例县人民政府 2023年度；本年度：示例县人民政府 2024年度"
        assert [cell.value for cell in workbook.worksheets[0][5]] == ["项目", "列", "计量单位", "2023 年", "2024 年", "增减", "增幅"]

    def test_the_stored_results_are_those_of_the_comparison(self, tmp_path: Path) -> None:
        comparison = compare_reports(LAST, THIS)
        path = tmp_path / "a.xlsx"
        path.write_bytes(write_comparison(comparison))
        assert_rows(rows(path, comparison), comparison)

    @pytest.mark.trial
    def test_libreoffice_calculates_the_same_and_follows_what_staff_change(self, tmp_path: Path) -> None:
        comparisons = [
            compare_reports(LAST, THIS),
            compare_reports(replace(random_published(3, OLD_FORM), year=2020), THIS),
            *(compare_reports(report(balanced_figures(seed), year=2023), report(balanced_figures(seed + 1))) for seed in range(3)),
            compare_reports(*(read_report(path, find_form(None)) for path in sample_sources()[1:])),
        ]
        files = []
        for number, comparison in enumerate(comparisons):
            files.append(tmp_path / f"{number}.xlsx")
            files[-1].write_bytes(write_comparison(comparison))
            workbook = openpyxl.load_workbook(files[-1])  # saving drops the stored results
            workbook.save(files[-1])
        changed = compare_reports(replace(LAST, figures={**LAST.figures, MADE: 30}), THIS)
        workbook = openpyxl.load_workbook(files[0])
        assert workbook.worksheets[0]["D6"].value == 4
        workbook.worksheets[0]["D6"] = 30
        workbook.save(files[0])
        out = tmp_path / "out"
        out.mkdir()
        for path, comparison in zip(convert(files, "xlsx", out), [changed, *comparisons[1:]], strict=True):
            assert_rows(rows(path, comparison), comparison)

    def test_text_is_never_a_formula(self, tmp_path: Path) -> None:
        texts = {"overview": "\n".join(HOSTILE), "problems": "=2+2"}
        unit = Unit("=3+3")
        figures: dict[str, Value] = {**THIS.figures, MADE: "=4+4", RECEIVED: "@x"}
        parts = (Breakdown("overview.proactive", "=5+5", "条", 1, (("=6+6", 1),)),)
        hostile = Report(FORM, 2024, unit, figures, texts, parts)
        path = tmp_path / "a.xlsx"
        comparison = compare_reports(LAST, hostile)
        path.write_bytes(write_comparison(comparison))
        workbook = openpyxl.load_workbook(path)
        calculated = [
            cell
            for sheet in workbook
            for row in sheet.iter_rows()
            for cell in row
            if cell.data_type == "f" and cell.column_letter not in "FG"
        ]
        assert calculated == []
        said = [row[2] for row in workbook[PROSE].iter_rows(values_only=True) if row[1] == "新增"]
        assert set(HOSTILE) | {"=2+2"} == set(said)
        assert rows(path, comparison)[MADE][:2] == [4, "=4+4"]

    def test_big_changes_are_coloured_by_a_share_that_staff_can_change(self, tmp_path: Path) -> None:
        path = tmp_path / "a.xlsx"
        path.write_bytes(write_comparison(compare_reports(LAST, THIS)))
        sheet = openpyxl.load_workbook(path).worksheets[0]
        assert (sheet["A3"].value, sheet["B3"].value) == ("增减达到上年度的这一比例时标色（可改）：", 0.3)
        rules = [rule for area in sheet.conditional_formatting for rule in area.rules]
        assert [rule.formula for rule in rules] == [
            [f"AND(COUNT($D6:$E6)=2,{sign}>0,{sign}>=$B$3*ABS($D6))"] for sign in ("$E6-$D6", "$D6-$E6")
        ]

    def test_what_has_no_counterpart_has_a_sheet_of_its_own(self, tmp_path: Path) -> None:
        path = tmp_path / "a.xlsx"
        path.write_bytes(write_comparison(compare_reports(replace(random_published(3, OLD_FORM), year=2020), THIS)))
        sheet = openpyxl.load_workbook(path).worksheets[-1]
        lines = [row[:2] for row in sheet.iter_rows(values_only=True)]
        assert ("2020 年", "对比的格式中没有") in lines
        assert ("2020 年", "这份报告没有统计") in lines
