"""Summary: the state of every unit, its figures of two years and its findings, for the office that collects them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal, get_args

from xltools.form.definition import Figure, Form
from xltools.form.table_reader import TRAILING_NOTE
from xltools.form.unit import Unit
from xltools.numerals import Number, is_number
from xltools.report.conversion import comparable_report
from xltools.report.filled import Report, Value, right_side, settle
from xltools.report.sums import addition, total
from xltools.rules.rule import Finding, Severity

OVERVIEW, MATRIX, FINDINGS, RULES, RANKING = "总览", "各单位数据", "问题清单", "问题分类统计", "错误排名"
YEARS, CHARTS, CHART_DATA, REMARKS = "与上年比较", "图表", "图表数据", "注意事项"
"""What the sheets are called."""

State = Literal["没有问题", "有待核", "有错误", "已报送不能用", "未报送", "无法读取", "重复报送", "不在名册", "年度不符", "表式不符"]
STATES: tuple[State, ...] = get_args(State)
MISSING: State = "未报送"
UNUSABLE: State = "已报送不能用"
OPEN = "打开"  # what a link to an annotated copy says


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit, or a file that belongs to none."""

    code: str
    name: str
    state: State
    file: str = ""
    copy: str = ""
    note: str = ""  # what the state does not say
    this: tuple[Value, ...] = ()  # its figures in the form's order, none where no report counts
    last: tuple[Value, ...] = ()
    findings: tuple[Finding, ...] = ()
    path: str = ""  # the whole path of `file`
    phone: str = ""
    came: date | None = None  # the day when the file was last changed
    late: int = 0  # how many days after the deadline that is
    change: str = ""  # what is new since the last collect

    def count(self, severity: Severity) -> int:
        """Return how many findings have this severity."""
        return sum(finding.severity == severity for finding in self.findings)

    @property
    def reason(self) -> str:
        """Why the file is of no use, in words: the note, else what is wrong with its unit or year."""
        return self.note or next((where_and_what(one)[1] for one in self.findings if one.rule.code in ("C202", "C203")), "")


@dataclass(frozen=True)
class Summary:
    """All units of an office in one year, in the order of the roster; `remarks` are lines for whoever reads it."""

    form: Form
    office: str
    year: int
    units: tuple[UnitLine, ...]
    remarks: tuple[str, ...] = ()

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """The place of each figure in `this` and `last`."""
        return {id: number for number, id in enumerate(self.form.figures)}

    @cached_property
    def totals(self) -> tuple[Number | None, ...]:
        """The sum of each figure over all units; a rate is computed from those of its parts, what is never added up across units is None."""
        rows = [unit.this for unit in self.units if unit.this]
        sums = {id: total(value for row in rows if is_number(value := row[number])) for id, number in self.numbers.items()}
        computed = settle(self.form, {id: value for id, value in sums.items() if id not in self.form.rates})
        own = (id for id, figure in self.form.figures.items() if figure.across_units == "own" and id not in self.form.rates)
        none = {*own, *(id for id in self.form.rates if right_side(self.form.definitions[id], computed) is None)}
        return tuple(None if id in none else computed[id] for id in self.form.figures)


def where_and_what(finding: Finding) -> tuple[str, str]:
    """Return the cell that a finding is about, "" where it is about none, and its message without that."""
    where = finding.fault.place.quoted if finding.fault.place else ""
    return where, finding.message.removeprefix(where).strip()


def state_of(findings: Iterable[Finding]) -> State:
    """Return the state of a report that could be read and counts: whether it has errors, warnings or neither."""
    severities = {finding.severity for finding in findings}
    return "有错误" if "error" in severities else "有待核" if "warning" in severities else "没有问题"


def figure_row(values: Mapping[str, Value], form: Form) -> tuple[Value, ...]:
    """Return what a report adds to the roll-up in the form's order: totals computed from the inputs, blank where all of those are."""
    report = Report(form, None, Unit(), values, {})
    return tuple(report.shown(id) for id in form.figures) if values else ()


def last_row(report: Report, form: Form) -> tuple[Value, ...]:
    """Return last year's figures in the form's order, as far as they mean the same in this year's form; blank elsewhere."""
    same = comparable_report(report, form)
    if same is report:
        return figure_row(addition(report, form).values, form)
    return tuple(same.shown(id) if id in same.figures or same.is_known(id) else None for id in form.figures)


@dataclass(frozen=True, slots=True)
class Flow:
    """What a form counts as coming in, and what becomes of it: the figure received, and each outcome's label and figures."""

    received: str
    outcomes: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def columns(self) -> tuple[tuple[str, ...], ...]:
        """What came in, then each outcome, by their figures."""
        return (self.received,), *(ids for _, ids in self.outcomes)


def find_flow(form: Form) -> Flow | None:
    """Return the flow that the form's last balance states, that of the total column; None where the form has no balance."""
    balances = [relation for relation in form.relations if relation.total is None and relation.is_linear]
    if not balances:
        return None
    balance = balances[-1]
    down = len({form.figures[term.figure].column for term in (*balance.left, *balance.right)}) == 1
    outcomes: dict[str, list[str]] = {}
    for term in balance.right:
        for figure in _opened(form, term.figure, down=down):
            outcomes.setdefault(_outcome(figure) if down else figure.path[-1], []).append(figure.id)
    return Flow(balance.left[0].figure, tuple((label, tuple(ids)) for label, ids in outcomes.items()))


def _opened(form: Form, id: str, *, down: bool) -> Sequence[Figure]:
    """Return what a figure of the balance is the sum of within its column or, across, its row; the figure itself where it is no such total."""
    whole = form.figures[id]
    for relation in form.relations:
        parts = [form.figures[term.figure] for term in relation.right]
        if relation.total == id and all((part.column == whole.column if down else part.row == whole.row) for part in parts):
            return parts
    return [whole]


def _outcome(figure: Figure) -> str:
    """Return the label of the group that an outcome belongs to, that of its row next to the top, without a note behind it."""
    rows = figure.path[: figure.path.index(figure.line) + 1]
    return TRAILING_NOTE.sub("", rows[min(1, len(rows) - 1)])
