"""Renders the prose of a report from the Jinja2 file in its form's folder.

What staff typed never becomes part of the template: it reaches the page as the value of a variable, and each piece is marked
as typed, so that `blocks` cannot take it for markup either.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from typing import TypeVar

from jinja2 import TemplateError, TemplateRuntimeError, TemplateSyntaxError, pass_environment

from xltools.documents.sandbox import Sandbox
from xltools.errors import FormError
from xltools.files.gate import SKELETON_LIMIT
from xltools.form.definition import Form, Section
from xltools.form.loader import forms_folder
from xltools.numerals import EDGES, Number, is_blank, is_number
from xltools.report.filled import Breakdown, Report
from xltools.report.placeholders import amounts, facts, fill, quantities

SKELETON_FILE = "report.md.j2"
DEFAULT_SKELETON = Path(__file__).parent / "default.md.j2"

TYPED = "\x02"
"""Stands before every text that staff typed. It cannot be typed itself: `clean` drops control characters."""

UNPRINTABLE = re.compile(r"[^\t\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ENUMERATOR = re.compile(r"^[（(]?[一二三四五六七八九十\d]+[）)、.．]+")
DEEPEST_HEADING = 3
LONGEST_FAULT = 200

Item = TypeVar("Item")


def clean(text: str) -> str:
    """The text as one line without what no document can hold, and without blanks around it: the style indents."""
    return EDGES.sub("", UNPRINTABLE.sub("", text.replace("\n", " ")))


def report_title(report: Report) -> str:
    """The title of the report: unit, year and the form's title."""
    year = "" if report.year is None else f"{report.year}年"
    return clean(report.unit.title_name) + year + report.form.title


def render_skeleton(report: Report) -> tuple[Path, str]:
    """The skeleton that the form uses, and its text with prose and figures in place.

    Raises FormError where the skeleton is broken.
    """
    path = report.form.folder / SKELETON_FILE
    if not path.is_file():
        path = DEFAULT_SKELETON
    try:
        return path, _sandbox(path, report.form.like).rendered(path.name, _context(report))
    except TemplateSyntaxError as fault:
        raise FormError(path, f"第 {fault.lineno} 行 {_shortened(fault.message)}") from fault
    except SyntaxError as fault:  # of the Python that Jinja makes of it: more than 20 loops within each other
        raise FormError(path, "无法成文（嵌套过深）") from fault
    except (RecursionError, MemoryError) as fault:
        raise FormError(path, "无法成文（嵌套过深或内容过多）") from fault
    # an unknown name, a comparison of what was left blank, a division by zero, a wrong argument of a filter
    except (TemplateError, ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError) as fault:
        raise FormError(path, f"无法成文（{_shortened(fault)}）") from fault


def _shortened(fault: object) -> str:
    """A fault's words, which may quote the whole of a template."""
    words = str(fault)
    return words if len(words) <= LONGEST_FAULT else f"{words[:LONGEST_FAULT]}…"


@lru_cache(maxsize=8)
def _sandbox(path: Path, like: Form | None) -> Sandbox:
    """Where a skeleton is rendered; it may extend that of the form that its own is like, named behind that form's id."""
    parent = {f"{like.id}/{SKELETON_FILE}": like.folder / SKELETON_FILE} if like else {}
    files = {path.name: path, **parent}

    def read(name: str) -> tuple[str, str, Callable[[], bool]]:
        file = files[name]
        source, written = _source(file), file.stat().st_mtime_ns
        return source, str(file), lambda: file.stat().st_mtime_ns == written

    return Sandbox(
        read,
        loaded=tuple(parent),
        filters={"sentence": _sentence, "paragraph": _paragraph},
        tests={"filled": _filled},
    )


def _source(path: Path) -> str:
    """The text of a skeleton. Raises FormError for one that is too large, or is a link to another place."""
    ours = path == DEFAULT_SKELETON or path.parent.parent == forms_folder()  # some installers link to each file of a package
    if not ours and path.resolve().parent != path.parent.resolve():
        raise FormError(path, "是指向别处的链接，请换成文件本身")
    try:
        with path.open("rb") as file:
            data = file.read(SKELETON_LIMIT + 1)
    except OSError as fault:
        raise FormError(path, f"打不开（{fault.strerror}）") from fault
    if len(data) > SKELETON_LIMIT:
        raise FormError(path, "文件过大，不像是正文骨架")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise FormError(path, "不是 UTF-8 编码的文件") from fault


