"""Which pages of a PDF are read, of what size they may be, and what comes back of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.pdf_files import build, objects_of, one_page, stream, strokes
from xltools.readers.published.pdf import read_pdf
from xltools.readers.published.pdf_process import HALLMARKS, choose_pages
from xltools.readers.published.source import Cell, Line, Row

TITLE, PROSE, TABLE = "示例县2023年政府信息公开工作年度报告\n一、总体情况", "一年来的工作。", "\n".join(HALLMARKS[:4])
OTHER_TITLE, BARE_TITLE = TITLE.replace("示例县", "邻县"), "政府信息公开工作年度报告\n一、总体情况"


def test_a_document_without_a_report_has_no_page_of_one() -> None:
    assert choose_pages([PROSE] * 40) == []
    assert choose_pages(["各单位公布了政府信息公开工作年度报告，申请人情况、科研机构见附件。"] * 40) == []


@pytest.mark.parametrize(
    ("pages", "read"),
    [
        ([*[PROSE] * 20, TITLE, PROSE, TABLE, TABLE, PROSE, TITLE, TABLE], range(21, 26)),
        ([*[PROSE] * 20, TITLE, TABLE, OTHER_TITLE, TABLE], range(21, 23)),  # the next one begins right behind a table
        ([*[PROSE] * 20, BARE_TITLE, TABLE, PROSE, BARE_TITLE, TABLE], range(21, 24)),  # and is called the same
        ([*[PROSE] * 20, TITLE, *[TABLE, *[PROSE] * 4] * 3, TITLE, TABLE], range(21, 37)),  # tables far apart
        ([*[PROSE] * 20, *[f"{TITLE}\n{TABLE}"] * 5, *[PROSE] * 20], range(21, 32)),  # the title runs over all pages
        ([*[PROSE] * 20, "示例县2023年政府信息\n公开工作年度报告", TABLE, *[PROSE] * 20], range(21, 29)),
        ([TITLE, *[PROSE] * 20, TABLE, *[PROSE] * 20], range(8, 29)),  # a title far in front is another text's
    ],
)
def test_of_a_long_document_the_first_report_is_read(pages: list[str], read: range) -> None:
    assert choose_pages(pages) == list(read)


def _read(folder: Path, content: str, width: int = 600, height: int = 800) -> tuple[Line | Row, ...]:
    """What is read from a page of this size with this content."""
    parts = objects_of(one_page(stream(content.encode())))
    parts[2] = parts[2].replace(b"[0 0 600 800]", b"[0 0 %d %d]" % (width, height))
    path = folder / "report.pdf"
    path.write_bytes(build(parts))
    return read_pdf(path).items


def _words(size: int, *placed: tuple[int, int, str]) -> str:
    return "".join(f" BT /F {size} Tf {x} {y} Td ({text}) Tj ET" for x, y, text in placed)


def test_what_stands_on_a_page_is_read_in_its_order(tmp_path: Path) -> None:
    frame = strokes([(100, y, 500, y) for y in (600, 620, 640)] + [(x, 600, x, 640) for x in (100, 300, 500)])
    content = frame + _words(12, (110, 625, "a"), (310, 625, "b"), (110, 605, "1786"), (100, 700, "Title"), (100, 300, "End"))
    rows = (Row((Cell("a"), Cell("b", 1)), 1, 1, 1), Row((Cell("1786"), Cell("", 1)), 1, 2, 1))
    assert _read(tmp_path, content) == (Line("Title", 1), *rows, Line("End", 1))


def test_the_largest_page_that_there_can_be_is_read(tmp_path: Path) -> None:
    content = _words(500, (1000, 12000, "Title"), (1000, 6400, "1786"))
    assert _read(tmp_path, content, 14_400, 14_400) == (Line("Title", 1), Line("1786", 1))
