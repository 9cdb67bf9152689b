"""write_parquet: a table as Parquet. The only user of pyarrow, which is not installed everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

import pyarrow
from pyarrow.parquet import ParquetWriter

from xltools.county.store.export_tables import MARK, Table

TYPES = {"text": pyarrow.string(), "shown": pyarrow.string(), "integer": pyarrow.int64(), "number": pyarrow.float64()}


def write_parquet(file: IO[bytes], table: Table, chunks: Iterator[list[tuple[Any, ...]]]) -> None:
    """Writes the rows, one row group a chunk, so that memory does not grow with their number."""
    schema = pyarrow.schema([(column.name, TYPES[column.kind]) for column in table.columns], metadata={MARK: table.name})
    with ParquetWriter(file, schema) as writer:
        for rows in chunks:
            columns = [_array(values, field.type) for values, field in zip(zip(*rows, strict=True), schema, strict=True)]
            writer.write_table(pyarrow.Table.from_arrays(columns, schema=schema))


def _array(values: tuple[Any, ...], type: Any) -> Any:
    if type == pyarrow.float64():
        # an integer that a double does not hold exactly would be refused
        values = tuple(None if value is None else float(value) for value in values)
    return pyarrow.array(values, type)
