"""Seals documents: each carries the digest of its own content, which shows that we wrote it and nobody has changed it since.

A workbook and a Word document have it among their properties (`dc:identifier`), a page in a comment at its end, JSON under a last key.
It guards staff's work against our own next run, nothing against somebody who means to deceive.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from xltools.files.gate import MEGABYTE, GateError, Limits, kind_of
from xltools.files.packages import END_SIZE, deflate, open_package

OUTPUT = Limits("输出文件", "Office", 256 * MEGABYTE, 10_000, 1024 * MEGABYTE)
"""Whatever is larger counts as not ours."""
MARK = b"xltools sha256:"
SIZE = len(MARK) + 64

PAGE_SHAPE, JSON_SHAPE = (b"", b"<!-- ", b" -->\n"), (b"\n}\n", b',\n "seal": "', b'"\n}\n')
"""For a page and for JSON: what is cut off its end, and what stands around the seal in place of that."""

END = b"PK\x05\x06"
CORE = "docProps/core.xml"
IDENTIFIER = re.compile(rb"<dc:identifier\b[^>]*(?:/>|>[^<]*</dc:identifier>)")
CORE_END = b"</cp:coreProperties>"


def seal(data: bytes) -> bytes:
    """Return the document with its seal: an office file, a page, or JSON as we write it."""
    if kind_of(data) == "zip":
        return _seal_package(data)
    cut, before, after = JSON_SHAPE if data.startswith(b"{") else PAGE_SHAPE
    body = data.removesuffix(cut)
    return b"".join((body, before, _mark(body), after))


def is_sealed(data: bytes) -> bool:
    """Whether the document is one that we sealed, and not a byte of what it says has changed."""
    if kind_of(data) == "zip":
        return _is_sealed_package(data)
    for cut, before, after in (JSON_SHAPE, PAGE_SHAPE):
        body = data[: -SIZE - len(before) - len(after)]
        if data.endswith(after) and data == seal(body + cut):
            return True
    return False


def _mark(*content: bytes) -> bytes:
    return MARK + hashlib.sha256(b"".join(content)).hexdigest().encode("ascii")


def _seal_package(data: bytes) -> bytes:
    package = open_package(data, OUTPUT)
    core = IDENTIFIER.sub(b"", package.read(CORE))  # a copy may have that of its original
    element = b'<dc:identifier xmlns:dc="http://purl.org/dc/elements/1.1/">%s</dc:identifier>' % _package_mark(package.sums(), core)
    return package.exchange({CORE: deflate(core.replace(CORE_END, element + CORE_END))})


def _is_sealed_package(data: bytes) -> bool:
    if not data[-END_SIZE:].startswith(END):  # something was added at its end
        return False
    try:
        package = open_package(data, OUTPUT)
        core = package.read(CORE)
    except GateError:
        return False
    found = IDENTIFIER.search(core)
    return bool(found and _package_mark(package.sums(), IDENTIFIER.sub(b"", core)) in found[0])


def _package_mark(sums: Iterable[tuple[str, int, int]], core: bytes) -> bytes:
    """Return the mark of a package, by checksum and size of each entry: packing it anew changes nothing that it says."""
    entries = sorted(entry for entry in sums if entry[0] != CORE)
    return _mark(repr(entries).encode("utf-8"), core)
