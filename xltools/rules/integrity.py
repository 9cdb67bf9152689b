"""S: the workbook itself, and cells that are not seen as they are read, or can no longer be filled in as the form means it."""

from collections.abc import Iterator, Mapping, Sequence

from xltools.form.book import Check
from xltools.form.definition import Form
from xltools.form.loader import form_option
from xltools.numerals import grouped, is_number, list_some, show
from xltools.report.origin import Active, Alteration, Oddness
from xltools.rules.rule import Case, Fault, alike, rule

LISTED = 3  # how many altered cells a message names
ACTIVE: dict[Active, str] = {"macros": "宏（程序）", "links": "对其他文件或数据的链接", "objects": "嵌入的其他文件"}


def mend(form: Form, lead: str = "请", end: str = "。") -> str:
    """Return how a workbook is repaired: `import` writes a fresh one, locked, with all that was filled in."""
    return f"{lead}用 xltools import 旧.xlsx -o 新.xlsx{form_option(form)} 转入新工作簿{end}"


@rule("S101", "layout-altered", "error")
def layout_altered(case: Case) -> Iterator[Fault]:
    """Locked labels that are not what the form put there, tables that have moved, and texts where none belongs: one finding per sheet."""
    for sheet, changes in grouped((change.place.sheet, change) for change in case.report.origin.altered).items():
        told = (f"{c.place.address}应为{f'“{c.expected}”' if c.expected else '空白'}，现为“{c.found}”" for c in changes)
        listed = list_some(told, LISTED, "等{}处", between="；")
        place, expected, found = changes[0]
        yield Fault(f"锁定内容被改动：{listed}。{_mending(case, sheet, changes)}", place=place, actual=found, expected=expected)


def _mending(case: Case, sheet: str, changes: Sequence[Alteration]) -> str:
    """Return what to do about the changes on a sheet: never to type over a locked cell."""
    if sheet in case.report.origin.displaced:
        row = _inserted_row(case, sheet, changes)
        ways = f"请删去多出的第{row}行，或者{mend(case.form, '')}" if row else mend(case.form)
        return f"行列已移位，本表未识别。{ways}"
    if all(not change.expected for change in changes):
        cells = list_some([change.place.address for change in changes], LISTED, "等{}格")
        return f"请把文字移到要填的格，再删去{cells}。"
    return f"其余内容照常识别。{mend(case.form)}"


def _inserted_row(case: Case, sheet: str, changes: Sequence[Alteration]) -> int:
    """Return the number of the one row that was inserted into a table, from 1; 0 where something else was done."""
    labels = case.book.labels
    first = min((change.place for change in changes if change.expected), default=None)
    if first is None or any(labels.get(c.place._replace(row=c.place.row - 1), "") != c.found for c in changes if c.place.row > first.row):
        return 0
    is_table = any(table.section.sheet == sheet for table in case.book.tables.values())
    return first.row + 1 if is_table and all(not c.found for c in changes if c.place.row == first.row) and len(changes) > 1 else 0


@rule("S102", "formula-overwritten", "warning")
def formula_overwritten(case: Case) -> Iterator[Fault]:
    """Totals that hold no formula any more, or another than the form's, in one finding; whether their value is right is for T rules to say."""
    ids, report = case.report.origin.overwritten, case.report
    stored = [show(value) if is_number(value := report.figures.get(id)) else str(value or "空白") for id in ids]
    expected = [show(report.computed[id]) for id in ids]
    if len(ids) == 1:
        what = f"{case.form.figures[ids[0]].short}的公式被改写，现为{stored[0]}，按各格计算为{expected[0]}。{mend(case.form)}"
        yield Fault(what, case.book.figures[ids[0]], ids, actual=stored[0], expected=expected[0])
    elif ids:
        wrong = [(case.book.figures[id].quoted, *pair) for id, *pair in zip(ids, stored, expected, strict=True) if pair[0] != pair[1]]
        told = list_some((f"{cell}现为{text}，按各格计算为{right}" for cell, text, right in wrong), LISTED, "等", between="；")
        differs = f"其中{len(wrong)}个与各格之和不同：{told}。" if wrong else ""
        yield Fault(f"{len(ids)}个总计的公式被改写。{differs}{mend(case.form)}", case.book.figures[ids[0]], ids)


@rule("S103", "sheet-missing", "error")
def sheet_missing(case: Case) -> Iterator[Fault]:
    """A sheet of the form that the workbook lacks."""
    for sheet in case.report.origin.missing_sheets:
        yield Fault(f"缺少工作表“{sheet}”，表中内容未识别。改了名的请改回原名；删除了的{mend(case.form, end='')}后补填。")


@rule("S104", "sheet-added", "notice")
def sheet_added(case: Case) -> Iterator[Fault]:
    """A sheet that is not the form's; what stands on it is not read."""
    yield from (Fault(f"多出工作表“{sheet}”，表中内容未识别。") for sheet in case.report.origin.extra_sheets)


