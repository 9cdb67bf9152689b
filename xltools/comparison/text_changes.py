"""compare_texts: which sentences of the sections are new and which are gone since last year."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

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


def split(text: str) -> list[str]:
    """Return the sentences of a text, as typed; paragraphs are separated by line feeds."""
    return [sentence for found in SENTENCE.finditer(text) if (sentence := found[0].strip()) and _key(sentence)]


def compare_texts(last: Mapping[str, str], this: Mapping[str, str]) -> dict[str, TextChange]:
    """Return what changed in each section, in the order of `this`, then of `last`; blanks and width make no difference."""
    keys = dict.fromkeys((*this, *last))
    before, after = ([(key, sentence) for key in keys for sentence in split(texts.get(key, ""))] for texts in (last, this))
    within = _match(before, after, lambda section, sentence: (section, _key(sentence)), {})
    matched = within | _match(before, after, lambda _, sentence: _key(sentence), within)
    still_there = set(matched.values())
    changes = {}
    for key in keys:
        own = [number for number, (section, _) in enumerate(after) if section == key]
        unchanged = _longest_rise([within[number] for number in own if number in within])
        changes[key] = TextChange(
            new=tuple(after[number][1] for number in own if number not in matched),
            gone=tuple(sentence for number, (section, sentence) in enumerate(before) if section == key and number not in still_there),
            moved=sum(number in matched for number in own) - unchanged,
            unchanged=unchanged,
        )
    return changes


def _key(sentence: str) -> str:
    return BLANKS.sub("", plain(sentence))


def _match(
    last: Sequence[tuple[str, str]], this: Sequence[tuple[str, str]], sign: Callable[[str, str], object], matched: Mapping[int, int]
) -> dict[int, int]:
    """Return the numbers of the sentences that have a match last year by their signs, each with that one's; `matched` have one already."""
    places: dict[object, list[int]] = defaultdict(list)
    for number in sorted({*range(len(last))} - {*matched.values()}, reverse=True):
        places[sign(*last[number])].append(number)
    return {number: places[sign(*one)].pop() for number, one in enumerate(this) if number not in matched and places[sign(*one)]}


def _longest_rise(numbers: list[int]) -> int:
    """Return how many of the numbers can be kept such that they rise."""
    ends: list[int] = []
    for number in numbers:
        at = bisect_left(ends, number)
        ends[at : at + 1] = [number]
    return len(ends)
