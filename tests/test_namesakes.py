"""Villages of one name in the folders of different towns: they are counted apart, everywhere alike."""

from __future__ import annotations

import os
from pathlib import Path

from tests.conftest import Run
from tests.reports import report
from tests.summed import FIND, RECEIVED
from tests.taken import ask
from xltools.form.unit import Unit
from xltools.readers.dispatch import read_report
from xltools.report.doubles import find_branches
from xltools.report.report_json import dump_report


def hand_in(folder: Path, *files: str) -> None:
    """Let villages of one name hand in these files, each later than the one before and with a figure of its own."""
    for moment, file in enumerate(files):
        path = folder / file
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(dump_report(report({RECEIVED: 10**moment}, unit=Unit(name="向阳村"))), encoding="utf-8")
        os.utime(path, (moment, moment))


def received(path: Path) -> int:
    return int(read_report(path, FIND).numbers[RECEIVED])


def collect(run: Run, folder: Path, source: Path, unit: str, output: Path, *more: object) -> str:
    order = ("--unit", unit, "--year", 2024, "--store", folder / "s.sqlite", "--jobs", 1, "--no-copies", *more)
    return run("collect", source, *order, "-o", output).out


def test_of_several_files_only_folders_of_towns_tell_whose_they_are() -> None:
    def branches(*files: str) -> list[str]:
        return find_branches([(file, "向阳村", file) for file in files])

    assert branches("/2024/甲镇/a.xlsx") == [""]
    assert branches("/示例县/一/a.xlsx", "/示例县/二/a.xlsx") == ["", ""]
    assert branches("/2024/甲镇/a.xlsx", "/2024/甲镇补交/a.xlsx") == ["", ""]
    assert branches("/2024/a.xlsx", "/2024/甲镇/a.xlsx", "/2024/乙乡/a.xlsx") == ["", "", ""]
    assert branches("/2024/01-甲镇/a.xlsx", "/2024/乙乡/第一批/a.xlsx") == ["甲镇", "乙乡"]
    assert branches("/2024/甲镇向阳村.xlsx", "/2024/乙乡向阳村（改）.xlsx") == ["甲镇", "乙乡"]
    assert branches("/2024/甲镇向阳村.xlsx", "/2024/向阳村.xlsx") == ["", ""]
    for one, other in (("东片区", "西片区"), ("各乡镇", "县直"), ("下属乡镇", "甲镇"), ("城乡建设", "甲乡"), ("市区", "甲县")):
        assert branches(f"/{one}/a.xlsx", f"/{other}/a.xlsx") == ["", ""]
    assert branches("/示例县市场监管/a.xlsx", "/样板县市场监管/a.xlsx") == ["示例县", "样板县"]
    assert branches("/甲县/东街道/a.xlsx", "/乙县/东街道/a.xlsx") == ["甲县", "乙县"]
    assert find_branches([("/甲镇/a.xlsx", "示例县甲镇向阳村", "1"), ("/乙乡/a.xlsx", "示例县甲镇向阳村", "2")]) == ["", ""]
    assert find_branches([("/甲镇/a.xlsx", "向阳村", "1"), ("/乙乡/a.xlsx", "向阳村", "1")]) == ["", ""]


COUNTY = "示例县人民政府"


