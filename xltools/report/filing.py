"""Filing: how a report was handed in to the office above."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Filing:
    """The year that was collected, whether the unit stands in the roster, and the other files of the same unit and year, which do not count."""

    year: int
    in_roster: bool = True
    rivals: tuple[str, ...] = ()
