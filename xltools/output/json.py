"""Findings as plain values, under the keys that `check --format json` prints, which are the contract of docs/json.md."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from xltools.form.book import Place, column_number
from xltools.numerals import show
from xltools.output import Checked, count
from xltools.rules.registry import find_rule
from xltools.rules.rule import SEVERITY_NAMES, Fault, Finding, Severity


@dataclass(frozen=True, slots=True)
class FindingRecord:
    """One finding; docs/json.md says what each key means. What is text or a number there is the same here, lists are tuples."""

    id: int
    because: int | None
    code: str
    name: str
    severity: Severity
    sheet: str | None
    cell: str | None
    figures: tuple[str, ...]
    section: str | None
    message: str
    actual: str | None
    expected: str | None
    difference: str | None
    basis: str
    explanation: str | None
    advice: str | None
    repair: tuple[Mapping[str, str], ...] = field(hash=False)
    suspects: tuple[str, ...]
    source: Mapping[str, int] | None = field(hash=False)
    key: str


def record(finding: Finding) -> FindingRecord:
    """Return the finding as plain values."""
    fault, source = finding.fault, finding.source
    own = {key: getattr(finding, key) for key in ("id", "because", "severity", "message", "basis", "explanation", "suspects", "key")}
    own |= {key: getattr(fault, key) for key in ("figures", "section", "actual", "expected", "difference")}
    return FindingRecord(
        **own,
        code=finding.rule.code,
        name=finding.rule.name,
        sheet=fault.place.sheet if fault.place else None,
        cell=fault.place.address if fault.place else None,
        advice=finding.advice or None,
        repair=tuple({"figure": step.figure, "from": show(step.before), "to": show(step.after)} for step in finding.repair),
        # what is known of page, table, row, column and line in a published file, each counted from 1
        source={key: number for key, number in source._asdict().items() if number} if source else None,
    )


def restore_finding(record: FindingRecord) -> Finding:
    """Return the finding that a record was made of, as far as an annotated copy tells of it. Raise KeyError for an unknown code."""
    cell, sheet = re.fullmatch(r"([A-Z]+)(\d+)", record.cell or ""), record.sheet
    place = Place(sheet, int(cell[2]) - 1, column_number(cell[1]) - 1) if cell and sheet is not None else None
    told = ("figures", "section", "actual", "expected", "difference", "basis", "key", "severity")
    fault = Fault("", place, **{key: getattr(record, key) for key in told})
    bare = Finding(record.id, find_rule(record.code), fault, record.because, record.explanation, advice=record.advice or "")
    # a message begins with the place, which is all that the finding says without its own
    return bare._replace(fault=fault._replace(message=record.message.removeprefix(bare.message).lstrip()))


def render(files: Sequence[Checked]) -> str:
    """Return the findings of all files as one JSON document."""
    counts = {f"{severity}s": count(files, severity) for severity in SEVERITY_NAMES}
    summary = {"reports": len(files), "unreadable": sum(file.error is not None for file in files), **counts}
    about = ("file", "form", "unit", "year", "error")
    reports = [{key: getattr(file, key) for key in about} | {"findings": list(map(finding_data, file.findings))} for file in files]
    return json.dumps({"reports": reports, "summary": summary}, ensure_ascii=False, indent=1) + "\n"


def finding_data(finding: Finding) -> dict[str, Any]:
    """Return the keys and values of one finding."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(record(finding)).items()}
