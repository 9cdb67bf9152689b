"""Publication: what only the reader of a published file knows, for the rules and for whoever imports it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something stands in a published file: page, table of the file, row and column of the table, or line; 0 where unknown."""

    page: int = 0
    table: int = 0
    row: int = 0
    column: int = 0
    line: int = 0

    def __str__(self) -> str:
        """The place in words: 第 3 页第 2 个表第 5 行第 4 列."""
        named = ((self.page, "页"), (self.table, "个表"), (self.row or self.line, "行"), (self.column, "列"))
        return "".join(f"第 {number} {name}" for number, name in named if number)


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that was noticed while reading: where, what, the cell ids that it is about, and the section."""

    text: str
    spot: Spot = Spot()
    figures: tuple[str, ...] = ()
    section: str | None = None


@dataclass(frozen=True)
class Publication:
    """What the reader of a published file noticed.

    `spots` tells where each figure stood, `paragraph_spots` each paragraph of a section. `unread` are the figures that could not
    be read, and why; `missing_tables` the tables that the file does not have. `other_editions` are parts of tables that stand in
    the file as another edition has them, `extra_rows` rows that no edition has, `doubts` what was read but may be meant
    otherwise, `unplaced` text inside the report that is in none of its sections.
    """

    spots: Mapping[str, Spot] = field(default_factory=dict)
    paragraph_spots: Mapping[str, tuple[Spot, ...]] = field(default_factory=dict)
    unread: Mapping[str, Remark] = field(default_factory=dict)
    missing_tables: tuple[str, ...] = ()
    other_editions: tuple[Remark, ...] = ()
    extra_rows: tuple[Remark, ...] = ()
    doubts: tuple[Remark, ...] = ()
    unplaced: tuple[Remark, ...] = ()
