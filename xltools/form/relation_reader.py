"""Reads [[table.relation]] and [[relation]]: relations as written, of keys of rows and columns, and made of them those of figures."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import chain
from typing import Literal, NamedTuple, cast, get_args

from xltools.form.definition import WORDS, Figure
from xltools.form.relations import RELATION_RULES, Condition, Need, Relation, Sign, Term
from xltools.form.toml_reader import Entry
from xltools.numerals import Number, from_decimal

RELATION_KEYS = (
    *("rule", "total", "parts", "of", "computed", "left", "is", "right", "tolerance", "severity", "when", "basis"),
    *get_args(Need),
)
NUMBER = r"\d+(?:\.\d+)?"
TERM = re.compile(rf"(?P<weight>[+-]?(?:{NUMBER}\*)?)(?P<key>[a-z][\w.]*(?:\.\*)?)|(?P<number>[+-]?{NUMBER})")


class Addend(NamedTuple):
    """A key in a sum, and what it is multiplied by."""

    key: str
    weight: Number = 1


Addends = tuple[Addend, ...]


class KeyRelation(NamedTuple):
    """A relation as form.toml has it: of keys, which stand for one figure in each row or column that it runs over."""

    parts: tuple[Addends, Addends, Addends, Addends, Addends]  # of its left and right side, its divisor, its condition, its need
    prose: tuple[Term, ...]  # the sections that its need speaks of
    written: Relation  # all that it says but for the figures

    def relation(self, item: Entry, subject: str, terms: Sequence[tuple[Term, ...]], figures: Mapping[str, Figure]) -> Relation:
        """Return the relation over figures, those of `parts`. Raise FormError where they are of kinds that it cannot compare."""
        left, right, over, asked, needs = terms
        for figure in (figures[term.figure] for term in (*left, *right, *over)):
            item.refuse(figure.is_words, f"{figure.domain} 不是数，不能相加或比较", figure.id)
        when = self.written.when and self.written.when._replace(term=asked[0])
        if when:  # a condition that its figure can never meet
            figure = figures[when.term.figure]
            item.refuse(
                figure.is_words != isinstance(when.value, str), "when 中的值应与这一格的种类相同：数写数，文字写在引号里", figure.id
            )
            item.refuse(figure.is_words and when.sign != "=", "when 中文字只能用“=”", figure.id)
            never = figure.choices and when.value not in figure.choices
            item.refuse(never, f"when 中的“{when.value}”不是{'、'.join(figure.choices)}之一", figure.id)
        result = figures[left[0].figure] if self.written.is_rate else None
        if result and result.domain not in ("percent", "decimal"):
            raise item.fail("比率（of）的得数，domain 应为 percent 或 decimal", result.id)
        first = next(chain(left, needs, asked))
        return self.written._replace(
            table=figures[first.figure].table,
            subject=subject,
            total=left[0].figure if self.written.total else None,
            left=left,
            right=right,
            over=over,
            scale=100 if result and result.domain == "percent" else 1,
            places=result.places if result else 0,
            when=when,
            needs=(*needs, *self.prose),
            sections=frozenset(term.figure for term in self.prose),
        )

    def passes_over(self, terms: Iterable[tuple[Term, ...]], figures: Mapping[str, Figure]) -> bool:
        """Tell whether it leaves out a row or column that the form did not choose: percents, words and days are never added up."""
        left, right, over, *_ = terms
        found = {figures[term.figure].domain for term in (*(() if self.written.is_rate else left), *right, *over)}
        return not found.isdisjoint(WORDS) or (self.written.sign == "=" and "percent" in found)


def read_key_relation(item: Entry, sources: Mapping[str, str], prose: Mapping[str, str]) -> KeyRelation:
    """Read what a relation says; `sources` are the official texts by rule, `prose` the titles of the sections by key."""
    rule = one_of(item, "rule", RELATION_RULES)
    total, computed = item.optional("total", str), item.take("computed", bool, True)
    need = next((cast(Need, key) for key in get_args(Need) if key in item.data), None)
    sign = one_of(item, "is", get_args(Sign), "=")
    over = _sum(item, "of", required="of" in item.data)
    _check_parts(item, rule, total, need, sign)
    when = _condition(item) if "when" in item.data else None
    item.refuse(total and computed and when, "when 不能用于由公式计算的合计，请加上 computed = false", total or "")
    left: tuple[Addends, Number] = ((Addend(total),), 0) if total else _sum(item, "left", required=not need)
    right = _sum(item, "parts" if total else "right", required=not need)
    item.refuse(not (left[0] or need), "left 中至少要有一个键", "left")
    named = [Addend(key) for key in item.strings(need)] if need else []
    severity = one_of(item, "severity", ("error", "warning", "notice"), "error")
    return KeyRelation(
        (left[0], right[0], over[0], (Addend(when.term.figure),) if when else (), tuple(part for part in named if part.key not in prose)),
        tuple(Term(part.key, prose[part.key]) for part in named if part.key in prose),
        Relation(
            rule=rule,
            basis=item.text("basis", sources.get(rule)),
            total=total if computed else None,
            sign=cast(Sign, sign),
            constants=(left[1], right[1], over[1]),
            tolerance=_number(item, "tolerance"),
            severity=None if severity == "error" else cast(Literal["warning", "notice"], severity),
            when=when,
            need=need,
        ),
    )


def _check_parts(item: Entry, rule: str, total: str | None, need: Need | None, sign: str) -> None:
    """Raise FormError where a relation has not just the parts that its rule asks for."""
    if sum(bool(one) for one in (total, "left" in item.data or "right" in item.data, need)) != 1:
        raise item.fail("应写 total 和 parts，或 left 和 right，或 filled、any、blank 之一", rule)
    for asked, given, told in (
        ("condition-unmet", bool(need), "filled、any 或 blank"),
        ("limit-exceeded", sign != "=", "is（<=、>=、<、> 之一）"),
        ("rate-mismatch", "of" in item.data, "total 和 of"),
    ):
        item.refuse((rule == asked) != given, f"{told} 只用于 rule = {asked}" if given else f"须写 {told}", rule)
    item.refuse(need and "when" not in item.data, "缺少 when", rule)
    item.refuse("of" in item.data and not total, "of 只与 total、parts 一起用", rule)
    item.refuse(sign != "=" and total, "is 只与 left、right 一起用", rule)


def read_relation(item: Entry, figures: Mapping[str, Figure], sources: Mapping[str, str], prose: Mapping[str, str]) -> Relation:
    """Read a relation of the whole form, whose keys are cell ids."""
    item.allow(*RELATION_KEYS)
    found = read_key_relation(item, sources, prose)

    def term(part: Addend) -> Term:
        item.refuse(part.key not in figures, "没有这个编号的格；在表外写的关系用整个编号：表.行.列", part.key)
        return Term(part.key, figures[part.key].short, part.weight)

    return found.relation(item, "", [tuple(map(term, parts)) for parts in found.parts], figures)


def one_of(item: Entry, key: str, known: tuple[str, ...], default: str | None = None) -> str:
    """Return a text that can only be one of these."""
    value = item.take(key, str, default)
    item.refuse(value not in known, f"{key} 只能是 {'、'.join(known)}", value)
    return value


def _sum(item: Entry, name: str, *, required: bool) -> tuple[Addends, Number]:
    """Return the keys of a sum with their weights, and the numbers in it added up."""
    parts, constant = [], Decimal(0)
    for text in item.strings(name, required=required):
        found = TERM.fullmatch(text.replace(" ", ""))
        if not found:
            raise item.fail(f"{name} 中的“{text}”应为键，前面可以有负号或倍数（-a、3*a），或一个数", text)
        if found["number"]:
            constant += Decimal(found["number"])
        else:
            weight = found["weight"].removesuffix("*")
            parts.append(Addend(found["key"], from_decimal(Decimal(weight if weight.strip("+-") else f"{weight}1"))))
    return tuple(parts), from_decimal(constant)


def _number(item: Entry, key: str) -> Number:
    text = item.take(key, str, "0")
    item.refuse(not re.fullmatch(NUMBER, text), f'{key} 应为引号里的一个数，如 "0.01"', key)
    return from_decimal(Decimal(text))


def _condition(item: Entry) -> Condition:
    match item.take("when", list):
        case [str(key), str(sign), (str() | int() | float()) as value] if sign in get_args(Sign) and not isinstance(value, bool):
            return Condition(Term(key, ""), cast(Sign, sign), from_decimal(Decimal(str(value))) if isinstance(value, float) else value)
    raise item.fail('when 应为 [键, "=" "<=" ">=" "<" ">" 之一, 数或文字]', "when")
