"""A form of an office in prose: without a skeleton the order of the form, with one the office's own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.reports import FORM, report
from xltools.documents.blocks import Block, HeadingBlock, ParagraphBlock, TableBlock, compose
from xltools.errors import FormError
from xltools.form.definition import Form
from xltools.form.loader import load_form

OTHER_FORM = """
id = "statistics"
version = 1
title = "统计表"
edition = "某办〔2024〕1号"

[[section]]
key = "intro"
title = "第一部分"
sheet = "正文"

[[section]]
key = "numbers"
title = "第二部分"
sheet = "数"
table = "numbers"

[[table]]
key = "numbers"
[[table.block]]
corner = "项目"
columns = [{ key = "a", label = "甲" }]
rows = [{ key = "x", label = "子" }]
"""


@pytest.fixture
def other_form(tmp_path: Path) -> Form:
    """A form of an office's own, with neither a skeleton nor a reference.docx."""
    (tmp_path / "form.toml").write_text(OTHER_FORM, encoding="utf-8")
    return load_form(str(tmp_path))


class TestFormsOfAnOffice:
    def skeleton(self, form: Form, text: str) -> tuple[Block, ...]:
        """The blocks of a report whose form has this skeleton."""
        (form.folder / "report.md.j2").write_text(text, encoding="utf-8")
        return compose(report({"numbers.x.a": None}, form, texts={"intro": "正文。"}))

    def test_without_a_skeleton_the_sections_stand_in_the_order_of_the_form(self, other_form: Form) -> None:
        assert compose(report({"numbers.x.a": 1}, other_form, texts={"intro": "正文。"})) == (
            HeadingBlock(0, "示例县2024年统计表"),
            HeadingBlock(1, "第一部分"),
            ParagraphBlock("正文。"),
            HeadingBlock(1, "第二部分"),
            TableBlock("numbers"),
        )

    def test_a_skeleton_saved_by_a_windows_editor_reads_the_same(self, other_form: Form) -> None:
        assert self.skeleton(other_form, '\ufeff# {{ title }}\r\n{{ prose("intro") }}\r\n#### 小标题\r\n固定\r\n') == (
            HeadingBlock(0, "示例县2024年统计表"),
            ParagraphBlock("正文。"),
            HeadingBlock(3, "小标题"),
            ParagraphBlock("固定"),
        )

    def test_a_mark_in_front_of_the_official_heading_which_brings_its_own_is_not_printed(self, other_form: Form) -> None:
        key = other_form.texts[0].key
        heading = HeadingBlock(1, other_form.texts[0].title)
        assert (
            self.skeleton(other_form, f'## {{{{ heading("{key}") }}}}')
            == self.skeleton(other_form, f'{{{{ heading("{key}") }}}}')
            == (heading,)
        )

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("好\n{% if %}", "第 2 行"),
            ("{{ 没有的名称 }}", "没有的名称"),
            ("{{ 子甲 }}", "is filled"),
            ("{{ amount('没有的') }}", "“没有的”不存在"),
            ("{{ heading('没有的') }}", "“没有的”不存在"),
            ("{{ prose('没有的') }}", "“没有的”不存在"),
            ("{{ table('没有的') }}", "表 没有的"),
            ("{{ title.__class__.__mro__ }}", "unsafe"),
        ],
    )
    def test_a_broken_skeleton_is_one_error_that_names_the_file_and_the_place(self, other_form: Form, text: str, reason: str) -> None:
        with pytest.raises(FormError, match=reason) as fault:
            self.skeleton(other_form, text)
        assert "report.md.j2" in str(fault.value)
        assert "\n" not in str(fault.value)

    def test_the_official_skeleton_serves_a_copy_of_the_official_form(self, tmp_path: Path) -> None:
        folder = tmp_path / "copy"
        shutil.copytree(FORM.folder, folder)
        assert compose(report(form=load_form(str(folder)), texts={})) == compose(report(texts={}))
