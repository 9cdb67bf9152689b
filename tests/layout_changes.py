"""How other people change the rows, columns and labels of an official table, each change by itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from random import Random

from tests.published import PageCell, Rows

Change = Callable[[Rows, Random], None]


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


# ------------------------------------------------------------------------------------------------- rows and columns


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
