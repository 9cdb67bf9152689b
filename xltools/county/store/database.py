"""The SQLite file itself: opened, created, brought up to date, refused where it is none of ours; its faults in one clear line."""

import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import cache
from importlib import resources
from pathlib import Path

from xltools.errors import UnreadableFileError, UnwritableFileError, XltoolsError

APPLICATION = 0x786C7473  # “xlts”: tells the store from the databases of other programs
STEPS = ("schema.sql", "schema-2.sql", "schema-3.sql", "schema-4.sql")
"""The files of SQL, beside this module, that make each version of the schema of the one before, the first of nothing.

What was released is never edited: every change is a file of its own, `schema-2.sql` and so on.
"""

COMMENT = re.compile(r"--[^\n]*")
Objects = Mapping[tuple[str, str], str]


def _statements() -> Mapping[str, str]:
    parts = re.split(r"^-- name: (\w+)\n", _text("statements.sql"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def _text(name: str) -> str:
    return resources.files("xltools.county.store").joinpath(name).read_text(encoding="utf-8")


SQL = _statements()
"""The statements that the store is asked and written with, by name."""


def connect(path: Path, *, create: bool, timeout: float) -> sqlite3.Connection:
    """Return the open database, its schema the present one. Raise XltoolsError for a file that is no store or cannot be used."""
    if not create and not path.exists():
        raise UnreadableFileError(path, "数据库文件不存在。请检查文件名和位置。")
    if path.is_dir():
        raise UnreadableFileError(path, "这是文件夹。请给出数据库文件名，如 county.sqlite。")
    with clear_faults(path):
        # an absolute path, since a name such as ":memory:" has a meaning of its own
        database = sqlite3.connect(path.absolute(), timeout=timeout, isolation_level=None)
    try:
        with clear_faults(path):
            _settle_in(database, path)
    except BaseException:
        database.close()
        raise
    return database


def _settle_in(database: sqlite3.Connection, path: Path) -> None:
    """Set the connection's ways, refuse what is no store, bring the schema up to date."""
    # Nothing in a file that came from elsewhere may run functions that are not harmless, and a cell that lies about its size is damage.
    database.execute("PRAGMA trusted_schema = OFF")
    database.execute("PRAGMA cell_size_check = ON")
    with transaction(database, "DEFERRED"):  # at one moment: another process may be creating it
        version = _version(database, path)
    # A rollback journal, not a write-ahead log: the store stays one file, and works on the shared folders of an office. It is
    # SQLite's default, but a file that another tool has switched to a log would keep that.
    database.execute("PRAGMA journal_mode = DELETE")
    # When a commit returns, the batch is on the disk, and no loss of power can tear the file; a few milliseconds a batch.
    database.execute("PRAGMA synchronous = FULL")
    if version < len(STEPS):
        database.execute("PRAGMA legacy_alter_table = ON")  # views of the user's own may speak of what is made anew
        with transaction(database):
            _run(database, STEPS[_version(database, path) :])  # asked again: another process may have been quicker
            # a PRAGMA takes no parameters; both are numbers of this module
            database.execute(f"PRAGMA application_id = {APPLICATION}")
            database.execute(f"PRAGMA user_version = {len(STEPS)}")
    database.execute("PRAGMA legacy_alter_table = OFF")
    # only now: a table that takes another's place would take the rows along that speak of it
    database.execute("PRAGMA foreign_keys = ON")


def _version(database: sqlite3.Connection, path: Path) -> int:
    """Return the schema's version, 0 for an empty file. Raise UnreadableFileError for another program's file and a newer version."""
    application: int = database.execute("PRAGMA application_id").fetchone()[0]
    version: int = database.execute("PRAGMA user_version").fetchone()[0]
    tables: int = database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if application != APPLICATION and (application or version or tables):
        raise UnreadableFileError(path, "这是其他程序的数据库，不是 xltools 的。请另起文件名。")
    if version > len(STEPS):
        raise UnreadableFileError(path, f"这是较新版本的 xltools 写的（第{version}版，本程序只到第{len(STEPS)}版）。请升级 xltools。")
    if version and _is_altered(database, STEPS[:version]):
        raise UnreadableFileError(path, "数据库文件被其他程序改动，无法使用。请从备份恢复，或另起文件名重新汇总。")
    return version


def _is_altered(database: sqlite3.Connection, steps: tuple[str, ...]) -> bool:
    """Return whether a table, index, view or trigger of ours is not as these steps make it: it would be carried out here."""
    ours, found = _schema(steps), _objects(database)
    tables = {table for _, table in ours}
    return any(found.get(name) != sql for name, sql in ours.items()) or any(
        table in tables and (name, table) not in ours for name, table in found
    )


@cache
def _schema(steps: tuple[str, ...]) -> Objects:
    """Return what stands in a new store after these steps."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        _run(database, steps)
        return _objects(database)


def _objects(database: sqlite3.Connection) -> Objects:
    """Return every table, index, view and trigger with the table it is about, and the statement that made it without comments."""
    found = database.execute("SELECT lower(name), lower(tbl_name), type || ' ' || coalesce(sql, '') FROM sqlite_master")
    return {(name, table): " ".join(COMMENT.sub("", statement).split()) for name, table, statement in found}


def _run(database: sqlite3.Connection, steps: Iterable[str]) -> None:
    """Carry out these steps; within a transaction, so that the schema changes whole or not at all: executescript would commit first."""
    for step in steps:
        statement = ""
        for line in _text(step).splitlines(keepends=True):
            statement += line
            if sqlite3.complete_statement(statement):
                database.execute(statement)
                statement = ""


@contextmanager
def transaction(database: sqlite3.Connection, kind: str = "IMMEDIATE") -> Iterator[None]:
    """Let all that is done within happen at once or not at all. IMMEDIATE waits for other writers before it begins."""
    database.execute(f"BEGIN {kind}")
    try:
        yield
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:  # some faults, such as a full disk, have ended the transaction by themselves
            database.execute("ROLLBACK")
        raise


TOLD: dict[str, tuple[type[UnreadableFileError] | type[UnwritableFileError], str]] = {
    "NOTADB": (UnreadableFileError, "不是 SQLite 数据库。请另起文件名。"),
    "CORRUPT": (UnreadableFileError, "数据库已损坏。请从备份恢复，或换一个文件名重新汇总。"),
    "FULL": (UnwritableFileError, "磁盘已满。请腾出空间再运行一次，已经写入的都在。"),
    "READONLY": (UnwritableFileError, "没有写权限。请检查文件和所在的文件夹。"),
    "PERM": (UnwritableFileError, "没有写权限。请检查文件和所在的文件夹。"),
    "CANTOPEN": (UnwritableFileError, "打不开数据库。请检查文件夹是否存在、是否有读写权限。"),
    "IOERR": (UnwritableFileError, "读写磁盘出错。请检查磁盘或网络连接，再运行一次，已经写入的都在。"),
}


@contextmanager
def clear_faults(path: Path) -> Iterator[None]:
    """Turn SQLite's faults into one line that says what to do; what is a bug of ours stays one."""
    try:
        yield
    except sqlite3.Error as fault:
        name = (getattr(fault, "sqlite_errorname", None) or "").removeprefix("SQLITE_").split("_")[0]
        if name in ("BUSY", "LOCKED"):
            raise XltoolsError(f"数据库 {path} 一直被另一个程序占用。请等那个程序结束，或关闭打开数据库的工具，再运行一次。") from fault
        if name not in TOLD:
            raise
        kind, reason = TOLD[name]
        raise kind(path, reason) from fault
