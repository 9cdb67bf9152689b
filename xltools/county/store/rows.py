"""What the store gives: units, files that could not be read, and reports that count."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from xltools.errors import UnreadableFileError
from xltools.form.definition import FindForm
from xltools.report.filled import Report
from xltools.report.reading import parse_reading


class StoredUnit(NamedTuple):
    """A unit of the store; `former_names` with what it was called in earlier rosters."""

    code: str
    name: str
    former_names: tuple[str, ...]
    in_roster: bool


class UnreadableFile(NamedTuple):
    """A file that could not be read, and the unit and the year of the report that it held when it could be, "" where it never could."""

    path: str
    error: str
    code: str
    unit: str
    year: int | None


@dataclass(frozen=True)
class StoredReport:
    """A report that counts for its unit and year, and how it was found.

    `name` is the unit's present name, `name_in_report` the one that the report bears. `rivals` are the other files of this unit
    and year, which do not count, `differing` the figures that they do not have alike. `json` is the report as
    `xltools export X.json` writes it, `reading` what only its reader knew. How many `errors`, `warnings` and `notices` it has, the
    last run said.
    """

    id: int
    code: str
    name: str
    in_roster: bool
    name_in_report: str
    year: int | None
    form: str
    family: str
    is_sum: bool
    file: str
    modified: int
    sha256: str
    taken_at: str
    errors: int
    warnings: int
    notices: int
    rivals: tuple[str, ...]
    differing: tuple[str, ...]
    json: str
    reading: str

    @cached_property
    def figures(self) -> Mapping[str, Any]:
        """The figures by cell id, as the JSON has them."""
        found: Mapping[str, Any] = json.loads(self.json)["figures"]
        return found

    def report(self, find_form: FindForm) -> Report:
        """Return the whole report as it was read. Raise XltoolsError where its form is not known here, or not the same."""
        try:
            return parse_reading(self.json, self.reading, find_form)
        except UnreadableFileError as fault:
            raise UnreadableFileError(Path(self.file), fault.reason) from fault
