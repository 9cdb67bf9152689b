"""The store: what an office that collects reports finds in it again, whatever happened in between."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.reports import FORM, balanced_figures, report
from tests.taken import again, judged, outcome_of, roster, taken, unreadable
from xltools.county.roster import Roster
from xltools.county.store import database
from xltools.county.store.access import Store, open_store
from xltools.errors import XltoolsError
from xltools.form.loader import find_form
from xltools.form.unit import Unit
from xltools.report.filled import Breakdown
from xltools.report.report_json import dump_report
from xltools.rules.review import review

ROOT = Path(__file__).parent.parent
FIND = find_form(None)
COUNTY = roster(("0001", "甲局"), ("0002", "乙局", "旧乙局"), ("0003", "丙镇人民政府"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "county.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with open_store(path) as opened:
        yield opened


def ask(store: Store | Path, query: str, *parameters: object) -> list[tuple[Any, ...]]:
    """What someone with an SQLite tool gets, beside the open store."""
    with closing(sqlite3.connect(store if isinstance(store, Path) else store.path)) as database:
        return database.execute(query, parameters).fetchall()


def counting(store: Store, year: int | None = 2024) -> dict[str, str]:
    """The file that counts for each unit."""
    return {stored.name: stored.file for stored in store.current(year)}


def states(store: Store) -> dict[str, list[str]]:
    """The states of each file's versions, the oldest first."""
    found: dict[str, list[str]] = {}
    for file, state in ask(store, "SELECT file, state FROM reports ORDER BY id"):
        found.setdefault(file, []).append(state)
    return found


class TestAReport:
    def test_comes_back_as_it_was(self, store: Store) -> None:
        breakdown = Breakdown("overview.proactive", "主动公开政府信息", "条", 3, (("动态", 1), ("文件", 2)))
        filled = report(balanced_figures(1), breakdowns=(breakdown,), explanations={"negative:x": "已说明。"})
        store.put([outcome_of("/in/a.xlsx", filled)])
        back = store.report("示例县人民政府", 2024, FIND)
        assert back is not None
        assert dump_report(back) == dump_report(filled)
        assert (back.unit, back.texts, back.breakdowns) == (filled.unit, filled.texts, filled.breakdowns)

    def test_has_the_findings_of_the_last_run(self, store: Store) -> None:
        store.put([taken("/in/a.xlsx")])
        assert ask(store, "SELECT count(*) FROM findings") == [(0,)]
        judged(store)
        checked = review(report({"requests.received.natural_person": 12}, unit=Unit(name="甲局"))).findings
        assert ask(store, "SELECT number, code FROM findings") == [(finding.id, finding.rule.code) for finding in checked]
        assert ask(store, "SELECT severity FROM findings ORDER BY number") == [(finding.severity,) for finding in checked]

    def test_has_every_figure_in_long_form_totals_computed(self, store: Store) -> None:
        figures = {"disclosure.fees.amount": Decimal("12.34"), "disclosure.rules.made": None, "disclosure.rules.in_force": "约三件"}
        store.put([taken("/in/a.xlsx", figures=figures)])
        found = {cell: rest for cell, *rest in ask(store, "SELECT cell, value, text FROM figures")}
        assert found.keys() == FORM.figures.keys()
        assert found["requests.received.natural_person"] == found["requests.received.total"] == [12, None]
        assert found["disclosure.fees.amount"] == [12.34, None]
        assert found["disclosure.rules.made"] == [None, None]
        assert found["disclosure.rules.in_force"] == [None, "约三件"]

    def test_may_hold_numbers_beyond_any_database(self, store: Store) -> None:
        store.put([taken("/in/a.xlsx", received=10**30)])
        assert ask(store, "SELECT value FROM figures WHERE cell = 'requests.received.natural_person'") == [(1e30,)]
        assert json.loads(next(store.current(2024)).json)["figures"]["requests.received.natural_person"] == 10**30

    def test_without_prose_has_no_texts(self, store: Store) -> None:
        store.put([taken("/in/a.xlsx", texts={}, has_prose=False), taken("/in/b.xlsx", "乙局", texts={"other": "甲\n乙"})])
        assert ask(store, "SELECT section, text FROM texts") == [("other", "甲\n乙")]

    def test_of_no_unit_or_no_year_is_kept(self, store: Store) -> None:
        store.enroll(COUNTY)
        store.put([taken("/in/a.xlsx", ""), taken("/in/b.xlsx", "　"), taken("/in/c.xlsx", year=None)])
        assert [stored.file for stored in store.current(2024)] == ["/in/a.xlsx", "/in/b.xlsx"]
        assert counting(store, None) == {"甲局": "/in/c.xlsx"}

    def test_with_odd_characters_harms_nothing(self, store: Store) -> None:
        name = "甲局'); DROP TABLE reports; --"
        odd = "/in/" + os.fsdecode(b"\xff\xfe.xlsx")
        store.put([taken(odd, name), unreadable("/in/" + os.fsdecode(b"\xfd.xlsx"), "坏\udcff")])
        assert counting(store) == {name: "/in/\\udcff\\udcfe.xlsx"}
        assert store.report(name, 2024, FIND)
        assert r"/in/\udcff\udcfe.xlsx" in store.known()


