"""Puts the characters of a PDF page together to lines by where they stand. Knows nothing of pdfplumber but its dictionaries."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from statistics import median_high, median_low
from typing import Any, NamedTuple

SAME_LINE = 0.4  # how far apart two characters' baselines may be on one line, in ems of the smaller one
OVERLAP = 0.35  # characters that have this part of the narrower one in common stand upon each other
SAME_GLYPH = 0.1  # characters printed twice to look bold stand this close, in ems
LETTER_GAP, DIGIT_GAP = 0.3, 0.8
"""A gap between two Latin letters, or one of them a digit or sign, that is read as a space, in ems; numbers must not fall apart."""
WIDE_GAP, WIDER_THAN_REST = 2.0, 3.0
"""A gap between any two characters that is read as a space: in ems, and in times of the line's usual gap, for justified lines are spread."""
ASLANT = 0.1  # from this sine on, text is turned on the page: a watermark
UNMAPPED = "\ufffd"  # stands for a character whose font does not tell what it means

RADICALS = re.compile("[\u2e80-\u2fdf\uf900-\ufaff\ufb00-\ufb06\u2329\u232a]")
"""Characters that fonts give in place of common ones: Kangxi radicals, compatibility ideographs, Latin ligatures, brackets."""
SUPPLEMENT = str.maketrans(
    "⺌⺎⺗⺝⺟⺠⺢⺪⺬⺮⺶⺻⺼⺽⻁⻄⻅⻆⻉⻊⻋⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻳⼾⾭",
    "小兀心月母民水疋示竹羊聿肉臼虎西见角贝足车長长门雨青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙龟户青",
)  # what radicals stand for that Unicode leaves without an equivalent, or gives a traditional one: Chrome prints 民, 门 and 户 as such
OVER_THE_EDGE = 0.5  # a character that reaches further than this beyond the page, in points, is cut off in print
CUT = "…"  # stands behind what is cut off at the page's edge

Bounds = tuple[float, float, float, float]  # a box: its left, top, right and bottom


class Glyph(NamedTuple):
    """A character on a page: its box, baseline and size in points, y counted from the page's top."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    font: str
    sideways: bool = False
    cut: bool = False  # reaches over the page's edge
    unseen: bool = False  # is hidden, or stands upon another one

    @property
    def middle(self) -> tuple[float, float]:
        """Return the point in the middle of its body; taken from the baseline, as fonts lie about their descent."""
        return (self.x0 + self.x1) / 2, self.y if self.sideways else self.y - 0.36 * self.size


@dataclass(frozen=True)
class TextLine:
    """Characters on one baseline from left to right, without blanks at both ends; there is at least one."""

    glyphs: tuple[Glyph, ...]
    ends_in_space: bool = False

    @property
    def x0(self) -> float:
        """Return its left end."""
        return self.glyphs[0].x0

    @cached_property
    def x1(self) -> float:
        """Return its right end."""
        return max(glyph.x1 for glyph in self.glyphs)

    @cached_property
    def y(self) -> float:
        """Return its baseline."""
        return median_low(glyph.y for glyph in self.glyphs)

    @property
    def top(self) -> float:
        """Return the middle of its height, which puts it above or below a table."""
        return self.y - self.size / 3

    @cached_property
    def size(self) -> float:
        """Return the size of most of its characters: its em."""
        return median_high(glyph.size for glyph in self.glyphs)

    @cached_property
    def fonts(self) -> frozenset[str]:
        """Return the fonts of its Chinese characters; digits and punctuation often have another one than the words around them."""
        return frozenset(glyph.font for glyph in self.glyphs if "\u4e00" <= glyph.text <= "\u9fff")

    @cached_property
    def text(self) -> str:
        """Return what it says."""
        usual = median_low([right.x0 - left.x1 for left, right in pairwise(self.glyphs)] or [0])
        said = [self.glyphs[0].text]
        for left, right in pairwise(self.glyphs):
            least = max(WIDE_GAP * self.size, WIDER_THAN_REST * usual)
            if is_latin(left) and is_latin(right):
                least = (LETTER_GAP if left.text.isalpha() and right.text.isalpha() else DIGIT_GAP) * max(left.size, right.size)
            if right.x0 - left.x1 > least and not left.text.isspace() and not right.text.isspace():
                said.append("\u3000" if left.text.isdigit() and right.text.isdigit() else " ")  # " " parts thousands
            said.append(right.text)
        return "".join([*said, CUT] if any(glyph.cut for glyph in self.glyphs) else said)


def is_latin(glyph: Glyph) -> bool:
    """Return whether a character is a Latin letter, digit or sign."""
    return "!" <= glyph.text[0] <= "~"


def glyphs_of(chars: Iterable[Mapping[str, Any]], box: Bounds) -> list[Glyph]:
    """Return the characters of a page without watermarks and what lies above or below it; a table may reach over its edge at the sides."""
    left, top, right, bottom = box
    found = []
    for char in chars:
        a, b, c, d, _, baseline = char["matrix"]
        text, x0, x1 = _character(char["text"]), char["x0"], char["x1"]
        aslant = abs(b) > ASLANT * abs(a) and abs(a) > ASLANT * abs(b)
        if not text or aslant or not top <= char["top"] <= bottom:
            continue
        sideways = abs(a) < abs(b) or abs(d) < abs(c)
        y = (char["top"] + char["bottom"]) / 2 if sideways else char["bottom"] + char["y0"] - baseline
        cut = x0 < left - OVER_THE_EDGE or x1 > right + OVER_THE_EDGE
        found.append(Glyph(text, x0, x1, y, char["size"], char["fontname"], sideways, cut))
    return found


def _character(text: str) -> str:
    """Return a character as it is commonly written; empty if it says nothing."""
    if text.startswith("(cid:"):
        return UNMAPPED
    if RADICALS.match(text):
        return unicodedata.normalize("NFKC", text.translate(SUPPLEMENT))
    if text in "\t\xa0":
        return " "
    return text if text.isprintable() or text == "\u3000" else ""


def text_lines(glyphs: Iterable[Glyph]) -> list[TextLine]:
    """Return the lines that characters stand on, from top to bottom."""
    lines: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: glyph.y):
        if lines and glyph.y - lines[-1][0].y <= SAME_LINE * min(glyph.size, lines[-1][0].size):
            lines[-1].append(glyph)
        else:
            lines.append([glyph])
    ordered = [_printed_once(sorted(line, key=lambda glyph: glyph.x0)) for line in lines]
    said = [[index for index, glyph in enumerate(line) if not glyph.text.isspace()] for line in ordered]
    return [TextLine(tuple(line[at[0] : at[-1] + 1]), at[-1] + 1 < len(line)) for line, at in zip(ordered, said, strict=True) if at]


def _printed_once(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Return characters from left to right without the second print of those printed twice; different ones upon each other are marked."""
    kept: list[Glyph] = []
    for glyph in glyphs:
        if any(one.text == glyph.text and glyph.x0 - one.x0 < SAME_GLYPH * glyph.size for one in kept[-2:]):
            continue
        if kept and not glyph.text.isspace() and not kept[-1].text.isspace():
            last = kept[-1]
            if min(last.x1, glyph.x1) - glyph.x0 > OVERLAP * min(last.x1 - last.x0, glyph.x1 - glyph.x0):
                kept[-1], glyph = last._replace(unseen=True), glyph._replace(unseen=True)
        kept.append(glyph)
    return kept
