"""What the rules over prose share: where a finding stands and how it quotes."""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache

from xltools.form.book import Place
from xltools.rules.rule import Case

QUOTE = 70
"""The most characters of prose that a message quotes."""


def quote(text: str, start: int, end: int) -> str:
    """Return the wording between two positions on one line, shortened in the middle where it is long."""
    wording = text[start:end].replace("\n", " ").strip()
    if len(wording) > QUOTE:
        wording = f"{wording[: QUOTE // 2]}…{wording[-QUOTE // 2 :]}"
    return f"“{wording}”"


def place_in(case: Case, section: str, text: str = "", position: int = 0) -> Place | None:
    """Return the cell where a section's prose begins; of its paragraph at a position in the text, where that is known."""
    area = case.book.texts.get(section)
    if area is None:
        return None
    cells = case.report.origin.paragraph_cells.get(section, ())
    number = bisect_left(_breaks(text), position)
    return area.paragraphs[cells[number]] if number < len(cells) else area.title


@lru_cache(maxsize=8)
def _breaks(text: str) -> list[int]:
    """Return where the paragraphs of a text end; it is asked for each of thousands of sentences."""
    return [position for position, character in enumerate(text) if character == "\n"]
