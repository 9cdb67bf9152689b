"""V: one figure by itself."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from xltools.form.book import Place
from xltools.form.definition import Figure
from xltools.numerals import Number, is_number, show
from xltools.report.filled import Value, place_breakdowns
from xltools.rules.rule import PLAIN_COUNT, Case, Fault, rule

FILL_IN = "统一格式各项均填数字，没有的填 0（国办公开办函〔2021〕30号附表）"
COUNTS = "表二、表三、表四除收费金额外均为件数，是不小于 0 的整数（国办公开办函〔2021〕30号附表）"
AMOUNTS = "表二行政事业性收费单位为万元，六位小数即一分（国办公开办函〔2021〕30号附表）"


@rule(
    "V101",
    "blank",
    "warning",
    title="有空白格",
    explanation="空白不等于 0：看的人不知道是没有还是漏填。没有的请填 0；确认空白格都是 0 的，在“基本信息”的“空白格按 0 计”填“是”，导出时按 0 写入。",
    basis=FILL_IN,
)
def blank(case: Case) -> Iterator[Fault]:
    """Inputs left blank: one finding per table with their number, none where staff declared that blank is 0."""
    if case.report.blank_is_zero:
        return
    told = case.report.unread_figures.union(*(remark.figures for remark in case.report.origin.publication.other_editions))
    for table in case.form.tables:
        inputs = [figure for figure in case.form.inputs if figure.table == table.key]
        blanks = [figure for figure in inputs if case.report.figures.get(figure.id) is None and figure.id not in told]
        if blanks:
            first = blanks[0]
            message = f"本表有 {len(blanks)} 格空白（共 {len(inputs)} 格），第一处是“{first.label}”。没有的请填 0。"
            yield Fault(
                message,
                place=case.book.figures[first.id],
                figures=tuple(figure.id for figure in blanks),
                section=case.section_of(first.id),
            )


@rule(
    "V102",
    "not-a-number",
    "error",
    title="不是数字",
    explanation="应填数字的格里是文字，如“/”“无”“55（含自然失效29件）”。请只填数字；要说明的写在正文里。没有的填 0。",
    basis=FILL_IN,
)
def not_a_number(case: Case) -> Iterator[Fault]:
    """Text where a number belongs, including text that holds a number and more: one finding for each table and text."""
    alike: dict[tuple[str, str], list[Figure]] = {}
    for figure, value in case.unusual:
        if isinstance(value, str):
            alike.setdefault((figure.table, value), []).append(figure)
    for (_, value), figures in alike.items():
        first, many = figures[0], len(figures) > 1
        where = f"本表有 {len(figures)} 格（第一处是“{first.label}”）" if many else f"“{first.label}”"
        fault = _fault(case, first, f"{where}填的是“{value}”，不是数字。请只填数字，没有的填 0。", value)
        yield fault._replace(figures=tuple(figure.id for figure in figures))
    for place, section, name, value in _breakdown_values(case):
        if isinstance(value, str):
            yield Fault(f"{name}填的是“{value}”，不是数字。请只填数字。", place=place, section=section, actual=value)


@rule(
    "V103",
    "negative",
    "error",
    title="负数",
    explanation="件数和金额不会小于 0。请核对是否多打了负号，或把增减数填进了总数的格。",
    basis=COUNTS,
)
def negative(case: Case) -> Iterator[Fault]:
    """A number below 0 where the form knows no sign."""
    for figure, value in case.unusual:
        if is_number(value) and value < 0 and figure.domain != "signed":
            yield _fault(case, figure, f"“{figure.label}”填的是 {show(value)}，不能小于 0。请核对。", show(value))


@rule(
    "V104",
    "fraction",
    "error",
    title="件数有小数",
    explanation="件数是整数。有小数的，请核对是否填错了格，或误用了以万为单位的数。",
    basis=COUNTS,
)
def fraction(case: Case) -> Iterator[Fault]:
    """A number that is not whole where things are counted."""
    for figure, value in case.unusual:
        if isinstance(value, Decimal) and figure.domain != "amount":
            yield _fault(case, figure, f"“{figure.label}”填的是 {show(value)}，应为整数。请核对。", show(value))
    for place, section, name, value in _breakdown_values(case):
        if isinstance(value, Decimal):
            message = f"{name}填的是 {show(value)}，应为整数。请核对。"
            yield Fault(message, place=place, section=section, actual=show(value))


@rule(
    "V105",
    "too-many-decimals",
    "error",
    title="小数位过多",
    explanation="以万元为单位的六位小数、以元为单位的两位小数已经精确到分，再多就不是实际的金额。请核对单位，或按分四舍五入。",
    basis=AMOUNTS,
)
def too_many_decimals(case: Case) -> Iterator[Fault]:
    """An amount finer than 分, by the unit of its cell."""
    for figure, value in case.unusual:
        if figure.domain == "amount" and isinstance(value, Decimal) and value != round(value, figure.places):
            message = f"“{figure.label}”填的是 {show(value)}，小数多于 {figure.places} 位。请核对单位是否为{figure.unit}。"
            yield _fault(case, figure, message, show(value))


@rule(
    "V106",
    "number-as-text",
    "warning",
    title="数字写成了文字",
    explanation="这一格看得懂是几，但在表格里是文字，表格软件合计时不算它。请删去单位、空格和逗号，只留数字。",
    basis=FILL_IN,
)
def number_as_text(case: Case) -> Iterator[Fault]:
    """A number typed as text: understood, but a spreadsheet program leaves it out of its sums."""
    for id, text in case.report.typed.items():
        figure, value = case.form.figures[id], case.report.figures[id]
        if is_number(value):
            message = f"“{figure.label}”填的是文字“{text}”，按 {show(value)} 计；表格里的合计没有算上它。请改为数字。"
            yield _fault(case, figure, message, text)


@rule(
    "V107",
    "out-of-proportion",
    "warning",
    title="与上年相差悬殊",
    explanation="这个数是上年的十倍以上或不到十分之一，可能多打或少打了一位，或单位弄错（元与万元）。请核对；没有错的不用改。",
    basis="年度报告的内容应当准确、全面（国办公开办函〔2021〕30号）",
)
def out_of_proportion(case: Case) -> Iterator[Fault]:
    """An input ten times last year's or a tenth of it, where both are large enough for that to be no chance."""
    last = case.last
    if last is None:
        return
    for id, value in case.report.figures.items():
        figure = case.form.figures[id]
        before = last.numbers.get(figure.id, 0) if figure.id in last.figures and last.is_known(figure.id) else 0
        if is_number(value) and figure.kind == "input" and _is_far(value, before):
            message = f"“{figure.label}”本年 {show(value)}，上年 {show(before)}，相差悬殊。请核对是否多打、少打了一位或弄错单位。"
            yield _fault(case, figure, message, show(value))._replace(expected=show(before))


