"""find_growths: changes since last year that prose states of the tables' figures, and what they are of."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from xltools.form.characters import HAN
from xltools.form.definition import Mention
from xltools.numerals import Number
from xltools.prose.claims import Claim, Speech
from xltools.prose.lexicon import REQUEST, WHOLES, Word, of
from xltools.prose.sentences import Item, Sentence
from xltools.prose.statements import Prose, happened, heads, of_nothing
from xltools.report.filled import Report

NUMBER = (
    r"\s{0,3}(?P<number>\d{1,9}(?:\.\d{1,4})?|一(?=[倍番]))\s{0,3}(?P<unit>%|倍(?![多余]|以上)|番|万元|元|[件条份宗起项例]|个(?!百分点))"
)
STATED = re.compile(rf"\s{{0,3}}率?(?:了|达|为(?=[\s\d.]{{1,12}}%))?{NUMBER}")  # but not 增加到58件, 减少为29件
ANOTHER = re.compile(rf"\s{{0,3}}[、,和及]\s{{0,3}}(?P<word>增长|上升|增加|下降|减少)?{NUMBER}")
ROUGHLY = frozenset("约近")
LAST_YEARS = r"(?:去年|上年度?|上一年度?|{year}年度?)(?:同期)?"
OF_LAST_YEAR = LAST_YEARS + r"(?:为|是|的|共|收到|受理|新收|申请|[(:])*$"  # in front of last year's number, with its year for {year}
RATIO = rf"(?:是|为|达|相当于){LAST_YEARS}的\s{{{{0,3}}}}(?P<number>\d{{{{1,4}}}}(?:\.\d{{{{1,2}}}})?)倍(?![多余])"
Subjects = tuple[tuple[tuple[Mention, ...], Number | None, int | None], ...]
FILLERS = re.compile(r"数量|总量|总数|件数|申请量|分别|均|都|其中|其|数|量|与|和|相比|的")


class Growth(NamedTuple):
    """A stated change, signed, in per cent, times or units, as written; what the figure may be, what the text says it is now, and was `before`, if it does.

    `ratio`: the number is how many times as much as last year's it is.
    """

    mentions: tuple[Mention, ...]
    value: Number | None
    stated: Decimal
    unit: str
    start: int
    end: int
    before: Number | None = None
    ratio: bool = False


def find_growths(prose: Prose, claims: Sequence[Claim], speech: Speech, year: int | None) -> Iterator[Growth]:
    """Yield the changes since last year that a text states of what its claims are of, or of what the mentions name."""
    by_end = {claim.statement.end: claim for claim in claims}
    elsewhen = {one.end for one in prose.statements if one.elsewhen}
    last_years = re.compile(OF_LAST_YEAR.format(year=(year or 1) - 1))
    ratio = re.compile(RATIO.format(year=(year or 1) - 1))
    for spoken in prose.lines:
        before = [item for item in spoken.items if item.amount.exact and last_years.search(spoken.between(spoken.start, item.amount.start))]
        # 收到58件,2023年29件,增长100%: last year's number is not what has grown
        line = replace(spoken, items=tuple(item for item in spoken.items if item.amount.end not in elsewhen)) if elsewhen else spoken
        told, subjects = line.start, Subjects()
        for word in of(line.words, "change"):
            known = _beside(spoken, before, word.start)
            if word.start >= told and (stated := _stated(line, word, speech, year, known)):
                told = stated[-1][2]
                named = _named(line, word, speech, year)
                subjects = _subjects(line, word.start, len(stated), by_end, subjects) if named is None else named
                for (mentions, value, start), (change, unit, end) in zip(subjects, stated, strict=False):
                    if mentions and len(subjects) == len(stated):
                        yield Growth(mentions, value, change, unit, word.start if start is None else start, end, known)
        for found in ratio.finditer(line.text) if "倍" in line.text else ():
            place = line.start + found.start()
            for mentions, value, start in _subjects(line, place, 1, by_end, ()):
                if mentions and start is not None:
                    number, end = Decimal(found["number"]), line.start + found.end()
                    yield Growth(mentions, value, number, "倍", start, end, _beside(spoken, before, place), ratio=True)


def _beside(line: Sentence, before: Sequence[Item], place: int) -> Number | None:
    """Return last year's number where it and what it is compared with are the last amounts in front of a place."""
    near = [item for item in line.items if item.amount.end <= place][-2:]
    if len(before) != 1 or len(near) != 2 or before[0] not in near:
        return None
    # 2023年收到29件,2024年收到58件, but not 上年为29件,办结59件
    told = near[1] is before[0] or any(word.slot in ("year", "period") for word in line.within(near[0].amount.end, near[1].amount.start))
    return before[0].amount.value if told else None


