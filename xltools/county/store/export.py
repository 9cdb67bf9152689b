"""export_data: the store's tables as CSV for a spreadsheet program and as Parquet for a program that analyses; one table a file."""

import csv
import io
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import IO, Any, NamedTuple

from xltools.county.store.access import Store
from xltools.county.store.database import clear_faults, transaction
from xltools.errors import XltoolsError
from xltools.files.outputs import expect_free, make_folder, whole_file
from xltools.output.csv import BYTE_ORDER_MARK, harmless, header, kept
from xltools.rules.rule import SEVERITY_NAMES


class DataColumn(NamedTuple):
    """A column, and the SQL that gives it. Its kind is integer, number, time, text, never a number, or shown: text that may be a number."""

    name: str
    kind: str
    source: str


class DataTable(NamedTuple):
    """A table to export: its name, its columns, and where they come from, in SQL and in an order that is the same each time."""

    name: str
    columns: tuple[DataColumn, ...]
    origin: str


MARK = b"xltools.table"  # what the name of a table stands under in its Parquet file; tells ours from others'
MODIFIED = "strftime('%Y-%m-%dT%H:%M:%S+00:00', {}.modified / 1000000000, 'unixepoch')"
COUNT = "(SELECT count(*) FROM findings f WHERE f.report_id = r.id AND f.severity = '{}')"
REPORTS = "JOIN called_reports r ON r.id = report_id"
IN_CELLS = f"{REPORTS} LEFT JOIN cells c ON c.form = r.form AND c.cell = f.cell ORDER BY f.report_id, f.cell"


def _columns(alias: str, names: str) -> tuple[DataColumn, ...]:
    """Return columns that are exported under their name in the store, as text where no other kind follows the name."""
    split = (name.partition(":") for name in names.split())
    return tuple(
        DataColumn(name, kind or "text", MODIFIED.format(alias) if name == "modified" else f"{alias}.{name}") for name, _, kind in split
    )


WHOSE = (
    DataColumn("report_id", "integer", "r.id"),
    DataColumn("state", "text", "r.state"),
    DataColumn("code", "text", "coalesce(r.code, '')"),
    *_columns("r", "unit year:integer form"),
)
LABEL = _columns("c", "label")
TABLES = (
    DataTable(
        "units",
        _columns("u", "code name short_name former_names address phone postcode website website_url in_roster:integer"),
        "units u ORDER BY u.position IS NULL, u.position, u.name",
    ),
    DataTable(
        "files",
        _columns("f", "path size:integer modified:time sha256 read_by outcome error gone:integer taken_at:time"),
        "files f ORDER BY f.path",
    ),
    DataTable(
        "reports",
        (
            *WHOSE,
            DataColumn("name_in_report", "text", "r.unit_name"),
            *(DataColumn(f"{severity}s", "integer", COUNT.format(severity)) for severity in SEVERITY_NAMES),
            *_columns("r", "counted:integer left_out file modified:time sha256 taken_at:time"),
        ),
        "called_reports r ORDER BY r.id",
    ),
    DataTable("figures", (*WHOSE, *_columns("f", "cell"), *LABEL, *_columns("f", "value:number text")), f"figures f {IN_CELLS}"),
    DataTable("counted", (*WHOSE, *_columns("f", "cell"), *LABEL, *_columns("f", "value:number")), f"additions f {IN_CELLS}"),
    DataTable("texts", (*WHOSE, *_columns("t", "section text")), f"texts t {REPORTS} ORDER BY t.report_id, t.section"),
    DataTable(
        "findings",
        (
            *WHOSE,
            *_columns("f", "number:integer because:integer"),
            DataColumn("rule", "text", "f.code"),
            *_columns("f", "name severity sheet cell section message actual:shown expected:shown difference:shown"),
            *_columns("f", "basis explanation advice figures"),
        ),
        f"findings f {REPORTS} ORDER BY f.report_id, f.number",
    ),
    DataTable("cells", _columns("c", "form cell position:integer label unit kind"), "cells c ORDER BY c.form, c.position"),
)

CHUNK = 5_000  # rows that are held at once
PARQUET_END = 2**16  # bytes at the end of a Parquet file that hold what it says about itself, behind what it says about its rows

