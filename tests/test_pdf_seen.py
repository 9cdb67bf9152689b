"""What is seen on the page of a PDF is what is read."""

from __future__ import annotations

import pytest

from tests.fuzz.pdf_files import build, objects_of, one_page, stream, strokes
from xltools.readers.published import pdf_process
from xltools.readers.published.source import UNSEEN

GRID = strokes([(100, y, 400, y) for y in (600, 620, 640)] + [(x, 600, x, 640) for x in (100, 200, 300, 400)])


def _set(text: str, x: int, more: str = "", size: int = 12) -> str:
    """Words of the lower row of the grid, set at x."""
    return f" BT {more} /F {size} Tf {x} 605 Td ({text}) Tj ET "


def _read_content(content: str, *more: bytes, entries: bytes = b"", catalogue: bytes = b"", resources: bytes = b"") -> list[str]:
    """The texts of the cells of the lower row of a page with this content; `entries` are the page's, `more` the objects from 6 on."""
    words = "BT /F 12 Tf 110 625 Td (a) Tj 100 0 Td (b) Tj 100 0 Td (c) Tj ET " + _set("x", 110)
    parts = objects_of(one_page(stream(f"{GRID} {words} {content}".encode()), *more, resources=resources))
    parts[0], parts[2] = parts[0][:-2] + catalogue + b">>", parts[2][:-2] + entries + b">>"
    return [cell["text"] for cell in pdf_process.parse(build(parts), 1)[-1]["cells"]]


def test_figures_that_are_seen_are_read() -> None:
    grey_on_shade = "0.9 g 201 601 98 18 re f 0.5 g " + _set("1786", 210) + " 0 g"
    assert _read_content(grey_on_shade + _set("1,786.50", 310)) == ["x", "1786", "1,786.50"]
    assert _read_content("0.2 g 201 601 98 18 re f 1 g " + _set("1786", 210) + _set("-12", 310, "0 g")) == ["x", "1786", "-12"]
    assert _read_content(_set("1786", 210) + _set("1786", 211)) == ["x", "1786", ""]  # printed twice to look bold


def test_a_page_of_which_only_a_part_is_shown_is_read_as_that_part() -> None:
    figures = _set("1786", 210) + _set("5", 310)
    assert _read_content(figures, entries=b"/CropBox[60 90 540 700]") == ["x", "1786", "5"]
    assert _read_content(figures + " 1 g 216 602 7 14 re f", entries=b"/CropBox[60 90 540 700]") == ["x", UNSEEN, "5"]


def test_figures_and_borders_of_a_web_page_printed_on_one_long_page_are_seen() -> None:
    long = b"/MediaBox[0 -9000 600 800]"
    assert _read_content(_set("1786", 210) + _set("5", 310), entries=long) == ["x", "1786", "5"]
    assert _read_content(_set("1786", 210) + " 1 g 216 602 7 14 re f", entries=long) == ["x", UNSEEN, ""]


UNSEEN_FIGURES = {
    "covered": _set("1786", 210) + " 1 g 216 602 7 14 re f 0 g",
    "covered in black": _set("1786", 210) + " 208 602 40 14 re f",
    "clipped": "q 210 600 20 40 re W n " + _set("1786", 210) + " Q",
    "white": _set("178", 210) + "1 g " + _set("6", 231) + " 0 g",
    "unpainted": _set("178", 210) + _set("6", 231, "3 Tr"),
    "one digit printed over": _set("1786", 210) + _set("7", 212),
    "another number printed over": _set("1786", 210) + _set("77", 213),
    "another number printed half a line above": _set("1786", 210) + "BT /F 12 Tf 210 611 Td (77) Tj ET",
    "covered and typed anew": _set("1786", 210) + " 1 g 208 602 40 14 re f 0 g " + _set("77", 214),
}


@pytest.mark.parametrize("content", UNSEEN_FIGURES.values(), ids=UNSEEN_FIGURES)
def test_a_figure_of_which_a_digit_is_not_seen_or_stands_upon_another_is_unread(content: str) -> None:
    assert _read_content(_set("5", 310) + content) == ["x", UNSEEN, "5"]


def test_a_figure_in_a_hidden_layer_is_unread() -> None:
    content = _set("178", 210) + "/OC /L BDC" + _set("6", 231) + "EMC"
    layer, off = b"<</Type/OCG/Name(draft)>>", b"/OCProperties<</OCGs[6 0 R]/D<</OFF[6 0 R]>>>>"
    assert _read_content(content, layer, resources=b"/Properties<</L 6 0 R>>") == ["x", "1786", ""]
    assert _read_content(content, layer, resources=b"/Properties<</L 6 0 R>>", catalogue=off) == ["x", UNSEEN, ""]


@pytest.mark.parametrize(
    ("kind", "read"),
    [(b"Link", "1786"), (b"Highlight", "1786"), (b"FreeText/DA(/F 12 Tf)/Contents(99)", UNSEEN), (b"Widget/FT/Tx/V(99)", UNSEEN)],
)
def test_a_figure_under_an_annotation_or_a_field_is_unread(kind: bytes, read: str) -> None:
    note = b"<</Type/Annot/Subtype/" + kind + b"/Rect[205 602 250 618]>>"
    assert _read_content(_set("1786", 210), note, entries=b"/Annots[6 0 R]") == ["x", read, ""]
    if read == UNSEEN:  # in an empty cell, too
        assert _read_content("", note, entries=b"/Annots[6 0 R]") == ["x", UNSEEN, ""]


def test_a_small_mark_of_a_note_is_no_digit() -> None:
    assert _read_content(_set("58", 210) + "BT /F 7 Tf 224 610 Td (1) Tj ET") == ["x", "58", ""]


@pytest.mark.parametrize(
    "line",
    [
        "1 G 250 600 m 250 640 l S 0 G",
        "1 g 249.5 600 1 40 re f 0 g",
        "q 0 0 5 5 re W n 250 600 m 250 640 l S Q",
        "250 600 m 250 640 l S 1 g 248 604 4 40 re f 0 g",
    ],
)
def test_a_line_that_is_not_seen_is_no_border(line: str) -> None:
    assert _read_content(line + " " + _set("1786", 237)) == ["x", "1786", ""]
    assert len(_read_content("250 600 m 250 640 l S " + _set("1", 220) + _set("2", 270))) == 4


def test_a_border_on_the_edge_of_the_page_is_one() -> None:
    edge = strokes([(100, y, 300, y) for y in (799.9, 780)] + [(x, 780, x, 799.9) for x in (100, 200, 300)])
    content = f"{edge} BT /F 12 Tf 110 785 Td (x) Tj 100 0 Td (1786) Tj ET".encode()
    (row,) = pdf_process.parse(one_page(stream(content)), 1)
    assert [cell["text"] for cell in row["cells"]] == ["x", "1786"]


def test_a_double_line_is_one_border() -> None:
    assert _read_content("204 600 m 204 640 l S 100 616 m 400 616 l S " + _set("1786", 210)) == ["x", "1786", ""]


def test_a_dotted_line_is_a_border() -> None:
    assert _read_content("[2 3] 0 d 250 600 m 250 640 l S [] 0 d " + _set("17", 220) + _set("86", 270)) == ["x", "17", "86", ""]


def test_two_numbers_that_no_line_parts_are_not_one_with_a_blank_between_its_thousands() -> None:
    grid = "1 G 250 600 m 250 640 l S 0 G " + _set("12", 220) + _set("345", 270)
    assert _read_content(grid) == ["x", "12\u3000345", ""]
    assert _read_content(_set("12 345", 220)) == ["x", "12 345", ""]
