"""find_scopes: what a sentence says there was none of: 未收到申请, 无行政复议、行政诉讼, 行政复议均未发生."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from xltools.prose.lexicon import Word
from xltools.prose.sentences import Line
from xltools.prose.statements import CASES, DECISIONS, DOCUMENTS

HAPPENS = frozenset({"receive", "occur", "involve"})
"""What may happen to a request or a case of which there was none."""


class Scope(NamedTuple):
    """A negation and what it reaches: from `start` to `end`, in a clause that begins at `clause`, with the words it denies.

    `heads` are what there was none of, each with what did not happen to it.
    """

    clause: int
    start: int
    end: int
    words: tuple[Word, ...]
    heads: tuple[tuple[str, tuple[str, ...]], ...]


def find_scopes(line: Line) -> list[Scope]:
    """Return the negations of a sentence with what they reach, in order."""
    nones = [word for word in line.words if word.slot == "mark" and word.key == "none"]
    scopes: list[Scope] = []
    for none in nones:
        if not (scopes and none.start < scopes[-1].end):
            scopes.append(_scope(line, none))
    return scopes


def _scope(line: Line, none: Word) -> Scope:
    clause, stop = line.clause(none.start)
    items = line.sentence.items
    behind = bisect_left(items, none.end, key=lambda item: item.amount.start)
    end = min(stop, items[behind].amount.start) if behind < len(items) else stop
    words = line.within(none.end, end)
    denied = words
    if not any(word.slot == "object" for word in words) and not any(word.slot == "result" for word in words):
        # 行政复议、行政诉讼均未发生
        denied = line.within(clause, none.start)
        if not words or not all(word.slot in ("event", "mark") and word.key in ("receive", "occur", "all") for word in words):
            denied = ()
    heads = tuple(head for conjunct in _conjuncts(line, denied) if (head := _head(conjunct)))
    return Scope(clause, none.start, end, words, heads)


def _conjuncts(line: Line, words: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """Yield the words of each thing that is named, parted by 、 and 和."""
    found: list[Word] = []
    for word in words:
        parted = found and (line.marks(found[-1].end, word.start) or (word.slot == "mark" and word.key == "joint"))
        parted = parted or (found and {found[-1].key, word.key} <= CASES and found[-1].end == word.start)
        if parted and any(other.slot == "object" for other in found):
            yield found
            found = []
        found.append(word)
    yield found


def _head(words: Sequence[Word]) -> tuple[str, tuple[str, ...]] | None:
    """Return what a conjunct says there was none of and what did not happen to it; None where it says it of something else."""
    objects = [number for number, word in enumerate(words) if word.slot == "object"]
    if not objects:
        return None
    number = objects[-1]
    key, before, behind = words[number].key, words[:number], words[number + 1 :]
    events = [word.key for word in before if word.slot == "event"]
    if key == "thing" and len(objects) > 1 and words[objects[-2]].key in ("request", *CASES):
        number = objects[-2]
        key, before = words[number].key, words[:number]
    if any(word.slot == "result" for word in words) or any(word.slot == "object" and word.key == "other" for word in words):
        return None
    if key == "request":
        parts = [word for word in before if word.slot == "who" and word.key not in ("everyone", "organisations", "whole", "another")]
        return ("request", ("receive",)) if not parts and HAPPENS.issuperset(events) else None
    if key in CASES:
        return (key, ())
    if key in DOCUMENTS:
        made = {"make", "issue"}.intersection(events) or (
            not events and all(word.slot != "event" or word.key in ("publish", "make") for word in behind)
        )
        if made:
            return (key, ("make",))
        return (key, ("repeal",)) if "repeal" in events else None
    if key in DECISIONS:
        return (key, ()) if not {"publish", "hold"}.intersection(events) else None
    return (key, ()) if key not in ("thing", "other") and HAPPENS.issuperset(events) else None
