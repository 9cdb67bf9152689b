"""find_lists: the places of a text where a total may be broken down, each with all the ways to read it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from xltools.prose.cued_lists import behind_cues, find_cues, nested_in, stops
from xltools.prose.readings import MOST_TOTALS, Around, Reading, alike, by_unit, counted, has_more
from xltools.prose.sentences import Item, Sentence
from xltools.prose.wording import (
    CARRIED,
    CARRIED_IN,
    CLASSIFICATIONS,
    RECEIVED,
    SETTLED_KINDS,
    SUMMED_UP,
    TOTAL_BEHIND,
    Classification,
    kinds_named,
    names_kind,
)

MOST_AMOUNTS = 120
"""A sentence with more amounts is a table that was pasted as text."""


def find_lists(sentences: Sequence[Sentence]) -> Iterator[list[Reading]]:
    """The lists of a text, each with its readings, the likeliest first."""
    for number, sentence in enumerate(sentences):
        if 0 < len(sentence.items) <= MOST_AMOUNTS:
            yield from _bracketed(sentence)
            around = Around(sentence, sentences[number - 1].text if number else "", _earlier(sentences, number), _later(sentences, number))
            yield from behind_cues(around)
            yield from _of_kinds(around)
            yield from _following(sentence)
            yield from _with_total_behind(around)


def _earlier(sentences: Sequence[Sentence], number: int) -> tuple[Item, ...]:
    """The amounts of the last sentence but one or two that has any."""
    for sentence in sentences[max(number - 2, 0) : number][::-1]:
        if amounts := counted(sentence.outer):
            return amounts[-MOST_TOTALS:]
    return ()


def _later(sentences: Sequence[Sentence], number: int) -> tuple[Item, ...]:
    return counted(sentences[number + 1].outer[:2]) if number + 1 < len(sentences) else ()


def _bracketed(sentence: Sentence) -> Iterator[list[Reading]]:
    """Lists in brackets right behind their total: 60件(市级20件、县级40件)."""
    for bracket in dict.fromkeys(item.bracket for item in sentence.items if item.depth):
        inside = [item for item in sentence.items if item.bracket == bracket]
        total = next((item for item in sentence.items if item.depth < inside[0].depth and 0 <= bracket - item.amount.end <= 1), None)
        wording = sentence.between(bracket + 1, inside[-1].amount.end)
        if total and not CARRIED.search(wording):
            hinted = wording.startswith(("含", "其中", "包括"))
            parts = alike(inside, total)
            yield [Reading((total,), parts, divided=not hinted and len(parts) > 1, examples=has_more(sentence, parts))]


def _of_kinds(around: Around) -> Iterator[list[Reading]]:
    """Lists without 其中 that name the kinds of an official classification, and the totals they may belong to."""
    nested = _nested_anywhere(around.sentence)
    outer = [item for item in counted(around.sentence.outer) if item not in nested]
    if len(outer) < 2:
        return
    wording = around.before + around.sentence.text
    for classification in CLASSIFICATIONS:
        if classification.about and re.search(classification.about, wording):
            # with what was carried in, it is a balance
            balance = classification is SETTLED_KINDS and bool(CARRIED_IN.search(wording))
            for named in _naming(outer, classification):
                listed = [item for item in outer if named[0].amount.start <= item.amount.start <= named[-1].amount.start]
                ahead = [item for item in outer if item.amount.end <= listed[0].amount.start]
                yield list(_totals_of_kinds(ahead[-MOST_TOTALS:] or list(around.earlier), listed, balance))


def _nested_anywhere(sentence: Sentence) -> list[Item]:
    """The amounts behind a 其中 that break down another amount than the sentence's first."""
    inner = counted(sentence.outer[1:])
    return nested_in(inner, find_cues(sentence))[0] if inner else []


def _naming(outer: Sequence[Item], classification: Classification) -> Iterator[list[Item]]:
    """The amounts that name enough kinds: within one segment, else in the whole sentence."""
    named = [item for item in outer if names_kind(item, classification)]
    segments = [[item for item in named if item.segment == number] for number in dict.fromkeys(item.segment for item in named)]
    telling = [items for items in segments if len(items) > 1 and kinds_named(items, classification) >= classification.enough]
    if not telling and len(named) > 1 and kinds_named(named, classification) >= classification.enough:
        telling = [named]
    yield from telling


def _totals_of_kinds(totals: Sequence[Item], listed: Sequence[Item], tentative: bool) -> Iterator[Reading]:
    """The ways to read a list of official kinds: which total, or the sum of which two, is meant."""
    for pair in pairwise(totals):
        received = RECEIVED.search(pair[0].before) and CARRIED_IN.search(pair[1].before)
        yield Reading(pair, alike(listed, pair[0]), divided=True, tentative=tentative or not received)
    for total in totals[::-1]:
        yield Reading((total,), alike(listed, total), divided=True, tentative=tentative)
        yield Reading((total,), alike(listed[:-1], total), divided=True, tentative=True)


def _following(sentence: Sentence) -> Iterator[list[Reading]]:
    """Amounts that follow a total and add up to it, without a word about it; in each segment, so that one total may have several."""
    outer = counted(sentence.outer)
    for number, total in enumerate(outer):
        rest = outer[number + 1 :]
        for segment in dict.fromkeys(item.segment for item in rest):
            listed = [item for item in rest if item.segment == segment]
            first = segment == total.segment and _is_number_first(sentence, total, listed)
            readings = [Reading((total,), alike(listed, total), divided=first, tentative=not first)]
            readings += [Reading((total,), alike(extent, total), tentative=True) for extent in stops(listed)]
            yield [reading for reading in readings if len(reading.parts) > 1]


def _is_number_first(sentence: Sentence, total: Item, listed: Sequence[Item]) -> bool:
    """Whether the parts follow right behind their total, each with its number first: 20件,1件按…,18件按…."""
    if not listed or any(item.before for item in listed):
        return False
    return sentence.between(total.amount.end, listed[0].amount.start).strip() in (",", ":")


def _with_total_behind(around: Around) -> Iterator[list[Reading]]:
    """Lists with their total behind them: 市级12条、县级8条,共计20条; or in the next sentence."""
    outer = counted(around.sentence.outer)
    for number, total in enumerate(outer):
        if TOTAL_BEHIND.search(total.before):
            ahead = outer[:number]
            near = [item for item in ahead if item.segment == total.segment]
            says = bool(SUMMED_UP.match(total.before))
            readings = [Reading((total,), parts, tentative=not says) for parts in by_unit(near or ahead, total)]
            readings += [Reading((total,), parts, tentative=True) for parts in by_unit(ahead or around.earlier, total)]
            yield [reading for reading in readings if len(reading.parts) > 1]
