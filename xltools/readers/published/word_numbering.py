"""Automatic numbers of Word paragraphs, which stand in no text: 一、 （一） 1. as Word shows them."""

import re
from collections.abc import Mapping, Sequence
from string import ascii_lowercase
from typing import NamedTuple
from xml.etree.ElementTree import Element

from xltools.readers.published.word_package import count_of, value, w

PLACEHOLDER = re.compile(r"%([1-9])")
CLOSING = tuple("、．.）)：:，,】〕。 \u3000")  # what a number ends with that needs no space behind it


class ListLevel(NamedTuple):
    """How one level of a list is numbered."""

    format: str = "decimal"
    text: str = ""
    start: int = 1
    suffix: str = "tab"
    legal: bool = False


class WordList(NamedTuple):
    """A list: the abstract one behind it, with which it counts on, its levels, and the numbers that levels are yet to begin anew with."""

    abstract: str
    levels: dict[int, ListLevel]
    restarts: dict[int, int]


class Numbering(NamedTuple):
    """The lists of a document by their ids, the level that a paragraph style stands for, and how far each abstract list has counted."""

    lists: dict[str, WordList]
    styles: dict[str, int]
    counts: dict[str, dict[int, int]]

    def next_number(self, list_id: str, level: int) -> str:
        """Return the number in front of the next paragraph of a list, "" where the list has bullets or none."""
        counted = self.lists.get(list_id)
        if counted is None or level not in counted.levels:
            return ""
        levels, own, counts = counted.levels, counted.levels[level], self.counts.setdefault(counted.abstract, {})
        counts[level] = counted.restarts.pop(level, counts.get(level, own.start - 1) + 1)  # it restarts once
        for above in range(level):  # a level that was passed over counts as begun
            counts.setdefault(above, levels.get(above, ListLevel()).start)
        for below in [below for below in counts if below > level]:
            del counts[below]

        def number(found: re.Match[str]) -> str:
            at = int(found[1]) - 1
            shape = "decimal" if own.legal and at < level else levels.get(at, ListLevel()).format
            return format_number(counts.get(at, 0), shape)

        shown = "" if own.format == "bullet" else PLACEHOLDER.sub(number, own.text)
        return shown if not shown or own.suffix == "nothing" or shown.endswith(CLOSING) else f"{shown} "


def read_numbering(root: Element | None) -> Numbering:
    """Return the lists that word/numbering.xml describes; none where there is no such part."""
    made = Numbering({}, {}, {})
    root = Element("numbering") if root is None else root
    abstract = {value(node, "abstractNumId") or "": node for node in root.findall(w("abstractNum"))}
    linked = {value(link): id for id, node in abstract.items() if (link := node.find(w("styleLink"))) is not None}
    for node in root.findall(w("num")):
        source = value(node.find(w("abstractNumId"))) or ""
        if source in abstract and (link := abstract[source].find(w("numStyleLink"))) is not None:
            source = linked.get(value(link), source)
        if source not in abstract:
            continue
        one = made.lists[value(node, "numId") or ""] = WordList(source, {}, {})
        for level in abstract[source].findall(w("lvl")):
            at = count_of(level, "ilvl")
            one.levels[at] = _level(level)
            if style := value(level.find(w("pStyle"))):
                made.styles[style] = at
        for override in node.findall(w("lvlOverride")):
            at = count_of(override, "ilvl")
            if (own := override.find(w("lvl"))) is not None:
                one.levels[at] = _level(own)
            if (start := override.find(w("startOverride"))) is not None:
                one.restarts[at] = count_of(start, default=1)
                one.levels[at] = one.levels.get(at, ListLevel())._replace(start=one.restarts[at])
    return made


def _level(node: Element) -> ListLevel:
    """Return how a level is numbered; Word puts formats it added later into an alternative."""
    return ListLevel(
        format=value(next(node.iter(w("numFmt")), None)) or "decimal",
        text=value(node.find(w("lvlText"))) or "",
        start=count_of(node.find(w("start")), default=1),
        suffix=value(node.find(w("suff"))) or "tab",
        legal=node.find(w("isLgl")) is not None,
    )


ONES = ("", *"一二三四五六七八九")
CHINESE = tuple(tens + ones for tens in ("", "十", *(f"{ten}十" for ten in ONES[2:])) for ones in ONES)
ROMAN = tuple(tens + ones for tens in ("", "x", "xx", "xxx") for ones in ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"))
LETTERS = ("", *ascii_lowercase, *(2 * letter for letter in ascii_lowercase))

SHAPES: Mapping[str, Sequence[str]] = {
    **dict.fromkeys(("chineseCounting", "chineseCountingThousand", "taiwaneseCountingThousand", "japaneseCounting"), CHINESE),
    **dict.fromkeys(("decimalEnclosedCircle", "decimalEnclosedCircleChinese"), ("", *"①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳")),
    "decimalEnclosedParen": ("", *"⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇"),
    "upperRoman": tuple(map(str.upper, ROMAN)),
    "lowerRoman": ROMAN,
    "upperLetter": tuple(map(str.upper, LETTERS)),
    "lowerLetter": LETTERS,
}  # the numbers from 1 as Word writes them in its formats


def format_number(number: int, shape: str) -> str:
    """Return a number as Word writes it in one of its formats; in digits where the format is none of these, or does not reach so far."""
    if shape == "none":
        return ""
    numbers = SHAPES.get(shape, ())
    return numbers[number] if 0 < number < len(numbers) else str(number)
