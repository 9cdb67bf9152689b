"""Fifty layouts in which other people set the official tables, each with the figures that it states: as web pages and as Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from tests.mutated_tables import random_figures
from tests.published import FORM, PageCell, Rows, page
from xltools.form.definition import Form

Change = Callable[[Rows, Random], None]


@dataclass(frozen=True)
class Layout:
    """How numbers are written, how rows of all tables are changed, and how the page around them is."""

    number: Callable[[int, Random], str] = lambda number, dice: str(number)
    change: Change = lambda rows, dice: None
    around: Callable[[str, Random], str] = lambda text, dice: text


def is_number(cell: PageCell) -> bool:
    """Whether a cell holds a figure."""
    return cell.text.isdigit()


def has_numbers(row: list[PageCell]) -> bool:
    """Whether a row holds figures."""
    return any(map(is_number, row))


def width(rows: Rows) -> int:
    """How many columns a table has."""
    return sum(cell.colspan for cell in rows[0])


def between_rows(rows: Rows) -> list[int]:
    """The places behind the header where no cell reaches from the row above into the row below."""
    ends = [number + max((cell.rowspan for cell in row), default=1) for number, row in enumerate(rows)]
    head = next(n for n, row in enumerate(rows) if has_numbers(row))
    return [n for n in range(head + 1, len(rows)) if max(ends[:n]) <= n]


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


# ------------------------------------------------------------------------------------------------- rows and columns


def on_numbers(change: Callable[[int], str]) -> Change:
    """Write each number of a table otherwise."""

    def apply(rows: Rows, dice: Random) -> None:
        for row in rows:
            row[:] = [PageCell(change(int(cell.text)), cell.rowspan, cell.colspan) if is_number(cell) else cell for cell in row]

    return apply


def on_labels(change: Callable[[str, Random], str]) -> Change:
    """Write each label of a table otherwise."""

    def apply(rows: Rows, dice: Random) -> None:
        for row in rows:
            row[:] = [cell if is_number(cell) else PageCell(change(cell.text, dice), cell.rowspan, cell.colspan) for cell in row]

    return apply


def other_totals(text: str, dice: Random) -> str:
    """Call totals by another name."""
    return re.sub("总计", dice.choice(("合计", "总数", "小计", "共计")), text)


def without_numbers(text: str, dice: Random) -> str:
    """Leave out the number in front of a label."""
    return re.sub(r"^(?:[一二三四五六七八]、|（[一二三四五六七八]）|\d+[.．])", "", text)


def repeated_header(rows: Rows, dice: Random) -> None:
    """Print the header again in the middle, as on a new page."""
    head = next(n for n, row in enumerate(rows) if has_numbers(row))
    places = between_rows(rows)
    if places and len(rows[head]) > 5:
        place = dice.choice(places)
        rows[place:place] = [list(row) for row in rows[:head]]


def note_below(rows: Rows, dice: Random) -> None:
    """Put a note into the last row."""
    rows.append([PageCell("注：本表数据统计至12月31日，共计12件。", 1, width(rows))])


def note_between(rows: Rows, dice: Random) -> None:
    """Put a note between two rows of figures."""
    places = between_rows(rows)
    if places:
        rows.insert(dice.choice(places), [PageCell("（以下为续表）", 1, width(rows))])


def unit_above(rows: Rows, dice: Random) -> None:
    """Put the unit into the first row."""
    rows.insert(0, [PageCell("单位：件", 1, width(rows))])


def unit_below_header(rows: Rows, dice: Random) -> None:
    """Put the unit below the header."""
    head = next(n for n, row in enumerate(rows) if has_numbers(row))
    count = sum(map(is_number, rows[head]))
    rows.insert(head, [PageCell("计量单位", 1, width(rows) - count), *(PageCell("件") for _ in range(count))])


def numbered_columns(rows: Rows, dice: Random) -> None:
    """Number the columns below the header."""
    head = next(n for n, row in enumerate(rows) if has_numbers(row))
    count = sum(map(is_number, rows[head]))
    rows.insert(head, [PageCell("栏次", 1, width(rows) - count), *(PageCell(str(n)) for n in range(1, count + 1))])


def lettered_columns(rows: Rows, dice: Random) -> None:
    """Name the columns by letters below the header."""
    head = next(n for n, row in enumerate(rows) if has_numbers(row))
    count = sum(map(is_number, rows[head]))
    rows.insert(head, [PageCell("甲", 1, width(rows) - count), *(PageCell("ABCDEFGHIJKLMNOP"[n]) for n in range(count))])


def serial_column(rows: Rows, dice: Random) -> None:
    """Number the rows in a column on the left."""
    for number, row in enumerate(rows):
        row.insert(0, PageCell(str(number)) if has_numbers(row) else PageCell("序号" if not number else ""))


def remarks_column(rows: Rows, dice: Random) -> None:
    """Add a column for remarks on the right."""
    for number, row in enumerate(rows):
        row.append(PageCell("" if number else "备注"))


def spans_lost(rows: Rows, dice: Random) -> None:
    """Lose the spans down the rows: the label stands in the first row only."""
    for row in rows:
        row[:] = [PageCell(cell.text, 1, cell.colspan) for cell in row]


def spans_apart(rows: Rows, dice: Random) -> None:
    """Take apart what spans rows: the text in the first row, an empty cell in the others."""
    below: dict[int, list[tuple[int, PageCell]]] = {}
    for number, row in enumerate(rows):
        column = 0
        whole: list[PageCell] = []
        waiting = dict(below.pop(number, []))
        for cell in [*row, None]:
            while column in waiting:
                whole.append(waiting[column])
                column += waiting[column].colspan
            if cell is None:
                break
            for further in range(1, cell.rowspan):
                below.setdefault(number + further, []).append((column, PageCell("", 1, cell.colspan)))
            whole.append(PageCell(cell.text, 1, cell.colspan))
            column += cell.colspan
        row[:] = whole


def cut_second_header(rows: Rows, dice: Random) -> None:
    """Lose the lowest row of a header that has several."""
    head = next(n for n, row in enumerate(rows) if has_numbers(row))
    if head > 1 and len(rows[head]) > 5:
        del rows[head - 1]


def cut_first_header(rows: Rows, dice: Random) -> None:
    """Lose the first row of the header."""
    del rows[0]


def half_header(rows: Rows, dice: Random) -> None:
    """Cut the last row of the header after some cells."""
    head = next(n for n, row in enumerate(rows) if has_numbers(row))
    row = rows[head - 1]
    keep = dice.randrange(1, len(row) + 1)
    row[keep:] = [PageCell("", cell.rowspan, cell.colspan) for cell in row[keep:]]


def subtotal_row(rows: Rows, dice: Random) -> None:
    """Add a row of subtotals that no edition has."""
    places = [n for n in between_rows(rows) if has_numbers(rows[n]) and all(cell.rowspan == 1 for cell in rows[n])]
    if places and len(rows[-1]) > 4:
        place = dice.choice(places)
        count = sum(map(is_number, rows[place]))
        rows.insert(place, [*(PageCell("小计") for _ in rows[place][:-count]), *(PageCell(str(n * 7)) for n in range(count))])


def subtotal_column(rows: Rows, dice: Random) -> None:
    """Add a column of subtotals in front of the last one."""
    for row in rows:
        if has_numbers(row):
            row.insert(len(row) - 1, PageCell(str(sum(int(cell.text) for cell in row[:-1] if is_number(cell)))))
        elif any(cell.text == "总计" for cell in row):
            row.insert(next(n for n, cell in enumerate(row) if cell.text == "总计"), PageCell("小计", row[-1].rowspan))


def all_shares(rows: Rows, dice: Random) -> None:
    """Put the share of each figure behind it."""
    for row in rows:
        if len(row) <= 4 and has_numbers(row):
            row[:] = [c for cell in row for c in ((cell, PageCell("12%")) if is_number(cell) else (cell,))]
        elif len(rows[-1]) <= 4 and len(row) > 1:
            row[:] = [row[0], *(c for cell in row[1:] for c in (cell, PageCell("占比")))]


def last_year_column(rows: Rows, dice: Random) -> None:
    """Put last year's figure behind each figure of a table with few columns."""
    if len(rows[-1]) > 5:
        return
    for row in rows:
        if has_numbers(row):
            row[:] = [c for cell in row for c in ((cell, PageCell(str(int(cell.text) + 5))) if is_number(cell) else (cell,))]
        elif len(row) > 1:
            row[:] = [row[0], *(c for cell in row[1:] for c in (cell, PageCell("上年数")))]


