"""find_shares: the percentages that prose states of the amounts in it, or of the tables' figures."""

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import chain, groupby, pairwise
from typing import NamedTuple

from xltools.form.characters import HAN
from xltools.numerals import Number
from xltools.prose.amounts import OF_WHOLE, PER_CENT, SHARE
from xltools.prose.breakdowns import ProseBreakdown
from xltools.prose.lexicon import REQUEST
from xltools.prose.readings import family
from xltools.prose.sentences import CLAUSE_END, Sentence
from xltools.prose.statements import Prose, Statement, joined

RATE = re.compile(
    rf"(?P<late>[期时限]内?)?(?P<what>{HAN}{{2}})率(?:[、和及](?P<all>办结率|答复率|回复率)?(?:[^,;。\d%]{{2,8}}率)?)?(?:均?(?:为|达到?))?{PER_CENT}"
)
HANDLED = frozenset(("办结", "答复", "办理", "回复", "办复"))  # what is answered; other rates are of what their word counts
OF_DUTY = frozenset(("公开", "公示", "解读", "受理"))  # 100 % of these is of what must be, which may be less than there is
OF_SOME = re.compile("(?:网上|线上|一次性?|提前|当[日天场]|即时|到期|首次|电话)$")  # in front of a rate that is not one of all
ALL_DONE = re.compile(
    r"(?:均|全部|都)[已予以作出依法规定按期时限内间在法及书面形式]{0,12}(?:办结|答复|办理|回复|办复|办毕)(?![^,;。]{0,8}[未结])"
)
IN_TIME = re.compile(r"[期时限]内?(?:办结|答复|办理|回复|办复)[^,;。:\d]{0,12}$")  # in front of an amount
OF_TOTAL = re.compile(r"\s{0,3}[,(]?\s{0,3}占[^,;。%]{0,12}"), re.compile(rf"的?{PER_CENT}")
"""Between a part and its total, and behind the total: 46件,占办结总数135件的34.1%."""
RESPECTIVELY = re.compile(rf"(?:分别{OF_WHOLE}|{OF_WHOLE}分别[为是达])(?P<shares>(?:[、,和及]?\d{{1,3}}(?:\.\d{{1,4}})?%){{2,9}})")
AHEAD = re.compile(rf"{OF_WHOLE}{PER_CENT}\s{{0,3}}[(,]\s{{0,3}}(?:[即共有计为]|合计)?$")  # in front of an amount: 占62.5%(1500条)
# behind a word, without an amount (予以公开的占58.3%), and in front of such a word, where all are meant
OF_KIND = re.compile(rf"[”类的申请信息答复决定件情形况]{{0,6}}(?:,?{OF_WHOLE}|率[为达]?到?){PER_CENT}")
OPENS = re.compile(r"(?:^|[,;:、中]|主要[为是]|以)\s*(?:全年|本年度?|其中)?(?:因[^,;:。]{2,16}原因)?$")
NAMED = re.compile(
    rf"\s{{0,3}}[(,]?\s{{0,3}}占(?:(?P<short>{HAN}{{2,3}}?)总[数量额]|(?P<whole>{HAN}{{4,16}}?)(?:总[数量额]?|数量?)?)的?(?:比[例重])?[为达]?{PER_CENT}"
)
"""Behind an amount, a share of what is named by its own words: 占制发文件总数的75%."""
ELSEWHERE_COUNTED = re.compile("全[市区县省州旗镇]|历年|上年|去年|同期|本[市区县]")
DIVIDED = re.compile("申请(?:内容|事项|类[型别]|主体|人|渠道|方式|途径)")
NUMBER_FIRST = frozenset(("", "其中", "有", "其中有", "其余", "另有"))  # what is in front of an amount whose words are behind it
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
    of_requests: bool  # the sentence divides requests: 申请内容以征地为主


