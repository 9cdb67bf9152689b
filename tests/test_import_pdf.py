"""What stands in a PDF, read back from files that LibreOffice made, and from published ones."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from types import ModuleType

import docx
import pdfplumber
import pypdfium2
import pytest
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from PIL import Image
from pypdfium2 import raw

from tests.engines import convert
from tests.fuzz.pdf_files import build, objects_of, one_page, stream
from xltools.errors import UnreadableFileError
from xltools.form.loader import find_form, load_form
from xltools.readers.dispatch import read_report
from xltools.readers.published import pdf, pdf_process
from xltools.readers.published.pdf import read_pdf
from xltools.readers.published.pdf_columns import with_columns
from xltools.readers.published.pdf_lines import PageText, items
from xltools.readers.published.pdf_tables import RuledTable, find_tables, is_drawn
from xltools.readers.published.pdf_text import Glyph, glyphs_of, text_lines
from xltools.readers.published.source import UNSEEN, Cell, Line, Row, Source

pytestmark = pytest.mark.trial  # office programs make what is read

ROOT = Path(__file__).parent.parent
SAMPLES = {path.stem: path for path in sorted(ROOT.glob("samples/*/*.docx"))}
REPORTS = ROOT.parent / "shared" / "reports"
HANGING = re.compile("[，、。；：]")
VALUES = set("0123456789./-")

LATIN = "The quick brown fox jumps over the lazy dog and then the slow red hen walks under the big green tree until evening comes."
MIXED = (
    "本机关使用 Microsoft Office 和 WPS Office 编辑文档，网址为https://www.example.gov.cn/art/2024/1/30/art_1234_567890.html，"
    "电话0517-8722 2589，全年共1136件，增长12.5%（上年为10.3%），特此说明。"
)
RUN_IN = (
    "（一）主动公开。2024年本机关主动公开政府信息123条，其中：政策文件45条、通知公告67条、其他11条。（二）不是标题。"
    "请参阅附件《某某市政府信息公开指南（2024年版）》第3.2.1节，或拨打12345热线。"
)
LONG_HEADING = "二、这是一个非常非常长的标题，长到恰好需要两行才能够放得下，因此它要折行一次才行"
FLUSH = ["无缩进的段落，从左边起，写了很多的字，直到写满一行之后再接着写，这样就可以看到它。", "另一个无缩进的段落，也从左边起。"]
TITLE = "关于某某省某某市某某区人民政府办公室二〇二四年政府信息公开工作年度报告"
PARAGRAPHS = [TITLE, LATIN, LATIN, MIXED, "一、总体情况", RUN_IN, LONG_HEADING, *FLUSH, "1.短段。", "2.短段。", "某某区人民政府"]


def _paragraph(document: docx.document.Document, text: str, alignment: WD_ALIGN_PARAGRAPH, size: int = 16, indent: int = 2) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = alignment
    paragraph.paragraph_format.line_spacing = Pt(28)
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.first_line_indent = Pt(indent * size)
    paragraph.add_run(text).font.size = Pt(size)


def _prose() -> docx.document.Document:
    """A document of paragraphs that are hard to tell apart."""
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height, section.left_margin, section.right_margin = Mm(210), Mm(297), Mm(28), Mm(26)
    align = WD_ALIGN_PARAGRAPH
    for text in PARAGRAPHS:
        if text is TITLE:
            _paragraph(document, text, align.CENTER, 22, 0)
        elif text is PARAGRAPHS[-1]:
            _paragraph(document, text, align.RIGHT)
        else:
            _paragraph(document, text, align.LEFT if text is LATIN else align.JUSTIFY, indent=0 if text in FLUSH else 2)
    return document


def _landscape() -> docx.document.Document:
    """The sample on its side, with a running head."""
    document = docx.Document(str(SAMPLES["faulty-2024"]))
    section = document.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, section.page_height, section.page_width
    section.header.paragraphs[0].text = "某某县政务公开资料汇编"
    return document


def _without_borders() -> docx.document.Document:
    """The sample, its tables without ruled lines."""
    document = docx.Document(str(SAMPLES["balanced-2024"]))
    for table in document.tables:
        for name in ("w:tblStyle", "w:tblBorders", "w:tcBorders"):
            for element in list(table._tbl.iter(qn(name))):
                element.getparent().remove(element)
    return document


def _vertical() -> docx.document.Document:
    """The sample with a label set vertically and one turned."""
    document = docx.Document(str(SAMPLES["faulty-2024"]))
    for cell in document.tables[1]._tbl.iter(qn("w:tc")):
        text = "".join(one.text or "" for one in cell.iter(qn("w:t")))
        if text in ("三、本年度办理结果", "（三）不予公开"):
            direction = OxmlElement("w:textDirection")
            direction.set(qn("w:val"), "tbRlV" if "结果" in text else "btLr")
            cell.get_or_add_tcPr().append(direction)
    return document


def _filler() -> docx.document.Document:
    """Twenty pages of a yearbook, which speak of reports but are none."""
    document = docx.Document()
    for number in range(20):
        document.add_paragraph(f"{'甲乙丙丁戊己庚辛壬癸'[number % 10]}篇 政府信息公开工作")  # pages that begin alike have a running head
        document.add_paragraph("各单位按时公布了政府信息公开工作年度报告，行政复议、行政诉讼有所下降，法人或其他组织的申请有所增加。")
        document.add_page_break()
    return document


MADE: dict[str, Callable[[], docx.document.Document]] = {
    "prose": _prose,
    "landscape": _landscape,
    "without-borders": _without_borders,
    "vertical": _vertical,
    "filler": _filler,
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The samples and made documents as PDF, by name."""
    folder = tmp_path_factory.mktemp("pdf")
    for name, make in MADE.items():
        make().save(str(folder / f"{name}.docx"))
    sources = [*SAMPLES.values(), *(folder / f"{name}.docx" for name in MADE)]
    return {path.stem: path for path in convert(sources, "pdf", folder)}


