"""Fifty layouts in which other people set the official tables, as web pages and as Markdown, and which figures are read wrong of one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from tests import layout_changes as changes
from tests.mutated_tables import random_figures
from tests.published import FORM, PageCell, Rows, page
from xltools.form.definition import Form
from xltools.numerals import understand
from xltools.report.filled import Report, Value


@dataclass(frozen=True)
class Layout:
    """How numbers are written, how rows of all tables are changed, and how the page around them is."""

    number: Callable[[int, Random], str] = lambda number, dice: str(number)
    change: changes.Change = lambda rows, dice: None
    around: Callable[[str, Random], str] = lambda text, dice: text


# ------------------------------------------------------------------------------------------------------------- numbers


def zero_as(*marks: str) -> Callable[[int, Random], str]:
    """Write 0 in one of these ways."""
    return lambda number, dice: str(number) if number else dice.choice(marks)


def thousands(comma: str) -> Callable[[int, Random], str]:
    """Write numbers with a sign between the thousands."""
    return lambda number, dice: f"{number:,}".replace(",", comma)


def full_width(number: int, dice: Random) -> str:
    """Write numbers in wide digits."""
    return str(number).translate({ord("0") + digit: chr(0xFF10 + digit) for digit in range(10)})


# ------------------------------------------------------------------------------------------------------------ the page


def inside_a_table(text: str, dice: Random) -> str:
    """Put each table into a cell of a table of layout."""
    return text.replace("<table>", "<table><tr><td><table>").replace("</table>", "</table></td></tr></table>")


def in_one_table(text: str, dice: Random) -> str:
    """Put all tables and titles into rows of one table."""
    first, last = text.index("<table>"), text.rindex("</table>")
    inner = re.sub(r"<p>(.*?)</p>", r"<tr><td colspan=7>\1</td></tr>", text[first:last].replace("<table>", "").replace("</table>", ""))
    return f"{text[:first]}<table>{inner}{text[last:]}"


def broken_by(words: str) -> Layout:
    """Break each table off between two rows; with these words in between it goes on without a header."""

    def break_off(rows: Rows, dice: Random) -> None:
        if len(rows) > 5:
            rows.insert(dice.choice(changes.between_rows(rows)), [PageCell("@")])

    return Layout(change=break_off, around=lambda text, dice: apart(text, words))


def apart(text: str, words: str) -> str:
    """Begin a new table at each row that says so, with these words above it."""
    return re.sub(r"<tr><td[^>]*>@</td></tr>", f"</table><p>{words}</p><table>", text)


def blocks_apart(text: str, dice: Random) -> str:
    """Make a table of each block, its title a paragraph above it."""
    return re.sub(r'<tr><td rowspan="\d+" colspan="\d+">(第二十条第（.）项)</td></tr>', r"</table><p>\1</p><table>", text)


LAYOUTS: Mapping[str, Layout] = {
    "plain": Layout(),
    "thousands": Layout(thousands(",")),
    "wide thousands": Layout(thousands("，")),
    "spaced thousands": Layout(thousands(" ")),
    "full width": Layout(full_width),
    "spaces around": Layout(lambda number, dice: f"\u00a0{number} "),
    "pieces": Layout(lambda number, dice: f"{number}件"),
    "pieces apart": Layout(lambda number, dice: f"{number} 件"),
    "none for 0": Layout(zero_as("无", "—", "零", "/")),
    "blank for 0": Layout(zero_as("")),
    "decimals": Layout(lambda number, dice: f"{number}.00"),
    "other totals": Layout(change=changes.on_labels(changes.other_totals)),
    "labels without numbers": Layout(change=changes.on_labels(changes.without_numbers)),
    "labels with colons": Layout(change=changes.on_labels(lambda text, dice: f"{text}：")),
    "labels broken": Layout(change=changes.on_labels(lambda text, dice: text[: len(text) // 2] + "\n" + text[len(text) // 2 :])),
    "labels spaced": Layout(change=changes.on_labels(lambda text, dice: " ".join(text) if len(text) < 5 else text)),
    "labels from top to bottom": Layout(change=changes.turned_labels),
    "label and number apart": Layout(change=changes.label_split),
    "header again": Layout(change=changes.repeated_header),
    "note below": Layout(change=changes.note_below),
    "note between": Layout(change=changes.note_between),
    "unit above": Layout(change=changes.unit_above),
    "unit below header": Layout(change=changes.unit_below_header),
    "columns numbered": Layout(change=changes.numbered_columns),
    "columns lettered": Layout(change=changes.lettered_columns),
    "rows numbered": Layout(change=changes.serial_column),
    "remarks": Layout(change=changes.remarks_column),
    "spans lost": Layout(change=changes.spans_lost),
    "spans apart": Layout(change=changes.spans_apart),
    "header's last row lost": Layout(change=changes.cut_second_header),
    "header's first row lost": Layout(change=changes.cut_first_header),
    "header half": Layout(change=changes.half_header),
    "row of subtotals": Layout(change=changes.subtotal_row),
    "column of subtotals": Layout(change=changes.subtotal_column),
    "shares": Layout(change=changes.all_shares),
    "last year beside": Layout(change=changes.last_year_column),
    "turned": Layout(change=changes.turned),
    "empty rows": Layout(change=changes.empty_rows),
    "too wide": Layout(change=changes.too_wide),
    "zeros left out": Layout(change=changes.missing_cells),
    "zeros merged down": Layout(change=changes.merged_down),
    "rows exchanged": Layout(change=changes.order_of_rows),
    "another row": Layout(change=changes.another_row),
    "table in a table": Layout(around=inside_a_table),
    "one table": Layout(around=in_one_table),
    "broken off": broken_by("—5—"),
    "continued": broken_by("（续上表）"),
    "blocks apart": Layout(around=blocks_apart),
}


HEADINGS: Mapping[str, Layout] = {
    "units in a column": Layout(change=changes.unit_column),
    "all rows numbered": Layout(change=changes.numbers_of_all_rows),
    "year in headings": Layout(change=changes.on_labels(lambda text, dice: re.sub("^本年(?=.*件?数)", "2023年", text))),
    "other character": Layout(change=changes.on_labels(lambda text, dice: text.replace("其他", "其它"))),
    "group and heading in one cell": Layout(change=changes.groups_in_headings),
    "groups as rows": Layout(change=changes.groups_as_rows),
    "columns in tables of their own": Layout(change=changes.columns_apart, around=lambda text, dice: apart(text, "")),
}
"""How else headings and labels are set, each alone."""


def laid_out(names: tuple[str, ...], seed: int, *, markdown: bool, form: Form = FORM) -> tuple[str, dict[str, int]]:
    """Return a page, or a text in Markdown, in these layouts at once, and the figures that it states."""
    dice = Random(seed)
    values = random_figures(form, dice)
    layouts = [{**LAYOUTS, **HEADINGS}[name] for name in names]

    def change(rows: Rows) -> None:
        for layout in layouts:
            layout.change(rows, dice)
        for layout in layouts:
            for row in rows:
                row[:] = [
                    PageCell(layout.number(int(cell.text), dice), cell.rowspan, cell.colspan) if changes.is_number(cell) else cell
                    for cell in row
                ]

    text = page(form=form, values=values, change=dict.fromkeys((table.key for table in form.tables), change))
    for layout in layouts:
        text = layout.around(text, dice)
    return (as_markdown(text, repeat=bool(seed % 2)) if markdown else text), values


def as_markdown(text: str, *, repeat: bool) -> str:
    """Return a page as a converter writes it: merged cells repeated or left empty."""
    text = re.sub(r"</?(?:html|head|meta|title|body)[^>]*>|<!doctype html>", "", text).replace("x</title>", "")
    text = text.replace("<table><tr><td><table>", "<table>").replace("</table></td></tr></table>", "</table>")
    text = re.sub(r"<table>(.*?)</table>", lambda table: _pipes(table[1], repeat=repeat), text)
    text = re.sub(r"<h1>(.*?)</h1>", r"\n# \1\n", text)
    return re.sub(r"<p>(.*?)</p>", r"\n\1\n", text)


def _pipes(table: str, *, repeat: bool) -> str:
    if "<td" not in table:
        return ""
    grid: dict[tuple[int, int], str] = {}
    for number, row in enumerate(re.findall(r"<tr>(.*?)</tr>", table)):
        column = 0
        for down, right, cell in re.findall(
            r'<td rowspan="(\d+)" colspan="(\d+)">(.*?)</td>', row.replace("<td colspan=7>", '<td rowspan="1" colspan="7">')
        ):
            while (number, column) in grid:
                column += 1
            for y in range(int(down)):
                for x in range(int(right)):
                    grid[number + y, column + x] = cell.replace("<br>", "") if repeat or not (x or y) else ""
            column += int(right)
    height, across = (max((place[axis] for place in grid), default=-1) + 1 for axis in (0, 1))
    lines = ["| " + " | ".join(grid.get((y, x), "") for x in range(across)) + " |" for y in range(height)]
    if not lines:
        return ""
    return "\n\n" + "\n".join([lines[0], "|" + "---|" * across, *lines[1:]]) + "\n\n"


NONE = {"无", "—", "零", "/"}


def stated(value: Value) -> object:
    """Return what a cell says; marks for nothing say 0."""
    return 0 if value in NONE else understand(value) if isinstance(value, str) else value


def faults(report: Report, values: dict[str, int]) -> dict[str, tuple[object, object]]:
    """Return the figures that are wrong, or blank without a word, with what is printed and what was read."""
    told = {id for id in values if id in report.unread_figures or id.split(".")[0] in report.origin.publication.missing_tables}
    pairs = {id: (values[id], stated(report.figures[id])) for id in values if id not in told}
    return {id: (printed, read) for id, (printed, read) in pairs.items() if read != printed and not (read is None and not printed)}
