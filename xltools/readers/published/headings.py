"""Where the titles of a report's sections stand among its paragraphs, and which lines are a table of contents."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from xltools.form.definition import Form, Section
from xltools.numerals import BLANKS, EDGES
from xltools.prose.amounts import plain
from xltools.readers.published.labels import Labels
from xltools.readers.published.paragraphs import Paragraph, begins_another_text
from xltools.readers.published.source import Line, Source

DOTS = "[.·…．‥。_—-]"
LEADER = re.compile(rf"(?:(?<!{DOTS}){DOTS}{{2,}}\s*|(?<!\s)(?:\s{{2,}}|\t))[（(]?\d{{1,3}}[）)]?$")
"""The dots and the page's number behind an entry; each run of dots or blanks is looked at once, from its beginning."""
PAGE_NUMBER = re.compile(r"(?<!\s)\s*\d{1,3}$")
CONTENTS = re.compile(r"目录|目次")
LONGEST_ENTRY = 70
ENTRIES = 3
"""So many titles one after the other, with nothing between them, may be a table of contents."""


def without_leader(text: str) -> str:
    """Return an entry of a table of contents without its page; any other text as it is."""
    return LEADER.sub("", text) if len(text) <= LONGEST_ENTRY else text


def without_page(text: str) -> str:
    """Return an entry of a table of contents without its page, also where nothing but a blank stands in front of that."""
    return PAGE_NUMBER.sub("", without_leader(text))


def find_contents(paragraphs: Sequence[Paragraph], keys: Sequence[str | None], spans: Mapping[str, tuple[int, int]]) -> frozenset[int]:
    """Return the numbers of the paragraphs that are a table of contents;

    `keys` tells the section or topic that each could be the title of.
    """
    found: set[int] = set()
    times = Counter(keys)
    for run in _runs(paragraphs, keys, spans.values()):
        above = run[0] - 1
        headed = above >= 0 and CONTENTS.fullmatch(BLANKS.sub("", paragraphs[above].text)) is not None
        leaders = sum(LEADER.search(paragraphs[n].text) is not None for n in run)
        again = sum(times[keys[n]] > 1 for n in run)  # outside it, for it names none twice
        # sections whose tables are pictures have nothing between their titles, but stand once
        if headed or (len(run) >= ENTRIES and (2 * leaders >= len(run) or 2 * again > len(run))):
            found |= {*run, *([above] if headed else ())}
    return frozenset(found)


def _runs(paragraphs: Sequence[Paragraph], keys: Sequence[str | None], spans: Iterable[tuple[int, int]]) -> Iterator[range]:
    """Run of titles with nothing between them, no table either, and none of them twice."""
    starts = sorted(first for first, _ in spans)
    start, seen = 0, set[str]()
    for n, key in enumerate(keys):
        parted = n > 0 and any(paragraphs[n - 1].last < first < paragraphs[n].first for first in starts)
        if key is None or key in seen or parted:
            if n > start:
                yield range(start, n)
            start, seen = n, set()
        if key is None:
            start = n + 1
        else:
            seen.add(key)
    if len(keys) > start:
        yield range(start, len(keys))


LONGEST_HEADING = 45
BEFORE_TABLE = 20
"""The paragraphs above a table in which its section's title is looked for."""
CHINESE = "一二三四五六七八九十"
WORD = "[\u4e00-\u9fff]"
NUMBER = re.compile(
    rf"\s*(?:第[{CHINESE}\d]{{1,3}}(?:部分|章|节)\s*[、.,:]?|[{CHINESE}]{{1,3}}(?:\s*[、.,:]|(?=\s))|\([{CHINESE}\d]{{1,3}}\)\s*[、.]?|"
    rf"\d{{1,2}}(?:\.\d{{1,2}})+\s*[、.]?(?=\s*{WORD})|\d{{1,2}}\s*[、.,](?!\d)|0\d(?=\s*{WORD})|\d{{1,2}}(?=\s+{WORD})|"
    r"[Ⅰ-Ⅻ]\s*[、.,:]?|[IVX]{1,4}\s*[、.,:]|[①-⑳❶-❿⓫-⓴]\s*[、.]?)\s*"
)
"""一、 （一） 1. 1.1 第一部分 Ⅰ、 ① 01 in front of a title, once `plain` has made its punctuation half-width."""
BARE_NUMBER = re.compile(rf"\s*[{CHINESE}](?!分|定|般|方面)")
INNER_NUMBER = re.compile(rf"\s*(?:\([{CHINESE}\d]{{1,3}}\)|\d{{1,2}}(?:\.\d{{1,2}})*\s*[、.](?!\d)|\d{{1,2}}(?:\.\d{{1,2}})+|[①-⑳])")
"""What numbers the parts of a section: only to the letter is such a line the title of one."""
TRAILING = "。：:；;，,"
SEPARATOR = re.compile(r"[。.：:]|\s+")
"""What parts a title from the text behind it in the same paragraph."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a section: the number of its paragraph, the title as published, and what follows it in the same paragraph."""

    place: int
    title: str
    rest: str = ""


