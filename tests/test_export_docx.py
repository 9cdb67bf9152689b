"""The finished report as a Word document, read back as Word would."""

from __future__ import annotations

import math
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, Twips
from docx.styles.style import ParagraphStyle
from docx.table import Table

from tests.finished import DISTINCT, FORM, REPORT, UNIT, faults, read_back, style
from xltools.documents.blocks import HeadingBlock, TableBlock, compose
from xltools.documents.docx import write_docx
from xltools.documents.printed_tables import SHORT_TABLE, Space, column_widths
from xltools.form.layout import lay_out
from xltools.form.unit import Unit

LAYOUTS = [lay_out(table) for table in FORM.tables]


@pytest.fixture(scope="module")
def document() -> Document:
    """The report of this module, read back."""
    return read_back(write_docx(REPORT))


def chinese_font(style: ParagraphStyle) -> str | None:
    """The font that a style sets Chinese text in."""
    fonts = style.element.rPr.find(qn("w:rFonts"))
    return None if fonts is None else fonts.get(qn("w:eastAsia"))


class TestTypography:
    def test_the_page_is_a4_with_the_margins_of_the_standard(self, document: Document) -> None:
        (section,) = document.sections
        measures = (
            section.page_width,
            section.page_height,
            section.top_margin,
            section.bottom_margin,
            section.left_margin,
            section.right_margin,
        )
        for measured, wanted in zip(measures, (210, 297, 37, 35, 28, 26), strict=True):
            assert measured is not None
            assert abs(measured - Mm(wanted)) < Mm(0.05)

    @pytest.mark.parametrize(
        ("name", "font", "size"),
        [
            ("Title", "方正小标宋简体", 22),
            ("Normal", "仿宋_GB2312", 16),
            ("Heading 1", "黑体", 16),
            ("Heading 2", "楷体_GB2312", 16),
        ],
    )
    def test_each_style_has_the_prescribed_font_and_size(self, document: Document, name: str, font: str, size: int) -> None:
        found = style(document, name)
        assert (chinese_font(found), found.font.size, found.font.bold) == (font, Pt(size), None)

    def test_prose_has_28_point_lines_and_an_indent_of_two_characters(self, document: Document) -> None:
        normal = style(document, "Normal")
        assert normal.paragraph_format.line_spacing_rule == WD_LINE_SPACING.EXACTLY
        assert normal.paragraph_format.line_spacing == Pt(28)
        assert normal.paragraph_format.first_line_indent == Pt(32)
        assert normal.element.pPr.find(qn("w:ind")).get(qn("w:firstLineChars")) == "200"

    def test_the_title_is_centred_without_an_indent(self, document: Document) -> None:
        title = style(document, "Title").paragraph_format
        assert (title.alignment, title.first_line_indent) == (WD_ALIGN_PARAGRAPH.CENTER, 0)

    @pytest.mark.parametrize(
        ("unit", "closer"),
        [
            ("示" * 4, None),
            ("示" * 5, 8),  # 22 characters that are 175 twips too long
            ("示" * 5 + "A", 18),  # 23, 395 too long
            ("示" * 6, None),  # more than 6 hundredths of the line: it is broken
        ],
    )
    def test_a_title_a_little_too_long_for_its_line_is_set_closer_until_it_fits(self, unit: str, closer: int | None) -> None:
        title = read_back(write_docx(replace(REPORT, unit=Unit(unit)))).paragraphs[0]
        assert title.text == f"{unit}2024年政府信息公开工作年度报告"
        spacing = title._p.find(f".//{qn('w:r')}/{qn('w:rPr')}/{qn('w:spacing')}")
        assert (None if spacing is None else -int(spacing.get(qn("w:val")))) == closer

    def test_the_page_number_stands_between_dashes_outside_one_character_in(self, document: Document) -> None:
        assert document.settings.odd_and_even_pages_header_footer
        section = document.sections[0]
        sides = ((section.footer, WD_ALIGN_PARAGRAPH.RIGHT, "right"), (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT, "left"))
        for footer, alignment, side in sides:
            (paragraph,) = footer.paragraphs
            assert paragraph.text == "— 1 —"
            assert [code.text for code in paragraph._p.iter(qn("w:instrText"))] == [" PAGE "]
            assert paragraph.alignment == alignment
            (indent,) = paragraph._p.iter(qn("w:ind"))
            assert indent.get(qn(f"w:{side}Chars")) == "100"

    def test_a_form_can_have_its_page_numbers_centred(self) -> None:
        section = read_back(write_docx(replace(REPORT, form=replace(FORM, page_numbers="centred")))).sections[0]
        for footer in (section.footer, section.even_page_footer):
            assert [paragraph.alignment for paragraph in footer.paragraphs] == [WD_ALIGN_PARAGRAPH.CENTER]
            assert not list(footer._element.iter(qn("w:ind")))

    def test_28_characters_of_the_prose_fit_on_a_line(self, document: Document) -> None:
        section, normal = document.sections[0], style(document, "Normal")
        assert section.page_width and section.left_margin and section.right_margin and normal.font.size
        (closer,) = normal.element.rPr.iter(qn("w:spacing"))
        width = section.page_width - section.left_margin - section.right_margin
        character = normal.font.size + Twips(int(closer.get(qn("w:val"))))
        assert 28 * character <= width < 29 * character

    def test_the_language_is_chinese_and_the_properties_are_filled_in(self, document: Document) -> None:
        (language,) = document.styles.element.iter(qn("w:lang"))
        assert language.get(qn("w:eastAsia")) == "zh-CN"
        # Latin text is English, so that programs do not break lines within numbers
        assert language.get(qn("w:val")) == "en-US"
        properties = document.core_properties
        assert properties.title == "某某县2024年政府信息公开工作年度报告"
        assert properties.author == "某某县人民政府办公室"
        assert properties.subject == "政府信息公开工作年度报告"
        assert properties.language == "zh-CN"
        assert properties.created == properties.modified == datetime(2025, 1, 1, tzinfo=UTC)


