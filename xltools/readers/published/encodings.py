"""read_characters: the text of a page or a text file, in whichever encoding it was saved; what is lost or no text is refused."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from xltools.errors import UnreadableFileError
from xltools.files.gate import EMPTY, PAGE_LIMIT, REPORT, TEXT_LIMIT, TOO_LARGE, kind_of, read_file

PICTURE = re.compile(rb"data:[\w/+.;-]{1,100}base64,[A-Za-z0-9+/=%\s]{1000,}")
GARBLED = "文件内容是乱码，文字已丢失。请用 UTF-8 编码重新保存，或向发布单位索取原文件。"
OFFICE = "这是 Word 或其他办公软件的文件，不是文本。请把扩展名改回原来的，或另存为 .docx。"
PDF = "这是 PDF 文件。请把扩展名改为 .pdf。"

BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
DECLARED = re.compile(rb"""<meta[^>]{1,200}charset\s*=\s*["']?\s*big5|<\?xml[^>]{1,99}encoding\s*=\s*["']big5""", re.IGNORECASE)
"""What a page says that is in Big5; all others that are not in UTF-8 are in GB18030, whatever they say."""
HEAD = 4096
"""Bytes at the beginning of a page in which it may tell its encoding."""
CHINESE = re.compile("[\u3400-\u9fff]")
FAULTS = 20
"""Of so many Chinese characters one may be damaged."""
WORDS = re.compile("政府|信息|資訊|公[开開]|報告|报告")
"""What any report is full of."""
MISREAD = re.compile("[锛銆鐨鍏鏀淇骞]")
"""What the bytes of “，” “。” “的” “公” “政” “信” “年” in UTF-8 turn into when they are read as GBK."""
LOST = re.compile("\ufffd|锟斤拷|\\?{2,}")


def read_characters(path: Path) -> str:
    """Return the text of a page or a text file. Raises UnreadableFileError for one that is garbled, or is of another kind."""
    data = read_file(path, PAGE_LIMIT, REPORT)
    if len(data) > TEXT_LIMIT:
        data = PICTURE.sub(b"", data)
    if len(data) > TEXT_LIMIT:
        raise UnreadableFileError(path, TOO_LARGE.format(what=REPORT))
    if (kind := kind_of(data)) != "other":
        raise UnreadableFileError(path, PDF if kind == "pdf" else OFFICE)
    text = decode(data)
    if _is_garbled(text):
        raise UnreadableFileError(path, GARBLED)
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


def _is_garbled(text: str) -> bool:
    """Return whether much of the Chinese was thrown away, or all of it was misread and saved."""
    lost = sum(map(len, LOST.findall(text)))
    if lost >= FAULTS // 2 and lost * 4 > len(CHINESE.findall(text)):
        return True
    return not WORDS.search(text) and len(MISREAD.findall(text)) > 2
