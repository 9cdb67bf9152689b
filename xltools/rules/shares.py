"""find_shares: the percentages that prose states of the amounts in it, or of the tables' figures."""

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import chain, pairwise
from typing import NamedTuple

from xltools.numerals import Number
from xltools.prose.amounts import OF_WHOLE, PER_CENT, SHARE
from xltools.prose.breakdowns import ProseBreakdown
from xltools.prose.lexicon import REQUEST
from xltools.prose.readings import family
from xltools.prose.sentences import Sentence
from xltools.prose.statements import Prose, Statement, joined

RATE = re.compile(rf"(?P<late>[期时限]内?)?(?P<what>办结|答复|办理|回复|办复|采纳)率(?:为|达|达到|均为|均达)?{PER_CENT}")
ALL_DONE = re.compile(r"(?:均|全部|都)[已予以作出依法规定按期时限内间在法及]{0,12}(?:办结|答复|办理|回复|办复|办毕)(?![^,;。]{0,8}[未结])")
IN_TIME = re.compile(r"[期时限]内?(?:办结|答复|办理|回复|办复)[^,;。:\d]{0,12}$")  # in front of an amount
OF_TOTAL = re.compile(r"\s{0,3}[,(]?\s{0,3}占[^,;。%]{0,12}"), re.compile(rf"的?{PER_CENT}")
"""Between a part and its total, and behind the total: 46件,占办结总数135件的34.1%."""
RESPECTIVELY = re.compile(rf"(?:分别{OF_WHOLE}|{OF_WHOLE}分别[为是达])(?P<shares>(?:[、,和及]?\d{{1,3}}(?:\.\d{{1,4}})?%){{2,9}})")
AHEAD = re.compile(rf"{OF_WHOLE}{PER_CENT}\s{{0,3}}[(,]\s{{0,3}}(?:[即共有计为]|合计)?$")  # in front of an amount: 占62.5%(1500条)
OF_KIND = re.compile(
    rf"[”类的申请信息答复决定件情形况]{{0,6}}(?:{OF_WHOLE}|率[为达]?到?){PER_CENT}"
)  # behind a word, without an amount: 予以公开的占58.3%
OPENS = re.compile(r"(?:^|[,;:、中])\s*(?:因[^,;:。]{2,16}原因)?$")  # in front of such a word, where all with the result are meant
NEAREST = 6  # the amounts ahead of another one in its sentence that it may be a share of
NEAR_BY = 4  # the sentences in front of and behind an amount that may give what it is a share of
REACH = 40  # the characters in front of an amount that may give its share
Numbers = Callable[[str], Sequence[Number]]
NEAR = 40  # behind a total no farther than this, an example's percentage is its share of that total


class Share(NamedTuple):
    """A percentage of a text: which part of what number, what it should be, to as many places, and if it is right, for any total meant."""

    part: Number
    total: Number
    stated: Decimal
    expected: Decimal
    holds: bool
    start: int
    end: int


class Near(NamedTuple):
    """What an amount may be a share of beside those of its sentence: amounts of `earlier` and `later` ones, the tables' `wholes`."""

    earlier: Sequence[Statement]
    later: Sequence[Statement]
    wholes: Sequence[Number]


def find_shares(prose: Prose, breakdowns: Sequence[ProseBreakdown], wholes: Sequence[Number], of_kind: Numbers) -> Iterator[Share]:
    """Yield the percentages of a text's parts, other amounts and things answered.

    `wholes` are the tables' numbers of all requests, `of_kind` gives those of the requests with a result.
    """
    told: set[int] = set()
    for breakdown in breakdowns:
        for share in _of_parts(prose.text, breakdown, wholes):
            told.add(share.end)
            yield share
    counts = [[one for one in stated if one.counts and not one.none] for stated in prose.stated]
    for number, (line, stated) in enumerate(zip(prose.lines, prose.stated, strict=True)):
        if "%" in line.text:
            near = Near([*chain(*counts[max(number - NEAR_BY, 0) : number])], [*chain(*counts[number + 1 : number + NEAR_BY])], wholes)
            yield from (share for share in _of_amounts(prose.text, stated, near) if share.end not in told)
            yield from _several(line, counts[number], near)
            yield from _rates(line, stated, near)
            yield from _of_kinds(line, [*near.earlier, *counts[number]], wholes, of_kind)


