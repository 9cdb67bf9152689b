"""read_bytes and read_characters: a file's content, refused in one line where there is none or too much of it."""

from __future__ import annotations

import re
from pathlib import Path

from xltools.errors import UnreadableFileError
from xltools.importers.encodings import GarbledTextError, declared_encoding, decode

FILE_LIMIT, TEXT_LIMIT = 64 * 2**20, 8 * 2**20
"""Bytes of a page or text, with the pictures that it holds and without; a report has about 50,000."""
PICTURE = re.compile(rb"data:[\w/+.;-]{1,100}base64,[A-Za-z0-9+/=%\s]{1000,}")
OLE_MAGIC, ZIP_MAGIC, PDF_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04", b"%PDF-"

EMPTY = "文件是空的。请重新保存或索取。"
TOO_LARGE = "文件过大，不像是一份年度报告。请确认文件。"
GARBLED = "文件内容是乱码，文字已丢失。请用 UTF-8 编码重新保存，或向发布单位索取原文件。"
OFFICE = "这是 Word 或其他办公软件的文件，不是文本。请把扩展名改回原来的，或另存为 .docx。"
PDF = "这是 PDF 文件。请把扩展名改为 .pdf。"


def read_bytes(path: Path, limit: int) -> bytes:
    """The bytes of a file. Raises UnreadableFileError for one that is missing, empty or larger than the limit."""
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as fault:
        raise UnreadableFileError(path, f"{fault.strerror}。请检查文件是否存在、是否有权限。") from fault
    if len(data) > limit:
        raise UnreadableFileError(path, TOO_LARGE)
    if not data:
        raise UnreadableFileError(path, EMPTY)
    return data


def read_characters(path: Path) -> str:
    """The text of a page or a text file. Raises UnreadableFileError for one that is garbled, or is of another kind."""
    data = read_bytes(path, FILE_LIMIT)
    if len(data) > TEXT_LIMIT:
        data = PICTURE.sub(b"", data)
    if len(data) > TEXT_LIMIT:
        raise UnreadableFileError(path, TOO_LARGE)
    if data.startswith((OLE_MAGIC, ZIP_MAGIC)):
        raise UnreadableFileError(path, OFFICE)
    if data.startswith(PDF_MAGIC):
        raise UnreadableFileError(path, PDF)
    try:
        text = decode(data, declared_encoding(data))
    except GarbledTextError as fault:
        raise UnreadableFileError(path, GARBLED) from fault
    if not text.strip():
        raise UnreadableFileError(path, EMPTY)
    return text
