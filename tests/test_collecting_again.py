"""Collecting again: nothing known goes stale, and what counts is what is there now."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.reports import FORM, balanced_figures, report, unit_workbook
from xltools.form.loader import find_form
from xltools.form.unit import Unit
from xltools.readers.dispatch import read_report
from xltools.report.filled import Report, Value
from xltools.workbook.locked_workbook import write_workbook

OFFICE = "示例县人民政府"
TOTAL = "requests.received.total"
RECEIVED, GRANTED, IN, OUT = (f"requests.{row}.natural_person" for row in ("received", "granted", "carried_in", "carried_out"))


@pytest.fixture
def county(tmp_path: Path) -> County:
    return County(tmp_path)


class County:
    """An office's folder: one subfolder a year, a roster and a store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.roster("示例县财政局", "示例县教育局")
        self.told = ""

    def roster(self, *units: str) -> None:
        (self.folder / "units.csv").write_text("单位名称,原单位名称\n" + "".join(f"{unit}\n" for unit in units), encoding="utf-8")

    def hand_in(self, year: int, name: str, *, file: str = "", typed: int | None = None, **figures: Value) -> Path:
        """A workbook of this many requests in the folder of a year; `typed` is the year that stands in it, if another."""
        path = self.folder / str(year) / f"{file or name}.xlsx"
        path.parent.mkdir(exist_ok=True)
        keys = {"received": RECEIVED, "granted": GRANTED, "carried_in": IN, "carried_out": OUT}
        filled = {keys.get(key, key): value for key, value in figures.items()}
        path.write_bytes(unit_workbook(report(filled, year=typed or year, unit=Unit(name=name))))
        return path

    def collect(self, run: Run, year: int, *more: object, folder: str = "", form: str | None = None) -> Report:
        order = ("--roster", self.folder / "units.csv", "--unit", OFFICE, "--year", year, "--store", self.folder / "s.sqlite")
        output = self.folder / f"county{year}.xlsx"
        told = run(
            "collect",
            self.folder / (folder or str(year)),
            *order,
            "--no-copies",
            "--jobs",
            1,
            "-o",
            output,
            *more,
            *(("--form", form) if form else ()),
        )
        self.told = told.out + told.err
        assert told.code in (0, 1), self.told
        return read_report(output, find_form(form))

    def ask(self, query: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.folder / "s.sqlite")) as database:
            return database.execute(query).fetchall()

    def errors(self, year: int = 2024) -> list[tuple[object, ...]]:
        return self.ask(f"SELECT DISTINCT unit, name FROM current_findings WHERE year = {year} AND severity = 'error' AND because IS NULL")


def add_both_years(county: County, carried_out: int) -> None:
    county.hand_in(2024, "示例县财政局", carried_in=3, granted=3)
    county.hand_in(2023, "示例县财政局", received=carried_out, carried_out=carried_out)


class TestLastYear:
    def test_that_comes_later_is_held_against_what_was_read_before(self, run: Run, county: County) -> None:
        add_both_years(county, 2)
        county.collect(run, 2024)
        assert county.errors() == []
        county.collect(run, 2023)
        county.collect(run, 2024)
        assert county.errors() == [("示例县财政局", "carry-over-mismatch")]
        assert "本次读取0份" in county.told

    def test_that_is_corrected_takes_its_finding_along(self, run: Run, county: County) -> None:
        add_both_years(county, 2)
        county.collect(run, 2023)
        county.collect(run, 2024)
        assert county.errors() == [("示例县财政局", "carry-over-mismatch")]
        county.hand_in(2023, "示例县财政局", received=3, carried_out=3)
        county.collect(run, 2023)
        county.collect(run, 2024)
        assert county.errors() == []

    def test_is_found_once_the_roster_knows_the_former_name(self, run: Run, county: County) -> None:
        county.hand_in(2023, "示例县财税局", received=2, carried_out=2)
        county.hand_in(2024, "示例县财政局", carried_in=3, granted=3)
        county.collect(run, 2023)
        county.collect(run, 2024)
        assert county.errors() == []
        county.roster("示例县财政局,示例县财税局", "示例县教育局")
        county.collect(run, 2024)
        assert county.errors() == [("示例县财政局", "carry-over-mismatch")]