def _of_parts(text: str, breakdown: ProseBreakdown, wholes: Sequence[Number]) -> Iterator[Share]:
    """Yield the percentages behind the parts of a breakdown; where they make 100 together, the last place may differ by one."""
    shares = ((part, share) for part in breakdown.parts if (share := SHARE.match(text, part.end)))
    found = [(part, share) for part, share in shares if not (share["about"] or share["nearly"])]
    stated = [Decimal(share["share"]) for _, share in found]
    settled = len(found) == len(breakdown.parts) and sum(stated) == 100
    for (part, share), number in zip(found, stated, strict=True):
        near = breakdown.complete or part.start - breakdown.start < NEAR
        if near and breakdown.total and part.value <= breakdown.total:
            exact = Decimal(part.value) * 100 / Decimal(breakdown.total)
            nearly = abs(exact - number) < Decimal(1).scaleb(int(number.as_tuple().exponent))
            holds = number == _rounded(exact, number) or (settled and nearly)
            of_all = breakdown.received and any(_rounded(Decimal(part.value) * 100 / Decimal(whole), number) == number for whole in wholes)
            yield Share(part.value, breakdown.total, number, _rounded(exact, number), holds or of_all, part.start, share.end())


def _of_amounts(text: str, stated: Sequence[Statement], near: Near) -> Iterator[Share]:
    """Yield the percentages behind 占 of amounts that stand in no breakdown: of the amounts ahead of them, or near them."""
    between, behind = OF_TOTAL
    for one, total in pairwise(stated):
        share = behind.match(text, total.end)
        if share and between.fullmatch(text, one.end, total.amount.start) and total.value >= one.value:
            yield _share_of_best(one.value, (total.value,), Decimal(share["share"]), one.start, share.end())
    totals: list[Statement] = []
    for one in stated:
        ahead = AHEAD.search(text, max(one.amount.start - REACH, 0), one.amount.start)
        found = ahead or SHARE.match(text, one.end)
        if found is None:
            totals += [one] if one.counts and not one.none else []
        elif (ahead or (found["of"] and not found["about"] and not found["nearly"])) and (
            meant := _meant(one, totals[-NEAREST:], near, found[0])
        ):
            yield _share_of_best(one.value, meant, Decimal(found["share"]), one.start, max(one.end, found.end()))


def _meant(one: Statement, own: Sequence[Statement], near: Near, of_what: str) -> list[Number]:
    """Return the totals that an amount may be a share of, the likeliest first: of its own sentence, earlier ones, later ones, the tables."""
    ahead = [total.value for total in (*own[::-1], *near.earlier[::-1]) if _may_hold(total, one)]
    behind = [total.value for total in near.later if _may_hold(total, one)]
    wholes = near.wholes if one.objects == REQUEST or "申请" in of_what else ()
    return [*ahead, *behind, *wholes] if ahead or wholes else []


def _may_hold(total: Statement, part: Statement) -> bool:
    return family(total.amount.unit) == family(part.amount.unit) and total.value >= part.value > 0


def _several(line: Sentence, counted: Sequence[Statement], near: Near) -> Iterator[Share]:
    """Yield the percentages behind 分别占, in the order of the amounts ahead of them."""
    for found in RESPECTIVELY.finditer(line.text):
        place = line.start + found.start()
        shares = [Decimal(share) for share in re.findall(r"[\d.]+", found["shares"])]
        parts = [one for one in counted if one.end <= place][-len(shares) :]
        totals = [one for one in counted if one not in parts]
        for one, share in zip(parts, shares, strict=False):
            meant = _meant(one, totals, near, found[0]) or [sum(part.value for part in parts), *near.wholes]
            if meant and one.value and len(parts) == len(shares):
                yield _share_of_best(one.value, meant, share, one.start, line.start + found.end())


