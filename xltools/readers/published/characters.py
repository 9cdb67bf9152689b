"""read_characters: a file's text, refused in one line where there is none or too much of it."""

from __future__ import annotations

import re
from pathlib import Path

from xltools.errors import UnreadableFileError
from xltools.files.gate import EMPTY, PAGE_LIMIT, REPORT, TEXT_LIMIT, TOO_LARGE, kind_of, read_file
from xltools.readers.published.encodings import GarbledTextError, declared_encoding, decode

PICTURE = re.compile(rb"data:[\w/+.;-]{1,100}base64,[A-Za-z0-9+/=%\s]{1000,}")

GARBLED = "文件内容是乱码，文字已丢失。请用 UTF-8 编码重新保存，或向发布单位索取原文件。"
OFFICE = "这是 Word 或其他办公软件的文件，不是文本。请把扩展名改回原来的，或另存为 .docx。"
PDF = "这是 PDF 文件。请把扩展名改为 .pdf。"


def read_characters(path: Path) -> str:
    """The text of a page or a text file. Raises UnreadableFileError for one that is garbled, or is of another kind."""
    data = read_file(path, PAGE_LIMIT, REPORT)
    if len(data) > TEXT_LIMIT:
        data = PICTURE.sub(b"", data)
    if len(data) > TEXT_LIMIT:
        raise UnreadableFileError(path, TOO_LARGE.format(what=REPORT))
    if (kind := kind_of(data)) != "other":
        raise UnreadableFileError(path, PDF if kind == "pdf" else OFFICE)
    try:
        text = decode(data, declared_encoding(data))
    except GarbledTextError as fault:
        raise UnreadableFileError(path, GARBLED) from fault
    if not text.strip():
        raise UnreadableFileError(path, EMPTY)
    return text