class TestVersions:
    def test_a_changed_file_supersedes_what_it_was(self, store: Store) -> None:
        store.put([taken("/in/a.xlsx", received=1)])
        store.put([taken("/in/a.xlsx", received=2, modified=2)])
        assert states(store) == {"/in/a.xlsx": ["superseded", "current"]}
        values = ask(store, "SELECT value FROM figures WHERE cell = 'requests.received.total' ORDER BY report_id")
        assert values == [(1,), (2,)]

    def test_a_file_that_was_only_saved_or_checked_again_is_no_new_version(self, store: Store) -> None:
        outcome = taken("/in/a.xlsx")
        store.put([outcome])
        store.put([again(outcome, 5)])
        assert states(store) == {"/in/a.xlsx": ["current"]}
        assert store.known()["/in/a.xlsx"].modified == 5

    def test_a_file_that_can_no_longer_be_read_does_not_count_as_it_was(self, store: Store) -> None:
        good = taken("/in/a.xlsx")
        store.enroll(COUNTY)
        store.put([good, unreadable("/in/b.xlsx")])
        store.put([unreadable("/in/a.xlsx", "加了密码。")])
        assert counting(store) == {}
        told = [(file.path, file.error, file.code, file.unit) for file in store.unreadable()]
        assert told == [("/in/a.xlsx", "加了密码。", "0001", "甲局"), ("/in/b.xlsx", "文件已损坏。", "", "")]
        store.put([again(good, 3)])
        assert states(store) == {"/in/a.xlsx": ["current"]}
        assert [file.path for file in store.unreadable()] == ["/in/b.xlsx"]

    def test_a_file_that_becomes_another_units_leaves_the_first_without(self, store: Store) -> None:
        store.enroll(COUNTY)
        store.put([taken("/in/a.xlsx")])
        store.put([taken("/in/a.xlsx", "乙局")])
        assert counting(store) == {"乙局": "/in/a.xlsx"}
        assert [unit.name for unit in store.missing(2024)] == ["甲局", "丙镇人民政府"]


class TestTwoFilesOfOneUnit:
    def test_the_newer_counts_and_the_other_is_told(self, store: Store) -> None:
        files = [taken("/in/old.xlsx", received=1, modified=1), taken("/in/new.xlsx", received=2, modified=2)]
        for batch in (files, files[::-1]):
            store.enroll(COUNTY)
            store.put(batch)
            (stored,) = store.current(2024)
            assert (stored.file, stored.rivals) == ("/in/new.xlsx", ("/in/old.xlsx",))
        assert ask(store, "SELECT * FROM rival_files") == [("0001", "甲局", 2024, "/in/new.xlsx", "/in/old.xlsx")]

    def test_of_the_same_moment_the_first_by_name_counts(self, store: Store) -> None:
        store.put([taken("/in/b.xlsx", received=1), taken("/in/a.xlsx", received=2)])
        assert counting(store) == {"甲局": "/in/a.xlsx"}

    def test_a_copy_is_no_rival(self, store: Store) -> None:
        store.put([taken("/in/a.xlsx", modified=2), taken("/in/copy.xlsx", modified=1)])
        assert states(store) == {"/in/a.xlsx": ["current"], "/in/copy.xlsx": ["duplicate"]}
        assert next(store.current(2024)).rivals == ()

    def test_once_the_newer_is_gone_the_other_counts(self, store: Store) -> None:
        new = taken("/in/sub/new.xlsx", received=2, modified=2)
        store.put([taken("/in/old.xlsx", received=1, modified=1), new])
        assert store.account_for(["/in/old.xlsx"], ["/in"]) == ("/in/sub/new.xlsx",)
        assert counting(store) == {"甲局": "/in/old.xlsx"}
        assert store.known().keys() == {"/in/old.xlsx"}
        store.put([new])
        assert states(store) == {"/in/old.xlsx": ["rival"], "/in/sub/new.xlsx": ["current"]}