class TestProse:
    def test_every_paragraph_stands_in_order_in_a_style_that_word_knows(self, document: Document) -> None:
        found = [(paragraph.style.name if paragraph.style else None, paragraph.text) for paragraph in document.paragraphs]
        assert found == [
            ((f"Heading {block.level}" if block.level else "Title") if isinstance(block, HeadingBlock) else "Normal", block.text)
            for block in compose(REPORT)
            if not isinstance(block, TableBlock)
        ]
        assert ("Heading 1", "五、存在的主要问题及改进情况") in found
        assert ("Heading 2", "（一）主要问题") in found
        assert ("Normal", "修订《某某县政府信息公开指南》，做到“应公开、尽公开”。") in found
        assert ("Normal", "新收81件，答复不够及时。") in found
        assert ("Normal", "加强\t培训。") in found

    @pytest.mark.parametrize(
        "hostile", ["# 标题", "{{ 7*7 }}", "{不存在的名称}", "|表格|", "<w:p/>&amp;", "]]>", "甲\x00\x1b\ud800\uffff乙"]
    )
    def test_whatever_staff_type_is_printed_and_the_document_stays_sound(self, hostile: str, tmp_path: Path) -> None:
        unit = replace(UNIT, name=hostile, short_name=hostile, address=hostile)
        report = replace(REPORT, unit=unit, texts={"other": hostile}, figures=DISTINCT | {"requests.received.other": hostile})
        content = write_docx(report)
        printed = "甲乙" if hostile.startswith("甲") else hostile
        assert read_back(content).paragraphs[-1].text == printed
        assert read_back(content).tables[1].cell(3, 8).text == printed
        assert faults(content, tmp_path) == []

    def test_the_first_sentence_of_a_topic_that_runs_on_has_the_font_of_its_headings(self) -> None:
        document = read_back(write_docx(replace(REPORT, texts={**REPORT.texts, "problems": "（二）加强培训。全年培训3次。"})))
        (paragraph,) = (paragraph for paragraph in document.paragraphs if paragraph.text == "（二）加强培训。全年培训3次。")
        lead, rest = paragraph.runs
        assert lead.text == "（二）加强培训。"
        fonts = [run._r.find(f".//{qn('w:rFonts')}") for run in (lead, rest)]
        assert fonts[1] is None
        assert fonts[0].get(qn("w:eastAsia")) == style(document, "Heading 2").element.find(f".//{qn('w:rFonts')}").get(qn("w:eastAsia"))


