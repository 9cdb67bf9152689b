"""Adds up reports: what one adds to the sum, cell by cell, which ones enter it, and the sum with its provenance."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from pathlib import PurePath
from typing import Any

from xltools.form.definition import Form
from xltools.form.loader import DEFAULT_FORM, form_for_year
from xltools.form.unit import Unit, are_apart, home_of, plain_name
from xltools.numerals import Number, from_decimal, grouped, is_number, list_some, show
from xltools.report.conversion import Conversion, convert_report, matching_figures
from xltools.report.doubles import find_doubles
from xltools.report.filled import Report, Value, settle, still_unread, unread_by_reason
from xltools.report.provenance import Addition, Children, Counted, LeftOut, NotKnown, Part, Provenance, placed
from xltools.report.report_json import dump_report

NAMED, MORE_CELLS = 5, "等{}格"  # how many cells a remark names, and what follows where they are more
DIGITS = 60  # more than the sum of any number of amounts has


def addition(report: Report, form: Form) -> Addition:
    """Return what a report, of this or of another edition of the form, adds to each of its inputs; nothing where it is of another form."""
    if not matching_figures(report.form, form):
        return Addition({}, remarks=(f"所用表式是{report.form.id}，与{form.id}不是同一种报告，没有计入。请核对文件。",))
    conversion = convert_report(report, form)
    converted = conversion.report
    zero = 0 if converted.blank_is_zero else None
    stated = {figure.id: zero if (value := converted.figures.get(figure.id)) is None else value for figure in form.inputs}
    texts = [id for id, value in stated.items() if isinstance(value, str) and id not in converted.unread_figures]
    # below 0 only where the form knows a sign, whole where things are counted
    numbers = [(form.figures[id], value) for id, value in stated.items() if is_number(value)]
    odd = [one.id for one, value in numbers if (value < 0 and one.domain != "signed") or not (one.has_decimals or isinstance(value, int))]
    groups = {
        UNREAD: [id for id in stated if id in converted.unread_figures],
        NO_NUMBER: [id for id in texts if not form.figures[id].is_words],
        NO_COUNT: odd,
    }
    not_known = [NotKnown("", tuple(ids), _why_not_added(form, ids, stated, reason)) for reason, ids in groups.items() if ids]
    if report.provenance and converted.provenance:
        not_known += [one._replace(unit=f"（{one.unit}）") for one in converted.provenance.not_known]
    values = stated | dict.fromkeys(groups[UNREAD]) | {id: show(value) for id in odd if is_number(value := stated[id])}
    lacking = report.provenance.still_lacking(report.explanations) if report.provenance else ((), ())
    return Addition(values, tuple(not_known), tuple(_differences(report, conversion)), *lacking)


UNREAD, NO_NUMBER, NO_COUNT = "未识别", "不是数字", "负数和有小数的件数"


def _why_not_added(form: Form, ids: Sequence[str], stated: Mapping[str, Value], reason: str) -> str:
    """Return a sentence that names the cells that are not added, and why."""
    if reason == UNREAD:
        return f"有{len(ids)}格未识别，未计入：{name_figures(form, ids)}。"
    cells = list_some([f"“{form.figures[id].label}”填的是{_shown(stated[id])}" for id in ids], NAMED, MORE_CELLS)
    return f"{cells}，{reason}{'没有' if reason == NO_COUNT else '，没有'}计入。"


def _differences(report: Report, conversion: Conversion) -> Iterator[str]:
    """Yield in words what the sum takes otherwise than the report has it: totals, and figures of another edition."""
    source, form = report.form, conversion.report.form
    differ = [id for id in report.stored_totals if report.numbers[id] != report.computed[id] and report.figures[id] is not None]
    if told := [f"“{source.figures[id].label}”为{_shown(report.figures[id])}" for id in differ]:
        yield f"所报合计与各格之和不等，按各格相加：{list_some(told, NAMED, MORE_CELLS)}。"
    if lost := [id for id in conversion.dropped if id in source.figures]:
        yield f"按{source.edition}编制，其中{len(lost)}格在{form.edition}中没有对应，没有计入：{name_figures(source, lost)}。"
    if conversion.uncertain:
        yield f"按{source.edition}编制，其中{len(conversion.uncertain)}格含义不完全相同，请核对：{name_figures(form, conversion.uncertain)}。"


def _shown(value: Value) -> str:
    return f" {show(value)}" if is_number(value) else f"“{value}”"


def name_figures(form: Form, ids: Iterable[str]) -> str:
    """Return the labels of the first of these cells, in the order of the form, and how many there are where they are more."""
    inside = set(ids)
    return list_some([f"“{figure.label}”" for id, figure in form.figures.items() if id in inside], NAMED, MORE_CELLS)


def total(numbers: Iterable[Number]) -> Number:
    """Return the exact sum of numbers, an int where it is whole, 0 of none."""
    with localcontext(prec=DIGITS):
        return from_decimal(Decimal(sum(numbers)))


@dataclass(frozen=True)
class RollUp:
    """A sum as the office's report, with its provenance; how many reports of others it counts, and what could not be added, in words."""

    report: Report
    units: int
    remarks: tuple[str, ...]


