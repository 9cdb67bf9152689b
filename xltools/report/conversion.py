"""convert_report: a report under the cell ids of another edition of its form. The same id means the same figure in both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from xltools.form.definition import Form
from xltools.numerals import is_number, show
from xltools.report.filled import Breakdown, Origin, Report, Value
from xltools.report.publication import Publication


@dataclass(frozen=True)
class Conversion:
    """A report in another edition of its form, and what the change cost.

    `dropped` are the cell ids, and the keys of sections, that hold something in the source and have no place in `report`.
    `missing` are the inputs of `report` that the source does not count. `uncertain` are the figures of `report` that hold
    more or less than what they mean: a whole that the source does not divide, a sum with blanks in it.
    """

    report: Report
    dropped: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    uncertain: tuple[str, ...] = ()


def counterparts(source: Form, target: Form) -> Mapping[str, tuple[str, ...]]:
    """For each cell id of `target` that `source` counts too, the ids there that it is the sum of, nearly always one.

    Empty where neither form is declared to be like the other.
    """
    if not _related(source, target):
        return {}
    found: dict[str, tuple[str, ...]] = {id: (id,) for id in target.figures if id in source.figures}
    found |= {ours[0]: theirs for theirs, ours in _divided(source, target) if len(ours) == 1}
    return {id: found[id] for id in target.figures if id in found}


def _related(source: Form, target: Form) -> bool:
    return source.id == target.id or any(one.like is not None and one.like.id == other.id for one, other in _both_ways(source, target))


def _both_ways(source: Form, target: Form) -> tuple[tuple[Form, Form], ...]:
    return (source, target), (target, source)


def _divided(source: Form, target: Form) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The figures that two related forms divide differently: the ids in `source` and those in `target`."""
    if target.like and target.like.id == source.id:
        yield from ((pair.there, pair.here) for pair in target.counterparts)
    elif source.like and source.like.id == target.id:
        yield from ((pair.here, pair.there) for pair in source.counterparts)


def convert_report(report: Report, form: Form) -> Conversion:
    """The report in another edition of its form; unchanged where it is of that form already.

    A figure that the source divides is added up. Of one that only the target divides, the last part takes the whole, so that
    every total stays what it was. Totals are stored where the source stores them. Blanks that staff declared to be 0 are
    written as 0, since what the source does not count is blank and is not 0.
    """
    if report.form.id == form.id:
        return Conversion(report)
    filling = _Filling(report, form)
    texts = {key: text for key, text in report.texts.items() if _is_prose(form, key)}
    breakdowns = tuple(breakdown for breakdown in report.breakdowns if _is_prose(form, breakdown.section))
    converted = replace(
        report,
        form=form,
        figures={id: filling.figures[id] for id in form.figures if id in filling.figures},
        texts=texts,
        breakdowns=breakdowns,
        blank_is_zero=False,
        typed=_typed(report, form),
        titles={key: title for key, title in report.titles.items() if key in form.section_by_key},
        explanations=_still_meant(report.explanations, report.form, form),
        excused=_still_meant(report.excused, report.form, form),
        origin=_origin(report.origin, report.form, form),
    )
    return Conversion(
        report=converted,
        dropped=(*filling.dropped, *_dropped_sections(report.texts, report.breakdowns, form)),
        missing=tuple(id for id in filling.figures if id not in filling.told and form.figures[id].kind == "input"),
        uncertain=tuple(filling.uncertain),
    )


class _Filling:
    """The figures of the other edition while they are being filled in; `told` are those that the source speaks of."""

    def __init__(self, report: Report, form: Form) -> None:
        self.report, self.form = report, form
        self.figures: dict[str, Value] = {figure.id: None for figure in form.inputs}
        self.told: set[str] = set()
        self.uncertain: list[str] = []
        used: set[str] = set()
        for id, sources in counterparts(report.form, form).items():
            used |= set(sources)
            self._add_up(id, sources)
        for sources, parts in _divided(report.form, form):
            if len(parts) > 1:
                used |= set(sources)
                self._divide(sources[0], parts)
        self.dropped = tuple(id for id, value in report.figures.items() if value is not None and id not in used)

    def _is_filled(self, id: str, sources: Sequence[str]) -> bool:
        """Whether a figure is to be filled in: every input is, a total where it is stored."""
        return self.form.figures[id].kind == "input" or any(source in self.report.figures for source in sources)

    def _add_up(self, id: str, sources: Sequence[str]) -> None:
        if self._is_filled(id, sources):
            values = [self.report.shown(source) for source in sources]
            self.figures[id] = _sum(values)
            self.told.add(id)
            if None in values and self.figures[id] is not None:
                self.uncertain.append(id)

    def _divide(self, source: str, parts: Sequence[str]) -> None:
        """Puts a whole into the last of its parts; a whole of 0 leaves no doubt that each part is 0."""
        whole = self.report.shown(source)
        nothing = whole == 0 and all(self.form.figures[part].domain != "signed" for part in parts)
        for part in parts if nothing else parts[-1:]:
            if whole is not None and self._is_filled(part, [source]):
                self.figures[part] = whole
                self.told.add(part)
                if not nothing:
                    self.uncertain.append(part)


