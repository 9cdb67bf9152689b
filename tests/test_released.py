"""What released versions made is read by this one: the same figures, the same findings, and the store goes on.

Below `tests/released/VERSION` stands what that version wrote (`tools/make_released.py`) and, in `expected.json`, what it read and found there.
None of it is ever made anew. A rule that the old version did not have may speak; those that it had say the same. A store with an older
schema is brought up to date: it is the same county's store, and no “被其他程序改动”.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.conftest import Run
from xltools.form.loader import find_form
from xltools.readers.dispatch import read_report

RELEASED = Path(__file__).parent / "released"
VERSIONS = sorted(folder.name for folder in RELEASED.iterdir())
PLACE = "/srv/county"
"""Where the county's reports stood, by the store."""
LATE = "0012"
"""The unit that has not handed in the second year."""


@cache
def expected(version: str) -> dict[str, Any]:
    """What the version read and found."""
    return dict(json.loads((RELEASED / version / "expected.json").read_text(encoding="utf-8")))


FILES = [(version, name) for version in VERSIONS for name in expected(version)["files"]]


def read(run: Run, file: Path, to: Path) -> dict[str, Any]:
    """The report in a file."""
    target = to / f"{file.stem}.read.json"
    assert run("export", file, "-o", target, "--force").code == 0
    return dict(json.loads(target.read_text(encoding="utf-8")))


def findings(run: Run, version: str, file: Path, *beside: object) -> list[dict[str, Any]]:
    """The findings of the rules that the version had, as far as it wrote them down."""
    outcome = run("check", file, *beside, "--format", "json")
    assert outcome.err == ""
    (report,) = json.loads(outcome.out)["reports"]
    kept = next(iter(expected(version)["files"].values()))["findings"][0].keys()
    return [{key: found[key] for key in kept} for found in report["findings"] if found["code"] in expected(version)["rules"]]


@pytest.mark.parametrize(("version", "name"), FILES)
def test_a_report_is_read_as_it_was(version: str, name: str, run: Run, tmp_path: Path) -> None:
    then = expected(version)["files"][name]["report"]
    now = read(run, RELEASED / version / name, tmp_path)
    assert {key: now.get(key) for key in then} == then
    assert not now.get("unread")


@pytest.mark.parametrize(("version", "name"), FILES)
def test_the_same_is_found_in_it(version: str, name: str, run: Run) -> None:
    then, now = expected(version)["files"][name]["findings"], findings(run, version, RELEASED / version / name)
    if not name.endswith(".xlsx"):  # prose stands where a workbook of this version has it
        for finding in (*then, *now):
            finding["cell"] = None if finding["section"] else finding["cell"]
    assert now == then


@pytest.mark.parametrize(
    ("version", "name"), [(version, name) for version, name in FILES if name.startswith("balanced") and name.endswith(".xlsx")]
)
def test_an_explanation_beside_any_line_of_its_checks_is_read(version: str, name: str, tmp_path: Path) -> None:
    workbook = openpyxl.load_workbook(RELEASED / version / name)
    header, *rows = [row for row in workbook["校验"].iter_rows() if row[0].value == "序号" or isinstance(row[0].value, int)]
    column = next(cell.column for cell in header if cell.value == "说明")
    for row in rows:
        workbook["校验"].cell(row[0].row, column).value = f"说明{row[0].value}。"
    workbook.save(tmp_path / name)
    told = read_report(tmp_path / name, find_form(None)).explanations
    assert sorted(told.values()) == sorted(f"说明{row[0].value}。" for row in rows)


@pytest.mark.parametrize("version", VERSIONS)
def test_what_staff_explained_still_holds(version: str, run: Run) -> None:
    for name in ("faulty-2021.xlsx", "faulty-2019.xlsx", "annotated-2021.xlsx"):
        explained = [found for found in findings(run, version, RELEASED / version / name) if found["explanation"]]
        assert [(found["code"], found["explanation"]) for found in explained] == [("T201", "一件申请合并答复。")]


