"""Opens and writes packages, the zip files that office documents are."""

import io
import re
import struct
import zipfile
import zlib
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from xltools.files.gate import BAD_NAME, DAMAGED, DECLARES, ENCRYPTED, LOCAL_MAGIC, OVERLAPPING, TOO_LARGE, TWICE, GateError, Limits

PATH_TRICK = re.compile(r"^/|^[A-Za-z]:|\\|(?:^|/)\.\.(?:/|$)|[\x00-\x1f]")
"""In the name of an entry: an absolute path, a drive, a backslash, a way up, or what no one sees."""
XML_ENDINGS = (".xml", ".rels")

LOCAL_SIZE, CENTRAL_SIZE, END_SIZE = 30, 46, 22  # bytes before an entry, of its line in the directory, and of the end, without names
LOCAL_SUMS, LOCAL_LENGTHS, CENTRAL_SUMS, CENTRAL_OFFSET, END_DIRECTORY = 14, 26, 16, 42, 12
"""Where in them stand checksum and sizes, lengths of names, where the entry begins, and how long the directory is and where it begins."""

XML_BEGIN = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?!\0)")  # up to the first bracket, after a mark of UTF-8; UTF-16 without its mark is none
DECLARATION = re.compile(rb"(?:\s|<\?.*?\?>|<!--.*?-->)*+<!", re.DOTALL)  # anything declared before the first element; comments are none
ENCODING = re.compile(rb"<\?xml[^>]{0,200}?\bencoding\s*=\s*[\"']([^\"']*)")
PLAIN_ENCODING = re.compile(rb"utf-?(?:8|16)|(?:us-)?ascii|latin-?\d|gb\w+|big5|iso-8859-\d+|windows-\d+", re.IGNORECASE)
"""Encodings that do not hide what looks like XML."""


class Packed(NamedTuple):
    """The content of an entry, compressed."""

    crc: int
    size: int
    data: bytes


@dataclass(frozen=True, eq=False, repr=False)
class Package:
    """The parts of a zip file whose directory is as office programs write it."""

    data: bytes
    limits: Limits
    entries: Mapping[str, zipfile.ZipInfo]  # by name in small letters: readers of spreadsheets do not tell case
    starts: Mapping[int, int]  # where the content of each entry begins, by where its header does

    def __contains__(self, name: str) -> bool:
        return name.lower() in self.entries

    def __iter__(self) -> Iterator[str]:
        """Yield the names of the entries, in small letters."""
        return iter(self.entries)

    def read(self, name: str, *, declares: bool = False) -> bytes:
        """Return a part's XML. Raise GateError where it is damaged or missing, or declares anything and is not meant to."""
        entry = self.entries.get(name.lower())
        if entry is None or entry.file_size > self.limits.unpacked:
            raise GateError(self.limits.say(TOO_LARGE if entry else DAMAGED))
        start = self.starts[entry.header_offset]
        content = self.data[start : start + entry.compress_size]
        if entry.compress_type == zipfile.ZIP_DEFLATED:
            try:
                content = zlib.decompressobj(-zlib.MAX_WBITS).decompress(content, entry.file_size + 1)
            except zlib.error as fault:
                raise GateError(self.limits.say(DAMAGED)) from fault
        self.limits.refuse(len(content) != entry.file_size or zlib.crc32(content) != entry.CRC, DAMAGED)
        if not declares:
            _refuse_declarations(content, self.limits)
        return content

    def check_all(self) -> None:
        """Raise GateError for any of the parts; for libraries that unpack more of them than is looked at here."""
        self.limits.refuse(sum(entry.file_size for entry in self.entries.values()) > self.limits.unpacked, TOO_LARGE)
        for name in self.entries:
            if name.endswith(XML_ENDINGS):
                self.read(name)

    def sums(self) -> list[tuple[str, int, int]]:
        """Return the name, checksum and size of every entry."""
        return [(entry.filename, entry.CRC, entry.file_size) for entry in self.entries.values()]

    def exchange(self, changed: Mapping[str, Packed]) -> bytes:
        """Return a package that Python wrote (ASCII names, no extra fields, no comments) with these entries in place of its own."""
        pieces, directory, offset = [], [], 0
        end = self.data[-END_SIZE:]
        at = struct.unpack_from("<L", end, END_DIRECTORY + 4)[0]
        for entry in self.entries.values():
            start, length = self.starts[entry.header_offset], CENTRAL_SIZE + len(entry.filename)
            packed = changed.get(entry.filename) or Packed(entry.CRC, entry.file_size, self.data[start : start + entry.compress_size])
            sums = struct.pack("<3L", packed.crc, len(packed.data), packed.size)
            local, central = _put(self.data[entry.header_offset : start], LOCAL_SUMS, sums), self.data[at : at + length]
            directory.append(_put(_put(central, CENTRAL_SUMS, sums), CENTRAL_OFFSET, struct.pack("<L", offset)))
            pieces += [local, packed.data]
            offset += len(local) + len(packed.data)
            at += length
        size = sum(map(len, directory))
        return b"".join((*pieces, *directory, _put(end, END_DIRECTORY, struct.pack("<2L", size, offset))))


