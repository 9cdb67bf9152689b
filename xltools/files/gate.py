"""The gate: what a file is by its content, and whether a parser may see it. All limits of what is read stand here.

Limits are generous: a filled workbook has about 3,000 cells in 60 KB, a report's text 250,000 bytes of XML.
What is refused and why is told in docs/security.md.
"""

from __future__ import annotations

import io
import os
import re
import struct
import zipfile
import zlib
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from xltools.errors import UnreadableFileError

MEGABYTE = 2**20


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a package may be; what it should be and the program that saves it anew, for the words of a refusal."""

    what: str
    program: str
    file: int
    entries: int
    unpacked: int
    """Bytes that all entries unpack to."""
    part: int
    """Bytes that a part unpacks to, of those that are read."""

    def say(self, reason: str) -> str:
        """A reason in words for this kind of file."""
        return reason.format(what=self.what, program=self.program)


REPORT = "一份年度报告"
WORKBOOK = Limits("填报工作簿", "Excel", 32 * MEGABYTE, 2_000, 64 * MEGABYTE, 64 * MEGABYTE)
DOCUMENT = Limits(REPORT, "Word", 128 * MEGABYTE, 10_000, 1024 * MEGABYTE, 12 * MEGABYTE)
"""Photographs take most of a document, and are never unpacked."""

PAGE_LIMIT, TEXT_LIMIT = 64 * MEGABYTE, 8 * MEGABYTE
"""Bytes of a web page or text, with the pictures that it holds and without."""
LINE_LIMIT, CELL_LIMIT = 50_000, 300_000
"""Lines of text, paragraphs and table rows of a published file, and cells of its tables; a report has 1,000, a yearbook 20,000."""
PROSE_LIMIT = 300_000
"""Characters of a report's own prose, however it was read; the longest have 20,000."""
PDF_LIMIT, PDF_PAGE_LIMIT = 64 * MEGABYTE, 2_000
"""Bytes and pages of a PDF."""
PDF_UNPACKED_LIMIT = 64 * MEGABYTE
"""Bytes that the streams of a PDF unpack to, of those that are read; pictures are not."""
PDF_WORK_LIMIT = 3_000_000
"""Steps that it takes to parse a PDF: words, every four bytes of content, entries of fonts, references. A report takes 200,000."""
PDF_WORD_LIMIT = MEGABYTE
"""Bytes of a name, number or string in a PDF; reading one takes time that grows with the square of its length."""
PDF_OBJECT_LIMIT = 160_000
"""Characters, lines and pictures on the pages of a PDF that are read; a report has 3,000."""
PDF_MEMORY_LIMIT, PDF_SECONDS_LIMIT = 1024 * MEGABYTE, 30
"""Bytes and seconds of processor that PDFium may take to open a PDF and say what stands in a long one."""
JSON_LIMIT = 4 * MEGABYTE
"""Bytes; a report's JSON has about 20,000."""
ROSTER_LIMIT = 32 * MEGABYTE
"""Bytes of a roster as text."""

FORM_LIMIT, FORM_LINE_LIMIT = MEGABYTE, 10_000
"""Bytes of a form.toml, and characters of a line of it; the largest official one has 28,000 and 340."""
FORM_VALUE_LIMIT = 20_000
"""Settings of a form, lists and their items included."""
FORM_ITEM_LIMIT = 250
"""Sections, tables, breakdowns, mentions and counterparts of a form, each; a workbook with more sheets could not be read."""
FORM_LEVEL_LIMIT = 16
"""Headings above each other, and totals of totals."""
FORM_FIGURE_LIMIT, FORM_COLUMN_LIMIT = 20_000, 256
"""Figures of a form, as many as a spreadsheet program keeps up to date as one types, and columns of a table, as many as .xls has."""
FORM_TERM_LIMIT = 500_000
"""Figures that all relations, totals of totals and names of a form come to."""
FORM_PARAGRAPH_LIMIT, FORM_PART_LIMIT, FORM_LINE_TOTAL_LIMIT = 500, 500, 20_000
"""Rows for the paragraphs of a section, for the parts of a breakdown, and for both in all of the form."""
SKELETON_LIMIT = 100_000
"""Bytes of a report.md.j2."""
REFERENCE = Limits("成文样式", "Word", 8 * MEGABYTE, 1_000, 32 * MEGABYTE, 12 * MEGABYTE)
"""A reference.docx, which is unpacked whole."""

RATIO_LIMIT, RATIO_GRACE = 100, MEGABYTE
"""Times its size that XML may unpack to, where that is more than the grace."""

