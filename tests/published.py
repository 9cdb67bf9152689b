"""Published reports made in tests: the official tables as rows of cells, changed as real reports change them, and written as a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

import pytest

from tests.reports import balanced_figures
from tests.reports import report as filled
from xltools.errors import UnreadableFileError
from xltools.form.definition import Form, Table
from xltools.form.layout import lay_out
from xltools.form.loader import find_form, load_form
from xltools.numerals import show
from xltools.readers.dispatch import read_report
from xltools.readers.published.pdf import read_pdf
from xltools.report.filled import Report, Value, settle
from xltools.rules.review import review

FORM = load_form()
OLD_FORM = load_form("govinfo-2019")


@dataclass(frozen=True)
class PageCell:
    """A cell of a page's table."""

    text: str
    rowspan: int = 1
    colspan: int = 1


Rows = list[list[PageCell]]
Change = Callable[[Rows], None]


def figures(form: Form = FORM) -> dict[str, int]:
    """For each cell id of the form a number of its own, so that no figure can be taken for another."""
    return {id: 1000 + number for number, id in enumerate(form.figures)}


EXPECTED = {id: str(number) for id, number in figures().items()}
"""The same as printed."""


def adding_up() -> dict[str, int]:
    """The same, every total the sum of its parts."""
    parts = {id: number for id, number in figures().items() if id not in FORM.definitions}
    return {id: int(number) for id, number in settle(FORM, parts).items()}


def balanced(figures: Mapping[str, Value] | None = None) -> dict[str, object]:
    """Every figure of a report that is all zeros but for `figures`, totals included, as it is printed; without any, of one that balances."""
    return dict(filled(balanced_figures(1) if figures is None else figures).numbers)


def table_rows(table: Table, values: Mapping[str, object]) -> Rows:
    """The rows of an official table, filled."""
    layout = lay_out(table)
    rows: Rows = [[] for _ in range(layout.rows)]
    for cell in layout.cells:
        text = str(values.get(cell.figure, "")) if cell.figure else cell.text
        rows[cell.row].append(PageCell(text, cell.rowspan, cell.colspan))
    return rows


def row_of(rows: Rows, label: str) -> list[PageCell]:
    """The row that has a cell with this text."""
    return next(row for row in rows if any(cell.text == label for cell in row))


def set_values(rows: Rows, label: str, texts: Iterable[str]) -> None:
    """Writes the last cells of the row with this label."""
    texts = list(texts)
    row = row_of(rows, label)
    row[-len(texts) :] = [replace(cell, text=text) for cell, text in zip(row[-len(texts) :], texts, strict=True)]


def last_first(rows: Rows) -> None:
    """Puts the column of totals in front of the others."""
    for line in rows:
        count = 7 if len(line) >= 7 else 3 if line[-1].text == "总计" else 0
        if count:
            line[-count:] = [line[-1], *line[-count:-1]]


def relabel(rows: Rows, labels: Mapping[str, str]) -> None:
    """Writes other words for labels."""
    for row in rows:
        row[:] = [replace(cell, text=labels.get(cell.text, cell.text)) for cell in row]


def html_table(rows: Rows) -> str:
    """The rows as a table of a page."""
    lines = []
    for row in rows:
        cells = (f'<td rowspan="{cell.rowspan}" colspan="{cell.colspan}">{escape(cell.text).replace(chr(10), "<br>")}</td>' for cell in row)
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table>{''.join(lines)}</table>"


TITLE = "示例县2023年政府信息公开工作年度报告"
PREFACE = "本报告由示例县人民政府办公室编制，统计期限自2023年1月1日起至2023年12月31日止。"
OVERVIEW = "一年来，本县认真落实条例要求，稳步推进政府信息公开工作。"
PROBLEMS = "存在的问题是公开内容还不够丰富，下一步将加以改进。"
OTHER = "本年度没有收取信息处理费。"
GRANTED, RECEIVED = "（一）予以公开", "一、本年新收政府信息公开申请数量"
COLUMNS = ("natural_person", "business", "research", "public_welfare", "legal_service", "other", "total")


def page(
    *,
    form: Form = FORM,
    change: Mapping[str, Change] | None = None,
    values: Mapping[str, object] | None = None,
    title: str = TITLE,
    above: Mapping[str, str] | None = None,
    below: Mapping[str, str] | None = None,
    titles: Mapping[str, str] | None = None,
    head: str = "",
    overview: str = OVERVIEW,
) -> str:
    """A whole report as a page. `change` alters the rows of a table; `above` and `below` are set around it, `titles` replace
    those of the sections; `head` stands above the title; `overview` is the first section's prose, a line for each paragraph."""
    values = figures(form) if values is None else values
    parts = [head, f"<h1>{title}</h1>", f"<p>{PREFACE}</p>"]
    bodies = {"overview": overview.replace("\n", "</p><p>"), "problems": PROBLEMS, "other": OTHER}
    for section in form.sections:
        if section.parent or not section.heading:
            continue
        name = (titles or {}).get(section.key, section.title)
        parts.append(f"<p>{escape(name)}</p>" if name else "")
        if section.table:
            rows = table_rows(next(table for table in form.tables if table.key == section.table), values)
            if change and section.table in change:
                change[section.table](rows)
            parts += [(above or {}).get(section.table, ""), html_table(rows), (below or {}).get(section.table, "")]
        else:
            parts.append(f"<p>{bodies[section.key]}</p>")
    return f"<!doctype html><html><head><meta charset=utf-8><title>x</title></head><body>{''.join(parts)}</body></html>"


def read_page(folder: Path, text: str, name: str = "report.html") -> Report:
    """The report that is read from a page."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_report(path, find_form(None))


def assert_right_or_unread(report: Report, *unread: str) -> None:
    """Asserts that every figure is the printed one, but for these rows and tables, which are said to be unread."""
    ids = {id for id in FORM.figures if any(id == key or id.startswith(f"{key}.") for key in unread)}
    assert report.unread_figures == ids
    assert {id: text for id, text in shown(report).items() if id not in ids} == {id: text for id, text in EXPECTED.items() if id not in ids}


def assert_refused_whole(folder: Path, text: str) -> None:
    """Assert that a text of whose tables a part is not recognised is refused in one line that says what to do."""
    with pytest.raises(UnreadableFileError, match=r"未能全部识别.*另存为 \.docx"):
        read_page(folder, text, "report.txt")


def shown(report: Report) -> dict[str, str]:
    """Every figure of a report as text, blank as ""."""
    return {
        id: "" if (value := report.figures.get(id)) is None else value if isinstance(value, str) else show(value)
        for id in report.form.figures
    }


def pdf_refusal(path: Path) -> str:
    """Why a PDF cannot be read, in one line that names it."""
    with pytest.raises(UnreadableFileError) as fault:
        read_pdf(path)
    assert str(path) in str(fault.value)
    assert "\n" not in str(fault.value)
    return fault.value.reason


def expected(**changes: str) -> dict[str, str]:
    """Every figure as printed by default; `changes` by cell id, with __ for the dots."""
    return EXPECTED | {id.replace("__", "."): text for id, text in changes.items()}


def row(report: Report, key: str) -> list[str]:
    """The figures of a row of 表三."""
    return [shown(report)[f"requests.{key}.{column}"] for column in COLUMNS]


def publication_findings(report: Report) -> list[str]:
    """What the reader itself remarks."""
    return [finding.message for finding in review(report).findings if finding.rule.code in ("C110", "C111", "C112", "C113", "C114", "C115")]
