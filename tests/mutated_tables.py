"""Official tables changed at random as other people's files are, with the truth kept: columns swapped, cells padded, merged and taken apart, headings renamed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from tests.published import FORM, OLD_FORM, Change, PageCell, Rows, page
from xltools.form.definition import Form
from xltools.report.filled import settle

SHORTER = {
    "本年制发件数": ("本年制发", "制发件数", "制发数"),
    "本年废止件数": ("本年废止", "废止件数"),
    "现行有效件数": ("现行有效", "有效件数", "现行有效件"),
    "商业企业": ("企业", "商业"),
    "科研机构": ("科研", "科研单位"),
    "社会公益组织": ("公益组织", "社会公益"),
    "法律服务机构": ("法律服务", "法律机构"),
    "总计": ("合计", "总数", "小计"),
    "结果维持": ("维持", "维持数"),
    "结果纠正": ("纠正", "纠正数"),
    "尚未审结": ("未审结", "未结"),
    "未经复议直接起诉": ("直接起诉", "未经复议直接起诉的"),
    "复议后起诉": ("经复议后起诉的", "复议后"),
    "本年新制作数量": ("本年新制作", "新制作数量"),
    "本年新公开数量": ("本年新公开", "新公开数量"),
    "对外公开总数量": ("对外公开总数", "公开总数"),
    "本年收费金额（单位：万元）": ("收费金额/万元", "本年收费金额(万元", "收费项目数"),
    "处理决定数量": ("处理决定", "办件数"),
    "本年处理决定数量": ("处理决定数", "办件数"),
}
"""How headings are written in other words: some can be told, some cannot."""
STRANGE = ("甲类", "乙类", "数量", "件数", "其他", "今年", "单位", "")


def random_figures(form: Form, dice: Random) -> dict[str, int]:
    """Return figures that add up; a third of them 0, some equal to their neighbours."""
    parts = {id: dice.choice((0, 0, 1, 2, 2, 3, dice.randrange(10, 3000))) for id in form.figures if id not in form.definitions}
    return {id: int(number) for id, number in settle(form, parts).items()}


def mutated_page(seed: int) -> tuple[Form, str, dict[str, int]]:
    """Return a form, a page with its tables under some random changes, and the figures that it states."""
    dice = Random(seed)
    form = dice.choice((FORM, FORM, OLD_FORM))
    values = random_figures(form, dice)
    changes = {table.key: _changing(dice.choices(CHANGES, k=dice.randrange(1, 4)), dice) for table in form.tables}
    text = page(form=form, values=values, change=changes)
    if "收费金额" not in text:  # in its stead stands 收费项目数
        values.pop("disclosure.fees.amount", None)
    return form, text, values


def _changing(changes: Sequence[Callable[[Rows, Random], None]], dice: Random) -> Change:
    def change(rows: Rows) -> None:
        told = not {drop_header, spoil_heading}.intersection(changes)  # else nothing would say that columns were swapped
        if told and dice.random() < 0.5:
            swap_columns(rows, dice)
        for apply in changes:
            apply(rows, dice)

    return change


# ------------------------------------------------------------------------------------------------------------- changes


def swap_columns(rows: Rows, dice: Random) -> None:
    """Exchange columns of figures with their headings, as long as the table is as it was printed."""
    if len(rows[-1]) == 15:  # 表四: within the first or within the second group
        start, header = dice.choice(((0, rows[1]), (5, rows[2])))
        one, other = dice.sample(range(5), 2)
        pairs = [(header, one, other), (rows[-1], start + one, start + other)]
    elif len(rows[3]) > 7:  # 表三: among the legal persons
        one, other = dice.sample(range(5), 2)
        pairs = [(rows[2], one, other), *((row, len(row) - 6 + one, len(row) - 6 + other) for row in rows[3:])]
    else:  # 表二: in the first block
        one, other = dice.sample(range(1, 4), 2)
        pairs = [(row, one, other) for row in rows[1:4]]
    for row, one, other in pairs:
        row[one], row[other] = row[other], row[one]


def rename_headings(rows: Rows, dice: Random) -> None:
    """Write some headings in other words."""
    for row in rows:
        row[:] = [
            PageCell(dice.choice(SHORTER[cell.text]), cell.rowspan, cell.colspan) if cell.text in SHORTER and dice.random() < 0.5 else cell
            for cell in row
        ]


def spoil_heading(rows: Rows, dice: Random) -> None:
    """Write something else for one heading, or nothing."""
    places = [(row, n) for row in rows for n, cell in enumerate(row) if cell.text in SHORTER]
    if places:
        row, number = dice.choice(places)
        row[number] = PageCell(dice.choice(STRANGE), row[number].rowspan, row[number].colspan)


def pad_right(rows: Rows, dice: Random) -> None:
    """Add an empty column on the right."""
    for row in rows:
        row.append(PageCell(""))


def pad_left(rows: Rows, dice: Random) -> None:
    """Add an empty column on the left."""
    for row in rows:
        row.insert(0, PageCell(""))


def pad_some(rows: Rows, dice: Random) -> None:
    """Add an empty cell somewhere in some rows."""
    for row in rows:
        if dice.random() < 0.2:
            row.insert(dice.randrange(len(row) + 1), PageCell(""))


def take_apart(rows: Rows, dice: Random) -> None:
    """Write merged cells as single ones, the text in the first of them, or in each."""
    # in the edition of 2019 figures are merged otherwise than the headings above them: repeated, they would stand under others
    repeat = dice.random() < 0.5 and not any(cell.text.isdigit() and cell.colspan == 2 for row in rows for cell in row)
    for row in rows:
        row[:] = [PageCell(cell.text if repeat or not number else "", cell.rowspan) for cell in row for number in range(cell.colspan)]


def blank_zeros(rows: Rows, dice: Random) -> None:
    """Leave the zeros blank, or some of them."""
    share = dice.random()
    for row in rows:
        row[:] = [PageCell("", cell.rowspan, cell.colspan) if cell.text == "0" and dice.random() < share else cell for cell in row]


def merge_zeros(rows: Rows, dice: Random) -> None:
    """Merge neighbours that are 0."""
    for row in rows:
        if dice.random() < 0.3:
            merged: list[PageCell] = []
            for cell in row:
                if merged and cell.text == merged[-1].text == "0":
                    merged[-1] = PageCell("0", cell.rowspan, merged[-1].colspan + cell.colspan)
                else:
                    merged.append(cell)
            row[:] = merged


def drop_header(rows: Rows, dice: Random) -> None:
    """Leave out a row without numbers."""
    bare = [row for row in rows if not any(cell.text.isdigit() for cell in row)]
    if bare:
        rows.remove(dice.choice(bare))


def drop_labels(rows: Rows, dice: Random) -> None:
    """Leave a label empty, or write it in other words."""
    row = dice.choice([row for row in rows if any(cell.text.isdigit() for cell in row)])
    place = next((n for n, cell in enumerate(row) if cell.text and not cell.text.isdigit()), None)
    if place is not None:
        row[place] = PageCell(dice.choice(("", row[place].text[2:5], "其中", "合计")), row[place].rowspan, row[place].colspan)


def swap_rows(rows: Rows, dice: Random) -> None:
    """Exchange two rows of figures."""
    numbered = [n for n, row in enumerate(rows) if all(cell.rowspan == 1 for cell in row) and any(cell.text.isdigit() for cell in row)]
    if len(numbered) > 1:
        one, other = dice.sample(numbered, 2)
        rows[one], rows[other] = rows[other], rows[one]


def title_row(rows: Rows, dice: Random) -> None:
    """Put a title above, padded to the width of the table."""
    rows.insert(0, [PageCell("政府信息公开情况"), *(PageCell("") for _ in range(dice.randrange(16)))])


CHANGES = (
    rename_headings, spoil_heading, pad_right, pad_left, pad_some, take_apart,
    blank_zeros, merge_zeros, drop_header, drop_labels, swap_rows, title_row,
)  # fmt: skip