@rule(
    "V108",
    "too-large",
    "warning",
    title="数大得不像真的",
    explanation="件数超过一亿，或收费超过一万亿元，一般是粘贴时多带了数字，或单位弄错（元与万元）。请核对。",
    basis="年度报告的内容应当准确、全面（国办公开办函〔2021〕30号）",
)
def too_large(case: Case) -> Iterator[Fault]:
    """A number that no unit of any size can have counted or collected."""
    for figure, value in case.unusual:
        if is_number(value) and value > PLAIN_COUNT:
            yield _fault(case, figure, f"“{figure.label}”填的是 {show(value)}，大得不像真的。请核对是否多打了数字或弄错单位。", show(value))


FEW, FAR = 10, 10
"""Below `FEW` a tenfold change is no surprise; `FAR` is how many times makes one."""


def _is_far(one: Number, other: Number) -> bool:
    small, large = sorted((abs(float(one)), abs(float(other))))
    return small >= FEW and large >= small * FAR


def _breakdown_values(case: Case) -> Iterator[tuple[Place | None, str, str, Value]]:
    """Yield the values of all breakdowns: cell where the workbook has one, section, name, value."""
    for breakdown, area in zip(case.report.breakdowns, place_breakdowns(case.report), strict=True):
        yield area.total if area else None, breakdown.section, f"分项表“{breakdown.label}”的总数", breakdown.total
        for order, (name, value) in enumerate(breakdown.parts):
            place = area.amounts[order] if area else None
            yield place, breakdown.section, f"分项“{name}”", value


def _fault(case: Case, figure: Figure, message: str, actual: str) -> Fault:
    return Fault(message, place=case.book.figures[figure.id], figures=(figure.id,), section=case.section_of(figure.id), actual=actual)


RULES = (blank, not_a_number, negative, fraction, too_many_decimals, number_as_text, out_of_proportion, too_large)
