"""behind_cues: the lists behind 其中 and its like, with how far each may reach and which total it may break down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xltools.numerals import Number
from xltools.prose.readings import MOST_TOTALS, Around, Reading, alike, by_unit, counted, has_more
from xltools.prose.sentences import Item, Sentence
from xltools.prose.wording import ALL_DIVIDED, CUE, CUES_AS_ONE, EXAMPLES, GOES_ON, OVERLAP, family

MOST_CUES = 10
"""The cues of one sentence that are looked at."""


def behind_cues(around: Around) -> Iterator[list[Reading]]:
    """The lists behind each cue of the sentence: for each unit that a total ahead of it has, with all ways to read it."""
    sentence = around.sentence
    cues = find_cues(sentence)
    for number, cue in enumerate(cues):
        inner = number > 0 and _goes_on(sentence, cues[number - 1], cue)
        readings = list(_behind_cue(around, cue, cues[number + 1 :], inner))
        for unit in dict.fromkeys(reading.totals[0].amount.unit for reading in readings):
            yield [reading for reading in readings if reading.totals[0].amount.unit == unit]


def find_cues(sentence: Sentence) -> list[int]:
    """Where 其中 and its like stand outside brackets; neighbouring ones (其中包括) count once."""
    if not sentence.outer:
        return []
    places: list[int] = []
    opened = {item.bracket for item in sentence.items if item.depth}
    depth = position = 0
    for found in CUE.finditer(sentence.text):
        depth += sentence.text.count("(", position, found.start()) - sentence.text.count(")", position, found.start())
        position = found.start()
        place = sentence.start + position
        if depth <= 0 and not (places and place - places[-1] <= CUES_AS_ONE) and place not in opened:
            places.append(place)
    return places[:MOST_CUES]


def _goes_on(sentence: Sentence, earlier: int, cue: int) -> bool:
    """Whether an earlier list may go on behind this cue's own: both stand before the same semicolon."""
    segments = [item.segment for item in sentence.outer if item.amount.start >= earlier]
    ahead = [item.segment for item in sentence.outer if earlier <= item.amount.start < cue]
    return bool(ahead) and ahead[0] == segments[-1]


def _is_ambiguous(parts: Sequence[Item], total: Item, others: Sequence[Number], elsewhere: bool) -> bool:
    """Whether the parts may well be of another total, or not all of them of this one."""
    added = sum(item.amount.value for item in parts)
    return (elsewhere and bool(others)) or (added > total.amount.value and any(added <= other for other in others))


def _behind_cue(around: Around, cue: int, later: Sequence[int], inner: bool) -> Iterator[Reading]:
    """The ways to read the list behind 其中: how far it reaches, and which total before it is meant.

    In an `inner` one, which stands within another list, that may go on.
    """
    sentence = around.sentence
    outer = counted(sentence.outer)
    listed = [item for item in outer if item.amount.start >= cue]
    if not listed:
        return
    wording = sentence.between(cue, cue + 10)
    overlap = bool(OVERLAP.search(sentence.text))
    examples, divided = bool(EXAMPLES.match(wording)), bool(ALL_DIVIDED.match(wording))
    totals, elsewhere = _totals(around, cue, listed)
    extents = _extents(listed, later)
    seen: set[str] = set()
    for total in totals:
        settled = total.amount.unit in seen
        seen.add(total.amount.unit)
        others = [other.amount.value for other in totals if other.amount.unit == total.amount.unit and other is not total]
        for extent in extents:
            several = False
            for parts in by_unit(extent, total):
                several = several or len(parts) > 1
                yield Reading(
                    (total,),
                    parts,
                    divided=divided,
                    examples=examples or has_more(sentence, parts),
                    tentative=settled,
                    ambiguous=overlap or _is_ambiguous(parts, total, others, elsewhere or inner),
                )
            settled = settled or several
        continued = [[*listed, *around.later[:end]] for end in range(1, len(around.later) + 1)]
        for extent in (*stops(listed), *(_up_to(listed, total) if inner else ()), *continued):
            yield Reading((total,), alike(extent, total), tentative=True)


def _totals(around: Around, cue: int, listed: Sequence[Item]) -> tuple[list[Item], bool]:
    """The amounts that the list behind a cue may break down, the nearest first, and whether they stand in an earlier sentence."""
    ahead = [item for item in counted(around.sentence.outer) if item.amount.end <= cue]
    own = [item for item in ahead if item.segment == listed[0].segment] or ahead
    kinds = {family(item) for item in listed}
    if any(family(item) in kinds for item in own):
        return own[: -MOST_TOTALS - 1 : -1], False
    return [*around.earlier[::-1]], True


def _extents(listed: list[Item], later: Sequence[int]) -> list[list[Item]]:
    """How far a list may reach, the likeliest first: without nested lists and to its semicolon or to the end; with them."""
    nested, sure = nested_in(listed, later)
    plain_list = [item for item in listed if item not in nested]
    extents = [[item for item in plain_list if item.segment == plain_list[0].segment], plain_list]
    if later:
        first = [item for item in listed if item.amount.start < later[0]]
        extents += [first, first[:-1]]
    return extents if sure else [*extents, listed]


def nested_in(listed: Sequence[Item], later: Sequence[int]) -> tuple[list[Item], bool]:
    """The amounts behind a later 其中 that break down one of the list, and whether it is sure where they end.

    They end where they add up to it, else with the semicolon.
    """
    nested: list[Item] = []
    sure = bool(later)
    for cue in later:
        owner = next((item for item in reversed(listed) if item.amount.end <= cue), None)
        inside = [item for item in listed if item.amount.start >= cue and owner and item.segment == owner.segment]
        added: Number = 0
        for number, item in enumerate(inside, start=1):
            added += item.amount.value
            if owner and added == owner.amount.value:
                inside = inside[:number]
                break
        else:
            sure = sure and bool(inside) and inside[-1].segment < listed[-1].segment
        nested += inside
    return (nested, sure) if len(nested) < len(listed) else ([], False)


def _up_to(listed: Sequence[Item], total: Item) -> list[list[Item]]:
    """The first amounts of a list that add up to the total, where some do."""
    added: Number = 0
    for number, item in enumerate(listed, start=1):
        if item.amount.unit == total.amount.unit:
            added += item.amount.value
            if added >= total.amount.value:
                return [list(listed[:number])] if added == total.amount.value else []
    return []


def stops(listed: Sequence[Item]) -> list[list[Item]]:
    """Where a list may end before the sentence does: before a clause that goes on about what was listed."""
    return [list(listed[:number]) for number, item in enumerate(listed) if number > 1 and GOES_ON.match(item.before)][:MOST_CUES]
