"""Finds the paragraphs outside the official tables, and tells what is no part of the report: furniture of pages, imprints, other texts."""

import re
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from xltools.form.characters import plain
from xltools.numerals import BLANKS, EDGES, is_blank, leading_number
from xltools.readers.published.labels import Labels
from xltools.readers.published.source import Line, Row, Source
from xltools.readers.published.titles import UNIT_ENDS, as_title

LATIN_BREAK = re.compile(r"(?<=[A-Za-z])\0(?=[A-Za-z])")
PRINTED = re.compile(r"\s*\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4},?\s+(?:[上下]午)?\d{1,2}:\d\d(?::\d\d)?(?:\s*[AaPp][Mm])?(?!\d)\s*(?P<rest>.*)")
"""The time of printing that a browser puts above each page, in front of the page's title."""
ADDRESS_AND_PAGE = re.compile(r"\s*(?:https?|file)://\S+\s+\d{1,3}\s*/\s*\d{1,3}\s*")  # what a browser puts below each page
SENTENCE_END = re.compile(r"[。！？!?：:；;…][”’」）)]?$")
LONGEST_LINE = 100
SENTENCE = re.compile(r"[。；;！!？?]")
FURNITURE = tomllib.loads(Path(__file__).with_name("furniture.toml").read_text(encoding="utf-8"))
"""What web pages put around an article, by kind: regular expressions, any of which may fit; furniture.toml tells of each."""
KINDS = {kind: re.compile("|".join(patterns)) for kind, patterns in FURNITURE.items()}
LABELLED = re.compile(rf"[【\[(]?(?:{KINDS['labels'].pattern})[】\])]?\s*:.*")
APART = re.compile(r"[\s|/【】\[\]()「」·>»›]+")
SIGNATURE = re.compile(
    r"(?P<unit>[^,、。:;!?\d“”《》()]{0,25})\(?(?:(?:19|20)\d\d年\d{1,2}月\d{1,2}日|(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}|"
    r"二[〇○零0一二三四五六七八九]{3}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日)\)?"
)  # the name of an organ and a date, or a date alone
FIRST_WORDS = 24
SHORTEST_TITLE, LONGEST_TITLE = 6, 45
RESTART = re.compile(r"\s*(?:一、|第[一1][章编篇条])")
SOON = 6  # so many paragraphs behind its title another text begins to count anew
CHAPTER = re.compile(r"\s*第[一二三四五六七八九十百\d]+[章编篇](?:\s|$|[^。，；：]{2,30}$)")
APPENDIX = re.compile(r"\s*(?:附件|附表|附录|附)\s*[一二三四五六七八九十\d]{0,2}\s*(?:[:：.、]\s*[^。；！？]*)?")


class Paragraph(NamedTuple):
    """A paragraph: its text, the first and the last of the source's items that it takes, its page, and the level of a marked heading."""

    text: str
    first: int
    last: int
    page: int
    heading: int


def find_paragraphs(source: Source, spans: Iterable[tuple[int, int]], titles: Labels) -> tuple[Paragraph, ...]:
    """Return the paragraphs outside the tables that take these spans; rows of other tables become lines, numbered `titles` begin anew."""
    taken = {index for first, last in spans for index in range(first, last + 1)}
    marks = _print_marks(source)
    lines: list[tuple[int, Line]] = []
    paragraphs: list[Paragraph] = []
    interrupted = False
    for index, item in enumerate(source.items):
        # a row of a table that is none of the official ones becomes a line
        cells = (" ".join(cell.text.split()) for cell in item.cells if not is_blank(cell.text)) if isinstance(item, Row) else ()
        line = marks.get(index, item) if isinstance(item, Line) else Line("　".join(cells), item.page)
        if line is None:
            interrupted = True
            continue
        goes_on = bool(lines) and (_runs_over(lines[-1][1], line) if interrupted else lines[-1][1].goes_on)
        titled = goes_on and leading_number(line.text) and SENTENCE_END.search(lines[-1][1].text) and titles.exactly(line.text)
        interrupted = False
        if lines and (index in taken or line.heading or titled or not goes_on):
            paragraphs.append(_paragraph(lines))
            lines = []
        if index not in taken:
            lines.append((index, line))
    paragraphs += [_paragraph(lines)] if lines else []
    return tuple(paragraph for paragraph in paragraphs if paragraph.text)


def _paragraph(lines: Sequence[tuple[int, Line]]) -> Paragraph:
    """Return the lines of a paragraph as one; Latin words that the end of a line parts stay apart."""
    text = LATIN_BREAK.sub(" ", "\0".join(line.text for _, line in lines)).replace("\0", "")
    (first, line), (last, _) = lines[0], lines[-1]
    return Paragraph(EDGES.sub("", text), first, last, line.page, line.heading)


