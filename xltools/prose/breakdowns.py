"""find_breakdowns: totals and their parts in prose, judged by how they are written.

A list is a breakdown of a total where it adds up to it, or where its wording says that it is all of it. 其中 with a few
examples is none. Thresholds were set on labelled prose of published reports; benchmarks/prose.py measures them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from xltools.numerals import Number
from xltools.prose.amounts import Amount, plain
from xltools.prose.sentences import Item, Sentence, split_sentences

CUE = re.compile(r"其中|分别(?:为|是)|包括|办理(?:结果|情况)(?:如下)?:|类别有|按[一-龥]{2,8}分")
EXAMPLES = re.compile(r"^(?:其中)?[,:]?(?:主要|重点)?(?:包括|包含|涉及|如|有)")
NESTED_EXAMPLES = re.compile(r"等\s*$")
CATCH_ALL = re.compile(r"其他|其它|其余")
TOTAL_BEHIND = re.compile(r"(?:共计|合计|总计|累计|总数|共|总共)[一-龥]{0,14}$")
GOES_ON = re.compile(r"已|均|全部|上述|以上|另|同时|还|并|此外|共")
CARRIED = re.compile(r"上年|上一年|去年|结转|转结|顺延|另有")

ANSWERS = tuple(
    map(
        re.compile,
        (
            r"(?<!不)(?<!部分)(?:予以|同意|全部)公开|^公开$",
            r"部分(?:予以)?公开",
            r"不予公开|不公开",
            r"无法提供|不掌握|不存在",
            r"不予处理|不予受理|重复申请|信访",
            r"其他处理|其它处理|其他原因",
            r"结转|转结|转下|转到|转至|顺延",
            r"逾期|不再处理|撤回|撤销",
        ),
    )
)
APPLICANTS = tuple(map(re.compile, (r"自然人|公民|个人", r"法人|其他组织|企业")))
SETTLED = tuple(map(re.compile, (r"办结|办理|答复|回复", r"结转|转结|转下|转到|转至|顺延")))
OUTCOMES = tuple(map(re.compile, (r"维持", r"纠正", r"其他结果", r"审结|审理")))
CLASSIFICATIONS = ((ANSWERS, 3), (APPLICANTS, 2), (SETTLED, 2), (OUTCOMES, 3))
"""What the official tables divide requests and proceedings into; a list that names so many kinds is meant to be whole."""

COUNT_UNITS = frozenset("条件篇份个项则宗起")
"""Units that one list may mix and still be whole: 18条、2件."""

ENOUGH = {1: 2.0, 2: 0.85, 3: 0.75, 4: 0.65}
"""How much of a total that many parts behind 其中 must cover to be meant as all of it; more parts, `MANY_ENOUGH`."""
MANY_ENOUGH = 0.5
ENOUGH_WITH_KINDS = 0.3
"""The same for a list that names the kinds of an official classification, or ends in 其他."""
OTHER_CALIBRE = 3
"""Parts that sum to more times the total than this count something else than the total does."""


@dataclass(frozen=True, slots=True)
class ProseBreakdown:
    """A total and its parts as written: `start` and `end` are where the wording stands in the text.

    `complete` tells whether the list is meant to be all of the total; where it is not, it names examples.
    """

    total: Number
    unit: str
    parts: tuple[Amount, ...]
    start: int
    end: int
    complete: bool

    @property
    def sum(self) -> Number:
        """The sum of the parts."""
        return sum(part.value for part in self.parts)

    @property
    def holds(self) -> bool:
        """Whether the parts add up to the total."""
        return self.sum == self.total


def find_breakdowns(text: str) -> list[ProseBreakdown]:
    """The breakdowns in a text, in order: those that add up, those that are meant to and do not, and lists of examples."""
    sentences = split_sentences(plain(text))
    found: list[ProseBreakdown] = []
    for number, sentence in enumerate(sentences):
        before = sentences[number - 1] if number else None
        after = sentences[number + 1] if number + 1 < len(sentences) else None
        for candidates in _lists(sentence, before, after):
            best = _best(candidates)
            if best:
                found.append(best)
    return _distinct(found)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to read a list: these items as the parts of these totals. `whole` tells that its wording claims to be complete."""

    totals: tuple[Item, ...]
    parts: tuple[Item, ...]
    whole: bool
    examples: bool = False
    only_if_equal: bool = False

    @property
    def total(self) -> Number:
        """What the parts should add up to."""
        return sum(item.amount.value for item in self.totals)

    @property
    def sum(self) -> Number:
        """The sum of the parts."""
        return sum(item.amount.value for item in self.parts)

    @property
    def distance(self) -> float:
        """How far the sum is from the total, as a share of the total."""
        return abs(float(self.sum - self.total)) / max(float(self.total), 1.0)


