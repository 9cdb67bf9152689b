"""find_growths: how much a figure is said to have changed since last year, behind its amount or by its name alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from xltools.form.definition import Mention
from xltools.numerals import Number
from xltools.prose.claims import Claim, Speech
from xltools.prose.lexicon import Word
from xltools.prose.sentences import CLAUSE_ENDS, Item, Sentence
from xltools.prose.statements import REQUEST, Prose, happened, heads, of, of_nothing

STATED = re.compile(r"\s{0,3}(?:了|为|达|到)?\s{0,3}(\d{1,9}(?:\.\d{1,4})?)\s{0,3}(%|[件条份宗起项个])")
ANOTHER = re.compile(r"\s{0,3}[、,和及]\s{0,3}(\d{1,9}(?:\.\d{1,4})?)\s{0,3}(%|[件条份宗起项个])")
SUBJECT_OF_ITS_OWN = re.compile(r"[\u4e00-\u9fff]")
ROUGHLY = frozenset("约近")
Subject = tuple[tuple[Mention, ...], Number | None, int | None]
FILLERS = re.compile(r"数量|总量|总数|件数|申请量|分别|均|都|其中|其|数|量|与|和|相比|的")


class Growth(NamedTuple):
    """A stated change of a figure, signed, in per cent or in units, with as many places as written.

    `mentions` are what the figure may be, `value` what the text says it is this year, None where it names the figure only.
    """

    mentions: tuple[Mention, ...]
    value: Number | None
    stated: Decimal
    unit: str
    start: int
    end: int

    @property
    def percent(self) -> bool:
        """Whether the change is stated in per cent."""
        return self.unit == "%"


def find_growths(prose: Prose, claims: Sequence[Claim], speech: Speech, year: int | None) -> Iterator[Growth]:
    """Yield the changes since last year that a text states of what its claims are of, or of what the mentions name."""
    by_end = {claim.end: claim for claim in claims}
    for line in prose.lines:
        for word in line.words:
            if word.slot == "change":
                yield from _growths(line, word, by_end, speech, year)


def _growths(line: Sentence, word: Word, by_end: dict[int, Claim], speech: Speech, year: int | None) -> Iterator[Growth]:
    """Yield the changes that stand behind 增长 or 减少, each with what it is of."""
    text, base = line.text, line.start
    ahead = [item for item in line.items if item.amount.end <= word.start and not item.amount.change]
    gap = line.between(ahead[-1].amount.end if ahead else base, word.end)
    stated = list(_stated(text, word.end - base, several="分别" in gap))
    if (
        not stated
        or line.between(word.start - 1, word.start) in ROUGHLY
        or not _is_of_last_year(line, ahead[-1].amount.end if ahead else line.start, word, year)
    ):
        return
    subjects = _named(line, word, speech)
    if subjects is None:
        claimed = [by_end.get(item.amount.end) for item in _counted(line, ahead, word)[-len(stated) :]]
        subjects = [(claim.mentions, claim.value, claim.start) if claim else ((), None, None) for claim in claimed]
    for (mentioned, value, start), found in zip(subjects, stated, strict=False):
        if mentioned and len(subjects) == len(stated):
            change = Decimal(found[1])
            yield Growth(
                mentioned,
                value,
                -change if word.key == "down" else change,
                found[2],
                word.start if start is None else start,
                base + found.end(),
            )


def _stated(text: str, position: int, *, several: bool) -> Iterator[re.Match[str]]:
    """Yield the numbers behind a word of change: one, or of 分别 all that are joined."""
    found = STATED.match(text, position)
    while found:
        yield found
        found = ANOTHER.match(text, found.end()) if several else None


def _is_of_last_year(line: Sentence, start: int, word: Word, year: int | None) -> bool:
    """Whether the words in front of a change compare with last year."""
    words = line.within(start, word.start)
    return bool(of(words, "period", "compare", "last")) or any(
        year is not None and int(other.key) == year - 1 for other in of(words, "year")
    )


def _counted(line: Sentence, ahead: Sequence[Item], word: Word) -> list[Item]:
    """Return the amounts ahead of a change that it may be of, without those in brackets that closed before it."""
    depth = line.between(line.start, word.start).count("(") - line.between(line.start, word.start).count(")")
    return [item for item in ahead if item.depth <= depth] if depth <= 0 else list(ahead[-1:])


def _named(line: Sentence, word: Word, speech: Speech) -> list[Subject] | None:
    """Return what the clause of a change names as its subject; None where it names nothing, so that the amounts ahead are meant."""
    marks = [mark for mark in line.marks(line.start, word.start) if line.mark(mark) in CLAUSE_ENDS]
    start = max([marks[-1] + 1 if marks else line.start, *(item.amount.end for item in line.items if item.amount.end <= word.start)])
    words = line.within(start, word.start)
    compared = next(
        (other.start for other in words if other.slot == "year" or (other.slot == "period" and other.key != "this")), word.start
    )
    subject = [other for other in words if other.end <= compared]
    objects = heads(line, of(subject, "object"))
    if objects:
        events = happened(subject) or (("receive",) if objects == REQUEST else ())
        named = speech.meant(of_nothing(events, objects))
        return [(named, None, start)]
    rest = FILLERS.sub("", line.between(start, compared).strip("较比同与 "))
    return [] if SUBJECT_OF_ITS_OWN.search(rest) else None
