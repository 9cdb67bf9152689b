"""Reads the characters and lines of a text file: its encoding, the page of each line, and which lines go on in the next."""

import codecs
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from pathlib import Path
from typing import NamedTuple

from xltools.errors import UnreadableFileError
from xltools.files.gate import EMPTY, PAGE_LIMIT, REPORT, TEXT_LIMIT, TOO_LARGE, kind_of, read_file
from xltools.numerals import leading_number
from xltools.readers.published.table_rows import BLANK

DASH = "-‐‑‒–—―－─﹣~·•"
PAGE_MARK = re.compile(
    rf"[{DASH}]+\s*\d{{1,4}}\s*[{DASH}]+|第\s*\d{{1,4}}\s*页(?:\s*[,，、/]?\s*[(（]?共\s*\d{{1,4}}\s*页[)）]?)?|[Pp]age \d+(?: of \d+)?"
)  # a page number on a line of its own that can be nothing else; "-3" is a figure
PAGE_MARK_LENGTH = 24
BARE_NUMBER = re.compile(r"(\d{1,4})(?:\s*/\s*\d{1,4})?")  # what is a page number only at the edge of a page
TRACE = re.compile(r"\[(?:bookmark|image|footnoteRef|endnoteRef):[^\]\n]{0,200}\]|\x13[^\x14\x15]*\x14|[\x00-\x08\x0e-\x1f]")
"""What programs leave behind that take the text out of a Word file: bookmarks, field codes, control characters."""
LINE_BREAK = re.compile("\r\n|[\r\v\x85\u2028\u2029]")
INVISIBLE = re.compile("[\u200b\u200e\u200f\u2060\ufeff\u00ad]")

SENTENCE_END = tuple("。！？；：!?;:")
NARROWEST, WIDEST = 24, 130  # columns at which texts are broken; a Chinese character takes two
BAND = 3  # columns by which full lines differ, since no line begins with a comma
INDENT = 4  # columns of the two characters by which a paragraph's first line is indented, which extraction drops
ENOUGH_LINES = 5
PAGE_END = 20  # columns of a line at a page's end that may be part of a paragraph; shorter ones are figures and labels


class FileLine(NamedTuple):
    """A line as it stands in the file, its page, and whether a page ends in front of it."""

    text: str
    page: int = 0
    joint: bool = False

    @property
    def is_blank(self) -> bool:
        """Return whether it holds nothing to see; a tab stands for an empty cell."""
        return not self.text.strip(BLANK) and "\t" not in self.text


def split_lines(text: str) -> list[FileLine]:
    """Return the lines of a text with their pages, without page numbers and the blank lines around them."""
    text = INVISIBLE.sub("", TRACE.sub("", LINE_BREAK.sub("\n", text)))
    pages = [page.split("\n") for page in text.split("\f")]
    while len(pages) > 1 and not any(line.strip(BLANK) for line in pages[-1]):
        pages.pop()
    first = 1 if len(pages) > 1 else 0
    if first:
        _drop_bare_numbers(pages)
    placed = ((line, number, place) for number, page in enumerate(pages, first) for place, line in enumerate(page))
    return list(_without_page_marks(FileLine(line, number, place == 0 and number > 1) for line, number, place in placed))


def _without_page_marks(lines: Iterable[FileLine]) -> Iterator[FileLine]:
    """Yield the lines but for page numbers and the blank lines beside them; the line behind tells that a page ended."""
    blanks: list[FileLine] = []
    joint = False
    for line in lines:
        joint = joint or line.joint
        if PAGE_MARK.fullmatch(line.text.strip(BLANK)):
            joint = True
        elif line.is_blank:
            blanks.append(line._replace(joint=False))
        else:
            if not joint:
                yield from blanks
            blanks.clear()
            yield line._replace(joint=joint)
            joint = False


def _drop_bare_numbers(pages: list[list[str]]) -> None:
    """Blank the numbers at the edges of pages that count the pages; others are figures."""
    found = []
    for number, page in enumerate(pages, 1):
        filled = [place for place, line in enumerate(page) if line.strip(BLANK)]
        for place in {filled[0], filled[-1]} if filled else ():
            if bare := BARE_NUMBER.fullmatch(page[place].strip(BLANK)):
                found.append((number, place, int(bare[1]) - number))
    offsets = Counter(offset for _, _, offset in found)
    for number, place, offset in found:
        if offset == 0 or offsets[offset] > 1:
            pages[number - 1][place] = ""


class ProseLine(NamedTuple):
    """A line outside tables: what it says, the columns that it is indented by and takes, and whether a blank line or a table stands above it."""

    text: str
    page: int
    heading: int
    indent: int
    width: float
    joint: bool
    apart: bool


def measure(line: FileLine, text: str, heading: int, apart: bool) -> ProseLine:
    """Return a line of the file that says `text` with its measures."""
    bare = line.text.lstrip(BLANK)
    indent = int(_columns(line.text.removesuffix(bare)))
    return ProseLine(text, line.page, heading, indent, _columns(bare.rstrip(BLANK)), line.joint, apart)