def _filled(value: object) -> bool:
    return value is not None and value != ""


@pass_environment
def _sentence(sandbox: Sandbox, clauses: str, joint: str = "，") -> str:
    """The clauses, a line each, as one sentence; nothing where there is none."""
    said = _lines(clauses)
    sandbox.budget.text(len(said) * len(joint))
    return f"{joint.join(said)}。" if said else ""


def _paragraph(sentences: str, lead: str = "") -> str:
    """The sentences, a line each, as one paragraph that begins with `lead`; nothing where there is none."""
    said = _lines(sentences)
    return lead + "".join(said) if said else ""


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _context(report: Report) -> Mapping[str, object]:
    """What a skeleton can use: every name that prose may use as a value, and the functions that place the parts."""
    named = _figures(report)
    sections = report.form.section_by_key
    return {
        **{name: _typed(text) for name, text in facts(report).items()},
        **named,
        "表式文号": report.form.edition,
        "title": _typed(report_title(report)),
        "sections": report.form.sections,
        "amount": lambda name: _known(named, name),
        "breakdowns": lambda key: _breakdowns(report, key),
        "heading": lambda key: _heading(_known(sections, key)),
        "table": lambda key: f"| {key} |",
        "prose": _prose(report),
        "typed": lambda key: not is_blank(report.text(key)) or _within_parent(report, _known(sections, key)),
    }


def _typed(text: str) -> str:
    """The text as it is printed, marked as typed; nothing where there is nothing to see."""
    cleaned = clean(text)
    return TYPED + cleaned if cleaned else ""


def _known(items: Mapping[str, Item], key: str) -> Item:
    if key not in items:
        raise TemplateRuntimeError(f"“{key}”不存在")
    return items[key]


def _figures(report: Report) -> dict[str, Number | None]:
    """Every named amount, None where none of its figures states a number."""
    silent = {name for name, ids in report.form.quantities.items() if not any(_stated(report, id) for id in ids)}
    return {name: None if name in silent else number for name, number in amounts(report).items()}


def _stated(report: Report, id: str) -> bool:
    """Whether a figure states a number; a total that nobody stored does where one of its parts does."""
    if id in report.figures:
        return is_number(report.shown(id))
    return any(_stated(report, term.figure) for term in report.form.definitions[id].right)


def _prose(report: Report) -> Callable[[str], str]:
    names = quantities(report)

    @cache
    def prose(key: str) -> str:
        """The paragraphs of a section, a line each."""
        _known(report.form.section_by_key, key)
        return "\n".join(_typed(fill(paragraph, names)) for paragraph in report.paragraphs(key))

    return prose


def _heading(section: Section) -> str:
    level = min(section.key.count(".") + 1, DEEPEST_HEADING)
    return f"{'#' * (level + 1)} {section.title}" if section.heading else ""


def _within_parent(report: Report, topic: Section) -> bool:
    """Whether staff wrote this topic as a paragraph of the section above it, as in “1.主动公开：…”."""
    name = ENUMERATOR.sub("", topic.title)
    lines = report.paragraphs(topic.parent) if topic.parent else ()
    return any(ENUMERATOR.sub("", clean(line)).startswith(name) for line in lines)


def _breakdowns(report: Report, key: str) -> list[Breakdown]:
    """The breakdowns of a section that can be stated: those with a label and a total, and of their parts those that are not 0."""
    return [
        replace(
            breakdown,
            label=_typed(breakdown.label),
            unit=_typed(breakdown.unit),
            parts=tuple((_typed(name), number) for name, number in breakdown.parts if number and is_number(number)),
        )
        for breakdown in report.breakdowns
        if breakdown.section == key and clean(breakdown.label) and is_number(breakdown.total)
    ]
