"""Finds the titles of a report's sections among its paragraphs, and the lines that are a table of contents."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from xltools.form.characters import plain
from xltools.form.definition import Form
from xltools.numerals import BLANKS, EDGES
from xltools.readers.published.labels import Labels
from xltools.readers.published.paragraphs import Paragraph, begins_another_text

PAGE_NUMBER = re.compile(r"[.·…．‥。_—\s-]*[（(]?\d{1,3}[）)]?$")  # the dots and the page's number behind an entry of a table of contents
CONTENTS = re.compile(r"目录|目次")
LONGEST_ENTRY = 70
ENTRIES = 3  # so many titles one after the other, with nothing between them, may be a table of contents
LONGEST_HEADING = 45
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
ABOUT = re.compile(r"^(?:20\d\d年度?)?(?:(?:政府信息|政务|信息)公开(?:工作)?的?)?")  # what people write in front of an official title
TRAILING = "。：:；;，,"
SEPARATOR = re.compile(r"[。.：:]|\s+")  # what parts a title from the text behind it in the same paragraph


def find_contents(paragraphs: Sequence[Paragraph], keys: Sequence[str | None]) -> frozenset[int]:
    """Return the numbers of the paragraphs that are a table of contents; `keys` tells the section or topic that each could name."""
    found: set[int] = set()
    times = Counter(keys)
    for run in _runs(paragraphs, keys):
        above = run[0] - 1
        headed = above >= 0 and CONTENTS.fullmatch(BLANKS.sub("", paragraphs[above].text)) is not None
        # sections whose tables are pictures have nothing between their titles, but stand once
        again = sum(times[keys[n]] > 1 for n in run)
        if headed or (len(run) >= ENTRIES and 2 * again > len(run)):
            found |= {*run, *([above] if headed else ())}
    return frozenset(found)


def _runs(paragraphs: Sequence[Paragraph], keys: Sequence[str | None]) -> Iterator[list[int]]:
    """Yield runs of titles with nothing between them, no table either, and none of them twice."""
    run: list[int] = []
    for n, key in enumerate((*keys, None)):
        if run and (key in {None, *(keys[m] for m in run)} or paragraphs[n - 1].last + 1 < paragraphs[n].first):
            yield run
            run = []
        if key is not None:
            run.append(n)


class Heading(NamedTuple):
    """The title of a section: the number of its paragraph, the title as published, and what follows it in the same paragraph."""

    place: int
    title: str
    rest: str = ""


def unnumbered(text: str) -> str:
    """Return a title without the number in front of it."""
    found = NUMBER.match(plain(text))
    return text[found.end() :] if found else text


class HeadingSearch:
    """Finds the titles of a form's sections: those of tables in front of them, those of prose between the tables, else wherever they stand."""

    def __init__(self, form: Form, paragraphs: Sequence[Paragraph], spans: Mapping[str, tuple[int, int]]) -> None:
        self.paragraphs, self.spans = paragraphs, spans
        self.sections = [section for section in form.sections if section.heading and section.parent is None]
        self.labels = Labels((section.key, wording) for section in self.sections for wording in (section.title, *section.also))
        self.entries = Labels((section.key, wording) for section in form.sections for wording in (section.title, *section.also))
        self.contents = find_contents(paragraphs, [self._entry(paragraph.text) for paragraph in paragraphs])
        self.headings = [None if n in self.contents else self._heading(n) for n in range(len(paragraphs))]
        self.keys = [heading[0] if heading else None for heading in self.headings]
        self.places: dict[str, int] = {}

    def _entry(self, text: str) -> str | None:
        """Return the section or topic that an entry of a table of contents could name."""
        wordings = (text, PAGE_NUMBER.sub("", text)) if len(text) <= LONGEST_ENTRY else ()
        return next((key for words in wordings if (key := find_exactly(words, self.entries))), None)

    def _heading(self, place: int) -> tuple[str, Heading] | None:
        """Return the section that a paragraph could be the title of."""
        text = self.paragraphs[place].text
        if len(text) > LONGEST_HEADING:
            return self._with_text(place)
        key = find_exactly(text.rstrip(TRAILING), self.labels)
        if not key and not INNER_NUMBER.match(plain(text)) and text[-1] not in TRAILING:
            key = self.labels.find(unnumbered(text))
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

    def found(self) -> dict[str, Heading]:
        """Return the title of each section that has one, in the order in which they stand."""
        # of tables first, since the titles of prose stand between them
        for number, section in sorted(enumerate(self.sections), key=lambda numbered: numbered[1].table not in self.spans):
            if (place := self._in_order(number)) is not None:
                self.places[section.key] = place
        for section in self.sections:
            if section.key not in self.places and (place := self._elsewhere(section.key)) is not None:
                self.places[section.key] = place
        for number, section in enumerate(self.sections):
            if section.key not in self.places and (place := self._by_number(number)) is not None:
                self.places[section.key] = place
                self.headings[place] = section.key, Heading(place, self.paragraphs[place].text)
        by_place = sorted(self.places.items(), key=lambda taken: taken[1])
        return {key: heading[1] for key, place in by_place if (heading := self.headings[place])}

    def _behind(self, item: int) -> int:
        """Return the number of the first paragraph behind an item of the source."""
        return next((n for n, paragraph in enumerate(self.paragraphs) if paragraph.first > item), len(self.paragraphs))

    def _in_order(self, number: int) -> int | None:
        """Return the title between the tables before and behind it: the last one there, for others are in another text; behind all tables the first."""
        section = self.sections[number]
        lowest, highest = self._between_tables(number)
        places = [n for n in range(lowest, highest) if self.keys[n] == section.key]
        # a numbered title goes before the caption of the table
        outer = self._outer(places)
        if highest < len(self.paragraphs):
            chosen = (outer or places)[-1] if places else None
            while chosen and self.keys[chosen - 1] == self.keys[chosen]:  # right above: the other is its repetition
                chosen -= 1
            return chosen
        above = max((self.places[other.key] for other in self.sections[:number] if other.key in self.places), default=-1)
        return next(iter([n for n in places if n > above] or outer), None)

    def _between_tables(self, number: int) -> tuple[int, int]:
        """Return the first paragraph behind the tables that stand before a section, and the first behind its own table's or the next one's beginning."""
        spans = [self.spans.get(other.table or "") for other in self.sections]
        own = spans[number]
        before = [span for span in self.spans.values() if span < own] if own else [span for span in spans[:number] if span]
        lowest = max((self._behind(last) for _, last in before), default=0)
        following = [own] if own else spans[number:]
        return lowest, min((self._behind(span[0]) for span in following if span), default=len(self.paragraphs))

    def _outer(self, places: Sequence[int]) -> list[int]:
        """Return those of some titles that are numbered as sections are, and not as the parts of one."""
        texts = ((n, plain(self.paragraphs[n].text)) for n in places)
        return [n for n, text in texts if _outer_number(text) or BARE_NUMBER.match(text)]

    def _elsewhere(self, key: str) -> int | None:
        """Return the title where it does not belong: reports also have their sections in another order."""
        taken = set(self.places.values())
        last = max([*taken, *(self._behind(span[1]) - 1 for span in self.spans.values())], default=-1)
        end = next((n for n in range(last + 1, len(self.paragraphs)) if begins_another_text(self.paragraphs, n)), len(self.paragraphs))
        places = [n for n in range(end) if self.keys[n] == key and n not in taken]
        exact = [n for n in places if (heading := self.headings[n]) and find_exactly(heading[1].title.rstrip(TRAILING), self.labels)]
        return next(iter(self._outer(exact)), None)

    def _by_number(self, number: int) -> int | None:
        """Return the title in other words that has the section's own number, the only one between its neighbours: 六、补充说明."""
        own = _outer_number(self.sections[number].title)
        lowest, highest = self._between_tables(number)
        lowest = max([lowest, *(self.places[other.key] + 1 for other in self.sections[:number] if other.key in self.places)])
        between = range(lowest, min([highest, *(self.places[other.key] for other in self.sections[number:] if other.key in self.places)]))
        texts = {n: self.paragraphs[n].text for n in between if n not in self.contents}
        numbers = {n: _outer_number(text) for n, text in texts.items() if len(text) <= LONGEST_HEADING and text[-1] not in TRAILING}
        places = [n for n, found in numbers.items() if found == own and found]
        # a list within a section begins with one
        return places[0] if len(places) == 1 and (own == CHINESE[0] or CHINESE[0] not in numbers.values()) else None


def _outer_number(text: str) -> str:
    """Return what numbers a line as the titles of sections are, not as the parts of one: 六 of 六、 and of 第六部分; "" where nothing does."""
    line = plain(text)
    found = None if INNER_NUMBER.match(line) else NUMBER.match(line)
    return found[0].strip(" 第部分章节、.,:") if found else ""


def find_exactly(text: str, labels: Labels) -> str | None:
    """Return the key of the title that a text is to the letter, its number aside, also one without a sign behind it: 一总体情况."""
    bare = BARE_NUMBER.sub("", text, count=1)
    words = unnumbered(text)
    return labels.exactly(words) or labels.exactly(ABOUT.sub("", plain(words))) or (labels.exactly(bare) if bare != text else None)
