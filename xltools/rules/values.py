"""V: one figure by itself."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from xltools.form.book import Place
from xltools.form.definition import Domain
from xltools.form.kinds import is_of_kind
from xltools.numerals import grouped, is_number, show
from xltools.report.filled import Value, holds, place_breakdowns
from xltools.rules.rule import PLAIN_COUNT, Case, Fault, alike, rule

ZEROS = "确实没有的填0，漏填的补填"  # what to do about blanks where numbers belong


@rule("V101", "blank", "warning")
def blank(case: Case) -> Iterator[Fault]:
    """Inputs left blank: one finding per table with their number, none where staff declared that blank is 0."""
    told = case.report.unread_figures.union(*(remark.figures for remark in case.report.origin.publication.other_editions))
    for table in case.form.tables:
        inputs = [figure for figure in case.form.inputs if figure.table == table.key and figure.must_be_filled]
        blanks = [figure for figure in inputs if case.report.shown(figure.id) is None and figure.id not in told]
        if blanks:
            words = [figure.is_words for figure in blanks]
            todo = "请补填" if all(words) else f"填数的格{ZEROS}；其他的格请补填" if any(words) else ZEROS
            message = f"有{len(blanks)}格空白（共{len(inputs)}格），首处是{blanks[0].short}。{todo}。"
            yield case.at([figure.id for figure in blanks], message)


@rule("V102", "not-a-number", "error")
def not_a_number(case: Case) -> Iterator[Fault]:
    """Text where a number belongs, including text that holds a number and more: one finding for each table and text."""
    texts = (((figure.table, value), figure) for figure, value in case.unusual if isinstance(value, str) and not figure.is_words)
    for (_, text), figures in grouped(texts).items():
        where = f"{figures[0].short}{f'等{len(figures)}格' if figures[1:] else ''}"
        yield case.at([figure.id for figure in figures], f"{where}填的是“{text}”。请只填数字，没有的填0。", actual=text)
    for place, section, name, value in _breakdown_values(case):
        if isinstance(value, str):
            yield Fault(f"{name}填的是“{value}”。请只填数字。", place, section=section, actual=value)


@rule("V103", "negative", "error")
def negative(case: Case) -> Iterator[Fault]:
    """A number below 0 where the form knows no sign; one that follows from others, as it is computed, says nothing of its own."""
    for figure, value in case.unusual:
        computed = case.form.definitions.get(figure.id)
        if is_number(value) and value < 0 and figure.domain != "signed" and not (computed and holds(computed, case.report.numbers)):
            yield case.at([figure.id], f"{figure.short}填的是{show(value)}，小于0。请核对是否多打了负号。", actual=show(value))


@rule("V104", "fraction", "error")
def fraction(case: Case) -> Iterator[Fault]:
    """A number that is not whole where things are counted."""
    for figure, value in case.unusual:
        if isinstance(value, Decimal) and not figure.has_decimals:
            yield case.at([figure.id], f"{figure.short}填的是{show(value)}，应为整数。请核对。", actual=show(value))
    for place, section, name, value in _breakdown_values(case):
        if isinstance(value, Decimal):
            yield Fault(f"{name}填的是{show(value)}，应为整数。请核对。", place, section=section, actual=show(value))


@rule("V105", "too-many-decimals", "error")
def too_many_decimals(case: Case) -> Iterator[Fault]:
    """An amount finer than 分, by the unit of its cell; another number with more decimals than the form gives it."""
    for figure, value in case.unusual:
        if figure.has_decimals and isinstance(value, Decimal) and value != round(value, figure.places):
            what = f"请核对计量单位是否为{figure.unit}" if figure.domain == "amount" else "请四舍五入"
            if figure.domain == "percent" and 0 < value < 1:  # 93.25% as a spreadsheet program keeps it
                what = f"如果是{show(value.scaleb(2))}%，请填{show(value.scaleb(2))}；确实不到1%的，{what}"
            message = f"{figure.short}填的是{show(value)}，小数超过{figure.places}位。{what}。"
            yield case.at([figure.id], message, actual=show(value))


@rule("V106", "number-as-text", "warning")
def number_as_text(case: Case) -> Iterator[Fault]:
    """A number typed as text: understood, but a spreadsheet program leaves it out of its sums."""
    for id, text in case.report.typed.items():
        figure, value = case.form.figures[id], case.report.figures[id]
        if is_number(value):
            yield case.at([id], f"{figure.short}填的是文字“{text}”，按{show(value)}计；表中总计未计入这一格。请改为数字。", actual=text)


@rule("V107", "out-of-proportion", "warning")
def out_of_proportion(case: Case) -> Iterator[Fault]:
    """An input ten times last year's or a tenth of it, where both are large enough for that to be no chance."""
    last = case.last
    if last is None:
        return
    for id, value in case.report.figures.items():
        figure = case.form.figures[id]
        if figure.kind != "input" or not is_number(value) or id not in last.figures or not last.is_known(id):
            continue
        before = last.numbers[id]
        small, large = sorted((abs(float(value)), abs(float(before))))
        if small >= 10 and large >= small * 10:
            message = f"{figure.short}本年度{show(value)}，上年度{show(before)}，相差悬殊。请核对是否多打、少打一位或用错计量单位。"
            yield case.at([id], message, actual=show(value), expected=show(before))