@dataclass(frozen=True)
class Headings:
    """The titles of a report by section, in the order in which they stand; `contents` are the paragraphs of a table of contents."""

    by_section: Mapping[str, Heading]
    contents: frozenset[int]


def unnumbered(text: str) -> str:
    """Return a title without the number in front of it."""
    found = NUMBER.match(plain(text))
    return text[found.end() :] if found else text


def is_numbered(text: str) -> bool:
    """Return whether a number stands in front of a text."""
    return NUMBER.match(plain(text)) is not None


def find_headings(form: Form, paragraphs: Sequence[Paragraph], spans: Mapping[str, tuple[int, int]]) -> Headings:
    """Return the titles of the sections of a form whose tables take these spans of the source's items."""
    search = _Search(form, paragraphs, spans)
    return Headings(dict(sorted(search.found().items(), key=lambda item: item[1].place)), search.contents)


def part_spans(form: Form, source: Source, spans: Mapping[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    """Return the spans of the tables, without what a section's title parts from them: a row like one of theirs stands elsewhere, too."""
    sections = [section for section in form.sections if section.heading and section.parent is None]
    labels = Labels((section.key, wording) for section in sections for wording in (section.title, *section.also))
    parted = {}
    for table, (first, last) in spans.items():
        own = form.section_of_table[table].key
        for n in range(first, last + 1):
            item = source.items[n]
            key = _section_titled(item.text, labels) if isinstance(item, Line) else None
            if key == own:
                first = n + 1
            elif key:
                last = n - 1
                break
        parted[table] = first, last
    return parted


def _section_titled(text: str, labels: Labels) -> str | None:
    """Return the section that a line is the numbered title of, to the letter."""
    return labels.exactly(unnumbered(text)) if len(text) <= LONGEST_HEADING and _is_outer(text) else None


class _Search:
    """Finds the titles: those of tables in front of them, those of prose between the tables, else wherever they stand."""

    def __init__(self, form: Form, paragraphs: Sequence[Paragraph], spans: Mapping[str, tuple[int, int]]) -> None:
        self.paragraphs, self.spans = paragraphs, spans
        self.sections = [section for section in form.sections if section.heading and section.parent is None]
        self.labels = Labels((section.key, wording) for section in self.sections for wording in (section.title, *section.also))
        self.entries = Labels((section.key, wording) for section in form.sections for wording in (section.title, *section.also))
        self.contents = find_contents(paragraphs, [self._entry(paragraph.text) for paragraph in paragraphs], spans)
        self.headings = [None if n in self.contents else self._heading(n) for n in range(len(paragraphs))]
        self.keys = [heading[0] if heading else None for heading in self.headings]
        self.places: dict[str, int] = {}

    # ----------------------------------------------------------------------------------------------- could be a title

    def _entry(self, text: str) -> str | None:
        """Return the section or topic that an entry of a table of contents could name."""
        if len(text) > LONGEST_HEADING and not LEADER.search(text):
            return None
        return next((key for words in (without_leader(text), without_page(text)) if (key := self._exactly(words))), None)

    def _exactly(self, text: str) -> str | None:
        found = self.entries.exactly(unnumbered(text))
        return found or (self.entries.exactly(BARE_NUMBER.sub("", text, count=1)) if BARE_NUMBER.match(text) else None)

    def _heading(self, place: int) -> tuple[str, Heading] | None:
        """Return the section that a paragraph could be the title of."""
        text = self.paragraphs[place].text
        if len(text) > LONGEST_HEADING:
            return self._with_text(place)
        words = unnumbered(text)
        exact = INNER_NUMBER.match(plain(text)) or text[-1] in TRAILING
        key = self.labels.exactly(words.rstrip(TRAILING)) if exact else self.labels.find(words)
        if key is None and BARE_NUMBER.match(text):
            key = self.labels.exactly(BARE_NUMBER.sub("", text, count=1))
        return (key, Heading(place, text)) if key else self._with_text(place)

    def _with_text(self, place: int) -> tuple[str, Heading] | None:
        """Return the section whose numbered title begins a paragraph, before its text: 一、总体情况。一年来，…."""
        paragraph = self.paragraphs[place]
        text = paragraph.text
        opening = plain(text[:LONGEST_HEADING])
        number = NUMBER.match(opening)
        if not number or (INNER_NUMBER.match(opening) and not paragraph.heading):
            return None
        for separator in SEPARATOR.finditer(opening, number.end()):
            key = self.labels.exactly(opening[number.end() : separator.start()])
            rest = EDGES.sub("", text[separator.end() :])
            if key and rest:
                return key, Heading(place, text[: separator.start()], rest)
        return None

    # ---------------------------------------------------------------------------------------------------- is the title

    def found(self) -> dict[str, Heading]:
        """Return the title of each section that has one."""
        for section in self.sections:
            if section.table in self.spans:
                self._take(section, self._of_table(section.table or ""))
        for number, section in enumerate(self.sections):
            if section.table not in self.spans:
                self._take(section, self._of_prose(number))
        for section in self.sections:
            if section.key not in self.places:
                self._take(section, self._elsewhere(section))
        return {key: heading[1] for key, place in self.places.items() if (heading := self.headings[place])}

    def _take(self, section: Section, place: int | None) -> None:
        if place is not None:
            self.places[section.key] = place

    def _behind(self, item: int) -> int:
        """Return the number of the first paragraph behind an item of the source."""
        return next((n for n, paragraph in enumerate(self.paragraphs) if paragraph.first > item), len(self.paragraphs))

    def _of_table(self, table: str) -> int | None:
        """Return the nearest title above a table, below the table in front of it."""
        first = self.spans[table][0]
        key = next(section.key for section in self.sections if section.table == table)
        end = self._behind(first)
        lowest = max((self._behind(last) for _, last in self.spans.values() if last < first), default=0)
        above = [n for n in range(end - 1, max(lowest, end - BEFORE_TABLE) - 1, -1) if self.keys[n] == key]
        # a numbered title goes before the caption of the table, and of two the upper one: the other is its repetition
        numbered = [n for n in above if is_numbered(self.paragraphs[n].text)]
        nearest = next(iter(numbered or above), None)
        return None if nearest is None else self._first_of_run(nearest)

    def _first_of_run(self, number: int) -> int:
        """Return the first of the paragraphs right above that could be the title of the same section."""
        while number and self.keys[number - 1] == self.keys[number]:
            number -= 1
        return number

    def _of_prose(self, number: int) -> int | None:
        """Return the first title behind the tables; in front of them the last, for others are in another text."""
        tables = [self.spans.get(section.table or "") for section in self.sections]
        lowest = max((self._behind(span[1]) for span in tables[:number] if span), default=0)
        highest = min((self._behind(span[0]) for span in tables[number:] if span), default=len(self.paragraphs))
        places = [n for n in range(lowest, highest) if self.keys[n] == self.sections[number].key]
        if highest < len(self.paragraphs):
            return next(reversed(self._outer(places) or places), None)
        before = [self.places[section.key] for section in self.sections[:number] if section.key in self.places]
        after = [n for n in places if n > max(before, default=-1)]
        return next(iter(after or self._outer(places)), None)

    def _outer(self, places: Sequence[int]) -> list[int]:
        """Return those of some titles that are numbered as sections are, and not as the parts of one."""
        return [n for n in places if _is_outer(self.paragraphs[n].text)]

    def _elsewhere(self, section: Section) -> int | None:
        """Return the title where it does not belong: reports also have their sections in another order."""
        taken = set(self.places.values())
        places = [n for n, key in enumerate(self.keys) if key == section.key and n not in taken and self._is_exact(n)]
        last = max([*taken, *(self._behind(span[1]) - 1 for span in self.spans.values())], default=-1)
        begin = next((n for n in range(last + 1, len(self.paragraphs)) if begins_another_text(self.paragraphs, n)), len(self.paragraphs))
        return next((n for n in self._outer(places) if n < begin), None)

    def _is_exact(self, place: int) -> bool:
        heading = self.headings[place]
        return heading is not None and self.labels.exactly(unnumbered(heading[1].title).rstrip(TRAILING)) == heading[0]


def _is_outer(text: str) -> bool:
    words = plain(text)
    return bool(NUMBER.match(words) or BARE_NUMBER.match(words)) and not INNER_NUMBER.match(words)