def _best(candidates: Iterable[Candidate]) -> ProseBreakdown | None:
    """The reading that adds up, else the one that comes nearest to it, with whether it is meant to be complete."""
    usable = [c for c in candidates if c.parts and c.totals and all(item.amount.exact for item in c.totals)]
    for candidate in usable:
        if candidate.sum == candidate.total and all(item.amount.exact for item in candidate.parts):
            return _breakdown(candidate, complete=True)
    unequal = [candidate for candidate in usable if not candidate.only_if_equal]
    if not unequal:
        return None
    nearest = min(unequal, key=lambda candidate: candidate.distance)
    return _breakdown(nearest, complete=_is_meant_complete(nearest))


def _is_meant_complete(candidate: Candidate) -> bool:
    if not all(item.amount.exact for item in candidate.parts) or len(candidate.parts) < 2:
        return False
    share = float(candidate.sum) / max(float(candidate.total), 1.0)
    if share > OTHER_CALIBRE:
        return False
    if share > 1:
        return True
    if candidate.examples:
        return False
    if candidate.whole:
        return share >= ENOUGH_WITH_KINDS
    return share >= ENOUGH.get(len(candidate.parts), MANY_ENOUGH)


def _breakdown(candidate: Candidate, complete: bool) -> ProseBreakdown:
    items = (*candidate.totals, *candidate.parts)
    return ProseBreakdown(
        total=candidate.total,
        unit=candidate.totals[0].amount.unit,
        parts=tuple(item.amount for item in candidate.parts),
        start=min(item.amount.start for item in items),
        end=max(item.amount.end for item in items),
        complete=complete,
    )


def _distinct(found: Sequence[ProseBreakdown]) -> list[ProseBreakdown]:
    """Each breakdown once; a list that adds up to one total says nothing more about another one."""
    held = {part for breakdown in found if breakdown.holds for part in breakdown.parts}
    kept: dict[tuple[object, ...], ProseBreakdown] = {}
    for breakdown in found:
        if breakdown.holds or not held.issuperset(breakdown.parts):
            kept.setdefault((breakdown.total, breakdown.parts), breakdown)
    return sorted(kept.values(), key=lambda breakdown: breakdown.start)


# ----------------------------------------------------------------------------------------------- where lists may stand


def _lists(sentence: Sentence, before: Sentence | None, after: Sentence | None) -> Iterator[list[Candidate]]:
    """The lists of a sentence, each with all ways to read it."""
    yield from _bracketed(sentence)
    cues = _cues(sentence)
    for number, cue in enumerate(cues):
        readings = list(_behind_cue(sentence, before, after, cue, cues[number + 1 :]))
        for unit in dict.fromkeys(reading.totals[0].amount.unit for reading in readings):
            yield [reading for reading in readings if reading.totals[0].amount.unit == unit]
    yield from _classified(sentence, before)
    yield from _following(sentence)
    yield from _total_behind(sentence)


def _cues(sentence: Sentence) -> list[int]:
    """Where 其中 and its like stand outside brackets; neighbouring ones (其中包括) count once."""
    places: list[int] = []
    depth = 0
    opened = {item.bracket for item in sentence.items if item.depth}
    for found in CUE.finditer(sentence.text):
        place = sentence.start + found.start()
        depth = sentence.text[: found.start()].count("(") - sentence.text[: found.start()].count(")")
        if depth <= 0 and not (places and place - places[-1] <= 4) and place not in opened:
            places.append(place)
    return places