def test_a_folder_that_was_not_collected_this_time_is_left_alone(store: Store) -> None:
    store.enroll(COUNTY)
    store.put([taken("/in/a.xlsx"), taken("/in2/b.xlsx", "乙局")])
    assert store.account_for([], ["/in"]) == ("/in/a.xlsx",)
    assert counting(store) == {"乙局": "/in2/b.xlsx"}
    assert [unit.name for unit in store.missing(2024)] == ["甲局", "丙镇人民政府"]
    assert store.account_for([], ["/in"]) == ()


class TestUnits:
    def test_are_told_by_the_roster_and_in_its_order(self, store: Store) -> None:
        store.enroll(COUNTY)
        store.put([taken("/in/c.xlsx", "丙镇 人民政府"), taken("/in/x.xlsx", "不在册的局"), taken("/in/a.xlsx", "甲局")])
        assert [(stored.code, stored.name, stored.in_roster, stored.name_in_report) for stored in store.current(2024)] == [
            ("0001", "甲局", True, "甲局"),
            ("0003", "丙镇人民政府", True, "丙镇 人民政府"),
            ("", "不在册的局", False, "不在册的局"),
        ]
        assert ask(store, "SELECT code, unit FROM missing_reports WHERE year = 2024") == [("0002", "乙局")]

    @pytest.mark.parametrize("wanted", ["0002", "乙局", "旧乙局", "旧 乙局"])
    def test_last_years_report_of_a_renamed_unit_is_found(self, store: Store, wanted: str) -> None:
        store.enroll(COUNTY)
        store.put([taken("/in/b.xlsx", "旧乙局", 2023)])
        assert store.report(wanted, 2023, FIND)
        assert store.report(wanted, 2024, FIND) is None
        assert next(store.current(2023)).name == "乙局"

    def test_renamed_between_two_rosters_are_known_by_their_code(self, store: Store) -> None:
        store.enroll(COUNTY)
        store.put([taken("/in/a.xlsx", "甲局", 2023)])
        store.enroll(roster(("0001", "甲委")))
        store.put([taken("/in/a2.xlsx", "甲委", 2024)])
        assert counting(store, 2023) == {"甲委": "/in/a.xlsx"}
        assert store.report("甲委", 2023, FIND)
        (unit,) = [unit for unit in store.units() if unit.in_roster]
        assert (unit.code, unit.name, unit.former_names) == ("0001", "甲委", ("甲局",))
        store.enroll(roster(("0001", "甲部")))
        assert set(store.units()[0].former_names) == {"甲委", "甲局"}

    def test_a_former_name_added_to_the_roster_later_joins_what_was_two(self, store: Store) -> None:
        first = roster(("0001", "甲局"))
        store.enroll(first)
        store.put([taken("/in/a.xlsx", "甲局", received=1, modified=2), taken("/in/b.xlsx", "原甲局", received=2)])
        assert counting(store) == {"甲局": "/in/a.xlsx", "原甲局": "/in/b.xlsx"}
        store.enroll(roster(("0001", "甲局", "原甲局")))
        assert states(store) == {"/in/a.xlsx": ["current"], "/in/b.xlsx": ["rival"]}
        assert [unit.name for unit in store.units()] == ["甲局"]
        store.enroll(first)  # it was a mistake
        assert counting(store) == {"甲局": "/in/a.xlsx", "原甲局": "/in/b.xlsx"}

    def test_collected_before_there_was_a_roster_get_their_code_from_it(self, store: Store) -> None:
        store.put([taken("/in/a.xlsx", "甲局")])
        store.enroll(COUNTY)
        (stored,) = store.current(2024)
        assert (stored.code, stored.in_roster) == ("0001", True)
        assert len(store.units()) == 3

    def test_without_a_roster_a_former_name_in_the_report_does(self, store: Store) -> None:
        store.put([taken("/in/a.xlsx", "旧名局", 2023), taken("/in/b.xlsx", Unit(name="新名局", former_name="旧名局"), 2024)])
        assert store.report("新名局", 2023, FIND)

    def test_that_swap_their_names_keep_their_codes(self, store: Store) -> None:
        store.enroll(COUNTY)
        store.enroll(roster(("0001", "乙局"), ("0002", "甲局")))
        store.put([taken("/in/a.xlsx", "甲局")])
        assert next(store.current(2024)).code == "0002"

    def test_no_longer_in_the_roster_stay_with_their_reports(self, store: Store) -> None:
        store.enroll(COUNTY)
        store.put([taken("/in/a.xlsx", "甲局")])
        store.enroll(roster(("0002", "乙局")))
        assert [(unit.code, unit.in_roster) for unit in store.units()] == [("0002", True), ("0001", False)]
        assert next(store.current(2024)).code == "0001"

    def test_of_an_empty_roster_are_none(self, store: Store) -> None:
        store.enroll(Roster(()))
        store.put([taken("/in/a.xlsx", "甲局")])
        assert [(unit.name, unit.in_roster) for unit in store.units()] == [("甲局", False)]