class TestAReportOfAnotherYear:
    def test_changes_nothing_of_that_year_and_is_told(self, run: Run, county: County) -> None:
        county.hand_in(2023, "示例县财政局", received=7, granted=7)
        before = county.collect(run, 2023).numbers[TOTAL]
        wrong = county.hand_in(2024, "示例县财政局", typed=2023, received=9, granted=9)
        assert county.collect(run, 2024).numbers[TOTAL] == 0
        assert "已报送不能用：示例县财政局（示例县财政局.xlsx）" in county.told
        assert "未报送（1个单位）：示例县教育局" in county.told
        assert county.collect(run, 2023).numbers[TOTAL] == before
        county.hand_in(2024, "示例县财政局", received=9, granted=9)
        assert county.collect(run, 2024).numbers[TOTAL] == 9
        assert "不能用" not in county.told
        assert county.collect(run, 2023).numbers[TOTAL] == before
        assert wrong.exists()

    def test_counts_when_its_own_year_is_collected_with_it(self, run: Run, county: County) -> None:
        county.hand_in(2023, "示例县财政局", received=7, granted=7)
        county.hand_in(2023, "示例县教育局", typed=2024, file="2024", received=5, granted=5)
        assert county.collect(run, 2023).numbers[TOTAL] == 7
        assert "已报送不能用：示例县教育局（2024.xlsx），报告年度为2024" in county.told
        assert county.collect(run, 2024, folder="2023").numbers[TOTAL] == 5

    def test_that_counts_for_its_own_year_is_no_hand_in_of_this_one(self, run: Run, county: County) -> None:
        """Both years lie in one folder; a unit that has only reported last year is to be urged, not to be sent its report back."""
        for unit in ("示例县财政局", "示例县教育局"):
            county.hand_in(2023, unit, file=f"{unit}2023", received=7, granted=7)
        county.hand_in(2023, "示例县财政局", typed=2024, received=5, granted=5)
        assert county.collect(run, 2023).numbers[TOTAL] == 14
        assert county.collect(run, 2024, folder="2023").numbers[TOTAL] == 5
        assert "没有问题1个，未报送1个。" in county.told
        assert "2份是其他年度的报告，已计入各自的年度，本次没有计入。" in county.told
        assert "T403 “示例县教育局”没有报送。" in run("check", county.folder / "county2024.xlsx").out

    def test_goes_with_the_sum_as_a_unit_that_is_lacking(self, run: Run, county: County) -> None:
        county.hand_in(2024, "示例县财政局", received=7, granted=7)
        county.hand_in(2024, "示例县教育局", typed=2023)
        county.collect(run, 2024)
        assert "T404 “示例县教育局”的 示例县教育局.xlsx：" in run("check", county.folder / "county2024.xlsx").out


