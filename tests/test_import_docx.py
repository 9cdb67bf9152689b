"""Word documents are read as Word shows them: paragraphs with their numbers, headings, and tables with merged cells."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn

from tests.sources import shown, texts
from xltools.errors import UnreadableFileError
from xltools.readers.published.source import Cell, Line, Row
from xltools.readers.published.word import read_docx
from xltools.readers.published.word_numbering import format_number

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "samples"
BLANK = ROOT.parent / "shared" / "official" / "blank-2021.docx"
ENCRYPTED = Path(__file__).parent / "wrong_files" / "encrypted.xlsx"
"""An empty workbook with a password; a document with one looks the same from outside."""

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMES = f'xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
RELS = (
    f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
)

Read = Callable[..., str]


def package(body: str, styles: str = "", numbering: str = "") -> bytes:
    """A document of nothing but these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("_rels/.rels", RELS)
        file.writestr("word/document.xml", f"<w:document {NAMES}><w:body>{body}<w:sectPr/></w:body></w:document>")
        if styles:
            file.writestr("word/styles.xml", f"<w:styles {NAMES}>{styles}</w:styles>")
        if numbering:
            file.writestr("word/numbering.xml", f"<w:numbering {NAMES}>{numbering}</w:numbering>")
    return buffer.getvalue()


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads a document made of these parts."""

    def read(body: str, styles: str = "", numbering: str = "") -> str:
        path = tmp_path / "report.docx"
        path.write_bytes(package(body, styles, numbering))
        return shown(read_docx(path).items)

    return read


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def p(content: str = "", properties: str = "") -> str:
    """A paragraph; plain text becomes a run."""
    return f"<w:p><w:pPr>{properties}</w:pPr>{content if content.startswith('<') else run(content)}</w:p>"


def tc(content: str = "", properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content if content.startswith('<') else p(content)}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cell if cell.startswith('<') else tc(cell) for cell in cells)}</w:tr>"


def tbl(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/>{''.join(rows)}</w:tbl>"


STYLED = '<w:pStyle w:val="x"/>'
DOWN, UP = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"


def wide(columns: int) -> str:
    return f'<w:gridSpan w:val="{columns}"/>'


# ----------------------------------------------------------------------------------------------------------- paragraphs


def test_a_document_of_python_docx_is_read(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("某县2024年政府信息公开工作年度报告", 0)
    document.add_heading("一、总体情况", 1)
    document.add_paragraph("全年公开").add_run("392条。").bold = True
    document.add_heading("（一）主动公开", 2)
    table = document.add_table(2, 3)
    table.cell(0, 0).merge(table.cell(0, 2)).text = "第二十条第（一）项"
    for cell, text in zip(table.rows[1].cells, ("规章", "0", " 3\u3000"), strict=True):
        cell.text = text
    path = tmp_path / "report.docx"
    document.save(str(path))
    source = read_docx(path)
    assert source.kind == "docx"
    assert shown(source.items) == "\n".join(
        (
            "# 某县2024年政府信息公开工作年度报告",
            "# 一、总体情况",
            "全年公开392条。",
            "## （一）主动公开",
            "| 第二十条第（一）项 (3x1) |",
            "| 规章 | 0 | 3 |",
        )
    )


def test_tabs_breaks_and_empty_paragraphs_are_white_space(read: Read) -> None:
    content = "<w:r><w:t>甲</w:t><w:tab/><w:t xml:space='preserve'> 乙 </w:t><w:br/><w:t>丙</w:t><w:noBreakHyphen/><w:t>丁</w:t><w:br w:type='page'/></w:r>"
    assert read(p(content) + p() + p("\u3000\u3000戊\u00a0")) == "甲  乙\n丙-丁\n戊"


def test_tab_stops_are_no_text(read: Read) -> None:
    assert read(p("甲", '<w:tabs><w:tab w:val="left" w:pos="420"/></w:tabs>')) == "甲"


def test_deleted_and_moved_text_is_left_out_and_inserted_text_is_read(read: Read) -> None:
    content = (
        run("公开")
        + "<w:del w:id='1'><w:r><w:delText>384</w:delText></w:r></w:del>"
        + f"<w:ins w:id='2'>{run('392')}</w:ins>"
        + f"<w:moveFrom w:id='3'>{run('旧')}</w:moveFrom><w:moveTo w:id='4'>{run('条')}</w:moveTo>"
    )
    assert read(p(content)) == "公开392条"


def test_paragraphs_whose_end_was_deleted_are_one(read: Read) -> None:
    deleted = "<w:rPr><w:del w:id='1'/></w:rPr>"
    assert read(p("全年公开", deleted) + p("", deleted) + p("392条。") + p("后")) == "全年公开392条。\n后"
    assert read(p("前") + p("完", deleted)) == "前\n完"


def test_deleted_rows_and_cells_are_left_out(read: Read) -> None:
    table = tbl(
        tr("规章", "0"),
        tr("旧", "9", properties="<w:del w:id='1'/>"),
        tr("文件", tc("8", "<w:cellDel w:id='2'/>"), "3"),
    )
    assert read(table) == "| 规章 | 0 |\n| 文件 | 3 |"


def test_hidden_text_is_left_out(read: Read) -> None:
    assert read(p(run("公开") + run("不", "<w:vanish/>") + run("信息", '<w:vanish w:val="0"/>'))) == "公开信息"


@pytest.mark.parametrize("how", ["<w:strike/>", "<w:dstrike/>", '<w:strike w:val="true"/>'])
def test_text_struck_through_is_left_out(read: Read, how: str) -> None:
    assert read(p(run("58") + run("8", how)) + p(run("留", '<w:strike w:val="0"/>'))) == "58\n留"


RAISED = '<w:vertAlign w:val="superscript"/>'


@pytest.mark.parametrize("mark", ["1", "[2]", "①", "注1", "*"])
def test_the_mark_of_a_note_at_a_number_in_a_table_is_not_its_digit(read: Read, mark: str) -> None:
    assert read(tbl(tr(tc(p(run("总计"))), tc(p(run("58") + run(mark, RAISED)))))) == "| 总计 | 58 |"


HIDING = [
    "<w:vanish/>", '<w:sz w:val="2"/>', '<w:rStyle w:val="gone"/>', '<w:color w:val="FFFFFF"/>', '<w:rStyle w:val="small"/><w:strike/>',
]  # fmt: skip
RUN_STYLES = (
    '<w:style w:type="character" w:styleId="gone"><w:basedOn w:val="base"/><w:rPr/></w:style>'
    '<w:style w:type="character" w:styleId="base"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="small"><w:rPr><w:sz w:val="18"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="hidden"><w:rPr><w:vanish/></w:rPr></w:style>'
)


@pytest.mark.parametrize("properties", HIDING)
def test_a_digit_that_is_not_seen_is_none(read: Read, properties: str) -> None:
    shown_by = '<w:rStyle w:val="gone"/><w:vanish w:val="0"/><w:sz w:val="12"/>'
    table = tbl(tr("总计", tc(p(run("5") + run("8", shown_by) + run("9", properties)))))
    assert read(table, RUN_STYLES) == "| 总计 | 58 |"


def test_the_mark_of_a_note_behind_a_hidden_digit_is_none_of_the_number(read: Read) -> None:
    assert read(tbl(tr("总计", tc(p(run("9", "<w:vanish/>") + run("58") + run("1", RAISED)))))) == "| 总计 | 58 |"


def test_white_digits_on_a_dark_cell_are_seen(read: Read) -> None:
    white = p(run("58", '<w:color w:val="FFFFFF"/>'))
    assert read(tbl(tr("总计", tc(white, '<w:shd w:val="clear" w:fill="003366"/>')))) == "| 总计 | 58 |"


def test_a_paragraph_whose_style_hides_it_is_left_out(read: Read) -> None:
    assert read(p("甲") + p("乙", '<w:pStyle w:val="hidden"/>'), RUN_STYLES) == "甲"


def test_a_raised_position_makes_the_mark_of_a_note(read: Read) -> None:
    assert read(tbl(tr("总计", tc(p(run("58") + run("1", '<w:position w:val="6"/>')))))) == "| 总计 | 58 |"


def test_the_result_of_a_field_within_a_fields_instruction_is_no_text(read: Read) -> None:
    begin, between, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))
    inner = begin + "<w:r><w:instrText>MERGEFIELD a</w:instrText></w:r>" + between + run("77") + end
    outer = begin + "<w:r><w:instrText>IF </w:instrText></w:r>" + inner + run("x") + between + run("12") + inner + end
    assert read(p(run("共") + outer + run("件"))) == "共1277件"


def test_what_a_document_shows_and_is_not_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "report.docx"
    path.write_bytes(package(p("甲")))
    assert read_docx(path).doubts == ()
    for content in ("<w:altChunk/>", p("<w:r><w:footnoteReference/></w:r>"), p('<w:r><v:shape><v:textpath string="乙"/></v:shape></w:r>')):
        path.write_bytes(package(p("甲") + content))
        (doubt,) = read_docx(path).doubts
        assert "未识别" in doubt.text


def test_what_is_raised_in_prose_or_beside_words_is_kept(read: Read) -> None:
    body = p(run("面积5m") + run("2", RAISED)) + tbl(tr(tc(p(run("其他") + run("1", RAISED))), tc(p(run("5")))))
    assert read(body) == "面积5m2\n| 其他1 | 5 |"


def test_links_fields_and_controls_are_their_text(read: Read) -> None:
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> HYPERLINK "http://a.cn" </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run("网站")}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    content = (
        f"<w:hyperlink>{run('详见')}</w:hyperlink>{field}"
        f"<w:sdt><w:sdtPr/><w:sdtContent>{run('二')}</w:sdtContent></w:sdt><w:smartTag>{run('〇')}</w:smartTag>"
        f"<w:fldSimple w:instr='PAGE'>{run('二四')}</w:fldSimple><w:bookmarkStart w:name='_GoBack'/><w:r><w:commentReference w:id='0'/></w:r>"
    )
    assert read(p(content)) == "详见网站二〇二四"
    assert read(f"<w:sdt><w:sdtContent>{p('甲')}{tbl(tr('规章', '0'))}</w:sdtContent></w:sdt>") == "甲\n| 规章 | 0 |"


def test_a_table_of_contents_is_left_out(read: Read) -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="11"><w:name w:val="toc 1"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="12"><w:name w:val="TOC Heading"/></w:style>'
    )
    body = p("目录", '<w:pStyle w:val="12"/>') + p("一、总体情况 1", '<w:pStyle w:val="11"/>') + p("一、总体情况")
    assert read(body, styles) == "一、总体情况"


def test_a_text_box_is_read_once_behind_its_paragraph(read: Read) -> None:
    box = f"<w:txbxContent>{p('框一')}{p('框二')}</w:txbxContent>"
    shape = f"<mc:AlternateContent><mc:Choice Requires='wps'><w:drawing>{box}</w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent>"
    assert read(p(run("前") + f"<w:r>{shape}</w:r>" + run("后")) + p("完")) == "前后\n框一\n框二\n完"
    assert read(p(f"<w:r><w:pict><v:textbox>{box}</v:textbox></w:pict></w:r>")) == "框一\n框二"


def test_a_text_box_stands_behind_the_whole_of_a_paragraph_whose_end_was_deleted(read: Read) -> None:
    box = f"<w:r><w:pict><w:txbxContent>{p('框')}</w:txbxContent></w:pict></w:r>"
    assert read(p(run("全年公开") + box, "<w:rPr><w:del w:id='1'/></w:rPr>") + p("392条。")) == "全年公开392条。\n框"


@pytest.mark.parametrize("name", ["sdt", "smartTag", "r", "tbl"])
def test_elements_within_each_other_without_end_are_read_or_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "report.docx"
    path.write_bytes(package(p("甲") + f"<w:p>{f'<w:{name}>' * 50_000}{f'</w:{name}>' * 50_000}</w:p>"))
    try:
        assert shown(read_docx(path).items) == "甲"
    except UnreadableFileError as refusal:
        assert refusal.reason.startswith("文件已损坏")


def test_what_has_no_choice_but_a_fallback_is_read(read: Read) -> None:
    assert read(p(f"<mc:AlternateContent><mc:Fallback>{run('甲')}</mc:Fallback></mc:AlternateContent>")) == "甲"


def test_a_document_in_the_strict_variant_is_read(tmp_path: Path) -> None:
    path = tmp_path / "report.docx"
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        strict = "http://purl.oclc.org/ooxml"
        file.writestr("_rels/.rels", RELS.replace(OFFICE, f"{strict}/officeDocument/relationships"))
        file.writestr("word/document.xml", f'<w:document xmlns:w="{strict}/wordprocessingml/main"><w:body>{p("甲")}</w:body></w:document>')
    path.write_bytes(data.getvalue())
    assert shown(read_docx(path).items) == "甲"


def test_parts_are_found_by_their_relations(tmp_path: Path) -> None:
    path = tmp_path / "report.docx"
    heading = '<w:style w:type="paragraph" w:styleId="x"><w:name w:val="heading 3"/></w:style>'
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("_rels/.rels", RELS.replace("word/document.xml", "/doc/main.xml"))
        file.writestr("doc/main.xml", f"<w:document {NAMES}><w:body>{p('甲', STYLED)}</w:body></w:document>")
        file.writestr("doc/_rels/main.xml.rels", RELS.replace('/officeDocument"', '/styles"').replace("word/document.xml", "s/a.xml"))
        file.writestr("doc/s/a.xml", f"<w:styles {NAMES}>{heading}</w:styles>")
    assert shown(read_docx(path).items) == "### 甲"


# -------------------------------------------------------------------------------------------------------------- headings


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("heading 1", 1),
        ("Heading 2", 2),
        ("标题 1", 1),
        ("标题3", 3),
        ("Title", 1),
        ("标题", 1),
        ("Normal", 0),
        ("Subtitle", 0),
        ("标题行", 0),
    ],
)
def test_the_name_of_a_style_tells_a_heading(read: Read, name: str, level: int) -> None:
    styles = f'<w:style w:type="paragraph" w:styleId="2"><w:name w:val="{name}"/></w:style>'
    assert read(p("甲", '<w:pStyle w:val="2"/>'), styles) == f"{'#' * level} 甲".strip()


def test_a_style_based_on_a_heading_is_one(read: Read) -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 2"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="a"><w:name w:val="公文二级"/><w:basedOn w:val="1"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="b"><w:name w:val="b"/><w:basedOn w:val="a"/><w:pPr><w:outlineLvl w:val="9"/></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="c"><w:name w:val="c"/><w:basedOn w:val="d"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="d"><w:name w:val="d"/><w:basedOn w:val="c"/></w:style>'
    )
    body = "".join(p(id, f'<w:pStyle w:val="{id}"/>') for id in "abcx")
    assert read(body, styles) == "## a\nb\nc\nx"


def test_an_outline_level_tells_a_heading(read: Read) -> None:
    styles = '<w:style w:type="paragraph" w:default="1" w:styleId="1"><w:name w:val="heading 1"/></w:style>'
    assert read(p("甲", '<w:outlineLvl w:val="1"/>') + p("乙", '<w:outlineLvl w:val="9"/>')) == "## 甲\n乙"
    assert read(p("甲") + p("乙", '<w:outlineLvl w:val="9"/>'), styles) == "# 甲\n乙"


def test_headings_of_chinese_word_made_by_python_docx(tmp_path: Path) -> None:
    document = docx.Document()
    style = document.styles.add_style("公文标题", WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Heading 1"]
    document.add_paragraph("一、总体情况", style=style)
    path = tmp_path / "report.docx"
    document.save(str(path))
    assert read_docx(path).items == (Line("一、总体情况", heading=1),)


# ------------------------------------------------------------------------------------------------------------- numbering


def level(number: int, shape: str, text: str, more: str = "") -> str:
    return f'<w:lvl w:ilvl="{number}"><w:start w:val="1"/><w:numFmt w:val="{shape}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'


def lists(*levels: str, nums: str = '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>') -> str:
    return f'<w:abstractNum w:abstractNumId="0">{"".join(levels)}</w:abstractNum>{nums}'


def numbered(text: str, at: int = 0, id: int = 1) -> str:
    return p(text, f'<w:numPr><w:ilvl w:val="{at}"/><w:numId w:val="{id}"/></w:numPr>')


CHINESE = lists(
    level(0, "chineseCountingThousand", "%1、"),
    level(1, "chineseCounting", "（%2）"),
    level(2, "decimal", "%3."),
    level(3, "bullet", "\uf0b7"),
)


def test_automatic_numbers_of_headings_are_read(read: Read) -> None:
    body = (
        numbered("总体情况")
        + numbered("主动公开", 1)
        + numbered("依申请公开", 1)
        + numbered("明确人员", 2)
        + numbered("2023年完成", 2)
        + numbered("主动公开政府信息情况")
        + numbered("再来", 1)
    )
    assert read(body, numbering=CHINESE) == "\n".join(
        ("一、总体情况", "（一）主动公开", "（二）依申请公开", "1.明确人员", "2. 2023年完成", "二、主动公开政府信息情况", "（一）再来")
    )


def test_bullets_and_lists_without_number_add_nothing(read: Read) -> None:
    assert read(numbered("甲", 3) + numbered("乙", 0, 0) + numbered("丙", 0, 7) + numbered("丁", 8), numbering=CHINESE) == "甲\n乙\n丙\n丁"


def test_a_number_stands_in_the_label_of_a_table(read: Read) -> None:
    table = tbl(tr(tc(numbered("属于国家秘密", 2)), "0"), tr(tc(numbered("其他", 2)), "1"))
    assert read(table, numbering=CHINESE) == "| 1.属于国家秘密 | 0 |\n| 2.其他 | 1 |"


def test_a_style_brings_its_number(read: Read) -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="2"><w:name w:val="heading 2"/><w:basedOn w:val="1"/></w:style>'
    )
    numbering = lists(
        level(0, "chineseCounting", "%1、", '<w:pStyle w:val="1"/>'), level(1, "chineseCounting", "（%2）", '<w:pStyle w:val="2"/>')
    )
    body = p("甲", '<w:pStyle w:val="1"/>') + p("乙", '<w:pStyle w:val="2"/>') + p("丙", '<w:pStyle w:val="1"/>')
    plain = p("丁", '<w:pStyle w:val="1"/><w:numPr><w:numId w:val="0"/></w:numPr>')
    assert read(body + plain, styles, numbering) == "# 一、甲\n## （一）乙\n# 二、丙\n# 丁"


def test_a_list_may_begin_anew_and_go_on(read: Read) -> None:
    nums = (
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
    )
    body = "".join(numbered("甲", 0, id) for id in (1, 2, 3, 3, 1))
    assert read(body, numbering=lists(level(0, "decimal", "%1."), nums=nums)) == "1.甲\n2.甲\n5.甲\n6.甲\n7.甲"


def test_a_list_may_change_a_level(read: Read) -> None:
    nums = (
        f'<w:num w:numId="1"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0">{level(0, "upperRoman", "%1)")}</w:lvlOverride></w:num>'
    )
    assert read(numbered("甲") + numbered("乙"), numbering=lists(level(0, "decimal", "%1."), nums=nums)) == "I)甲\nII)乙"


def test_numbers_of_several_levels_are_shown_together(read: Read) -> None:
    numbering = lists(
        level(0, "chineseCounting", "第%1章"),
        level(1, "decimal", "%1.%2", "<w:isLgl/>"),
        level(2, "decimal", "%3)"),
    )
    body = (
        numbered("甲") + numbered("乙", 1) + numbered("丙", 2) + numbered("乙", 1) + numbered("丙", 2) + numbered("甲") + numbered("丙", 2)
    )
    assert read(body, numbering=numbering) == "第一章 甲\n1.1 乙\n1)丙\n1.2 乙\n1)丙\n第二章 甲\n1)丙"


def test_a_level_that_was_passed_over_counts_as_begun(read: Read) -> None:
    numbering = lists(level(0, "decimal", "%1."), level(1, "decimal", "%1.%2"))
    assert read(numbered("甲", 1) + numbered("乙", 1), numbering=numbering) == "1.1 甲\n1.2 乙"


def test_paragraphs_without_text_count(read: Read) -> None:
    assert read(numbered("甲") + numbered("") + numbered("乙"), numbering=CHINESE) == "一、甲\n三、乙"


def test_a_list_that_is_a_style_of_lists_is_found(read: Read) -> None:
    numbering = (
        f'<w:abstractNum w:abstractNumId="4"><w:styleLink w:val="公文"/>{level(0, "chineseCounting", "%1、")}</w:abstractNum>'
        '<w:abstractNum w:abstractNumId="5"><w:numStyleLink w:val="公文"/></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="5"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="99"/></w:num>'
    )
    assert read(numbered("甲") + numbered("乙", 0, 2), numbering=numbering) == "一、甲\n乙"


@pytest.mark.parametrize(
    ("shape", "numbers"),
    [
        ("chineseCounting", {1: "一", 10: "十", 12: "十二", 20: "二十", 35: "三十五"}),
        ("taiwaneseCountingThousand", {11: "十一"}),
        ("japaneseCounting", {3: "三"}),
        ("decimal", {3: "3"}),
        ("decimalEnclosedCircle", {3: "③", 20: "⑳", 21: "21"}),
        ("decimalEnclosedParen", {3: "⑶"}),
        ("ideographZodiac", {3: "3"}),
        ("koreanDigital", {3: "3"}),
        ("upperRoman", {4: "IV", 19: "XIX"}),
        ("lowerLetter", {1: "a", 28: "bb"}),
        ("none", {3: ""}),
        ("cardinalText", {3: "3"}),
    ],
)
def test_numbers_are_shown_in_every_chinese_format(shape: str, numbers: dict[int, str]) -> None:
    assert {number: format_number(number, shape) for number in numbers} == numbers


def test_numbers_out_of_range_are_digits() -> None:
    assert [format_number(number, "chineseCounting") for number in (0, 100)] == ["0", "100"]
    assert format_number(40, "lowerRoman") == "40"
    assert format_number(0, "upperLetter") == "0"


# ---------------------------------------------------------------------------------------------------------------- tables


def test_merged_cells_have_their_spans_and_columns(read: Read) -> None:
    table = tbl(
        tr(tc("勾稽", wide(2) + DOWN), tc("申请人情况", wide(3))),
        tr(tc("", wide(2) + UP), tc("自然人", DOWN), "法人", tc("总计", DOWN)),
        tr(tc("", wide(2) + UP), tc("", UP), "企业", tc("", UP)),
        tr(tc("三、", DOWN), "（一）", "1", "2", "3"),
        tr(tc("", UP), "（二）", "4", "5", "9"),
    )
    assert read(table) == "\n".join(
        (
            "| 勾稽 (2x3) | 申请人情况 (3x1) |",
            "| . | . | 自然人 (1x2) | 法人 | 总计 (1x2) |",
            "| . | . | . | 企业 |",
            "| 三、 (1x2) | （一） | 1 | 2 | 3 |",
            "| . | （二） | 4 | 5 | 9 |",
        )
    )


def test_a_cell_that_continues_nothing_stands_for_itself(read: Read) -> None:
    assert read(tbl(tr("甲", tc("1", UP)), tr("乙", "2"), tr("丙", tc("3", UP)))) == "| 甲 | 1 |\n| 乙 | 2 |\n| 丙 | 3 |"


def test_rows_that_begin_further_right_keep_their_columns(read: Read) -> None:
    assert read(tbl(tr("甲", "1", "2"), tr("3", "4", properties='<w:gridBefore w:val="1"/>'))) == "| 甲 | 1 | 2 |\n| . | 3 | 4 |"


def test_cells_merged_in_the_old_way_are_one(read: Read) -> None:
    table = tbl(tr(tc("甲", '<w:hMerge w:val="restart"/>'), tc("", "<w:hMerge/>"), "1"))
    assert read(table) == "| 甲 (2x1) | 1 |"


def test_rows_and_cells_in_content_controls_are_read(read: Read) -> None:
    cell = f"<w:sdt><w:sdtContent>{tc('0')}</w:sdtContent></w:sdt>"
    row = f"<w:sdt><w:sdtContent><w:tr>{tc('规章')}{cell}</w:tr></w:sdtContent></w:sdt>"
    assert read(f"<w:tbl>{row}</w:tbl>") == "| 规章 | 0 |"


def test_paragraphs_of_a_cell_are_kept_apart_and_its_edges_are_bare(tmp_path: Path) -> None:
    path = tmp_path / "report.docx"
    path.write_bytes(package(tbl(tr(tc(p("商业") + p() + p(" 企业\u00a0")), " 0\u3000", ""))))
    assert read_docx(path).items == (Row((Cell("商业\n企业", 0), Cell("0", 1), Cell("", 2)), table=1, number=1),)


@pytest.mark.parametrize("span", ["0", "-3", "x", "99999999999999999999"])
def test_a_silly_span_is_brought_within_limits(read: Read, span: str) -> None:
    assert read(tbl(tr(tc("甲", wide(1).replace('"1"', f'"{span}"')), "1"))).startswith("| 甲")


def test_tables_in_a_table_of_layout_are_the_tables(read: Read) -> None:
    inner = tbl(tr("规章", "0"), tr("文件", "3")) + p()
    body = tbl(tr(tc(p("一、总体情况") + p("文") + inner + p("二、其他")), ""))
    assert read(body) == "一、总体情况\n文\n| 规章 | 0 |\n| 文件 | 3 |\n二、其他"


def test_prose_in_a_frame_is_prose(read: Read) -> None:
    assert read(tbl(tr(tc(p("一、总体情况", '<w:outlineLvl w:val="0"/>') + p("公开" * 30))))) == f"# 一、总体情况\n{'公开' * 30}"


def test_a_heading_in_a_table_of_data_is_the_text_of_its_cell(read: Read) -> None:
    assert read(tbl(tr(tc(p("规章", '<w:outlineLvl w:val="0"/>')), "0"))) == "| 规章 | 0 |"


def test_tables_nested_without_end_are_read(read: Read) -> None:
    body = p("甲")
    for _ in range(60):
        body = tbl(tr(tc(body + p())))
    assert read(body) in ("甲", "| 甲 |")


# -------------------------------------------------------------------------------------------------------- whole documents


@pytest.mark.parametrize("sample", ["balanced-2024", "changfu-2023", "faulty-2024"])
def test_an_exported_report_reads_back_cell_by_cell(sample: str) -> None:
    path = SAMPLES / sample / f"{sample}.docx"
    items = read_docx(path).items
    rows: list[tuple[int, int, list[str]]] = []
    for number, table in enumerate(docx.Document(str(path)).tables, 1):
        for place, row in enumerate(table._tbl.tr_lst, 1):
            own = [cell for cell in row.tc_lst if cell.vMerge != "continue"]
            rows.append(
                (number, place, ["\n".join("".join(t.text or "" for t in par.iter(qn("w:t"))) for par in cell.p_lst) for cell in own])
            )
    assert [(item.table, item.number, texts([item])) for item in items if isinstance(item, Row)] == rows
    assert [len([row for row in rows if row[0] == table]) for table in (1, 2, 3)] == [14, 28, 4]
    headings = [item.text for item in items if isinstance(item, Line) and item.heading == 1]
    assert headings[0].endswith("政府信息公开工作年度报告")
    assert [text[:2] for text in headings[1:]] == ["一、", "二、", "三、", "四、", "五、", "六、"]


@pytest.mark.skipif(not BLANK.exists(), reason="the official form is not here")
def test_the_blank_official_form_is_read_whole() -> None:
    items = read_docx(BLANK).items
    rows = [item for item in items if isinstance(item, Row)]
    widths = {table: {row.cells[-1].column + row.cells[-1].colspan for row in rows if row.table == table} for table in (1, 2, 3)}
    assert [sum(row.table == table for row in rows) for table in (1, 2, 3)] == [14, 28, 4]
    assert (widths[1], max(widths[2]), max(widths[3])) == ({4}, 10, 15)
    assert [cell for row in rows for cell in row.cells if cell.text == "三、本年度办理结果"] == [Cell("三、本年度办理结果", 0, 1, 22)]


# ------------------------------------------------------------------------------------------------------------ wrong files


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("_rels/.rels", RELS)
        file.writestr("word/document.xml", b"<a>" + b" " * 200_000_000)
    return buffer.getvalue()


def other_package(name: str, content: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr(name, content)
    return buffer.getvalue()


def lying() -> bytes:
    """A package whose directory says less of a part than it unpacks to."""
    data = bytearray(package(p("甲" * 1000)))
    at = data.rfind(b"PK\x01\x02", 0, data.rfind(b"PK\x01\x02") + 1)
    data[at + 24 : at + 28] = (100).to_bytes(4, "little")
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "文件是空的"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "这是旧格式的 Word 文档（.doc）"),
        (ENCRYPTED.read_bytes(), "文件有打开密码"),
        ("<html>报告</html>".encode(), "不是 Word 文档（可能是网页、文本或 RTF）"),
        ("报告".encode("utf-16"), "不是 Word 文档（可能是网页、文本或 RTF）"),
        (rb"{\rtf1 }", "不是 Word 文档（可能是网页、文本或 RTF）"),
        (b"%PDF-1.7\n", "这是 PDF 文件"),
        (b"\0\1\2\3", "不是 Word 文档"),
        (package(p("甲"))[:-40], "文件已损坏"),
        (package("<w:p>"), "文件已损坏"),
        (lying(), "文件已损坏"),
        (package(p()), "文档中没有文字"),
        (other_package("mimetype", "application/vnd.oasis.opendocument.text"), "不是 Word 文档"),
        (other_package("word/document.xml", "<html/>"), "不是 Word 文档"),
        (bomb(), "文件过大"),
    ],
    ids=["empty", "doc", "encrypted", "html", "utf-16", "rtf", "pdf", "bytes", "cut", "xml", "lying", "pictures", "odt", "other", "bomb"],
)
def test_a_file_that_is_no_document_is_refused_in_one_line(tmp_path: Path, data: bytes, reason: str) -> None:
    path = tmp_path / "report.docx"
    path.write_bytes(data)
    with pytest.raises(UnreadableFileError) as refusal:
        read_docx(path)
    assert refusal.value.reason.startswith(reason)
    assert "请" in refusal.value.reason


def test_a_workbook_called_docx_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "report.docx"
    shutil.copy(SAMPLES / "balanced-2024" / "balanced-2024.xlsx", path)
    with pytest.raises(UnreadableFileError, match="不是 Word 文档"):
        read_docx(path)


def test_a_package_with_an_entity_bomb_is_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "report.docx"
    entities = '<!DOCTYPE a [<!ENTITY a "哈哈哈哈哈哈哈哈哈哈">' + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    document = f"{entities}]><w:document {NAMES}><w:body>{p('甲')}{p('&i;')}</w:body></w:document>"
    path.write_bytes(other_package("word/document.xml", document))
    with pytest.raises(UnreadableFileError, match="文件已损坏"):
        read_docx(path)
    path.write_bytes(other_package("word/document.xml", document.replace("&i;", "乙")))
    with pytest.raises(UnreadableFileError, match="DTD"):
        read_docx(path)


def test_a_damaged_file_never_ends_in_a_traceback(tmp_path: Path) -> None:
    path = tmp_path / "report.docx"
    data = package(p("甲") + tbl(tr("规章", "0")), numbering=CHINESE)
    for at in range(0, len(data), 7):
        path.write_bytes(data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :])
        try:
            read_docx(path)
        except UnreadableFileError as refusal:
            assert "请" in refusal.reason