def _sum(values: Sequence[Value]) -> Value:
    """The sum of what is filled in, blank where nothing is; with text among it the words side by side, for staff to read."""
    filled = [value for value in values if value is not None]
    numbers = [value for value in filled if is_number(value)]
    if len(numbers) < len(filled):
        return "＋".join(show(value) if is_number(value) else str(value) for value in filled)
    return sum(numbers) if numbers else None


def _typed(report: Report, form: Form) -> dict[str, str]:
    """The text of the figures that were typed as text, where the figure is still one and the same."""
    same = {sources[0]: id for id, sources in counterparts(report.form, form).items() if len(sources) == 1}
    return {same[id]: text for id, text in report.typed.items() if id in same}


def _origin(origin: Origin, source: Form, target: Form) -> Origin:
    """What is known of the file whatever the edition: which figures were not read, and where they stand if it was published."""
    tables = {table.key for table in target.tables}
    published = origin.publication
    moved = {theirs: id for id, sources in counterparts(source, target).items() for theirs in sources} | dict(homes(source, target))
    unread = {moved[id]: remark for id, remark in published.unread.items() if id in moved}
    for (whole, *_), parts in _divided(source, target):
        if whole in published.unread:
            unread |= dict.fromkeys(parts, published.unread[whole])
    publication = Publication(
        spots={moved[id]: spot for id, spot in published.spots.items() if id in moved},
        paragraph_spots={key: spots for key, spots in published.paragraph_spots.items() if _is_prose(target, key)},
        unread=unread,
        missing_tables=tuple(key for key in published.missing_tables if key in tables),
    )
    return Origin(kind=origin.kind, unread=origin.unread & tables, publication=publication)


def _still_meant(explained: Mapping[str, str], source: Form, target: Form) -> dict[str, str]:
    """What is kept by the keys of findings, without those about a figure that is none in `target`."""
    gone = source.figures.keys() - target.figures.keys()
    return {key: text for key, text in explained.items() if key.partition(":")[2] not in gone}


def _is_prose(form: Form, key: str) -> bool:
    return key in form.section_by_key and form.section_by_key[key].table is None


def _dropped_sections(texts: Mapping[str, str], breakdowns: Sequence[Breakdown], form: Form) -> list[str]:
    keys = dict.fromkeys((*texts, *(breakdown.section for breakdown in breakdowns)))
    return [key for key in keys if not _is_prose(form, key)]


def comparable_report(report: Report, form: Form) -> Report:
    """The report under the cell ids of another edition, such that every figure in it means the same there.

    What is uncertain is blank; totals are stored where the source knows them, though their parts here be unknown.
    """
    conversion = convert_report(report, form)
    if conversion.report is report:
        return report
    figures = {**conversion.report.figures, **dict.fromkeys(conversion.uncertain)}
    for id, sources in counterparts(report.form, form).items():
        if form.figures[id].kind == "total" and all(report.is_known(source) for source in sources):
            figures[id] = sum(report.numbers[source] for source in sources)
    return replace(conversion.report, figures=figures)


def homes(source: Form, target: Form) -> Mapping[str, str]:
    """For each cell id of `source` the one of `target` that takes its figure: the same id, or the last of the parts it is divided into.

    Those that `target` only counts together with others are not among them.
    """
    if not _related(source, target):
        return {}
    found = {id: id for id in source.figures if id in target.figures}
    return found | {sources[0]: parts[-1] for sources, parts in _divided(source, target) if len(sources) == 1}
