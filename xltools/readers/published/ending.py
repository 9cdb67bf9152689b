"""until_the_end: the paragraphs of a report's last section, and those of other texts and of the page that follow in its file."""

from __future__ import annotations

import re
from collections.abc import Sequence

from xltools.readers.published.furniture import begins_footer, is_furniture, is_prose, without_signature
from xltools.readers.published.paragraphs import Paragraph
from xltools.readers.published.titles import is_title

FIRST_WORDS = 24
SHORTEST_TITLE, LONGEST_TITLE = 6, 45
NEXT_TEXT = re.compile(
    r"[^。；，：:;,！？]{4,45}(?:报告|总结|计划|通知|意见|方案|办法|公报|要点|讲话|决定|批复|汇编|大事记)(?:[（(].{1,12}[）)])?"
)
"""What another text behind the report may be called."""
RESTART = re.compile(r"\s*(?:一、|第[一1][章编篇条])")
SOON = 6
"""So many paragraphs behind its title another text begins to count anew."""
CHAPTER = re.compile(r"\s*第[一二三四五六七八九十百\d]+[章编篇](?:\s|$|[^。，；：]{2,30}$)")
APPENDIX = re.compile(r"\s*(?:附件|附表|附录|附)\s*[一二三四五六七八九十\d]{0,2}\s*(?:[:：.、]\s*[^。；！？]*)?")
NUMBERED = re.compile(r"\s*(?:[（(][一二三四五六七八九十\d]{1,3}[）)]|[一二三四五六七八九十\d]{1,3}[、.．]|第[一二三四五六七八九十]+部分)")


def until_the_end(paragraphs: Sequence[Paragraph]) -> tuple[list[Paragraph], list[Paragraph]]:
    """The paragraphs of the last section, and what is cut from its end although it could be content.

    The foot of a page and the signature are told nowhere; what follows them or stands in another text, as one remark.
    """
    end = next(
        (n for n in range(1, len(paragraphs)) if begins_footer(paragraphs[n].text) or _ends_the_report(paragraphs, n)), len(paragraphs)
    )
    behind = paragraphs[end:]
    body = without_edges(paragraphs[:end])
    told = behind and (_ends_the_report(paragraphs, end) or any(is_prose(paragraph.text) for paragraph in behind))
    return body, [in_short(behind, "由此至文末")] if told else []


def without_edges(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """The paragraphs without the signature and the page's lines that end them."""
    texts = [paragraph.text for paragraph in paragraphs]
    while True:
        end = without_signature(texts)
        while end and (is_furniture(texts[end - 1]) or begins_footer(texts[end - 1])):
            end -= 1
        if end == len(texts):
            return list(paragraphs[:end])
        texts = texts[:end]


def in_short(paragraphs: Sequence[Paragraph], where: str) -> Paragraph:
    """Many paragraphs as one that gives the first words and their number."""
    first = paragraphs[0]
    words = first.text if len(first.text) <= FIRST_WORDS else f"{first.text[:FIRST_WORDS]}…"
    return Paragraph(f"{words}（{where}共 {len(paragraphs)} 段）", first.first, paragraphs[-1].last, first.page, 0)


def begins_another_text(paragraphs: Sequence[Paragraph], place: int) -> bool:
    """Whether a paragraph is the title of a text behind the report, or of a chapter of the book that the report stands in."""
    paragraph = paragraphs[place]
    text = paragraph.text
    if len(text) > LONGEST_TITLE or NUMBERED.match(text):
        return False
    if CHAPTER.match(text) or is_title(text):
        return True
    named = NEXT_TEXT.fullmatch(text) is not None
    if paragraph.heading == 1 and named:
        return True
    restarts = any(RESTART.match(following.text) for following in paragraphs[place + 1 : place + 1 + SOON])
    return restarts and (named or (paragraph.heading == 1 and len(text) >= SHORTEST_TITLE))


def _ends_the_report(paragraphs: Sequence[Paragraph], place: int) -> bool:
    text = paragraphs[place].text
    return begins_another_text(paragraphs, place) or (len(text) <= 2 * LONGEST_TITLE and APPENDIX.fullmatch(text) is not None)