def paragraphs(source: Source) -> list[str]:
    """The paragraphs outside tables."""
    return list(_joined(item for item in source.items if isinstance(item, Line)))


def _joined(lines: Iterable[Line]) -> Iterator[str]:
    text = ""
    for line in lines:
        text += line.text
        if not line.goes_on:
            yield text
            text = ""


def rows(source: Source) -> list[Row]:
    """The rows of all tables."""
    return [item for item in source.items if isinstance(item, Row)]


def value_rows(source: Source, count: int) -> list[list[str]]:
    """The texts of the rows that end in so many values: the last label, if there is one, and the values."""
    found = []
    for row in rows(source):
        texts = [cell.text.replace("\n", "") for cell in row.cells]
        values = [text for text in texts if text and set(text) <= VALUES]
        if len(values) == count:
            found.append(texts[-count - 1 :])
    return found


def document_rows(path: Path, table: int, columns: int) -> list[list[str]]:
    """The rows of values of a table of a Word document, each with its last label."""
    found = docx.Document(str(path)).tables[table].rows
    texts = [[cell.text for cell in row.cells][-columns - 1 :] for row in found]
    return [text for text in texts if all(value and set(value) <= VALUES for value in text[-columns:])]


@pytest.mark.parametrize("name", SAMPLES)
def test_every_paragraph_of_a_sample_is_whole(files: dict[str, Path], name: str) -> None:
    wanted = [paragraph.text for paragraph in docx.Document(str(SAMPLES[name])).paragraphs if paragraph.text]
    source = read_pdf(files[name])
    found = paragraphs(source)
    assert len(found) == len(wanted)
    # LibreOffice writes no glyph at all for some punctuation that it hangs into the margin
    ends = {item.text[-6:] for item in source.items if isinstance(item, Line) and item.goes_on}
    for text in wanted:
        for mark in HANGING.finditer(text):
            if text[: mark.start()][-6:] in ends and text not in found:
                text = text[: mark.start()] + text[mark.end() :]
                break
        assert text in found


