"""export_data: the store's tables as CSV for a spreadsheet program, and as Parquet for a program that analyses."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from functools import lru_cache, partial
from pathlib import Path
from typing import IO, Any

from xltools.county.store.access import Store
from xltools.county.store.export_tables import MARK, TABLES, Column, Table
from xltools.errors import XltoolsError
from xltools.files.csv_cells import BYTE_ORDER_MARK, harmless, header, kept
from xltools.files.outputs import expect_free, make_folder, whole_file

Rows = Iterator[list[tuple[Any, ...]]]
WriteTable = Callable[[IO[bytes], Table, Rows], None]

CHUNK = 5_000
"""Rows that are held at once."""
PARQUET_END = 2**16
"""Bytes at the end of a Parquet file that hold what it says about itself, behind what it says about its rows."""


def expect_room(folder: Path, inputs: Iterable[Path], force: bool) -> None:
    """Raises UnwritableFileError where the folder cannot be made, or one of the files to write is an input, or another's and not `force`."""
    make_folder(folder)
    inputs = list(inputs)
    for table in TABLES:
        expect_free(folder / f"{table.name}.csv", inputs=inputs, force=force, is_ours=partial(_is_csv, table))
        expect_free(folder / f"{table.name}.parquet", inputs=inputs, force=force, is_ours=_is_parquet)


def _is_csv(table: Table, path: Path) -> bool:
    """Whether a file is this table as it was exported: a program that saves it writes another header."""
    head = _head(table).encode("utf-8")
    with path.open("rb") as file:
        return file.read(len(head)) == head


def _is_parquet(path: Path) -> bool:
    """Whether a file is a table of ours, by what the end of a Parquet file says about it."""
    with path.open("rb") as file:
        file.seek(0, os.SEEK_END)
        file.seek(max(0, file.tell() - PARQUET_END))
        end = file.read()
    return end.endswith(b"PAR1") and MARK in end


def export_data(store: Store, folder: Path, *, inputs: Iterable[Path] = (), force: bool = False) -> None:
    """Writes every table of the store into the folder, as NAME.csv and NAME.parquet, all of one moment.

    Raises XltoolsError where a file cannot or must not be written, and, once the CSV files stand, where pyarrow is not installed.
    """
    expect_room(folder, inputs, force)
    with store.snapshot():
        export_csv(store, folder)
        export_parquet(store, folder)


def export_csv(store: Store, folder: Path) -> None:
    """Writes every table as NAME.csv."""
    _export(store, folder, "csv", _write_csv)


def export_parquet(store: Store, folder: Path) -> None:
    """Writes every table as NAME.parquet. Raises XltoolsError where pyarrow is not installed."""
    try:
        from xltools.county.store.parquet import write_parquet
    except ImportError as fault:
        raise XltoolsError("没有写 Parquet：需要 pyarrow。请运行 pip install 'xltools[data]'。") from fault
    _export(store, folder, "parquet", write_parquet)


def _export(store: Store, folder: Path, ending: str, write: WriteTable) -> None:
    # each file takes its place only when all of them have been written
    with ExitStack() as files:
        for table in TABLES:
            file = files.enter_context(whole_file(folder / f"{table.name}.{ending}"))
            write(file, table, _rows(store, table))


def _rows(store: Store, table: Table) -> Rows:
    """The table's rows, some at a time."""
    cursor = store.database.execute(table.query)
    while rows := cursor.fetchmany(CHUNK):
        yield rows


def _write_csv(file: IO[bytes], table: Table, chunks: Rows) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    text.write(_head(table))
    writer = csv.writer(text, lineterminator="\n")
    show = [_shower(column) for column in table.columns]
    for rows in chunks:
        writer.writerows(_shown(row, show) for row in rows)
    text.flush()
    text.detach()  # the file is closed by whom it was opened


def _head(table: Table) -> str:
    return BYTE_ORDER_MARK + header(column.name for column in table.columns)


def _shown(row: Sequence[Any], show: Sequence[Callable[[str], str]]) -> Iterator[Any]:
    # a number needs no care; None is written as nothing
    return (shown(value) if isinstance(value, str) else value for value, shown in zip(row, show, strict=True))


def _shower(column: Column) -> Callable[[str], str]:
    return _kept if column.kind == "text" else harmless


_kept = lru_cache(10_000)(kept)  # units, cell ids and labels come again and again
