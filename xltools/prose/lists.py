"""find_lists: the places of a text where a total may be broken down, each with all the ways to read it."""

from collections.abc import Iterator, Sequence
from itertools import pairwise, takewhile

from xltools.prose.cued_lists import SHAPES, Around, behind_cues, find_cues, going_on_with_shares, has_more, nested_in
from xltools.prose.lexicon import CARRIED, CASES, FLOW, REQUEST, Words, of
from xltools.prose.readings import (
    MEDIA,
    MOST_TOTALS,
    WAYS,
    Reading,
    Spoken,
    adding_up,
    alike,
    by_unit,
    load_classifications,
    without_carried,
)
from xltools.prose.sentences import Sentence
from xltools.prose.statements import Prose, Statement

MOST_AMOUNTS = 120  # a sentence with more amounts is a table that was pasted as text
MOST_BACK = 5  # the sentences in front of a list that may have its total
MOST_LATER = 8  # the sentences that may go on with a list
PLAIN = frozenset("了为达有的各类共数量条个大项种两三四五六七八九十:,、 \n")  # what a total behind its parts may have beside words
OFFICIAL = CASES | {*REQUEST}  # what official classifications divide
SUMMING = ("event", "mark", "who", "period")


def find_lists(prose: Prose) -> Iterator[list[Reading]]:
    """Yield the lists of a text, each with its readings, the likeliest first."""
    sentences = []
    for line, stated in zip(prose.lines, prose.stated, strict=True):
        amounts = tuple(one for one in stated if not one.none)
        outer = tuple(one for one in amounts if not one.item.depth and not one.amount.change)
        sentences.append(Spoken(line, amounts, outer, find_cues(line, amounts) if outer else ()))
    for number, spoken in enumerate(sentences):
        if 0 < len(spoken.all) <= MOST_AMOUNTS:
            behind = pairwise(sentences[number : number + MOST_LATER])
            later = tuple(two for _, two in takewhile(lambda pair: not pair[0].line.text.strip(" ").endswith("\n"), behind))
            around = Around(spoken, _earlier(sentences, number), later)
            yield from _bracketed(spoken)
            yield from behind_cues(around)
            near = sentences[max(number - 1, 0) : number + 1]
            yield from _of_kinds(around, carried=any("carry_in" in one.events for other in near for one in other.all))
            if around.earlier and (parts := going_on_with_shares(around, spoken.outer)):  # 公开12条。甲类4份,占33%。乙类8份,占67%。
                yield [Reading(around.earlier[-1:], alike(parts, around.earlier[-1]), divided=True, ambiguous=True)]
            yield from _following(around)
            yield from _with_total_behind(around)


def _earlier(sentences: Sequence[Spoken], number: int) -> tuple[Statement, ...]:
    """Return the amounts of the last sentence but one or two that has any, in the same paragraph or in front of one that begins with 其中."""
    line, cues = sentences[number].line, sentences[number].cues
    opens = of(line.words[:1], "mark", "part", "divided")
    # 在主动公开的信息中,… goes on with the paragraph before
    goes_on = opens or (cues and SHAPES.match(line.text, cues[0] - line.start) and not line.marks(line.start, cues[0]))
    for back in range(number - 1, max(number - (3 if opens else MOST_BACK), -1), -1):
        if sentences[back].line.text.strip(" ").endswith("\n") and not (goes_on and back == number - 1):
            return ()
        # 从申请人看,自然人48件。从办理结果看,…: what a list has divided is no total of the next one
        amounts = tuple(one for one in sentences[back].outer if not one.compared and (opens or not (one.who or one.results)))
        if amounts:
            return amounts[-MOST_TOTALS:]
    return ()


def _bracketed(spoken: Spoken) -> Iterator[list[Reading]]:
    """Yield the lists in brackets right behind their total: 60件(市级20件、县级40件)."""
    for bracket in dict.fromkeys(one.item.bracket for one in spoken.all if one.item.depth):
        inside = [one for one in spoken.all if one.item.bracket == bracket and not one.amount.change]
        total = next((one for one in spoken.all if inside and one.item.depth < inside[0].item.depth and 0 <= bracket - one.end <= 1), None)
        events = {event for one in inside for event in one.events}
        if total and (CARRIED.isdisjoint(events) or events == {"receive", "carry_in"}):  # 受理62件(新收58件,上年结转4件)
            hinted = bool(of(spoken.line.within(bracket, bracket + 2), "mark", "part"))
            yield [
                Reading((total,), parts, divided=not hinted and len(parts) > 1, more=has_more(spoken, parts), mixed=mixed)
                for parts, mixed in by_unit(inside, total)
            ]


