"""Reports handed in, corrected, renamed, moved, withdrawn and summed up in any order: every village counts once, and what is stale is told."""

from __future__ import annotations

import json
import os
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import openpyxl
import pytest

from tests.conftest import Outcome, Run
from tests.reports import FORM, balanced_figures, report
from xltools.form.loader import find_form
from xltools.form.unit import Unit
from xltools.readers.dispatch import read_report
from xltools.report.report_json import dump_report

COUNTY, CITY = "示例县人民政府", "示例市人民政府"
TOWNS = {"城关镇": "示例县城关镇人民政府", "河口镇": "示例县河口镇人民政府"}
VILLAGES = {f"示例县{town}{name}村": town for town in TOWNS for name in "东西北"}
UNITS = {**VILLAGES, "示例县财政局": "", "示例县教育局": ""}
"""The folder of each unit, by its name."""
MARKS = dict(zip(UNITS, (figure.id for figure in FORM.inputs if figure.id.startswith("requests.") and "denied" in figure.id), strict=False))
"""The figure of each unit that no other one fills in: four to the power of its report's version, so that a sum tells what it counts."""
STEPS = 30


class Sum(NamedTuple):
    """A sum among the hand-ins: whose it is, and the version of each unit's report that it counts."""

    path: Path
    office: str
    versions: dict[str, int]