@pytest.mark.parametrize("name", SAMPLES)
def test_every_row_of_a_samples_tables_is_read_across_page_breaks(files: dict[str, Path], name: str) -> None:
    source = read_pdf(files[name])
    assert value_rows(source, 7) == document_rows(SAMPLES[name], 1, 7)
    (last,) = value_rows(source, 15)
    assert [last] == [[cell.text for cell in docx.Document(str(SAMPLES[name])).tables[2].rows[-1].cells]]


def test_cells_have_their_place_and_spans(files: dict[str, Path]) -> None:
    source = read_pdf(files["changfu-2023"])
    first = [row for row in rows(source) if row.table == 1]
    assert [row.number for row in first] == list(range(1, 15))
    assert first[0].cells == (Cell("第二十条第（一）项", 0, 4),)
    assert first[5].cells == (Cell("信息内容"), Cell("本年处理决定数量", 1, 3))
    second = [row for row in rows(source) if row.table == 2]
    assert second[0].cells[1] == Cell("申请人情况", 3, 7)
    assert [(cell.column, cell.colspan, cell.rowspan) for cell in second[1].cells] == [(3, 1, 2), (4, 5, 1), (9, 1, 2)]
    assert second[7].cells[0] == Cell("（三）不\n予公开", 1, 1, 8)


def test_blank_cells_are_there(files: dict[str, Path]) -> None:
    (penalties,) = [row for row in rows(read_pdf(files["faulty-2024"])) if row.cells[0].text == "行政处罚"]
    assert penalties.cells == (Cell("行政处罚"), Cell("", 1, 3))


def test_tables_stand_between_their_headings(files: dict[str, Path]) -> None:
    tables: dict[str, set[int]] = {}
    heading = ""
    for item in read_pdf(files["balanced-2024"]).items:
        if isinstance(item, Line):
            heading = item.text[:2] if item.text[1] == "、" else heading
        else:
            tables.setdefault(heading, set()).add(item.table)
    assert list(tables) == ["二、", "三、", "四、"]
    assert sorted(table for held in tables.values() for table in held) == list(range(1, sum(map(len, tables.values())) + 1))


def test_pages_are_numbered_and_their_numbers_are_dropped(files: dict[str, Path]) -> None:
    items = read_pdf(files["changfu-2023"]).items
    assert [item.page for item in items] == sorted(item.page for item in items)
    assert {item.page for item in items} == set(range(1, items[-1].page + 1))
    assert not [item for item in items if isinstance(item, Line) and "—" in item.text]


def test_hard_paragraphs(files: dict[str, Path]) -> None:
    assert paragraphs(read_pdf(files["prose"])) == PARAGRAPHS


def test_a_running_head_is_dropped(files: dict[str, Path]) -> None:
    found = paragraphs(read_pdf(files["landscape"]))
    assert found == [paragraph.text for paragraph in docx.Document(str(SAMPLES["faulty-2024"])).paragraphs if paragraph.text]


def test_vertical_and_turned_labels(files: dict[str, Path]) -> None:
    labels = [cell.text.replace("\n", "") for row in rows(read_pdf(files["vertical"])) for cell in row.cells]
    assert labels.count("三、本年度办理结果") == 1
    assert labels.count("（三）不予公开") == 1


def test_tables_without_lines(files: dict[str, Path]) -> None:
    """Their numbers are all there; their labels as far as they stand in one line or two."""
    source = read_pdf(files["without-borders"])
    document = SAMPLES["balanced-2024"]
    assert [row[-7:] for row in value_rows(source, 7)] == [row[-7:] for row in document_rows(document, 1, 7)]
    assert [row[-15:] for row in value_rows(source, 15)] == [[cell.text for cell in docx.Document(str(document)).tables[2].rows[-1].cells]]
    partial = next(row for row in rows(source) if row.cells[0].text.startswith("（二）部分公开"))
    assert partial.cells[0].text.replace("\n", "") == "（二）部分公开（区分处理的，只计这一情形，不计其他情形）"
    prose = [paragraph.text for paragraph in docx.Document(str(document)).paragraphs if paragraph.text]
    assert set(prose) <= set(paragraphs(source))


