"""Provenance: what a sum of reports is the sum of, kept with it in workbook, JSON and store; and the sums of children to check it by."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from xltools.form.unit import Home, home_of
from xltools.numerals import Number

ADDED, BELOW, MISSING, LEFT_OUT, LACKING, NOT_KNOWN = "计入", "随汇总计入", "未报送", "没有计入", "应计未计", "数不全"
"""What stands in 汇总来源 before each line."""


class Counted(NamedTuple):
    """A report in a sum: its unit, its file's day (2025-01-10) and SHA-256; `via` is that of the sum that it came with, "" for none.

    `report` is the SHA-256 of the report in the file, as compact JSON: a file that was only saved again has the same.
    """

    unit: str
    date: str
    sha256: str
    via: str = ""
    report: str = ""


def placed(office: str, counted: Sequence[Counted]) -> list[tuple[Counted, Home]]:
    """Return the reports in the sum of an office, and where the unit of each is: by its own name, and those of the sums that it came with."""
    sums = {one.sha256: one for one in counted if one.sha256}

    def above(via: str, passed: tuple[str, ...] = ()) -> tuple[str, ...]:
        return (*above(sums[via].via, (*passed, via)), sums[via].unit) if via in sums and via not in passed else (office,)

    return [(one, home_of(one.unit, *above(one.via))) for one in counted]


class LeftOut(NamedTuple):
    """A report that is not in a sum, and why, in words; `is_lacking` tells that its unit should be in the sum and is not."""

    unit: str
    file: str
    reason: str
    is_lacking: bool = False


class NotKnown(NamedTuple):
    """Inputs that a unit's report gives no number for, though something stands there: the sum lacks what they are; `reason` in words."""

    unit: str
    figures: tuple[str, ...]
    reason: str


class Lack(NamedTuple):
    """Something that a sum lacks: whose, what in a sentence, and the cells, () for all; `key` is what staff's explanation is kept by."""

    key: str
    unit: str
    what: str
    figures: tuple[str, ...] = ()


class Provenance(NamedTuple):
    """What a sum of reports is the sum of: what it counts, the units without one, what was left out, and the cells that are not known."""

    counted: tuple[Counted, ...] = ()
    missing: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    not_known: tuple[NotKnown, ...] = ()

    def still_lacking(self, explained: Container[str]) -> tuple[tuple[str, ...], tuple[LeftOut, ...]]:
        """Return the units without a report, and the reports of no use, that staff have not `explained`, by the keys of the lacks."""
        missing = tuple(unit for unit in self.missing if f"unit-missing:{unit}" not in explained)
        unusable = tuple(one for one in self.left_out if one.is_lacking and f"unit-unusable:{one.unit or one.file}" not in explained)
        return missing, unusable

    @property
    def lacks(self) -> tuple[Lack, ...]:
        """Return what is lacking in the sum, as far as it was known when it was made."""
        unusable = [(one, f"“{one.unit}”的 {one.file}" if one.unit else one.file) for one in self.left_out if one.is_lacking]
        return (
            *(Lack(f"unit-missing:{unit}", unit, f"“{unit}”没有报送。") for unit in self.missing),
            *(Lack(f"unit-unusable:{one.unit or one.file}", one.unit, f"{file}：{one.reason}".strip()) for one, file in unusable),
            *(Lack(f"unit-unknown:{one.unit}", one.unit, f"“{one.unit}”{one.reason}", one.figures) for one in self.not_known),
        )

    @property
    def added(self) -> tuple[Counted, ...]:
        """Return the reports that were added themselves, without those that came with a sum."""
        return tuple(one for one in self.counted if not one.via)


class Addition(NamedTuple):
    """What a report adds to the inputs of a form."""

    values: Mapping[str, Number | str | None]  # a number, None for blank, or the text where it is no number
    not_known: tuple[NotKnown, ...] = ()  # what of it is not known, its unit unnamed
    remarks: tuple[str, ...] = ()  # in words, what the sum takes otherwise than the report has it
    missing: tuple[str, ...] = ()  # of a sum, the units without a report
    unusable: tuple[LeftOut, ...] = ()  # of a sum, the reports that should be in it and are not


class Part(NamedTuple):
    """A report that may enter a sum: whose it is, by the name in it, too, and of which file, what it adds, and what it is the sum of itself."""

    counted: Counted
    addition: Addition
    provenance: Provenance | None = None
    code: str = ""
    file: str = ""
    is_own: bool = False  # the office's own
    reason: str = ""  # why it is left out, "" where it is added
    is_lacking: bool = False  # its unit should be in the sum all the same
    name: str = ""

    @property
    def inside(self) -> tuple[Counted, ...]:
        """Return what it is the sum of, as far as is known."""
        return self.provenance.counted if self.provenance else ()


@dataclass(frozen=True, eq=False, repr=False)
class Children:
    """The reports of the units below an office, under the cell ids of its form."""

    count: int
    sums: Mapping[str, Number]  # of every figure, totals computed from the inputs
    contributions: Mapping[str, tuple[tuple[str, Number], ...]]  # for each figure, the units whose number is not 0
    unusable: Mapping[str, tuple[str, ...]]  # for each figure, the units whose number could not be added
    missing: tuple[str, ...]  # the units that should have reported and did not
