"""Composes the finished report as blocks, the same for every format: title, headings, paragraphs, signature, and where its tables stand."""

import re
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from xltools.documents.skeleton import TOPIC_NUMBER, TYPED, UNPRINTABLE, render_skeleton
from xltools.errors import FormError
from xltools.numerals import COUNTING
from xltools.report.filled import Report


class HeadingBlock(NamedTuple):
    """The title of the report (level 0), or the heading of a section (1) or of a topic within it (2 and 3)."""

    level: int
    text: str


class ParagraphBlock(NamedTuple):
    """A paragraph of prose; so many characters at its beginning, its `lead`, are set like the heading of a topic."""

    text: str
    lead: int = 0


class SignatureBlock(NamedTuple):
    """A line of the signature at the end, 落款: the unit, or the date."""

    text: str


class TableBlock(NamedTuple):
    """The place of an official table."""

    table: str


DRAFT_MARK = "草稿"  # what marks every page of a draft

Block = HeadingBlock | ParagraphBlock | SignatureBlock | TableBlock

HEADING = re.compile(r"(?:#+\s+)*(#{1,4})\s+(.*)")  # with marks of its own, of which heading("…") brings the ones that count
DATE = re.compile(r"(?:\d{4}|[〇○零一二三四五六七八九]{4})\s*年\s*[\d一二三四五六七八九十]{1,3}\s*月\s*[\d一二三四五六七八九十]{1,3}\s*日$")
SIGNED_BY = re.compile(r"[^。，；：、！？,;:!?\d]{2,30}")  # the name of a unit
TOPIC = 2  # the level of a heading numbered （一）, below which stand those numbered 1.
ITEM_NUMBER = re.compile(r"\d{1,2}\s*[.．、]\s*(?!\d)")
NAME = re.compile(r"[^。；：，！？;:,!?]{1,27}")  # 工作中存在的主要问题: short, and not a sentence
SENTENCE_NAME = re.compile(r"[^。；：！？;:!?\d]{1,32}。?")  # 强化组织领导，健全工作机制。
LEAD = re.compile(r"[^。；：！？;:!?\d]{1,32}。(?=.)")


def compose(report: Report) -> tuple[Block, ...]:
    """Return the blocks of the finished report. Raise FormError where the skeleton is broken, or a table is not there or stands already."""
    path, text = render_skeleton(report)
    blocks = [_block(line.strip(), report, path) for line in text.split("\n") if line.strip().strip(f"{TYPED}>").strip()]
    tables = [block.table for block in blocks if isinstance(block, TableBlock)]
    if twice := [table for table in tables if tables.count(table) > 1]:  # a page knows its tables by their names
        raise FormError(path, "表写了不止一次", table=twice[0])
    return tuple(_with_signature([*_with_subheadings(_without_empty_topics(blocks))]))


def _block(line: str, report: Report, path: Path) -> Block:
    text = UNPRINTABLE.sub("", line).strip()  # TYPED, and what a skeleton may have written
    if line.startswith(TYPED):
        return ParagraphBlock(text)
    if found := HEADING.fullmatch(line):
        return HeadingBlock(len(found[1]) - 1, UNPRINTABLE.sub("", found[2]).strip())
    if found := re.fullmatch(r"\|\s*(.+?)\s*\|", text):
        if found[1] not in {table.key for table in report.form.tables}:
            raise FormError(path, "表不存在", table=found[1])
        return TableBlock(found[1])
    return SignatureBlock(found[1]) if (found := re.fullmatch(r">\s*(.*)", text)) else ParagraphBlock(text)


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


def _with_signature(blocks: list[Block]) -> list[Block]:
    """Return the blocks with the unit and the date that staff typed below their last paragraph, or published there, as the signature."""
    last = blocks[-1] if blocks else None
    if not isinstance(last, ParagraphBlock) or not DATE.search(last.text):
        return blocks
    own_line = DATE.fullmatch(last.text)
    above = blocks[-2] if own_line else None
    names = [above] if isinstance(above, ParagraphBlock) and SIGNED_BY.fullmatch(above.text) else []
    if not own_line and not SIGNED_BY.fullmatch(DATE.sub("", last.text).strip()):
        return blocks
    signed = [SignatureBlock(block.text) for block in (*names, last)]
    return [*blocks[: -len(signed)], *signed]


def _with_subheadings(blocks: list[Block]) -> Iterator[Block]:
    """Yield the blocks: headings that staff typed among their prose as headings, the topics of a section numbered without a gap."""
    within = depth = 0  # the level of the form's last heading, and of the last heading at all
    topics: int | None = None  # since the section began; not known where staff numbered some in another way
    for block, after in zip_longest(blocks, blocks[1:]):
        if isinstance(block, ParagraphBlock):
            topics = None if within < TOPIC and ITEM_NUMBER.match(block.text) else topics
            block = _subheading(block, within, depth, after)
        elif isinstance(block, HeadingBlock):
            within = block.level
            own = TOPIC_NUMBER.match(block.text)
            if block.level == TOPIC and own and topics is not None and topics < len(COUNTING):  # those before it may have been left out
                block = HeadingBlock(TOPIC, f"（{COUNTING[topics]}）{block.text[own.end() :]}")
        if isinstance(block, HeadingBlock):
            depth = block.level
            topics = 0 if depth < TOPIC else None if topics is None else topics + (depth == TOPIC)
        yield block


def _subheading(block: ParagraphBlock, within: int, depth: int, after: Block | None) -> Block:
    """Return what a paragraph is by its number: a heading, a paragraph whose first sentence is set as one, or just a paragraph."""
    text, below = block.text, after.text if isinstance(after, ParagraphBlock) else ""
    if within < TOPIC and (found := TOPIC_NUMBER.match(text)):
        name = text[found.end() :]
        if NAME.fullmatch(name) or (SENTENCE_NAME.fullmatch(name) and below and not TOPIC_NUMBER.match(below)):
            return HeadingBlock(TOPIC, text)
        if lead := LEAD.match(name):
            return ParagraphBlock(text, found.end() + lead.end())
    elif depth >= TOPIC and (found := ITEM_NUMBER.match(text)) and NAME.fullmatch(text[found.end() :]):
        return HeadingBlock(TOPIC + 1, text) if below and not ITEM_NUMBER.match(below) else block
    return block


def draft_notes(report: Report) -> tuple[str, ...]:
    """Return what a draft of a sum of reports says of what is lacking in it."""
    return tuple(f"{DRAFT_MARK}：汇总数不全。{lack.what}" for lack in report.lacks)
