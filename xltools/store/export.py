"""export_data: the store's tables as CSV for a spreadsheet program, and as Parquet for a program that analyses."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from xltools.errors import UnwritableFileError, XltoolsError
from xltools.files import whole_file
from xltools.spreadsheet_text import BYTE_ORDER_MARK, harmless, kept
from xltools.store.store import Store
from xltools.store.tables import TABLES, Column, Table

Rows = Iterator[list[tuple[Any, ...]]]
WriteTable = Callable[[IO[bytes], Table, Rows], None]

CHUNK = 5_000
"""Rows that are held at once."""


def export_data(store: Store, folder: Path) -> None:
    """Writes every table of the store into the folder, as NAME.csv and NAME.parquet, all of one moment.

    Raises XltoolsError where a file cannot be written, and, once the CSV files stand, where pyarrow is not installed.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise UnwritableFileError(folder, f"{fault.strerror}。请检查文件夹的位置和权限。") from fault
    with store.snapshot():
        export_csv(store, folder)
        export_parquet(store, folder)


def export_csv(store: Store, folder: Path) -> None:
    """Writes every table as NAME.csv."""
    _export(store, folder, "csv", _write_csv)


def export_parquet(store: Store, folder: Path) -> None:
    """Writes every table as NAME.parquet. Raises XltoolsError where pyarrow is not installed."""
    try:
        from xltools.store.parquet import write_parquet
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
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.name for column in table.columns])
    show = [_shower(column) for column in table.columns]
    for rows in chunks:
        writer.writerows(_shown(row, show) for row in rows)
    text.flush()
    text.detach()  # the file is closed by whom it was opened


def _shown(row: Sequence[Any], show: Sequence[Callable[[str], str]]) -> Iterator[Any]:
    # a number needs no care; None is written as nothing
    return (shown(value) if isinstance(value, str) else value for value, shown in zip(row, show, strict=True))


def _shower(column: Column) -> Callable[[str], str]:
    return _kept if column.kind == "text" else harmless


_kept = lru_cache(10_000)(kept)  # units, cell ids and labels come again and again