class Walk:
    """A county's folder, and what is true of it."""

    def __init__(self, folder: Path, run: Run, seed: int) -> None:
        self.dice, self.run, self.root, self.top = random.Random(seed), run, folder, folder / "县"
        self.has_roster, self.shares_store, self.is_short = seed % 2 == 1, seed % 3 > 0, seed % 4 == 0
        self.folders = {town: self.top / town for town in TOWNS} | {"": self.top}
        self.versions = dict.fromkeys(UNITS, 0)
        self.files: dict[str, Path] = {}
        self.sums: list[Sum] = []
        self.clock = 1_735_000_000
        for place in self.folders.values():
            place.mkdir(parents=True, exist_ok=True)
        rows = (f"{number:04d},{unit}\n" for number, unit in enumerate((*UNITS, *TOWNS.values())))
        (folder / "units.csv").write_text("代码,单位名称\n" + "".join(rows), encoding="utf-8")

    def step(self) -> None:
        steps = {self.hand_in: 30, self.county: 12, self.town: 12, self.rename: 6, self.withdraw: 5, self.withdraw_sum: 4}
        steps |= {self.save_again: 3, self.save_report_again: 3, self.export: 3, self.rename_folder: 2, self.city: 3}
        self.dice.choices([*steps], [*steps.values()])[0]()

    def saved(self, path: Path) -> None:
        """Let a file be the one that was saved last."""
        self.clock += 60
        os.utime(path, (self.clock, self.clock))

    def name(self, unit: str) -> str:
        """What a unit writes as its name: in some counties villages leave out where they are, so that every town has one of each name."""
        return unit.removeprefix(f"示例县{UNITS[unit]}") if self.is_short and UNITS[unit] else unit

    def hand_in(self) -> None:
        """A first report, or a corrected one: a few figures are other ones."""
        unit = self.dice.choice([*UNITS])
        self.versions[unit] += 1
        figures = balanced_figures([*UNITS].index(unit)) | dict.fromkeys(MARKS.values(), 0)
        figures |= {id: self.dice.randrange(50) for id in self.dice.sample(sorted(figures.keys() - {*MARKS.values()}), 4)}
        figures[MARKS[unit]] = 4 ** (self.versions[unit] - 1)
        path = self.files.setdefault(unit, self.folders[UNITS[unit]] / f"{unit}.json")
        path.write_text(dump_report(report(figures, unit=Unit(name=self.name(unit)))), encoding="utf-8")
        self.saved(path)

    def rename(self) -> None:
        if self.files:
            unit = self.dice.choice([*self.files])
            there = self.folders[UNITS[unit]] / self.dice.choice(("", "补交")) / f"{self.dice.randrange(10**6)}.json"
            there.parent.mkdir(exist_ok=True)
            self.files[unit] = self.files[unit].rename(there)

    def withdraw(self) -> None:
        if self.files:
            self.files.pop(self.dice.choice([*self.files])).unlink()

    def rename_folder(self) -> None:
        town = self.dice.choice([*TOWNS])
        old, new = self.folders[town], self.top / f"{town}{self.dice.randrange(10**6)}"
        self.folders[town] = old.rename(new)
        self.files = {unit: new / path.relative_to(old) if path.is_relative_to(old) else path for unit, path in self.files.items()}
        self.sums = [one._replace(path=new / one.path.relative_to(old)) if one.path.is_relative_to(old) else one for one in self.sums]

    def withdraw_sum(self) -> None:
        if self.sums:
            one = self.sums.pop(self.dice.randrange(len(self.sums)))
            one.path.unlink()

    def save_again(self) -> None:
        """Let a spreadsheet program have saved a sum."""
        for one in self.dice.sample(self.sums, min(1, len(self.sums))):
            if one.path.suffix == ".xlsx":
                openpyxl.load_workbook(one.path).save(one.path)
                self.saved(one.path)

    def save_report_again(self) -> None:
        """Let another program have saved a unit's report, with nothing changed in it."""
        for path in self.dice.sample(sorted(self.files.values()), min(1, len(self.files))):
            path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")), indent=3), encoding="utf-8")
            self.saved(path)

    def export(self) -> None:
        """Let a sum be handed in as JSON."""
        for one in self.dice.sample(self.sums, min(1, len(self.sums))):
            if one.path.suffix == ".xlsx":
                there = one.path.with_name(f"{self.dice.randrange(10**6)}.json")
                assert self.run("export", one.path, "-o", there).code == 0
                one.path.unlink()
                self.sums[self.sums.index(one)] = one._replace(path=there)
                self.saved(there)

    def town(self) -> None:
        """A town's sum, which lies in its folder, or beside it under any name."""
        town = self.dice.choice([*TOWNS])
        place = self.folders[town] if self.dice.random() < 0.7 else self.top
        self.sum_up(TOWNS[town], self.folders[town], place / f"{town}{self.dice.randrange(3)}.xlsx", within=town)

    def county(self) -> None:
        self.sum_up(COUNTY, self.top, self.dice.choice((self.root, self.root, self.top)) / "全县.xlsx")

    def city(self) -> None:
        self.sum_up(CITY, self.top, self.root / "全市.xlsx")

    def sum_up(self, office: str, source: Path, output: Path, within: str = "") -> None:
        """Collect, and hold the sum against what is true."""
        store = self.root / ("all.sqlite" if self.shares_store else f"{office}.sqlite")
        roster = ("--roster", self.root / "units.csv") if self.has_roster and not within else ()
        order = ("--unit", office, "--year", 2024, "--store", store, *roster, "--no-copies", "--jobs", 1, "--force", "-o", output)
        replaced = [one for one in self.sums if one.path != output]
        told = self.run("collect", source, *order)
        if told.code == 2 and "已将" not in told.out:
            assert "没有可以收集的报告" in told.err
            return
        self.saved(output)
        counted = {unit: found for unit in UNITS if (found := self.counted(output, unit))}
        there = [one for one in self.sums if not within or (one.office == office and one.path.is_relative_to(source))]
        self.expect_true(counted, {unit: path for unit, path in self.files.items() if within in ("", UNITS[unit])}, there, told)
        self.expect_the_same_elsewhere(output, store, source)
        self.sums = replaced
        if output.is_relative_to(self.top):
            self.sums.append(Sum(output, office, {unit: found[0] for unit, found in counted.items()}))

    def counted(self, path: Path, unit: str) -> list[int]:
        """The versions of a unit's report that a sum counts."""
        value = int(read_report(path, find_form(None)).numbers[MARKS[unit]])
        return list(versions_in(value))

    def expect_true(self, counted: dict[str, list[int]], files: dict[str, Path], sums: list[Sum], told: Outcome) -> None:
        is_stale = any(one.versions[unit] != self.versions[unit] for one in sums for unit in one.versions if unit in files)
        assert is_stale or "重新汇总" not in told.out, f"nothing has changed: {told.out}"
        latest = {one.office: max(other.path.stat().st_mtime_ns for other in sums if other.office == one.office) for one in sums}
        for unit in UNITS:
            mine = {self.versions[unit]} if unit in files else set()
            known = mine | {one.versions[unit] for one in sums if unit in one.versions}
            found = counted.get(unit, [])
            assert len(found) <= 1, f"{unit} is counted twice: {told.out}"
            assert {*found} <= known, f"{unit} is counted and not there: {told.out}"
            # the county's own earlier sum gives way, and of several of a town the last one counts
            last = [
                one for one in sums if unit in one.versions and one.office != COUNTY and one.path.stat().st_mtime_ns == latest[one.office]
            ]
            assert found or not (mine or last), f"{unit} is lost: {told.out}"
            if found and mine and {*found} != mine:
                assert "重新汇总" in told.out, f"{unit} is counted as it was before, and nobody is told: {told.out}"

    def expect_the_same_elsewhere(self, output: Path, store: Path, source: Path) -> None:
        """`check --children` and the documented query count what collect counted."""
        for below in (store, source):
            data = json.loads(self.run("check", output, "--children", below, "--format", "json").out)
            assert [one["message"] for one in data["reports"][0]["findings"] if one["code"] == "T401"] == []
        with closing(sqlite3.connect(store)) as database:
            sums = dict(database.execute("SELECT cell, sum(value) FROM counted_figures WHERE year = 2024 GROUP BY cell"))
        numbers = read_report(output, find_form(None)).numbers
        assert {id: sums.get(id, 0) for id in MARKS.values()} == {id: numbers[id] for id in MARKS.values()}


def versions_in(value: int) -> Iterator[int]:
    version = 1
    while value:
        yield from [version] * (value % 4)
        value, version = value // 4, version + 1


@pytest.mark.trial
@pytest.mark.parametrize("seed", range(8))
def test_whatever_is_done_every_village_counts_once(tmp_path: Path, run: Run, seed: int) -> None:
    walk = Walk(tmp_path, run, seed)
    for _ in range(STEPS):
        walk.step()
    walk.county()
