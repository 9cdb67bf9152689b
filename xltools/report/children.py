"""The reports of the units below an office, added up to be held against its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from xltools.form.definition import Form
from xltools.form.unit import plain_name
from xltools.numerals import Number
from xltools.report.filled import settle
from xltools.report.sums import Part, plus


@dataclass(frozen=True)
class Children:
    """The reports of the units below an office, under the cell ids of its form."""

    count: int
    sums: Mapping[str, Number]  # of every figure, totals computed from the inputs
    contributions: Mapping[str, tuple[tuple[str, Number], ...]]  # for each figure, the units whose number is not 0
    unusable: Mapping[str, tuple[str, ...]]  # for each figure, the units whose number could not be added
    missing: tuple[str, ...]  # the units that should have reported and did not


def gather_children(form: Form, children: Iterable[Part], expected: Iterable[str] = ()) -> Children:
    """Add up what the children's reports add, the office's own among them; `expected` are the names of the units that should report."""
    sums: dict[str, Number] = dict.fromkeys(form.figures, 0)
    contributions: dict[str, list[tuple[str, Number]]] = {}
    unusable: dict[str, list[str]] = {}
    names: list[str] = []
    for child in children:
        name = child.counted.unit
        names.append(name)
        for id, number in settle(form, child.addition.values).items():
            if number:
                sums[id] = plus(sums[id], number)
                contributions.setdefault(id, []).append((name, number))
        for id in (id for one in child.addition.not_known for id in one.figures):
            unusable.setdefault(id, []).append(name)
    present = {plain_name(name) for name in names}
    return Children(
        count=len(names),
        sums=sums,
        contributions={id: tuple(parts) for id, parts in contributions.items()},
        unusable={id: tuple(units) for id, units in unusable.items()},
        missing=tuple(name for name in dict.fromkeys(expected) if plain_name(name) not in present),
    )
