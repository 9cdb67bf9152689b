"""Converts a report to another edition of its form, where the same cell id means the same figure; makes the report that a year begins with."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from xltools.form.definition import Form
from xltools.form.unit import Unit, plain_name
from xltools.numerals import is_number, show
from xltools.report.filled import Report, Unread, Value, unread_by_reason, unread_table
from xltools.report.origin import Origin, Publication
from xltools.report.provenance import Provenance


class Conversion(NamedTuple):
    """A report in another edition of its form, and what the change cost."""

    report: Report
    dropped: tuple[str, ...] = ()  # the cell ids, and the keys of sections, that hold something in the source and have no place here
    missing: tuple[str, ...] = ()  # the inputs that the source does not count
    uncertain: tuple[str, ...] = ()  # what holds more or less than it means: a whole that the source does not divide, a sum with blanks


def matching_figures(source: Form, target: Form) -> Mapping[str, tuple[str, ...]]:
    """Return, for each cell id of `target` that `source` counts too, the ids there that it is the sum of; empty where they are unlike."""
    found = {parts[0]: sources for sources, parts in _shared(source, target) if len(parts) == 1}
    return {id: found[id] for id in target.figures if id in found}


def destinations(source: Form, target: Form) -> Mapping[str, str]:
    """Return, for each cell id of `source`, the one of `target` that takes its figure: the same, or the last part it is divided into."""
    return {sources[0]: parts[-1] for sources, parts in _shared(source, target) if len(sources) == 1}


def _shared(source: Form, target: Form) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Yield what both forms count, as ids in `source` and in `target`: one on either side, or the parts that one of them divides it into."""
    if target.like and target.like.id == source.id:
        divided = [(pair.there, pair.here) for pair in target.counterparts]
    elif source.like and source.like.id == target.id:
        divided = [(pair.here, pair.there) for pair in source.counterparts]
    elif source.id == target.id:
        divided = []
    else:
        return
    yield from (((id,), (id,)) for id in source.figures if id in target.figures)
    yield from sorted(divided, key=lambda pair: len(pair[1]))  # what is added up before what is divided


def convert_report(report: Report, form: Form) -> Conversion:
    """Convert a report to another edition of its form, with the totals that it stores; one that is of that form stays as it is."""
    if report.form.id == form.id:
        return Conversion(report)
    values = list(_values(report, form))
    figures = {figure.id: None for figure in form.inputs} | {id: value for id, value, _ in values}
    moved = _moved(report.form, form)
    same = {sources[0]: id for id, sources in matching_figures(report.form, form).items() if len(sources) == 1}
    converted = replace(
        report,
        form=form,
        figures={id: figures[id] for id in form.figures if id in figures},
        texts={key: text for key, text in report.texts.items() if form.is_prose(key)},
        breakdowns=tuple(breakdown for breakdown in report.breakdowns if form.is_prose(breakdown.section)),
        unread=tuple(_unread(report, form)),
        blank_is_zero=False,  # such blanks are written as 0, since what the source does not count is blank and is not 0
        typed={same[id]: text for id, text in report.typed.items() if id in same},
        titles={key: title for key, title in report.titles.items() if key in form.section_by_key},
        explanations=_still_meant(report.explanations, report.form, form),
        excused=_still_meant(report.excused, report.form, form),
        origin=_origin(report.origin, report.form, form),
        provenance=report.provenance and _provenance(report.provenance, moved),
    )
    keys = dict.fromkeys((*report.texts, *(breakdown.section for breakdown in report.breakdowns)))
    dropped = [id for id, value in report.figures.items() if value is not None and id not in moved]
    dropped += [key for key in keys if not form.is_prose(key)]
    told = {id for id, _, _ in values}
    missing = tuple(figure.id for figure in form.inputs if figure.id not in told)
    return Conversion(converted, tuple(dropped), missing, tuple(id for id, _, is_uncertain in values if is_uncertain))


def _values(report: Report, form: Form) -> Iterator[tuple[str, Value, bool]]:
    """Yield the figures of `form` that the source speaks of, and whether each is uncertain: a sum with blanks, a part that takes the whole.

    What only the source divides is added up; of what only `form` divides, the last part takes the whole, so that totals stay.
    """
    for sources, parts in _shared(report.form, form):
        values = [report.shown(source) for source in sources]
        whole, is_divided = _sum(values), len(parts) > 1
        is_nothing = whole == 0 and all(form.figures[part].domain != "signed" for part in parts)  # then each part is 0 for sure
        for part in parts if is_nothing else parts[-1:]:
            # every input is filled in, a total where it is stored
            is_wanted = form.figures[part].kind == "input" or any(source in report.figures for source in sources)
            if is_wanted and not (is_divided and whole is None):
                yield part, whole, whole is not None and (None in values or (is_divided and not is_nothing))


