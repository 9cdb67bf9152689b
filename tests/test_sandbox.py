"""A skeleton that anyone may have written ends soon, stays small and reaches nothing outside; what a report needs, it may."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.reports import report
from xltools.documents import blocks, budget, metering, sandbox, skeleton
from xltools.documents.docx import write_docx
from xltools.errors import FormError
from xltools.files import gate
from xltools.form.loader import load_form

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


# -------------------------------------------------------------------------------------------------------- what it may do

USES = {
    "{% for i in range(3) if i %}{{ loop.index }}/{{ loop.length }}{{ loop.cycle('a', 'b') }}{% else %}无{% endfor %}": "1/2a2/2b",
    "{% set ns = namespace(n=1) %}{% for i in [2, 3] %}{% set ns.n = ns.n * i %}{% endfor %}{{ ns.n }}": "6",
    "{% macro m(a, b='乙') %}{{ a }}{{ b }}{{ caller() if caller is defined }}{% endmacro %}{{ m(1) }}{% call m(2) %}丙{% endcall %}": "1乙2乙丙",
    "{% block b %}甲{% endblock %}{{ self.b() }}": "甲甲",
    "{% set c = joiner('、') %}{% for k, v in {'x': 1, 'y': [2]} | dictsort %}{{ c() }}{{ k }}{% endfor %}": "x、y",
    "{{ [1, 2] | join('+', ) }} {{ sections | map(attribute='key') | join(',') }}": "1+2 summary,calls,costs",
    "{{ 7 / 2 }} {{ 7 // 2 }} {{ -7 % 3 }} {{ 1 + 2 - 3 * 4 }} {{ 'a' + 'b' ~ 1 ~ none }} {{ ([1] + [2]) | sum }}": "3.5 3 2 -9 ab1None 3",
    "{{ (10 / 3) | round(2) }} {{ 'abcab' | replace('ab', 'x') }} {{ ' a ' | trim }} {{ 'abc'[1:] }} {{ [1, 2][0] }} {{ {'a': 3}.a }}": "3.33 xcx a bc 1 3",
    "{{ '%d 件，占 %.1f%%' | format(12, 100 / 3) }} {{ '%s' | format('甲') }} {{ ' a b ' .strip().split() | join('-') }}": "12 件，占 33.3% 甲 a-b",
    "{{ 1 < 2 <= 2 }} {{ 2 in [1, 2] }} {{ 'x' is string and not 3 is even }} {{ [3, 1] | sort | first }}": "True True True 1",
    "{% with a = 1 %}{{ a if a == 1 else 2 }}{% endwith %}{% filter upper %}a{% endfilter %}": "1A",
    "{{ sections[0].title | length > 0 }} {{ (missing | default('无')) }} {{ missing is defined }}": "True 无 False",
}


@pytest.mark.parametrize(("source", "text"), USES.items())
def test_what_a_report_needs_is_there(made: Skeleton, source: str, text: str) -> None:
    assert made.text(source) == text


def test_the_rest_of_jinja_is_not(made: Skeleton) -> None:
    assert set(sandbox.KEPT_FILTERS).isdisjoint({"attr", "center", "indent", "batch", "slice", "xmlattr", "urlize", "wordwrap"})
    for source in ("{{ lipsum(9) }}", "{{ cycler(1) }}", "{{ dict() }}", "{{ 'a' | center(9) }}", "{{ 2 ** 2 }}", "{{ '%d' % 1 }}"):
        made.refusal(source)
    assert "不能用 autoescape" in made.refusal("{% autoescape true %}{% endautoescape %}")
    assert "不能用 recursive" in made.refusal("{% for i in [1] recursive %}{% endfor %}")


# --------------------------------------------------------------------------------------------------------------- outside


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
    made.refusal(source)


@pytest.mark.parametrize(
    "tag",
    [
        '{% include "../../etc/passwd" %}',
        '{% include "report.md.j2" %}',
        '{% import "form.toml" as x %}',
        '{% from "form.toml" import x %}',
        '{% extends "report.md.j2" %}',
        '{% extends "/etc/passwd" %}',
        "{% extends title %}",
        '{% extends "govinfo-2021/report.md.j2" %}',  # its form is not like that one
        '{% extends "govinfo-2021/form.toml" %}',
    ],
)
def test_no_other_file_is_loaded(made: Skeleton, tag: str) -> None:
    assert "第 2 行 " in made.refusal(f"甲\n{tag}")


@pytest.mark.skipif(os.name == "nt", reason="needs links")
def test_a_link_to_another_place_is_not_followed(made: Skeleton, tmp_path: Path) -> None:
    secret = tmp_path.parent / f"{tmp_path.name}-secret"
    secret.write_text("秘密", encoding="utf-8")
    made.file.symlink_to(secret)
    with pytest.raises(FormError, match="是指向别处的链接"):
        skeleton.render_skeleton(report({}, made.form))
    made.file.unlink()
    (tmp_path / "own.j2").write_text("好", encoding="utf-8")
    made.file.symlink_to("own.j2")
    assert skeleton.render_skeleton(report({}, made.form))[1] == "好"


def test_a_command_that_meets_such_a_skeleton_ends_with_one_line(made: Skeleton, tmp_path: Path, run: Run) -> None:
    made.file.write_text('{% include "../../etc/passwd" %}', encoding="utf-8")
    assert run("template", "--form", tmp_path, "--year", 2024, "--unit", "某局", "--zeros", "-o", tmp_path / "a.xlsx").code == 0
    ended = run("export", tmp_path / "a.xlsx", "--form", tmp_path, "--draft", "-o", tmp_path / "a.docx")
    assert (ended.code, ended.err.count("\n")) == (2, 1)
    assert "report.md.j2：第 1 行 不能用 include" in ended.err


# ----------------------------------------------------------------------------------------------------------------- limits


def _held(made: Skeleton, monkeypatch: pytest.MonkeyPatch, where: object, limit: str, source: str, count: int) -> str:
    """The refusal of a skeleton that takes `count` of what has a limit, once it has passed a limit of just that."""
    monkeypatch.setattr(where, limit, count)
    made.text(source)
    monkeypatch.setattr(where, limit, count - 1)
    made.file.unlink()  # or the tree that was parsed before would be used again
    skeleton._sandbox.cache_clear()
    return made.refusal(source)


def test_the_file_has_a_limit(made: Skeleton) -> None:
    assert made.text("a" * gate.SKELETON_LIMIT)
    assert "文件过大" in made.refusal("a" * (gate.SKELETON_LIMIT + 1))


def test_parts_and_their_depth_have_a_limit(made: Skeleton, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "个成分" in _held(made, monkeypatch, metering, "SKELETON_NODE_LIMIT", "甲{{ 1 }}乙", 5)
    monkeypatch.undo()
    skeleton._sandbox.cache_clear()
    assert "嵌套超过" in _held(made, monkeypatch, metering, "SKELETON_DEPTH_LIMIT", "{% if 1 %}{{ 1 }}{% endif %}", 4)


def test_steps_have_a_limit(made: Skeleton, monkeypatch: pytest.MonkeyPatch) -> None:
    # two rounds of a loop of 6 parts (loop, name, function's call and name, its argument, print), 2 items, 1 call, 1 list of arguments …
    source = "{% for i in range(2) %}{{ i }}{% endfor %}"
    made.text(source)
    used = gate.SKELETON_STEP_LIMIT - skeleton._sandbox(made.file, None).budget.steps
    assert used < 30
    assert "循环和调用超过" in _held(made, monkeypatch, budget, "SKELETON_STEP_LIMIT", source, used)


def test_calls_within_each_other_have_a_limit(made: Skeleton) -> None:
    source = "{%% macro m(n) %%}{%% if n > 1 %%}{{ m(n - 1) }}{%% endif %%}{%% endmacro %%}{{ m(%d) }}"
    assert made.text(source % gate.SKELETON_CALL_LIMIT) == ""
    assert "互相调用超过" in made.refusal(source % (gate.SKELETON_CALL_LIMIT + 1))


def test_text_has_a_limit(made: Skeleton, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "处理的文字超过" in _held(made, monkeypatch, budget, "SKELETON_TEXT_LIMIT", "{{ '0123456789' }}", 10)


def test_lines_have_a_limit(made: Skeleton, monkeypatch: pytest.MonkeyPatch) -> None:
    made.text("甲\n\n" * 5)
    monkeypatch.setattr(blocks, "SKELETON_LINE_LIMIT", 5)
    assert len(blocks.compose(report({}, made.form))) == 5
    monkeypatch.setattr(blocks, "SKELETON_LINE_LIMIT", 4)
    with pytest.raises(FormError, match="正文超过 4 行"):
        blocks.compose(report({}, made.form))


def test_numbers_have_a_limit(made: Skeleton) -> None:
    most = "9" * gate.SKELETON_DIGIT_LIMIT
    assert made.text(f"{{{{ {most} }}}}") == most
    for source in ("{{ %s0 }}", "{{ %s + 1 }}", "{{ %s * 9 }}", "{{ '%s0' | int }}", "{{ -%s - 1 }}"):
        assert "位" in made.refusal(source % most)
    for source in ("{{ 1e999 }}", "{{ 0x%s }}" % ("f" * 99), "{{ 5 | round(31) }}", "{{ 5 | round(-1000000000, 'ceil') }}"):
        assert "位" in made.refusal(source)
    assert made.text("{{ 5 | round(30) }}") == "5"


DOUBLED = "{{% set x = {0} %}}{{% set y = {0} %}}" + "{{% set x = {1} %}}" * 60 + "{{% set y = {2} %}}" * 60
LISTS = DOUBLED.format("(1,)", "(x, x)", "(y, y)")
LONG = "{% set x %}" + "a" * 90_000 + "{% endset %}"
HOSTILE = {
    "loops": "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}",
    "a loop of much": "{% for i in range(100000) %}" + "{% set a = 1 %}" * 5000 + "{% endfor %}",
    "a loop of text": "{% for i in range(100000) %}" + "a" * 90_000 + "{% endfor %}",
    "a text times a number": "{{ 'a' * 10000000000 }}",
    "a list times a number": "{{ [1] * 10000000000 }}",
    "powers": "{{ 9**9**9 }}",
    "a format": '{{ "%1000000000d" | format(1) }}',
    "a format by operator": '{{ "%1000000000d" % 1 }}',
    "a format by method": "{{ '{:>1000000000}'.format(1) }}",
    "center": "{{ 'a' | center(1000000000) }}",
    "just": "{{ 'a'.ljust(1000000000) }}",
    "lipsum": "{{ lipsum(1000000) }}",
    "macros": "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}",
    "blocks": "{% block b %}{{ self.b() }}{% endblock %}",
    "doubled by ~": DOUBLED.format("'a'", "x ~ x", "y"),
    "doubled by +": DOUBLED.format("'a'", "x + x", "y"),
    "doubled by set": "{% set x = 'a' %}" + "{% set x %}{{ x }}{{ x }}{% endset %}" * 60,
    "doubled in a loop": "{% set ns = namespace(x='a') %}{% for i in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
    "lists compared": LISTS + "{{ x == y }}",
    "lists found": LISTS + "{{ x in [y] }}",
    "lists tested": LISTS + "{{ x is eq(y) }}",
    "lists hashed": LISTS + "{{ {x: 1} }}",
    "lists as a key": LISTS + "{{ {}[x] }}",
    "lists printed": LISTS + "{{ x }}",
    "lists as text": LISTS + "{{ x | string }}",
    "lists handed on": LISTS + "{{ amount(x) }}",
    "replaced": LONG + "{{ x | replace('a', x) }}",
    "joined": LONG + "{{ range(100000) | join(x) }}",
    "clauses joined": LONG + "{{ x | replace('a', 'a\\n') | sentence(x) }}",
    "changed again and again": LONG + "{% for i in range(9999) %}{% if x | upper %}{% endif %}{% endfor %}",
    "compared again and again": LONG + "{% for i in range(9999) %}{% if x == x[:-1] %}{% endif %}{% endfor %}",
    "cut again and again": LONG + "{% for i in range(9999) %}{% set y = x[1:] %}{% endfor %}",
    "arguments": "{% macro m() %}{{ varargs | length }}{% endmacro %}{% for i in range(99) %}{{ m(*range(99999)) }}{% endfor %}",
    "brackets": "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
    "lists within lists": "{{ " + "[" * 5000 + "]" * 5000 + " }}",
    "not not": "{{ " + "not " * 20_000 + "1 }}",
    "minus minus": "{{ " + "-" * 90_000 + "1 }}",
    "a long sum": "{{ " + "1+" * 40_000 + "1 }}",
    "elif": "{% if 0 %}" + "{% elif 0 %}" * 8000 + "{% endif %}",
    "loops within loops": "{% for i in [1] %}" * 25 + "{% endfor %}" * 25,
    "an integer of many digits": "{{ " + "9" * 90_000 + " }}",
    "a zero": "{{ 1 / 0 }}",
    "a wrong argument": "{{ 'abc' | truncate(-5) }}",
    "tables": "| calls |\n" * 5000,
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_skeleton_is_refused_at_once(made: Skeleton, source: str) -> None:
    with pytest.raises(FormError):
        made.text(source)
        blocks.compose(report({}, made.form))


def test_what_no_document_can_hold_is_left_out(made: Skeleton) -> None:
    made.text("甲\x00{{ '乙\\x07' }}\n")
    assert [block.text for block in blocks.compose(report({}, made.form)) if isinstance(block, blocks.Paragraph)] == ["甲乙"]
    assert write_docx(report({}, made.form))