def turned(rows: Rows, dice: Random) -> None:
    """Turn rows into columns."""
    grid: dict[tuple[int, int], str] = {}
    taken: set[tuple[int, int]] = set()
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            while (number, column) in taken:
                column += 1
            taken |= {(number + down, column + right) for down in range(cell.rowspan) for right in range(cell.colspan)}
            grid |= {(number + down, column + right): cell.text for down in range(cell.rowspan) for right in range(cell.colspan)}
            column += cell.colspan
    height, across = max(place[0] for place in grid) + 1, max(place[1] for place in grid) + 1
    rows[:] = [[PageCell(grid.get((down, right), "")) for down in range(height)] for right in range(across)]


def turned_labels(rows: Rows, dice: Random) -> None:
    """Write each label from top to bottom."""
    on_labels(lambda text, dice: "\n".join(text))(rows, dice)


def empty_rows(rows: Rows, dice: Random) -> None:
    """Put empty rows between the others."""
    for place in sorted(between_rows(rows), reverse=True)[::3]:
        rows.insert(place, [PageCell("", 1, width(rows))])


def label_split(rows: Rows, dice: Random) -> None:
    """Put the number of each label into a cell of its own."""
    for row in rows:
        place = next((n for n, cell in enumerate(row) if re.match(r"(?:\d+[.．]|（.）|[一二三四]、)", cell.text)), None)
        if place is not None and len(rows[-1]) < 10 and row[place].colspan == 1:
            found = re.match(r"(?:\d+[.．]|（.）|[一二三四]、)", row[place].text)
            assert found
            row[place : place + 1] = [PageCell(found[0], row[place].rowspan), PageCell(row[place].text[found.end() :], row[place].rowspan)]