def _bracketed(sentence: Sentence) -> Iterator[list[Candidate]]:
    """Lists in brackets right behind their total: 3607件(市政府349件、县477件)."""
    brackets = dict.fromkeys(item.bracket for item in sentence.items if item.depth)
    for bracket in brackets:
        inside = tuple(item for item in sentence.items if item.bracket == bracket)
        totals = [item for item in sentence.items if item.depth < inside[0].depth and 0 <= bracket - item.amount.end <= 1]
        wording = sentence.between(bracket + 1, inside[-1].amount.end)
        if totals and not CARRIED.search(wording):
            hinted = wording.startswith(("含", "其中", "包括"))
            parts = _same_unit(inside, totals[0])
            yield [Candidate((totals[0],), parts, whole=not hinted and len(parts) > 1)]


def _behind_cue(sentence: Sentence, before: Sentence | None, after: Sentence | None, cue: int, later: Sequence[int]) -> Iterator[Candidate]:
    """The ways to read the list behind 其中: how far it reaches, and which total before it is meant."""
    ahead = [item for item in sentence.outer if item.amount.end <= cue and not item.amount.change]
    listed = [item for item in sentence.outer if item.amount.start >= cue and not item.amount.change]
    if not listed:
        return
    examples = bool(EXAMPLES.match(sentence.between(cue, cue + 8)))
    own = [item for item in ahead if item.segment == listed[0].segment] or ahead
    totals = own[::-1] or [item for item in (before.outer[::-1] if before else ()) if not item.amount.change]
    reaches = list(_reaches(listed, later))
    if after and after.outer:
        reaches.append([*listed, after.outer[0]])
    seen: set[str] = set()
    for total in totals:
        farther = total.amount.unit in seen
        seen.add(total.amount.unit)
        for reach in reaches:
            spare = farther or (after is not None and reach[-1] in after.outer)
            for parts in _readings(reach, total):
                yield Candidate((total,), parts, whole=_names_kinds(parts), examples=examples, only_if_equal=spare)
        for end in _stops(listed):
            yield Candidate((total,), _same_unit(listed[:end], total), whole=False, only_if_equal=True)


def _stops(listed: Sequence[Item]) -> Iterator[int]:
    """Where a list may end before the sentence does: before a clause that goes on about what was listed."""
    return (number for number, item in enumerate(listed) if number > 1 and GOES_ON.match(item.before))


def _reaches(listed: list[Item], later: Sequence[int]) -> Iterator[list[Item]]:
    """How far a list may reach: to its semicolon, to the end less nested lists, to the end."""
    yield [item for item in listed if item.segment == listed[0].segment and not _is_nested(item, listed, later)]
    yield [item for item in listed if not _is_nested(item, listed, later)]
    if later:
        yield [item for item in listed if item.amount.start < later[0]]
        yield [item for item in listed if item.amount.start < later[0]][:-1]
    yield listed


def _is_nested(item: Item, listed: Sequence[Item], later: Sequence[int]) -> bool:
    """Whether an amount stands behind a later 其中 of its own segment, and so breaks down one of the list."""
    for cue in later:
        owner = [other for other in listed if other.amount.end <= cue]
        if owner and owner[-1].segment == item.segment and item.amount.start >= cue:
            return True
    return False


def _readings(items: Sequence[Item], total: Item) -> Iterator[tuple[Item, ...]]:
    """The parts with the total's unit; and those with any unit of countable things, where a list mixes them."""
    same = _same_unit(items, total)
    yield same
    mixed = tuple(item for item in items if _family(item) == _family(total))
    if len(mixed) > len(same):
        yield mixed


def _same_unit(items: Sequence[Item], total: Item) -> tuple[Item, ...]:
    return tuple(item for item in items if item.amount.unit == total.amount.unit)


def _family(item: Item) -> str:
    unit = item.amount.unit
    return "count" if unit[0] in COUNT_UNITS and "次" not in unit else unit


