"""Skeletons of forms (report.md.j2): the sound ones, and what breaks them."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

from tests.fuzz.case import Case, Original
from tests.fuzz.raw import break_bytes, stretch
from xltools.form.loader import forms_folder

TINY = Path(__file__).parents[1] / "forms" / "tiny"
SKELETON = "report.md.j2"
RICH = """\
{% set ns = namespace(text="甲", sum=0, list=[1]) %}
{% macro item(name, value=1) %}{{ name }}：{{ value }}{{ caller() if caller is defined }}{% endmacro %}
{% block head %}# {{ title }}{% endblock %}
{% for section in sections if section.title is string %}
{% set ns.text = ns.text ~ section.key %}{% set ns.sum = ns.sum + loop.index * 2 %}{% set ns.list = [ns.list, ns.list] %}
{{ loop.index }}／{{ loop.length }} {{ section.title | replace("一", "1") | trim | upper }} {{ loop.cycle("a", "b") }}
{% endfor %}
{{ range(1, 9) | map("string") | join("、") }} {{ [3, 1, 2] | sort | first }} {{ (7 / 3) | round(2) }} {{ 7 // 2 % 3 - -1 }}
{% call item("乙", ns.sum) %}（{{ self.head() }}）{% endcall %}
{% set part %}{% filter sentence("；") %}
{{ ns.text[1:] }}
{{ {"a": 1, "b": (2, 3)}["b"] | sum }}
{% endfilter %}{% endset %}
{{ part if "甲" in part or 1 < 2 <= 3 else "" }}
{% for key, value in {"x": [1, 2], "y": [3]} | dictsort %}{{ key }}{{ value | length }}{% else %}无{% endfor %}
{% with a = sections | selectattr("table") | map(attribute="key") | list %}{{ a | unique | join }}{% endwith %}
{% for section in sections %}{{ heading(section.key) }}
{{ table(section.table) if section.table else prose(section.key) }}
{% endfor %}
"""
"""A skeleton that uses all of what is allowed; it serves every form."""

TOKEN = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|\w+|\s+|[^\w\s]", re.DOTALL)
INNER = re.compile(r"\w+|\s+|\{%-?|-?%\}|\{\{|\}\}|[^\w\s]")
NUMBER = re.compile(r"\b\d+\b")
NUMBERS = ("0", "-1", "31", "99999", "1000000", "9" * 29, "9" * 40, "9" * 5000, "1e400", "0x" + "f" * 99, "1.5")
PIECES = (
    *("{% for i in range(99999) %}", "{% for i in [1] recursive %}", "{% endfor %}", "{% macro m() %}", "{% endmacro %}", "{{ m() }}"),
    *(
        "{% set ns.text = ns.text ~ ns.text %}",
        "{% set ns.list = [ns.list, ns.list] %}",
        "{{ ns.list }}",
        "{{ ns.text * 9 }}",
        "{{ 9 ** 9 }}",
    ),
    *(
        '{% include "report.md.j2" %}',
        '{% extends "report.md.j2" %}',
        '{% import "../form.toml" as x %}',
        "{% block b %}",
        "{% endblock %}",
    ),
    *("{{ self.head() }}", "{{ self }}", "{{ loop }}", "{{ ''.__class__ }}", "{{ title | attr('x') }}", "{{ 'a' | center(99999999) }}"),
    *(
        "| replace('', title)",
        "| list",
        "| join(title)",
        "| round(99999)",
        "| int",
        "| float",
        "[::-1]",
        ".items()",
        "()",
        "(*range(9999))",
    ),
    *(" ~ ", " * ", " // ", " % ", " == ", " not in ", " if ", " is ", "|", "{{", "}}", "{%", "%}", "{#", "#}", "{% raw %}", "(", ")", "["),
    *("\x00", "\x02", "\u2028", "| calls |\n", "# ", "#### ", "'", '"', "\\", "none", "namespace", "caller", "varargs", "super()"),
)


def skeletons() -> tuple[Original, ...]:
    """The skeletons of all forms, named by the form's folder, and a rich one of each."""
    folders = [*(path.parent for path in sorted(forms_folder().glob("*/form.toml"))), TINY]
    own = [Original(str(folder), ".j2", (folder / SKELETON).read_bytes()) for folder in folders]
    return (*own, *(Original(str(folder), ".j2", RICH.encode()) for folder in folders))


def break_skeleton(original: Original, dice: Random) -> Case:
    """A skeleton with one to four faults in its bytes, lines or tokens."""
    if dice.random() < 0.1:
        return Case(original, *break_bytes(original.data, dice))
    text, done = original.data.decode(), []
    for _ in range(dice.choice((1, 1, 2, 4))):
        name, text = _break_once(text, dice)
        done.append(name)
    return Case(original, "skeleton " + "+".join(done), text.encode())


def _break_once(text: str, dice: Random) -> tuple[str, str]:
    name = dice.choice(("lose", "double", "exchange", "nest", "number", "number", "piece", "piece", "stretch", "lines"))
    if name == "lines":
        lines = text.splitlines(keepends=True)
        dice.shuffle(lines)
        return name, "".join(lines)
    if name == "stretch":
        return name, stretch(text, dice)
    found = list((NUMBER if name == "number" else dice.choice((TOKEN, INNER))).finditer(text))
    if not found:
        return "nothing", text
    token, other = dice.choice(found), dice.choice(found)
    written = {
        "lose": "",
        "double": token[0] * dice.choice((2, 2, 30, 3000)),
        "exchange": other[0],
        "nest": _nested(token[0], dice),
        "number": dice.choice(NUMBERS),
        "piece": dice.choice(PIECES) + token[0],
    }[name]
    return name, text[: token.start()] + written + text[token.end() :]


def _nested(token: str, dice: Random) -> str:
    """The token many times within something that has an end."""
    begin, end = dice.choice(
        (
            ("(", ")"),
            ("[", "]"),
            ("{% if 1 %}", "{% endif %}"),
            ("{% for i in range(99) %}", "{% endfor %}"),
            ("{% filter upper %}", "{% endfilter %}"),
        )
    )
    times = dice.choice((1, 2, 5, 15, 25, 200, 2000))
    return begin * times + token + end * times