def test_a_turned_page_is_read_as_it_is_shown(files: dict[str, Path], tmp_path: Path) -> None:
    """A landscape page is often a portrait one that the viewer turns."""
    target = tmp_path / "turned.pdf"
    document = pypdfium2.PdfDocument(files["balanced-2024"])
    for page in document:
        width, height = page.get_size()
        page.set_mediabox(0, 0, height, width)
        page.set_rotation(90)
        raw.FPDFPage_TransFormWithClip(page, raw.FS_MATRIX(0, 1, -1, 0, height, 0), raw.FS_RECTF(0, width, height, 0))
    document.save(target)
    assert paragraphs(read_pdf(target)) == paragraphs(read_pdf(files["balanced-2024"]))
    assert [row.cells for row in rows(read_pdf(target))] == [row.cells for row in rows(read_pdf(files["balanced-2024"]))]


def _bound(target: Path, *parts: Path) -> Path:
    """One PDF of several."""
    whole = pypdfium2.PdfDocument.new()
    for part in parts:
        whole.import_pages(pypdfium2.PdfDocument(part))
    whole.save(target)
    return target


def test_of_a_long_document_only_the_first_report_is_read(files: dict[str, Path], tmp_path: Path) -> None:
    filler, report, other = files["filler"], files["changfu-2023"], files["balanced-2024"]
    before = 3 * len(pypdfium2.PdfDocument(filler))
    source = read_pdf(_bound(tmp_path / "yearbook.pdf", filler, filler, filler, report, other, filler))
    alone = read_pdf(report)
    assert paragraphs(source) == paragraphs(alone)
    assert [item.page for item in source.items] == [item.page + before for item in alone.items]


def test_of_a_long_document_without_a_report_the_beginning_is_read(files: dict[str, Path], tmp_path: Path) -> None:
    source = read_pdf(_bound(tmp_path / "yearbook.pdf", files["filler"], files["filler"]))
    assert {item.page for item in source.items} <= set(range(1, pdf_process.LONG + 1))
    assert paragraphs(source)[0] == "甲篇 政府信息公开工作"


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


def _lines(ends: Iterable[tuple[float, float, float, float]]) -> str:
    return " ".join(f"{x0} {y0} m {x1} {y1} l S" for x0, y0, x1, y1 in ends)


FRAME = [(100, y, 300, y) for y in (600, 620, 640)] + [(x, 600, x, 640) for x in (100, 200, 300)]
SQUARES = [[(row, column, 1, 1) for row in (0, 1) for column in (0, 1)]]


def test_borders_may_be_lines_thin_areas_or_frames_whole_or_in_pieces() -> None:
    thin = [(x0, y0, max(x1 - x0, 0.5), max(y1 - y0, 0.5)) for x0, y0, x1, y1 in FRAME]
    pieces = [(x, y, 98, 0.5) for x in (101, 201) for y in (600, 620, 640)]
    pieces += [(x, y + 1, 0.5, 18) for x in (100, 200, 300) for y in (600, 620)]
    frames = [(x, y, 100, 20) for x in (100, 200) for y in (600, 620)]
    assert _drawn(_lines(FRAME)) == SQUARES
    assert _drawn(_rectangles(thin, "f")) == SQUARES
    assert _drawn(_rectangles(pieces, "f")) == SQUARES
    assert _drawn(_rectangles(frames, "S")) == SQUARES


def test_no_grid_where_nothing_is_ruled() -> None:
    """White areas behind the lines of prose, a frame around it, a line under a head, a chart of a thousand strokes."""
    rows = [(70, y, 450, 27) for y in range(100, 700, 27)]
    assert _drawn("1 g " + _rectangles(rows, "f")) == []
    assert _drawn(_rectangles(rows, "S")) == []
    assert _drawn(_lines([(70, 60, 520, 60)])) == []
    assert _drawn(_lines([(5 * n, 0, 5 * n, 800) for n in range(105)] + [(0, 7 * n, 600, 7 * n) for n in range(105)])) == []


