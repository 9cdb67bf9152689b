"""What stands in a PDF, read back from files that LibreOffice made, and from published ones."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import docx
import pypdfium2
import pytest
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from pypdfium2 import raw

from tests.engines import convert
from tests.needed import SHARED, need_file
from tests.published import pdf_refusal
from xltools.errors import UnreadableFileError
from xltools.form.loader import find_form
from xltools.readers.dispatch import read_report
from xltools.readers.published import pdf_process
from xltools.readers.published.pdf import read_pdf
from xltools.readers.published.source import Cell, Line, Row, Source

pytestmark = pytest.mark.trial  # office programs make what is read

ROOT = Path(__file__).parent.parent
SAMPLES = {path.stem: path for path in sorted(ROOT.glob("samples/*/*.docx"))}
REPORTS = SHARED / "reports"
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


def test_a_password_is_named_only_if_one_is_needed_to_open(files: dict[str, Path], tmp_path: Path) -> None:
    boolean, string = '{"type":"boolean","value":"true"}', '{"type":"string","value":"x"}'
    locked = f'pdf:writer_pdf_Export:{{"EncryptFile":{boolean},"DocumentOpenPassword":{string}}}'
    guarded = f'pdf:writer_pdf_Export:{{"RestrictPermissions":{boolean},"PermissionPassword":{string}}}'
    word = files["prose"].with_suffix(".docx")
    (path,) = convert([word], locked, tmp_path / "locked")
    assert "有打开密码" in pdf_refusal(path)
    (path,) = convert([word], guarded, tmp_path / "guarded")
    assert paragraphs(read_pdf(path)) == PARAGRAPHS


def test_half_a_file_is_read_or_refused(files: dict[str, Path], tmp_path: Path) -> None:
    data = files["balanced-2024"].read_bytes()
    path = tmp_path / "half.pdf"
    for share in range(1, 10):
        path.write_bytes(data[: len(data) * share // 10])
        try:
            assert read_pdf(path).kind == "pdf"
        except UnreadableFileError as fault:
            assert "。" in fault.reason


def published(year: int) -> tuple[Source, dict[str, dict[str, dict[str, int]]]]:
    """A published report and what was read from its pages by eye."""
    path = need_file(REPORTS / f"hongze_district_{year}.pdf")
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
