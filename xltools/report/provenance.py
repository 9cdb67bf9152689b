"""Provenance: what a sum of reports is the sum of. It goes with the sum: into its workbook, its JSON and the store."""

from __future__ import annotations

from typing import NamedTuple

from xltools.numerals import BLANKS


class Counted(NamedTuple):
    """A report in a sum: its unit, the day when its file was last changed (2025-01-10, "" where unknown), and the SHA-256 of its content."""

    unit: str
    date: str
    sha256: str


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


class Provenance(NamedTuple):
    """What a sum is the sum of: the reports that it counts, the units without one, what was left out, and the cells that are not known.

    A report that has one is a sum of reports.
    """

    counted: tuple[Counted, ...] = ()
    missing: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    not_known: tuple[NotKnown, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Tell whether nothing is lacking in the sum, as far as it was known when it was made."""
        return not (self.missing or self.not_known or any(one.is_lacking for one in self.left_out))

    @property
    def uncertain(self) -> dict[str, tuple[str, ...]]:
        """Return the inputs whose sum lacks something, each with the units whose number is not known."""
        found: dict[str, tuple[str, ...]] = {}
        for one in self.not_known:
            for id in one.figures:
                found[id] = (*found.get(id, ()), one.unit)
        return found

    def counts(self, unit: str, sha256: str) -> bool:
        """Tell whether a unit's report is in the sum: one with this content, or another one of this unit."""
        name = BLANKS.sub("", unit)
        return any((sha256 and sha256 == one.sha256) or (name and name == BLANKS.sub("", one.unit)) for one in self.counted)
