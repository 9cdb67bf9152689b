"""Word documents are read as Word shows them: paragraphs with their numbers, headings, and tables with merged cells."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn

from tests.needed import SHARED, beside
from tests.sources import shown, texts
from tests.word_markup import DOWN, NAMES, OFFICE, RELS, STYLED, UP, Read, p, package, reader, run, tbl, tc, tr, wide
from xltools.errors import UnreadableFileError
from xltools.readers.published.source import Cell, Line, Row
from xltools.readers.published.word import read_docx

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "samples"
BLANK = SHARED / "official" / "blank-2021.docx"


@pytest.fixture
def read(tmp_path: Path) -> Read:
    return reader(tmp_path)


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


@beside(BLANK)
def test_the_blank_official_form_is_read_whole() -> None:
    items = read_docx(BLANK).items
    rows = [item for item in items if isinstance(item, Row)]
    widths = {table: {row.cells[-1].column + row.cells[-1].colspan for row in rows if row.table == table} for table in (1, 2, 3)}
    assert [sum(row.table == table for row in rows) for table in (1, 2, 3)] == [14, 28, 4]
    assert (widths[1], max(widths[2]), max(widths[3])) == ({4}, 10, 15)
    assert [cell for row in rows for cell in row.cells if cell.text == "三、本年度办理结果"] == [Cell("三、本年度办理结果", 0, 1, 22)]
