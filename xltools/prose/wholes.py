"""parts_of_wholes: what the statements of a sentence say of each other: what each counts, and of which part of a whole."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from xltools.prose.lexicon import AREA, CASES, DECISIONS, DOCUMENTS, FLOW, GOVERNED, REQUEST
from xltools.prose.statements import Statement

APPLICANTS = frozenset({"natural_person", "legal_person", "business", "research", "public_welfare", "legal_service", "organisations"})
FAMILIES = {**dict.fromkeys(APPLICANTS, "applicant"), **dict.fromkeys(("online", "offline", "site", "media"), "channel")}
"""Parts of a whole that stand side by side: an applicant beside applicants, a channel beside channels."""


def split_objects(stated: list[Statement]) -> list[Statement]:
    """Return the statements of a sentence, each of what it counts: for several things of which there were none one each."""
    if any(len(one.objects) > 1 or not GOVERNED.isdisjoint(one.objects) for one in stated):
        return [part for one in _of_one_life(_with_objects_behind(stated)) for part in _each(one)]
    return stated


def _each(one: Statement) -> Iterator[Statement]:
    """Yield a statement; 行政复议、行政诉讼0件 says it of each."""
    if one.value or len(one.objects) < 2:
        yield one
    else:
        for key in one.objects:
            yield one._replace(objects=(key,), events=one.events or (("receive",) if key == "request" else ()))


def _with_objects_behind(stated: Iterable[Statement]) -> list[Statement]:
    """Return the statements of a sentence; what an amount counts may be said behind the next one: 废止1件、失效5件规范性文件."""
    found = list(stated)
    for number, (one, following) in reversed(list(enumerate(pairwise(found)))):
        behind = following.item.after and not following.inner
        if not one.objects and one.events == following.events and behind and GOVERNED.issuperset(following.objects):
            found[number] = one._replace(objects=following.objects)
    return found


def _of_one_life(stated: Sequence[Statement]) -> Sequence[Statement]:
    """Return the statements of a sentence; beside what was repealed, what was published is what was made: 公开规范性文件5件,废止3件."""
    if not any("repeal" in one.events and not one.inner for one in stated):
        return stated
    made = [one for one in stated if one.events == ("publish",) and one.said and not one.inner and DOCUMENTS.issuperset(one.objects)]
    return [one._replace(events=("make",)) if one in made else one for one in stated]


def parts_of_wholes(stated: Sequence[Statement], before: Sequence[Statement]) -> Iterator[Statement]:
    """Yield the statements of a sentence, each with the part of the whole that it is of beside the others and those `before`."""
    said = Counter((one.events, one.objects, one.results) for one in (*before, *stated) if not one.none)
    families = Counter(family for one in stated for family in {FAMILIES.get(part.rstrip("?")) for part in one.who})
    offices = {(one.events, one.objects) for one in stated if "office" in one.who}
    areas = {(one.events, one.objects) for one in stated if AREA in one.kinds}
    # 行政复议25件,其中涉及政府信息公开6件; but not 收到申请32件,发生复议2件(其中…)
    of_disclosure = (number for number, one in enumerate(stated) if one.inner and (one.objects == REQUEST or "disclosure" in one.kinds))
    divided = next(of_disclosure, 0)
    divided = 0 if any(one.objects == REQUEST and not one.inner for one in stated[:divided]) else divided
    # 受理线上申请65件,办结62件,受理线下申请9件
    received = [one for one in stated if "receive" in one.events and one.objects == REQUEST and not one.inner]
    in_parts = len(received) > 1 and all(one.who for one in received)
    for number, one in enumerate(stated):
        parts = {key for key in one.who if not key.endswith("?")}
        # 共受理19件,邮箱受理2件
        beside = any((other.events, other.objects, other.who) == (one.events, one.objects, frozenset()) for other in stated[:number])
        parts |= {key[:-1] for key in one.who - parts if beside or families[FAMILIES[key[:-1]]] > 1}
        again = said[one.events, one.objects, one.results] > 1
        # 办结59件,其中本年新收56件
        if one.inner and (again or ("receive" in one.events and any("handle" in other.events and not other.inner for other in stated))):
            parts.add("part")
        if in_parts and one not in received and not (FLOW.isdisjoint(one.events) or "carry_in" in one.events):
            parts.add("part")
        # 政府新收2件,部门新收4件: what stands beside an office's count is another office's
        beside = (one.events, one.objects) in offices or (not (one.office or one.results) and (one.events, one.objects) in areas)
        if beside and not one.none and "whole" not in parts:
            parts.add("office")
        if number < divided and not (one.inner or CASES.isdisjoint(one.objects) or "disclosure" in one.kinds):
            parts.add("others")
        parts.discard("whole")
        if not DECISIONS.isdisjoint(one.objects) and number and not one.inner and set(stated[number - 1].objects) <= {"other"}:
            parts.add("part")  # 检查企业120家,作出行政处罚12件
        yield one if parts == one.who else one._replace(who=frozenset(parts))
