"""The store as one file that others use: refused where it is none, brought up to date, whole whatever ends or fills up."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.reports import FORM
from tests.taken import COUNTY, ask, counting, judged, roster, taken
from xltools.county.store import database
from xltools.county.store.access import open_store
from xltools.errors import XltoolsError

ROOT = Path(__file__).parent.parent


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "county.sqlite"


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
        (newer, f"这是较新版本的 xltools 写的（第99版，本程序只到第{len(database.STEPS)}版）。请升级 xltools。"),
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
            (tmp_path / "schema-next.sql").write_text(step, encoding="utf-8")
            monkeypatch.setattr(database, "STEPS", (*database.STEPS, str(tmp_path / "schema-next.sql")))

        return upgrade

    def test_is_brought_up_to_date_with_all_that_it_holds(self, path: Path, next_version: Callable[[str], None]) -> None:
        next_version("ALTER TABLE files ADD COLUMN kind TEXT NOT NULL DEFAULT 'workbook';\nCREATE INDEX by_kind ON files (kind);\n")
        for _ in range(2):  # the second time there is nothing to do
            with open_store(path) as store:
                assert counting(store) == {"甲局": "/in/a.xlsx"}
        assert ask(path, "SELECT path, kind FROM files") == [("/in/a.xlsx", "workbook")]
        assert ask(path, "PRAGMA user_version") == [(len(database.STEPS),)]

    def test_has_then_the_structure_of_a_new_one(self, path: Path, tmp_path: Path, next_version: Callable[[str], None]) -> None:
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