def too_wide(rows: Rows, dice: Random) -> None:
    """Give the last cell of some rows a span too many."""
    for row in rows:
        if dice.random() < 0.3:
            row[-1] = PageCell(row[-1].text, row[-1].rowspan, row[-1].colspan + 1)


def missing_cells(rows: Rows, dice: Random) -> None:
    """Leave out the empty cells at the end of rows whose figures are 0."""
    for row in rows:
        while len(row) > 2 and row[-1].text == "0":
            row.pop()


def merged_down(rows: Rows, dice: Random) -> None:
    """Merge figures of 0 that stand below each other in the last column."""
    for upper, lower in pairwise(rows):
        if len(upper) > 2 < len(lower) and upper[-1] == lower[-1] == PageCell("0"):
            upper[-1] = PageCell("0", 2)
            lower.pop()


def unit_column(rows: Rows, dice: Random) -> None:
    """Put the unit of each row into a column of its own."""
    if len(rows) > 20:
        rows[0].insert(1, PageCell("单位", 3))
        for row in rows[3:]:
            row.insert(next(n for n, cell in enumerate(row) if is_number(cell)), PageCell("件"))


def numbers_of_all_rows(rows: Rows, dice: Random) -> None:
    """Number all rows of a table with few columns, headings among them."""
    if len(rows[-1]) < 5:
        for number, row in enumerate(rows):
            row.insert(0, PageCell(str(number) if number else "序号"))


def groups_in_headings(rows: Rows, dice: Random) -> None:
    """Write one row of headings, each with its group in front."""
    if len(rows) > 20:
        header = [rows[1][0], *(PageCell(f"法人或其他组织-{cell.text}") for cell in rows[2]), rows[1][2]]
        rows[:3] = [[PageCell("项目", 1, 3), *(PageCell(cell.text) for cell in header)]]


def group_too_narrow(rows: Rows, dice: Random) -> None:
    """Let a group of columns span one too few, so that a browser exchanges the last two headings."""
    if len(rows) > 20:
        rows[1][1] = PageCell(rows[1][1].text, 1, 4)


def groups_as_rows(rows: Rows, dice: Random) -> None:
    """Put the groups of columns of a table with one row below each other."""
    if len(rows[-1]) == 15:
        figures = rows[-1]
        rows[:] = [
            [PageCell("类型", 1, 2), *(PageCell(cell.text) for cell in rows[1][:5])],
            [PageCell("行政复议", 1, 2), *figures[:5]],
            [PageCell("行政诉讼", 2), PageCell("未经复议直接起诉"), *figures[5:10]],
            [PageCell("复议后起诉"), *figures[10:]],
        ]


