"""Renders the prose of a report from its form's Jinja2 file; what staff typed is a value there, never markup, and is marked as typed."""

import re
import traceback
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from jinja2 import FunctionLoader, StrictUndefined, TemplateError, TemplateNotFound, TemplateRuntimeError, TemplateSyntaxError, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from xltools.errors import FormError
from xltools.files.gate import SKELETON_LIMIT
from xltools.form.definition import Form, Section
from xltools.form.toml_reader import read_text
from xltools.numerals import COUNTING, EDGES, Number, is_blank, is_number, leading_number, show
from xltools.report.filled import UNREAD_MARK, Breakdown, Report, holds
from xltools.report.placeholders import amounts, facts, fill, own_details, quantities

SKELETON_FILE = "report.md.j2"
DEFAULT_SKELETON = Path(__file__).parent / "default.md.j2"

TYPED = "\x02"  # stands before every text that staff typed. It cannot be typed itself: `clean` drops control characters.

TOPIC_NUMBER = re.compile(rf"[（(]\s*[{COUNTING}]{{1,3}}\s*[）)]\s*")  # of a topic within a section: （一）
UNPRINTABLE = re.compile(r"[^\t\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
COUNTED = re.compile(r"\d\s*[条件篇份次期个人万]")  # a figure, as an introduction has none
LONGEST_INTRODUCTION = 2  # the paragraphs above topics; what is longer is the whole section
LONGEST_FAULT = 200

TOO_DEEP = (RecursionError, SyntaxError, MemoryError)  # what Python raises over Jinja's code of loops or calls too deep in each other
FAULTS = (TemplateError, ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError, *TOO_DEEP)
"""What rendering a skeleton may raise: an unknown name, a comparison of what was left blank, a wrong argument of a filter …"""

Item = TypeVar("Item")


def clean(text: str) -> str:
    """Return the text as one line without what no document can hold, and without blanks around it: the style indents."""
    return EDGES.sub("", UNPRINTABLE.sub("", text.replace("\n", " ")))


def report_title(report: Report) -> str:
    """Return the title of the report: unit, year and the form's title."""
    return clean(report.unit.title_name) + ("" if report.year is None else f"{report.year}年") + report.form.title


def render_skeleton(report: Report) -> tuple[Path, str]:
    """Return the skeleton that the form uses, and its text. Raise FormError, which names the file and the line, where it is broken."""
    own = report.form.folder / SKELETON_FILE
    path = own if own.is_file() else DEFAULT_SKELETON
    try:
        return path, _environment(path, report.form.like).get_template(path.name).render(_context(report))
    except TemplateSyntaxError as fault:
        raise FormError(Path(fault.filename or path), f"第 {fault.lineno} 行 {_words(fault)}") from fault
    except FAULTS as fault:
        file, line = _place(fault, path)
        raise FormError(file, f"{line}无法成文（{_words(fault)}）") from fault


def _place(fault: BaseException, path: Path) -> tuple[Path, str]:
    """Return the skeleton that was being rendered when the fault arose, which may be the one extended, and the line in words."""
    for frame, line in reversed(list(traceback.walk_tb(fault.__traceback__))):
        file = Path(frame.f_code.co_filename)
        if file.name in (SKELETON_FILE, DEFAULT_SKELETON.name):
            return file, f"第 {line} 行"
    return path, ""


def _words(fault: BaseException) -> str:
    """Return what is wrong; Jinja may quote the whole of a template."""
    if isinstance(fault, TemplateNotFound):
        return f"没有“{fault.name}”，只能 extends 表式 like 所指那一版的骨架"
    words = "嵌套过深或内容过多" if isinstance(fault, TOO_DEEP) else str(fault)
    return words if len(words) <= LONGEST_FAULT else f"{words[:LONGEST_FAULT]}…"


@lru_cache(maxsize=8)
def _environment(path: Path, like: Form | None) -> ImmutableSandboxedEnvironment:
    """Return the sandbox that renders a skeleton; it may extend that of the form that its own is like, by `ID/report.md.j2`."""
    files = {path.name: path}
    if like:
        files[f"{like.id}/{SKELETON_FILE}"] = like.folder / SKELETON_FILE

    def load(name: str) -> tuple[str, str, Callable[[], bool]] | None:
        if not (file := files.get(name)):
            return None
        source, written = read_text(file, SKELETON_LIMIT, "正文骨架"), file.stat().st_mtime_ns
        return source, str(file), lambda: file.stat().st_mtime_ns == written

    made = ImmutableSandboxedEnvironment(loader=FunctionLoader(load), undefined=StrictUndefined, finalize=_printed)
    made.filters["sentence"] = lambda clauses, joint="，": _joined(clauses, "", joint, "。")
    made.filters["paragraph"] = lambda sentences, lead="": _joined(sentences, lead, "", "")
    made.tests["filled"] = lambda value: value is not None and value != ""
    return made


def _printed(value: object) -> str:
    """Return the value as it is printed. Raise TypeError for a blank figure, which must not be taken for a 0, and for no text or number."""
    if value is None:
        raise TypeError("空白的数不能写入正文，请先用 is filled 判断")
    if is_number(value):
        return show(value)
    if not isinstance(value, (str, float, Undefined)):
        raise TypeError("只能写入文字和数")
    return str(value)


def _joined(lines: str, lead: str, joint: str, end: str) -> str:
    """Return the lines of a text as one; nothing where there is none."""
    said = [line.strip() for line in lines.split("\n") if line.strip()]
    return lead + joint.join(said) + end if said else ""


def _context(report: Report) -> Mapping[str, object]:
    """Return what a skeleton can use: every name that prose may use as a value, and the functions that place the parts."""
    named, names = _figures(report), quantities(report)
    sections = report.form.section_by_key

    def prose(key: str) -> str:
        """Return the paragraphs of a section, a line each; one that could not be read is marked."""
        if key in report.unread_sections:
            return _typed(UNREAD_MARK)
        return "\n".join(_typed(fill(paragraph, names)) for paragraph in report.paragraphs(_known(sections, key).key))

    return {
        **{name: _typed(text) for name, text in facts(report).items()},
        **named,
        "表式文号": report.form.edition,
        "title": _typed(report_title(report)),
        "sections": report.form.sections,
        "details": [_typed(f"{name}：{text}") for name, text in own_details(report).items() if text],
        "amount": lambda name: _known(named, name),
        "breakdowns": lambda key: _breakdowns(report, key),
        "heading": lambda key: _heading(_known(sections, key)),
        "table": lambda key: f"| {key} |",
        "prose": prose,
        "typed": lambda key: _is_written(report, _known(sections, key)),
    }


def _typed(text: str) -> str:
    """Return the text as it is printed, marked as typed; nothing where there is nothing to see."""
    cleaned = clean(text)
    return TYPED + cleaned if cleaned else ""


def _known(items: Mapping[str, Item], key: str) -> Item:
    if key not in items:
        raise TemplateRuntimeError(f"“{key}”不存在")
    return items[key]


def _figures(report: Report) -> dict[str, Number | None]:
    """Return every named amount, None where one of its figures is not known, or is a total that its parts contradict."""
    stored = (relation for relation in report.form.relations if relation.total in report.stored_totals)
    broken = {relation.total for relation in stored if report.is_read(relation) and not holds(relation, report.numbers)}
    silent = {name for name, ids in report.form.quantities.items() if not all(report.is_known(id) and id not in broken for id in ids)}
    return {name: None if name in silent else number for name, number in amounts(report).items()}


def _heading(section: Section) -> str:
    level = min(section.key.count(".") + 1, 3)
    return f"{'#' * (level + 1)} {section.title}" if section.heading else ""


def _is_written(report: Report, section: Section) -> bool:
    """Tell whether staff wrote a section, maybe in the general part above, or published the report without: then nothing is added."""
    filled = {key for key in report.form.section_by_key if key in report.unread_sections or not is_blank(report.text(key))}
    if report.is_published or section.key in filled:
        return True
    if section.parent not in filled:
        return False
    lines = [line for line in map(clean, report.paragraphs(section.parent)) if line]
    if any(TOPIC_NUMBER.match(line) or _name(line).startswith(_name(section.title)) for line in lines):
        return True
    topics = {other.key for other in report.form.texts if other.parent == section.parent}
    is_all = len(lines) > LONGEST_INTRODUCTION or any(COUNTED.search(line) for line in lines if not leading_number(line))
    return is_all and filled.isdisjoint(topics) and all(breakdown.section not in topics for breakdown in report.breakdowns)


def _name(title: str) -> str:
    return title.removeprefix(leading_number(title))


def _breakdowns(report: Report, key: str) -> list[Breakdown]:
    """Return the breakdowns of a section with a label and a total, with their parts but zeros; none where they add up to another total."""
    named = (one for one in report.breakdowns if one.section == key and clean(one.label) and is_number(one.total))
    told = ((one, one.parts if one.sides[0] == one.sides[1] else ()) for one in named)
    counted = ((one, tuple((_typed(name), number) for name, number in parts if number and is_number(number))) for one, parts in told)
    return [replace(one, label=_typed(one.label), unit=_typed(one.unit), parts=parts) for one, parts in counted]
