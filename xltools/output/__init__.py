"""Output: what `check` found out about each file, and that as text for people or as data for programs."""

from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from xltools.report.filled import Report
from xltools.rules.review import Review
from xltools.rules.rule import SEVERITY_NAMES, Finding, Severity

FORMATS = ("text", "json", "sarif", "csv", "html")
SCHEMAS = ("report", "findings", "comparison")  # the JSON documents that have a JSON Schema
SEALED_FORMATS = ("json", "html")  # those that bear a seal in a file; text and CSV have no place for one, SARIF allows none


class Checked(NamedTuple):
    """One file's findings, or why it could not be read; `sections` are the form's titles by key, `report` where a format shows it."""

    file: str
    form: str | None = None
    unit: str | None = None
    year: int | None = None
    error: str | None = None
    findings: tuple[Finding, ...] = ()
    sections: Mapping[str, str] = {}  # of which nothing is ever changed
    is_filled: bool = False  # whether it is a workbook of ours, in whose cells the findings stand
    report: Report | None = None

    def of(self, severity: Severity) -> tuple[Finding, ...]:
        """Return the findings of this severity."""
        return tuple(finding for finding in self.findings if finding.severity == severity)

    @property
    def exit_code(self) -> int:
        """Return 2 for an unreadable file, 1 with at least one error, else 0."""
        return 2 if self.error else int(bool(self.of("error")))


def checked(file: str, review: Review, *, keep: bool = False) -> Checked:
    """Return the outcome for a file that was read, with its report where that is to be kept."""
    report = review.report
    return Checked(
        file,
        form=report.form.id,
        unit=report.unit.name,
        year=report.year,
        findings=review.findings,
        sections={section.key: section.title for section in report.form.sections},
        is_filled=report.origin.kind == "workbook",
        report=report if keep else None,
    )


def count(files: Iterable[Checked], severity: Severity) -> int:
    """Count the findings of this severity in all files."""
    return sum(len(file.of(severity)) for file in files)


def counts_line(files: Sequence[Checked]) -> str:
    """Return in words how many findings of each severity there are, and how many files could not be read."""
    counts = "，".join(f"{name}{count(files, severity)}项" for severity, name in SEVERITY_NAMES.items())
    unreadable = sum(file.error is not None for file in files)
    return counts + (f"，{unreadable}份无法读取。" if unreadable else "。")


def render(files: Sequence[Checked], format: str) -> str:
    """Return the findings of all files in one of FORMATS."""
    text: str = import_module(f"xltools.output.{'findings_page' if format == 'html' else format}").render(files)
    return text


def read_schema(name: str) -> str:
    """Return the JSON Schema, draft 2020-12, of one of SCHEMAS."""
    return (Path(__file__).parent / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")
