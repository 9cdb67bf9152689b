"""S: the workbook itself."""

from __future__ import annotations

from collections.abc import Iterator

from xltools.form.book import CHECK_EXPLANATION
from xltools.numerals import is_number, list_some, show
from xltools.report.origin import Active
from xltools.rules.rule import Case, Fault, rule

LISTED = 3
"""How many altered cells a message names."""
ACTIVE: dict[Active, str] = {"macros": "宏（程序）", "links": "对其他文件或数据的链接", "objects": "嵌入的其他文件"}


@rule("S101", "layout-altered", "error")
def layout_altered(case: Case) -> Iterator[Fault]:
    """Locked labels that are not what the form put there, and tables that have moved: one finding per sheet."""
    origin = case.report.origin
    sheets = dict.fromkeys(change.place.sheet for change in origin.altered)
    for sheet in sheets:
        changes = [change for change in origin.altered if change.place.sheet == sheet]
        told = (f"{c.place.address} 应为{f'“{c.expected}”' if c.expected else '空白'}，现为“{c.found}”" for c in changes)
        moved = sheet in origin.displaced
        advice = "行列已经移位，本表内容没有读取。请在新生成的工作簿中重填。" if moved else "请恢复原样，或在新生成的工作簿中重填。"
        yield Fault(
            f"表样被改动：{list_some(told, LISTED, '等 {} 处', between='；')}。{advice}",
            place=changes[0].place,
            actual=changes[0].found,
            expected=changes[0].expected,
        )


@rule("S102", "formula-overwritten", "warning")
def formula_overwritten(case: Case) -> Iterator[Fault]:
    """Totals that hold no formula any more, or another than the form's; whether their value is right is for T rules to say."""
    for id in case.report.origin.overwritten:
        value, figure = case.report.figures[id], case.form.figures[id]
        stored = show(value) if is_number(value) else str(value or "空白")
        yield Fault(
            f"“{figure.label}”的公式被改写，现为 {stored}，按各格计算为 {show(case.report.computed[id])}。请恢复公式。",
            place=case.book.figures[id],
            figures=(id,),
            actual=stored,
            expected=show(case.report.computed[id]),
        )


@rule("S103", "sheet-missing", "error")
def sheet_missing(case: Case) -> Iterator[Fault]:
    """A sheet of the form that the workbook lacks."""
    for sheet in case.report.origin.missing_sheets:
        yield Fault(f"缺少工作表“{sheet}”，其中的内容没有读取。请恢复工作表名称，或重新生成工作簿填写。")


@rule("S104", "sheet-added", "notice")
def sheet_added(case: Case) -> Iterator[Fault]:
    """A sheet that is not the form's; what stands on it is not read."""
    for sheet in case.report.origin.extra_sheets:
        yield Fault(f"多出工作表“{sheet}”，其中的内容没有读取。")


@rule("S105", "wrong-edition", "error")
def wrong_edition(case: Case) -> Iterator[Fault]:
    """A year that the form's edition does not serve."""
    form, year = case.form, case.report.year
    if year is not None and ((form.first_year or year) > year or (form.last_year or year) < year):
        until = f"至 {form.last_year} 年度" if form.last_year else "年度起"
        since = f"{form.first_year} " if form.first_year else ""
        yield Fault(
            f"报告年度是 {year}，而本表式（{form.edition}）用于 {since}{until}。请核对年度，或换用对应版本的表式。",
            place=case.book.details["year"],
            actual=str(year),
        )


@rule("S106", "explanation-lapsed", "notice")
def explanation_lapsed(case: Case) -> Iterator[Fault]:
    """Explanations whose figures have changed since: another difference now, or none."""
    stakes = {finding.key: finding for finding in case.found}
    lines = {line.id: line for line in case.book.checks}
    for key, text in case.report.explanations.items():
        finding, excused = stakes.get(key), case.report.excused.get(key)
        place = lines[key].place(CHECK_EXPLANATION) if key in lines else (finding.fault.place if finding else None)
        if finding is None:
            if key in lines:
                yield Fault(f"说明“{text}”所说的差已经没有了，说明不再需要。请删去。", place=place, actual="0", expected=excused)
        elif excused is not None and excused != finding.stake:
            yield Fault(
                f"说明“{text}”是对差 {excused} 写的，现在是 {finding.stake}，说明已经失效。请核对后重新写。",
                place=place,
                actual=finding.stake,
                expected=excused,
            )


@rule("S107", "active-content", "notice")
def active_content(case: Case) -> Iterator[Fault]:
    """Macros, links to other files or data, and embedded objects that the file holds; none of them is run, opened or followed."""
    if case.report.origin.active:
        yield Fault(f"文件里有{'、'.join(ACTIVE[kind] for kind in case.report.origin.active)}，没有运行、打开或更新。请核实文件来源。")


RULES = (layout_altered, formula_overwritten, sheet_missing, sheet_added, wrong_edition, explanation_lapsed, active_content)
