"""Surveyed: what is known of a spreadsheet file beside the values of its cells."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from xltools.report.origin import Active

Formulas = Callable[[str], Mapping[str, str]]
"""Gives for a sheet the formula of each cell that has one, by address; "" where its text cannot be told.

A cell that holds an error and no formula is among them with the error, such as #N/A: calamine takes it for a blank.
"""

UNTOLD_FORMULA = "公式"
"""What stands for a formula that is none of its cell's own, such as a data table's."""


@dataclass(frozen=True, slots=True)
class Surveyed:
    """What calamine may be given, where formulas stand, and what else the file holds that is never run, opened or followed."""

    safe: bytes
    formulas: Formulas
    active: tuple[Active, ...] = ()


def only(parts: Mapping[str, bytes]) -> bytes:
    """A package of these parts and nothing else, so that what calamine unpacks is what was looked at, whatever else the file's directory can be taken for."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        for name, xml in parts.items():
            package.writestr(zipfile.ZipInfo(name), xml)
    return packed.getvalue()