def test_known_are_the_files_as_they_were_read(store: Store) -> None:
    files = [taken("/in/a.xlsx").file, unreadable("/in/b.xlsx").file]
    store.put([taken("/in/a.xlsx"), unreadable("/in/b.xlsx")])
    assert store.known() == {file.path: file for file in files}
    assert ask(store, "SELECT DISTINCT year FROM reports WHERE state = 'current'") == [(2024,)]


def test_any_sqlite_tool_reads_it_and_it_is_one_file(path: Path) -> None:
    with open_store(path) as store:
        store.describe(FORM)
        store.enroll(COUNTY)
        store.put([taken("/in/a.xlsx"), taken("/in/b.xlsx", "乙局", received=5)])
        judged(store)
    assert list(path.parent.iterdir()) == [path]
    cell = "requests.received.total"
    assert ask(path, "SELECT code, unit, year, value FROM current_figures WHERE cell = ?", cell) == [
        ("0001", "甲局", 2024, 12),
        ("0002", "乙局", 2024, 5),
    ]
    assert ask(path, "SELECT label FROM current_figures WHERE cell = ? LIMIT 1", cell) == [(FORM.figures[cell].label,)]
    assert ask(path, "SELECT unit, errors > 0, rivals FROM current_reports WHERE code = '0002'") == [("乙局", 1, 0)]
    assert ask(path, "SELECT DISTINCT unit FROM current_findings WHERE name = 'unbalanced'") == [("甲局",), ("乙局",)]
    assert ask(path, "SELECT count(*) FROM current_texts") == [(6,)]
    assert ask(path, "SELECT count(*) FROM files WHERE datetime(taken_at) IS NULL") == [(0,)]  # SQLite takes it for a time
    assert ask(path, "PRAGMA foreign_key_check") == []


QUERIES = re.search(r"```sql\n(.*?)```", (ROOT / "docs" / "store.md").read_text(encoding="utf-8"), re.DOTALL)[1]  # type: ignore[index]


@pytest.mark.parametrize("query", QUERIES.split("\n\n"))
def test_the_queries_of_the_documentation_run(path: Path, query: str) -> None:
    with open_store(path) as store:
        store.describe(FORM)
        store.enroll(roster(("0012", "甲局"), ("0013", "乙局")))
        store.put([taken("/in/a.xlsx", received=1), taken("/in/a23.xlsx", year=2023)])
        store.put([taken("/in/a.xlsx", received=2)])
        judged(store)
    assert ask(path, query.replace("18", "3").replace("= 7", "= 1"))


def other_program(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE reports (id)")


def newer(path: Path) -> None:
    open_store(path).close()
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA user_version = 99")


def damaged(path: Path) -> None:
    open_store(path).close()
    data = path.read_bytes()
    path.write_bytes(data[:100] + b"\xff" * 8000 + data[8100:])


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda path: path.write_text("单位,年度\n" * 200, encoding="utf-8"), "不是 SQLite 数据库。请另起文件名。"),
        (other_program, "这是其他程序的数据库，不是 xltools 的。请另起文件名。"),
        (newer, "这是较新版本的 xltools 写的（第99版，本程序只到第2版）。请升级 xltools。"),
        (damaged, "数据库已损坏。请从备份恢复，或换一个文件名重新汇总。"),
        (Path.mkdir, "这是文件夹。请给出数据库文件名，如 county.sqlite。"),
    ],
)
def test_what_is_no_store_is_refused_in_one_line_and_left_as_it_is(path: Path, make: Callable[[Path], object], told: str) -> None:
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(XltoolsError) as refused:
        open_store(path)
    assert str(refused.value) == f"无法读取 {path}：{told}"
    assert before == (path.read_bytes() if path.is_file() else b"")


