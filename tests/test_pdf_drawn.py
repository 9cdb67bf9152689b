"""Tables, words and columns in what a PDF draws."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO

import pdfplumber
import pytest

from tests.fuzz.pdf_files import one_page, stream, strokes
from xltools.readers.published.pdf_columns import with_columns
from xltools.readers.published.pdf_lines import PageText, items
from xltools.readers.published.pdf_tables import RuledTable, find_tables, is_drawn
from xltools.readers.published.pdf_text import Glyph, glyphs_of, text_lines
from xltools.readers.published.source import Cell, Line, Row


def _drawn(content: str) -> list[list[tuple[int, int, int, int]]]:
    """Return the cells of each table that a page's content draws: row, column, and how many of each they span."""
    with pdfplumber.open(BytesIO(one_page(stream(content.encode())))) as document:
        page = document.pages[0].filter(is_drawn)
        cross = [Glyph("1", x, x + 1, y, 1, "F") for x in range(55, 600, 5) for y in range(55, 750, 5)]
        tables, _ = find_tables(page.edges, cross)
    return [
        [(number, cell.column, cell.rowspan, cell.colspan) for number, row in enumerate(table.rows) for cell in row] for table in tables
    ]


def _rectangles(boxes: Iterable[tuple[float, float, float, float]], paint: str) -> str:
    return " ".join(f"{x} {y} {width} {height} re {paint}" for x, y, width, height in boxes)


FRAME = [(100, y, 300, y) for y in (600, 620, 640)] + [(x, 600, x, 640) for x in (100, 200, 300)]
SQUARES = [[(row, column, 1, 1) for row in (0, 1) for column in (0, 1)]]


def test_borders_may_be_lines_thin_areas_or_frames_whole_or_in_pieces() -> None:
    thin = [(x0, y0, max(x1 - x0, 0.5), max(y1 - y0, 0.5)) for x0, y0, x1, y1 in FRAME]
    pieces = [(x, y, 98, 0.5) for x in (101, 201) for y in (600, 620, 640)]
    pieces += [(x, y + 1, 0.5, 18) for x in (100, 200, 300) for y in (600, 620)]
    frames = [(x, y, 100, 20) for x in (100, 200) for y in (600, 620)]
    assert _drawn(strokes(FRAME)) == SQUARES
    assert _drawn(_rectangles(thin, "f")) == SQUARES
    assert _drawn(_rectangles(pieces, "f")) == SQUARES
    assert _drawn(_rectangles(frames, "S")) == SQUARES


def test_no_grid_where_nothing_is_ruled() -> None:
    """White areas behind the lines of prose, a frame around it, a line under a head, a chart of a thousand strokes."""
    rows = [(70, y, 450, 27) for y in range(100, 700, 27)]
    beside = [(x, y, 225, 27) for x in (70, 295) for _, y, _, _ in rows]
    for white in ("1 g ", "1 1 1 rg ", "0 0 0 0 k "):
        assert _drawn(white + _rectangles(rows, "f")) == _drawn(white + _rectangles(beside, "f")) == []
    assert _drawn(_rectangles(rows, "S")) == []
    assert _drawn(strokes([(70, 60, 520, 60)])) == []
    assert _drawn(strokes([(5 * n, 0, 5 * n, 800) for n in range(105)] + [(0, 7 * n, 600, 7 * n) for n in range(105)])) == []


def test_merged_cells_and_a_table_cut_by_the_pages_end() -> None:
    level = [(100, 700, 300, 700), (200, 680, 300, 680), (100, 660, 300, 660)]
    upright = [(x, 700, x, 635) for x in (100, 200, 300)]
    (cells,) = _drawn(strokes([*level, *upright]))
    assert cells == [(0, 0, 2, 1), (0, 1, 1, 1), (1, 1, 1, 1), (2, 0, 1, 1), (2, 1, 1, 1)]


