"""Sandbox: Jinja2 for a skeleton that may have been written by anyone. It ends soon, stays small, and reaches nothing outside."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import wraps
from typing import Any

from jinja2 import FunctionLoader, StrictUndefined, Undefined, nodes, pass_context, pass_environment
from jinja2.filters import FILTERS, do_round, make_attrgetter
from jinja2.runtime import BlockReference, Context, LoopContext
from jinja2.sandbox import SandboxedEnvironment, safe_range
from jinja2.tests import TESTS
from jinja2.utils import Joiner, Namespace

from xltools.documents.budget import Budget, LimitError
from xltools.documents.metering import ENTRY, JOINED, ROUNDS, WEIGHED, meter
from xltools.files.gate import SKELETON_DIGIT_LIMIT
from xltools.form.definition import Section
from xltools.numerals import is_number, show
from xltools.report.filled import Breakdown

KEPT_FILTERS = (
    *("abs", "capitalize", "count", "d", "default", "dictsort", "first", "float", "int", "items", "last", "length", "list", "lower"),
    *("map", "max", "min", "reject", "rejectattr", "reverse", "select", "selectattr", "sort", "string", "sum", "truncate", "unique"),
    "upper",
)
"""Jinja's own filters that give no more than they take; format, join, replace, round and trim are given anew below."""
KEPT_TESTS = (
    *("boolean", "defined", "divisibleby", "eq", "even", "false", "float", "ge", "gt", "in", "integer", "iterable", "le", "lower", "lt"),
    *("mapping", "ne", "none", "number", "odd", "sameas", "sequence", "string", "true", "undefined", "upper"),
    *("==", "!=", "<", "<=", ">", ">=", "equalto", "greaterthan", "lessthan"),
)
METHODS = frozenset({"endswith", "lower", "lstrip", "rstrip", "split", "splitlines", "startswith", "strip", "upper"})
"""The methods of texts that give no more than they take."""
PIECE = re.compile(r"%(?:%|[-+ #0]*\d{0,2}(?:\.\d{1,2})?[dfs])")
"""What the filter `format` may put into a text: %s, %d, %.1f, none of them wide."""
OPEN = (Section, Breakdown, BlockReference, LoopContext, Namespace)
"""What has attributes that a skeleton may read: what is handed to it, and what Jinja makes for it."""
TEXTS = (str, bool, int, float, Decimal)
REPEATING = (str, list, tuple)

Read = Callable[[str], tuple[str, str | None, Callable[[], bool]] | None]
"""The source of the template with a name, the file it is in, and whether that is still what it was; None where there is none."""
Anything = Any
"""What a template's filters and functions take and give."""
Functions = Mapping[str, Callable[..., Anything]]


