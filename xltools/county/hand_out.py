"""hand_out: a workbook for each unit of a roster; the work behind `template --roster`."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, fields, replace
from pathlib import Path

from xltools.county.roster import Roster, RosterUnit, plain_name
from xltools.errors import XltoolsError
from xltools.files.file_names import file_names
from xltools.files.outputs import make_folder, write_whole
from xltools.form.definition import Form
from xltools.form.unit import Unit
from xltools.report.conversion import blank_report
from xltools.report.filled import Report

LastReport = Callable[[RosterUnit], Report | None]
"""Gives a unit's report of last year, None where there is none."""


@dataclass(frozen=True, slots=True)
class HandedOut:
    """What became of one unit's workbook: `failure` where it was not written; `renamed` and `known` by last year's report."""

    unit: RosterUnit
    path: Path
    known: bool = False
    renamed: bool = False
    failure: str | None = None


def hand_out(
    form: Form,
    year: int,
    roster: Roster,
    folder: Path,
    *,
    last_report: LastReport = lambda unit: None,
    sources: Collection[Path] = (),
    zeros: bool = False,
    password: str = "",
    force: bool = False,
) -> list[HandedOut]:
    """Writes a workbook for every unit into the folder, and gives what became of each, in the roster's order.

    `sources`, resolved, are never written over. Raises UnwritableFileError where the folder cannot be made.
    """
    from xltools.workbook.series import Press

    make_folder(folder)
    press = Press(blank_report(form, year, zeros=zeros), password)
    outcome = []
    for unit, name in zip(roster.units, unit_file_names(roster), strict=True):
        path, last = folder / name, last_report(unit)
        report = first_report(form, year, unit, last, zeros=zeros)
        done = HandedOut(unit, path, known=last is not None, renamed=bool(report.unit.former_name))
        try:
            inputs = [path] if sources and path.resolve() in sources else []
            write_whole(path, press.workbook(report), inputs=inputs, force=force)
        except XltoolsError as fault:  # it hides no other
            done = replace(done, failure=str(fault))
        outcome.append(done)
    return outcome


def unit_file_names(roster: Roster) -> list[str]:
    """The name of each unit's workbook: its code, where it has one, and its name."""
    return file_names(("-".join(filter(None, (unit.code, unit.unit.name))) for unit in roster.units), ".xlsx")


def first_report(form: Form, year: int, unit: RosterUnit, last: Report | None, *, zeros: bool = False) -> Report:
    """The report that a unit's year begins with: its details from the roster, completed from last year's, and what carries over."""
    blank = blank_report(form, year, unit=unit.unit.name, previous=last, zeros=zeros)
    return replace(blank, unit=_details(unit, last))


def _details(unit: RosterUnit, last: Report | None) -> Unit:
    """The unit's details; the former name is the one that last year's report bears, where the unit has another by now."""
    if last is None:
        return unit.unit
    ours, theirs = unit.unit, last.unit
    renamed = plain_name(theirs.name) not in map(plain_name, (ours.name, ours.short_name, ""))
    completed = {field.name: getattr(ours, field.name) or getattr(theirs, field.name) for field in fields(Unit)}
    completed["former_name"] = theirs.name if renamed else ""
    if renamed:
        completed["short_name"] = ours.short_name
    return Unit(**completed)