def test_a_table_open_at_its_sides_and_one_with_a_piece_of_line_missing() -> None:
    inner = [(100, y, 400, y) for y in (640, 620, 600)] + [(x, 600, x, 640) for x in (200, 300)]
    assert _drawn(strokes(inner)) == [[(row, column, 1, 1) for row in (0, 1) for column in (0, 1, 2)]]
    missing = [(100, 640, 190, 640), *FRAME[:2], (200, 640, 300, 640), *FRAME[3:]]
    assert _drawn(strokes(missing)) == SQUARES


def test_a_table_that_holds_a_table_lays_out_the_page() -> None:
    outer = [(50, 710, 450, 40), (50, 100, 70, 610), (120, 100, 380, 610)]
    inner = [(x, y, 100, 20) for x in (150, 250) for y in (600, 620)]
    assert _drawn(_rectangles([*outer, *inner], "S")) == SQUARES


def _glyphs(text: str, x: float, y: float, size: float = 10, step: float = 0.5) -> list[Glyph]:
    return [Glyph(char, x + index * step * size, x + (index + 1) * step * size, y, size, "F") for index, char in enumerate(text)]


def _edges(xs: Sequence[float], ys: Sequence[float]) -> list[dict[str, object]]:
    """Return the lines of a table as pdfplumber describes them."""
    upright = [{"x0": x, "x1": x, "top": ys[0], "bottom": ys[-1], "orientation": "v"} for x in xs]
    return [*upright, *({"x0": xs[0], "x1": xs[-1], "top": y, "bottom": y, "orientation": "h"} for y in ys)]


def _cell(*lines: str) -> str:
    """The text of a cell 30 points wide beside another one, with these lines in it."""
    glyphs = [glyph for index, line in enumerate(lines) for glyph in _glyphs(line, 2, 20 + index * 12)]
    (table,), _ = find_tables(_edges((0, 30, 200), (0, 100)), glyphs)
    return table.rows[0][0].text


def test_a_number_that_its_cell_broke_is_one_and_two_numbers_are_two() -> None:
    assert _cell("11398", "889") == "11398889"
    assert _cell("22", "（其中修") == "22\n（其中修"
    assert _cell("2", "0") == "2\n0"
    assert _cell("143", "7") == "1437"  # beside Word's margins no fourth digit has room
    assert _cell("2,", "515") == "2,515"
    assert _cell("5", "，889") == "5，889"
    assert _cell("5", "，88", "9") == "5，889"
    assert _cell("12", "3,456") == "12\n3,456"


def test_words_of_a_line() -> None:
    (line,) = text_lines(
        [*_glyphs("2024", 0, 10), *_glyphs("AB", 40, 10.5), *_glyphs("CD", 54, 10), *_glyphs("12", 64.5, 10), *_glyphs(" ", 90, 10)]
    )
    assert (line.text, line.ends_in_space) == ("2024 AB CD12", True)


def test_columns_without_lines_that_nearly_touch_are_told_apart() -> None:
    labels = ["规章", "行政规范性文件", "许可"]
    lines = [[*_glyphs(label, 10, y, step=1), *_glyphs("2514", 83.5, y), *_glyphs("9617", 106, y), *_glyphs("0", 140, y)]
             for y, label in zip((20, 40, 60), labels, strict=True)]  # fmt: skip
    (table,) = with_columns(text_lines(glyph for line in lines for glyph in line))
    assert isinstance(table, RuledTable)
    assert [[cell.text for cell in cells] for cells in table.rows] == [[label, "2514", "9617", "0"] for label in labels]


def _tables_of(*lines: tuple[int, dict[int, str]]) -> list[list[list[tuple[str, int, int]]]]:
    """The cells of the tables that lines make, each with its column and span; a line is its height and words by their middles."""
    glyphs = [
        glyph
        for y, words in lines
        for middle, text in words.items()
        for glyph in _glyphs(text, middle - 5 * len(text) * (1 if text > "一" else 0.5), y, step=1 if text > "一" else 0.5)
    ]
    tables = (element for element in with_columns(text_lines(glyphs)) if isinstance(element, RuledTable))
    return [[[(cell.text, cell.column, cell.colspan) for cell in cells] for cells in table.rows] for table in tables]