class Sandbox(SandboxedEnvironment):
    """Jinja2 with few filters and functions, whose templates load no other ones than `loaded` and are counted in all that they do."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%"})

    def __init__(
        self,
        read: Read,
        *,
        loaded: tuple[str, ...],
        filters: Functions,
        tests: Functions,
    ) -> None:
        # nothing is computed while a template is compiled, where nothing is counted: hence `optimized`, and that _printed wants a context
        super().__init__(loader=FunctionLoader(read), undefined=StrictUndefined, finalize=_printed, optimized=False)
        self.budget, self.loaded = Budget(), loaded
        self.filters = self._all_weighing(_chosen(FILTERS, KEPT_FILTERS), OWN_FILTERS, filters) | COUNTERS
        self.tests = self._all_weighing(_chosen(TESTS, KEPT_TESTS), tests)
        self.globals = {"range": safe_range, "namespace": Namespace, "joiner": Joiner}

    def rendered(self, name: str, values: Mapping[str, object]) -> str:
        """The text of a template. Raises LimitError where it would take too much, and whatever Jinja raises."""
        self.budget = Budget()
        return self.get_template(name).render(values)

    def _all_weighing(self, *groups: Functions) -> dict[str, Anything]:
        return {name: self._weighing(function) for group in groups for name, function in group.items()}

    def _weighing(self, function: Callable[..., Anything]) -> Callable[..., Anything]:
        """The filter or test, whose values and result are counted."""

        @wraps(function)
        def weighing(*values: object, **named: object) -> object:
            self.budget.step()
            self.budget.weigh(*values, *named.values())
            result = function(*values, **named)
            if isinstance(result, Iterator):
                result = list(result)
            self.budget.weigh(result)
            return result

        return weighing

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        return meter(super()._parse(source, name, filename), self.loaded, filename).set_environment(self)  # type: ignore[return-value]

    def call(__self, __context: Context, __obj: Anything, *args: Anything, **kwargs: Anything) -> Anything:  # noqa: N805  # as Jinja has it
        budget = __self.budget
        budget.weigh(args, kwargs)
        budget.enter()
        try:
            return super().call(__context, __obj, *args, **kwargs)
        finally:
            budget.leave()

    def call_binop(self, context: Context, operator: str, left: Anything, right: Anything) -> Anything:
        self.budget.step()
        self.budget.weigh(left, right)
        if operator in ("*", "%") and (isinstance(left, REPEATING) or isinstance(right, REPEATING)):
            raise LimitError(f"“{operator}”只用于数")
        result = super().call_binop(context, operator, left, right)
        self.budget.weigh(result)
        return result

    def getattr(self, obj: Anything, attribute: str) -> Anything:
        if isinstance(obj, str) and attribute in METHODS:
            self.budget.weigh(obj)
            return super().getattr(obj, attribute)
        if not isinstance(obj, OPEN) and hasattr(type(obj), attribute) and not isinstance(obj, (dict, Undefined)):
            return self.unsafe_undefined(obj, attribute)
        if isinstance(obj, OPEN):
            return super().getattr(obj, attribute)
        try:
            return obj[attribute]
        except (TypeError, LookupError):
            return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: Anything, argument: Anything) -> Anything:
        self.budget.weigh(argument)
        try:
            return obj[argument]
        except (TypeError, LookupError):
            return self.getattr(obj, argument) if isinstance(argument, str) else self.undefined(obj=obj, name=argument)


def _chosen(functions: Mapping[str, Anything], names: tuple[str, ...]) -> Functions:
    return {name: functions[name] for name in names}


def _text_of(value: object) -> str:
    """The text that a value stands for, without which it cannot be joined or printed."""
    if isinstance(value, Undefined):
        return str(value)  # raises the error that names it
    if not isinstance(value, TEXTS):
        raise TypeError("只能写入文字和数")
    return str(value)


@pass_context
def _printed(context: Context, value: object) -> str:
    """The value as it is printed; a figure that was left blank cannot be, lest it be taken for a 0."""
    if value is None:
        raise TypeError("空白的数不能写入正文，请先用 is filled 判断")
    context.environment.budget.weigh(value)  # type: ignore[attr-defined]
    return show(value) if is_number(value) else _text_of(value)


@pass_environment
def _rounds(environment: Sandbox, value: Anything, count: int, length: int) -> list[object]:
    """What a loop runs over, every round paid for."""
    items = list(value)
    environment.budget.step(len(items) * count)
    environment.budget.text(len(items) * length)
    return items


@pass_environment
def _entry(environment: Sandbox, value: str, count: int, length: int) -> str:
    """Nothing, the body of a macro or block paid for."""
    environment.budget.step(count)
    environment.budget.text(length)
    return value


@pass_environment
def _weighed(environment: Sandbox, value: object) -> object:
    """The value, what it costs to look at it paid for."""
    environment.budget.weigh(value)
    return value


@pass_environment
def _joined(environment: Sandbox, values: list[object]) -> str:
    """What `~` makes of its operands."""
    environment.budget.step()
    environment.budget.weigh(*values)
    return "".join("None" if value is None else _text_of(value) for value in values)


@pass_environment
def _join(environment: Sandbox, value: Anything, d: str = "", attribute: str | None = None) -> str:
    """The filter `join`."""
    items = list(value)
    environment.budget.text(len(items) * len(d))
    if attribute is not None:
        items = list(map(make_attrgetter(environment, attribute), items))
    return _text_of(d).join(map(_text_of, items))


@pass_environment
def _replace(environment: Sandbox, value: object, old: str, new: str, count: int | None = None) -> str:
    """The filter `replace`."""
    text = _text_of(value)
    environment.budget.text(text.count(old) * len(new))
    return text.replace(old, new, -1 if count is None else count)


def _format(pattern: object, *values: object) -> str:
    """The filter `format`."""
    text = _text_of(pattern)
    if "%" in PIECE.sub("", text):
        raise LimitError("format 只能用 %s、%d、%f 和 %.1f 这样的写法")
    return text % tuple(value if isinstance(value, (int, float, Decimal)) else _text_of(value) for value in values)


def _round(value: Anything, precision: int = 0, method: Anything = "common") -> Anything:
    """The filter `round`."""
    if abs(precision) > SKELETON_DIGIT_LIMIT:
        raise LimitError(f"小数位数超过 {SKELETON_DIGIT_LIMIT} 位")
    return do_round(value, precision, method)


def _trim(value: object) -> str:
    """The filter `trim`, of blanks alone."""
    return _text_of(value).strip()


OWN_FILTERS: Functions = {"format": _format, "join": _join, "replace": _replace, "round": _round, "trim": _trim}
COUNTERS: dict[str, Anything] = {ROUNDS: _rounds, ENTRY: _entry, WEIGHED: _weighed, JOINED: _joined}
