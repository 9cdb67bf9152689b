"""All rules, in the order of their codes."""

import copyreg

from xltools.rules import below, citations, completeness, hand_in, integrity, narrative, totals, values, yearly
from xltools.rules.rule import Rule

MODULES = (completeness, hand_in, narrative, citations, integrity, totals, below, values, yearly)
RULES: tuple[Rule, ...] = tuple(rule for module in MODULES for rule in vars(module).values() if isinstance(rule, Rule))
BY_CODE = {rule.code: rule for rule in RULES}


def find_rule(code: str) -> Rule:
    """Return the rule with this code, such as T201. Raise KeyError where there is none."""
    return BY_CODE[code]


# a rule travels between processes as its code
copyreg.pickle(Rule, lambda rule: (find_rule, (rule.code,)))
