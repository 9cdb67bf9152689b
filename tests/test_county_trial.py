"""A county of three hundred units with planted faults, two years, in three orders: what was planted is found, nothing else, and the sums are true."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import Run
from tools.make_county import FORM, OLE, PROBLEMS, figures_of
from xltools.documents.docx import write_docx
from xltools.form.loader import find_form, load_form
from xltools.form.unit import Unit
from xltools.readers.dispatch import read_report
from xltools.report.conversion import blank_report
from xltools.report.filled import Report, Value
from xltools.report.report_json import dump_report
from xltools.report.sums import sum_reports
from xltools.workbook.locked_workbook import write_workbook

COUNT = 300
OFFICE = "示例县人民政府"
NAMES = [f"示例县第{number:03d}局" for number in range(COUNT)]
RECEIVED, IN, FEES = "requests.received.natural_person", "requests.carried_in.natural_person", "disclosure.fees.amount"
COLUMN = "natural_person"

# which units have which fault, by number; nobody has two
UNBALANCED, CARRIED, TEXT, BLANK, NEGATIVE, OVERWRITTEN = (range(first, first + 4) for first in (10, 30, 50, 70, 90, 110))
WRONG_YEAR, MISSING, BROKEN, RIVALS, RENAMED = (range(first, first + 3) for first in (131, 151, 171, 191, 211))
LATE, OLD_WORD, BESIDE = (range(first, first + 3) for first in (251, 256, 261))
"""After the deadline, as an old Word file, and with the document of the same figures beside it."""
CORRECTED = range(230, 240)
"""Their report of last year was wrong at first: what they carried over did not agree."""


class Planted(NamedTuple):
    """What must be found: the unit, and the rule."""

    unit: str
    rule: str


def truth() -> set[Planted]:
    """Every fault of the second year, but for what follows from another one."""
    faults = {
        "unbalanced": UNBALANCED,
        "carry-over-mismatch": CARRIED,
        "not-a-number": TEXT,
        "blank": BLANK,
        "negative": NEGATIVE,
        "formula-overwritten": OVERWRITTEN,
    }
    return {Planted(NAMES[number], rule) for rule, numbers in faults.items() for number in numbers}


def clean(number: int, year: int) -> Report:
    """A unit's report without a fault."""
    texts = {
        "overview": f"{year}年，本单位认真贯彻落实《中华人民共和国政府信息公开条例》，扎实做好政府信息公开各项工作。",
        "problems": PROBLEMS[year],
        "other": "本年度没有收取信息处理费。",
    }
    name = NAMES[number] if year == 2024 or number not in RENAMED else f"示例县原第{number:03d}局"
    # the same every year, or some would be told to be out of proportion
    steady = {f"disclosure.{key}.decisions": number for key in ("licensing", "penalties")}
    return Report(form=FORM, year=year, unit=Unit(name=name), figures={**figures_of(FORM, number + 1, year), **steady}, texts=texts)


def handed_in(number: int, year: int) -> Report:
    """The same with the fault that was planted in it."""
    filled = clean(number, year)
    changes: dict[str, Value] = {}
    received, carried = (int(str(filled.figures[id])) for id in (RECEIVED, IN))
    if year == 2024 and number in UNBALANCED:
        changes[RECEIVED] = received + 1
    if year == 2024 and number in CARRIED:
        # what was carried in is one more, what was received one less: the column balances all the same
        changes = {IN: carried + 1, RECEIVED: received - 1}
    if year == 2024 and number in TEXT:
        changes[FEES] = "约十元"
    if year == 2024 and number in BLANK:
        changes[FEES] = None
    if year == 2024 and number in NEGATIVE:
        changes["disclosure.licensing.decisions"] = -3
    return replace(filled, figures={**filled.figures, **changes})


def write(folder: Path, number: int, year: int) -> Path:
    """Hand in a unit's report: every tenth as a workbook, the others as JSON, which is faster made."""
    filled = handed_in(number, year)
    folder.mkdir(exist_ok=True)
    path = folder / f"{number:04d}.{'xlsx' if number % 10 == 0 or number in OVERWRITTEN else 'json'}"
    path.write_bytes(write_workbook(filled) if path.suffix == ".xlsx" else dump_report(filled).encode())
    return path