class TestFiles:
    def test_that_were_moved_are_not_read_again_and_count_once(self, run: Run, county: County) -> None:
        county.hand_in(2024, "示例县财政局", received=7, granted=7)
        before = county.collect(run, 2024)
        (county.folder / "2024").rename(county.folder / "收到的")
        assert county.collect(run, 2024, folder="收到的").figures == before.figures
        assert "本次读取0份" in county.told
        assert county.ask("SELECT count(*) FROM reports") == [(1,)]

    def test_that_are_gone_are_withdrawn_wherever_they_lay(self, run: Run, county: County) -> None:
        path = county.hand_in(2024, "示例县财政局", received=7, granted=7)
        county.collect(run, 2024)
        county.hand_in(2025, "示例县教育局", typed=2024, received=5, granted=5)
        assert county.collect(run, 2024, folder="2025").numbers[TOTAL] == 12
        path.unlink()
        assert county.collect(run, 2024, folder="2025").numbers[TOTAL] == 5
        assert "未报送（1个单位）：示例县财政局" in county.told

    def test_of_last_year_may_have_been_put_away(self, run: Run, county: County) -> None:
        add_both_years(county, 2)
        county.collect(run, 2023)
        shutil.rmtree(county.folder / "2023")
        county.collect(run, 2024)
        assert county.errors() == [("示例县财政局", "carry-over-mismatch")]

    def test_of_the_same_size_and_date_are_read_again_where_they_differ(self, run: Run, county: County) -> None:
        path = county.folder / "2024" / "a.json"
        path.parent.mkdir()
        for count in (5, 7):
            path.write_text(
                f'{{"form": "{FORM.id}", "year": 2024, "unit": {{"name": "示例县财政局"}}, "figures": {{"{RECEIVED}": {count}}}}}'
            )
            os.utime(path, (1_700_000_000, 1_700_000_000))
            assert county.collect(run, 2024).numbers[TOTAL] == count

    def test_are_read_again_by_another_version(self, run: Run, county: County, monkeypatch: pytest.MonkeyPatch) -> None:
        county.hand_in(2024, "示例县财政局")
        county.collect(run, 2024)
        monkeypatch.setattr("xltools.county.intake.__version__", "99")
        county.collect(run, 2024)
        assert "本次读取0份，另重读1份" in county.told
        county.collect(run, 2024)
        assert "重读" not in county.told


def test_a_reading_keeps_what_only_its_reader_knew(run: Run, county: County) -> None:
    """A formula that was typed over is found again from the store."""
    import openpyxl

    path = county.hand_in(2024, "示例县财政局", received=7, granted=7)
    workbook = openpyxl.load_workbook(path)
    workbook["三、依申请公开"]["J5"] = 9
    workbook.save(path)
    for _ in range(2):
        county.collect(run, 2024)
        found = {name for (name,) in county.ask("SELECT name FROM current_findings")}
        assert "formula-overwritten" in found
    assert county.collect(run, 2024).numbers[TOTAL] == 7


def test_two_forms_in_one_store_do_not_rival_each_other(run: Run, county: County) -> None:
    county.hand_in(2024, "示例县财政局", received=7, granted=7)
    folder = str(Path(__file__).parent / "forms" / "tiny")
    form = find_form(folder)(None)
    other = report({"costs.staff": 3}, form=form, unit=Unit(name="示例县财政局"), texts={"summary": "一切正常。"})
    county.collect(run, 2024)
    (county.folder / "2024" / "hotline.xlsx").write_bytes(write_workbook(other))
    rolled = county.collect(run, 2024, form=folder)
    assert rolled.form.id == "hotline"
    assert rolled.figures["costs.staff"] == 3
    assert "已将1个单位的数据汇总到" in county.told
    assert "重复报送" not in county.told
    assert county.ask("SELECT DISTINCT state FROM reports") == [("current",)]


def test_the_documented_sums_are_those_of_the_roll_up(run: Run, county: County) -> None:
    county.roster("示例县财政局", "示例县教育局", "示例县农业局")
    for seed, name in enumerate(("示例县财政局", "示例县教育局", "邻县财政局")):
        county.hand_in(2024, name, **balanced_figures(seed))
    county.hand_in(2024, "示例县农业局", **{**balanced_figures(5), GRANTED: "约3", OUT: -1})
    rolled = county.collect(run, 2024)
    query = "SELECT cell, sum(value) FROM counted_figures WHERE year = 2024 GROUP BY cell"
    assert dict(county.ask(query)) == dict(rolled.numbers)
    assert county.ask("SELECT left_out FROM current_reports WHERE counted = 0") == [("不在名册，没有计入。",)]