def _sum(values: Sequence[Value]) -> Value:
    """Return the sum of what is filled in, blank where nothing is; with text among it the words side by side, for staff to read."""
    filled = [value for value in values if value is not None]
    numbers = [value for value in filled if is_number(value)]
    if len(numbers) < len(filled):
        return "＋".join(show(value) if is_number(value) else str(value) for value in filled)
    return sum(numbers) if numbers else None


def _moved(source: Form, target: Form) -> dict[str, str]:
    """Return, for each cell id of `source`, the one of `target` that its figure is counted in."""
    return {id: parts[-1] for sources, parts in _shared(source, target) for id in sources}


def _unread(report: Report, form: Form) -> Iterator[Unread]:
    """Yield what of the report is unread under the ids of the other edition; a table that is, is so with all its figures there."""
    parts_of = {id: parts for sources, parts in _shared(report.form, form) for id in sources}
    for unread in report.unread:
        table = unread.table if unread.table in form.section_of_table else None
        if table and unread.figures == unread_table(report.form, table, "").figures:
            yield unread_table(form, table, unread.reason)
        elif figures := dict.fromkeys(part for id in unread.figures for part in parts_of.get(id, ())):
            yield unread._replace(table=table, figures=tuple(figures))
        elif unread.section and form.is_prose(unread.section):
            yield unread


def _origin(origin: Origin, source: Form, target: Form) -> Origin:
    """Return what is known of the file whatever the edition: where its figures and paragraphs stand if it was published."""
    published, moved = origin.publication, _moved(source, target)
    spots = {moved[id]: spot for id, spot in published.spots.items() if id in moved}
    paragraph_spots = {key: spots for key, spots in published.paragraph_spots.items() if target.is_prose(key)}
    missing_tables = tuple(key for key in published.missing_tables if key in target.section_of_table)
    return Origin(kind=origin.kind, publication=Publication(spots, paragraph_spots, missing_tables))


def _provenance(provenance: Provenance, moved: Mapping[str, str]) -> Provenance:
    """Return what a sum is the sum of, the cells that are not known under the ids of the other edition."""
    not_known = (one._replace(figures=tuple(dict.fromkeys(moved[id] for id in one.figures if id in moved))) for one in provenance.not_known)
    return provenance._replace(not_known=tuple(one for one in not_known if one.figures))


def _still_meant(explained: Mapping[str, str], source: Form, target: Form) -> dict[str, str]:
    """Return what is kept by the keys of findings, without those about a figure that is none in `target`."""
    gone = source.figures.keys() - target.figures.keys()
    return {key: text for key, text in explained.items() if key.partition(":")[2] not in gone}


def comparable_report(report: Report, form: Form) -> Report:
    """Convert a report to another edition, for comparing: what may mean something else there is blank, and known totals are stored."""
    conversion = convert_report(report, form)
    if conversion.report is report:
        return report
    figures = {**conversion.report.figures, **dict.fromkeys(conversion.uncertain)}
    for id, sources in matching_figures(report.form, form).items():
        if form.figures[id].kind == "total" and all(report.is_known(source) for source in sources):
            figures[id] = sum(report.numbers[source] for source in sources)
    return replace(conversion.report, figures=figures)


def doubt_last(last: Report, year: int, unit: str) -> Iterator[str]:
    """Yield what is odd about a report that is given for that of a unit of the year before `year`; no name of the unit is no other one."""
    if last.year not in (None, year - 1):
        yield f"注意：所给的上年度报告是{last.year}年度的，应为{year - 1}年度。选错文件的请更换，重新生成。"
    if unit and last.unit.name and plain_name(unit) != plain_name(last.unit.name):
        yield f"注意：上年度报告的单位是“{last.unit.name}”，已填入“原单位名称”。不是更名的请更换上年度报告，重新生成。"


def blank_report(form: Form, year: int, *, unit: str = "", previous: Report | None = None, zeros: bool = False) -> Report:
    """Return a report with nothing filled in but year and unit, with `zeros` 0 in every input, and what carries over from `previous`."""
    figures: dict[str, Value] = {figure.id: 0 if zeros and not figure.is_words else None for figure in form.inputs}
    last = comparable_report(previous, form) if previous else None
    unread: dict[str, str] = {}
    for relation in form.year_relations:
        if last and len(relation.this) == len(relation.last) == 1 and not relation.plus:
            this, carried = relation.this[0].figure, relation.last[0].figure
            if this in figures and last.is_known(carried):
                figures[this] = last.numbers[carried]
            elif this in figures and last.is_unread(carried):
                figures[this], unread[this] = None, f"上年度报告的“{form.figures[carried].label}”未识别。"
    # the name before last year's report is no longer asked for
    details = replace(previous.unit, former_name="", signed_on="") if previous else Unit()
    if unit and unit != details.name:
        details = replace(details, name=unit, short_name="", former_name=details.name)
    return Report(form, year, details.started(form.details), figures, texts={}, unread=unread_by_reason(form, unread))
