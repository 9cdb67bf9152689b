"""Surveyed: what is known of a spreadsheet file beside the values of its cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from xltools.active_content import Active

Formulas = Callable[[str], Mapping[str, str]]
"""Gives for a sheet the formula of each cell that has one, by address; "" where its text cannot be told.

A cell that holds an error and no formula is among them with the error, such as #N/A: calamine takes it for a blank.
"""

UNTOLD_FORMULA = "公式"
"""What stands for a formula that is none of its cell's own, such as a data table's."""


@dataclass(frozen=True, slots=True)
class Surveyed:
    """Where formulas stand, and what else the file holds that is never run, opened or followed."""

    formulas: Formulas
    active: tuple[Active, ...] = ()
