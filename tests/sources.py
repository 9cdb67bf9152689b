"""A source written as text, so that a test shows what is read as one sees it."""

from __future__ import annotations

from collections.abc import Sequence

from xltools.readers.published.plain_text import parse_text
from xltools.readers.published.source import Cell, Line, Row
from xltools.readers.published.web import parse_page


def shown(items: Sequence[Line | Row]) -> str:
    """One line for each item: `# title`, `text`, `text >` where it goes on, `| cell | cell |` with spans as `cell (2x3)`."""
    return "\n".join(_line(item) if isinstance(item, Line) else _row(item.cells) for item in items)


def _line(line: Line) -> str:
    return f"{'#' * line.heading}{' ' if line.heading else ''}{line.text}{' >' if line.goes_on else ''}"


def _row(cells: Sequence[Cell]) -> str:
    """The cells; a column that a cell from above reaches into, or that is missing, is a dot."""
    shown, column = [], 0
    for cell in cells:
        shown += ["."] * (cell.column - column)
        span = f" ({cell.colspan}x{cell.rowspan})" if (cell.colspan, cell.rowspan) != (1, 1) else ""
        shown.append(cell.text.replace("\n", "/") + span)
        column = cell.column + cell.colspan
    return f"| {' | '.join(shown)} |".replace("|  |", "| |").replace("|  |", "| |")


def texts(items: Sequence[Line | Row]) -> list[str]:
    """The text of each line, and of each cell."""
    return [text for item in items for text in ([item.text] if isinstance(item, Line) else [cell.text for cell in item.cells])]


def items_of(html: str) -> tuple[Line | Row, ...]:
    """The items that are read of a web page."""
    return parse_page(html).items


def read(html: str) -> str:
    """The same, as one sees them."""
    return shown(items_of(html))


def read_plain(text: str) -> str:
    """Return what is read of a plain text."""
    return shown(parse_text(text))


def read_markdown(text: str) -> str:
    """Return what is read of a text in Markdown."""
    return shown(parse_text(text, marked=True))