def _rates(line: Sentence, stated: Sequence[Statement], near: Near) -> Iterator[Share]:
    """Yield the rates of what was answered whose number stands ahead of them in their sentence, else in an earlier one."""
    for found in RATE.finditer(line.text):
        start, end, rate = line.start + found.start(), line.start + found.end(), Decimal(found["share"])
        counted = [one for one in stated if one.counts and not one.none and one.end <= start] or near.earlier[-NEAREST:]
        if any(one.objects == REQUEST for one in counted[-2:]) or not counted:
            answered, totals = _requests_answered(stated, near.wholes)
        else:
            answered, totals = _others_answered(counted)
        in_time = not found["late"] or any(IN_TIME.search(line.text, 0, max(one.amount.start - line.start, 0)) for one in counted)
        share = _share_of_best(answered, totals, rate, start, end) if answered and all(totals) and totals and in_time else None
        settled = (share and share.holds) or any(_share_of_best(one, near.wholes, rate, start, end).holds for one in near.wholes)
        if counted and ALL_DONE.search(line.text, 0, found.start()) and not settled:
            number = counted[-1].value  # 8件均按期办结,按期办结率100%
            share = Share(number, number, rate, Decimal(100), rate == 100, start, end)
        if share:
            yield share


def _requests_answered(stated: Sequence[Statement], wholes: Sequence[Number]) -> tuple[Number, list[Number]]:
    """Return how many requests a sentence says were answered, and of how many that may be said, the likeliest first."""
    near = [one for one in stated if one.objects == REQUEST and not (one.who or one.results)]
    values = {event: one.value for one in reversed(near) for event in one.events}
    handled = [one.value for one in near if "handle" in one.events]
    received, carried = values.get("receive", 0), values.get("carry_in", 0)
    # 办理申请62件,办结59件: what was taken up stands in front
    answered = handled[-1] if handled else received + carried - values["carry_out"] if "carry_out" in values else [*wholes, 0][0]
    return answered, [*((received + carried, received) if received else ()), *handled[:-1], *wholes]


def _others_answered(counted: Sequence[Statement]) -> tuple[Number, list[Number]]:
    """Return the same of other things: 收到留言120条,办结114条."""
    answered = next((number for number, one in reversed([*enumerate(counted)]) if one.events in (("handle",), ("adopt",))), 0)
    done = counted[answered]
    near = [one for one in counted[:answered] if (one.sentence, one.item.segment) == (done.sentence, done.item.segment)]
    # 11件协办件于5月办结,10件主办件于6月办结 are side by side
    totals = [one for one in near if _may_hold(one, done) and (one.item.before or done.item.before)][::-1]
    if not totals and near and "receive" in near[-1].events and near[-1].amount.unit == done.amount.unit:
        totals = near[-1:]  # 受理34件,办结36件
    received = [one.value for one in totals if "receive" in one.events]
    return done.value, received or [one.value for one in totals[:1]]


def _of_kinds(line: Sentence, counted: Sequence[Statement], wholes: Sequence[Number], of_kind: Numbers) -> Iterator[Share]:
    """Yield the percentages of what a word names without its number, which stands ahead of it or in the tables: 予以公开的占58.3%."""
    for number, word in enumerate(line.words):
        share = word.slot in ("result", "who") and OF_KIND.match(line.text, word.end - line.start)
        # 予以公开或部分公开占65%
        with_it = [one for one in line.words[max(number - 2, 0) : number] if one.slot == "result" and joined(line, one.end, word.start)]
        # 因不明确而无法提供的 are some of them
        if share and OPENS.search(line.between(line.start, (*with_it, word)[0].start)):
            end = line.start + share.end()
            ahead = [one for one in counted if one.end <= word.start]
            named = [one for one in ahead if word.key in one.kinds and not with_it]
            parts = [one.value for one in named[-1:]] or of_kind(word.key)
            added = [of_kind(one.key) for one in with_it]
            parts = [one + sum(numbers[0] for numbers in added) for one in parts] if all(added) else []
            totals = [one.value for one in ahead[::-1] if one not in named and one.objects == REQUEST] + [*wholes]
            readings = [(part, total) for part in parts for total in totals if total >= part > 0]
            found = [_share_of_best(part, (total,), Decimal(share["share"]), word.start, end) for part, total in readings]
            yield from [one for one in found if one.holds][:1] or found[:1]


def _share_of_best(part: Number, totals: Sequence[Number], stated: Decimal, start: int, end: int) -> Share:
    """Return a share of the total that makes it right, else of the likeliest one, which is the first."""
    expected = [_rounded(Decimal(part) * 100 / Decimal(total), stated) for total in totals]
    holds = stated in expected
    number = expected.index(stated) if holds else 0
    return Share(part, totals[number], stated, expected[number], holds, start, end)


def _rounded(number: Decimal, like: Decimal) -> Decimal:
    return number.quantize(Decimal(1).scaleb(int(like.as_tuple().exponent)), ROUND_HALF_UP)
