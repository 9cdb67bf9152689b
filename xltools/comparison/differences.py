"""compare_reports: two reports side by side, figure by figure and sentence by sentence."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext

from xltools.form.book import UNREAD
from xltools.form.characters import plain
from xltools.form.definition import Figure, Form
from xltools.form.unit import plain_name
from xltools.numerals import BLANKS, Number, from_decimal, is_number, list_some, show
from xltools.report.conversion import comparable_report, convert_report
from xltools.report.filled import Report, Value
from xltools.report.placeholders import fill, quantities

JOINT = "／"
YEARS, VERSIONS = ("上年度", "本年度"), ("前稿", "后稿")  # what two reports are called, and two versions of one
SENTENCE = re.compile(r"[^。！？\n]*[。！？]+[”’）》」』]*|[^。！？\n]+")
DIGITS = 60  # more than any difference or percentage of two figures has


@dataclass(frozen=True, slots=True)
class FigureChange:
    """One figure of both reports, as it stands there: a number, text, or None for blank."""

    figure: Figure
    last: Value
    this: Value

    @property
    def difference(self) -> Number | None:
        """By how much it is more now; None where either is no number, since blank is not 0."""
        last, this = self.last, self.this
        if not is_number(last) or not is_number(this):
            return None
        with localcontext(prec=DIGITS):
            return from_decimal(Decimal(this) - Decimal(last))

    @property
    def percent(self) -> Decimal | None:
        """The difference in percent of last year's figure, to one decimal; None where that is 0, less than 0, no number or a percentage."""
        last, difference = self.last, self.difference
        if difference is None or not is_number(last) or last <= 0 or self.figure.domain == "percent":
            return None
        with localcontext(prec=DIGITS):
            return (difference * 100 / Decimal(last)).quantize(Decimal("0.1"), ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class TextChange:
    """What changed in one section: new and gone sentences; how many moved, in it or from another one, and how many stayed."""

    new: tuple[str, ...]
    gone: tuple[str, ...]
    moved: int
    unchanged: int


def show_value(value: Value) -> str:
    """Return what stands in a figure's cell, as text on one line; nothing for a blank one."""
    return "" if value is None else " ".join(value.split()) if isinstance(value, str) else show(value)


def label(figure: Figure) -> str:
    """Return the official labels of a figure, outermost first."""
    return JOINT.join(figure.path)


def split_label(figure: Figure) -> tuple[str, str]:
    """Return the labels of a figure's row, or of the headings above its column where there are no rows; and the label of its column."""
    rows = figure.path.index(figure.line) + 1 if figure.line in figure.path[:-1] else len(figure.path) - 1
    return JOINT.join(figure.path[:rows]), figure.path[-1]


@dataclass(frozen=True, slots=True)
class Leftover:
    """A figure of a report that the form of the comparison has no place for, or prose of such a section (`value` None)."""

    id: str
    label: str
    value: Value


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two reports, with what its edition has and the comparison not, what it does not count, and what it counts otherwise."""

    unit: str
    year: int | None
    form: str
    edition: str
    dropped: tuple[Leftover, ...]
    missing: tuple[str, ...]
    uncertain: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """Two reports side by side under one form: every figure of it, and the sections that either holds prose in, by key."""

    form: Form
    last: Side
    this: Side
    notes: tuple[str, ...]
    figures: tuple[FigureChange, ...]
    texts: Mapping[str, TextChange]

    @property
    def of_one_year(self) -> bool:
        """Tell whether the reports are two versions of the report for one year: then only what changed is shown."""
        return bool(self.this.year) and self.last.year == self.this.year

    @property
    def sides(self) -> tuple[tuple[str, Side], tuple[str, Side]]:
        """Return what the two reports are called, each with its side."""
        before, after = VERSIONS if self.of_one_year else YEARS
        return (before, self.last), (after, self.this)

    @property
    def names(self) -> tuple[str, str]:
        """What the figures of the two are called: by their years where those tell them apart."""
        last, this = self.last.year, self.this.year
        return (f"{last} 年", f"{this} 年") if last and this and last < this else (self.sides[0][0], self.sides[1][0])

    def of_table(self, table: str) -> tuple[FigureChange, ...]:
        """Return the figures of one table."""
        return tuple(change for change in self.figures if change.figure.table == table)

    def tells(self, change: FigureChange) -> bool:
        """Tell whether a figure is worth a line: more than nothing in one of two years, another one in two versions of one year."""
        return change.last != change.this if self.of_one_year else bool(change.last or change.this)


def compare_reports(last: Report, this: Report, form: Form | None = None) -> Comparison:
    """Return last year's report and this year's side by side, under the form of this year's where no other is given."""
    form = form or this.form
    then, now = _values(last, form), _values(this, form)
    figures = tuple(FigureChange(figure, then[id], now[id]) for id, figure in form.figures.items())
    texts = compare_texts(*_texts(last, this, form)) if last.has_prose and this.has_prose else {}
    return Comparison(form, _side(last, form), _side(this, form), tuple(_notes(last, this)), figures, texts)


def _values(report: Report, form: Form) -> dict[str, Value]:
    """Return what stands in each figure of the form, a mark where it was not read; of another edition only what surely means the same."""
    same = comparable_report(report, form)
    # a total of parts that the other edition does not know would leave them out
    told = (id for id in form.figures if same is report or id in same.figures or same.is_known(id))
    return dict.fromkeys(form.figures) | {id: same.shown(id) for id in told} | {id: UNREAD for id in form.figures if same.is_unread(id)}


def _texts(last: Report, this: Report, form: Form) -> Iterator[dict[str, str]]:
    """Yield the prose of both by section, with the names in braces filled in; sections that either could not be read are in neither."""
    known = [section.key for section in form.texts if section.key not in last.unread_sections | this.unread_sections]
    for report in (last, this):
        names = quantities(report)
        yield {key: fill(report.text(key), names) for key in known if report.text(key)}


def _side(report: Report, form: Form) -> Side:
    conversion, figures, sections = convert_report(report, form), report.form.figures, report.form.section_by_key
    lost = [(id, label(figures[id]), report.shown(id)) if id in figures else (id, sections[id].title, None) for id in conversion.dropped]
    about = (report.unit.name, report.year, report.form.id, report.form.edition)
    return Side(*about, tuple(Leftover(*one) for one in lost), conversion.missing, conversion.uncertain)


def _notes(last: Report, this: Report) -> Iterator[str]:
    """Yield what whoever reads the comparison must know: years, units or forms that do not fit, what was not read."""
    yield from _notes_on_years(last.year, this.year)
    before, after = VERSIONS if this.year and last.year == this.year else YEARS
    if plain_name(last.unit.name) not in map(plain_name, (this.unit.name, this.unit.former_name)):
        yield f"两份报告的单位不同：{before}是“{last.unit.name}”，{after}是“{this.unit.name}”。"
    if last.form.id != this.form.id:
        yield f"两份报告的格式不同：{before}按{last.form.edition}编制，{after}按{this.form.edition}编制。只比较含义相同的数据。"
    for name, report in ((before, last), (after, this)):
        if report.unread_figures:
            yield f"{name}的报告有{len(report.unread_figures)}格未识别，标为“{UNREAD}”。"
        if report.unread_sections:
            titles = (f"“{section.title}”" for section in report.form.texts if section.key in report.unread_sections)
            yield f"{name}的报告有正文未识别，未作比较：{list_some(titles, 3, '等{}部分')}。"
        if lacks := report.provenance.lacks if report.provenance else ():
            lacking = list_some((lack.what for lack in lacks), 3, "等{}项。", between="")
            yield f"{name}的报告是数据不全的汇总，增减可能由此而来：{lacking}"
        if not report.has_prose:
            yield f"{name}的报告只有表格，正文未作比较。"


def _notes_on_years(last: int | None, this: int | None) -> Iterator[str]:
    if last is None or this is None:
        yield f"{YEARS[last is not None]}的报告没有年度，不能判断是否相邻两年。请核对。"
    elif last == this:
        yield f"两份报告都是{this}年度的。"
    elif last > this:
        yield f"两份报告的先后可能颠倒：上年度给的是{last}年度，本年度给的是{this}年度。请核对。"
    elif last < this - 1:
        yield f"两份报告相隔{this - last}年：{last}年度和{this}年度。请核对。"


def split(text: str) -> list[str]:
    """Return the sentences of a text, as typed; paragraphs are separated by line feeds."""
    return [sentence for found in SENTENCE.finditer(text) if (sentence := found[0].strip()) and _key(sentence)]


def compare_texts(last: Mapping[str, str], this: Mapping[str, str]) -> dict[str, TextChange]:
    """Return what changed in each section, in the order of `this`, then of `last`; blanks and width make no difference."""
    keys = dict.fromkeys((*this, *last))
    before, after = ([(key, sentence) for key in keys for sentence in split(texts.get(key, ""))] for texts in (last, this))
    within = _match(before, after, lambda section, sentence: (section, _key(sentence)), {})
    matched = within | _match(before, after, lambda _, sentence: _key(sentence), within)
    still_there = set(matched.values())
    changes = {}
    for key in keys:
        own = [number for number, (section, _) in enumerate(after) if section == key]
        unchanged = _longest_rise([within[number] for number in own if number in within])
        changes[key] = TextChange(
            new=tuple(after[number][1] for number in own if number not in matched),
            gone=tuple(sentence for number, (section, sentence) in enumerate(before) if section == key and number not in still_there),
            moved=sum(number in matched for number in own) - unchanged,
            unchanged=unchanged,
        )
    return changes


def _key(sentence: str) -> str:
    return BLANKS.sub("", plain(sentence))


def _match(
    last: Sequence[tuple[str, str]], this: Sequence[tuple[str, str]], sign: Callable[[str, str], object], matched: Mapping[int, int]
) -> dict[int, int]:
    """Return the numbers of the sentences that have a match last year by their signs, each with that one's; `matched` have one already."""
    places: dict[object, list[int]] = defaultdict(list)
    for number in sorted({*range(len(last))} - {*matched.values()}, reverse=True):
        places[sign(*last[number])].append(number)
    return {number: places[sign(*one)].pop() for number, one in enumerate(this) if number not in matched and places[sign(*one)]}


def _longest_rise(numbers: list[int]) -> int:
    """Return how many of the numbers can be kept such that they rise."""
    ends: list[int] = []
    for number in numbers:
        at = bisect_left(ends, number)
        ends[at : at + 1] = [number]
    return len(ends)