def _subjects(line: Sentence, place: int, count: int, by_end: Mapping[int, Claim], before: Subjects) -> Subjects:
    """Return what so many changes are of whose clause names nothing: the amounts ahead, else what those `before` are of."""
    ahead = _ahead(line, place)
    if not ahead:
        return before
    # without the amounts in brackets that closed before it
    depth = line.between(line.start, place).count("(") - line.between(line.start, place).count(")")
    counted = [item for item in ahead if item.depth <= depth] if depth <= 0 else ahead[-1:]
    claimed = [by_end.get(item.amount.end) for item in counted[-count:]]
    return tuple((one.mentions, one.statement.value, one.statement.start) if one else ((), None, None) for one in claimed)


def _ahead(line: Sentence, place: int) -> list[Item]:
    return [item for item in line.items if item.amount.end <= place and not item.amount.change]


def _stated(line: Sentence, word: Word, speech: Speech, year: int | None, known: Number | None) -> list[tuple[Decimal, str, int]]:
    """Return the changes since last year behind a word of change, signed, each with its unit and end: one, or of 分别 all that are joined."""
    ahead = _ahead(line, word.start)
    after = ahead[-1].amount.end if ahead else line.start
    words = line.within(after, word.start)
    last_year = of(words, "period", "compare", "last") or of(words, "year", str((year or 0) - 1)) or (known and not of(words, "year"))
    if not last_year or line.between(word.start - 1, word.start) in ROUGHLY:
        return []
    stated = []
    found, key = STATED.match(line.text, word.end - line.start), word.key
    while found:
        number = Decimal(found["number"].replace("一", "1"))
        stated.append((-number if key == "down" else number, found["unit"], line.start + found.end()))
        found = ANOTHER.match(line.text, found.end()) if "分别" in line.between(after, word.end) else None
        key = speech.lexicon.meanings[found["word"]].key if found and found["word"] else key
    return stated


def _named(line: Sentence, word: Word, speech: Speech, year: int | None) -> Subjects | None:
    """Return what the clause of a change names as its subject; None where it names nothing, so that the amounts ahead are meant."""
    start = max([line.clause(word.start)[0], *(item.amount.end for item in line.items if item.amount.end <= word.start)])
    words = line.within(start, word.start)
    periods = (other.start for other in words if other.slot in ("year", "period") and other.key not in ("this", str(year)))
    compared = next(periods, word.start)
    subject = [other for other in words if other.end <= compared]
    objects = heads(line, of(subject, "object"))
    if objects:
        events = happened(subject) or (("receive",) if objects == REQUEST else ())
        of_part = any(other.key not in WHOLES for other in of(subject, "who"))  # 其中网上申请上升30%
        return (((() if of_part else speech.meant(of_nothing(events, objects))), None, start),)
    rest = FILLERS.sub("", line.between(start, compared).strip("较比同与 "))
    return () if re.search(HAN, rest) else None


TIMES = {"%": 100, "倍": 1, "番": 1}  # how many of a unit are as much as last year's number; 翻一番, no more, is known by the last


def expected_changes(growth: Growth, this: Report, last: Report) -> Iterator[Decimal]:
    """Yield the growth over last year's figures, signed, rounded as it is written: for each quantity that may be meant."""
    for ids in dict.fromkeys(ids for mention in growth.mentions for ids in mention.means):
        known = all(last.is_known(id) for id in ids) and (growth.value is not None or all(this.is_known(id) for id in ids))
        before = sum(last.numbers[id] for id in ids) if known else 0
        if before:
            yield change_since(before, sum(this.numbers[id] for id in ids) if growth.value is None else growth.value, growth)


def change_since(before: Number, now: Number, growth: Growth) -> Decimal:
    """Return the growth from one number to another in the unit of a stated one, rounded as that is written."""
    change = Decimal(now) - (0 if growth.ratio else Decimal(before))
    if growth.unit in TIMES:
        change = change * TIMES[growth.unit] / Decimal(before)
    return change.quantize(Decimal(1).scaleb(int(growth.stated.as_tuple().exponent)), ROUND_HALF_UP)
