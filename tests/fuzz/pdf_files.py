"""PDF files made of their objects, so that one of them can be anything and the rest be sound."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Sequence

OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)\nendobj\n", re.DOTALL)
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def build(objects: Sequence[bytes], *, trailer: bytes = b"/Root 1 0 R") -> bytes:
    """The file of these objects, which are numbered from 1; the first is the catalogue."""
    data, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    ending = b"trailer\n<</Size %d %s>>\nstartxref\n%d\n%%%%EOF" % (count, trailer, len(data))
    return data + b"xref\n0 %d\n0000000000 65535 f \n%s%s" % (count, table, ending)


def objects_of(data: bytes) -> list[bytes]:
    """The objects of a file that `build` made."""
    return [found[2] for found in OBJECT.finditer(data)]


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """A stream with this content as it stands."""
    return b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(data), entries, data)


def packed(data: bytes, *, times: int = 1, entries: bytes = b"") -> bytes:
    """A stream that unpacks to this content, packed several times over."""
    for _ in range(times):
        data = zlib.compress(data, 9)
    return stream(data, b"/Filter[%s]%s" % (b"/FlateDecode" * times, entries))


def one_page(content: bytes, *more: bytes, font: bytes = FONT, resources: bytes = b"", kids: bytes = b"3 0 R") -> bytes:
    """A file of one page with this content stream; `more` are the objects from 6 on, `font` the one that /F is."""
    return build(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, kids.count(b"R")),
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>%s>>>>" % resources,
            content,
            font,
            *more,
        ]
    )


def strokes(ends: Iterable[tuple[float, float, float, float]]) -> str:
    """The content of a page that draws lines, each from one point to another."""
    return " ".join(f"{x0} {y0} m {x1} {y1} l S" for x0, y0, x1, y1 in ends)
