"""All rules, in the order of their codes."""

from __future__ import annotations

import copyreg

from xltools.rules import below as children
from xltools.rules import citations, completeness, integrity, narrative, prose_tables, totals, values, yearly
from xltools.rules import hand_in as filing
from xltools.rules import reading_doubts as publication
from xltools.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    *completeness.RULES,
    *publication.RULES,
    *filing.RULES,
    *narrative.RULES,
    *prose_tables.RULES,
    *citations.RULES,
    *integrity.RULES,
    *totals.RULES,
    *children.RULES,
    *values.RULES,
    *yearly.RULES,
)
BY_CODE = {rule.code: rule for rule in RULES}


def find_rule(code: str) -> Rule:
    """The rule with this code, such as T201. Raises KeyError where there is none."""
    return BY_CODE[code]


def _reduce(rule: Rule) -> tuple[object, tuple[str]]:
    """A rule travels between processes as its code."""
    return find_rule, (rule.code,)


copyreg.pickle(Rule, _reduce)  # type: ignore[arg-type]