def _columns_of(*lines: tuple[int, dict[int, str]]) -> list[list[tuple[str, int, int]]]:
    """The cells of the one table that lines make."""
    (table,) = _tables_of(*lines)
    return table


def test_blanks_in_columns_without_lines_keep_their_place_under_headings_that_nearly_touch() -> None:
    read = _columns_of(
        (20, {150: "结果维", 183: "结果纠", 216: "其他结", 240: "总"}),
        (31, {150: "持", 183: "正", 216: "果", 240: "计"}),
        (60, {50: "行政复议", 150: "12", 216: "5", 240: "17"}),
        (90, {50: "行政诉讼", 150: "3", 240: "3"}),
    )
    assert read == [
        [("结果维持", 1, 1), ("结果纠正", 2, 1), ("其他结果", 3, 1), ("总计", 4, 1)],
        [("行政复议", 0, 1), ("12", 1, 1), ("", 2, 1), ("5", 3, 1), ("17", 4, 1)],
        [("行政诉讼", 0, 1), ("3", 1, 1), ("", 2, 1), ("", 3, 1), ("3", 4, 1)],
    ]


def test_one_row_of_many_numbers_is_a_table() -> None:
    numbers = {100 + 30 * place: str(place) for place in range(8)}
    assert _columns_of((20, {20: "数据", **numbers})) == [
        [("数据", 0, 1), *((text, place, 1) for place, text in enumerate(numbers.values(), 1))]
    ]


def test_a_line_between_the_rows_of_columns_without_lines_is_a_row_of_their_table() -> None:
    read = _columns_of((20, {50: "规章", 150: "12", 240: "5"}), (50, {90: "第二十条第五项"}), (80, {50: "许可", 150: "3", 240: "7"}))
    assert read == [
        [("规章", 0, 1), ("12", 1, 1), ("5", 2, 1)],
        [("第二十条第五项", 0, 1)],
        [("许可", 0, 1), ("3", 1, 1), ("7", 2, 1)],
    ]


def test_headings_over_the_numbers_of_the_row_above_begin_a_table_of_their_own() -> None:
    words = [(20, {50: "内容", 150: "制发", 240: "废止"}), (45, {50: "规章", 150: "12", 240: "5"}), (70, {50: "文件", 150: "3", 240: "1"})]
    words += [
        (95, {50: "内容", 200: "处理决定"}),
        (120, {50: "许可", 200: "7"}),
        (145, {50: "处罚", 200: "8"}),
        (170, {50: "强制", 200: "9"}),
    ]
    tables = _tables_of(*words)
    assert [[[text for text, _, _ in row] for row in table] for table in tables] == [
        [["内容", "制发", "废止"], ["规章", "12", "5"], ["文件", "3", "1"]],
        [["内容", "处理决定"], ["许可", "7"], ["处罚", "8"], ["强制", "9"]],
    ]


def test_words_below_a_row_that_has_its_label_are_none_of_it() -> None:
    read = _columns_of(
        (20, {50: "行政许可", 150: "12", 240: "5"}),
        (27, {50: "另注"}),
        (60, {50: "行政处罚", 150: "3", 240: "7"}),
    )
    assert [[text for text, _, _ in row] for row in read] == [["行政许可", "12", "5"], ["另注"], ["行政处罚", "3", "7"]]


def test_the_label_of_a_group_beside_a_row_is_not_the_rows_label() -> None:
    read = _columns_of(
        (20, {30: "（六）其", 120: "申请人逾期未", 200: "1", 240: "2"}),
        (44, {120: "逾期不补正的", 200: "", 240: ""}),
        (50, {30: "他处理", 200: "12", 240: "5"}),
        (56, {120: "申请", 200: "", 240: ""}),
        (80, {120: "其他", 200: "3", 240: "3"}),
    )
    assert read[1:] == [
        [("他处理", 0, 1), ("逾期不补正的申请", 1, 1), ("12", 2, 1), ("5", 3, 1)],
        [("其他", 0, 2), ("3", 2, 1), ("3", 3, 1)],
    ]