def _of_kinds(around: Around, *, carried: bool) -> Iterator[list[Reading]]:
    """Yield the lists without 其中 that name the kinds of an official classification, and the totals they may belong to."""
    spoken = around.spoken
    counted = [one for one in spoken.outer if one.kinds and OFFICIAL.intersection(one.objects)]
    nested = nested_in(spoken.outer[1:], spoken.cues)[0]  # what breaks down another amount than the first
    outer = [one for one in spoken.outer if one not in nested]
    for classification in load_classifications():
        if classification.official:
            for named in classification.named_in([one for one in counted if one not in nested]):
                listed = [one for one in outer if named[0].amount.start <= one.amount.start <= named[-1].amount.start]
                # 办结60件,其中予以公开26件、…;结转3件
                inner = nested_in(listed, [cue for cue in spoken.cues if cue > listed[0].end])[0]
                listed = [one for one in listed if one not in inner]
                ahead = [one for one in outer if one.amount.end <= listed[0].amount.start]
                of_cases = not CASES.isdisjoint(named[0].objects)
                near = ahead[-MOST_TOTALS:] or around.earlier
                totals = [one for one in near if not of_cases or (one.objects and not one.results and "handle" not in one.events)]
                balance = classification.name == "settled" and (carried or not ahead)
                more = has_more(spoken, listed)
                readings = _totals_of_kinds(totals, listed, balance)
                yield [one for reading in readings for one in without_carried(reading._replace(more=more))]


def _totals_of_kinds(totals: Sequence[Statement], listed: Sequence[Statement], tentative: bool) -> Iterator[Reading]:
    """Yield the ways to read a list of official kinds: which total, or the sum of which two, is meant."""
    for pair in pairwise(totals):
        received = "receive" in pair[0].events and "carry_in" in pair[1].events
        yield Reading(pair, alike(listed, pair[0]), divided=True, tentative=tentative or not received)
    for total in totals[::-1]:
        other = OFFICIAL.isdisjoint(total.objects) or bool(total.who)  # 网络申请40件 is no total of applicants
        yield Reading((total,), alike(listed, total), divided=True, tentative=tentative or other)
        yield from adding_up(total, alike(listed[:-1], total))


def _following(around: Around) -> Iterator[list[Reading]]:
    """Yield the amounts that follow a total and add up to it, without a word about it; in each segment, as one total may have several."""
    spoken, outer = around.spoken, around.spoken.outer
    before = around.earlier[-1:] if outer else ()
    later = [one for following in around.later[:1] for one in following.outer[:1] if MEDIA.is_named(one)]
    if any(way.may_divide(one) and all(map(way.is_named, outer)) for way in WAYS for one in before):
        # 公开130条。网站80条,微信50条。 The next sentence may go on: 通过报刊公开20条
        yield [Reading(before, alike(extent, before[0]), unsaid=True) for extent in (outer, (*outer, *later))]
    for number, total in enumerate(outer):
        rest = outer[number + 1 :]
        for segment in dict.fromkeys(one.item.segment for one in rest):
            # 收到19件,17件线上提交,2件邮寄,其中…: a list of its own begins at 其中
            cue = next((cue for cue in spoken.cues if cue > rest[0].end), spoken.line.end)
            listed = [one for one in rest if one.item.segment == segment and one.amount.start < cue]
            if len(parts := alike(listed, total)) < 2:
                continue
            gap = spoken.line.between(total.end, listed[0].amount.start).strip()
            # 20件,1件按…,18件按…: each with its number first
            first = segment == total.item.segment and gap in (",", ":") and not any(one.item.before for one in listed)
            readings = [Reading((total,), parts, divided=True)] if first else []
            readings += adding_up(total, parts)
            # 共公开130条,动态80条,其他50条
            rest_last = "rest" in listed[-1].kinds and of(spoken.line.within(total.item.clause, total.amount.start), "mark", "total")
            # 公开130条,网站80条,微信50条
            if rest_last or any(way.may_divide(total) and all(map(way.is_named, listed)) for way in WAYS):
                readings.append(Reading((total,), parts, unsaid=True))
            yield readings


def _with_total_behind(around: Around) -> Iterator[list[Reading]]:
    """Yield the lists with their total behind them: 市级12条、县级8条,共计20条; or in the next sentence."""
    outer = around.spoken.outer
    for number, total in enumerate(outer):
        words = around.spoken.line.within(total.item.clause, total.amount.start)
        if of(words, "mark", "total"):
            nested = nested_in(outer[:number], around.spoken.cues)[0] if number else []
            ahead = [one for one in outer[:number] if one not in nested]
            near = [one for one in ahead if one.item.segment == total.item.segment]
            says = _sums_up(around.spoken.line, words, total)
            bare = not of(words, "event")  # 300条、100条,共400条
            says = says and (bool(near) or total is outer[-1])  # 复议共8件,维持7件;诉讼共5件,维持3件
            listed = by_unit(near if near[1:] else ahead, total)
            readings = [Reading((total,), parts, bare, tentative=not says, mixed=mixed) for parts, mixed in listed]
            for parts, _ in by_unit(ahead or around.earlier, total):
                readings += adding_up(total, parts)
                readings += adding_up(total, parts[1:])  # 共640篇:网站340篇,微信300篇,合计640篇
            yield [reading for reading in readings if len(reading.parts) > 1]


def _sums_up(line: Sentence, words: Words, total: Statement) -> bool:
    """Return whether a total behind its parts names nothing else than they do: 全年累计公开政府信息130条."""
    if not FLOW.isdisjoint(total.events) and total.own:
        return False  # 收到45件,上年结转2件,累计办结44件
    told = all(word.slot in SUMMING or (word.slot, word.key) == ("object", "thing") for word in words)
    ends = (total.item.clause, *(end for word in words for end in (word.start, word.end)), total.amount.start)
    return told and all(PLAIN.issuperset(line.between(*gap)) for gap in zip(ends[::2], ends[1::2], strict=True))