Rows = Iterator[list[tuple[Any, ...]]]


def expect_room(folder: Path, inputs: Sequence[Path], force: bool) -> None:
    """Raise UnwritableFileError where the folder cannot be made, or one of the files to write is an input, or another's and not `force`."""
    make_folder(folder)
    for table in TABLES:
        expect_free(folder / f"{table.name}.csv", inputs=inputs, force=force, is_ours=partial(_is_csv, table))
        expect_free(folder / f"{table.name}.parquet", inputs=inputs, force=force, is_ours=_is_parquet)


def _is_csv(table: DataTable, path: Path) -> bool:
    """Return whether a file is this table as it was exported: a program that saves it writes another header."""
    head = _head(table).encode("utf-8")
    with path.open("rb") as file:
        return file.read(len(head)) == head


def _is_parquet(path: Path) -> bool:
    """Return whether a file is a table of ours, by what the end of a Parquet file says about it."""
    with path.open("rb") as file:
        file.seek(0, os.SEEK_END)
        file.seek(max(0, file.tell() - PARQUET_END))
        end = file.read()
    return end.endswith(b"PAR1") and MARK in end


def export_data(store: Store, folder: Path, *, inputs: Sequence[Path] = (), force: bool = False) -> None:
    """Write every table, all of one moment. Raises XltoolsError where a file must not be written, and, after the CSV, without pyarrow."""
    expect_room(folder, inputs, force)
    # other collectors wait with their next batch until it ends
    with clear_faults(store.path), transaction(store.database, "DEFERRED"):
        _export(store, folder, "csv", _write_csv)
        try:
            import pyarrow  # noqa: F401  # not installed everywhere
        except ImportError as fault:
            raise XltoolsError("没有写 Parquet：没有安装 data 组件。请按 README 的“安装”一节加装。") from fault
        _export(store, folder, "parquet", _write_parquet)


def _export(store: Store, folder: Path, ending: str, write: Callable[[IO[bytes], DataTable, Rows], None]) -> None:
    with ExitStack() as files:  # each file takes its place only when all of them have been written
        for table in TABLES:
            file = files.enter_context(whole_file(folder / f"{table.name}.{ending}"))
            cursor = store.database.execute(f"SELECT {', '.join(column.source for column in table.columns)} FROM {table.origin}")
            write(file, table, iter(partial(cursor.fetchmany, CHUNK), []))


def _write_csv(file: IO[bytes], table: DataTable, chunks: Rows) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    text.write(_head(table))
    writer = csv.writer(text, lineterminator="\n")
    show = [(_kept if column.kind == "text" else harmless) for column in table.columns]
    for rows in chunks:
        # a number needs no care; None is written as nothing
        writer.writerows([shown(v) if isinstance(v, str) else v for v, shown in zip(row, show, strict=True)] for row in rows)
    text.flush()
    text.detach()  # the file is closed by whom it was opened


def _head(table: DataTable) -> str:
    return BYTE_ORDER_MARK + header(column.name for column in table.columns)


_kept = lru_cache(10_000)(kept)  # units, cell ids and labels come again and again


def _write_parquet(file: IO[bytes], table: DataTable, chunks: Rows) -> None:
    """Write the rows, one row group a chunk, so that memory does not grow with their number."""
    import pyarrow
    from pyarrow.parquet import ParquetWriter

    types = {"integer": pyarrow.int64(), "number": pyarrow.float64(), "time": pyarrow.timestamp("ms", "UTC")}
    # an integer that a double does not hold exactly would be refused
    made: dict[str, Callable[[Any], Any]] = {"number": float, "time": datetime.fromisoformat}
    fields = [(column.name, types.get(column.kind, pyarrow.string())) for column in table.columns]
    schema = pyarrow.schema(fields, metadata={MARK: table.name})
    with ParquetWriter(file, schema) as writer:
        for rows in chunks:
            columns = []
            for values, column, field in zip(zip(*rows, strict=True), table.columns, schema, strict=True):
                make = made.get(column.kind)
                held = [None if value is None else make(value) for value in values] if make else values
                columns.append(pyarrow.array(held, field.type))
            writer.write_table(pyarrow.Table.from_arrays(columns, schema=schema))