def test_merged_cells_and_a_table_cut_by_the_pages_end() -> None:
    level = [(100, 700, 300, 700), (200, 680, 300, 680), (100, 660, 300, 660)]
    upright = [(x, 700, x, 635) for x in (100, 200, 300)]
    (cells,) = _drawn(_lines([*level, *upright]))
    assert cells == [(0, 0, 2, 1), (0, 1, 1, 1), (1, 1, 1, 1), (2, 0, 1, 1), (2, 1, 1, 1)]


def test_a_table_open_at_its_sides_and_one_with_a_piece_of_line_missing() -> None:
    inner = [(100, y, 400, y) for y in (640, 620, 600)] + [(x, 600, x, 640) for x in (200, 300)]
    assert _drawn(_lines(inner)) == [[(row, column, 1, 1) for row in (0, 1) for column in (0, 1, 2)]]
    missing = [(100, 640, 190, 640), *FRAME[:2], (200, 640, 300, 640), *FRAME[3:]]
    assert _drawn(_lines(missing)) == SQUARES


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


def test_two_numbers_that_no_line_parts_are_not_one_with_a_blank_between_its_thousands() -> None:
    grid = "1 G 250 600 m 250 640 l S 0 G " + _set("12", 220) + _set("345", 270)
    assert _read_content(grid) == ["x", "12\u3000345", ""]
    assert _read_content(_set("12 345", 220)) == ["x", "12 345", ""]


def test_words_of_a_line() -> None:
    (line,) = text_lines(
        [*_glyphs("2024", 0, 10), *_glyphs("AB", 40, 10.5), *_glyphs("CD", 54, 10), *_glyphs("12", 64.5, 10), *_glyphs(" ", 90, 10)]
    )
    assert (line.text, line.ends_in_space) == ("2024 AB CD12", True)


def test_columns_without_lines_that_nearly_touch_are_told_apart() -> None:
    labels = ["规章", "行政规范性文件", "许可"]
    lines = [[*_glyphs(label, 10, y, step=1), *_glyphs("2514", 81, y), *_glyphs("9617", 106, y), *_glyphs("0", 140, y)]
             for y, label in zip((20, 40, 60), labels, strict=True)]  # fmt: skip
    (table,) = with_columns(text_lines(glyph for line in lines for glyph in line))
    assert isinstance(table, RuledTable)
    assert [[cell.text for cell in cells] for cells in table.rows] == [[label, "2514", "9617", "0"] for label in labels]


def _columns_of(*lines: tuple[int, dict[int, str]]) -> list[list[tuple[str, int, int]]]:
    """The cells of the one table that lines make, each with its column and span; a line is its height and words by their middles."""
    glyphs = [
        glyph
        for y, words in lines
        for middle, text in words.items()
        for glyph in _glyphs(text, middle - 5 * len(text) * (1 if text > "一" else 0.5), y, step=1 if text > "一" else 0.5)
    ]
    (table,) = (element for element in with_columns(text_lines(glyphs)) if isinstance(element, RuledTable))
    return [[(cell.text, cell.column, cell.colspan) for cell in cells] for cells in table.rows]


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


# ------------------------------------------------------------------------------------------- what is seen is what is read

GRID = _lines([(100, y, 400, y) for y in (600, 620, 640)] + [(x, 600, x, 640) for x in (100, 200, 300, 400)])


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
    "line", ["1 G 250 600 m 250 640 l S 0 G", "1 g 249.5 600 1 40 re f 0 g", "q 0 0 5 5 re W n 250 600 m 250 640 l S Q"]
)
def test_a_line_that_is_not_seen_is_no_border(line: str) -> None:
    assert _read_content(line + " " + _set("1786", 237)) == ["x", "1786", ""]
    assert len(_read_content("250 600 m 250 640 l S " + _set("1", 220) + _set("2", 270))) == 4


def test_a_dotted_line_is_a_border() -> None:
    assert _read_content("[2 3] 0 d 250 600 m 250 640 l S [] 0 d " + _set("17", 220) + _set("86", 270)) == ["x", "17", "86", ""]


