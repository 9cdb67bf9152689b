"""Finds a report's title, sections and topics among the lines of a file, and what stands in none of them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import NamedTuple

from xltools.form.characters import plain
from xltools.form.definition import Form, Section
from xltools.numerals import EDGES, is_blank, leading_number
from xltools.readers.published.headings import ABOUT, LONGEST_HEADING, Heading, HeadingSearch, find_exactly, unnumbered
from xltools.readers.published.labels import Labels, core
from xltools.readers.published.paragraphs import Paragraph, find_paragraphs, in_short, is_furniture, is_prose, signature_above, until_end
from xltools.readers.published.source import Source
from xltools.readers.published.titles import Title, as_title, find_period, find_title, same_title, title_by_form, title_of_file

LONGEST_TOPIC = 24
TOPIC_ENDS = re.compile(r"[。：:；;]")
TOPIC_MAY_END = re.compile(r"[。：:；;]|\s+|(?<=情况|方面)(?=20\d\d年|本年|一年来|全年|截至|我|一是)")  # a bold one may end without a sign
TOPIC_TAIL = re.compile(r"(?:的|有关|相关|基本|工作|政府信息|信息|情况|方面|内容)+$")  # what people write behind the official name
TOPIC_RUNS_ON = re.compile(r"(?<=[。！!；;])\s*(?=[（(][一二三四五六七八九][)）])")
NOTE = re.compile(r"^(?:备?注|说明)\s*\d?\s*[:：]")
ENOUGH = 2 * LONGEST_HEADING  # so many characters behind the last table are more than a note: a section's prose whose title is missing


def by_topic(form: Form, section: Section, body: Sequence[Paragraph]) -> dict[str, list[Paragraph]]:
    """Return the paragraphs of a section by topic; those before the first heading stay the section's own."""
    labels = Labels((text.key, title) for text in form.texts if text.parent == section.key for title in (text.title, *text.also))
    texts: dict[str, list[Paragraph]] = {section.key: []}
    current = section.key
    for paragraph in (piece for whole in body for piece in _pieces(whole, labels)):
        key, rest = _topic(paragraph.text, labels)
        if key and key not in texts:
            current, texts[key] = key, []
            if not is_blank(rest):
                texts[key].append(paragraph._replace(text=rest, heading=0))
        else:
            texts[current].append(paragraph)
    return texts


def _pieces(paragraph: Paragraph, labels: Labels) -> Iterator[Paragraph]:
    """Yield the paragraphs that a paragraph is in which topics run on: （一）主动公开。…。（二）依申请公开。…."""
    begin = 0
    for found in TOPIC_RUNS_ON.finditer(paragraph.text):
        key, rest = _topic(paragraph.text[found.end() :], labels)
        if key and rest:
            yield paragraph._replace(text=paragraph.text[begin : found.start()])
            begin = found.end()
    yield paragraph._replace(text=paragraph.text[begin:])


def _topic(text: str, labels: Labels) -> tuple[str | None, str]:
    """Return the topic that a paragraph's heading names, and the text behind the heading."""
    for sign in TOPIC_MAY_END.finditer(text, len(leading_number(text)), LONGEST_TOPIC + 1):
        if key := _named(text[: sign.start()], labels):
            return key, EDGES.sub("", text[sign.end() :])
    end = TOPIC_ENDS.search(text, 0, LONGEST_TOPIC + 1)
    head, rest = (text[: end.start()], EDGES.sub("", text[end.end() :])) if end else (text, "")
    if len(head) > LONGEST_TOPIC:
        return None, ""
    words = unnumbered(head)
    alike = labels.find(TOPIC_TAIL.sub("", ABOUT.sub("", plain(words)))) if words != head else None
    return _named(head, labels) or alike, rest


def _named(head: str, labels: Labels) -> str | None:
    """Return the topic that a heading names, but for what people write around its official name."""
    words = unnumbered(head)
    return find_exactly(words, labels) or find_exactly(TOPIC_TAIL.sub("", words), labels)


class Outline(NamedTuple):
    """The prose of a report by section, the sections' titles as published, in their order there."""

    title: Title | None
    texts: Mapping[str, tuple[Paragraph, ...]]
    titles: Mapping[str, str]
    unplaced: tuple[tuple[str | None, Paragraph], ...]
    """What belongs to no section of prose, such as notes below a table, or one paragraph for all behind the report; and where it stands."""


def find_outline(source: Source, form: Form, spans: Mapping[str, tuple[int, int]]) -> Outline:
    """Return the outline of the report of a form whose tables take these spans of the source's items."""
    titles = Labels((section.key, wording) for section in form.sections for wording in (section.title, *section.also))
    paragraphs = find_paragraphs(source, spans.values(), titles)
    search = HeadingSearch(form, paragraphs, spans)
    headings = search.found()
    first = min((heading.place for heading in headings.values()), default=len(paragraphs))
    year = find_period(paragraph.text for paragraph in paragraphs)
    above = [paragraph.text for paragraph in paragraphs[:first]]
    title = find_title(above, year) or title_by_form(above, form.title)
    if not title and (title := title_of_file(source.title)) and year:
        # a property may have been left from the file of another year
        title = title._replace(year=year)
    body = _Body(form, paragraphs, spans, headings, search.contents, title)
    body.add_preface(first)
    places = [*(heading.place for heading in headings.values()), len(paragraphs)]
    for (key, heading), end in zip(headings.items(), places[1:], strict=True):
        body.add_section(key, heading, end)
    published = {key: heading.title for key, heading in headings.items()}
    return Outline(title, {key: tuple(lines) for key, lines in body.texts.items() if lines}, published, tuple(body.unplaced))


