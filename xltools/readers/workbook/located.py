"""Tells where each thing of a form stands in a workbook: where the form's plan has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from xltools.form.book import CHECKS, UNIT_SHEET, Book, BreakdownArea, CheckLine
from xltools.readers.workbook.alterations import displaced_sheets, find_alterations
from xltools.readers.workbook.facts import BookFacts
from xltools.readers.workbook.sheets import Sheets
from xltools.report.origin import Alteration, Publication

MOVED, MISSING = "行列已经移位，本表内容没有读取。", "缺少工作表，本表内容没有读取。"
PROSE_MOVED, PROSE_MISSING = "行列已经移位，这一部分的文字没有读取。", "缺少工作表，这一部分的文字没有读取。"


@dataclass(frozen=True, slots=True)
class Located:
    """Where things stand in a workbook. `book` has a place for everything; what must not be read there is told beside it.

    `unread` gives the reason for each figure that is not read, `lost` for each section of prose; `details`, `breakdowns` and `checks` are
    those that are. `by_labels` tells why the plan was not followed, "" where it was.
    """

    book: Book
    unread: Mapping[str, str]
    lost: Mapping[str, str]
    details: frozenset[str]
    breakdowns: tuple[BreakdownArea, ...]
    checks: tuple[CheckLine, ...]
    displaced: frozenset[str] = frozenset()
    altered: tuple[Alteration, ...] = ()
    by_labels: str = ""
    publication: Publication = field(default_factory=Publication)


def locate_as_planned(book: Book, sheets: Sheets, facts: BookFacts) -> Located:
    """Return the places of the plan, without those on sheets whose rows or columns have moved or that are gone."""
    altered = find_alterations(book, sheets, facts)
    displaced = displaced_sheets(book, sheets, altered)
    return Located(
        book=book,
        unread={id: MOVED if place.sheet in sheets.names else MISSING for id, place in book.figures.items() if place.sheet in displaced},
        lost={
            key: PROSE_MOVED if area.title.sheet in sheets.names else PROSE_MISSING
            for key, area in book.texts.items()
            if area.title.sheet in displaced
        },
        details=frozenset(() if UNIT_SHEET in displaced else book.details),
        breakdowns=tuple(area for area in book.breakdowns if area.title.sheet not in displaced),
        checks=() if CHECKS in displaced else book.checks,
        displaced=displaced,
        altered=altered,
    )
