"""What is exported of the store: one table a file, each row with the unit and the year that it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "shown", "integer", "number"]
"""text: never a number, whatever it looks like; shown: text that shows a number where it is one."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column, and the SQL that gives it."""

    name: str
    kind: Kind
    source: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table to export: its name, its columns, and where they come from, in SQL."""

    name: str
    columns: tuple[Column, ...]
    origin: str

    @property
    def query(self) -> str:
        """The rows, in an order that is the same each time."""
        return f"SELECT {', '.join(column.source for column in self.columns)} FROM {self.origin}"


def _columns(kind: Kind, prefix: str, names: str) -> tuple[Column, ...]:
    """Columns that are exported under the name that they have in the store."""
    return tuple(Column(name, kind, f"{prefix}.{name}") for name in names.split())


MARK = b"xltools.table"
"""What the name of a table stands under in its Parquet file; tells ours from others'."""
MODIFIED = "strftime('%Y-%m-%dT%H:%M:%S+00:00', {}.modified / 1000000000, 'unixepoch')"
COUNT = "(SELECT count(*) FROM findings f WHERE f.report_id = r.id AND f.severity = '{}')"
REPORTS = "reports r LEFT JOIN units u ON u.id = r.unit_id"
WHOSE = (
    Column("report_id", "integer", "r.id"),
    Column("state", "text", "r.state"),
    Column("code", "text", "coalesce(u.code, '')"),
    Column("unit", "text", "coalesce(u.name, r.unit_name)"),
    Column("year", "integer", "r.year"),
    Column("form", "text", "r.form"),
)
TABLES = (
    Table(
        "units",
        (
            *_columns("text", "u", "code name short_name former_names address phone postcode website website_url"),
            *_columns("integer", "u", "in_roster"),
        ),
        "units u ORDER BY u.position IS NULL, u.position, u.name",
    ),
    Table(
        "files",
        (
            *_columns("text", "f", "path"),
            *_columns("integer", "f", "size"),
            Column("modified", "text", MODIFIED.format("f")),
            *_columns("text", "f", "sha256 outcome error"),
            *_columns("integer", "f", "gone"),
            *_columns("text", "f", "taken_at"),
        ),
        "files f ORDER BY f.path",
    ),
    Table(
        "reports",
        (
            *WHOSE,
            Column("name_in_report", "text", "r.unit_name"),
            *(Column(f"{severity}s", "integer", COUNT.format(severity)) for severity in ("error", "warning", "notice")),
            *_columns("text", "r", "file"),
            Column("modified", "text", MODIFIED.format("r")),
            *_columns("text", "r", "sha256 taken_at"),
        ),
        f"{REPORTS} ORDER BY r.id",
    ),
    Table(
        "figures",
        (
            *WHOSE,
            *_columns("text", "f", "cell"),
            Column("label", "text", "c.label"),
            *_columns("number", "f", "value"),
            *_columns("text", "f", "text"),
        ),
        "figures f JOIN reports r ON r.id = f.report_id LEFT JOIN units u ON u.id = r.unit_id "
        "LEFT JOIN cells c ON c.form = r.form AND c.cell = f.cell ORDER BY f.report_id, f.cell",
    ),
    Table(
        "texts",
        (*WHOSE, *_columns("text", "t", "section text")),
        "texts t JOIN reports r ON r.id = t.report_id LEFT JOIN units u ON u.id = r.unit_id ORDER BY t.report_id, t.section",
    ),
    Table(
        "findings",
        (
            *WHOSE,
            *_columns("integer", "f", "number because"),
            Column("rule", "text", "f.code"),
            *_columns("text", "f", "name severity sheet cell section message"),
            *_columns("shown", "f", "actual expected difference"),
            *_columns("text", "f", "basis explanation advice figures"),
        ),
        "findings f JOIN reports r ON r.id = f.report_id LEFT JOIN units u ON u.id = r.unit_id ORDER BY f.report_id, f.number",
    ),
    Table(
        "cells",
        (*_columns("text", "c", "form cell"), *_columns("integer", "c", "position"), *_columns("text", "c", "label unit kind")),
        "cells c ORDER BY c.form, c.position",
    ),
)
