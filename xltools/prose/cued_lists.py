"""behind_cues: the lists behind 其中 and its like, with how far each may reach and which total it may break down."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise, takewhile
from typing import NamedTuple

from xltools.form.characters import HAN
from xltools.numerals import Number
from xltools.prose.amounts import SHARE
from xltools.prose.lexicon import CARRIED, CASES, REQUEST, of
from xltools.prose.readings import MOST_TOTALS, Reading, Spoken, adding_up, alike, by_unit, family, names_the_rest, without_carried
from xltools.prose.sentences import Sentence
from xltools.prose.statements import Statement

# what opens a list by its shape: 按渠道分, 在公开的信息中, 12条:
SHAPES = re.compile(
    r"按[^\W\d]{2,8}(?:分|划分)[,:为]?|从[^\W\d]{2,8}(?:看|来看)[,:]?|(?:所有|上述|全部|在|以上)[^\W\d]{0,12}[^\W\d]中(?![心央国小])[,:]?|(?<=[条件篇份个项期次则宗起场处批人元页])(?::|(?!其)[^\W\d]{0,10}中,)"
)
CONTENTS = re.compile(rf"\s*{HAN}{{2,}}[含包涵]")
CUES_AS_ONE = 6  # cues no farther apart than this many characters open one list: 其中:, 其中包括, 具体如下:
MOST_CUES = 10  # the cues of one sentence that are looked at
ROUNDED = 1  # how far rounded shares of one whole may be from 100
COVERED = 0.6  # of its total by a list that is all of it, if it is meant as all
BEHIND_CUE = 10  # the characters behind a cue that say what list it opens
ANOTHER_LIST, FEW = 0.1, 10  # what follows a complete list comes to more than this share of its total, and than so many
ACTIVITIES = {"publish": "publish", "issue": "publish", "make": "publish", "hold": "hold", "adopt": "adopt"}
"""What was done, as far as it parts lists: what was published is no part of the meetings that were held."""

OTHERS = frozenset({"handle", *ACTIVITIES})  # what was done that parts a list from what follows it


class Around(NamedTuple):
    """A sentence; the amounts ahead of it that its lists may break down, the sentences behind it that may go on with them."""

    spoken: Spoken
    earlier: tuple[Statement, ...]
    later: tuple[Spoken, ...]


def behind_cues(around: Around) -> Iterator[list[Reading]]:
    """Yield the lists behind each cue of the sentence: for each unit that a total ahead of it has, with all ways to read it."""
    cues = around.spoken.cues
    for number, cue in enumerate(cues):
        readings = [one for reading in _behind_cue(around, cue, cues[number + 1 :]) for one in without_carried(reading)]
        for unit in dict.fromkeys(reading.totals[0].amount.unit for reading in readings):
            yield [reading for reading in readings if reading.totals[0].amount.unit == unit]


def find_cues(line: Sentence, amounts: Sequence[Statement]) -> tuple[int, ...]:
    """Return where 其中 and its like stand outside brackets; neighbouring ones (其中包括) count once."""
    words = [word.start for word in of(line.words, "mark", "part", "divided")]
    # 发布信息96条,涉及动态60条,…,其他16条
    words += [word.start for word in of(line.words, "mark", "example") if line.between(word.start - 1, word.end) in (",涉及", ";涉及")]
    shapes = [line.start + found.start() for found in SHAPES.finditer(line.text)]
    opened = {one.item.bracket for one in amounts if one.item.depth}
    places: list[int] = []
    for place in sorted((*words, *shapes)):
        ahead = line.between(line.start, place)
        start = line.clause(place)[0]
        # 公开目录含指南、年报等共14条 breaks no amount down
        contents = CONTENTS.fullmatch(line.between(start, place + 1)) and not any(start <= item.amount.start < place for item in line.items)
        told = places and (place - places[-1] <= CUES_AS_ONE or contents)
        if ahead.count("(") <= ahead.count(")") and not told and place not in opened:
            places.append(place)
    return tuple(places[:MOST_CUES])


def _behind_cue(around: Around, cue: int, later: Sequence[int]) -> Iterator[Reading]:
    """Yield the ways to read the list behind 其中: how far it reaches, and which total before it is meant."""
    line, outer = around.spoken.line, around.spoken.outer
    if not (listed := [one for one in outer if one.amount.start >= cue]):
        return
    told = of(line.within(cue, min(cue + BEHIND_CUE, listed[0].amount.start)), "mark")
    marks = [mark for mark in told if line.between(mark.start - 1, mark.start) != "("]
    if marks and (marks[0].start, marks[0].key) == (cue, "example") and not names_the_rest(listed):
        return
    if ";" in line.between(cue, listed[0].amount.start) and line.between(cue, cue + 2) != "其中":
        return  # 公开信息96条,包含动态、公告等;微信公开58条
    opened = {word.key for word in marks}
    examples = "example" in opened or any(word.key == "part" and line.between(word.start, word.start + 2) != "其中" for word in marks)
    divided = "divided" in opened or line.between(cue, cue + 1) == "按"
    # 共126项,其中网办120项,占95%,即办63项,占50%
    overlap = bool(of(line.words, "mark", "overlap")) or ("%" in line.text and sum(_shares(line, listed)) > 100 + len(listed))
    totals = _totals(around, cue, listed)
    shared = going_on_with_shares(around, listed)
    units = Counter(one.amount.unit for one in listed)
    carried_in = tuple(one for one in totals if "carry_in" in one.events)[:1]
    totals = [one for one in totals if CARRIED.isdisjoint(one.events)] or totals  # 新收58件,结转4件,其中网上40件
    totals.sort(key=lambda total: units[total.amount.unit] == 0)
    seen: set[str] = set()
    for total in totals:
        settled = family(total.amount.unit) in seen
        seen.add(family(total.amount.unit))
        another = any(other.amount.unit == total.amount.unit and other.value != total.value for other in totals)
        if shared and not settled:
            yield Reading((total,), alike(shared, total), divided=True, ambiguous=True)
        for extent in _extents(listed, later, total):
            tried = list(by_unit(extent, total))
            for parts, mixed in tried:
                more = has_more(around.spoken, parts)
                yield Reading((total,), parts, divided, examples, more, settled or bool(shared), overlap or another, mixed)
                if carried_in and "receive" in total.events:  # 收到9件,上年结转1件,其中网上5件、信函5件
                    yield Reading((total, *carried_in), parts, tentative=True)
            if len(extent) > len(tried[0][0]):
                yield from adding_up(total, extent)
            several = [parts for parts, _ in tried if len(parts) > 1]
            # what covers little may go on behind a semicolon, if nothing else is told there
            little = all(sum(one.value for one in parts) < COVERED * float(total.value) for parts in several)
            told_there = (one for one in listed if one.own and one.item.segment > listed[0].item.segment)
            goes_on = little and all(ACTIVITIES.keys().isdisjoint(one.events) for one in told_there)
            settled = settled or bool(several and not goes_on)
        # the next sentence may go on with the list: 另在公示栏公开30条
        following = [one for spoken in around.later[:1] if of(spoken.line.words[:1], "mark", "goes_on") for one in spoken.outer[:2]]
        if behind := [one for one in following if "handle" not in total.events or CARRIED.isdisjoint(one.events)]:
            yield from adding_up(total, alike([*listed, *behind[:1]], total))
            yield from adding_up(total, alike([*listed, *behind], total))
        yield from _up_to(listed, total)


def _totals(around: Around, cue: int, listed: Sequence[Statement]) -> list[Statement]:
    """Return the amounts that the list behind a cue may break down, the nearest first."""
    ahead = [one for one in around.spoken.outer if one.amount.end <= cue and not one.compared]
    own = [one for one in ahead if one.item.segment == listed[0].item.segment] or ahead
    kinds = {family(one.amount.unit) for one in listed}
    if any(family(one.amount.unit) in kinds for one in own):
        return own[: -MOST_TOTALS - 1 : -1]
    return [*around.earlier[::-1]]


def _extents(listed: list[Statement], later: Sequence[int], total: Statement) -> list[list[Statement]]:
    """Return how far a list may reach, the likeliest first: without nested lists and to its semicolon or to the end; with them."""
    nested, sure = nested_in(listed, later)
    flat = [one for one in listed if one not in nested]
    end = next((number for number, one in enumerate(flat) if number and _goes_elsewhere(one, total, flat[0])), len(flat))
    flat = flat[:end]
    extents = [[one for one in flat if one.item.segment == flat[0].item.segment], flat]
    if later:
        first = [one for one in listed if one.amount.start < later[0]]
        extents += [first, first[:-1]]
    extents += [] if sure or end < len(listed) else [listed]
    return [extent for number, extent in enumerate(extents) if extent not in extents[:number]]


def _goes_elsewhere(one: Statement, total: Statement, first: Statement) -> bool:
    """Return whether a part counts another activity than the total and the first part do: …,组织在线访谈24场."""
    if total.said and total.objects == REQUEST and not CASES.isdisjoint(one.objects):
        return True  # 收到申请12件,其中网上9件、信函3件,发生行政复议1件
    if one.said and one.objects == REQUEST != total.objects and "receive" in one.events:
        return True  # 公开信息20条,其中文件8件,受理申请9件
    if one.item.segment > first.item.segment:
        # 收到25件,其中现场20件;2件结转. 新建13个专栏,其中专题2个;共发布解读25篇
        carried = "receive" in total.events and not (first.events or first.results or CARRIED.isdisjoint(one.events))
        if carried or one.item.before.startswith(("共", "累计")):
            return True
    if not one.own:
        return False
    if family(one.amount.unit) == family(total.amount.unit):
        # 收到申请12件,其中自然人9件、法人3件,办结12件
        return "handle" in one.events and bool(first.who) and not one.who and "receive" in total.events
    done = {ACTIVITIES[event] for event in one.events if event in ACTIVITIES}
    before = {ACTIVITIES[event] for event in (*total.events, *first.events) if event in ACTIVITIES}
    return bool(done) and bool(before) and done.isdisjoint(before)


def nested_in(listed: Sequence[Statement], later: Sequence[int]) -> tuple[list[Statement], bool]:
    """Return the amounts behind a later 其中 that break down one of the list, to where they add up to it or to the semicolon; and if that is sure."""
    nested: list[Statement] = []
    sure = bool(later)
    for cue in later:
        owner = next((one for one in reversed(listed) if one.amount.end <= cue), None)
        inside = [one for one in listed if one.amount.start >= cue and owner and one.item.segment == owner.item.segment]
        added = list(accumulate(one.value for one in inside))
        if owner and owner.value in added:
            inside = inside[: added.index(owner.value) + 1]
        else:
            sure = sure and bool(inside) and inside[-1].item.segment < listed[-1].item.segment
        nested += inside
    return (nested, sure) if len(nested) < len(listed) else ([], False)


def going_on_with_shares(around: Around, listed: Sequence[Statement]) -> list[Statement]:
    """Return the list with the sentences that go on with it, where its parts have shares that make 100: 甲类4份,占8%。乙类46份,占92%。"""
    found: list[Statement] = []
    shares = 0.0
    if "%" not in around.spoken.line.text:
        return found
    following = takewhile(lambda one: one.outer, around.later)
    for spoken, parts in ((around.spoken, listed), *((one, one.outer) for one in following)):
        told = _shares(spoken.line, parts)
        if not all(told):
            break
        found += parts
        shares += sum(told)
    return found if len(found) > len(listed) and abs(shares - 100) < ROUNDED else []


def _shares(line: Sentence, parts: Sequence[Statement]) -> list[float]:
    """Return the percentage behind each part, 0 where there is none."""
    told = [SHARE.match(line.between(one.end, one.end + 16)) for one in parts]
    return [float(share["share"]) if share else 0.0 for share in told]


def _up_to(listed: Sequence[Statement], total: Statement) -> Iterator[Reading]:
    """Yield the first amounts of a list that add up to the total, where some do: what follows is about something else."""
    parts: list[Statement] = []
    everything = float(sum(one.value for one in alike(listed, total)))
    added: Number = 0
    for one, following in pairwise(listed):
        if one.amount.unit == total.amount.unit:
            parts.append(one)
            added += one.value
        if added == total.value and len(parts) > 1:
            another = len(parts) > 2 and everything - float(added) > max(ANOTHER_LIST * float(total.value), FEW)
            # 其他 ends a list, and it may be divided twice: 主办10件,协办11件,建议15件,提案6件
            another = another or everything == 2 * total.value or one.item.before.startswith(("其他", "其它"))
            # 共11件,其中市级4件;区级7件,2件主办、5件会办
            divided = everything - float(added) == one.value and len(alike(listed, total)) > len(parts) + 1
            if another or divided or (following.own and not OTHERS.isdisjoint(following.events)):
                yield Reading((total,), tuple(parts), tentative=True)


def has_more(spoken: Spoken, parts: Sequence[Statement]) -> bool:
    """Tell whether 等 behind a part, or 其余 without an amount behind the last one, says that the list goes on."""
    behind = spoken.line.between(parts[-1].end, spoken.line.end) if parts else ""
    other_kinds = any(spoken.line.between(one.end, one.end + 2).lstrip("、, ").startswith("等") for one in parts)
    return other_kinds or ("其余" in behind and parts[-1] is spoken.all[-1])
