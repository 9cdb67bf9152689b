"""read_roster: the roster in a file, be it text or a spreadsheet."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from xltools.county.roster import Roster, find_header, make_roster
from xltools.errors import UnreadableFileError
from xltools.files.gate import TEXT_LIMIT, WORKBOOK, kind_of, read_file

TEXT_KINDS, SHEET_KINDS = (".csv", ".tsv", ".txt"), (".xlsx", ".xlsm", ".xls", ".et", ".ods")
ENCODINGS = ("utf-8-sig", "gb18030")
"""What Chinese text is in, the likelier first; what is neither is hardly ever taken for UTF-8."""
DELIMITERS = (",", "\t", ";")
KEPT = re.compile(r'="(.*)"|\'(.*)')
"""How text that looks like a number is kept from spreadsheet programs: ="0012" or '0012."""


def read_roster(path: Path) -> Roster:
    """The roster in a .csv or in the first sheet of a spreadsheet. Raises UnreadableFileError, in one line that says what to do."""
    kind = path.suffix.lower()
    if kind not in (*TEXT_KINDS, *SHEET_KINDS):
        raise UnreadableFileError(path, "名册应为 .csv 或 .xlsx 文件。")
    data = read_file(path, TEXT_LIMIT if kind in TEXT_KINDS else WORKBOOK.file, "名册", may_be_empty=kind in TEXT_KINDS)
    if kind in TEXT_KINDS:
        if kind_of(data) != "other":
            raise UnreadableFileError(path, f"扩展名是 {kind}，内容却是表格、文档或 PDF 文件。请把扩展名改回原来的（如 .xlsx）。")
        return make_roster(path, _text_rows(path, data))
    from xltools.readers.workbook.values import first_sheet_rows

    return make_roster(path, first_sheet_rows(path, data))


def _text_rows(path: Path, data: bytes) -> list[list[str]]:
    """The rows of a text file, read in the way in which its header says most."""
    tables = [rows for text in _decodings(data) for delimiter in DELIMITERS if (rows := _split(text, delimiter)) is not None]
    if not tables:
        raise UnreadableFileError(path, "认不出文字编码，或文件已损坏。请在 Excel 或 WPS 中另存为“CSV UTF-8”。")
    # among equals the first one
    return max(tables, key=lambda rows: len(header[1]) if (header := find_header(rows)) else 0)


def _decodings(data: bytes) -> Iterator[str]:
    encodings = ("utf-16",) if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ENCODINGS
    for encoding in encodings:
        try:
            yield data.decode(encoding)
        except UnicodeDecodeError:
            continue


def _split(text: str, delimiter: str) -> list[list[str]] | None:
    """The rows of a text, None where it is no table with this delimiter."""
    try:
        return [[_unwrapped(cell) for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error:
        return None


def _unwrapped(cell: str) -> str:
    kept = KEPT.fullmatch(cell)
    return (kept[1] or kept[2] or "") if kept else cell
