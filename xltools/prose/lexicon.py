"""The vocabulary of prose: which word means what, and where such words stand in a text. The words are in lexicon.toml."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

# meanings that belong together
REQUEST = ("request",)
AREA, OWN = "area", "own"  # all offices of an area, and the office itself, as what a sentence speaks of
WHOLES = frozenset({"everyone", AREA, OWN, "another"})
CASES = frozenset({"reconsideration", "suit", "suit_direct", "suit_after"})
DOCUMENTS = frozenset({"normative", "rules"})
DECISIONS = frozenset({"licensing", "penalty", "coercion", "fee"})
GOVERNED = DOCUMENTS | DECISIONS  # what a verb in front of a list governs to its end: 制定规章7件、规范性文件8件
FLOW = frozenset({"receive", "handle", "carry_in", "carry_out", "carry"})  # of requests, so that these need not be said again
CARRIED = frozenset({"carry", "carry_in", "carry_out"})

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
    """The words of the vocabulary with their meanings; `lengths` are those of the words that begin with a character, longest first."""

    meanings: Mapping[str, Meaning]
    lengths: Mapping[str, tuple[int, ...]]

    def find(self, text: str, places: Sequence[int]) -> Iterator[Word]:
        """Yield the words in a text that `plain` has made alike, the longest at each place; `places` are those of its characters."""
        position = 0
        for start, character in enumerate(text):
            for length in self.lengths.get(character, ()) if start >= position else ():
                if meaning := self.meanings.get(text[start : start + length]):
                    position = min(start + length, len(text))
                    yield Word(places[start], places[position - 1] + 1, *meaning)
                    break


@cache
def load_lexicon() -> Lexicon:
    """Return the vocabulary that all forms share."""
    slots = tomllib.loads(Path(__file__).with_name("lexicon.toml").read_text(encoding="utf-8"))
    groups = [(Meaning(slot, key), entries) for slot, keys in slots.items() for key, entries in keys.items()]
    return make_lexicon({word: meaning for meaning, entries in groups for entry in entries for word in spellings(entry)})


def spellings(entry: str) -> Iterator[str]:
    """Return the words that an entry stands for: one for each choice in its brackets."""
    pieces = [piece.replace("（", "(").replace("）", ")") for piece in CHOICE.split(entry)]  # 各县（市、区）: brackets of the word itself
    return map("".join, product(*(piece.split("|") if number % 2 else (piece,) for number, piece in enumerate(pieces))))


def make_lexicon(meanings: Mapping[str, Meaning]) -> Lexicon:
    """Return a vocabulary of these words."""
    lengths: dict[str, set[int]] = defaultdict(set)
    for word in filter(None, meanings):
        lengths[word[0]].add(len(word))
    return Lexicon(meanings, {first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()})