def _print_marks(source: Source) -> dict[int, Line | None]:
    """Return the lines that a browser printed around each page: None, but once the title, since the text itself need not have one."""
    marks: dict[int, Line | None] = {}
    titles: set[str] = set()
    for index, item in enumerate(source.items):
        if not isinstance(item, Line):
            continue
        printed = PRINTED.fullmatch(item.text)
        rest = EDGES.sub("", printed["rest"] if printed else item.text)
        if not rest or ADDRESS_AND_PAGE.fullmatch(rest):
            marks[index] = None
        elif (printed or index - 1 in marks) and as_title(rest):
            marks[index] = None if rest in titles else Line(rest, item.page, heading=1)
            titles.add(rest)
    return marks


def _runs_over(line: Line, following: Line) -> bool:
    """Return whether a paragraph goes on behind what was printed at the end of a page."""
    ended = line.heading or following.heading or SENTENCE_END.search(EDGES.sub("", line.text))
    return not ended and not leading_number(following.text) and len(line.text) > 15


def is_furniture(text: str) -> bool:
    """Return whether a line is nothing but what a web page puts around an article: a date of publication, buttons, a path."""
    line = _short_line(text)
    words = [word for word in APART.split(line) if word]
    whole = KINDS["invitation"].fullmatch(text) or LABELLED.fullmatch(line) or KINDS["lines"].fullmatch(line)
    return bool(whole or (words and all(KINDS["buttons"].fullmatch(word) for word in words)))


def begins_footer(text: str) -> bool:
    """Return whether a line begins the foot of a page; what follows is no part of the article."""
    line = _short_line(text)
    return bool(KINDS["footer"].fullmatch(line) or KINDS["imprint"].search(line))


def _short_line(text: str) -> str:
    """Return a line that is no sentence and not long, its punctuation made alike; "" for any other."""
    return "" if len(text) > LONGEST_LINE or SENTENCE.search(text) else EDGES.sub("", plain(text))


def signature_above(texts: Sequence[str]) -> int:
    """Return how many of the first paragraphs are the organ's name and the date, as they stand below a title."""
    for count in (1, 2):
        found = SIGNATURE.fullmatch(BLANKS.sub("", plain("".join(texts[:count]))))
        if found and (not found["unit"] or UNIT_ENDS.search(found["unit"])):
            return count
    return 0


def is_prose(text: str) -> bool:
    """Return whether a line could be something that a report says: a sentence."""
    return "。" in text and len(text) > 12


def until_end(paragraphs: Sequence[Paragraph]) -> tuple[list[Paragraph], list[Paragraph]]:
    """Return the paragraphs of the last section, and what is cut from its end although it could be content, as one remark."""
    places = range(1, len(paragraphs))
    said = max((n for n in places if is_prose(paragraphs[n].text)), default=0)
    ends = (
        n
        for n in places
        if begins_footer(paragraphs[n].text) or _ends_the_report(paragraphs, n) or (n > said and is_furniture(paragraphs[n].text))
    )
    end = next(ends, len(paragraphs))
    behind = paragraphs[end:]
    told = behind and (_ends_the_report(paragraphs, end) or any(is_prose(paragraph.text) for paragraph in behind))
    while end and (is_furniture(paragraphs[end - 1].text) or begins_footer(paragraphs[end - 1].text)):
        end -= 1
    return list(paragraphs[:end]), [in_short(behind, "由此至文末")] if told else []


def in_short(paragraphs: Sequence[Paragraph], where: str) -> Paragraph:
    """Return many paragraphs as one that gives the first words and their number."""
    first = paragraphs[0]
    words = first.text if len(first.text) <= FIRST_WORDS else f"{first.text[:FIRST_WORDS]}…"
    return Paragraph(f"{words}（{where}共{len(paragraphs)}段）", first.first, paragraphs[-1].last, first.page, 0)


def begins_another_text(paragraphs: Sequence[Paragraph], place: int) -> bool:
    """Return whether a paragraph is the title of a text behind the report, or of a chapter of the book that the report stands in."""
    paragraph = paragraphs[place]
    text = paragraph.text
    if len(text) > LONGEST_TITLE or leading_number(text):
        return False
    named = KINDS["next_text"].fullmatch(text) is not None
    if CHAPTER.match(text) or as_title(text) or (paragraph.heading == 1 and named):
        return True
    restarts = any(RESTART.match(following.text) for following in paragraphs[place + 1 : place + 1 + SOON])
    return restarts and (named or (paragraph.heading == 1 and len(text) >= SHORTEST_TITLE))


def _ends_the_report(paragraphs: Sequence[Paragraph], place: int) -> bool:
    text = paragraphs[place].text
    return begins_another_text(paragraphs, place) or (len(text) <= 2 * LONGEST_TITLE and APPENDIX.fullmatch(text) is not None)
