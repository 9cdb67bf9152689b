"""Archive: a zip file whose entries can be exchanged; those that stay are not compressed again."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

LOCAL_SIZE, CENTRAL_SIZE, END_SIZE = 30, 46, 22
"""Bytes of a header before an entry, of its line in the directory, and of the end of the file, without names."""
LOCAL_SUMS, CENTRAL_SUMS, CENTRAL_OFFSET, END_DIRECTORY = 14, 16, 42, 12
"""Where in them the checksum and both sizes stand; where the entry begins; how long the directory is and where it begins."""


class Packed(NamedTuple):
    """The content of an entry, compressed."""

    crc: int
    size: int
    data: bytes

    @property
    def sums(self) -> bytes:
        """Its checksum and sizes as a header has them."""
        return struct.pack("<3L", self.crc, len(self.data), self.size)


def deflate(content: bytes) -> Packed:
    """The content compressed as zipfile, and so xlsxwriter, does."""
    compressor = zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS)
    return Packed(zlib.crc32(content), len(content), compressor.compress(content) + compressor.flush())


class Archive:
    """A zip file as Python writes it for office files: ASCII names, no extra fields, no comments."""

    def __init__(self, data: bytes) -> None:
        self._local: dict[str, bytes] = {}
        self._central: dict[str, bytes] = {}
        self._packed: dict[str, Packed] = {}
        self._end = data[-END_SIZE:]
        at = struct.unpack_from("<L", self._end, END_DIRECTORY + 4)[0]
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            for entry in package.infolist():
                name = entry.filename
                start = entry.header_offset + LOCAL_SIZE + len(name)
                self._local[name] = data[entry.header_offset : start]
                self._central[name] = data[at : at + CENTRAL_SIZE + len(name)]
                self._packed[name] = Packed(entry.CRC, entry.file_size, data[start : start + entry.compress_size])
                at += CENTRAL_SIZE + len(name)
        self._data = data

    @cached_property
    def contents(self) -> dict[str, bytes]:
        """What its entries hold, by their names."""
        with zipfile.ZipFile(io.BytesIO(self._data)) as package:
            return {name: package.read(name) for name in self._local}

    def read(self, name: str) -> bytes:
        """What one entry holds."""
        with zipfile.ZipFile(io.BytesIO(self._data)) as package:
            return package.read(name)

    @property
    def sums(self) -> list[tuple[str, int, int]]:
        """The name, checksum and size of every entry."""
        return [(name, packed.crc, packed.size) for name, packed in self._packed.items()]

    def pack(self, changed: Mapping[str, Packed]) -> bytes:
        """The file with these entries in the place of those that it has; the others as they are."""
        pieces, directory, offset = [], [], 0
        for name, local in self._local.items():
            packed = changed.get(name) or self._packed[name]
            central = _put(self._central[name], CENTRAL_SUMS, packed.sums)
            directory.append(_put(central, CENTRAL_OFFSET, struct.pack("<L", offset)))
            pieces += [_put(local, LOCAL_SUMS, packed.sums), packed.data]
            offset += len(local) + len(packed.data)
        size = sum(map(len, directory))
        return b"".join((*pieces, *directory, _put(self._end, END_DIRECTORY, struct.pack("<2L", size, offset))))


def _put(header: bytes, at: int, field: bytes) -> bytes:
    return header[:at] + field + header[at + len(field) :]
