"""Sums among what is collected and checked, by folder and by store: counted once, and nothing that they lack is lost."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import Run
from tests.reports import FORM
from tests.summed import COUNTY, FIND, RIGHT, TOTAL, VILLAGES, summed, unit
from xltools.form.unit import Unit
from xltools.readers.dispatch import read_report
from xltools.report.filled import Report
from xltools.report.sums import sum_reports
from xltools.rules.review import review
from xltools.workbook.locked_workbook import write_workbook


@pytest.mark.trial
class TestCollecting:
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
        assert self.collect(run, folder).numbers[TOTAL] == RIGHT

    def test_check_children_counts_what_collect_counted(self, run: Run, folder: Path) -> None:
        (folder / "units.csv").write_text("单位名称\n" + "".join(f"示例县第{n}村\n" for n in range(4)), encoding="utf-8")
        self.hand_in(folder / "in" / "邻县.xlsx", unit("邻县财政局", 7))
        self.hand_in(folder / "in" / "旧稿.xlsx", unit("示例县第1村", 8))
        os.utime(folder / "in" / "旧稿.xlsx", (1, 1))
        rolled = self.collect(run, folder, "--roster", folder / "units.csv")
        assert rolled.numbers[TOTAL] == RIGHT
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
        assert self.collect(run, folder, name="示例县甲镇", output="town.xlsx").numbers[TOTAL] == RIGHT
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
        assert self.collect(run, folder).numbers[TOTAL] == RIGHT
        (folder / "units.csv").write_text("代码,单位名称\n01,示例县甲镇\n02,示例县乙镇\n", encoding="utf-8")
        assert self.collect(run, folder, "--roster", folder / "units.csv").numbers[TOTAL] == RIGHT

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
        assert self.collect(run, folder).numbers[TOTAL] == RIGHT
        (folder / "units.csv").write_text("单位名称\n示例县甲镇\n示例县乙镇\n", encoding="utf-8")
        assert self.collect(run, folder, "--roster", folder / "units.csv").numbers[TOTAL] == RIGHT
        for office in (folder / "county.xlsx", folder / "in" / "示例县乙镇.xlsx"):
            told = run("check", office, "--children", folder / "s.sqlite")
            assert "T401" not in told.out
            assert "T402" not in told.out