def find_shares(prose: Prose, breakdowns: Sequence[ProseBreakdown], wholes: Sequence[Number], of_kind: Numbers) -> Iterator[Share]:
    """Yield the percentages of a text's parts, other amounts and things answered.

    `wholes` are the tables' numbers of all requests, `of_kind` gives those of the requests with a result.
    """
    counts = [[one for one in stated if one.counts and not one.none] for stated in prose.stated]
    spoken = [(number, line) for number, line in enumerate(prose.lines) if "%" in line.text]
    placed = {one.amount.start: one for number, _ in spoken for one in counts[number]}
    lists = [[placed[part.start] for part in one.parts if part.start in placed] for one in breakdowns]
    runs = [run for number, _ in spoken for run in _runs(prose.text, counts[number]) if not any(set(run) <= set(parts) for parts in lists)]
    found = [share for run in runs for share in _of_run(prose.text, run)]
    for breakdown, parts in zip(breakdowns, lists, strict=True):
        near_by = (one for one in parts if breakdown.complete or one.amount.start - breakdown.start < NEAR)
        judged = [one for one in near_by if 0 <= one.value <= breakdown.total > 0]
        found += _of_parts(prose.text, judged, (breakdown.total, *(wholes if breakdown.received else ())), len(breakdown.parts))
    told: dict[int, Share] = {}
    for share in found:
        told.setdefault(share.end, share)
    yield from told.values()
    for number, line in spoken:
        earlier, later = counts[max(number - NEAR_BY, 0) : number], counts[number + 1 : number + NEAR_BY]
        near = Near([*chain(*earlier)], [*chain(*later)], wholes, bool(DIVIDED.search(line.text)))
        yield from (share for share in _of_amounts(prose.text, prose.stated[number], near) if share.end not in told)
        yield from _several(line, counts[number], near, of_kind)
        yield from _rates(line, prose.stated[number], near)
        yield from _of_kinds(line, [*near.earlier, *counts[number]], wholes, of_kind)


def _behind(text: str, one: Statement) -> re.Match[str] | None:
    """Return the exact share behind an amount; where the number comes first, behind its clause: 40件为网上申请,占69%."""
    share, ends = SHARE.match(text, one.end), CLAUSE_END.search(text, one.end)
    if not share and ends and one.item.after and one.item.before in NUMBER_FIRST:
        share = SHARE.match(text, ends.start())
        share = share if share and share["of"] else None
    return share if share and not (share["about"] or share["nearly"]) else None


def _runs(text: str, counted: Sequence[Statement]) -> Iterator[list[Statement]]:
    """Yield the amounts of a sentence that stand side by side, each with its share of them all: 甲类30件,占60%,乙类20件,占40%."""
    for alike, run in groupby(counted, lambda one: (family(one.amount.unit), one.item.depth, bool(_behind(text, one)))):
        if alike[-1] and len(found := list(run)) > 1:
            yield found


def _of_parts(text: str, parts: Sequence[Statement], totals: Sequence[Number], all: int) -> Iterator[Share]:
    """Yield the percentages behind the parts of one total; where `all` of them make 100 together, the last place may differ by one."""
    found = [(one, share) for one in parts if (share := _behind(text, one))]
    loose = len(found) == all and sum(Decimal(share["share"]) for _, share in found) == 100
    for one, share in found:
        yield _best([(one.value, total) for total in totals], Decimal(share["share"]), one.amount.start, share.end(), loose=loose)


def _of_run(text: str, run: Sequence[Statement]) -> Iterator[Share]:
    """Yield the shares of such a run that make 100 together, or all but one of which are those of its sum."""
    shares = [*_of_parts(text, run, (sum(one.value for one in run),), len(run))] if all(one.value for one in run) else []
    whole = abs(sum((one.stated for one in shares), Decimal(-100))) <= sum((_step(one.stated) for one in shares), Decimal()) / 2
    sure = len(run) > 2 or any(one.holds and _step(one.stated) < 1 for one in shares)  # 28件占48.3%, of two, is not so by chance
    if whole or (sure and sum(one.holds for one in shares) == len(run) - 1):
        yield from shares


