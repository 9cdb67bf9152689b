"""decode: the text of a file in whatever encoding it was saved. What is garbled beyond repair is refused."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence

WORDS = ("政府", "信息", "公开", "的", "公開", "資訊", "年度", "报告", "報告", "情况", "情況")
"""What any report is full of."""
ENOUGH = 3
"""So many of them leave no doubt."""

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins as UTF-16's does
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
BYTE_ENCODINGS, WIDE_ENCODINGS = ("utf-8", "gb18030", "big5hkscs"), ("utf-16-le", "utf-16-be", "utf-8")
"""What Chinese files are in, the likelier first: without zero bytes, and with some."""
NAMES = {"gbk": "gb18030", "gb2312": "gb18030", "big5": "big5hkscs"}

META = re.compile(rb"""<meta[^>]{1,200}charset\s*=\s*["']?\s*([\w-]+)|<\?xml[^>]{1,99}encoding\s*=\s*["']([\w-]+)""", re.IGNORECASE)
HEAD = 4096
"""Bytes at the beginning of a page in which it may tell its encoding."""

CHINESE = re.compile("[\u3400-\u9fff]+")
LOST = re.compile("\ufffd+|(?:锟斤拷)+|锟斤|\\?{2,}")
"""What is left where characters were thrown away."""
LOST_ENOUGH = 12
MISREAD = re.compile("[锛銆鐨鍏鏀淇骞]")
"""What the bytes of “，” “。” “的” “公” “政” “信” “年” in UTF-8 turn into when they are read as GBK."""
WINDOWS = {ord(bytes([byte]).decode("cp1252")): byte for byte in range(0x80, 0xA0) if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}
"""The bytes of the characters that the Western code page of Windows has where Latin-1 has controls."""


class GarbledTextError(ValueError):
    """A text whose characters are lost."""


def declared_encoding(data: bytes) -> str | None:
    """The encoding that a page says it is in, None where it says nothing."""
    found = META.search(data, 0, HEAD)
    return (found[1] or found[2]).decode("ascii", "replace") if found else None


def decode(data: bytes, declared: str | None = None) -> str:
    """The text of a file. What it declares is no more than a hint: pages often declare another encoding than they are in.

    A text that was misread and saved in a way that lost nothing is repaired. Raises GarbledTextError where it was lost.
    """
    text = _decode(data, declared)
    certain = is_certain(text)
    if not certain and not text.isascii():
        text = _repaired(text)
        certain = is_certain(text)
    if not certain or "\ufffd" in text or "锟斤拷" in text:
        _refuse_lost(text, certain)
    return text


def evidence(text: str) -> int:
    """How often words stand in a text that any Chinese report is full of."""
    return sum(map(text.count, WORDS))


def is_certain(text: str) -> bool:
    """Whether there is no doubt that a text is Chinese, rightly decoded."""
    count = 0
    for word in WORDS:
        at = text.find(word)
        while at >= 0:
            count += 1
            if count == ENOUGH:
                return True
            at = text.find(word, at + 1)
    return False


def _decode(data: bytes, declared: str | None) -> str:
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    if b"\0" in data:
        return _likeliest(data, WIDE_ENCODINGS, declared)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        if is_certain(text) or text.isascii():
            return text
    return _likeliest(data, BYTE_ENCODINGS, declared)


def _likeliest(data: bytes, encodings: Sequence[str], declared: str | None) -> str:
    """The decoding with most common words and fewest faults; in doubt as declared, then as is likelier."""
    texts = {encoding: data.decode(encoding, "replace") for encoding in encodings}
    named = _codec(declared)

    def merit(encoding: str) -> tuple[int, int, bool]:
        text = texts[encoding]
        return evidence(text), -text.count("\ufffd") - text.count("\0"), encoding == named

    return texts[max(encodings, key=merit)].replace("\0", "")


def _codec(declared: str | None) -> str:
    """The encoding that is meant by what a page declares."""
    try:
        name = codecs.lookup(declared or "").name
    except LookupError:
        return ""
    return NAMES.get(name, name)


def _repaired(text: str) -> str:
    """The text as it was before it was read in a wrong encoding and saved, where that lost nothing; else itself."""
    for misread in (_as_gbk, _as_western):
        for right in ("utf-8", "gb18030"):
            try:
                repaired = misread(text).decode(right)
            except UnicodeError:
                continue
            if is_certain(repaired):
                return repaired
    return text


def _as_gbk(text: str) -> bytes:
    """The bytes that Windows reads as this text in code page 936; the euro sign stands there for the byte 80."""
    return text.replace("€", "\udc80").encode("gb18030", "surrogateescape")


def _as_western(text: str) -> bytes:
    return text.translate(WINDOWS).encode("latin-1")


def _refuse_lost(text: str, certain: bool) -> None:
    """Raises GarbledTextError where much of the Chinese is lost, or all of it was misread."""
    lost = sum(map(len, LOST.findall(text)))
    if lost >= LOST_ENOUGH and lost * 4 > sum(map(len, CHINESE.findall(text))):
        raise GarbledTextError("the characters are lost")
    if not certain and len(MISREAD.findall(text)) >= ENOUGH:
        raise GarbledTextError("the text was read in a wrong encoding and saved")