@rule("S105", "wrong-edition", "error")
def wrong_edition(case: Case) -> Iterator[Fault]:
    """A year that the form's edition does not serve."""
    form, year = case.form, case.report.year
    if year is not None and ((form.first_year or year) > year or (form.last_year or year) < year):
        until = f"至{form.last_year}年度" if form.last_year else "年度起"
        since = f"{form.first_year}" if form.first_year else ""
        message = f"报告年度为{year}，而本格式（{form.edition}）用于{since}{until}。请核对年度，或换用对应版本的格式。"
        yield Fault(message, place=case.book.details["year"], actual=str(year))


@rule("S106", "explanation-lapsed", "notice")
def explanation_lapsed(case: Case) -> Iterator[Fault]:
    """Explanations whose figures have changed since: another difference now, or none."""
    stakes = {finding.key: finding for finding in case.found}
    lines = {line.id: line for line in case.book.checks}
    for key, text in case.report.explanations.items():
        finding, excused = stakes.get(key), case.report.excused.get(key)
        place = lines[key].place(Check.EXPLANATION) if key in lines else (finding.fault.place if finding else None)
        if finding is None:
            if key in lines:
                yield Fault(f"说明“{text}”针对的差额已没有。请删去说明。", place=place, actual="0", expected=excused)
        elif excused is not None and excused != finding.stake:
            message = f"说明“{text}”针对差额{excused}，现为{finding.stake}，说明已失效。请核对后重新说明。"
            yield Fault(message, place=place, actual=finding.stake, expected=excused)


@rule("S107", "active-content", "notice")
def active_content(case: Case) -> Iterator[Fault]:
    """Macros, links to other files or data, and embedded objects that the file holds; none of them is run, opened or followed."""
    if case.report.origin.active:
        yield Fault(f"文件含有{'、'.join(ACTIVE[kind] for kind in case.report.origin.active)}，本程序未运行、未打开。请核实文件来源。")


@rule("S108", "read-by-labels", "warning")
def read_by_labels(case: Case) -> Iterator[Fault]:
    """A workbook of another version of the form, whose figures and prose were found by their labels."""
    if case.report.origin.by_labels:
        yield Fault(f"{case.report.origin.by_labels}，已按行名、列名和标题识别。{mend(case.form, end='')}，核对后继续填。")


ODDITIES: Mapping[str, tuple[tuple[Oddness, ...], str]] = {
    "guards-lost": (("locked", "unchecked"), "{count}个要填的格被锁定或失去填写限制：{cells}。内容照常识别。{mend}"),
    "shown-otherwise": (("format",), "显示的不是格中的数：{shown}。请核对。{mend}"),
    "under-merge": (("covered",), "{count}个数被合并的格盖住，看不见：{cells}。请核对。{mend}"),
    "hidden-content": (("hidden",), "{count}格有内容而被隐藏：{cells}。请取消隐藏后核对。"),
    "raised-digit": (("raised",), "数中有上标或下标：{held}。请重新填写。"),
}  # how cells are odd that each of these rules speaks of, and what it says


def _odd_cells(case: Case, rule: str) -> Iterator[Fault]:
    """Yield one fault a sheet, with the figures that its odd cells hold; locks and validations say nothing of these."""
    kinds, says = ODDITIES[rule]
    ids = {place: id for id, place in case.book.figures.items()}
    for own in grouped((one.place.sheet, one) for one in case.report.origin.oddities if one.kind in kinds).values():
        held = {one.place: case.report.shown(ids[one.place]) if one.place in ids else None for one in own}
        words = {place: show(value) if is_number(value) else str(value) for place, value in held.items()}
        shown = (f"{one.place.address}实为{words[one.place]}，显示{f'为{one.seen}' if one.seen else '的不是这个数'}" for one in own)
        message = says.format(
            count=len(own),
            cells=list_some((one.place.address for one in own), LISTED, "等"),
            shown=list_some(shown, LISTED, "等{}格", between="；"),
            held=list_some((f"{place.address}识别为{word}" for place, word in words.items()), LISTED, "等{}格"),
            mend=mend(case.form),
        )
        figures = () if rule == "guards-lost" else tuple(id for place, id in ids.items() if place in held)
        yield Fault(message, place=own[0].place, figures=figures)


guards_lost = alike(
    "S109", "guards-lost", "notice", _odd_cells, "Inputs that are locked, or take whatever is typed, as after cells were pasted over them."
)
shown_otherwise = alike(
    "S110", "shown-otherwise", "error", _odd_cells, "Figures whose number format shows another number than the cell holds, or none."
)
under_merge = alike("S111", "under-merge", "error", _odd_cells, "Figures that lie under a merged cell, where nobody sees them.")
hidden_content = alike("S112", "hidden-content", "warning", _odd_cells, "Figures and texts in hidden rows, columns or sheets.")
raised_digit = alike("S113", "raised-digit", "error", _odd_cells, "Figures with a raised or lowered digit.")
