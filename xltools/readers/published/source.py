"""What stands in a published file, in reading order and free of its format: made by the reader of each format, read by `assembly`."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:  # a PDF's own process needs no more than cells and lines, and is to begin fast
    from xltools.report.origin import Active, Remark

UNSEEN = "\ufffd"  # the text of a cell whose figure is not to be seen whole: covered, hidden, printed over, a picture, or with an annotation upon it


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph, or where a file breaks its lines, one line of it."""

    text: str
    page: int = 0  # from 1, 0 where the format knows no pages
    heading: int = 0  # the level of a heading that the file itself marks, 0 for none
    goes_on: bool = False  # the next line belongs to the same paragraph


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table, its paragraphs separated by a line feed; `column` is its first grid column, counted from 0."""

    text: str
    column: int = 0
    colspan: int = 1
    rowspan: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: the cells that begin in it. `table` and `number` count the tables of the file, and their rows or those of `sheet`."""

    cells: tuple[Cell, ...]
    table: int
    number: int
    page: int = 0
    sheet: str = ""


class Source(NamedTuple):
    """The lines and table rows of a file."""

    kind: Literal["docx", "html", "text", "pdf", "sheet"]
    items: tuple[Line | Row, ...]
    title: str = ""  # the one that the file gives itself outside its text
    active: "tuple[Active, ...]" = ()  # what else is in it that could run, fetch or change
    doubts: "tuple[Remark, ...]" = ()  # what may be read otherwise than it is shown