def open_package(data: bytes, limits: Limits) -> Package:
    """Return the package in a file, of which nothing has been unpacked. Raise GateError for one that must not be."""
    limits.refuse(data.count(b"PK\x01\x02") > limits.entries, TOO_LARGE)  # lines of the directory, before zipfile makes objects of them
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries, directory = package.infolist(), package.start_dir
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, struct.error) as fault:
        raise GateError(limits.say(DAMAGED)) from fault
    limits.refuse(sum(entry.file_size for entry in entries if entry.filename.lower().endswith(XML_ENDINGS)) > limits.unpacked, TOO_LARGE)
    for entry in entries:
        limits.refuse(entry.flag_bits & 0x0041, ENCRYPTED)  # in the old way or the strong one
        limits.refuse(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED), DAMAGED)  # what office programs write
        limits.refuse(PATH_TRICK.search(entry.orig_filename), BAD_NAME)
    by_name = {entry.filename.lower(): entry for entry in entries}
    limits.refuse(len(by_name) < len(entries), TWICE)
    return Package(data, limits, by_name, _find_contents(data, entries, directory, limits))


def write_package(parts: Mapping[str, bytes], *, compressed: bool = True) -> bytes:
    """Return a package of these parts and nothing else; the same bytes for the same parts."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED) as package:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))  # one date, so that the same content makes the same bytes
            entry.create_system, entry.compress_type = 3, package.compression  # Unix, on every system
            package.writestr(entry, content)
    return packed.getvalue()


def deflate(content: bytes) -> Packed:
    """Return the content compressed as zipfile, and so xlsxwriter, does."""
    compressor = zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS)
    return Packed(zlib.crc32(content), len(content), compressor.compress(content) + compressor.flush())


def _put(header: bytes, at: int, field: bytes) -> bytes:
    return header[:at] + field + header[at + len(field) :]


def _find_contents(data: bytes, entries: list[zipfile.ZipInfo], directory: int, limits: Limits) -> dict[int, int]:
    """Return where the content of each entry begins. Raise GateError where they overlap each other or the directory."""
    starts, end = {}, 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        at = entry.header_offset
        limits.refuse(at < end, OVERLAPPING)
        limits.refuse(data[at : at + 4] != LOCAL_MAGIC or at + LOCAL_SIZE > len(data), DAMAGED)
        name, extra = struct.unpack_from("<HH", data, at + LOCAL_LENGTHS)
        starts[at] = at + LOCAL_SIZE + name + extra
        end = starts[at] + entry.compress_size
    limits.refuse(end > directory, OVERLAPPING)
    return starts


def _refuse_declarations(xml: bytes, limits: Limits) -> None:
    """Raise GateError for XML that declares a document type or entities, or might do so where it is not seen."""
    if xml.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        xml = xml.decode("utf-16", "replace").encode("utf-8", "replace")
    begin = XML_BEGIN.match(xml)
    declared = ENCODING.match(xml, begin.end() - 1) if begin else None
    if not begin or (declared and not PLAIN_ENCODING.fullmatch(declared[1])):
        raise GateError(limits.say(DAMAGED))
    limits.refuse(DECLARATION.match(xml, begin.end() - 1), DECLARES)