@dataclass(frozen=True)
class _Body:
    """Gathers the paragraphs of each section, and those that belong to none."""

    form: Form
    paragraphs: Sequence[Paragraph]
    spans: Mapping[str, tuple[int, int]]
    headings: Mapping[str, Heading]
    contents: frozenset[int]
    title: Title | None
    texts: dict[str, list[Paragraph]] = field(default_factory=dict)
    unplaced: list[tuple[str | None, Paragraph]] = field(default_factory=list)

    def add_preface(self, first: int) -> None:
        """Add what stands between the report's title and the first section or table; what stands above the title is told."""
        begin = self.title.end if self.title else 0
        above = self.paragraphs[: self.title.start if self.title else 0]
        if any(is_prose(paragraph.text) for paragraph in above):
            self.unplaced.append((None, in_short(above, "报告标题之前")))
        # links to the reports of other years are titles, too
        lines = [line for line in self._lines(begin, first) if not is_furniture(line.text) and not as_title(line.text)]
        lines = lines[signature_above([line.text for line in lines]) :]
        if not self.headings:
            lines = self._cut(None, lines)
        first_row = min(first for first, _ in self.spans.values())
        opening = [line for line in lines if line.first < first_row]
        if key := next((section.key for section in self.form.texts if not section.heading), None):
            self.texts[key] = opening
        else:
            self.unplaced.extend((None, line) for line in opening)
        # what stands behind each of the tables above which no title was found
        by_place = sorted(self.spans.items(), key=lambda taken: taken[1])
        ends = [*(first for _, (first, _) in by_place[1:]), inf]
        for (table, (first, _)), end in zip(by_place, ends, strict=True):
            behind = [line for line in lines[len(opening) :] if first < line.first < end]
            self._add_around_table(self.form.section_of_table[table].key, table, behind)

    def add_section(self, key: str, heading: Heading, end: int) -> None:
        """Add what stands behind a section's title, up to the paragraph `end`."""
        lines = [line for line in self._lines(heading.place + 1, end) if not same_title(line.text, self.title)]
        if heading.rest:
            lines.insert(0, self.paragraphs[heading.place]._replace(text=heading.rest, heading=0))
        if end == len(self.paragraphs):
            lines = self._cut(key, lines)
        section = self.form.section_by_key[key]
        if section.table:
            self._add_around_table(key, section.table, lines)
        else:
            self.texts.update(by_topic(self.form, section, lines))

    def _lines(self, begin: int, end: int) -> list[Paragraph]:
        return [self.paragraphs[n] for n in range(begin, end) if n not in self.contents]

    def _cut(self, key: str | None, lines: Sequence[Paragraph]) -> list[Paragraph]:
        """Return the lines up to the end of the report; what could be content behind it is told."""
        lines, behind = until_end(lines)
        self.unplaced.extend((key, paragraph) for paragraph in behind)
        return lines

    def _add_around_table(self, key: str, table: str, lines: Sequence[Paragraph]) -> None:
        """Tell what stands around a table: notes; behind the last one it is the prose of a section whose title is missing."""
        titles = Labels((section.key, title) for section in self.form.sections if section.table for title in (section.title, *section.also))
        span = self.spans.get(table)
        torn = _torn_labels(self.form, lines, span)
        notes = [line for line in lines if line not in torn and titles.exactly(line.text) is None]
        behind = [line for line in notes if span and line.first > span[1]]
        following = self._untitled_behind(key, table)
        if following and sum(len(line.text) for line in behind) > ENOUGH and not NOTE.match(behind[0].text):
            self.texts[following] = behind
            notes = [line for line in notes if line not in behind]
        self.unplaced.extend((key, note) for note in notes)

    def _untitled_behind(self, key: str, table: str) -> str | None:
        """Return the next section of prose in official order, if this table is the last one and that section's title was not found."""
        if table not in self.spans or self.spans[table][1] < max(last for _, last in self.spans.values()):
            return None
        keys = [section.key for section in self.form.sections]
        following = next((k for k in keys[keys.index(key) + 1 :] if self.form.section_by_key[k].table is None), None)
        return None if following in self.headings else following


def _torn_labels(form: Form, lines: Sequence[Paragraph], span: tuple[int, int] | None) -> set[Paragraph]:
    """Return the lines that are pieces of a table's labels, as extraction tears them: all in front of its last row, behind it those without a number."""
    blocks = [block for table in form.tables for block in table.blocks]
    words = [node.label for block in blocks for axis in (block.rows, block.columns) for node in axis.nodes]
    titles = [text for block in blocks for text in (block.title or "", block.corner)]
    official = frozenset(core("".join((*words, *titles))) + "表附单位件0123456789")
    short = [line for line in lines if not NOTE.match(line.text) and "。" not in line.text and len(core(line.text)) <= LONGEST_HEADING]
    pieces = [line for line in short if official.issuperset(core(line.text))]
    return {line for line in pieces if span is None or line.first < span[1] or not leading_number(line.text)}