class TestAnOlderSchema:
    """A store that an earlier version of xltools wrote, with the schema of today as the earlier one."""

    @pytest.fixture
    def next_version(self, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
        """Fills a store, then lets the program know a further version, which this SQL makes."""

        def upgrade(step: str) -> None:
            with open_store(path) as store:
                store.enroll(roster(("0012", "甲局")))
                store.put([taken("/in/a.xlsx", received=3)])
            (tmp_path / "schema-2.sql").write_text(step, encoding="utf-8")
            monkeypatch.setattr(database, "STEPS", (*database.STEPS, str(tmp_path / "schema-2.sql")))

        return upgrade

    def test_is_brought_up_to_date_with_all_that_it_holds(self, path: Path, next_version: Callable[[str], None]) -> None:
        next_version("ALTER TABLE files ADD COLUMN kind TEXT NOT NULL DEFAULT 'workbook';\nCREATE INDEX by_kind ON files (kind);\n")
        for _ in range(2):  # the second time there is nothing to do
            with open_store(path) as store:
                assert counting(store) == {"甲局": "/in/a.xlsx"}
        assert ask(path, "SELECT path, kind FROM files") == [("/in/a.xlsx", "workbook")]
        assert ask(path, "PRAGMA user_version") == [(3,)]

    def test_and_a_new_store_are_the_same(self, path: Path, tmp_path: Path, next_version: Callable[[str], None]) -> None:
        next_version("CREATE TABLE notes (text TEXT NOT NULL);\nDROP VIEW rival_files;\n")
        for file in (path, tmp_path / "new.sqlite"):
            open_store(file).close()
        objects = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"
        assert ask(path, objects) == ask(tmp_path / "new.sqlite", objects)

    def test_stays_as_it_is_where_a_step_fails(self, path: Path, next_version: Callable[[str], None]) -> None:
        next_version("DROP VIEW rival_files;\nDROP TABLE not_there;\n")
        before = path.read_bytes()
        with pytest.raises(sqlite3.OperationalError):
            open_store(path)
        assert path.read_bytes() == before

    def test_that_was_altered_is_refused(self, path: Path, next_version: Callable[[str], None]) -> None:
        next_version("CREATE TABLE notes (text TEXT NOT NULL);\n")
        with closing(sqlite3.connect(path)) as altered:
            altered.execute("CREATE TRIGGER evil AFTER INSERT ON files BEGIN DELETE FROM reports; END")
        with pytest.raises(XltoolsError, match="数据库文件被其他程序改动"):
            open_store(path)


def test_a_folder_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(XltoolsError, match=r"打不开数据库。请检查文件夹是否存在、是否有读写权限。"):
        open_store(tmp_path / "none" / "county.sqlite")
    with pytest.raises(XltoolsError, match=r"数据库文件不存在"):
        open_store(tmp_path / "county.sqlite", create=False)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_one_line_and_leaves_what_was_there(store: Store) -> None:
    store.put([taken("/in/a.xlsx")])
    (pages,) = store.database.execute("PRAGMA page_count").fetchone()
    store.database.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(XltoolsError, match=r"磁盘已满"):
        store.put([taken(f"/in/{number}.xlsx", f"{number}局") for number in range(9)])
    assert counting(store) == {"甲局": "/in/a.xlsx"}


def test_a_batch_that_fails_leaves_nothing(store: Store) -> None:
    def batch() -> Iterator[Any]:
        yield taken("/in/b.xlsx", "乙局")
        raise KeyboardInterrupt

    store.put([taken("/in/a.xlsx")])
    store.enroll(COUNTY)
    with pytest.raises(KeyboardInterrupt):
        store.put(batch())
    assert counting(store) == {"甲局": "/in/a.xlsx"}
    store.put([taken("/in/b.xlsx", "乙局")])
    assert next(store.current(2024)).code == "0001"


def test_one_that_stays_locked_is_one_line(path: Path) -> None:
    open_store(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other, open_store(path, timeout=0.05) as store:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(XltoolsError, match=r"一直被另一个程序占用。请等那个程序结束"):
            store.put([taken("/in/a.xlsx")])
        other.execute("ROLLBACK")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(XltoolsError, match=r"一直被另一个程序占用"):
            open_store(path, timeout=0.05)
        other.execute("ROLLBACK")
        store.put([taken("/in/a.xlsx")])
        assert counting(store) == {"甲局": "/in/a.xlsx"}


COLLECTOR = """
import sys, time
from pathlib import Path
from tests.taken import roster, taken
from xltools.county.store.access import open_store

def some(first, last):
    for start in range(first, last, 5):
        yield [taken(f"/in/{number}.xlsx", f"{number}局", received=number) for number in range(start, start + 5)]

def without_end():
    while True:
        moment = time.time_ns()
        changed = [taken(f"/in/{number}.xlsx", f"{number}局", received=moment, modified=moment) for number in range(5)]
        yield [*changed, taken(f"/in/{moment}.xlsx", f"{moment}局", modified=moment)]

units = roster(*((f"{number:04}", f"{number}局") for number in range(100)))
batches = list(some(int(sys.argv[2]), int(sys.argv[3]))) if sys.argv[2:] else without_end()
print("ready", flush=True)
sys.stdin.readline()
with open_store(Path(sys.argv[1])) as store:
    store.enroll(units)
    for batch in batches:
        store.put(batch)
        print("written", flush=True)
"""


def collector(path: Path, *files: int) -> subprocess.Popen[str]:
    """A process that will put the files with these numbers into the store, without them new versions for ever; it waits for the word."""
    arguments = [sys.executable, "-c", COLLECTOR, str(path), *map(str, files)]
    started = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert started.stdout
    assert started.stdout.readline() == "ready\n"
    return started


def begin(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    process.stdin.write("go\n")
    process.stdin.flush()


def end(process: subprocess.Popen[str]) -> int:
    process.communicate()
    return process.returncode


def assert_whole(path: Path) -> None:
    """The file is sound, every report has all its figures and texts, and of each unit and year one counts."""
    assert ask(path, "PRAGMA integrity_check") == [("ok",)]
    assert ask(path, "SELECT count(*) FROM files WHERE datetime(taken_at) IS NULL") == [(0,)]  # SQLite takes it for a time
    assert ask(path, "PRAGMA foreign_key_check") == []
    figures, texts = (f"(SELECT count(*) FROM {table} WHERE report_id = r.id)" for table in ("figures", "texts"))
    assert set(ask(path, f"SELECT {figures}, {texts} FROM reports r")) <= {(200, 3)}
    several = "SELECT sum(state = 'current') FROM reports GROUP BY unit_id, year"
    assert set(ask(path, several)) <= {(1,)}


@pytest.mark.trial
def test_two_collectors_at_once_lose_and_double_nothing(path: Path) -> None:
    # they create the store at the same moment, and a third of the files are taken in by both
    collectors = [collector(path, 0, 40), collector(path, 20, 60)]
    for process in collectors:
        begin(process)
    assert [end(process) for process in collectors] == [0, 0]
    with open_store(path, create=False) as store:
        found = {stored.file: json.loads(stored.json)["figures"]["requests.received.total"] for stored in store.current(2024)}
        assert found == {f"/in/{number}.xlsx": number for number in range(60)}
        assert len(store.units()) == 100
    assert ask(path, "SELECT count(*) FROM reports") == [(60,)]
    assert_whole(path)


@pytest.mark.trial
def test_killed_at_any_moment_it_opens_again_and_every_batch_is_whole(path: Path) -> None:
    before = 0
    for kill in range(12):
        process = collector(path)
        begin(process)
        written = kill % 4  # none: while it creates the store, or opens it and writes its first batch
        assert process.stdout
        for _ in range(written):
            assert process.stdout.readline() == "written\n"
        while kill % 2 and not list(path.parent.glob(f"{path.name}-*")):
            pass  # until it is in the midst of writing the next one
        process.kill()
        assert end(process) < 0
        open_store(path).close()
        assert_whole(path)
        batches = ask(path, "SELECT count(*) FROM reports GROUP BY modified")
        assert set(batches) <= {(6,)}
        assert len(batches) >= before + written
        before = len(batches)


def test_a_store_whose_names_were_compared_letter_by_letter_knows_its_units_again(path: Path) -> None:
    with open_store(path) as store:
        store.put([taken("/in/a.xlsx", "河口镇人民政府", year=2023)])
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE unit_names SET name = '河口镇人民政府'")
    with open_store(path) as store:
        found = store.find("河口镇", 2023)
        assert found is not None
        assert found.file == "/in/a.xlsx"
        assert ask(store, "SELECT name FROM unit_names") == [("河口镇",)]
