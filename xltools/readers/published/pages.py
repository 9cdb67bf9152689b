"""split_pages: the lines of a text with the pages they stand on, without page numbers and other traces of the page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from xltools.readers.published.table_rows import BLANK

DASH = "-‐‑‒–—―－─﹣~·•"
PAGE_MARK = re.compile(
    rf"[{DASH}]+\s*\d{{1,4}}\s*[{DASH}]+|第\s*\d{{1,4}}\s*页(?:\s*[,，、/]?\s*[(（]?共\s*\d{{1,4}}\s*页[)）]?)?|[Pp]age \d+(?: of \d+)?"
)
"""A page number on a line of its own that can be nothing else; "-3" is a figure."""
PAGE_MARK_LENGTH = 24
BARE_NUMBER = re.compile(r"(\d{1,4})(?:\s*/\s*\d{1,4})?")
"""What is a page number only at the edge of a page."""
TRACE = re.compile(r"\[(?:bookmark|image|footnoteRef|endnoteRef):[^\]\n]{0,200}\]|\x13[^\x14\x15]*\x14|[\x00-\x08\x0e-\x1f]")
"""What programs leave behind that take the text out of a Word file: bookmarks, field codes, control characters."""
LINE_BREAK = re.compile("\r\n|[\r\v\x85\u2028\u2029]")
INVISIBLE = re.compile("[\u200b\u200e\u200f\u2060\ufeff\u00ad]")


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line as it stands in the file, its page, and whether a page ends in front of it."""

    text: str
    page: int = 0
    joint: bool = False

    @property
    def is_blank(self) -> bool:
        """Whether it holds nothing to see; a tab stands for an empty cell."""
        return not self.text.strip(BLANK) and "\t" not in self.text


def split_pages(text: str) -> list[TextLine]:
    """The lines of a text with their pages; page numbers are dropped, and the blank lines around them."""
    text = INVISIBLE.sub("", TRACE.sub("", LINE_BREAK.sub("\n", text)))
    pages = [page.split("\n") for page in text.split("\f")]
    while len(pages) > 1 and not any(line.strip(BLANK) for line in pages[-1]):
        pages.pop()
    if len(pages) == 1:
        return list(_joined(TextLine(line) for line in pages[0]))
    _drop_bare_numbers(pages)
    lines = [TextLine(line, number, place == 0 and number > 1) for number, page in enumerate(pages, 1) for place, line in enumerate(page)]
    return list(_joined(lines))


def _joined(lines: Iterator[TextLine] | Sequence[TextLine]) -> Iterator[TextLine]:
    """The lines without page numbers; blank lines where a page ends say nothing, the line behind them tells of it."""
    blanks: list[TextLine] = []
    joint = False
    for line in lines:
        joint = joint or line.joint
        if PAGE_MARK.fullmatch(line.text.strip(BLANK)):
            joint = True
        elif line.is_blank:
            blanks.append(replace(line, joint=False))
        else:
            if not joint:
                yield from blanks
            blanks.clear()
            yield replace(line, joint=joint)
            joint = False


def _drop_bare_numbers(pages: list[list[str]]) -> None:
    """Takes away numbers at the edges of pages that count the pages; others are figures."""
    found = []
    for number, page in enumerate(pages, 1):
        filled = [place for place, line in enumerate(page) if line.strip(BLANK)]
        for place in {filled[0], filled[-1]} if filled else ():
            bare = BARE_NUMBER.fullmatch(page[place].strip(BLANK))
            if bare:
                found.append((number, place, int(bare[1]) - number))
    offsets = Counter(offset for _, _, offset in found)
    for number, place, offset in found:
        if offset == 0 or offsets[offset] > 1:
            pages[number - 1][place] = ""
