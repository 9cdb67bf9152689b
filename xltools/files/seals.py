"""Seals documents by the digest of their content, which guards staff's work against our own next run, and nothing against who means to deceive."""

import re
from collections.abc import Iterable

from xltools.files.gate import MEGABYTE, GateError, Limits, kind_of
from xltools.files.packages import END_SIZE, deflate, open_package

OUTPUT = Limits("输出文件", "Office", 256 * MEGABYTE, 10_000, 1024 * MEGABYTE)  # whatever is larger counts as not ours
MARK = b"xltools sha256:"
SIZE = len(MARK) + 64

PAGE_SHAPE, JSON_SHAPE = (b"", b"<!-- ", b" -->\n"), (b"\n}\n", b',\n "seal": "', b'"\n}\n')
"""For a page and for JSON: what is cut off its end, and what stands around the seal in place of that."""

CORE = "docProps/core.xml"
IDENTIFIER = rb"<dc:identifier\b[^>]*(?:/>|>[^<]*</dc:identifier>)"
CORE_END = b"</cp:coreProperties>"


def seal(data: bytes) -> bytes:
    """Return the document with its seal: an office file, a page, or JSON as we write it."""
    if kind_of(data) == "zip":
        package = open_package(data, OUTPUT)
        core = re.sub(IDENTIFIER, b"", package.read(CORE))  # a copy may have that of its original
        element = b'<dc:identifier xmlns:dc="http://purl.org/dc/elements/1.1/">%s</dc:identifier>' % _package_mark(package.sums(), core)
        return package.exchange({CORE: deflate(core.replace(CORE_END, element + CORE_END))})
    cut, before, after = JSON_SHAPE if data.startswith(b"{") else PAGE_SHAPE
    body = data.removesuffix(cut)
    return b"".join((body, before, _mark(body), after))


def is_sealed(data: bytes) -> bool:
    """Return whether the document is one that we sealed, and not a byte of what it says has changed."""
    if kind_of(data) == "zip":
        if not data[-END_SIZE:].startswith(b"PK\x05\x06"):  # something was added at its end
            return False
        try:
            package = open_package(data, OUTPUT)
            core = package.read(CORE)
        except GateError:
            return False
        found = re.search(IDENTIFIER, core)
        return bool(found and _package_mark(package.sums(), re.sub(IDENTIFIER, b"", core)) in found[0])
    bodies = ((data[: -SIZE - len(before) - len(after)] + cut, after) for cut, before, after in (JSON_SHAPE, PAGE_SHAPE))
    return any(data.endswith(after) and data == seal(body) for body, after in bodies)


def _mark(*content: bytes) -> bytes:
    import hashlib  # loads OpenSSL, which takes longer than reading a report

    return MARK + hashlib.sha256(b"".join(content)).hexdigest().encode("ascii")


def _package_mark(sums: Iterable[tuple[str, int, int]], core: bytes) -> bytes:
    """Return the mark of a package, by checksum and size of each entry: packing it anew changes nothing that it says."""
    return _mark(repr(sorted(entry for entry in sums if entry[0] != CORE)).encode("utf-8"), core)