class TestCollecting:
    def test_in_folders_that_are_no_towns_are_told_to_give_their_whole_names(self, run: Run, tmp_path: Path) -> None:
        hand_in(tmp_path / "in", "一/向阳村.json", "二/向阳村.json", "二/新稿.json")
        told = collect(run, tmp_path, tmp_path / "in", COUNTY, tmp_path / "c.xlsx")
        assert "重复报送：向阳村（一/向阳村.json），计入的是 二/新稿.json。不是同一单位的，单位名称请写全称。" in told
        assert "重复报送：向阳村（二/向阳村.json），计入的是 二/新稿.json\n" in told

    def test_in_the_folders_of_two_towns_are_two_everywhere(self, run: Run, tmp_path: Path) -> None:
        hand_in(tmp_path / "in", "甲镇/向阳村.json", "01-乙乡/稿.json", "01-乙乡/补交/新稿.json")
        told = collect(run, tmp_path, tmp_path / "in", COUNTY, tmp_path / "c.xlsx", "--data", tmp_path / "data")
        assert "已将2个单位的数据汇总" in told
        assert "重复报送：向阳村（乙乡）（01-乙乡/稿.json），计入的是 补交/新稿.json" in told
        assert received(tmp_path / "c.xlsx") == 101
        assert {name for (name,) in ask(tmp_path / "s.sqlite", "SELECT unit FROM counted_figures")} == {"向阳村（甲镇）", "向阳村（乙乡）"}
        assert "向阳村（甲镇）" in (tmp_path / "data" / "counted.csv").read_text(encoding="utf-8")
        for below in ("in", "s.sqlite"):
            assert "T401" not in run("check", tmp_path / "c.xlsx", "--children", tmp_path / below).out
        (tmp_path / "in" / "甲镇" / "向阳村.json").unlink()
        collect(run, tmp_path, tmp_path / "in", COUNTY, tmp_path / "c.xlsx")
        assert received(tmp_path / "c.xlsx") == 100

    def test_moved_into_the_folder_of_the_other_town_are_two_files_of_one_unit(self, run: Run, tmp_path: Path) -> None:
        hand_in(tmp_path / "in", "甲镇/向阳村.json", "乙乡/稿.json")
        collect(run, tmp_path, tmp_path / "in", COUNTY, tmp_path / "c.xlsx")
        assert received(tmp_path / "c.xlsx") == 11
        (tmp_path / "in" / "甲镇" / "向阳村.json").rename(tmp_path / "in" / "乙乡" / "向阳村.json")
        assert "重复报送：向阳村（乙乡/向阳村.json）" in collect(run, tmp_path, tmp_path / "in", COUNTY, tmp_path / "c.xlsx")
        assert received(tmp_path / "c.xlsx") == 10

    def test_whose_towns_share_a_store_are_each_in_the_sum_of_its_own(self, run: Run, tmp_path: Path) -> None:
        hand_in(tmp_path, "甲镇/向阳村.json", "乙乡/向阳村.json")
        for town, right in (("甲镇", 1), ("乙乡", 10), ("甲镇", 1)):
            collect(run, tmp_path, tmp_path / town, f"示例县{town}", tmp_path / f"{town}.xlsx")
            assert received(tmp_path / f"{town}.xlsx") == right
            assert "T401" not in run("check", tmp_path / f"{town}.xlsx", "--children", tmp_path / "s.sqlite").out

    def test_that_one_town_corrects_is_not_added_beside_its_sum(self, run: Run, tmp_path: Path) -> None:
        hand_in(tmp_path / "in", "甲镇/向阳村.json", "乙乡/向阳村.json")
        collect(run, tmp_path, tmp_path / "in" / "甲镇", "示例县甲镇", tmp_path / "in" / "甲镇" / "汇总.xlsx")
        hand_in(tmp_path / "in", *["甲镇/向阳村.json"] * 3)
        collect(run, tmp_path, tmp_path / "in", COUNTY, tmp_path / "c.xlsx")
        assert received(tmp_path / "c.xlsx") == 110

    def test_of_a_roster_are_those_that_were_collected_for_the_office(self, run: Run, tmp_path: Path) -> None:
        hand_in(tmp_path, "甲镇/向阳村.json", "乙乡/向阳村.json")
        (tmp_path / "甲镇.csv").write_text("单位名称\n向阳村\n", encoding="utf-8")
        for town, more in (("乙乡", ()), ("甲镇", ("--roster", tmp_path / "甲镇.csv"))):
            collect(run, tmp_path, tmp_path / town, f"示例县{town}", tmp_path / f"{town}.xlsx", *more)
        assert received(tmp_path / "甲镇.xlsx") == 1
