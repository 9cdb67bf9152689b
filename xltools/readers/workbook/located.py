"""Tells where each thing of a form stands in a workbook: where the form's plan has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from xltools.form.book import CHECKS, UNIT_SHEET, Book, BreakdownArea, CheckLine
from xltools.readers.workbook.alterations import displaced_sheets, find_alterations, squeeze
from xltools.readers.workbook.facts import BookFacts
from xltools.readers.workbook.sheets import Content, Sheets, cell_text
from xltools.report.origin import Alteration, Publication

FORMER_CHECKS = ("序号", "检查内容", "位置", "左边", "右边", "差", "结果", "依据", "说明", "所说明的差", "原报告数")
FORMER_REVIEW = ("编号", "严重程度", "代码", "位置", "问题", "依据", "因何引起", "说明", "标识", "所说明的差")
"""The headers of 校验 and of 审核意见 as version 0.1 wrote them, in the order of CHECK_COLUMNS and REVIEW_COLUMNS."""
NOWHERE = 16_383  # stands for a column that a header lacks: no sheet that is read goes so far
MOVED, MISSING = "行列已移位，本表未识别。", "缺少工作表，本表未识别。"
PROSE_MOVED, PROSE_MISSING = "行列已移位，这一部分的文字未识别。", "缺少工作表，这一部分的文字未识别。"


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


def header_columns(cells: Sequence[Content], names: Sequence[str], former: Sequence[str]) -> tuple[int, ...]:
    """Return which cell of a header has each of these names, or the former name for it; NOWHERE for one that is missing."""
    texts = [squeeze(cell_text(cell)) for cell in cells]
    pairs = zip_longest(names, former[: len(names)], fillvalue="")
    return tuple(next((texts.index(name) for name in pair if name and name in texts), NOWHERE) for pair in pairs)


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
