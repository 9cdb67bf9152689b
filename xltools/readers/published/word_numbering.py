"""Automatic numbers of Word paragraphs, which stand in no text: 一、 （一） 1. as Word shows them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from xltools.readers.published.word_package import value, w

PLACEHOLDER = re.compile(r"%([1-9])")
CLOSING = tuple("、．.）)：:，,】〕。 \u3000")
"""What a number ends with that needs no space behind it."""


@dataclass(frozen=True, slots=True)
class ListLevel:
    """How one level of a list is numbered."""

    format: str = "decimal"
    text: str = ""
    start: int = 1
    suffix: str = "tab"
    restart: int | None = None
    legal: bool = False


@dataclass(frozen=True, slots=True)
class WordList:
    """A list: the abstract one behind it, with which it counts on, its levels, and the numbers that levels are yet to begin anew with."""

    abstract: str
    levels: dict[int, ListLevel] = field(default_factory=dict)
    restarts: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Numbering:
    """The lists of a document by their ids, the level that a paragraph style stands for, and how far each abstract list has counted."""

    lists: dict[str, WordList] = field(default_factory=dict)
    styles: dict[str, int] = field(default_factory=dict)
    counts: dict[str, dict[int, int]] = field(default_factory=dict)

    def next_number(self, list_id: str, level: int) -> str:
        """Return the number in front of the next paragraph of a list, "" where the list has bullets or none."""
        levels = self.lists[list_id].levels if list_id in self.lists else {}
        if level not in levels:
            return ""
        counts = self._count(list_id, level)
        own = levels[level]
        if own.format == "bullet":
            return ""

        def number(found: re.Match[str]) -> str:
            at = int(found[1]) - 1
            shape = levels.get(at, ListLevel()).format
            return format_number(counts.get(at, 0), "decimal" if own.legal and at < level else shape)

        shown = PLACEHOLDER.sub(number, own.text)
        return shown if not shown or own.suffix == "nothing" or shown.endswith(CLOSING) else f"{shown} "

    def _count(self, list_id: str, level: int) -> Mapping[int, int]:
        """Count the next paragraph, and return the numbers of all levels."""
        counted = self.lists[list_id]
        levels, counts = counted.levels, self.counts.setdefault(counted.abstract, {})
        anew = counted.restarts.pop(level, None)  # once
        counts[level] = counts.get(level, levels[level].start - 1) + 1 if anew is None else anew
        for above in range(level):  # a level that was passed over counts as begun
            counts.setdefault(above, levels.get(above, ListLevel()).start)
        for below in [below for below in counts if below > level]:
            restart = levels.get(below, ListLevel()).restart
            if restart is None or level < restart:
                del counts[below]
        return counts


def join(number: str, text: str) -> str:
    """Return a paragraph with its number in front; "1." and "2023年" are kept apart."""
    apart = number.endswith((".", "．")) and text[:1].isdigit()
    return f"{number} {text}" if apart else number + text


def read_numbering(root: Element | None) -> Numbering:
    """Return the lists that word/numbering.xml describes; none where there is no such part."""
    made = Numbering()
    if root is None:
        return made
    abstract = {value(node, "abstractNumId") or "": node for node in root.findall(w("abstractNum"))}
    linked = {value(link): id for id, node in abstract.items() if (link := node.find(w("styleLink"))) is not None}
    for node in root.findall(w("num")):
        id, source = value(node, "numId") or "", value(node.find(w("abstractNumId"))) or ""
        if source in abstract and (link := abstract[source].find(w("numStyleLink"))) is not None:
            source = linked.get(value(link), source)
        if source not in abstract:
            continue
        one = made.lists[id] = WordList(source)
        for at, level in _by_level(abstract[source], "lvl"):
            one.levels[at] = _level(level)
            if style := value(level.find(w("pStyle"))):
                made.styles[style] = at
        for at, override in _by_level(node, "lvlOverride"):
            start, own = override.find(w("startOverride")), override.find(w("lvl"))
            if own is not None:
                one.levels[at] = _level(own)
            if start is not None:
                one.restarts[at] = _int(value(start), 1)
                one.levels[at] = replace(one.levels.get(at, ListLevel()), start=one.restarts[at])
    return made


def _by_level(node: Element, name: str) -> Iterator[tuple[int, Element]]:
    return ((_int(value(child, "ilvl"), 0), child) for child in node.findall(w(name)))


def _level(node: Element) -> ListLevel:
    """Return how a level is numbered; Word puts formats it added later into an alternative."""
    shape = next(node.iter(w("numFmt")), None)
    format, restart = value(shape) or "decimal", node.find(w("lvlRestart"))
    return ListLevel(
        format=(value(shape, "format") or "decimal").partition(",")[0] if format == "custom" else format,
        text=value(node.find(w("lvlText"))) or "",
        start=_int(value(node.find(w("start"))), 1),
        suffix=value(node.find(w("suff"))) or "tab",
        restart=None if restart is None else _int(value(restart), 0),
        legal=node.find(w("isLgl")) is not None,
    )


def _int(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else default


DIGITS, FORMAL_DIGITS = "〇一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖"
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
ROMAN = {1000: "m", 900: "cm", 500: "d", 400: "cd", 100: "c", 90: "xc", 50: "l", 40: "xl", 10: "x", 9: "ix", 5: "v", 4: "iv", 1: "i"}


def chinese(number: int, digits: str = DIGITS, scales: str = "十百千", short: bool = True) -> str:
    """Return a number below 10,000 in Chinese: 十二, 一百零五."""
    if not 0 < number < 10_000:
        return digits[0] if number == 0 else str(number)
    shown = ""
    for place, digit in enumerate(reversed(str(number))):
        if digit != "0":
            shown = digits[int(digit)] + (scales[place - 1] if place else "") + shown
        elif shown and not shown.startswith("零"):
            shown = "零" + shown
    return shown[1:] if short and 10 <= number < 20 else shown


def _roman(number: int) -> str:
    shown = ""
    for size, letters in ROMAN.items():
        shown += letters * (number // size)
        number %= size
    return shown


def _letters(number: int) -> str:
    """Return a to z, then aa, bb."""
    return chr(97 + (number - 1) % 26) * ((number - 1) // 26 + 1) if number > 0 else str(number)


def _enclosed(first: str) -> Callable[[int], str]:
    return lambda number: chr(ord(first) + number - 1) if 0 < number <= 20 else str(number)


SHAPES: Mapping[str, Callable[[int], str]] = {
    **dict.fromkeys(("chineseCounting", "chineseCountingThousand", "taiwaneseCounting", "taiwaneseCountingThousand"), chinese),
    **dict.fromkeys(("ideographDigital", "taiwaneseDigital"), lambda number: "".join(DIGITS[int(digit)] for digit in str(number))),
    **dict.fromkeys(
        ("chineseLegalSimplified", "ideographLegalTraditional"), lambda number: chinese(number, FORMAL_DIGITS, "拾佰仟", short=False)
    ),
    **dict.fromkeys(("decimalEnclosedCircle", "decimalEnclosedCircleChinese"), _enclosed("①")),
    "decimalEnclosedParen": _enclosed("⑴"),
    "decimalEnclosedFullstop": _enclosed("⒈"),
    **dict.fromkeys(("decimalFullWidth", "decimalFullWidth2"), lambda number: str(number).translate(FULL_WIDTH)),
    "decimalZero": lambda number: f"{number:02}",
    "upperRoman": lambda number: _roman(number).upper(),
    "lowerRoman": _roman,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerLetter": _letters,
    "none": lambda number: "",
}


def format_number(number: int, shape: str) -> str:
    """Return a number as Word writes it in one of its formats; in digits where the format is none of these."""
    return SHAPES.get(shape, str)(number)
