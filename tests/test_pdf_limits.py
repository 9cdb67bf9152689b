"""What a PDF unpacks to, takes to parse and draws is limited: each limit from both sides, and files made to exhaust whoever reads them."""

from __future__ import annotations

import re
import resource
import zlib
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from itertools import count
from pathlib import Path

import pdfminer
import pdfplumber
import pytest
from pdfminer.pdftypes import PDFStream
from pdfminer.psparser import LIT

from tests.fuzz.pdf_files import FONT, build, one_page, packed, stream
from xltools.errors import UnreadableFileError
from xltools.files import gate
from xltools.readers.published import pdf_limits, pdfium
from xltools.readers.published.pdf import TOO_MUCH, read_pdf
from xltools.readers.published.pdf_grids import MOST_CROSSINGS, find_grids
from xltools.readers.published.pdf_limits import limited
from xltools.readers.published.source import Line

MEGABYTE = 2**20
SMALL = {"PDF_UNPACKED_LIMIT": 2 * MEGABYTE, "PDF_WORK_LIMIT": 40_000, "PDF_OBJECT_LIMIT": 2_000}
"""Limits that are reached at once; what is tested is that each way to much more ends at one of them."""
TEXT = b"BT /F 9 Tf 1 0 0 1 50 700 Tm (report) Tj ET 0 0 m 90 0 l S"
REPORTS = sorted((Path(__file__).parents[2] / "shared" / "reports").glob("*.pdf"))


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """PDFium is not asked: that the rest withstands does not depend on it."""
    monkeypatch.setattr(pdfium, "look_through", lambda data, long: pdfium.Overview(1, ()))


def _read(data: bytes, folder: Path) -> str:
    """The text of a file, or why it is refused."""
    path = folder / "x.pdf"
    path.write_bytes(data)
    try:
        return "\n".join(item.text for item in read_pdf(path).items if isinstance(item, Line))
    except UnreadableFileError as fault:
        return fault.reason