def test_a_figure_of_a_report_under_a_white_cover_is_told_and_no_other(files: dict[str, Path], tmp_path: Path) -> None:
    whole, target = read_report(files["balanced-2024"], find_form(None)), tmp_path / "covered.pdf"
    value = next(value for value in whole.figures.values() if isinstance(value, int) and value > 999)
    document = pypdfium2.PdfDocument(files["balanced-2024"])
    for page in document:
        found = page.get_textpage().search(str(value)).get_next()
        if found:
            left, bottom, right, top = page.get_textpage().get_charbox(found[0])
            cover = raw.FPDFPageObj_CreateNewRect(left, bottom, right - left, top - bottom)
            raw.FPDFPageObj_SetFillColor(cover, 255, 255, 255, 255)
            raw.FPDFPath_SetDrawMode(cover, raw.FPDF_FILLMODE_ALTERNATE, 0)
            raw.FPDFPage_InsertObject(page, cover)
            page.gen_content()
            break
    document.save(target)
    report = read_report(target, find_form(None))
    (unread,) = report.unread
    assert whole.figures[unread.figures[0]] == value
    assert "被遮住" in unread.reason
    assert {id: number for id, number in whole.figures.items() if id not in unread.figures} == {
        id: number for id, number in report.figures.items() if id not in unread.figures
    }


def reason(path: Path) -> str:
    """Why a file cannot be read."""
    with pytest.raises(UnreadableFileError) as fault:
        read_pdf(path)
    assert str(path) in str(fault.value)
    assert "\n" not in str(fault.value)
    return fault.value.reason


def test_a_password_is_named_only_if_one_is_needed_to_open(files: dict[str, Path], tmp_path: Path) -> None:
    boolean, string = '{"type":"boolean","value":"true"}', '{"type":"string","value":"x"}'
    locked = f'pdf:writer_pdf_Export:{{"EncryptFile":{boolean},"DocumentOpenPassword":{string}}}'
    guarded = f'pdf:writer_pdf_Export:{{"RestrictPermissions":{boolean},"PermissionPassword":{string}}}'
    word = files["prose"].with_suffix(".docx")
    (path,) = convert([word], locked, tmp_path / "locked")
    assert "有打开密码" in reason(path)
    (path,) = convert([word], guarded, tmp_path / "guarded")
    assert paragraphs(read_pdf(path)) == PARAGRAPHS


