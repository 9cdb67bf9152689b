"""What a sum says that it is the sum of: in its workbook, its JSON, to check, export and a draft; and that no figure is counted twice."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import Run
from tests.engines import convert
from tests.reports import FORM, TEXTS, balanced_figures, report
from xltools.errors import XltoolsError
from xltools.form.loader import find_form
from xltools.form.unit import Unit
from xltools.readers.dispatch import read_report
from xltools.report.filled import Report, Value, unread_table
from xltools.report.provenance import LeftOut, NotKnown, Provenance
from xltools.report.report_json import dump_report, parse_report
from xltools.report.sums import RollUp, sum_reports
from xltools.rules.review import review
from xltools.workbook.locked_workbook import write_workbook

COUNTY = "示例县人民政府"
RECEIVED = "requests.received.natural_person"
TOTAL = "requests.received.total"
FIND = find_form(None)


def unit(name: str, seed: int, **figures: Value) -> Report:
    return report({**balanced_figures(seed), **figures}, unit=Unit(name=name))


def summed(*reports: Report, name: str = COUNTY) -> RollUp:
    return sum_reports(FORM, Unit(name=name), 2024, reports)


def written(summed_up: RollUp) -> Report:
    """A sum whose office has written its prose."""
    return replace(summed_up.report, texts=TEXTS)


def lacking(summed_up: Report) -> list[str]:
    return [finding.rule.name for finding in review(summed_up).findings if finding.rule.name.startswith("unit-")]


VILLAGES = [unit(f"示例县第{seed}村", seed) for seed in range(4)]
WHOLE = written(summed(*VILLAGES))
SHORT = replace(WHOLE, provenance=Provenance(WHOLE.provenance.counted, ("示例县河口镇",)) if WHOLE.provenance else None)


class TestTheFile:
    def test_a_whole_sum_is_as_good_as_any_report(self, tmp_path: Path, run: Run) -> None:
        assert lacking(WHOLE) == []
        path = tmp_path / "sum.xlsx"
        path.write_bytes(write_workbook(WHOLE))
        assert run("check", path).code == 0
        assert run("export", path, "-o", tmp_path / "sum.docx").code == 0

    def test_a_report_that_is_no_sum_has_no_such_sheet_and_no_such_key(self) -> None:
        assert "provenance" not in json.loads(dump_report(VILLAGES[0]))

    def test_tells_the_units_with_day_and_content_what_is_missing_what_was_left_out_and_what_is_not_known(self, tmp_path: Path) -> None:
        left = (LeftOut("邻县", "邻.xlsx", "不在名册，没有计入。"), LeftOut("", "坏.xlsx", "无法读取：文件已损坏。", True))
        unknown = (NotKnown("示例县第1村", (RECEIVED,), "有 1 格没有读出。"),)
        told = replace(SHORT, provenance=SHORT.provenance and SHORT.provenance._replace(left_out=left, not_known=unknown))
        path = tmp_path / "sum.xlsx"
        path.write_bytes(write_workbook(told))
        assert read_report(path, FIND).provenance == told.provenance
        assert parse_report(dump_report(told), FIND).provenance == told.provenance
        names = openpyxl.load_workbook(path).sheetnames
        assert names[-2:] == ["校验", "汇总来源"]

    @pytest.mark.trial
    @pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
    def test_keeps_it_through_a_spreadsheet_program(self, tmp_path: Path, kind: str) -> None:
        path = tmp_path / "sum.xlsx"
        path.write_bytes(write_workbook(replace(SHORT, explanations={"unit-missing:示例县河口镇": "已撤并。"})))
        (back,) = convert([path], kind, tmp_path / kind)
        saved = read_report(back, FIND)
        assert saved.provenance == SHORT.provenance
        assert saved.explanations == {"unit-missing:示例县河口镇": "已撤并。"}

    def test_one_whose_sheet_was_altered_is_not_taken_for_whole(self, tmp_path: Path) -> None:
        path = tmp_path / "sum.xlsx"
        path.write_bytes(write_workbook(WHOLE))
        workbook = openpyxl.load_workbook(path)
        workbook["汇总来源"]["A5"] = "不知道"
        workbook.save(path)
        assert lacking(read_report(path, FIND)) == ["unit-unusable"]


class TestWhatIsLacking:
    def test_is_an_error_until_it_is_explained_in_the_check_sheet(self, tmp_path: Path, run: Run) -> None:
        path = tmp_path / "sum.xlsx"
        path.write_bytes(write_workbook(SHORT))
        told = run("check", path)
        assert told.code == 1
        assert "T403 “示例县河口镇”没有报送。" in told.out
        assert run("export", path, "-o", tmp_path / "sum.docx").code == 1
        assert not (tmp_path / "sum.docx").exists()
        workbook = openpyxl.load_workbook(path)
        sheet = workbook["校验"]
        (row,) = [row for row in sheet.iter_rows() if row[1].value == "“示例县河口镇”没有报送。"]
        assert not row[8].protection.locked
        row[8].value = "已撤并，不再报送。"
        workbook.save(path)
        assert run("export", path, "-o", tmp_path / "sum.docx").code == 0

    def test_is_said_by_a_draft(self, tmp_path: Path, run: Run) -> None:
        path = tmp_path / "sum.json"
        path.write_text(dump_report(SHORT), encoding="utf-8")
        assert run("export", path, "--draft", "-o", tmp_path / "sum.html").code == 0
        assert "汇总数不全。“示例县河口镇”没有报送。" in (tmp_path / "sum.html").read_text(encoding="utf-8")
        assert run("export", path, "--draft", "-o", tmp_path / "sum.docx").code == 0
        assert "“示例县河口镇”没有报送。" in "\n".join(read_text(tmp_path / "sum.docx"))

    def test_a_cell_that_a_unit_does_not_tell_is_the_sum_of_the_others_marked_with_whose_it_is(self, tmp_path: Path, run: Run) -> None:
        doubtful = unit("示例县第9村", 9, **{RECEIVED: "约20"})
        up = written(summed(*VILLAGES, doubtful))
        assert up.figures[RECEIVED] == WHOLE.figures[RECEIVED]
        (found,) = [finding for finding in review(up).findings if finding.severity == "error"]
        assert (found.rule.name, found.fault.figures, found.fault.expected) == ("unit-unknown", (RECEIVED,), "示例县第9村")
        path = tmp_path / "sum.json"
        path.write_text(dump_report(up), encoding="utf-8")
        assert run("export", path, "-o", tmp_path / "sum.docx").code == 1
        run("export", path, "--draft", "-o", tmp_path / "sum.html")
        assert f">{up.figures[RECEIVED]}〔不全〕<" in (tmp_path / "sum.html").read_text(encoding="utf-8")

    def test_a_cell_that_no_unit_tells_is_unread(self) -> None:
        up = summed(report({}, unit=Unit(name="甲村"), unread=(unread_table(FORM, "requests", "行列已经移位。"),)))
        assert up.report.is_unread(RECEIVED)
        assert "“甲村”" in next(one.reason for one in up.report.unread if RECEIVED in one.figures)

    def test_what_is_not_known_is_not_carried_into_next_year(self, tmp_path: Path, run: Run) -> None:
        carried = "requests.carried_out.natural_person"
        up = written(summed(*VILLAGES, unit("示例县第9村", 9, **{carried: "/"})))
        path = tmp_path / "sum.json"
        path.write_text(dump_report(up), encoding="utf-8")
        assert run("template", "--year", 2025, "--previous", path, "-o", tmp_path / "next.xlsx").code == 0
        assert read_report(tmp_path / "next.xlsx", FIND).figures["requests.carried_in.natural_person"] is None


def read_text(path: Path) -> list[str]:
    import docx

    return [paragraph.text for paragraph in docx.Document(str(path)).paragraphs]


def numbers(summed_up: RollUp) -> Value:
    return summed_up.report.numbers[TOTAL]


class TestNothingTwice:
    """Villages, towns, the county and the city in one heap: each figure once."""

    RIGHT = sum(one.numbers[TOTAL] for one in VILLAGES)
    TOWNS = (summed(*VILLAGES[:2], name="示例县甲镇").report, summed(*VILLAGES[2:], name="示例县乙镇").report)
    DISTRICT = summed(*TOWNS, name="示例县").report

    def test_units_alone_are_all_added(self) -> None:
        assert summed(*VILLAGES).report.numbers[TOTAL] == self.RIGHT

    def test_a_sum_gives_way_to_its_parts_where_all_are_there(self) -> None:
        up = summed(*VILLAGES, *self.TOWNS, self.DISTRICT, name="示例市")
        assert (numbers(up), up.units) == (self.RIGHT, 4)
        assert up.report.provenance is not None
        assert [one.unit for one in up.report.provenance.left_out] == ["示例县甲镇", "示例县乙镇", "示例县"]

    def test_a_sum_stands_for_its_parts_where_some_are_not_there(self) -> None:
        up = summed(VILLAGES[0], *self.TOWNS)
        assert (numbers(up), up.units) == (self.RIGHT, 2)
        assert numbers(summed(self.DISTRICT, self.TOWNS[0], VILLAGES[0], name="示例市")) == self.RIGHT
        assert numbers(summed(self.DISTRICT, VILLAGES[3], name="示例市")) == self.RIGHT

    def test_sums_of_other_units_are_added_like_reports(self) -> None:
        assert numbers(summed(*self.TOWNS)) == self.RIGHT

    def test_an_earlier_and_partial_sum_of_the_office_gives_way_whatever_its_units(self) -> None:
        earlier = summed(*VILLAGES[:3]).report
        assert numbers(summed(*VILLAGES, earlier)) == self.RIGHT
        assert numbers(summed(*VILLAGES[1:], earlier)) == sum(one.numbers[TOTAL] for one in VILLAGES[1:])

    def test_of_two_sums_one_within_the_other_the_larger_counts(self) -> None:
        small, large = summed(*VILLAGES[:2], name="旧").report, summed(*VILLAGES, name="新").report
        assert numbers(summed(small, large)) == self.RIGHT

    def test_two_sums_that_share_a_report_stop_in_one_line(self) -> None:
        one, other = summed(*VILLAGES[:3], name="东片").report, summed(*VILLAGES[2:], name="西片").report
        with pytest.raises(XltoolsError, match="的汇总里都有“示例县第2村”，会重复相加"):
            summed(one, other)

    def test_two_sums_that_have_a_report_in_two_versions_stop_in_one_line(self) -> None:
        corrected = unit("示例县第2村", 9)
        one, other = summed(*VILLAGES[:3], name="东片").report, summed(corrected, VILLAGES[3], name="西片").report
        with pytest.raises(XltoolsError, match="的汇总里都有“示例县第2村”，会重复相加"):
            summed(one, other)

    def test_a_village_that_was_corrected_is_not_added_beside_the_county_s_sum_that_has_it_through_its_town(self) -> None:
        corrected = unit("示例县第2村", 9)
        assert numbers(summed(self.DISTRICT, corrected, name="示例市")) == self.RIGHT
        assert numbers(summed(self.DISTRICT, *VILLAGES[:2], corrected, VILLAGES[3], name="示例市")) == (
            sum(one.numbers[TOTAL] for one in (*VILLAGES[:2], corrected, VILLAGES[3]))
        )

    def test_towns_own_reports_do_not_stand_for_the_sums_that_the_county_counted(self) -> None:
        up = summed(self.DISTRICT, unit("示例县甲镇", 9), unit("示例县乙镇", 10), name="示例市")
        assert numbers(up) == self.RIGHT
        assert "示例县甲镇：已含在“示例县”的汇总里，没有再计。" in up.remarks

    def test_a_sum_made_elsewhere_is_known_by_its_figures(self) -> None:
        foreign = replace(summed(*VILLAGES).report, provenance=None, unit=Unit(name="汇总"))
        assert numbers(summed(*VILLAGES, foreign)) == self.RIGHT
        assert numbers(summed(*VILLAGES, foreign, name="汇总")) == self.RIGHT

    def test_a_sum_of_a_branch_made_elsewhere_is_known_by_the_name_above_those_of_its_units(self) -> None:
        towns = [replace(town, provenance=None) for town in self.TOWNS]
        houses = [
            replace(one, unit=Unit(name=f"{town}{number}村"))
            for town in ("示例县甲镇", "示例县乙镇")
            for number, one in enumerate(VILLAGES)
        ]
        above = [replace(town, figures=summed(*VILLAGES).report.figures) for town in towns]
        up = summed(*houses, *above)
        assert (numbers(up), up.units) == (2 * self.RIGHT, 8)

    def test_a_report_above_its_units_that_is_its_own_is_added(self) -> None:
        assert numbers(summed(*VILLAGES, unit("示例县", 9), name="示例市")) == self.RIGHT + unit("示例县", 9).numbers[TOTAL]

    def test_a_sum_made_elsewhere_before_some_units_were_corrected_stops_in_one_line(self) -> None:
        foreign = replace(summed(*VILLAGES).report, provenance=None, unit=Unit(name="示例县"))
        corrected = replace(VILLAGES[0], figures={**VILLAGES[0].figures, RECEIVED: 7_000})
        told = "“示例县”的报告有.*格正好是“示例县第.村”、“示例县第.村”、“示例县第.村”等4个单位之和，另有1格不是，疑为这些单位改报前的汇总"
        for office in ("示例县", "示例市"):
            with pytest.raises(XltoolsError, match=told):
                summed(corrected, *VILLAGES[1:], foreign, name=office)

    def test_small_numbers_that_add_up_by_chance_are_no_sum(self) -> None:
        small = [report({RECEIVED: count, "requests.granted.natural_person": count}, unit=Unit(name=f"{count}村")) for count in (1, 2, 3)]
        assert numbers(summed(*small)) == 6


class TestCollecting:
    """The same through `collect` and `check --children`, by folder and by store."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        for number, village in enumerate(VILLAGES):
            self.hand_in(tmp_path / "in" / f"{number}.xlsx", village)
        return tmp_path

    @staticmethod
    def hand_in(path: Path, one: Report) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(write_workbook(one))

    @staticmethod
    def collect(run: Run, folder: Path, *more: object, name: str = COUNTY, output: str = "county.xlsx") -> Report:
        order = ("--unit", name, "--year", 2024, "--store", folder / "s.sqlite", "--no-copies", "--jobs", 1, "-o", folder / output)
        told = run("collect", folder / "in", *order, *more)
        assert told.code in (0, 1), told.err
        return read_report(folder / output, FIND)

    def test_an_earlier_roll_up_in_the_folder_under_another_name_is_not_added(self, run: Run, folder: Path) -> None:
        self.collect(run, folder)
        shutil.move(folder / "county.xlsx", folder / "in" / "去年底那份.xlsx")
        assert self.collect(run, folder).numbers[TOTAL] == TestNothingTwice.RIGHT

    def test_check_children_counts_what_collect_counted(self, run: Run, folder: Path) -> None:
        (folder / "units.csv").write_text("单位名称\n" + "".join(f"示例县第{n}村\n" for n in range(4)), encoding="utf-8")
        self.hand_in(folder / "in" / "邻县.xlsx", unit("邻县财政局", 7))
        self.hand_in(folder / "in" / "旧稿.xlsx", unit("示例县第1村", 8))
        os.utime(folder / "in" / "旧稿.xlsx", (1, 1))
        rolled = self.collect(run, folder, "--roster", folder / "units.csv")
        assert rolled.numbers[TOTAL] == TestNothingTwice.RIGHT
        for below in ("in", "s.sqlite"):
            told = run("check", folder / "county.xlsx", "--children", folder / below)
            assert "T401" not in told.out
        assert "邻县.xlsx 不在名册" in run("check", folder / "county.xlsx", "--children", folder / "in").err

    def test_a_sum_that_was_left_out_beside_its_parts_stands_for_them_where_it_lies_alone(self, run: Run, folder: Path) -> None:
        town = summed(*VILLAGES[:2], name="示例县甲镇").report
        self.hand_in(folder / "in" / "甲镇.xlsx", town)
        self.collect(run, folder)
        for alone in (town, summed(*VILLAGES[2:], name="示例县乙镇").report):
            self.hand_in(folder / "towns" / f"{alone.unit.name}.xlsx", alone)
        told = run("check", folder / "county.xlsx", "--children", folder / "towns")
        assert ("T401" in told.out, told.err) == (False, "")

    def test_a_link_to_nowhere_below_is_told_and_stops_nothing(self, run: Run, folder: Path) -> None:
        self.collect(run, folder)
        (folder / "in" / "断.xlsx").symlink_to(folder / "nowhere.xlsx")
        told = run("check", folder / "county.xlsx", "--children", folder / "in")
        assert "T401" not in told.out
        assert "断.xlsx：链接所指的文件不存在" in told.err

    def test_where_no_unit_has_a_report_of_the_year_that_is_one_line(self, run: Run, folder: Path) -> None:
        self.collect(run, folder)
        self.hand_in(folder / "last" / "0.xlsx", replace(unit("示例县第0村", 3), year=2023))
        for below in ("last", "empty"):
            (folder / below).mkdir(exist_ok=True)
            told = run("check", folder / "county.xlsx", "--children", folder / below)
            assert (told.code, told.out) == (2, "")
            assert "没有可以相加的2024年度下级报告" in told.err

    def test_letters_of_an_earlier_run_are_no_hand_ins(self, run: Run, folder: Path) -> None:
        (folder / "units.csv").write_text("单位名称\n" + "".join(f"示例县第{n}村\n" for n in range(5)), encoding="utf-8")
        order = ("--unit", COUNTY, "--year", 2024, "--roster", folder / "units.csv", "--no-copies", "-o", folder / "county.xlsx")
        assert "催报函1份" in run("collect", folder / "in", *order, "--letters", folder / "in" / "函").out
        again = run("collect", folder / "in", *order)
        assert "未报送1个" in again.out
        assert "无法读取" not in again.out
        assert "已报送不能用" not in again.out

    def test_whoever_compares_or_carries_over_from_an_incomplete_sum_is_told(self, run: Run, folder: Path) -> None:
        (folder / "units.csv").write_text("单位名称\n" + "".join(f"示例县第{n}村\n" for n in range(5)), encoding="utf-8")
        self.collect(run, folder, output="whole.xlsx")
        compared = run("compare", folder / "whole.xlsx", folder / "whole.xlsx")
        assert "数据不全" not in compared.out
        self.collect(run, folder, "--roster", folder / "units.csv")
        compared = run("compare", folder / "whole.xlsx", folder / "county.xlsx")
        assert "后稿的报告是数据不全的汇总，增减可能由此而来：“示例县第4村”没有报送。" in compared.out
        told = run("template", "--year", 2025, "--unit", COUNTY, "--previous", folder / "county.xlsx", "-o", folder / "next.xlsx")
        assert (told.code, told.err.strip()) == (0, "上年度报告是数据不全的汇总，上年结转按其中的数填入，请补齐：“示例县第4村”没有报送。")

    def test_a_unit_that_is_missing_goes_with_the_roll_up(self, run: Run, folder: Path) -> None:
        (folder / "units.csv").write_text("单位名称\n" + "".join(f"示例县第{n}村\n" for n in range(5)), encoding="utf-8")
        (folder / "in" / "0.xlsx").write_bytes(b"PK\x03\x04 broken")
        order = ("--unit", COUNTY, "--year", 2024, "--roster", folder / "units.csv", "--no-copies", "-o", folder / "county.xlsx")
        assert run("collect", folder / "in", *order).code == 2
        told = run("check", folder / "county.xlsx")
        assert told.code == 1
        assert "T403 “示例县第4村”没有报送。" in told.out
        assert "T403 “示例县第0村”没有报送。" in told.out
        assert "T406 未计入“0.xlsx”（" in told.out

    def test_a_file_that_is_nobody_s_is_told_and_blocks_nothing_where_the_roster_tells_who_is_missing(self, run: Run, folder: Path) -> None:
        (folder / "units.csv").write_text("单位名称\n" + "".join(f"示例县第{n}村\n" for n in range(4)), encoding="utf-8")
        (folder / "in" / "通知.doc").write_bytes(b"\xd0\xcf\x11\xe0")
        order = ("--unit", COUNTY, "--year", 2024, "--no-copies", "-o", folder / "county.xlsx", "--force")
        told = run("collect", folder / "in", *order, "--roster", folder / "units.csv")
        assert "无法读取：通知.doc，不能读取这种格式。" in told.out
        told = run("check", folder / "county.xlsx")
        assert "T406 未计入“通知.doc”（不能读取这种格式。" in told.out
        assert "T404" not in told.out

        # without a roster it may be the only hand-in of somebody
        run("collect", folder / "in", *order)
        told = run("check", folder / "county.xlsx")
        assert "T404 通知.doc：" in told.out
        assert "不是的，移出文件夹后再汇总，或写明原因。" in told.out
        (folder / "in" / "通知.doc").unlink()
        run("collect", folder / "in", *order)
        assert "T404" not in run("check", folder / "county.xlsx").out

    def test_a_town_s_sum_of_a_report_that_has_changed_since_is_told(self, run: Run, folder: Path) -> None:
        (folder / "towns.csv").write_text("单位名称\n示例县甲镇\n", encoding="utf-8")
        self.collect(run, folder, name="示例县甲镇", output="in/甲镇.xlsx")
        self.collect(run, folder, "--roster", folder / "towns.csv")
        line = "“示例县甲镇”的汇总所用的不是“示例县第1村”现在的报告，请“示例县甲镇”重新汇总。"
        order = ("--unit", COUNTY, "--year", 2024, "--no-copies", "--roster", folder / "towns.csv", "-o", folder / "county.xlsx")
        assert line not in run("collect", folder / "in", *order).out
        self.hand_in(folder / "in" / "1.xlsx", unit("示例县第1村", 9))
        told = run("collect", folder / "in", *order)
        assert f"注意：{line}" in told.out
        assert line in run("check", folder / "county.xlsx", "--children", folder / "in").err

    def test_a_report_that_was_only_saved_again_since_is_the_one_that_the_town_s_sum_counts(self, run: Run, folder: Path) -> None:
        (folder / "towns.csv").write_text("单位名称\n示例县甲镇\n", encoding="utf-8")
        self.collect(run, folder, name="示例县甲镇", output="in/甲镇.xlsx")
        for _ in range(2):
            saved = openpyxl.load_workbook(folder / "in" / "1.xlsx")
            saved["基本信息"].sheet_view.zoomScale = (saved["基本信息"].sheet_view.zoomScale or 100) + 10
            saved.save(folder / "in" / "1.xlsx")
            order = ("--store", folder / "s.sqlite", "--unit", COUNTY, "--year", 2024, "--no-copies", "--roster", folder / "towns.csv")
            assert "重新汇总" not in run("collect", folder / "in", *order, "-o", folder / "county.xlsx").out
            assert "重新汇总" not in run("check", folder / "county.xlsx", "--children", folder / "s.sqlite").err

    def test_a_file_that_lies_in_the_folders_of_two_offices_counts_for_both(self, run: Run, folder: Path) -> None:
        self.collect(run, folder, name="示例县甲镇", output="town.xlsx")
        shutil.copytree(folder / "in", folder / "市" / "in")
        order = ("--unit", "示例市", "--year", 2024, "--store", folder / "s.sqlite", "--no-copies", "-o", folder / "city.xlsx")
        assert "已将4个单位的数据汇总" in run("collect", folder / "市", *order).out
        assert self.collect(run, folder, name="示例县甲镇", output="town.xlsx").numbers[TOTAL] == TestNothingTwice.RIGHT
        assert "T401" not in run("check", folder / "city.xlsx", "--children", folder / "s.sqlite").out

    def test_what_a_sum_lacks_the_sum_above_it_lacks_until_it_is_explained_or_counted(self, run: Run, folder: Path) -> None:
        (folder / "units.csv").write_text("单位名称\n" + "".join(f"示例县第{n}村\n" for n in range(5)), encoding="utf-8")
        whole = self.collect(run, folder)
        partial = self.collect(run, folder, "--roster", folder / "units.csv")
        above = sum_reports(FORM, Unit(name="示例市"), 2024, [whole]).report
        assert [finding.rule.code for finding in review(above).findings if finding.rule.code == "T403"] == []
        above = sum_reports(FORM, Unit(name="示例市"), 2024, [partial])
        assert [f.fault.message for f in review(above.report).findings if f.rule.code == "T403"] == [
            f"“{COUNTY}（示例县第4村）”没有报送。总计不含该单位。请催报后重新汇总，或写明原因。"
        ]
        assert above.remarks == (f"{COUNTY}（示例县第4村）：所报的汇总不含这个单位。",)
        explained = replace(partial, explanations={"unit-missing:示例县第4村": "已撤销。"})
        beside = replace(VILLAGES[0], unit=Unit(name="示例县第4村"))
        for reports in ([explained], [partial, beside]):
            provenance = sum_reports(FORM, Unit(name="示例市"), 2024, reports).report.provenance
            assert provenance
            assert provenance.lacks == ()

    def test_towns_and_the_county_in_one_store(self, run: Run, folder: Path) -> None:
        for town, numbers in (("示例县甲镇", (0, 1)), ("示例县乙镇", (2, 3))):
            (folder / town).mkdir()
            for number in numbers:
                shutil.copy(folder / "in" / f"{number}.xlsx", folder / town)
        for town in ("示例县甲镇", "示例县乙镇"):
            order = ("--unit", town, "--year", 2024, "--store", folder / f"{town}.sqlite", "--no-copies", "--jobs", 1)
            assert run("collect", folder / town, *order, "-o", folder / "in" / f"{town}.xlsx").code == 0
        assert self.collect(run, folder).numbers[TOTAL] == TestNothingTwice.RIGHT
        (folder / "units.csv").write_text("代码,单位名称\n01,示例县甲镇\n02,示例县乙镇\n", encoding="utf-8")
        assert self.collect(run, folder, "--roster", folder / "units.csv").numbers[TOTAL] == TestNothingTwice.RIGHT

    def test_offices_that_share_a_store_sum_up_what_was_collected_for_each(self, run: Run, folder: Path) -> None:
        for town, numbers in (("示例县甲镇", (0, 1)), ("示例县乙镇", (2, 3))):
            for number in numbers:
                self.hand_in(folder / town / f"{number}.xlsx", VILLAGES[number])
        shutil.rmtree(folder / "in")
        store = ("--year", 2024, "--store", folder / "s.sqlite", "--no-copies", "--jobs", 1)
        for town, numbers in (("示例县甲镇", (0, 1)), ("示例县乙镇", (2, 3))):
            path = folder / "in" / f"{town}.xlsx"
            path.parent.mkdir(exist_ok=True)
            assert run("collect", folder / town, "--unit", town, *store, "-o", path).code == 0
            assert read_report(path, FIND).numbers[TOTAL] == sum(VILLAGES[number].numbers[TOTAL] for number in numbers)
        assert self.collect(run, folder).numbers[TOTAL] == TestNothingTwice.RIGHT
        (folder / "units.csv").write_text("单位名称\n示例县甲镇\n示例县乙镇\n", encoding="utf-8")
        assert self.collect(run, folder, "--roster", folder / "units.csv").numbers[TOTAL] == TestNothingTwice.RIGHT
        for office in (folder / "county.xlsx", folder / "in" / "示例县乙镇.xlsx"):
            told = run("check", office, "--children", folder / "s.sqlite")
            assert "T401" not in told.out
            assert "T402" not in told.out