# --------------------------------------------------------------------------------------------------------------- limits


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("limit", SMALL)
def test_each_limit_holds_from_both_sides(limit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = one_page(packed(TEXT))
    needed = _needed(data)[limit]
    assert needed > 5
    monkeypatch.setattr(pdf_limits, limit, needed)
    assert _read(data, tmp_path) == "report"
    monkeypatch.setattr(pdf_limits, limit, needed - 1)
    assert _read(data, tmp_path) == TOO_MUCH


@pytest.mark.usefixtures("alone")
def test_a_word_has_a_limit(tmp_path: Path) -> None:
    some = 5_000  # it is looked at whenever more is read
    assert _read(one_page(packed(TEXT + b" " + b"a" * (gate.PDF_WORD_LIMIT - some))), tmp_path) == "report"
    assert _read(one_page(packed(TEXT + b" " + b"a" * (gate.PDF_WORD_LIMIT + some))), tmp_path) == TOO_MUCH


def _needed(data: bytes) -> dict[str, int]:
    """What a file takes of each limit."""
    with limited() as budget:
        before = replace(budget)
        with pdfplumber.open(BytesIO(data)) as document:
            assert document.objects
    return {
        "PDF_UNPACKED_LIMIT": before.unpacked - budget.unpacked,
        "PDF_WORK_LIMIT": before.work - budget.work,
        "PDF_OBJECT_LIMIT": before.objects - budget.objects,
    }


def test_a_real_report_takes_little_of_the_limits() -> None:
    for path in REPORTS:
        assert all(15 * needed < getattr(gate, limit) for limit, needed in _needed(path.read_bytes()).items())


def test_outside_the_limits_pdfminer_is_as_ever() -> None:
    with limited():
        pass
    for data in (b"", b"report" * 1000):
        assert _decoded(zlib.compress(data)) == data
    damaged = zlib.compress(b"report" * 1000)[:-1] + b"?"
    assert _decoded(damaged) == b"report" * 1000, "only the checksum is wrong"
    assert _decoded(b"x" + damaged) == b""


def _decoded(data: bytes) -> bytes:
    """What pdfminer makes of a stream."""
    return bytes(PDFStream({"Filter": LIT("FlateDecode")}, data).get_data())


def test_nothing_else_in_pdfminer_unpacks_or_counts() -> None:
    """What is replaced is all there is; a version that has more must be looked at, and the limits put there, too."""
    sources = {path.stem: path.read_text(encoding="utf-8") for path in Path(pdfminer.__file__).parent.glob("*.py")}
    assert {name for name, source in sources.items() if "zlib" in source} == {"pdftypes"}
    counting = {name for name, source in sources.items() if re.search(r"\bin range\(|[( ]range\($", source, re.MULTILINE)}
    # by the data that they are given, which is limited; or never used here
    bounded = {"utils", "encodingdb", "arcfour", "lzw", "runlength"} | {"ccitt", "jbig2", "image", "layout", "converter"}
    assert counting - bounded == {"cmapdb", "pdfdocument", "pdffont"}
    unpacking = set(re.findall(r"data = (\w+(?:\.\w+)?)\(", sources["pdftypes"]))
    assert unpacking == {
        "self.decipher", "zlib.decompress", "decompress_corrupted", "lzwdecode", "ascii85decode", "asciihexdecode", "rldecode",
        "ccittfaxdecode", "apply_tiff_predictor", "apply_png_predictor",
    }  # fmt: skip


# ---------------------------------------------------------------------------------------------------------------- bombs


def _lzw(size: int) -> bytes:
    """A run of one byte, packed by the method that pdfminer undoes in Python."""
    bits, width, following, made = [], 9, 258, 1
    bits += [format(256, "09b"), format(97, "09b")]
    for run in count(2):
        if made >= size or following >= 4090:
            break
        bits.append(format(following, f"0{width}b"))
        following += 1
        width = 9 + sum(following >= end for end in (511, 1023, 2047))
        made += run
    joined = "".join(bits)
    return int(joined.ljust(-(-len(joined) // 8) * 8, "0"), 2).to_bytes(-(-len(joined) // 8), "big")


def _forms(levels: int) -> bytes:
    """A drawing that draws another one twice, which draws another one twice."""
    entries = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>"
    forms = [stream(b"/X Do /X Do", entries % (number + 1)) for number in range(6, 6 + levels)]
    return one_page(stream(b"/X Do"), *forms, stream(b"0 0 m 9 0 l S", entries % 6), resources=b"/XObject<</X 6 0 R>>")


def _composite(*, widths: bytes = b"", cmap: bytes = b"") -> bytes:
    """A page in a font of many characters."""
    font = b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/ToUnicode 6 0 R/DescendantFonts[7 0 R]>>"
    below = b"<</Type/Font/Subtype/CIDFontType2/BaseFont/X/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)>>/W[%s]>>" % widths
    return one_page(stream(TEXT), stream(cmap), below, font=font)


def _named_over_and_over(levels: int) -> bytes:
    """A title that is a list of two lists of two lists …."""
    lists = [b"[%d 0 R %d 0 R]" % (number, number) for number in range(4, 4 + levels)]
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>", *lists, b"1"]
    return build(objects, trailer=b"/Root 1 0 R/Info<</Title 3 0 R>>")


def _table_of_objects(entries: int) -> bytes:
    """A file whose table of objects says that it has very many."""
    rows = zlib.compress(bytes(7 * entries))
    head = b"%%PDF-1.7\n1 0 obj\n<</Type/XRef/Size %d/W[1 4 2]/Index[0 %d]/Root 2 0 R/Filter/FlateDecode/Length %d>>\nstream\n"
    return head % (entries, entries, len(rows)) + rows + b"\nendstream\nendobj\nstartxref\n9\n%%EOF"


BOMBS: dict[str, Callable[[], bytes]] = {
    "content": lambda: one_page(packed(b"q Q " * 2_000_000)),
    "content-packed-twice": lambda: one_page(packed(bytes(30 * MEGABYTE), times=2)),
    "content-of-lzw": lambda: one_page(stream(_lzw(8 * MEGABYTE), b"/Filter/LZWDecode")),
    "content-of-runs": lambda: one_page(packed(b"\x81 " * 20_000).replace(b"[/FlateDecode", b"[/FlateDecode/RunLengthDecode")),
    "predictor": lambda: one_page(packed(bytes(MEGABYTE), entries=b"/DecodeParms<</Predictor 12/Columns 9>>")),
    "damaged-content": lambda: one_page(stream(zlib.compress(bytes(30 * MEGABYTE), 9)[:-1] + b"?", b"/Filter/FlateDecode")),
    "characters": lambda: one_page(packed(b"BT /F 9 Tf (%s) Tj ET" % (b"a" * 3000))),
    "lines": lambda: one_page(packed(b"0 0 m 9 0 l S " * 3000)),
    "path": lambda: one_page(packed(b"0 0 m " + b"1 2 l " * 20_000 + b"S")),
    "picture-in-content": lambda: one_page(packed(b"BI /W 1 /H 1 ID " + b"a" * MEGABYTE)),
    "nesting": lambda: one_page(packed(b"[" * 100_000)),
    "character-range": lambda: _composite(cmap=b"begincmap beginbfrange <000000> <ffffff> <4e00> endbfrange"),
    "character-codes": lambda: _composite(cmap=b"begincmap beginbfchar " + b"<0001> <4e00> " * 30_000 + b"endbfchar"),
    "widths": lambda: _composite(widths=b"0 99999999 500"),
    "drawings": lambda: _forms(40),
    "references": lambda: _named_over_and_over(40),
    "table-of-objects": lambda: _table_of_objects(200_000),
}


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for limit, value in SMALL.items():
        monkeypatch.setattr(pdf_limits, limit, value)
    assert _read(BOMBS[name](), tmp_path) == TOO_MUCH


HARMLESS = {
    "drawing-of-itself": one_page(stream(TEXT + b" /X Do"), stream(b"/X Do /X Do"), resources=b"/XObject<</X 4 0 R>>"),
    "font-without-end": _composite(widths=b"5 0 500 9 [1 2]", cmap=b"begincmap beginbfrange <ff> <00> <4e00> endbfrange"),
    "predictor-wider-than-its-data": one_page(
        stream(TEXT), packed(b"\1", entries=b"/DecodeParms<</Predictor 12/Columns 99999999999>>"), resources=b"/ExtGState 6 0 R"
    ),
    "pictures": one_page(
        stream(TEXT.replace(b"report", b"report" * 9) + b" /X Do"),
        packed(bytes(70 * MEGABYTE), entries=b"/Type/XObject/Subtype/Image/Width 9/Height 9"),
        resources=b"/XObject<</X 6 0 R>>",
    ),
}


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_only_odd_is_read(name: str, tmp_path: Path) -> None:
    said = _read(HARMLESS[name], tmp_path)
    assert said.startswith("report") or "乱码" in said


def test_lines_that_cross_very_often_are_a_drawing() -> None:
    def lines(across: int) -> list[dict[str, float]]:
        level = [{"x0": 0.0, "x1": 999.0, "top": 9.0 * n, "bottom": 9.0 * n} for n in range(across)]
        return level + [{"x0": 9.0 * n, "x1": 9.0 * n, "top": 0.0, "bottom": 3600.0} for n in range(100)]

    assert find_grids(lines(MOST_CROSSINGS // 100), (), ())
    assert not find_grids(lines(MOST_CROSSINGS // 100 + 1), (), ())


# --------------------------------------------------------------------------------------------------------------- PDFium


def _pages(contents: list[bytes]) -> bytes:
    """A file with a page for each content."""
    kids = b" ".join(b"%d 0 R" % (3 + 2 * n) for n in range(len(contents)))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents %d 0 R/Resources<</Font<</F %d 0 R>>/XObject<</X %d 0 R>>>>>>"
    font = 3 + 2 * len(contents)
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(contents))]
    for n, content in enumerate(contents):
        objects += [page % (4 + 2 * n, font, font + 1), content]
    entries = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>"
    forms = [stream(b"/X Do /X Do", entries % (number + 1)) for number in range(font + 1, font + 40)]
    return build([*objects, FONT, *forms, stream(b"0 0 m 9 0 l S")])


def test_pdfium_says_what_many_pages_say_and_only_then() -> None:
    data = _pages([stream(TEXT)] * 4)
    assert pdfium.look_through(data, 4) == pdfium.Overview(4, ())
    assert pdfium.look_through(data, 3) == pdfium.Overview(4, ("report",) * 4)


@pytest.mark.parametrize(
    ("limit", "value", "bomb"),
    [
        pytest.param("PDF_SECONDS_LIMIT", 1, stream(b"/X Do"), id="seconds"),
        pytest.param("PDF_MEMORY_LIMIT", 128 * MEGABYTE, packed(bytes(200 * MEGABYTE)), id="memory"),
    ],
)
def test_pdfium_ends_at_its_limits(limit: str, value: int, bomb: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdfium, limit, value)
    sound = [stream(TEXT)] * 31
    assert _read(_pages(sound), tmp_path) != TOO_MUCH
    assert _read(_pages([bomb, *sound]), tmp_path) == TOO_MUCH


def test_pdfium_keeps_to_lower_limits_of_its_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    before = resource.getrlimit(resource.RLIMIT_CORE)
    monkeypatch.setattr(pdfium, "PDF_SECONDS_LIMIT", 10**9)
    assert pdfium.look_through(one_page(stream(TEXT)), 30).pages == 1
    assert resource.getrlimit(resource.RLIMIT_CORE) == before
