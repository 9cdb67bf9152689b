"""Tells which official columns of a block the words in a table's header name, and whether they stand in the official order."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import groupby, pairwise
from typing import Literal, NamedTuple

from xltools.form.definition import Block
from xltools.numerals import is_blank
from xltools.readers.published.labels import NOT_IT, Labels, bare_core, core

Kind = Literal["column", "group", "part", "foreign", "unknown"]
Order = Literal["agrees", "open", "against"]
"""What a header says of the order of columns: all are named in the official one, some are, or something else speaks against it."""

COUNTED = re.compile("(?:件|宗|次)?数量?$")  # what may stand behind the words of a heading
YEAR = re.compile(r"(?:20[1-3]\d年?|[本上去今前]年)度?")
SHORTEST = 2  # characters of a word that may be told by the official heading which it is part of


class ColumnMeaning(NamedTuple):
    """What a heading means, and the numbers of the official columns that it may be; those of different groups share a name."""

    kind: Kind
    columns: tuple[int, ...] = ()


UNKNOWN = ColumnMeaning("unknown")


class ColumnNames:
    """The official headings of a block's columns, found again in a file's headings."""

    def __init__(self, block: Block, blocks: Sequence[Block]) -> None:
        """`blocks` are those of the same table in all editions, whose headings speak against this one."""
        self._leaves = block.columns.leaves
        self._parents = [path[-2].label if len(path := block.columns.paths[leaf.key]) > 1 else "" for leaf in self._leaves]
        self._groups = Labels((node.label, node.label) for node in block.columns.nodes if not node.leaf)
        self._group_words = [core(node.label) for node in block.columns.nodes if not node.leaf]
        self._beside = "".join(core(text) for other in blocks for text in (other.corner, other.title or ""))
        own = {leaf.label: leaf.label for leaf in self._leaves} | dict(_same_figures(block, blocks))
        others = [leaf.label for other in blocks for leaf in other.columns.leaves if leaf.label not in own]
        self._labels = Labels([*((name, wording) for wording, name in own.items()), *(("", wording) for wording in others)])
        self._own = {bare_core(wording): name for wording, name in own.items()}
        self._official = {words: name for words, name in self._own.items() if words == bare_core(name)}
        self._others = tuple(map(core, others))
        by_depth = sorted(self._leaves, key=lambda leaf: len(block.columns.paths[leaf.key]))
        self._orders = ([leaf.label for leaf in self._leaves], [leaf.label for leaf in by_depth])
        self.meaning = cache(self._find)

    def _find(self, text: str) -> ColumnMeaning:
        words = core(text)
        name = self._labels.find(text)
        if name is None and self._groups.find(text):
            return ColumnMeaning("group")
        # the heading of a group and that of one of its columns in one cell
        group = next((group for group in self._group_words if words.startswith(group)), None) if name is None else None
        if group and (inner := self._find(words.removeprefix(group))).kind == "column":
            return ColumnMeaning("column", self.under(inner.columns, [group]))
        if name is None and not any(words in wording or wording in words for wording in (*self._own, *self._others)):
            words = COUNTED.sub("", words) or words
        names = {name} if name else set() if name == "" else set(_containing(words, self._official))
        if name is None and not names:
            names = set(_containing(words, self._own))
            name = "" if any(words in other for other in self._others) else None
        if names and name != "":
            columns = tuple(n for n, leaf in enumerate(self._leaves) if leaf.label in names)
            return ColumnMeaning("column" if len(names) == 1 else "part", columns)
        if name is None and (words in self._beside or any(words in group or group in words for group in self._group_words)):
            return ColumnMeaning("group")
        return ColumnMeaning("unknown" if name is None else "foreign")

    def under(self, columns: Sequence[int], above: Sequence[str]) -> tuple[int, ...]:
        """Return those of several columns of one name whose group is named above; all of them where that does not tell."""
        groups = {self._group(text) for text in above}
        told = tuple(n for n in columns if self._parents[n] in groups)
        return told if len(told) == 1 else tuple(columns)

    def lacks_group(self, leaf: int, above: Sequence[str]) -> bool:
        """Return whether a column has a group that is not among the texts above it."""
        return bool(self._parents[leaf]) and self._parents[leaf] not in map(self._group, above)

    def _group(self, text: str) -> str | None:
        parents = set(filter(None, self._parents))
        if (found := self._groups.find(text)) in parents:
            return found
        words = core(text)
        held = {parent for parent in parents if core(parent) in words or (len(words) > SHORTEST and words in core(parent))}
        return held.pop() if len(held) == 1 else None

    def order(self, rows: Sequence[Sequence[str]]) -> Order:
        """Return what the headings in rows, or on lines, say where they do not stand over the cells."""
        meanings = [[self.meaning(text) for text in row] for row in rows]
        kinds = [meaning.kind for row in meanings for meaning in row]
        if "foreign" in kinds or "unknown" in kinds:
            return "against"
        named = [names for row in meanings if (names := _once(self._leaves[one.columns[0]].label for one in row if one.kind == "column"))]
        # each on a line of its own, they follow each other as the eye goes over the header
        singles = [_once(name for row in rows for name in row) for single, rows in groupby(named, lambda names: len(names) == 1) if single]
        if not all(_follows(names, self._orders[0]) and self._is_regular(names) for names in named):
            return "against"
        if not all(any(_follows(names, order) for order in self._orders) for names in singles):
            return "against"
        for row in meanings:  # headings that were cut off, each in its place
            cells = [meaning for meaning in row if meaning.kind != "group"]
            if len(cells) == len(self._leaves) and all(place in meaning.columns for place, meaning in enumerate(cells)):
                return "agrees"
        whole = _once(name for names in named for name in names)
        official = set(self._orders[0])
        complete = whole in self._orders or (len(official) == len(self._leaves) and set(whole) == official)
        return "agrees" if complete else "open"

    def _is_regular(self, names: Sequence[str]) -> bool:
        """Return whether names begin anew, as they do for each group of columns, no more often than one of them is repeated."""
        places = [self._orders[0].index(name) for name in names]
        return sum(behind <= place for place, behind in pairwise(places)) < max(map(names.count, names))

    def are_of_two_years(self, rows: Sequence[Sequence[str]]) -> bool:
        """Return whether a header names each of several columns twice, or names columns and two years, as where these stand side by side."""
        names = [[self._leaves[m.columns[0]].label for text in row if (m := self.meaning(text)).kind == "column"] for row in rows]
        twice, several = sorted(self._orders[0] * 2), len(set(self._orders[0])) == len(self._leaves) > SHORTEST
        return (several and any(sorted(row) == twice for row in names)) or (any(names) and any(map(names_years, rows)))


def names_years(texts: Iterable[str]) -> bool:
    """Return whether a row holds nothing but years, two or more different ones."""
    filled = [core(text) for text in texts if not is_blank(text)]
    return len(set(filled)) > 1 and all(map(YEAR.fullmatch, filled))


def _same_figures(block: Block, blocks: Sequence[Block]) -> Iterator[tuple[str, str]]:
    """Yield the headings of other editions that mean a column of this block, with its name: those of the same key over the same rows."""
    rows = {row.key for row in block.rows.leaves}
    names = {leaf.key: leaf.label for leaf in block.columns.leaves}
    for other in blocks:
        if other is not block and rows & {row.key for row in other.rows.leaves}:
            yield from ((leaf.label, names[leaf.key]) for leaf in other.columns.leaves if leaf.key in names)


def _containing(words: str, own: dict[str, str]) -> Iterator[str]:
    """Yield the names of the columns whose wordings hold the words, or are held by them."""
    for wording, name in own.items():
        front, found, _ = words.partition(wording)
        if (words and words in wording) or (found and not NOT_IT.search(front)):
            yield name


def _once(names: Iterable[str]) -> list[str]:
    """Return names without those that repeat the one in front of them."""
    return [name for name, _ in groupby(names)]


def _follows(names: Sequence[str], order: Sequence[str]) -> bool:
    """Return whether names come in an order, some of them left out."""
    rest = iter(order)
    return all(name in rest for name in names)