def part_of(report: Report, form: Form, sha256: str = "", *, unit: str = "", **details: Any) -> Part:
    """Return a report as a part of a sum, of a file with this SHA-256, else that of its JSON, under the name in it where no other is given."""
    name, content = report.unit.name, digest_of(dump_report(report, compact=True))
    counted = Counted(unit or name, "", sha256 or content, report=content)
    return Part(counted, addition(report, form), report.provenance, name=name, **details)


def digest_of(json: str) -> str:
    """Return the SHA-256 of a report, given as compact JSON."""
    return hashlib.sha256(json.encode()).hexdigest()


def sort_out(form: Form, office: str, parts: Iterable[Part]) -> list[Part]:
    """Return the parts, with a reason those that would be added twice or are of another form. Raise XltoolsError where that is unclear."""
    sorted_out = [part if part.addition.values or part.reason else part._replace(reason=" ".join(part.addition.remarks)) for part in parts]
    added = [number for number, part in enumerate(sorted_out) if not part.reason]
    summed = [figure.id for figure in form.inputs if figure.across_units == "sum"]
    candidates = [sorted_out[number] for number in added]
    numbers = [[value if is_number(value := one.addition.values.get(id)) else 0 for id in summed] for one in candidates]
    doubles, asked = find_doubles(candidates, numbers, office)
    for place, reason in doubles.items():
        sorted_out[added[place]] = sorted_out[added[place]]._replace(reason=reason)
    for place, doubt in asked.items():
        part = sorted_out[added[place]]
        sorted_out[added[place]] = part._replace(addition=part.addition._replace(remarks=(*part.addition.remarks, doubt)))
    return sorted_out


def outdated(parts: Sequence[Part], present: Iterable[tuple[str, bool, str, str]] = ()) -> Iterator[str]:
    """Yield, in words, the sums that are added and count other reports than the parts and what else is `present`: the unit in a report, whether
    that is a sum, the SHA-256 of its file or of itself, and the file."""
    own = ((part, content) for part in parts for content in (part.counted.sha256, part.counted.report))
    files = (*present, *((part.name, part.provenance is not None, content, part.file) for part, content in own))
    known = grouped(((plain_name(unit), is_sum), (content, home_of(unit, file))) for unit, is_sum, content, file in files)
    for part in parts:
        counted = () if part.reason else part.inside
        sums = {one.via for one in counted}
        there = ((one, home, known.get((plain_name(one.unit), one.sha256 in sums), [])) for one, home in placed(part.counted.unit, counted))
        now = ((one, {content for content, place in others if not are_apart(home, place)}) for one, home, others in there)
        # without a day it is not known what file it was
        if changed := dict.fromkeys(f"“{one.unit}”" for one, it in now if one.date and it and it.isdisjoint((one.sha256, one.report))):
            told = list_some(changed, NAMED, "等{}个单位", between="")
            yield f"“{part.counted.unit}”的汇总所用的不是{told}现在的报告，请“{part.counted.unit}”重新汇总。"