def _columns(text: str) -> float:
    """Return the columns that a text takes; a space counts half, as Word puts it between Chinese and Latin characters."""
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 0.5 if char == " " else 1 for char in text)


def going_on(lines: Sequence[ProseLine]) -> list[bool]:
    """Return for each line whether the next belongs to the same paragraph."""
    width = _break_width(lines)
    margins = {page: min(line.indent for line in found) for page, found in groupby(lines, lambda line: line.page)}
    return [*(_goes_on(line, follower, width, margins) for line, follower in pairwise(lines)), *([False] if lines else [])]


def _break_width(lines: Sequence[ProseLine]) -> float:
    """Return the width at which the lines are broken, the one with most lines around it; 0 where paragraphs are whole lines."""
    counts = Counter(round(line.width) for line in lines if line.width >= NARROWEST and not line.heading)
    if not counts:
        return 0
    best = max(counts, key=lambda width: (sum(counts[width + step] for step in range(-BAND, BAND + 1)), counts[width]))
    near = sum(count for width, count in counts.items() if abs(width - best) <= BAND + INDENT)
    long = sum(count for width, count in counts.items() if width >= best / 2)
    wider = sum(count for width, count in counts.items() if width > best + BAND + INDENT)
    return 0 if best > WIDEST or near < ENOUGH_LINES or near * 2 < long or wider * 10 > near else best


def _goes_on(line: ProseLine, follower: ProseLine, width: float, margins: Mapping[int, int]) -> bool:
    if follower.apart or leading_number(follower.text) or re.match(r"附[件表]|#", follower.text):
        return False
    ended = line.text.endswith(SENTENCE_END)
    if not width:
        return follower.joint and not ended and line.width >= PAGE_END
    if follower.indent >= margins[follower.page] + 2:
        return False
    taken = line.width + line.indent - margins[line.page]
    if not ended:
        return taken >= width - INDENT - BAND
    # a sentence ends here; the paragraph does, too, unless the next word would not have fitted
    first_line = abs(follower.width - (width - INDENT)) <= 1 and not follower.text.endswith(SENTENCE_END)
    return taken >= width - 2 and not first_line


PICTURE = re.compile(rb"data:[\w/+.;-]{1,100}base64,[A-Za-z0-9+/=%\s]{1000,}")
OFFICE = "这是 Word 或其他办公软件的文件，不是文本。请把文件名结尾改回原来的，或另存为 .docx。"
PDF = "这是 PDF 文件。请把文件名结尾改为 .pdf。"

BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
DECLARED = re.compile(rb"""<meta[^>]{1,200}charset\s*=\s*["']?\s*big5|<\?xml[^>]{1,99}encoding\s*=\s*["']big5""", re.IGNORECASE)
"""What a page says that is in Big5; all others that are not in UTF-8 are in GB18030, whatever they say."""
HEAD = 4096  # bytes at the beginning of a page in which it may tell its encoding
CHINESE = re.compile("[\u3400-\u9fff]")
FAULTS = 20  # of so many Chinese characters one may be damaged
WORDS = re.compile("政府|信息|資訊|公[开開]|報告|报告")  # what any report is full of
MISREAD = re.compile("[锛銆鐨鍏鏀淇骞]")  # what the bytes of “，” “。” “的” “公” “政” “信” “年” in UTF-8 turn into in GBK
LOST = re.compile("\ufffd|锟斤拷|\\?{2,}")


def read_characters(path: Path) -> str:
    """Return the text of a page or a text file. Raise UnreadableFileError for one that is garbled, or is of another kind."""
    data = PICTURE.sub(b"", read_file(path, PAGE_LIMIT, REPORT))
    if len(data) > TEXT_LIMIT:
        raise UnreadableFileError(path, TOO_LARGE.format(what=REPORT))
    if (kind := kind_of(data)) != "other":
        raise UnreadableFileError(path, PDF if kind == "pdf" else OFFICE)
    text = decode(data)
    lost = sum(map(len, LOST.findall(text)))
    thrown_away = lost >= FAULTS // 2 and lost * 4 > len(CHINESE.findall(text))
    # or all of it was misread and saved
    if thrown_away or (not WORDS.search(text) and len(MISREAD.findall(text)) > 2):
        raise UnreadableFileError(path, "文件为乱码，无法恢复。请按 UTF-8 重新保存，或向公布单位索取原文件。")
    if not text.strip():
        raise UnreadableFileError(path, EMPTY)
    return text


def decode(data: bytes) -> str:
    """Return the text of a file: as its mark says, else in UTF-8, Big5 where it declares that, or GB18030."""
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    text = data.decode("utf-8", "replace")
    # a file may have been cut within a character
    damaged = text.count("\ufffd") * FAULTS > len(CHINESE.findall(text))
    if not damaged or text.encode("utf-8") == data:
        return text
    encodings = ("big5hkscs", "gb18030") if DECLARED.search(data, 0, HEAD) else ("gb18030",)
    return max((data.decode(encoding, "replace") for encoding in encodings), key=lambda text: len(WORDS.findall(text)))
