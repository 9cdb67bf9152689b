"""Automatic numbers of Word paragraphs, which stand in no text: 一、 （一） 1. as Word shows them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from lxml import etree

from xltools.readers.published.word_xml import value, w

LEVELS = 9
PLACEHOLDER = re.compile(r"%([1-9])")
CLOSING = tuple("、．.）)：:，,】〕。")
"""What a number ends with that needs no space behind it."""


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is numbered."""

    format: str = "decimal"
    text: str = ""
    start: int = 1
    suffix: str = "tab"
    restart: int | None = None
    legal: bool = False


@dataclass(slots=True)
class Numbering:
    """The lists of a document, and how far each has counted."""

    levels: Mapping[str, Mapping[int, Level]] = field(default_factory=dict)
    """By the list's id."""
    lists: Mapping[str, str] = field(default_factory=dict)
    """The abstract list behind each; lists with the same one count on."""
    restarts: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    """Where a list begins anew, and with what number."""
    styles: Mapping[str, int] = field(default_factory=dict)
    """The level that a paragraph style stands for."""
    counts: dict[str, dict[int, int]] = field(default_factory=dict)
    begun: set[tuple[str, int]] = field(default_factory=set)

    def next_number(self, list_id: str, level: int) -> str:
        """The number in front of the next paragraph of a list, "" where the list has bullets or none."""
        levels = self.levels.get(list_id)
        if levels is None or level not in levels:
            return ""
        self._count(list_id, level)
        return self._shown(levels, self.counts[self.lists[list_id]], level)

    def _count(self, list_id: str, level: int) -> None:
        levels, counts = self.levels[list_id], self.counts.setdefault(self.lists[list_id], {})
        begins = self.restarts.get(list_id, {})
        if level in begins and (list_id, level) not in self.begun:
            self.begun.add((list_id, level))
            counts[level] = begins[level]
        else:
            counts[level] = counts.get(level, levels[level].start - 1) + 1
        for above in range(level):  # a level that was passed over counts as begun
            counts.setdefault(above, levels.get(above, Level()).start)
        for below in [below for below in counts if below > level]:
            restart = levels.get(below, Level()).restart
            if restart is None or level < restart:
                del counts[below]

    def _shown(self, levels: Mapping[int, Level], counts: Mapping[int, int], level: int) -> str:
        own = levels[level]
        if own.format == "bullet":
            return ""

        def number(found: re.Match[str]) -> str:
            at = int(found[1]) - 1
            shape = levels.get(at, Level()).format
            return format_number(counts.get(at, 0), "decimal" if own.legal and at < level else shape)

        shown = PLACEHOLDER.sub(number, own.text)
        return shown if not shown or own.suffix == "nothing" or shown.endswith((*CLOSING, " ", "\u3000")) else f"{shown} "


def join(number: str, text: str) -> str:
    """A paragraph with its number in front; "1." and "2023年" are kept apart."""
    apart = number.endswith((".", "．")) and text[:1].isdigit()
    return f"{number} {text}" if apart else number + text


# ------------------------------------------------------------------------------------------------------------ reading


def read_numbering(root: etree._Element | None) -> Numbering:
    """The lists that word/numbering.xml describes; none where there is no such part."""
    if root is None:
        return Numbering()
    abstract = {value(node, "abstractNumId") or "": node for node in root.iterchildren(w("abstractNum"))}
    linked = {value(link): id for id, node in abstract.items() if (link := node.find(w("styleLink"))) is not None}
    levels: dict[str, dict[int, Level]] = {}
    lists: dict[str, str] = {}
    restarts: dict[str, dict[int, int]] = {}
    styles: dict[str, int] = {}
    for node in root.iterchildren(w("num")):
        id = value(node, "numId") or ""
        source = value(node.find(w("abstractNumId"))) or ""
        if source in abstract and (link := abstract[source].find(w("numStyleLink"))) is not None:
            source = linked.get(value(link), source)
        if source not in abstract:
            continue
        lists[id] = source
        levels[id] = dict(_levels(abstract[source], styles))
        restarts[id] = {}
        for at, override in _by_level(node, "lvlOverride"):
            start, own = override.find(w("startOverride")), override.find(w("lvl"))
            if own is not None:
                levels[id][at] = _level(own)
            if start is not None:
                restarts[id][at] = _int(value(start), 1)
                levels[id][at] = replace(levels[id].get(at, Level()), start=restarts[id][at])
    return Numbering(levels, lists, restarts, styles)