def sum_reports(form: Form, unit: Unit, year: int, reports: Iterable[Report]) -> RollUp:
    """Return the sum of reports at hand, one of a unit, none twice; the one of the office's name is its own."""
    parts, names, own = list[Part](), set[str](), None
    for report in reports:
        name, reason = plain_name(report.unit.name), ""
        if report.year != year:
            reason = f"报告年度为{report.year or '空白'}，没有计入。"
        elif name and name in names:
            reason = "同一单位有多份报告，计入的是前面的一份。"
        elif not report.provenance:
            names.add(name)
        is_own = not (own or reason or report.provenance) and name == plain_name(unit.name)
        own = report if is_own else own
        parts.append(part_of(report, form, is_own=is_own, reason=reason, is_lacking=report.year != year))
    sorted_out = sort_out(form, unit.name, parts)
    rolled = roll_up(form, unit, year, sorted_out, own)
    told = [f"{part.counted.unit or NAMELESS}：{part.reason}" for part in sorted_out if part.reason]
    return replace(rolled, remarks=(*rolled.remarks, *told))


def add_up(reports: Iterable[Report], *, unit: str, year: int, form: str | None = None) -> RollUp:
    """Return the sum of reports at hand as that of the office `unit`, by `form`, else by their own or the year's edition."""
    given = list(reports)
    own_form = next((report.form for report in given[:1] if report.form.family != DEFAULT_FORM), None)
    own = next((report.unit for report in given if plain_name(report.unit.name) == plain_name(unit)), Unit(unit))
    return sum_reports(own_form if own_form and not form else form_for_year(year, form), own, year, given)


def roll_up(form: Form, unit: Unit, year: int, parts: Sequence[Part], own: Report | None = None, missing: Iterable[str] = ()) -> RollUp:
    """Return the sum of parts that were sorted out, as one report of the office; prose and what is its `own` come from its own report."""
    sums: dict[str, Value] = {figure.id: None for figure in form.inputs}
    given: list[tuple[str, Number]] = []
    held: dict[str, Number] = {}
    counted: list[Counted] = []
    not_known: list[NotKnown] = []
    remarks: list[str] = []
    for part in (part for part in parts if not part.reason):
        name = part.counted.unit or NAMELESS
        taken = {id for id, figure in form.figures.items() if part.is_own or figure.across_units == "sum"}
        counted += [part.counted, *(one if one.via else one._replace(via=part.counted.sha256) for one in part.inside)]
        numbers = {id: value for id, value in part.addition.values.items() if is_number(value) and id in taken}
        given += numbers.items()
        if part.is_own:
            sums |= {id: value for id, value in part.addition.values.items() if form.figures[id].is_words}
            held |= numbers
        counting = [one._replace(figures=tuple(id for id in one.figures if id in taken)) for one in part.addition.not_known]
        not_known += [one._replace(unit=f"{name}{one.unit}") for one in counting if one.figures]
        remarks += [f"{name}：{remark}" for remark in (*(one.reason for one in part.addition.not_known), *part.addition.remarks)]
    sums |= {id: total(numbers) for id, numbers in grouped(given).items()}
    absent, useless = _lacking_below(parts, counted)
    remarks += [*(f"{unit}：所报的汇总不含这个单位。" for unit in absent), *(f"{one.unit}：{one.reason}" for one in useless)]
    left_out = tuple(LeftOut(one.counted.unit, PurePath(one.file).name, one.reason, one.is_lacking) for one in parts if one.reason)
    # what is lacking in sums that other units give numbers for
    partly = (one._replace(figures=tuple(id for id in one.figures if sums.get(id) is not None)) for one in not_known)
    blank = Report(form, year, unit.started(form.details), sums, {})
    written = convert_report(own, form).report if own else blank
    # no unit gives a number for them
    unknown = grouped((id, f"“{one.unit}”") for one in not_known for id in one.figures if sums.get(id) is None)
    told = ((id, list_some(names, NAMED, "等{}个单位")) for id, names in unknown.items() if id not in written.unread_figures)
    nowhere = {id: f"{names}的这一格未识别或不是数字，未相加。" for id, names in told}
    report = replace(
        blank,
        texts=written.texts,
        breakdowns=written.breakdowns,
        unread=still_unread((*written.unread, *unread_by_reason(form, nowhere)), sums, written.texts),
        provenance=Provenance(tuple(counted), (*missing, *absent), (*left_out, *useless), tuple(one for one in partly if one.figures)),
    )
    units = sum(not one.via for one in counted) - bool(held)
    if own is None and (left := [f"“{figure.short}”" for figure in form.inputs if figure.across_units == "own"]):
        remarks.append(f"以下{len(left)}格不由下级相加，请由本级填写：{list_some(left, NAMED, MORE_CELLS)}。")
    return RollUp(report, units, tuple(remarks))