def _names_kinds(parts: Sequence[Item]) -> bool:
    """Whether a list names the kinds of an official classification, or ends in all others."""
    if parts and CATCH_ALL.search(parts[-1].words) and len(parts) > 2:
        return True
    return any(_kinds(parts, kinds) >= enough for kinds, enough in CLASSIFICATIONS)


def _kinds(parts: Sequence[Item], kinds: Sequence[re.Pattern[str]]) -> int:
    return sum(any(kind.search(item.words) for item in parts) for kind in kinds)


def _classified(sentence: Sentence, before: Sentence | None) -> Iterator[list[Candidate]]:
    """Lists without 其中 that name the kinds of an official classification, and the totals they may belong to."""
    for kinds, enough in CLASSIFICATIONS:
        for named in _naming(sentence, kinds, enough):
            yield list(_of_kinds(sentence, before, named))


def _naming(sentence: Sentence, kinds: Sequence[re.Pattern[str]], enough: int) -> Iterator[list[Item]]:
    """The amounts that name enough kinds: within one segment, else in the whole sentence."""
    named = [item for item in sentence.outer if not item.amount.change and any(kind.search(item.words) for kind in kinds)]
    segments = [[item for item in named if item.segment == number] for number in dict.fromkeys(item.segment for item in named)]
    whole = [segment for segment in segments if len(segment) > 1 and _kinds(segment, kinds) >= enough]
    yield from whole or ([named] if len(named) > 1 and _kinds(named, kinds) >= enough else [])


def _of_kinds(sentence: Sentence, before: Sentence | None, named: Sequence[Item]) -> Iterator[Candidate]:
    """The ways to read a list of official kinds: which total ahead of it, or the sum of which two, is meant."""
    listed = [item for item in sentence.outer if named[0].amount.start <= item.amount.start <= named[-1].amount.start]
    ahead = [item for item in sentence.outer if item.amount.end <= listed[0].amount.start]
    totals = ahead or [item for item in (before.outer if before else ()) if not item.amount.change]
    for total in totals:
        yield Candidate((total,), _same_unit(listed, total), whole=True)
        yield Candidate((total,), _same_unit(listed[:-1], total), whole=True, only_if_equal=True)
    for pair in pairwise(totals):
        yield Candidate(pair, _same_unit(listed, pair[0]), whole=True, only_if_equal=True)


def _following(sentence: Sentence) -> Iterator[list[Candidate]]:
    """Amounts that follow a total and add up to it, without a word about it; in each segment, so that one total may have several."""
    outer = sentence.outer
    for number, total in enumerate(outer):
        rest = [item for item in outer[number + 1 :] if not item.amount.change]
        for segment in dict.fromkeys(item.segment for item in rest):
            listed = [item for item in rest if item.segment == segment]
            number_first = segment == total.segment and _number_first(sentence, total, listed)
            readings = [Candidate((total,), _same_unit(listed, total), whole=number_first, only_if_equal=not number_first)]
            for end in _stops(listed):
                readings.append(Candidate((total,), _same_unit(listed[:end], total), whole=False, only_if_equal=True))
            yield [reading for reading in readings if len(reading.parts) > 1]


def _number_first(sentence: Sentence, total: Item, listed: Sequence[Item]) -> bool:
    """Whether the parts follow right behind their total, each with its number first: 20件,1件按…,18件按…."""
    return (
        bool(listed)
        and sentence.between(total.amount.end, listed[0].amount.start).strip() in (",", ":")
        and all(not item.before for item in listed)
    )


def _total_behind(sentence: Sentence) -> Iterator[list[Candidate]]:
    """Lists with their total behind them: 市级12条、县级8条,共计20条."""
    outer = sentence.outer
    for number, total in enumerate(outer):
        listed = [item for item in outer[:number] if item.segment == total.segment and not item.amount.change]
        if len(listed) > 1 and TOTAL_BEHIND.search(total.before):
            yield [Candidate((total,), parts, whole=False) for parts in _readings(listed, total) if len(parts) > 1]