SHEET_LIMIT = 256
"""Sheets of a workbook."""
AREA_LIMIT = 500_000
"""Cells of a sheet, and of the smallest rectangle, from A1 on, that holds all its values."""
MERGED_LIMIT = 100_000
"""Merged ranges of a sheet."""
STYLE_LIMIT = 65_536
"""Formats of a workbook's cells; Excel keeps 65,490."""
STRING_LIMIT = 1_000_000
"""Shared strings of a workbook."""
BLANKS_LIMIT = 1_000_000
"""Blanks of an OpenDocument spreadsheet's texts that are written as their number."""

EMPTY = "文件是空的。请重新保存或索取。"
TOO_LARGE = "文件过大，不像是{what}。请确认文件。"
TOO_LONG = f"文件过长（超过 {LINE_LIMIT:,} 行或 {CELL_LIMIT:,} 个单元格），无法读取。请只保留年度报告所在的部分。"
TOO_WORDY = f"正文过长（超过 {PROSE_LIMIT:,} 字），不像是一份年度报告。请只保留年度报告的内容。"
ENCRYPTED = "文件有打开密码。请在 {program} 或 WPS 中取消密码后另存。"
DAMAGED = "文件已损坏或不完整。请在 {program} 或 WPS 中打开并另存后再试。"
BAD_NAME, TWICE, OVERLAPPING, DECLARES = (
    DAMAGED.replace("。", f"（{why}）。", 1)
    for why in ("内部文件名不合规范", "内部文件重名", "内部文件互相重叠", "XML 中有 DTD 或实体定义")
)

