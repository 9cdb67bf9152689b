"""split_sentences: a text as sentences of amounts, each with the words around it and how deep in brackets it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass

from xltools.prose.amounts import Amount, find_amounts

SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?\n]?")
CLAUSE_END = re.compile(r"[,、;。:()！？!?\n]")


@dataclass(frozen=True, slots=True)
class Item:
    """An amount in its sentence.

    `depth` counts the brackets around it, `bracket` is where the innermost one opens, `segment` counts the semicolons before
    it. `before` are the words of its clause in front of it, `after` those behind.
    """

    amount: Amount
    depth: int
    bracket: int
    segment: int
    before: str
    after: str

    @property
    def words(self) -> str:
        """The words of its clause."""
        return self.before + self.after


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and its amounts; positions are those of the whole text."""

    start: int
    text: str
    items: tuple[Item, ...]

    @property
    def outer(self) -> tuple[Item, ...]:
        """The amounts outside all brackets."""
        return tuple(item for item in self.items if item.depth == 0)

    def between(self, start: int, end: int) -> str:
        """The text between two positions."""
        return self.text[start - self.start : end - self.start]


def split_sentences(text: str) -> list[Sentence]:
    """The sentences of a text that `plain` has made alike."""
    amounts = find_amounts(text)
    sentences = []
    for found in SENTENCE.finditer(text):
        inside = [amount for amount in amounts if found.start() <= amount.start < found.end()]
        sentences.append(Sentence(found.start(), found[0], tuple(_items(found.start(), found[0], inside))))
    return sentences


def _items(start: int, text: str, amounts: list[Amount]) -> list[Item]:
    depths, opened, segments = _nesting(text)
    items = []
    previous = 0
    for number, amount in enumerate(amounts):
        first, last = amount.start - start, amount.end - start
        following = amounts[number + 1].start - start if number + 1 < len(amounts) else len(text)
        before = CLAUSE_END.split(text[previous:first])[-1]
        after = CLAUSE_END.split(text[last:following])[0]
        items.append(Item(amount, depths[first], start + opened[first], segments[first], before.strip(), after.strip()))
        previous = last
    return items


def _nesting(text: str) -> tuple[list[int], list[int], list[int]]:
    """For each character: the brackets around it, where the innermost one opens, and the semicolons before it."""
    depths, opened, segments = [], [], []
    stack: list[int] = []
    segment = 0
    for position, char in enumerate(text):
        if char == ")" and stack:
            stack.pop()
        depths.append(len(stack))
        opened.append(stack[-1] if stack else -1)
        segments.append(segment)
        if char == "(":
            stack.append(position)
        elif char == ";" and not stack:
            segment += 1
    return depths, opened, segments
