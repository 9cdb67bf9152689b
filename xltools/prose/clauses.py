"""Clause: the words around an amount, up to its neighbours, and what they say by themselves."""

import re
from bisect import bisect_right
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from xltools.form.characters import HAN
from xltools.prose.lexicon import AREA, CARRIED, DOCUMENTS, GOVERNED, OWN, Word, Words, of
from xltools.prose.sentences import CLAUSE_ENDS, Item, Sentence
from xltools.prose.statements import joined

PUBLIC = (("granted", "partly_granted"),)  # what 公开和部分公开32件 says
GRANTED = (("granted",),)
DIVIDING = frozenset({"result", "who", "sort"})  # the slots by whose words lists are divided
# what stands between words and their amount and names what it counts; the others of these characters name nothing
NAMED = re.compile(r"[^\W\d件数量共计总为是了的有达到分别各约完毕位好回]{2}[^,;]{0,9}$")
OF_SOME = re.compile(r"中,?有?\s*$")  # 收到的申请中有5件
BARE_REQUEST = re.compile("申请(?!.*公开)|公开申请$|[来办]件")
ANOTHER_THING = re.compile(rf"{HAN}{{2}}$(?<![的了类度年效关部他新人次式同有述上件项条民友师者主])")
"""What stands between other words and 申请 and makes it one for something else: 低保, 贷款贴息."""


class Clause(NamedTuple):
    """An amount and its words: those of its clause, which begins at `start`, of the clauses before it, and behind it."""

    line: Sentence
    item: Item
    start: int
    words: Words
    earlier: Words
    behind: Words

    @property
    def around(self) -> tuple[Word, ...]:
        """Return the words in front of the amount and behind it."""
        return (*self.words, *self.behind)

    @property
    def kinds(self) -> frozenset[str]:
        """Return the meanings by which lists are divided, and "disclosure"."""
        return frozenset(word.key for word in self.around if word.slot in DIVIDING or word.key == "disclosure")

    @property
    def offices(self) -> frozenset[str]:
        """Return whose count it is, as its words or those before it say."""
        return frozenset(word.key for word in of((*self.earlier, *self.words), "who", "another", AREA, OWN))

    @property
    def names_another(self) -> bool:
        """Whether words that are not known name what it counts: 制发规范性文件4件,制作图解8个."""
        return bool(NAMED.search(self.line.between(max([self.start, *(word.end for word in self.words)]), self.item.amount.start)))

    def is_of_some(self, carried: str, events: tuple[str, ...], *, inner: bool, again: bool) -> bool:
        """Tell whether it counts some only, or two kinds together: 8件为上年结转件和延期件, 收到的申请中有5件; `again`: what was counted before."""
        line, start, end = self.line, self.item.amount.start, self.item.amount.end
        if (inner and of(self.words, "who", "another")) or line.between(start - 2, start) == "%(":  # 维持率62.5%(5件)
            return True
        if again and self.start > line.start and not self.item.before and self.item.after and self.item.amount.value:
            return True  # 复议30件,12件作了复议决定
        if carried and not of(self.words, "event", *CARRIED) and of(line.within(*line.clause(end)), "mark", "joint"):
            return True
        return events == ("receive",) and bool(OF_SOME.search(line.between(self.start, start)))


def find_clause(line: Sentence, position: int, item: Item, following: int, *, first: bool) -> Clause:
    """Return the clause of an amount: of the words between the amount that ends at `position` and the one that begins at `following`."""
    start, end = item.amount.start, item.amount.end
    marks = line.marks(position, start)
    past = position if first or not marks else marks[0] + (line.between(marks[0], marks[0] + 1) in CLAUSE_ENDS | {"、"})
    ends = [mark for mark in marks if line.between(mark, mark + 1) in CLAUSE_ENDS]
    if ends and not line.between(ends[-1], start).strip(": "):
        ends.pop()  # 办结:59件
    clause = max(past, ends[-1] + 1 if ends else position)
    stops = [*line.marks(end, following), following]
    # 3件因年末收到,结转下年
    stop = stops[1] if stops[1:] and item.before in ("", "其中") and line.between(end, stops[0]).startswith(("因", "由于")) else stops[0]
    behind = line.within(end, stop)
    said = next((number for number, word in enumerate(behind) if word.slot in ("object", "event")), len(behind))
    joint = next((number for number, word in enumerate(behind) if number > said and word.key == "joint"), None)
    if stop == following != line.end and joint is None:
        behind = ()
    if item.before == "除":
        behind = tuple(word for word in behind if word.slot != "object")  # 除4件结转以外,均已答复
    # 答复59件(含上年结转): what is counted among them says nothing of all
    part = next((number for number, word in enumerate(behind) if word.key == "part"), None)
    behind = behind[: joint if part is None else min(part, joint or part)]
    return Clause(line, item, clause, line.within(clause, start), line.within(past, clause), behind)