@pytest.mark.parametrize(
    ("last", "first", "rows"),
    [
        (("8.属于行", "0", "12", "3"), ("政查询事项", "", "", ""), [["8.属于行\n政查询事项", "0", "12", "3"]]),
        (("8.属于行", "", "", ""), ("政查询事项", "0", "12", "3"), [["8.属于行\n政查询事项", "0", "12", "3"]]),
        (("8.属于行政查询事项", "0", "12", "3"), ("3.其他", "", "", ""), [["8.属于行政查询事项", "0", "12", "3"], ["3.其他", "", "", ""]]),
        (
            ("8.属于行政查询事项", "0", "12", "3"),
            ("其他", "1", "2", "3"),
            [["8.属于行政查询事项", "0", "12", "3"], ["其他", "1", "2", "3"]],
        ),
        (("行政处罚", "0", "12", "3"), ("行政强制", "", "", ""), [["行政处罚", "0", "12", "3"], ["行政强制", "", "", ""]]),
    ],
)
def test_a_row_that_a_pages_end_breaks_is_one_row(last: Sequence[str], first: Sequence[str], rows: list[list[str]]) -> None:
    tables = [RuledTable(0, (tuple(Cell(text, column) for column, text in enumerate(row)),)) for row in (last, first)]
    pages = [PageText(number, (0, 0, 600, 800), (table,)) for number, table in enumerate(tables, 1)]
    assert [[cell.text for cell in row.cells] for row in items(pages) if isinstance(row, Row)] == rows


def test_a_row_that_a_pages_end_breaks_is_one_row_also_where_the_next_page_has_more_columns_of_labels() -> None:
    upper = tuple(Cell(text, column) for column, text in enumerate(("年度办", "（二）部分公开", "0", "12", "3")))
    lower = tuple(Cell(text, column) for column, text in ((0, "理结果"), (1, "（区分处理的）"), (3, ""), (4, ""), (5, "")))
    pages = [PageText(number, (0, 0, 600, 800), (RuledTable(0, (row,)),)) for number, row in enumerate((upper, lower), 1)]
    (row,) = (item for item in items(pages) if isinstance(item, Row))
    assert [cell.text for cell in row.cells] == ["年度办\n理结果", "（二）部分公开\n（区分处理的）", "0", "12", "3"]


def test_bold_by_printing_twice_is_one_print() -> None:
    (line,) = text_lines([*_glyphs("11398", 0, 10), *_glyphs("11398", 0.4, 10)])
    assert line.text == "11398"


def _char(text: str, matrix: tuple[float, ...] = (1, 0, 0, 1, 0, 90)) -> dict[str, object]:
    return {"text": text, "matrix": matrix, "x0": 0, "x1": 5, "top": 0, "bottom": 10, "y0": 90, "size": 10, "fontname": "F"}


@pytest.mark.parametrize(("printed", "meant"), [("⺠⻔⻓⻅⻚", "民门长见页"), ("⼾⾭⽂⼯", "户青文工"), ("\u2329\u232a", "〈〉")])
def test_radicals_that_chrome_prints_are_the_characters_they_stand_for(printed: str, meant: str) -> None:
    assert "".join(glyph.text for glyph in glyphs_of(map(_char, printed), (0, 0, 100, 100))) == meant


def test_a_number_that_the_pages_edge_cuts_off_is_none() -> None:
    chars = [{**_char(text), "x0": x, "x1": x + 5} for text, x in zip("433", (88, 93, 98), strict=True)]
    (line,) = text_lines(glyphs_of(chars, (0, 0, 100, 100)))
    assert line.text == "433…"
    (table,), outside = find_tables(_edges((0, 60, 120), (0, 100)), glyphs_of(chars, (0, 0, 100, 100)))
    assert [cell.text for cell in table.rows[0]] == ["", "433…"]
    assert not outside