def _levels(abstract: etree._Element, styles: dict[str, int]) -> Iterator[tuple[int, Level]]:
    for at, node in _by_level(abstract, "lvl"):
        style = value(node.find(w("pStyle")))
        if style:
            styles[style] = at
        yield at, _level(node)


def _by_level(node: etree._Element, name: str) -> Iterator[tuple[int, etree._Element]]:
    for child in node.iterchildren(w(name)):
        yield _int(value(child, "ilvl"), 0), child


def _level(node: etree._Element) -> Level:
    """How a level is numbered; Word puts formats it added later into an alternative."""
    shape = next(node.iter(w("numFmt")), None)
    restart = node.find(w("lvlRestart"))
    return Level(
        format=_shape(shape),
        text=value(node.find(w("lvlText"))) or "",
        start=_int(value(node.find(w("start"))), 1),
        suffix=value(node.find(w("suff"))) or "tab",
        restart=None if restart is None else _int(value(restart), 0),
        legal=node.find(w("isLgl")) is not None,
    )


def _shape(node: etree._Element | None) -> str:
    name = value(node) or "decimal"
    return (value(node, "format") or "decimal").partition(",")[0] if name == "custom" else name


def _int(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else default


# ------------------------------------------------------------------------------------------------------------- shapes

DIGITS = "〇一二三四五六七八九"
FORMAL_DIGITS = "零壹贰叁肆伍陆柒捌玖"
STEMS, BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"))
ROMAN_ONES = ((4, "iv"), (1, "i"))


def chinese(number: int, digits: str = DIGITS, scales: str = "十百千", zero: str = "零", short: bool = True) -> str:
    """A number below 10,000 in Chinese: 十二, 一百零五."""
    if not 0 < number < 10_000:
        return digits[0] if number == 0 else str(number)
    shown = ""
    for place, digit in enumerate(reversed(str(number))):
        if digit != "0":
            shown = digits[int(digit)] + (scales[place - 1] if place else "") + shown
        elif shown and not shown.startswith(zero):
            shown = zero + shown
    return shown[1:] if short and 10 <= number < 20 else shown


def _roman(number: int) -> str:
    shown = ""
    for size, letters in (*ROMAN, *ROMAN_ONES):
        shown += letters * (number // size)
        number %= size
    return shown


def _letters(number: int) -> str:
    """a to z, then aa, bb."""
    return chr(97 + (number - 1) % 26) * ((number - 1) // 26 + 1) if number > 0 else str(number)


def _enclosed(first: str, count: int) -> Callable[[int], str]:
    return lambda number: chr(ord(first) + number - 1) if 0 < number <= count else str(number)


def _digits(number: int) -> str:
    return "".join(DIGITS[int(digit)] for digit in str(number))


def _formal(number: int) -> str:
    return chinese(number, FORMAL_DIGITS, "拾佰仟", short=False)


SHAPES: Mapping[str, Callable[[int], str]] = {
    **dict.fromkeys(
        ("chineseCounting", "chineseCountingThousand", "taiwaneseCounting", "taiwaneseCountingThousand", "japaneseCounting"), chinese
    ),
    **dict.fromkeys(("ideographDigital", "taiwaneseDigital", "japaneseDigitalTenThousand", "koreanDigital"), _digits),
    **dict.fromkeys(("chineseLegalSimplified", "ideographLegalTraditional", "japaneseLegal"), _formal),
    **dict.fromkeys(("decimalEnclosedCircle", "decimalEnclosedCircleChinese"), _enclosed("①", 20)),
    "decimalEnclosedParen": _enclosed("⑴", 20),
    "decimalEnclosedFullstop": _enclosed("⒈", 20),
    "ideographEnclosedCircle": _enclosed("㊀", 10),
    "ideographTraditional": lambda number: STEMS[(number - 1) % 10],
    "ideographZodiac": lambda number: BRANCHES[(number - 1) % 12],
    **dict.fromkeys(
        ("decimalFullWidth", "decimalFullWidth2"), lambda number: str(number).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    ),
    "decimalZero": lambda number: f"{number:02}",
    "upperRoman": lambda number: _roman(number).upper(),
    "lowerRoman": _roman,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerLetter": _letters,
    "none": lambda number: "",
}


def format_number(number: int, shape: str) -> str:
    """A number as Word writes it in one of its formats; in digits where the format is none of these."""
    return SHAPES.get(shape, str)(number)
