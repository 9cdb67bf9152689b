"""The finished report as a sequence of blocks, the same for every format: title, headings, paragraphs and tables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from xltools.documents.skeleton import TYPED, UNPRINTABLE, render_skeleton
from xltools.errors import FormError
from xltools.report.filled import Report


@dataclass(frozen=True, slots=True)
class TitleBlock:
    """The title of the report."""

    text: str


@dataclass(frozen=True, slots=True)
class HeadingBlock:
    """The heading of a section (level 1) or of a topic within it (level 2 and 3)."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class ParagraphBlock:
    """A paragraph of prose."""

    text: str


@dataclass(frozen=True, slots=True)
class TableBlock:
    """The place of an official table."""

    table: str


DRAFT_MARK = "草稿"
"""What marks every page of a draft."""

Block = TitleBlock | HeadingBlock | ParagraphBlock | TableBlock

HEADING = re.compile(r"(#{1,4})\s+(.*)")
TABLE = re.compile(r"\|\s*(.+?)\s*\|")
# a line such as （一）工作中存在的主要问题: short, and not a sentence
SUBHEADING = re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)][^。；：，！？;:,!?]{1,27}")


def compose(report: Report) -> tuple[Block, ...]:
    """Return the blocks of the finished report: the form's skeleton with this report's prose and figures.

    Raise FormError where the skeleton is broken, or names a table that is not there or stands already.
    """
    path, text = render_skeleton(report)
    blocks = [_block(line.strip(), report, path) for line in text.split("\n") if line.strip().strip(TYPED)]
    tables = [block.table for block in blocks if isinstance(block, TableBlock)]
    for table in tables:
        if tables.count(table) > 1:  # a page knows its tables by their names
            raise FormError(path, "表写了不止一次", table=table)
    return tuple(_with_subheadings(_without_empty_topics(blocks)))


def _block(line: str, report: Report, path: Path) -> Block:
    text = UNPRINTABLE.sub("", line).strip()  # TYPED, and what a skeleton may have written
    if line.startswith(TYPED):
        return ParagraphBlock(text)
    if found := HEADING.fullmatch(text):
        level = len(found[1]) - 1
        return HeadingBlock(level, found[2]) if level else TitleBlock(found[2])
    if found := TABLE.fullmatch(text):
        if found[1] not in {table.key for table in report.form.tables}:
            raise FormError(path, "表不存在", table=found[1])
        return TableBlock(found[1])
    return ParagraphBlock(text)


def _without_empty_topics(blocks: list[Block]) -> list[Block]:
    """Return the blocks without headings of level 2 and 3 that nothing stands under; a section's heading always stands."""
    kept: list[Block] = []
    for block in reversed(blocks):
        if isinstance(block, HeadingBlock) and block.level > 1:
            below = kept[-1] if kept else None
            if below is None or (isinstance(below, HeadingBlock) and below.level <= block.level):
                continue
        kept.append(block)
    return kept[::-1]


def _with_subheadings(blocks: list[Block]) -> list[Block]:
    """Return the blocks with the headings that staff typed in a section of plain prose made headings of level 2."""
    level = 0
    found: list[Block] = []
    for block in blocks:
        if isinstance(block, HeadingBlock):
            level = block.level
        if level == 1 and isinstance(block, ParagraphBlock) and SUBHEADING.fullmatch(block.text):
            block = HeadingBlock(2, block.text)
        found.append(block)
    return found