def _of_amounts(text: str, stated: Sequence[Statement], near: Near) -> Iterator[Share]:
    """Yield the percentages behind 占 of amounts that stand in no breakdown: of the amounts ahead of them, or near them."""
    between, behind = OF_TOTAL
    for one, total in pairwise(stated):
        share = behind.match(text, total.end)
        if share and between.fullmatch(text, one.end, total.amount.start) and total.value >= one.value:
            yield _best([(one.value, total.value)], Decimal(share["share"]), one.start, share.end())
    totals: list[Statement] = []
    for one in stated:
        ahead = AHEAD.search(text, max(one.amount.start - REACH, 0), one.amount.start)
        ahead = None if ahead and ahead[0].endswith(",") and one.item.after else ahead  # 占69%,18件为信函申请
        found = ahead or _behind(text, one)
        if found is None:
            named = NAMED.match(text, one.end)
            wholes = [total.value for total in (*totals[::-1], *near.earlier[::-1]) if named and _is_named(text, total, named, one)]
            if named and wholes:
                yield _best([(one.value, wholes[0])], Decimal(named["share"]), one.start, named.end())
            totals += [one] if one.counts and not one.none else []
        elif (ahead or found["of"]) and (meant := _meant(one, totals[-NEAREST:], near, found[0])):
            yield _best(meant, Decimal(found["share"]), one.start, max(one.end, found.end()))


def _is_named(text: str, total: Statement, named: re.Match[str], part: Statement) -> bool:
    """Tell whether a total is what a share says it is of: with its first and last word, and of the same area and year."""
    words, whole = text[total.start : total.end] + total.item.after, named["whole"] or named["short"]
    elsewhere = ELSEWHERE_COUNTED.search(whole)
    return _may_hold(total, part) and whole[:2] in words and whole[-2:] in words and (not elsewhere or elsewhere[0] in words)


def _meant(one: Statement, own: Sequence[Statement], near: Near, of_what: str) -> list[tuple[Number, Number]]:
    """Return an amount with each total that it may be a share of, the likeliest first: of its sentence, earlier ones, later ones, the tables."""
    ahead = [total.value for total in (*own[::-1], *near.earlier[::-1]) if _may_hold(total, one)]
    behind = [total.value for total in near.later if _may_hold(total, one)]
    wholes = near.wholes if one.objects == REQUEST or "申请" in of_what or near.of_requests else ()
    return [(one.value, total) for total in (*ahead, *behind, *wholes)] if ahead or wholes else []


def _may_hold(total: Statement, part: Statement) -> bool:
    return family(total.amount.unit) == family(part.amount.unit) and total.value >= part.value > 0


def _several(line: Sentence, counted: Sequence[Statement], near: Near, of_kind: Numbers) -> Iterator[Share]:
    """Yield the percentages behind 分别占, in the order of the amounts ahead of them, or of the kinds that are named without any."""
    for found in RESPECTIVELY.finditer(line.text):
        place, end = line.start + found.start(), line.start + found.end()
        shares = [Decimal(share) for share in re.findall(r"[\d.]+", found["shares"])]
        parts = [one for one in counted if one.end <= place][-len(shares) :]
        totals = [one for one in counted if one not in parts]
        named = [of_kind(word.key) for word in line.within(line.clause(place)[0], place) if word.slot in ("result", "who")]
        if not any(one.end > line.clause(place)[0] for one in parts) and len(named) == len(shares) and all(named):
            for numbers, share in zip(named, shares, strict=True):
                yield _best([(numbers[0], whole) for whole in near.wholes], share, place, end)
            continue
        together = (sum(part.value for part in parts), *near.wholes)
        for one, share in zip(parts, shares, strict=True) if len(parts) == len(shares) else ():
            if one.value:
                yield _best(_meant(one, totals, near, found[0]) or [(one.value, total) for total in together], share, one.start, end)


def _rates(line: Sentence, stated: Sequence[Statement], near: Near) -> Iterator[Share]:
    """Yield the rates of what was answered whose number stands ahead of them in their sentence, else in an earlier one."""
    for found in RATE.finditer(line.text):
        start, end, rate = line.start + found.start(), line.start + found.end(), Decimal(found["share"])
        counted = [one for one in stated if one.counts and not one.none and one.end <= start]
        if found["what"] not in HANDLED:
            yield from _done(line, counted, found["what"], rate, start, end)
            continue
        if OF_SOME.search(line.text, 0, found.start()):
            continue
        counted = counted or [*near.earlier[-NEAREST:]]
        of_requests = not counted or any(one.objects == REQUEST for one in counted[-2:])
        answered, totals = _requests_answered(stated, near.wholes) if of_requests else _others_answered(counted)
        in_time = not found["late"] or found["all"] or any(IN_TIME.search(line.text, 0, one.amount.start - line.start) for one in counted)
        readings = [(answered, total) for total in totals if answered and all(totals) and in_time]
        share = _best(readings, rate, start, end) if readings else None
        settled = (share and share.holds) or any(_best([(one, all)], rate, start, end).holds for one in near.wholes for all in near.wholes)
        if counted and ALL_DONE.search(line.text, 0, found.start()) and not settled:
            number = counted[-1].value  # 8件均按期办结,按期办结率100%
            share = Share(number, number, rate, Decimal(100), rate == 100, start, end)
        if share:
            yield share


