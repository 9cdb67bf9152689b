"""An office's own styles: what it brings is used, what is missing is one clear error, and a draft is marked on whatever pages they make."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.shared import Pt

from tests.finished import FORM, OTHER_FORM, REPORT, UNIT, faults, read_back, style
from tests.fuzz.packages import pack, unpack
from xltools.documents.docx import write_docx
from xltools.errors import FormError
from xltools.form.definition import Form
from xltools.form.loader import load_form
from xltools.report.filled import Report, Value

ROOT = Path(__file__).parent.parent


def marks(document: Document) -> list[int]:
    """How many marks 草稿 each header of the document holds: of all pages, of the first, of even pages."""
    section = document.sections[0]
    headers = (section.header, section.first_page_header, section.even_page_header)
    return [
        0
        if header.is_linked_to_previous
        else sum(shape.get("string") == "草稿" for shape in header._element.iter("{urn:schemas-microsoft-com:vml}textpath"))
        for header in headers
    ]


class TestDraft:
    def test_a_draft_is_marked_on_every_page(self) -> None:
        document = read_back(write_docx(REPORT, draft=True))
        assert marks(document) == [1, 0, 1]
        assert document.core_properties.content_status == "草稿"

    def test_a_finished_report_is_not_marked(self) -> None:
        document = read_back(write_docx(REPORT))
        assert marks(document) == [0, 0, 0]
        assert document.core_properties.content_status == ""

    def test_headers_of_their_own_for_first_and_even_pages_are_marked_too(self, own_form: Form) -> None:
        path = own_form.folder / "reference.docx"
        reference = docx.Document(str(path))
        reference.sections[0].different_first_page_header_footer = True
        reference.settings.odd_and_even_pages_header_footer = True
        reference.sections[0].header.paragraphs[0].text = "某某县文件"
        reference.save(str(path))
        document = read_back(write_docx(replace(REPORT, form=own_form), draft=True))
        assert marks(document) == [1, 1, 1]
        assert document.sections[0].header.paragraphs[0].text == "某某县文件"

    def test_the_prefixes_that_a_header_of_word_names_in_its_values_stay_declared(self, own_form: Form, tmp_path: Path) -> None:
        path = own_form.folder / "reference.docx"
        reference = docx.Document(str(path))
        reference.sections[0].header.paragraphs[0].text = "某某县文件"  # python-docx makes it as Word does
        reference.save(str(path))
        content = write_docx(replace(REPORT, form=own_form), draft=True)
        with zipfile.ZipFile(BytesIO(content)) as archive:
            header = archive.read("word/header1.xml").decode()
        assert 'mc:Ignorable="w14 wp14"' in header
        assert all(f"xmlns:{prefix}=" in header for prefix in ("mc", "w14", "wp14"))
        assert faults(content, tmp_path) == []


@pytest.fixture
def own_form(tmp_path: Path) -> Form:
    """A copy of the official form in an office's own folder."""
    folder = tmp_path / "own"
    shutil.copytree(FORM.folder, folder)
    return load_form(str(folder))


class TestReference:
    def change(self, form: Form, change: str) -> None:
        """Makes the form's reference.docx one that an office could have made."""
        path = form.folder / "reference.docx"
        reference = docx.Document(str(path))
        if change == "font":
            style(reference, "Normal").font.size = Pt(15)
            reference.add_paragraph("试一试样式", "Heading 1")
            reference.add_table(1, 1)
        elif change == "style":
            reference.styles["Table Text"].delete()
        elif change == "margins":
            page = reference.sections[0]
            page.left_margin = page.right_margin = page.page_width
        else:
            reference.sections[0].page_width = None
        reference.save(str(path))

    def test_an_office_brings_its_own_styles_and_what_it_typed_to_try_them_is_left_out(self, own_form: Form) -> None:
        self.change(own_form, "font")
        document = read_back(write_docx(replace(REPORT, form=own_form)))
        assert style(document, "Normal").font.size == Pt(15)
        assert document.paragraphs[0].text == "某某县2024年政府信息公开工作年度报告"
        assert len(document.tables) == 3

    @pytest.mark.parametrize(("change", "reason"), [("style", "缺少样式 Table Text"), ("page", "纸张大小"), ("margins", "页边距")])
    def test_a_reference_without_a_style_or_a_page_is_one_clear_error(self, own_form: Form, change: str, reason: str) -> None:
        self.change(own_form, change)
        with pytest.raises(FormError, match=rf"reference\.docx：.*{reason}"):
            write_docx(replace(REPORT, form=own_form))

    @pytest.mark.parametrize("part", ["word/document.xml", "word/styles.xml"])
    def test_a_reference_whose_names_have_another_prefix_is_one_clear_error(self, own_form: Form, part: str) -> None:
        path = own_form.folder / "reference.docx"
        entries = [
            (name, content.replace(b"w:", b"x:").replace(b"xmlns:w=", b"xmlns:x=") if name == part else content)
            for name, content in unpack(path.read_bytes())
        ]
        path.write_bytes(pack(entries))
        assert docx.Document(str(path)).styles  # it is sound for who knows namespaces
        with pytest.raises(FormError, match=r"reference\.docx：.*请在 Word 或 WPS 中打开并另存"):
            write_docx(replace(REPORT, form=own_form))

    @pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"text"])
    def test_a_reference_that_is_no_document_is_one_clear_error(self, own_form: Form, content: bytes) -> None:
        (own_form.folder / "reference.docx").write_bytes(content)
        with pytest.raises(FormError, match=r"reference\.docx：不是有效的 Word 文档"):
            write_docx(replace(REPORT, form=own_form))

    @pytest.mark.parametrize("part", ["word/document.xml", "word/styles.xml"])
    def test_a_reference_whose_end_was_cut_off_within_a_part_is_one_clear_error(self, own_form: Form, part: str) -> None:
        path = own_form.folder / "reference.docx"
        entries = unpack(path.read_bytes())
        path.write_bytes(pack([(name, content[: content.rindex(b"</")] if name == part else content) for name, content in entries]))
        with pytest.raises(FormError, match=r"reference\.docx："):
            write_docx(replace(REPORT, form=own_form))

    def test_the_official_reference_is_what_its_script_makes(self, tmp_path: Path) -> None:
        made = tmp_path / "made.docx"
        subprocess.run([sys.executable, ROOT / "tools" / "reference_docx.py", made], check=True, capture_output=True)
        assert made.read_bytes() == (FORM.folder / "reference.docx").read_bytes()


def test_a_form_with_other_axes_needs_nothing_but_its_data(tmp_path: Path) -> None:
    (tmp_path / "form.toml").write_text(OTHER_FORM, encoding="utf-8")
    form = load_form(str(tmp_path))
    figures: dict[str, Value] = {id: number for number, id in enumerate(form.figures, start=1)}
    content = write_docx(Report(form, 2024, UNIT, figures, {}))
    document = read_back(content)
    assert [paragraph.text for paragraph in document.paragraphs] == ["某某县2024年统计表", "一、数", "", ""]
    first, second = document.tables
    assert [[cell.text for cell in row.cells] for row in first.rows] == [
        ["上半部"] * 5,
        ["项目", "项目", "甲", "乙", "丙"],
        ["大类", "小类", "1", "2", "3"],
        ["项目", "丁", "", "", ""],
        ["其他", "4", "", "", ""],
    ]
    assert [[cell.text for cell in row.cells] for row in second.rows] == [["戊"], ["5"]]
    assert faults(content, tmp_path) == []