def columns_apart(rows: Rows, dice: Random) -> None:
    """Break off behind the table a second one, with the same labels, for some of the columns."""
    if len(rows) > 20:
        figures = [[cell for cell in row if is_number(cell)] for row in rows[3:]]
        labels = [[cell for cell in row if not is_number(cell)] for row in rows[3:]]
        legal = [[PageCell("项目", 1, 3), *rows[2]], *([*front, *row[1:6]] for front, row in zip(labels, figures, strict=True))]
        rows[:] = [
            [PageCell("项目", 1, 3), PageCell("自然人"), PageCell("总计")],
            *([*front, row[0], row[6]] for front, row in zip(labels, figures, strict=True)),
            [PageCell("@")],
            *legal,
        ]


def order_of_rows(rows: Rows, dice: Random) -> None:
    """Exchange two neighbours among the rows of figures."""
    places = [n for n in range(1, len(rows)) if all(has_numbers(r) and all(c.rowspan == 1 for c in r) for r in rows[n - 1 : n + 1])]
    if places:
        place = dice.choice(places)
        rows[place - 1], rows[place] = rows[place], rows[place - 1]


def another_row(rows: Rows, dice: Random) -> None:
    """Add a row with the label of another table."""
    rows.append([PageCell("行政征收"), *(PageCell("3") for _ in rows[-1][1:])])


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
            rows.insert(dice.choice(between_rows(rows)), [PageCell("@")])

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
    "other totals": Layout(change=on_labels(other_totals)),
    "labels without numbers": Layout(change=on_labels(without_numbers)),
    "labels with colons": Layout(change=on_labels(lambda text, dice: f"{text}：")),
    "labels broken": Layout(change=on_labels(lambda text, dice: text[: len(text) // 2] + "\n" + text[len(text) // 2 :])),
    "labels spaced": Layout(change=on_labels(lambda text, dice: " ".join(text) if len(text) < 5 else text)),
    "labels from top to bottom": Layout(change=turned_labels),
    "label and number apart": Layout(change=label_split),
    "header again": Layout(change=repeated_header),
    "note below": Layout(change=note_below),
    "note between": Layout(change=note_between),
    "unit above": Layout(change=unit_above),
    "unit below header": Layout(change=unit_below_header),
    "columns numbered": Layout(change=numbered_columns),
    "columns lettered": Layout(change=lettered_columns),
    "rows numbered": Layout(change=serial_column),
    "remarks": Layout(change=remarks_column),
    "spans lost": Layout(change=spans_lost),
    "spans apart": Layout(change=spans_apart),
    "header's last row lost": Layout(change=cut_second_header),
    "header's first row lost": Layout(change=cut_first_header),
    "header half": Layout(change=half_header),
    "row of subtotals": Layout(change=subtotal_row),
    "column of subtotals": Layout(change=subtotal_column),
    "shares": Layout(change=all_shares),
    "last year beside": Layout(change=last_year_column),
    "turned": Layout(change=turned),
    "empty rows": Layout(change=empty_rows),
    "too wide": Layout(change=too_wide),
    "zeros left out": Layout(change=missing_cells),
    "zeros merged down": Layout(change=merged_down),
    "rows exchanged": Layout(change=order_of_rows),
    "another row": Layout(change=another_row),
    "table in a table": Layout(around=inside_a_table),
    "one table": Layout(around=in_one_table),
    "broken off": broken_by("—5—"),
    "continued": broken_by("（续上表）"),
    "blocks apart": Layout(around=blocks_apart),
}


HEADINGS: Mapping[str, Layout] = {
    "units in a column": Layout(change=unit_column),
    "all rows numbered": Layout(change=numbers_of_all_rows),
    "year in headings": Layout(change=on_labels(lambda text, dice: re.sub("^本年(?=.*件?数)", "2023年", text))),
    "other character": Layout(change=on_labels(lambda text, dice: text.replace("其他", "其它"))),
    "group and heading in one cell": Layout(change=groups_in_headings),
    "groups as rows": Layout(change=groups_as_rows),
    "columns in tables of their own": Layout(change=columns_apart, around=lambda text, dice: apart(text, "")),
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
                    PageCell(layout.number(int(cell.text), dice), cell.rowspan, cell.colspan) if is_number(cell) else cell for cell in row
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