def _done(line: Sentence, counted: Sequence[Statement], what: str, rate: Decimal, start: int, end: int) -> Iterator[Share]:
    """Yield the rate of what its word counts ahead of it: 收到建议30条,采纳20条、部分采纳4条,采纳率80%."""
    ends = [line.start, *(one.end for one in counted)]
    done = [number for number, one in enumerate(counted) if what in line.between(ends[number], one.amount.start) + one.item.after]
    if not done or (what in OF_DUTY and rate == 100):
        return
    first = next(number for number in reversed(done) if number - 1 not in done or number == 1)
    parts = [sum(one.value for one in counted[number : done[-1] + 1]) for number in range(done[-1], first - 1, -1)]
    alike = [one for one in counted[: done[-1]] if family(one.amount.unit) == family(counted[done[-1]].amount.unit)]
    totals = [*(one.value for one in reversed(alike)), sum(one.value for one in alike)]
    readings = [(part, total) for part in parts for total in totals if 0 < part <= total]
    # 维持5件,维持率62.5%,纠正1件: what has a rate itself is hardly the total
    own = all(RATE.search(line.between(one.end, two.amount.start)) for one, two in pairwise(counted[: done[-1] + 1]))
    if readings and ((share := _best(readings, rate, start, end)).holds or not own):
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
    answered = next((number for number, one in reversed([*enumerate(counted)]) if one.events == ("handle",)), 0)
    done = counted[answered]
    near = [one for one in counted[:answered] if (one.sentence, one.item.segment) == (done.sentence, done.item.segment)]
    # side by side are 11件协办件于5月办结,10件主办件于6月办结, and 微信841条,办理留言267条
    published = {"publish", "issue"}
    alike = [one for one in near if "receive" in one.events or (published.isdisjoint(one.events) and done.objects in (one.objects, ()))]
    totals = [one for one in alike if _may_hold(one, done) and (one.item.before or done.item.before)][::-1]
    if len(alike) > 1 and not totals and sum(one.value for one in alike) >= done.value:
        return done.value, [sum(one.value for one in alike)]  # 承办建议15件、提案25件,办结40件
    if not totals and near and "receive" in near[-1].events and near[-1].amount.unit == done.amount.unit:
        totals = near[-1:]  # 受理34件,办结36件
    if not totals and done.events == ("handle",):
        totals = [one for one in counted[answered + 1 :] if "receive" in one.events and _may_hold(one, done)]
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
            named = [one for one in ahead if word.key in one.kinds and one.objects == REQUEST and not with_it]
            parts = [one.value for one in named[-1:]] or of_kind("organisations" if word.key == "legal_person" else word.key)
            added = [of_kind(one.key) for one in with_it]
            parts = [one + sum(numbers[0] for numbers in added) for one in parts] if all(added) else []
            totals = [one.value for one in ahead[::-1] if one not in named and one.objects == REQUEST] + [*wholes]
            readings = [(part, total) for part in parts for total in totals if total >= part > 0]
            if readings:
                yield _best(readings, Decimal(share["share"]), word.start, end)


def _best(readings: Sequence[tuple[Number, Number]], stated: Decimal, start: int, end: int, *, loose: bool = False) -> Share:
    """Return the share that is as stated, of these parts and totals, else the likeliest, the first; a `loose` one may be off by one in its last place."""
    found = []
    for part, total in readings:
        exact = Decimal(part) * 100 / Decimal(total)
        expected = exact.quantize(_step(stated), ROUND_HALF_UP)
        fits = stated == expected or (loose and abs(exact - stated) < _step(stated))
        found.append(Share(part, total, stated, expected, fits, start, end))
    return next((share for share in found if share.holds), found[0])


def _step(stated: Decimal) -> Decimal:
    """Return one of the last place that is written."""
    return Decimal(1).scaleb(int(stated.as_tuple().exponent))