@pytest.mark.parametrize("version", VERSIONS)
def test_it_goes_on_into_this_version(version: str, run: Run, tmp_path: Path) -> None:
    """Last year's report of the older version: next year's workbook takes the unit and what was carried over from it."""
    for edition, following in (("2021", "2025"), ("2019", "2021")):
        last = RELEASED / version / f"balanced-{edition}.xlsx"
        book = tmp_path / f"{following}.xlsx"
        assert run("template", "--year", following, "--previous", last, "-o", book).code == 0
        then, now = (read(run, file, tmp_path) for file in (last, book))
        assert now["unit"]["name"] == then["unit"]["name"]
        assert now["figures"]["requests.carried_in.business"] == then["figures"]["requests.carried_out.business"]


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def county(version: str, tmp_path: Path) -> Path:
    """The county's folder with its store, as if it had always stood here."""
    folder = tmp_path / "county"
    shutil.copytree(RELEASED / version / "county", folder)
    packed = folder / "county.sqlite.gz"
    store = folder / "county.sqlite"
    store.write_bytes(gzip.decompress(packed.read_bytes()))
    packed.unlink()
    with closing(sqlite3.connect(store, isolation_level=None)) as database:
        for table, column in (("files", "path"), ("reports", "file")):
            database.execute(f"UPDATE {table} SET {column} = replace({column}, ?, ?)", (PLACE, str(folder.resolve())))
        for path, modified in database.execute("SELECT path, modified FROM files").fetchall():
            os.utime(path, ns=(modified, modified))
    return folder


class TestTheStore:
    """A schema of a later version must take it in: what fails here otherwise is “被其他程序改动”."""

    def test_gives_the_same_answers(self, county: Path, version: str, run: Run) -> None:
        beside = ("--previous", county / "示例县2023.xlsx", "--children", county / "county.sqlite")
        assert findings(run, version, county / "示例县2024.xlsx", *beside) == expected(version)["county"]

    def test_knows_last_years_reports(self, county: Path, run: Run, tmp_path: Path) -> None:
        order = ("--year", "2025", "--roster", county / "units.csv", "--previous", county / "county.sqlite")
        assert run("template", *order, "-o", tmp_path / "out").code == 0
        (book,) = (tmp_path / "out").glob("0001*.xlsx")
        (last,) = (county / "2024").glob("0001*.xlsx")
        then, now = (read(run, file, tmp_path) for file in (last, book))
        assert now["figures"]["requests.carried_in.business"] == then["figures"]["requests.carried_out.business"]

    def test_is_collected_on_with(self, county: Path, version: str, run: Run, tmp_path: Path) -> None:
        """What has not changed is not read again; a report that comes late is added."""
        assert self.collect(run, county) == 0
        then = expected(version)["files"]["county/示例县2024.xlsx"]["report"]["figures"]
        assert read(run, county / "示例县2024.xlsx", tmp_path)["figures"] == then
        (last,) = (county / "2023").glob(f"{LATE}*.json")
        report = json.loads(last.read_text(encoding="utf-8"))
        (county / "2024" / last.name).write_text(json.dumps({**report, "year": 2024}), encoding="utf-8")
        assert self.collect(run, county) == 1
        total = "requests.received.total"
        now = read(run, county / "示例县2024.xlsx", tmp_path)["figures"][total]
        assert now == then[total] + report["figures"][total]

    @staticmethod
    def collect(run: Run, county: Path) -> int:
        """Collect the second year, and return how many reports were read for it."""
        order = ("--roster", county / "units.csv", "--unit", "示例县人民政府", "--year", "2024", "--store", county / "county.sqlite")
        outcome = run("collect", county / "2024", *order, "--no-copies", "--jobs", "1", "-o", county / "示例县2024.xlsx")
        assert outcome.code == 1, outcome.err  # one unit has an error
        told = re.search(r"本次读取(\d+)份", outcome.out)
        return int(told[1]) if told else 0