def told_respectively(line: Sentence) -> dict[int, tuple[Word, ...]]:
    """Return the words of each amount behind 分别, by its number: those of what it counts, with what is said once for all.

    制发、废止规范性文件分别为3件、2件. Where the amounts are not as many as what is named, it is not known which is whose.
    """
    items = line.items
    told: dict[int, tuple[Word, ...]] = {}
    marks = (mark for mark in of(line.words, "mark", "all", "divided") if line.between(mark.start, mark.start + 2) == "分别")
    # of several 分别 in front of an amount the last one counts
    for first, mark in {bisect_right(items, mark.start, key=lambda item: item.amount.start): mark for mark in marks}.items():
        gaps = (line.between(one.amount.end, two.amount.start).strip("、,和及与 ") for one, two in pairwise(items[first:]))
        count = next((number for number, gap in enumerate(gaps) if gap), len(items) - first - 1) + 1
        start = line.clause(mark.start)[0]
        named = _parted(line, line.within(start, mark.start))
        for number in range(first, first + count if count > 1 else first):
            if len(named) == count:
                own = named[number - first]
                once = () if of(own, "object") else of(named[-1], "object")
                once = once if of(own, "event") or of(own, "result") else (*of(named[0], "event"), *once)
                told[number] = (*own, *once, *line.within(mark.end, items[first].amount.start))
            else:
                told[number] = (mark._replace(slot="who", key="subject"), *line.within(start, items[first].amount.start))
    return told


def _parted(line: Sentence, words: Words) -> list[list[Word]]:
    """Return the words of each thing that is named, parted by 、 and 和."""
    parts: list[list[Word]] = [[]]
    for word in words:
        joint = word.key == "joint" or line.between(word.start, word.start + 1) in ("和", "与")  # 新收和上年结转
        if joint or (parts[-1] and line.marks(parts[-1][-1].end, word.start)):
            parts.append([])
        parts[-1] += [word] if word.slot in ("object", "event", "result", "who", "sort", "period") else []
    return [part for part in parts if part]


def events_of(carried: str, done: tuple[str, ...], objects: tuple[str, ...], results: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
    """Return what happened, in the words of what it happened to."""
    added = "make" if DOCUMENTS.intersection(objects) else "receive"
    events = (carried,) if carried else tuple(added if event == "add" else event for event in done)
    # 经审查,予以公开20件 is of requests, 审查规范性文件9件 of documents that others made
    nothing = {"publish" if results in (PUBLIC, GRANTED) else "", "examine" if GOVERNED.isdisjoint(objects) else ""}
    return tuple(event for event in events if event not in nothing)


def results_of(line: Sentence, words: Words) -> tuple[tuple[str, ...], ...]:
    """Return what became of what is counted: alternatives, each of the kinds that are counted together."""
    results = of(words, "result")
    before = [word for word in words if results and word.key == "publish" and joined(line, word.end, results[0].start)]
    if before and results[0].key == "partly_granted":
        return PUBLIC
    if len(results) > 1 and all(joined(line, one.end, two.start) for one, two in pairwise(results)):
        return (tuple(sorted({word.key for word in results})),)
    # 因不掌握等原因无法提供 counts all that could not be provided
    meant = [word for word in results if not line.between(word.end, word.end + 2).lstrip("”").startswith("等")]
    return tuple((word.key,) for word in meant or results)


def without_other_applications(line: Sentence) -> Sentence:
    """Return a sentence where an application for something else counts no request: 受理低保申请45件."""
    others = {}
    for number, word in enumerate(line.words):
        if (word.slot, word.key) == ("object", "request") and (bare := BARE_REQUEST.match(line.between(word.start, word.end))):
            passed = bisect_right(line.items, word.start, key=lambda item: item.amount.end)
            before = line.words[number - 1] if number else Word(line.start, line.start, "", "")
            passed_by = line.items[passed - 1].amount.end if passed else line.start
            letters = bare[0].endswith("件") and of(line.within(max(passed_by, line.clause(word.start)[0]), word.start), "object", "other")
            another = bare[0] != "公开申请" and ANOTHER_THING.search(line.between(max(before.end, passed_by), word.start))
            # 行政许可事项1项,申请量0件
            ahead = of(line.words[:number], "object")[-1:]
            of_licences = any(word.key == "licensing" and line.between(word.end - 2, word.end) == "事项" for word in ahead)
            if letters or another or of_licences or (before.end, before.key) == (word.start, "other"):
                others[word] = word._replace(key="other")  # 市长信箱办理来件197件
    return replace(line, words=tuple(others.get(word, word) for word in line.words)) if others else line
