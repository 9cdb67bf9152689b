"""A skeleton has Jinja's language and reaches nothing but the report; a broken one is one line that names the file and the line in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run
from tests.reports import report
from xltools.documents import blocks, skeleton
from xltools.documents.docx import write_docx
from xltools.errors import FormError
from xltools.files import gate
from xltools.form.loader import forms_folder, load_form

TINY = Path(__file__).parent / "forms" / "tiny"


class Skeleton:
    """A form's folder whose skeleton can be written and rendered."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "report.md.j2"
        (folder / "form.toml").write_bytes((TINY / "form.toml").read_bytes())
        self.form = load_form(str(folder))

    def text(self, source: str) -> str:
        """What the skeleton makes of a report."""
        self.file.write_text(source, encoding="utf-8")
        return skeleton.render_skeleton(report({}, self.form, texts={"summary": "好。"}))[1]

    def refusal(self, source: str) -> str:
        """Why it is refused: one line that names the file."""
        with pytest.raises(FormError) as fault:
            self.text(source)
        said = str(fault.value)
        assert str(self.file) in said
        assert "\n" not in said
        assert len(said) < 600
        return said


@pytest.fixture
def made(tmp_path: Path) -> Skeleton:
    return Skeleton(tmp_path)


USES = {
    "{% for i in range(3) if i %}{{ loop.index }}/{{ loop.length }}{{ loop.cycle('a', 'b') }}{% else %}无{% endfor %}": "1/2a2/2b",
    "{% set ns = namespace(n=1) %}{% for i in [2, 3] %}{% set ns.n = ns.n * i %}{% endfor %}{{ ns.n }}": "6",
    "{% macro m(a, b='乙') %}{{ a }}{{ b }}{{ caller() if caller is defined }}{% endmacro %}{{ m(1) }}{% call m(2) %}丙{% endcall %}": "1乙2乙丙",
    "{% block b %}甲{% endblock %}{{ self.b() }}": "甲甲",
    "{{ [1, 2] | join('+', ) }} {{ sections | map(attribute='key') | join(',') }}": "1+2 summary,calls,costs",
    "{{ 7 / 2 }} {{ 7 // 2 }} {{ 'a' + 'b' ~ 1 ~ none }} {{ (10 / 3) | round(2) }} {{ [1, 2][0] }}": "3.5 3 ab1None 3.33 1",
    "{{ '%d 件，占 %.1f%%' | format(12, 100 / 3) }} {{ ' a b ' .strip().split() | join('-') }}": "12 件，占 33.3% a-b",
    "{{ sections[0].title | length > 0 }} {{ (missing | default('无')) }} {{ missing is defined }}": "True 无 False",
}


@pytest.mark.parametrize(("source", "text"), USES.items())
def test_what_a_report_needs_is_there(made: Skeleton, source: str, text: str) -> None:
    assert made.text(source) == text


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__ }}",
        "{{ ''['__class__'] }}",
        "{{ [''] | map(attribute='__class__') | first }}",
        "{{ prose.__globals__ }}",
        "{{ sections[0].__class__ }}",
        "{{ self.__init__ }}",
        "{{ '{0.__class__}'.format(1) }}",
        "{{ [].append(1) }}",
        "{{ range.mro }}",
        "{{ namespace.__init__ }}",
        "{% for i in [1] %}{{ loop.changed.__func__ }}{% endfor %}",
        "{{ ''| attr('__class__') }}",
    ],
)
def test_no_attribute_leads_outside(made: Skeleton, source: str) -> None:
    assert "第 1 行" in made.refusal(source)


@pytest.mark.parametrize(
    "tag",
    [
        '{% include "../../etc/passwd" %}',
        '{% import "form.toml" as x %}',
        '{% extends "/etc/passwd" %}',
        '{% extends "govinfo-2021/report.md.j2" %}',  # its form is not like that one
    ],
)
def test_no_other_file_is_loaded(made: Skeleton, tag: str) -> None:
    said = made.refusal(f"甲\n{tag}")
    assert "第 2 行" in said
    assert "extends" in said


def test_a_command_that_meets_such_a_skeleton_ends_with_one_line(made: Skeleton, tmp_path: Path, run: Run) -> None:
    made.file.write_text('{% include "../../etc/passwd" %}', encoding="utf-8")
    assert run("template", "--form", tmp_path, "--year", 2024, "--unit", "某局", "--zeros", "-o", tmp_path / "a.xlsx").code == 0
    ended = run("export", tmp_path / "a.xlsx", "--form", tmp_path, "--draft", "-o", tmp_path / "a.docx")
    assert (ended.code, ended.err.count("\n")) == (2, 1)
    assert "report.md.j2：第 1 行无法成文（没有“../../etc/passwd”" in ended.err


def test_the_file_has_a_limit(made: Skeleton) -> None:
    assert made.text("a" * gate.SKELETON_LIMIT)
    assert "文件过大" in made.refusal("a" * (gate.SKELETON_LIMIT + 1))


BROKEN = {
    "a tag without its end": ("甲\n{% if 1 %}\n", "第 2 行"),
    "a name that is not there": ("甲\n\n{{ 没有 }}", "第 3 行无法成文（'没有' is undefined）"),
    "a blank figure": ("甲\n{{ none }}", "第 2 行无法成文（空白的数不能写入正文，请先用 is filled 判断）"),
    "a list": ("{{ [1] }}", "第 1 行无法成文（只能写入文字和数）"),
    "a division by zero": ("{{ 1 / 0 }}", "第 1 行"),
    "a wrong argument": ("{{ 'abcdefghijk' | truncate(-1) }}", "第 1 行"),
    "a macro without an end": ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "嵌套过深"),
    "a template that includes itself": ('{% include "report.md.j2" %}', "嵌套过深"),
    "loops within loops": ("{% for i in [1] %}" * 25 + "{% endfor %}" * 25, "嵌套过深"),
    "brackets within brackets": ("{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}", "嵌套过深"),
    "an integer of many digits": ("{{ " + "9" * 90_000 + " }}", "无法成文"),
}


@pytest.mark.parametrize(("source", "reason"), BROKEN.values(), ids=BROKEN)
def test_a_broken_skeleton_is_one_line_that_says_where(made: Skeleton, source: str, reason: str) -> None:
    assert reason in made.refusal(source)


def test_a_fault_in_a_block_of_another_edition_names_the_file_that_the_block_is_in(tmp_path: Path) -> None:
    (tmp_path / "form.toml").write_bytes((forms_folder() / "govinfo-2019" / "form.toml").read_bytes())
    block = "{% block 主动公开 %}\n{{ 没有 }}{% endblock %}"
    (tmp_path / "report.md.j2").write_text('{% extends "govinfo-2021/report.md.j2" %}\n' + block, encoding="utf-8")
    with pytest.raises(FormError, match=rf"{tmp_path.name}.report\.md\.j2：第 3 行"):
        skeleton.render_skeleton(report({}, load_form(str(tmp_path))))


def test_a_table_stands_once(made: Skeleton) -> None:
    made.text("| calls |\n| costs |")
    assert len(blocks.compose(report({}, made.form))) == 2
    made.text("| calls |\n| calls |")
    with pytest.raises(FormError, match="表 calls：表写了不止一次"):
        blocks.compose(report({}, made.form))


def test_what_no_document_can_hold_is_left_out(made: Skeleton) -> None:
    made.text("甲\x00{{ '乙\\x07' }}\n")
    assert [block.text for block in blocks.compose(report({}, made.form)) if isinstance(block, blocks.ParagraphBlock)] == ["甲乙"]
    assert write_docx(report({}, made.form))
