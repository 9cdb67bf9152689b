"""Renders the prose of a report from the Jinja2 file in its form's folder.

What staff typed never becomes part of the template: it reaches the page as the value of a variable, and each piece is marked
as typed, so that `blocks` cannot take it for markup either.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateError,
    TemplateRuntimeError,
    TemplateSyntaxError,
)
from jinja2.sandbox import SandboxedEnvironment

from xltools.errors import FormError
from xltools.form import Form, Section
from xltools.numerals import EDGES, Number, is_blank, is_number, show
from xltools.placeholders import amounts, facts, fill, quantities
from xltools.report import Breakdown, Report

SKELETON_FILE = "report.md.j2"
DEFAULT_SKELETON = Path(__file__).parent / "default.md.j2"

TYPED = "\x02"
"""Stands before every text that staff typed. It cannot be typed itself: `clean` drops control characters."""

UNPRINTABLE = re.compile(r"[^\t\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ENUMERATOR = re.compile(r"^[（(]?[一二三四五六七八九十\d]+[）)、.．]+")
DEEPEST_HEADING = 3

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
        return path, _environment(path.parent, report.form.like).get_template(path.name).render(_context(report))
    except TemplateSyntaxError as fault:
        raise FormError(path, f"第 {fault.lineno} 行 {fault.message}") from fault
    except (TemplateError, TypeError, ValueError) as fault:  # an unknown name, a comparison of what was left blank, a wrong encoding
        raise FormError(path, f"无法成文（{fault}）") from fault


@lru_cache(maxsize=8)
def _environment(folder: Path, like: Form | None) -> SandboxedEnvironment:
    """Where skeletons are found: in the form's folder, and behind its id those of the form that it is like."""
    loaders: list[BaseLoader] = [FileSystemLoader(folder, encoding="utf-8-sig")]
    if like:
        loaders.append(PrefixLoader({like.id: FileSystemLoader(like.folder, encoding="utf-8-sig")}))
    environment = SandboxedEnvironment(
        loader=ChoiceLoader(loaders),
        undefined=StrictUndefined,
        finalize=_printed,
    )
    environment.tests["filled"] = _filled
    environment.filters["sentence"] = _sentence
    environment.filters["paragraph"] = _paragraph
    return environment


def _printed(value: object) -> object:
    """The value as it is printed; a figure that was left blank cannot be, lest it be taken for a 0."""
    if value is None:
        raise TypeError("空白的数不能写入正文，请先用 is filled 判断")
    return show(value) if is_number(value) else value


def _filled(value: object) -> bool:
    return value is not None and value != ""


def _sentence(clauses: str, joint: str = "，") -> str:
    """The clauses, a line each, as one sentence; nothing where there is none."""
    said = _lines(clauses)
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