def _lacking_below(parts: Iterable[Part], counted: Sequence[Counted]) -> tuple[list[str], list[LeftOut]]:
    """Return the units without a report, and the reports of no use, that sums among the parts lack and that are not counted beside them."""
    present = grouped((plain_name(one.unit), home) for one, home in placed("", counted))

    def is_present(unit: str, above: str) -> bool:
        return any(not are_apart(home_of(unit, above), home) for home in present.get(plain_name(unit), []))

    added = [(part.counted.unit, part.addition) for part in parts if not part.reason]
    missing = [f"{name}（{unit}）" for name, adds in added for unit in adds.missing if not is_present(unit, name)]
    lacking = [(name, one) for name, adds in added for one in adds.unusable if not is_present(one.unit, name)]
    return missing, [one._replace(unit=f"{name}（{one.unit or one.file}）") for name, one in lacking]


NAMELESS = "（没有单位名称的报告）"


def keep_written(rolled: RollUp, earlier: Report | None) -> RollUp:
    """Return the sum with what the office has written into an earlier one, if any: prose, breakdowns, details, explanations; not its figures."""
    if earlier is None:
        return rolled
    report = replace(
        rolled.report,
        unit=earlier.unit,
        texts=earlier.texts,
        breakdowns=earlier.breakdowns,
        unread=still_unread(rolled.report.unread, rolled.report.figures, earlier.texts),
        explanations=earlier.explanations,
        excused=earlier.excused,
    )
    changed = [id for id, value in report.figures.items() if earlier.figures.get(id) != value]
    remark = (f"原来的汇总工作簿中有{len(changed)}格，已换成现在的合计；正文、说明没有动。",) if changed else ()
    return replace(rolled, report=report, remarks=(*rolled.remarks, *remark))


def gather_children(form: Form, children: Iterable[Part], expected: Iterable[str] = ()) -> Children:
    """Add up what the children's reports add, the office's own among them; `expected` are the names of the units that should report."""
    units = [(child.counted.unit, child.addition) for child in children]
    settled = [(name, settle(form, addition.values)) for name, addition in units]
    contributions = {id: tuple((name, numbers[id]) for name, numbers in settled if numbers[id]) for id in form.figures}
    unusable = grouped((id, name) for name, addition in units for one in addition.not_known for id in one.figures)
    sums = {id: total(number for _, number in parts) for id, parts in contributions.items()}
    present = {plain_name(name) for name, _ in units}
    missing = tuple(name for name in dict.fromkeys(expected) if plain_name(name) not in present)
    return Children(len(units), sums, contributions, {id: tuple(names) for id, names in unusable.items()}, missing)