class TestTables:
    def test_every_figure_stands_in_its_cell_of_the_official_layout(self, document: Document) -> None:
        seen: dict[str, str] = {}
        for table, layout in zip(document.tables, LAYOUTS, strict=True):
            for id, cell in layout.figures.items():
                seen[id] = table.cell(cell.row, cell.column).text
        assert seen == {id: "59237.2449" if id == "disclosure.fees.amount" else str(REPORT.shown(id)) for id in FORM.figures}
        assert len(seen) == 200

    def test_every_label_covers_the_cells_that_the_official_form_merges(self, document: Document) -> None:
        for table, layout in zip(document.tables, LAYOUTS, strict=True):
            assert (len(table.rows), len(table.columns)) == (layout.rows, layout.columns)
            for cell in layout.cells:
                covered = {
                    table.cell(row, column)._tc
                    for row in range(cell.row, cell.row + cell.rowspan)
                    for column in range(cell.column, cell.column + cell.colspan)
                }
                assert len(covered) == 1
                assert cell.figure or table.cell(cell.row, cell.column).text == cell.text

    def test_blank_figures_are_empty_and_text_is_printed_as_typed(self) -> None:
        figures = dict.fromkeys(DISTINCT) | {"disclosure.rules.made": "/", "disclosure.fees.amount": Decimal("0.000001")}
        table = read_back(write_docx(replace(REPORT, figures=figures))).tables[0]
        assert [table.cell(2, column).text for column in (1, 2, 3)] == ["/", "", ""]
        assert table.cell(13, 1).text == "0.000001"

    def test_header_rows_repeat_on_every_page_and_no_row_breaks(self, document: Document) -> None:
        for table, layout in zip(document.tables, LAYOUTS, strict=True):
            repeated = [row._tr.trPr is not None and row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
            assert repeated == [number < layout.header_rows for number in range(layout.rows)]
            assert all(row._tr.trPr is not None and row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)

    def test_headings_stay_on_the_page_of_the_figures_below_them_and_short_tables_on_one_page(self, document: Document) -> None:
        assert style(document, "Heading 1").paragraph_format.keep_with_next
        for table, layout in zip(document.tables, LAYOUTS, strict=True):
            rows = {cell.row for cell in layout.cells if cell.figure}
            for number, row in enumerate(table.rows):
                keeps = {paragraph.paragraph_format.keep_with_next for cell in row.cells for paragraph in cell.paragraphs}
                breaks_allowed = number + 1 == layout.rows or (number in rows and layout.rows > SHORT_TABLE)
                assert keeps == ({None} if breaks_allowed else {True})

    def test_a_table_that_a_page_holds_begins_one_with_its_heading(self, document: Document) -> None:
        breaks = [paragraph.text for paragraph in document.paragraphs if paragraph.paragraph_format.page_break_before]
        assert breaks == ["三、收到和处理政府信息公开申请情况"]

    def test_the_headings_of_narrow_columns_break_between_words(self, document: Document) -> None:
        table = document.tables[1]
        for text, lines in {"商业企业": 2, "科研机构": 2, "社会公益组织": 3, "法律服务机构": 3, "自然人": 1, "总计": 1}.items():
            cell = next(cell for row in table.rows[:3] for cell in row.cells if cell.text == text)
            indent = cell.paragraphs[0].paragraph_format.left_indent or 0
            room = (cell.width - 2 * indent - Twips(80)) / Pt(9)  # type: ignore[operator]
            assert math.ceil(len(text) / int(room)) == lines, text

    def test_wrapped_labels_keep_clear_of_the_rules(self, document: Document) -> None:
        (margins,) = document.styles["Table Grid"].element.iter(qn("w:tblCellMar"))
        assert all(int(side.get(qn("w:w"))) > 0 for side in margins)

    def test_each_table_is_as_wide_as_the_text_and_has_borders_and_a_caption(self, document: Document) -> None:
        section = document.sections[0]
        assert section.page_width and section.left_margin and section.right_margin
        width = section.page_width - section.left_margin - section.right_margin
        for table, key in zip(document.tables, ("disclosure", "requests", "litigation"), strict=True):
            assert abs(sum(column.width or 0 for column in table.columns) - width) < Mm(0.1)
            assert table.style is not None
            assert table.style.element.find(f".//{qn('w:tblBorders')}") is not None
            caption = table._tbl.tblPr.find(qn("w:tblCaption"))
            assert caption is not None
            assert caption.get(qn("w:val")) == FORM.section_of_table[key].title

    def test_a_column_of_the_fifteen_holds_two_characters_of_its_heading_and_a_figure_of_five_digits(self, document: Document) -> None:
        table: Table = document.tables[2]
        size = style(document, str(table.cell(3, 0).paragraphs[0].style.name)).font.size
        assert size == Pt(9)
        assert all((column.width or 0) >= 2.5 * size + Mm(1) for column in table.columns)


class TestColumnWidths:
    def test_columns_share_the_page_and_leave_labels_the_room_they_need(self) -> None:
        widths = column_widths(LAYOUTS[1], Space(8845, 180, 80))
        assert sum(widths) == 8845
        assert len(set(widths[3:])) <= 2
        assert widths[2] > 2 * widths[0]

    def test_a_table_that_cannot_fit_has_columns_of_equal_width(self) -> None:
        assert column_widths(LAYOUTS[2], Space(1500, 180, 80)) == [100] * 15


class TestFile:
    @pytest.mark.parametrize("draft", [False, True])
    def test_the_same_report_gives_the_same_bytes(self, draft: bool) -> None:
        first = write_docx(REPORT, draft=draft)
        assert first == write_docx(replace(REPORT), draft=draft)
        with zipfile.ZipFile(BytesIO(first)) as archive:
            assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}

    @pytest.mark.parametrize("draft", [False, True])
    def test_a_validator_finds_nothing_wrong(self, draft: bool, tmp_path: Path) -> None:
        assert faults(write_docx(REPORT, draft=draft), tmp_path) == []

    @pytest.mark.parametrize("year", [None, 0, 99999])
    def test_a_year_that_is_no_year_still_gives_a_document(self, year: int | None) -> None:
        assert read_back(write_docx(replace(REPORT, year=year))).core_properties.created == datetime(1980, 1, 1, tzinfo=UTC)

    def test_a_name_longer_than_a_property_may_be_is_cut_there_and_nowhere_else(self) -> None:
        name = "很" * 300
        document = read_back(write_docx(replace(REPORT, unit=Unit(name=name))))
        assert document.core_properties.author == name[:255]
        assert document.paragraphs[0].text.startswith(name)