def date(path: Path, day: str = "2025-01-10") -> None:
    """Let a file have been saved on a day."""
    moment = datetime.fromisoformat(f"{day}T12:00").timestamp()
    os.utime(path, (moment, moment))


def overwrite(path: Path, number: int) -> None:
    import openpyxl

    workbook = openpyxl.load_workbook(path)
    workbook["三、依申请公开"]["J5"] = int(handed_in(number, 2024).numbers["requests.received.total"])
    workbook.save(path)


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both years as they were handed in at the end."""
    folder = tmp_path_factory.mktemp("county")
    for number in range(COUNT):
        write(folder / "2023", number, 2023)
        if number in MISSING:
            continue
        path = write(folder / "2024", number, 2024)
        if number in OVERWRITTEN:
            overwrite(path, number)
        if number in WRONG_YEAR:
            path.write_text(dump_report(replace(clean(number, 2024), year=2023)), encoding="utf-8")
        if number in BROKEN:
            path.write_text("{", encoding="utf-8")
        if number in OLD_WORD:
            path.rename(path.with_suffix(".doc")).write_bytes(OLE)
        if number in BESIDE:
            path.with_name(f"{number:04d}-{NAMES[number]}.docx").write_bytes(write_docx(handed_in(number, 2024)))
        if number in RIVALS:
            older = folder / "2024" / f"{number:04d}-旧稿.json"
            older.write_text(dump_report(replace(clean(number, 2024), texts={})), encoding="utf-8")
    (folder / "2024" / "stranger.json").write_text(dump_report(replace(clean(0, 2024), unit=Unit(name="邻县财政局"))), encoding="utf-8")
    earlier = sum_reports(FORM, Unit(name=OFFICE), 2024, [handed_in(number, 2024) for number in counted()][:200]).report
    (folder / "2024" / "去年底汇总的.json").write_text(dump_report(earlier), encoding="utf-8")
    for path in (folder / "2024").iterdir():
        number = path.stem.partition("-")[0]
        date(path, "2024-12-31" if "旧稿" in path.name else "2025-01-23" if number.isdigit() and int(number) in LATE else "2025-01-10")
    former = (f"{number:04d},{name},{f'示例县原第{number:03d}局' if number in RENAMED else ''}\n" for number, name in enumerate(NAMES))
    (folder / "units.csv").write_text(f"代码,单位名称,原单位名称\n{''.join(former)}", encoding="utf-8")
    return folder


def counted() -> Iterator[int]:
    """The units whose report of the second year can be added."""
    return (number for number in range(COUNT) if not any(number in lost for lost in (MISSING, BROKEN, WRONG_YEAR, OLD_WORD)))


def collect(run: Run, county: Path, store: Path, year: int) -> str:
    order = (
        "--roster",
        county / "units.csv",
        "--unit",
        OFFICE,
        "--year",
        year,
        "--store",
        store,
        "--no-copies",
        "--jobs",
        2,
        "--deadline",
        f"{year + 1}-01-20",
    )
    told = run("collect", county / str(year), *order, "-o", store.parent / f"{year}.xlsx")
    assert told.code == (0 if year == 2023 else 2), told.err
    return told.out


def collect_another_form(run: Run, county: Path, store: Path) -> None:
    """Collect reports of some of the units on something else into the same store."""
    form = Path(__file__).parent / "forms" / "procurement"
    folder = store.parent / "采购"
    folder.mkdir()
    for number in range(5):
        other = blank_report(load_form(form), 2024, unit=NAMES[number], zeros=True)
        (folder / f"{number:04d}.json").write_text(dump_report(other), encoding="utf-8")
    order = ("--form", form, "--unit", OFFICE, "--year", 2024, "--store", store, "--no-copies", "--jobs", 1)
    assert "已将5个单位" in run("collect", folder, *order, "-o", store.parent / "采购.xlsx").out


def spoil(county: Path) -> dict[Path, bytes]:
    """Make some reports of last year wrong, and one of this year; return what they are to be corrected to."""
    right = {}
    for number in CORRECTED:
        (path,) = (county / "2023").glob(f"{number:04d}.*")
        right[path] = path.read_bytes()
        filled = clean(number, 2023)
        out, balance = (int(str(filled.figures[f"requests.{row}.{COLUMN}"])) for row in ("carried_out", "received"))
        changes: dict[str, Value] = {f"requests.carried_out.{COLUMN}": out + 5, f"requests.received.{COLUMN}": balance + 5}
        wrong = replace(filled, figures={**filled.figures, **changes})
        path.write_bytes(write_workbook(wrong) if path.suffix == ".xlsx" else dump_report(wrong).encode())
    path = county / "2024" / "0001.json"
    right[path] = path.read_bytes()
    path.write_text(dump_report(replace(clean(1, 2024), year=2023)), encoding="utf-8")
    date(path)
    return right


@pytest.mark.trial
@pytest.mark.parametrize("order", ["last year first", "this year first", "corrections afterwards"])
def test_all_that_was_planted_is_found_nothing_else_and_the_sums_are_true(run: Run, county: Path, tmp_path: Path, order: str) -> None:
    store = tmp_path / "s.sqlite"
    if order == "last year first":
        collect(run, county, store, 2023)
    if order == "this year first":
        collect(run, county, store, 2024)
        collect(run, county, store, 2023)
    if order == "corrections afterwards":
        right = spoil(county)
        collect(run, county, store, 2023)
        collect(run, county, store, 2024)
        assert len(carried_wrong(store)) == len(CARRIED) + len(CORRECTED)
        for path, data in right.items():
            path.write_bytes(data)
            date(path)
        collect(run, county, store, 2023)
    collect_another_form(run, county, store)
    told = collect(run, county, store, 2024)

    assert found(store) == truth()
    absent = {NAMES[number] for number in MISSING}
    lost = {NAMES[number] for number in (*BROKEN, *WRONG_YEAR, *OLD_WORD)}
    assert f"未报送（{len(absent)}个单位）" in told
    assert f"已报送不能用{len(lost)}个" in told
    assert f"重复报送{len(RIVALS)}份" in told
    assert f"迟报（{len(LATE)}个单位）：{'、'.join(f'{NAMES[number]}（3天）' for number in LATE)}。" in told
    for year, numbers in ((2023, range(COUNT)), (2024, list(counted()))):
        parts = [handed_in(number, year) for number in numbers]
        rolled = read_report(tmp_path / f"{year}.xlsx", find_form(None))
        for figure in FORM.inputs:
            values = [part.figures[figure.id] for part in parts]
            assert rolled.figures[figure.id] == sum(value for value in values if isinstance(value, int) and value >= 0), figure.id
    provenance = rolled.provenance
    assert provenance is not None
    assert {one.unit for one in provenance.added} == {NAMES[number] for number in counted()}
    assert set(provenance.missing) == absent
    assert {one.unit for one in provenance.not_known} == {NAMES[number] for number in (*TEXT, *NEGATIVE)}
    assert {one.unit for one in provenance.left_out if one.is_lacking} == lost
    shown = run("check", tmp_path / "2024.xlsx", "--children", store, "--format", "json")
    assert "T401" not in {finding["code"] for finding in json.loads(shown.out)["reports"][0]["findings"]}

    # a file that was put elsewhere is the same file
    (first, *_) = (county / "2024" / f"{number:04d}.json" for number in LATE)
    elsewhere = county / "2024" / "补交" / first.name
    elsewhere.parent.mkdir(exist_ok=True)
    first.rename(elsewhere)
    again = collect(run, county, store, 2024)
    assert again.splitlines()[0] == f"本次读取0份。{told.splitlines()[0].partition('。')[2]}"
    assert found(store) == truth()
    elsewhere.rename(first)


def found(store: Path) -> set[Planted]:
    query = (
        "SELECT f.unit, f.name FROM current_findings f JOIN reports r ON r.id = f.report_id WHERE f.year = 2024 AND r.form = 'govinfo-2021' "
        "AND f.severity <> 'notice' AND f.because IS NULL AND f.unit LIKE '示例县第%'"
    )
    with closing(sqlite3.connect(store)) as database:
        return {Planted(*row) for row in database.execute(query)}


def carried_wrong(store: Path) -> set[Planted]:
    return {planted for planted in found(store) if planted.rule == "carry-over-mismatch"}
