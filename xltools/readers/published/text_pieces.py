"""Lines set in columns with spaces, taken apart at their gaps; labels broken over several lines put together again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from xltools.readers.published.table_rows import BLANK
from xltools.readers.published.text_tables import NUMBER
from xltools.readers.published.wrapping import NUMBERED, columns

GAP = re.compile(r"[ \u3000]{2,}")
NUMBERS = re.compile(r"[+-]?\d[\d,.]*(?: [+-]?\d[\d,.]*)+")
"""Numbers with one space between them where columns are narrow."""
MOST_LINES = 4
"""Lines of a label above its numbers, or below them."""


Span = tuple[float, float]


class Piece(NamedTuple):
    """What stands between two gaps, and where: counted in characters, as pdftotext does, and in columns, as a screen does."""

    text: str
    characters: Span
    columns: Span

    @property
    def is_number(self) -> bool:
        """Whether it can be a figure."""
        return NUMBER.fullmatch(self.text) is not None


class Printed(NamedTuple):
    """A line that is not blank: which one it is, its page, and its pieces."""

    place: int
    page: int
    pieces: tuple[Piece, ...]

    @property
    def label(self) -> Piece | None:
        """The last piece in front of its numbers."""
        return next((piece for piece in reversed(self.pieces) if not piece.is_number), None)

    @property
    def has_numbers(self) -> bool:
        """Whether there are several numbers."""
        return sum(piece.is_number for piece in self.pieces) > 1

    @property
    def is_bare(self) -> bool:
        """Whether there is no number."""
        return not any(piece.is_number for piece in self.pieces)

    def without(self, taken: Piece) -> Printed:
        """The line without a piece."""
        return self._replace(pieces=tuple(piece for piece in self.pieces if piece is not taken))


@lru_cache(maxsize=256)
def pieces_of(text: str) -> tuple[Piece, ...]:
    """The pieces of a line, with where they stand. A line may be looked at for each of those in front of it."""
    pieces: list[Piece] = []
    at = 0
    for gap in [*GAP.finditer(text), None]:
        end = gap.start() if gap else len(text.rstrip(BLANK))
        if text[at:end].strip(BLANK):
            pieces += [Piece(text[a:b].strip(BLANK), (a, b), (_column(text, a), _column(text, b))) for a, b in _spans(text, at, end)]
        at = gap.end() if gap else end
    return tuple(pieces)


def _spans(text: str, at: int, end: int) -> list[tuple[int, int]]:
    """One piece from here to there, or several numbers with one space between them."""
    if NUMBERS.fullmatch(text[at:end].strip(BLANK)):
        return [(at + found.start(), at + found.end()) for found in re.finditer(r"\S+", text[at:end])]
    return [(at, end)]


def _column(text: str, at: int) -> float:
    """The column of a character; spaces count whole here."""
    return columns(text[:at]) + text[:at].count(" ") / 2


# -------------------------------------------------------------------------------------------------------------- labels


def with_whole_labels(lines: Sequence[Printed]) -> list[Printed]:
    """The lines, with a label that stands above, beside and below a row of numbers in that row.

    Numbers stand in the middle of their cells. That is only clear where the label begins with its number, as many lines stand
    above the numbers as below, give or take one, all begin in one column, and no others stand between.
    """
    found = list(lines)
    for number, line in enumerate(lines):
        if line.has_numbers:
            parts = _label_around(found, number)
            if parts:
                _join(found, number, parts)
    return [line for line in found if line.pieces]


def _label_around(lines: Sequence[Printed], number: int) -> list[tuple[int, Piece]]:
    """The parts of the label of a row of numbers, each with the number of its line; none where that is not clear."""
    above: list[tuple[int, Piece]] = []
    for at in range(number - 1, max(number - 1 - MOST_LINES, -1), -1):
        part = _part(lines, at, at + 1, above[0][1] if above else None)
        if part is None:
            return []
        above.insert(0, (at, part))
        if NUMBERED.match(part.text):
            break
    if not above or not NUMBERED.match(above[0][1].text):
        return []
    start = above[0][1]
    beside = lines[number].label
    if beside and _is_under(beside, start):
        if NUMBERED.match(beside.text):
            return []
    elif beside and beside.characters[0] > start.characters[0]:
        return []
    below: list[tuple[int, Piece]] = []
    for at in range(number + 1, min(number + 1 + MOST_LINES, len(lines))):
        part = _part(lines, at, at - 1, start)
        if part is None or NUMBERED.match(part.text):
            break
        below.append((at, part))
    if not below or abs(len(above) - len(below)) > 1:
        return []
    middle = [(number, beside)] if beside and _is_under(beside, start) else []
    return [*above, *middle, *below]


def _part(lines: Sequence[Printed], at: int, beside: int, other: Piece | None) -> Piece | None:
    """The piece of a line that may be part of a label: a line without numbers, next to the one beside it, begins where the other part does."""
    line = lines[at]
    part = line.label
    if part is None or not line.is_bare or abs(line.place - lines[beside].place) != 1 or line.page != lines[beside].page:
        return None
    return part if other is None or _is_under(part, other) else None


def _is_under(one: Piece, other: Piece) -> bool:
    return abs(one.characters[0] - other.characters[0]) <= 1


def _join(lines: list[Printed], number: int, parts: Sequence[tuple[int, Piece]]) -> None:
    """Puts the parts of a label into the row of numbers."""
    first = parts[0][1]
    for at, part in parts:
        lines[at] = lines[at].without(part)
    row = lines[number]
    whole = first._replace(text="".join(part.text for _, part in parts))
    lines[number] = row._replace(pieces=tuple(sorted([whole, *row.pieces], key=lambda piece: piece.characters[0])))