Kind = Literal["zip", "ole", "pdf", "other"]
LOCAL_MAGIC, PDF_MAGIC = b"PK\x03\x04", b"%PDF-"
MAGICS: tuple[tuple[bytes, Kind], ...] = ((LOCAL_MAGIC, "zip"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"), (PDF_MAGIC, "pdf"))

PATH_TRICK = re.compile(r"^/|^[A-Za-z]:|\\|(?:^|/)\.\.(?:/|$)|[\x00-\x1f]")
"""In the name of an entry: an absolute path, a drive, a backslash, a way up, or what no one sees."""
XML_PARTS = (".xml", ".rels")
COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""What office programs write."""
DIRECTORY_LINE = b"PK\x01\x02"
LOCAL_SIZE, LOCAL_LENGTHS = 30, 26
"""Bytes of the header before an entry, and where in it the lengths of name and extra field stand."""
ENCRYPTED_FLAGS = 0x0041
"""Bits that say that an entry is encrypted, in the old way or the strong one."""

XML_BEGIN = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?!\0)")
"""Up to the first bracket, after a mark of UTF-8 if there is one; UTF-16 without its mark is none."""
DECLARATION = re.compile(rb"(?:\s|<\?.*?\?>|<!--.*?-->)*+<!", re.DOTALL)
"""Anything declared before the first element; comments are none."""
ENCODING = re.compile(rb"<\?xml[^>]{0,200}?\bencoding\s*=\s*[\"']([^\"']*)")
PLAIN_ENCODING = re.compile(rb"utf-?(?:8|16)|(?:us-)?ascii|latin-?\d|gb\w+|big5|iso-8859-\d+|windows-\d+", re.IGNORECASE)
"""Encodings that do not hide what looks like XML."""


class GateError(Exception):
    """Why a file is refused, in Chinese, with what to do."""


def kind_of(data: bytes) -> Kind:
    """What a file is by how it begins."""
    return next((kind for magic, kind in MAGICS if data.startswith(magic)), "other")


def read_file(path: Path, limit: int, what: str, *, may_be_empty: bool = False) -> bytes:
    """The bytes of a file that should be `what`. Raises UnreadableFileError for one that is missing, empty or too large."""
    try:
        with path.open("rb") as file:
            data = file.read(min(os.fstat(file.fileno()).st_size, limit) + 1)
    except OSError as fault:
        raise UnreadableFileError(path, f"{fault.strerror}。请检查文件是否存在、是否有权限。") from fault
    if len(data) > limit:
        raise UnreadableFileError(path, TOO_LARGE.format(what=what))
    if not data and not may_be_empty:
        raise UnreadableFileError(path, EMPTY)
    return data


class Package:
    """The parts of a zip file whose directory is as office programs write it."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        """Raises GateError for a file that must not be unpacked; nothing of it has been by then."""
        self._data, self._limits = data, limits
        if data.count(DIRECTORY_LINE) > limits.entries:  # before zipfile makes an object of each
            raise self._refusal(TOO_LARGE)
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as package:
                entries, directory = package.infolist(), package.start_dir
        except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, struct.error) as fault:
            raise self._refusal(DAMAGED) from fault
        if sum(entry.file_size for entry in entries) > limits.unpacked:
            raise self._refusal(TOO_LARGE)
        for entry in entries:
            self._look_at(entry)
        # readers of spreadsheets do not tell case
        self._entries = {entry.filename.lower(): entry for entry in entries}
        if len(self._entries) < len(entries):
            raise self._refusal(TWICE)
        self._starts = self._placed(entries, directory)

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._entries

    def __iter__(self) -> Iterator[str]:
        """The names of the entries, in small letters."""
        return iter(self._entries)

    @property
    def sums(self) -> list[tuple[str, int, int]]:
        """The name, checksum and size of every entry."""
        return [(entry.filename, entry.CRC, entry.file_size) for entry in self._entries.values()]

    def read(self, name: str, *, declares: bool = False) -> bytes:
        """A part's XML. Raises GateError where it is damaged, too large or not there, or declares anything and is not meant to."""
        entry = self._entries.get(name.lower())
        if entry is None:
            raise self._refusal(DAMAGED)
        if entry.file_size > self._limits.part:
            raise self._refusal(TOO_LARGE)
        start = self._starts[entry.header_offset]
        xml = self._data[start : start + entry.compress_size]
        if entry.compress_type == zipfile.ZIP_DEFLATED:
            xml = self._unpacked(xml, entry.file_size)
        if len(xml) != entry.file_size or zlib.crc32(xml) != entry.CRC:
            raise self._refusal(DAMAGED)
        if not declares:
            self._look_into(xml)
        return xml

    def check_all(self) -> None:
        """Refuses the package for any of its parts; for readers that read more of them than is known here."""
        for name in self._entries:
            if name.endswith(XML_PARTS):
                self.read(name)

    def _refusal(self, reason: str) -> GateError:
        """The error that says a reason."""
        return GateError(self._limits.say(reason))

    def _look_at(self, entry: zipfile.ZipInfo) -> None:
        """Refuses an entry for its line in the directory."""
        if entry.flag_bits & ENCRYPTED_FLAGS:
            raise self._refusal(ENCRYPTED)
        if entry.compress_type not in COMPRESSIONS:
            raise self._refusal(DAMAGED)
        if PATH_TRICK.search(entry.orig_filename):
            raise self._refusal(BAD_NAME)
        size = entry.file_size
        if size > RATIO_GRACE and size > entry.compress_size * RATIO_LIMIT and entry.filename.lower().endswith(XML_PARTS):
            raise self._refusal(TOO_LARGE)

    def _placed(self, entries: list[zipfile.ZipInfo], directory: int) -> dict[int, int]:
        """Where the content of each entry begins, by where its header does."""
        starts, end = {}, 0
        for entry in sorted(entries, key=lambda entry: entry.header_offset):
            at = entry.header_offset
            if at < end:
                raise self._refusal(OVERLAPPING)
            if self._data[at : at + 4] != LOCAL_MAGIC or at + LOCAL_SIZE > len(self._data):
                raise self._refusal(DAMAGED)
            name, extra = struct.unpack_from("<HH", self._data, at + LOCAL_LENGTHS)
            starts[at] = at + LOCAL_SIZE + name + extra
            end = starts[at] + entry.compress_size
        if end > directory:
            raise self._refusal(OVERLAPPING)
        return starts

    def _unpacked(self, packed: bytes, size: int) -> bytes:
        """What it unpacks to, which is as much as the directory says, or a refusal."""
        unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            xml = unpacker.decompress(packed, size + 1)
        except zlib.error as fault:
            raise self._refusal(DAMAGED) from fault
        if not unpacker.eof:
            raise self._refusal(DAMAGED)
        return xml

    def _look_into(self, xml: bytes) -> None:
        """Refuses XML that declares a document type or entities, or might do so where it is not seen."""
        if xml.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
            xml = xml.decode("utf-16", "replace").encode("utf-8", "replace")
        begin = XML_BEGIN.match(xml)
        declared = ENCODING.match(xml, begin.end() - 1) if begin else None
        if not begin or (declared and not PLAIN_ENCODING.fullmatch(declared[1])):
            raise self._refusal(DAMAGED)
        if DECLARATION.match(xml, begin.end() - 1):
            raise self._refusal(DECLARES)
