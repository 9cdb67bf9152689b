"""The vocabulary of prose: which word means what, and where such words stand in a text. The words are in lexicon.toml."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

CHOICE = re.compile(r"\(([^()]*)\)")


class Meaning(NamedTuple):
    """What a word means: its slot in a statement, such as event, and the key of its meaning there, such as receive."""

    slot: str
    key: str


class Word(NamedTuple):
    """A word of the vocabulary in a text."""

    start: int
    end: int
    slot: str
    key: str


Words = Sequence[Word]


def of(words: Words, slot: str, *keys: str) -> list[Word]:
    """Return the words of a slot, and of these meanings if any are given."""
    return [word for word in words if word.slot == slot and (not keys or word.key in keys)] if words else []


class Lexicon(NamedTuple):
    """The words of the vocabulary with their meanings; `lengths` are those of the words that begin with two characters, longest first."""

    meanings: Mapping[str, Meaning]
    lengths: Mapping[str, tuple[int, ...]]
    firsts: frozenset[str]

    def find(self, text: str) -> Iterator[Word]:
        """Yield the words in a text that `plain` has made alike, the longest at each place."""
        lengths, meanings, firsts = self.lengths, self.meanings, self.firsts
        position = 0
        for start, character in enumerate(text):
            if character not in firsts or start < position:
                continue
            for length in lengths.get(text[start : start + 2], ()):
                if (word := text[start : start + length]) in meanings:
                    break
            else:
                if character not in meanings:
                    continue
                word = character
            position = start + len(word)
            slot, key = meanings[word]
            yield Word(start, position, slot, key)


@cache
def load_lexicon() -> Lexicon:
    """Return the vocabulary that all forms share."""
    slots = tomllib.loads(Path(__file__).with_name("lexicon.toml").read_text(encoding="utf-8"))
    groups = [(Meaning(slot, key), entries) for slot, keys in slots.items() for key, entries in keys.items()]
    return make_lexicon({word: meaning for meaning, entries in groups for entry in entries for word in spellings(entry)})


def spellings(entry: str) -> Iterator[str]:
    """Yield the words that an entry stands for: one for each choice in its brackets."""
    choices = (piece.split("|") if number % 2 else (piece,) for number, piece in enumerate(CHOICE.split(entry)))
    yield from map("".join, product(*choices))


def make_lexicon(meanings: Mapping[str, Meaning]) -> Lexicon:
    """Return a vocabulary of these words."""
    lengths: dict[str, set[int]] = defaultdict(set)
    for word in meanings:
        if len(word) > 1:
            lengths[word[:2]].add(len(word))
    longest_first = {pair: tuple(sorted(found, reverse=True)) for pair, found in lengths.items()}
    return Lexicon(meanings, longest_first, frozenset(word[0] for word in meanings if word))
