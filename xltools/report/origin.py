"""The file that a report was read from: what its reader noticed beside the report, for the rules and for whoever imports it."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal, NamedTuple

from xltools.form.book import Book, Place
from xltools.numerals import Number

EMPTY: Mapping[str, Any] = {}  # what nothing is ever put into

# what a file holds that could run, fetch or change: it is noted, and never run, opened or followed
Active = Literal["macros", "links", "objects"]
ACTIVE_PARTS: dict[Active, str] = {  # how the entries of office packages begin, in small letters, that hold it
    "macros": r"(?:xl|word)/(?:vbaproject\.bin|macrosheets/.|activex/.)|basic/.|scripts/.",
    "links": r"xl/(?:externallinks/.|connections\.xml|querytables/.)",
    "objects": r"(?:xl|word)/embeddings/.|object \d+/content\.xml",
}


def active_parts(names: Iterable[str]) -> tuple[Active, ...]:
    """Return the kinds of active content among the entries of a package."""
    listed = [name.lower() for name in names]
    return tuple(kind for kind, pattern in ACTIVE_PARTS.items() if any(re.match(pattern, name) for name in listed))


class Alteration(NamedTuple):
    """A locked cell of a workbook that no longer holds what the form put there, "" for nothing."""

    place: Place
    expected: str
    found: str


Oddness = Literal["format", "covered", "hidden", "raised", "locked", "unchecked"]


class Oddity(NamedTuple):
    """An input or total of a workbook that is not seen as it is read (`seen` is what its format shows), or not to be filled in as meant."""

    kind: Oddness
    place: Place
    seen: str = ""


class Spot(NamedTuple):
    """Where something stands in a published file: page, table, row and column or line, 0 where unknown; in a spreadsheet the sheet."""

    page: int = 0
    table: int = 0
    row: int = 0
    column: int = 0
    line: int = 0
    sheet: str = ""

    def __str__(self) -> str:
        """Return the place in words: 第 3 页第 2 个表第 5 行第 4 列."""
        sheet = f"工作表“{self.sheet}”" if self.sheet else ""
        named = ((self.page, "页"), (0 if sheet else self.table, "个表"), (self.row or self.line, "行"), (self.column, "列"))
        return sheet + "".join(f"第 {number} {name}" for number, name in named if number)


class Remark(NamedTuple):
    """Something that was noticed while reading: what, where, the cell ids that it is about, and the section."""

    text: str
    spot: Spot = Spot()
    figures: tuple[str, ...] = ()
    section: str | None = None


class Publication(NamedTuple):
    """What the reader of a published file noticed."""

    spots: Mapping[str, Spot] = EMPTY  # where each figure stood
    paragraph_spots: Mapping[str, tuple[Spot, ...]] = EMPTY  # where each paragraph of a section stood
    missing_tables: tuple[str, ...] = ()
    other_editions: tuple[Remark, ...] = ()  # parts of tables that stand in the file as another edition has them
    extra_rows: tuple[Remark, ...] = ()  # rows that no edition has
    doubts: tuple[Remark, ...] = ()  # what was read but may be meant otherwise
    unplaced: tuple[Remark, ...] = ()  # text inside the report that is in none of its sections
    drafts: tuple[Remark, ...] = ()  # what marks the file as a draft


class Origin(NamedTuple):
    """The file that a report was read from; what only a workbook or only a published file tells is empty for every other kind."""

    kind: Literal["workbook", "json", "docx", "html", "text", "pdf", "sheet"] = "json"
    calculated: Mapping[str, Number | str | None] = EMPTY  # what a spreadsheet program stored as the result of each total's formula
    overwritten: tuple[str, ...] = ()  # the totals whose formula is gone
    altered: tuple[Alteration, ...] = ()
    missing_sheets: tuple[str, ...] = ()
    extra_sheets: tuple[str, ...] = ()
    displaced: frozenset[str] = frozenset()  # the sheets whose content could not be trusted to stand in its cells and was not read
    paragraph_cells: Mapping[str, tuple[int, ...]] = EMPTY  # the number of the cell, within its section, of each paragraph
    active: tuple[Active, ...] = ()
    publication: Publication = Publication()  # of a workbook too, for what it holds that the form does not
    by_labels: str = ""  # why the workbook is not as the form plans it
    book: Book | None = None  # where things stand in such a workbook
    oddities: tuple[Oddity, ...] = ()