def test_a_scan_is_named_one(tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    Image.new("RGB", (600, 800), "white").save(path)
    assert "是扫描件（图片），没有文字，无法读取" in reason(path)


def _blank(path: Path, pages: int) -> Path:
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(595, 842)
    document.save(path)
    return path


def test_pages_without_anything(tmp_path: Path) -> None:
    assert reason(_blank(tmp_path / "blank.pdf", 1)).startswith("没有文字")


def test_too_many_pages_and_too_large_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _blank(tmp_path / "blank.pdf", 3)
    monkeypatch.setattr(pdf, "PDF_PAGE_LIMIT", 2)
    assert "超过" in reason(path)
    monkeypatch.setattr(pdf, "PDF_LIMIT", 100)
    assert "文件过大" in reason(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "文件是空的"),
        (b"PK\x03\x04 a Word document", "不是 PDF 文件"),
        (b"<html>404</html>", "不是 PDF 文件"),
        (b"%PDF-1.7\n", "文件已损坏"),
        (b"%PDF-1.7\n" + b"\x00\xff" * 5000, "文件已损坏"),
    ],
)
def test_what_is_no_pdf(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "wrong.pdf"
    path.write_bytes(content)
    assert said in reason(path)


def test_a_file_that_is_missing_or_a_folder(tmp_path: Path) -> None:
    assert "请检查文件是否存在" in reason(tmp_path / "missing.pdf")
    assert "请检查文件是否存在" in reason(tmp_path)


def test_half_a_file_is_read_or_refused(files: dict[str, Path], tmp_path: Path) -> None:
    data = files["balanced-2024"].read_bytes()
    path = tmp_path / "half.pdf"
    for share in range(1, 10):
        path.write_bytes(data[: len(data) * share // 10])
        try:
            assert read_pdf(path).kind == "pdf"
        except UnreadableFileError as fault:
            assert "。" in fault.reason


@pytest.mark.parametrize("name", ["pdfplumber", "pypdfium2"])
def test_without_the_extra_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    path = _blank(tmp_path / "blank.pdf", 1)
    nothing: ModuleType | None = None
    monkeypatch.setitem(sys.modules, name, nothing)  # type: ignore[arg-type]
    assert "请按 README 的“安装”一节加装 pdf 组件" in reason(path)


def test_importing_the_reader_loads_neither_library() -> None:
    code = "import sys, xltools.readers.published.pdf; sys.exit(bool({'pdfplumber', 'pypdfium2', 'pdfminer'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def published(year: int) -> tuple[Source, dict[str, dict[str, dict[str, int]]]]:
    """A published report and what was read from its pages by eye."""
    path = REPORTS / f"hongze_district_{year}.pdf"
    if not path.exists():
        pytest.skip("the published reports are not here")
    return read_pdf(path), json.loads((REPORTS / "truth" / f"hongze_district_{year}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("year", [2023, 2024])
def test_the_tables_of_a_published_report(year: int) -> None:
    source, truth = published(year)
    wanted = [[str(value) for value in row["values"]] for row in truth["table3"]["rows"]]  # type: ignore[attr-defined]
    assert [row[-7:] for row in value_rows(source, 7)] == wanted
    assert value_rows(source, 15) == [[str(value) for block in truth["table4"].values() for value in block.values()]]
    single = {row[0]: row[1] for row in value_rows(source, 1)}
    second = truth["table2"]
    assert [single[name] for name in ("行政许可", "行政处罚", "行政强制")] == [
        str(second[name]) for name in ("行政许可", "行政处罚", "行政强制")
    ]
    assert single["行政事业性收费"] == str(second["行政事业性收费_万元"])
    assert [row[1:] for row in value_rows(source, 3)] == [
        [str(value) for value in second[name].values()] for name in ("规章", "行政规范性文件")
    ]


@pytest.mark.parametrize("year", [2023, 2024])
def test_the_labels_of_a_published_report(year: int) -> None:
    source, _ = published(year)
    labels = [row[0] for row in value_rows(source, 7)]
    assert labels[:2] == ["一、本年新收政府信息公开申请数量", "二、上年结转政府信息公开申请数量"]
    assert labels[3] == "（二）部分公开（区分处理的，只计这一情形，不计其他情形）"
    assert labels[19] == "5.要求行政机关确认或重新出具已获取信息"
    assert [cell.text.replace("\n", "") for row in rows(source) for cell in row.cells].count("三、本年度办理结果") == 1


def test_the_prose_of_a_published_report() -> None:
    source, _ = published(2023)
    found = paragraphs(source)
    assert found[0] == "洪泽区人民政府2023年政府信息公开工作年度报告"
    assert found[1].startswith("本报告由淮安市洪泽区人民政府办公室根据《中华人民共和国政府信息公开条例》（国令第711号）")
    assert found[1].endswith("电子邮箱：hzzwgk@126.com）。")
    assert found[2] == "一、总体情况"
    assert "推进政府信息公开工作规范、有序、健康发展。" in found[3]
    (across,) = [text for text in found if text.startswith("加强区政府门户网站")]
    assert "严格执行“分级审核、先审后发”程序，落实“三审三校”制度" in across
    assert [text[:2] for text in found if text[1] == "、"] == ["一、", "二、", "三、", "四、", "五、", "六、"]
    assert found[-1] == "2023年，区政府严格落实《政府信息公开信息处理费管理办法》，全年收取政府信息公开信息处理费0元。"
    assert len(found) == 17


def test_the_form_has_the_wording_that_marks_a_reports_pages() -> None:
    """A new edition that words its tables otherwise has to be added there."""
    from xltools.readers.published.pdf_process import HALLMARKS

    words = (load_form().folder / "form.toml").read_text(encoding="utf-8")
    assert [hallmark for hallmark in HALLMARKS if hallmark not in words] == []
