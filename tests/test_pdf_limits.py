"""A PDF is read in a process with limits: files made to exhaust whoever reads them cost a line, and odd ones are read."""

from __future__ import annotations

import resource
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fuzz.pdf_files import FONT, build, one_page, packed, stream
from xltools.errors import UnreadableFileError
from xltools.readers.published import pdf
from xltools.readers.published.pdf import REASONS, read_pdf
from xltools.readers.published.source import Line

pytestmark = pytest.mark.trial  # long runs

MEGABYTE = 2**20
TEXT = b"BT /F 9 Tf 1 0 0 1 50 700 Tm (report) Tj ET 0 0 m 90 0 l S"


def _read(data: bytes, folder: Path) -> str:
    """Return the text of a file, or why it is refused."""
    path = folder / "x.pdf"
    path.write_bytes(data)
    try:
        return "\n".join(item.text for item in read_pdf(path).items if isinstance(item, Line))
    except UnreadableFileError as fault:
        return fault.reason


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


BOMBS: dict[str, Callable[[], bytes]] = {
    "content": lambda: one_page(packed(b"q Q " * 5_000_000)),
    "content-packed-twice": lambda: one_page(packed(bytes(900 * MEGABYTE), times=2)),
    "character-range": lambda: _composite(cmap=b"begincmap beginbfrange <00000000> <ffffffff> <4e00> endbfrange"),
    "widths": lambda: _composite(widths=b"0 99999999 500"),
    "drawings": lambda: _forms(40),
}
"""Files of a few kilobytes that take gigabytes or hours."""


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "PDF_MEMORY_LIMIT", 512 * MEGABYTE)
    assert _read(one_page(stream(TEXT)), tmp_path) == "report"
    monkeypatch.setattr(pdf, "PDF_SECONDS_LIMIT", 3)
    assert _read(BOMBS[name](), tmp_path) == REASONS["too-much"]


HARMLESS = {
    "drawing-of-itself": one_page(stream(TEXT + b" /X Do"), stream(b"/X Do /X Do"), resources=b"/XObject<</X 4 0 R>>"),
    "font-without-end": _composite(widths=b"5 0 500 9 [1 2]", cmap=b"begincmap beginbfrange <ff> <00> <4e00> endbfrange"),
    "pictures": one_page(
        stream(TEXT.replace(b"report", b"report" * 9) + b" /X Do"),
        packed(bytes(70 * MEGABYTE), entries=b"/Type/XObject/Subtype/Image/Width 9/Height 9"),
        resources=b"/XObject<</X 6 0 R>>",
    ),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_only_odd_is_read(name: str, tmp_path: Path) -> None:
    said = _read(HARMLESS[name], tmp_path)
    assert said.startswith("report") or "乱码" in said


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


@pytest.mark.parametrize("bomb", [stream(b"/X Do"), packed(bytes(900 * MEGABYTE))], ids=["seconds", "memory"])
def test_the_search_for_the_report_in_a_long_document_ends_too(bomb: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "PDF_MEMORY_LIMIT", 512 * MEGABYTE)
    sound = [stream(TEXT)] * 31
    assert _read(_pages(sound), tmp_path) != REASONS["too-much"]
    monkeypatch.setattr(pdf, "PDF_SECONDS_LIMIT", 3)
    assert _read(_pages([bomb, *sound]), tmp_path) == REASONS["too-much"]


def test_the_process_keeps_to_lower_limits_of_its_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = resource.getrlimit(resource.RLIMIT_CORE)
    monkeypatch.setattr(pdf, "PDF_SECONDS_LIMIT", 10**5)
    assert _read(one_page(stream(TEXT)), tmp_path) == "report"
    assert resource.getrlimit(resource.RLIMIT_CORE) == before