@rule("V108", "too-large", "warning")
def too_large(case: Case) -> Iterator[Fault]:
    """A number that no unit of any size can have counted or collected."""
    for figure, value in case.unusual:
        if is_number(value) and value > PLAIN_COUNT:
            message = f"{figure.short}填的是{show(value)}，数值异常偏大。请核对是否多打数字或用错计量单位。"
            yield case.at([figure.id], message, actual=show(value))


def _cautions(case: Case, rule: str) -> Iterator[Fault]:
    report = case.report
    for caution in case.form.cautions:
        if caution.rule == rule and caution.speaks_of(report.unit.name, report.year):
            found = [id for id in caution.figures if case.form.figures[id].kind == "input" and report.known_number(id)]
            if found:
                told = f"{case.form.figures[found[0]].short}填的是{show(report.numbers[found[0]])}"
                message = f"{told}{f'等{len(found)}格' if found[1:] else ''}，{caution.says}"
                yield case.at(found, message, actual=show(report.numbers[found[0]]), basis=caution.basis, severity=caution.severity)


not_empowered = alike("V109", "not-empowered", "warning", _cautions, "A figure other than 0 of a unit that cannot make such documents.")
reconsideration_first = alike(
    "V110", "reconsideration-first", "notice", _cautions, "Suits without reconsideration; those over refusals need it: others may be meant."
)


OTHER_KINDS: Mapping[str, tuple[tuple[Domain, ...], str]] = {
    "not-a-choice": (("choice", "yes_no"), "应为{choices}之一。请改正。"),
    "not-a-date": (("date",), "不是日期。请按2025-01-20的写法填写。"),
    "not-a-url": (("url",), "不是网址。请按 www.example.gov.cn 的写法填写。"),
}  # the kinds of figure that each of these rules speaks of, and what it says


def _not_of_kind(case: Case, rule: str) -> Iterator[Fault]:
    domains, says = OTHER_KINDS[rule]
    for figure in (figure for domain in domains for figure in case.form.kinds.get(domain, ())):
        value = case.report.figures.get(figure.id)
        if isinstance(value, str) and not is_of_kind(figure, value):
            told = says.format(choices="、".join(figure.choices))
            yield case.at([figure.id], f"{figure.short}填的是“{value}”，{told}", actual=value)


not_a_choice = alike("V111", "not-a-choice", "error", _not_of_kind, "Another text than those that the form gives, or than yes and no.")
not_a_date = alike("V112", "not-a-date", "error", _not_of_kind, "A text that is no day of the calendar.")
not_a_url = alike("V113", "not-a-url", "error", _not_of_kind, "A text that is no address on the web.")


@rule("V114", "percent-range", "warning")
def percent_range(case: Case) -> Iterator[Fault]:
    """A percentage above 100 that was filled in."""
    for figure in case.form.kinds.get("percent", ()):
        value = case.report.figures.get(figure.id)
        if is_number(value) and value > 100:
            message = f"{figure.short}填的是{show(value)}%，超过100%。请核对是否多打了一位或用错计量单位。"
            yield case.at([figure.id], message, actual=show(value))


def _breakdown_values(case: Case) -> Iterator[tuple[Place | None, str, str, Value]]:
    """Yield the values of all breakdowns: cell where the workbook has one, section, name, value."""
    for breakdown, area in zip(case.report.breakdowns, place_breakdowns(case.report), strict=True):
        yield area.total if area else None, breakdown.section, f"分项表“{breakdown.label}”的总数", breakdown.total
        for order, (name, value) in enumerate(breakdown.parts):
            yield area.amounts[order] if area else None, breakdown.section, f"分项“{name}”", value
