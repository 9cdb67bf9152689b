"""Lines broken at a fixed width: which of them go on with the next, so that paragraphs can be put together again."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from xltools.readers.published.table_rows import BLANK

NUMBERED = re.compile(
    r"[一二三四五六七八九十]{1,3}\s*[、.．]|[(（]\s*[一二三四五六七八九十\d]{1,3}\s*[)）]|\d{1,2}\s*[、.．)）](?!\d)|[①-⑳⑴-⒇⒈-⒛]"
    r"|第[一二三四五六七八九十]{1,3}(?:章|部分)|附[件表]|#"
)
"""How a numbered heading or item begins."""
SENTENCE_END = tuple("。！？；：!?;:")
NARROWEST, WIDEST = 24, 130
"""Columns at which texts are broken; a Chinese character takes two."""
BAND = 3
"""Columns by which full lines differ, since no line begins with a comma."""
INDENT = 4
"""Columns of the two characters by which a paragraph's first line is indented, which extraction drops."""
ENOUGH_LINES = 5
PAGE_END = 20
"""Columns of a line at a page's end that may be part of a paragraph; shorter ones are figures and labels."""


@dataclass(frozen=True, slots=True)
class Prose:
    """A line outside tables: its text, the columns it is indented by and takes, and how it stands to its neighbours."""

    text: str
    page: int = 0
    heading: int = 0
    indent: int = 0
    width: float = 0
    joint: bool = False
    apart: bool = False
    """Whether a blank line or a table stands in front of it."""


def prose(raw: str, text: str, *, page: int, heading: int, joint: bool, apart: bool) -> Prose:
    """A line outside tables; `raw` is as it stands in the file, `text` what it says."""
    stripped = raw.rstrip(BLANK)
    bare = stripped.lstrip(BLANK)
    indent = columns(stripped[: len(stripped) - len(bare)])
    return Prose(text, page, heading, int(indent), columns(bare), joint, apart)


def columns(text: str) -> float:
    """The columns that a text takes; a space counts half, as Word puts it between Chinese and Latin characters."""
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 0.5 if char == " " else 1 for char in text)


def going_on(lines: Sequence[Prose]) -> list[bool]:
    """For each line whether the next belongs to the same paragraph."""
    width = wrap_width(lines)
    margins = _margins(lines)
    return [*(_goes_on(line, follower, width, margins) for line, follower in pairwise(lines)), *([False] if lines else [])]


def wrap_width(lines: Sequence[Prose]) -> float:
    """The width at which the lines are broken; 0 where paragraphs are whole lines."""
    counts = Counter(round(line.width) for line in lines if line.width >= NARROWEST and not line.heading)
    if not counts or max(counts) < NARROWEST:
        return 0
    # the width with most lines around it
    best = max(counts, key=lambda width: (sum(counts[width + step] for step in range(-BAND, BAND + 1)), counts[width]))
    near = sum(count for width, count in counts.items() if abs(width - best) <= BAND + INDENT)
    long = sum(count for width, count in counts.items() if width >= best / 2)
    wider = sum(count for width, count in counts.items() if width > best + BAND + INDENT)
    if best > WIDEST or near < ENOUGH_LINES or near * 2 < long or wider * 10 > near:
        return 0
    return best


def _margins(lines: Sequence[Prose]) -> Mapping[int, int]:
    """The left margin of each page."""
    margins: dict[int, int] = {}
    for line in lines:
        margins[line.page] = min(margins.get(line.page, line.indent), line.indent)
    return margins


def _goes_on(line: Prose, follower: Prose, width: float, margins: Mapping[int, int]) -> bool:
    if line.heading or follower.heading or follower.apart or NUMBERED.match(follower.text):
        return False
    ended = line.text.endswith(SENTENCE_END)
    if not width:
        return follower.joint and not ended and line.width >= PAGE_END
    if follower.indent >= margins[follower.page] + 2:
        return False
    indent = max(line.indent - margins[line.page], 0)
    if not ended:
        return line.width + indent >= width - INDENT - BAND
    # a sentence ends here; the paragraph does, too, unless the next word would not have fitted
    return line.width + indent >= width - 2 and not _is_first_line(follower, width)


def _is_first_line(line: Prose, width: float) -> bool:
    """Whether a line breaks off two characters early within a sentence, as one does that was indented in print."""
    return abs(line.width - (width - INDENT)) <= 1 and not line.text.endswith(SENTENCE_END)
