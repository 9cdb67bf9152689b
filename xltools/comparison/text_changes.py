"""compare_texts: which sentences of the sections are new and which are gone since last year."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import count

from xltools.form.characters import plain
from xltools.numerals import BLANKS

SENTENCE = re.compile(r"[^。！？\n]*[。！？]+[”’）》」』]*|[^。！？\n]+")


@dataclass(frozen=True, slots=True)
class TextChange:
    """What changed in one section: new and gone sentences; how many moved, in it or from another one, and how many stayed."""

    new: tuple[str, ...]
    gone: tuple[str, ...]
    moved: int
    unchanged: int


@dataclass(slots=True)
class _Section:
    """The sentences of one section that have no match yet, and the counts of those that have."""

    last: list[str]
    this: list[str]
    moved: int = 0
    unchanged: int = 0


def split(text: str) -> list[str]:
    """Return the sentences of a text, as typed; paragraphs are separated by line feeds."""
    return [sentence for found in SENTENCE.finditer(text) if (sentence := found[0].strip()) and _key(sentence)]


def compare_texts(last: Mapping[str, str], this: Mapping[str, str]) -> dict[str, TextChange]:
    """Return what changed in each section, in the order of `this`, then of `last`; blanks and width make no difference."""
    sections = {key: _Section(split(last.get(key, "")), split(this.get(key, ""))) for key in dict.fromkeys((*this, *last))}
    for section in sections.values():
        _match_within(section)
    _match_across(sections.values())
    return {key: TextChange(tuple(one.this), tuple(one.last), one.moved, one.unchanged) for key, one in sections.items()}


def _key(sentence: str) -> str:
    return BLANKS.sub("", plain(sentence))


def _match_within(section: _Section) -> None:
    """Take out the sentences that both years have, counted as moved where they stand in another order."""
    places = _places(section.last)
    found = {number: places[key].pop() for number, key in enumerate(map(_key, section.this)) if places.get(key)}
    section.unchanged, then = _longest_rise(list(found.values())), set(found.values())
    section.moved = len(found) - section.unchanged
    section.this = [sentence for number, sentence in enumerate(section.this) if number not in found]
    section.last = [sentence for number, sentence in enumerate(section.last) if number not in then]


def _match_across(sections: Iterable[_Section]) -> None:
    """Take out the sentences that went from one section to another; they count as moved where they stand now."""
    sections = list(sections)
    places = _places([sentence for section in sections for sentence in section.last])
    taken: set[int] = set()
    for section in sections:
        found = {number: places[key].pop() for number, key in enumerate(map(_key, section.this)) if places.get(key)}
        taken |= set(found.values())
        section.moved += len(found)
        section.this = [sentence for number, sentence in enumerate(section.this) if number not in found]
    numbers = count()
    for section in sections:
        section.last = [sentence for sentence in section.last if next(numbers) not in taken]


def _places(sentences: list[str]) -> dict[str, list[int]]:
    """Return where each sentence stands, the first place last."""
    places: dict[str, list[int]] = defaultdict(list)
    for number, sentence in reversed([*enumerate(sentences)]):
        places[_key(sentence)].append(number)
    return places


def _longest_rise(numbers: list[int]) -> int:
    """Return how many of the numbers can be kept such that they rise."""
    ends: list[int] = []
    for number in numbers:
        at = bisect_left(ends, number)
        ends[at : at + 1] = [number]
    return len(ends)
