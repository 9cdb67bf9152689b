"""What the store gives: units, files that could not be read, and reports that count."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

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
    """A report that counts for its unit and year."""

    id: int
    code: str
    name: str  # the unit's present one, else that in the report, with the branch
    in_roster: bool
    name_in_report: str
    branch: str  # the town or county that tells it from another unit of that name, "" where none does
    year: int | None
    form: str
    family: str
    is_sum: bool
    file: str
    modified: int
    sha256: str
    json: str  # as export writes it
    reading: str  # what only its reader knew
    files: tuple[str, ...] = ()  # all of the unit for the year
    rivals: tuple[str, ...] = ()  # those of them that hold another report and do not count
    differing: tuple[str, ...] = ()  # the figures that they do not have alike

    def report(self, find_form: FindForm) -> Report:
        """Return the whole report as it was read. Raise XltoolsError where its form is not known here, or not the same."""
        try:
            return parse_reading(self.json, self.reading, find_form)
        except UnreadableFileError as fault:
            raise UnreadableFileError(Path(self.file), fault.reason) from fault