def test_characters_are_the_common_ones_and_watermarks_are_none() -> None:
    chars = [_char("\u2f00"), _char("\ufb01"), _char("\xa0"), _char("\x00"), _char("(cid:7)"), _char("稿", (0.7, 0.7, -0.7, 0.7, 0, 90))]
    assert [glyph.text for glyph in glyphs_of(chars, (0, 0, 100, 100))] == ["一", "fi", " ", "\ufffd"]


def _set(text: str, x: float, y: float, size: float = 10, font: str = "F") -> list[Glyph]:
    """The characters of a line, Chinese ones in this font and others half as wide in one of their own."""
    widths = [size if char > "一" else size / 2 for char in text]
    return [
        Glyph(char, x + sum(widths[:at]), x + sum(widths[: at + 1]), y, size, font if char > "一" else "D") for at, char in enumerate(text)
    ]


def _go_on(*lines: list[Glyph]) -> list[bool]:
    """Whether the paragraph goes on behind each line of a page."""
    elements = tuple(text_lines(glyph for line in lines for glyph in line))
    return [item.goes_on for item in items([PageText(1, (0, 0, 600, 800), elements)]) if isinstance(item, Line)]


def _goes_on(*lines: str) -> list[bool]:
    """Whether the paragraph goes on behind each line of a page; a line of 40 Chinese characters is full."""
    return _go_on(*(_set(line, 50, 100 + 15 * number) for number, line in enumerate(lines)))


def test_a_line_is_full_where_the_word_behind_it_would_not_have_fitted() -> None:
    full, short = "公" * 40, "公" * 34
    assert _goes_on(full, full, short, "开" * 20) == [True, True, False, False]
    assert _goes_on(full, full, short, "www.example.gov.cn" + "开" * 20) == [True, True, True, False]
    assert _goes_on(full, full, "公" * 38, "开" * 20) == [True, True, False, False]
    assert _goes_on(full, full, "公" * 38, "（2024" + "开" * 20) == [True, True, True, False]
    assert _goes_on(full, full, "公" * 38, "开，" + "开" * 20) == [True, True, True, False]
    assert _goes_on(full, full, "公" * 37, "开。" + "开" * 20) == [True, True, False, False]
    assert _goes_on(full, full, "公" * 38, "开“公" + "开" * 20) == [True, True, True, False]
    assert _goes_on(full, full, "公" * 37, "开。2023" + "开" * 20) == [True, True, True, False]


FULL = [_set("公" * 40, 50, 300 + 15 * number) for number in range(4)]


def test_a_title_that_is_broken_is_one_paragraph_and_apart_from_the_text() -> None:
    assert _go_on(_set("某某县二〇二四年政府信息公", 107, 100, 22), _set("开工作年度报告", 173, 130, 22), *FULL) == [
        True,
        False,
        True,
        True,
        True,
        False,
    ]


def test_a_full_numbered_line_is_a_heading_where_the_text_behind_it_has_another_font() -> None:
    heading, plain = (_set("一、2024年" + "公" * 35, 50, 285, font=font) for font in ("H", "F"))
    text = _set("2024年" + "开" * 37, 50, 300)
    assert _go_on(plain, text, *FULL[1:])[0]
    assert not _go_on(heading, text, *FULL[1:])[0]


def test_a_full_line_does_not_go_on_in_one_that_is_indented_larger_or_further_down() -> None:
    assert _go_on(*FULL, _set("开" * 20, 50, 360))[3]
    for after in (_set("开" * 20, 60, 360), _set("开" * 20, 50, 360, 12), _set("开" * 20, 50, 372)):
        assert not _go_on(*FULL, after)[3]
