"""Findings as JSON; the keys are the contract of docs/json.md."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from xltools.numerals import show
from xltools.output.checked import Checked, count
from xltools.rules.rule import Finding


def render(files: Sequence[Checked]) -> str:
    """Return the findings of all files as one JSON document."""
    data = {
        "reports": [_file(file) for file in files],
        "summary": {
            "reports": len(files),
            "unreadable": sum(file.error is not None for file in files),
            "errors": count(files, "error"),
            "warnings": count(files, "warning"),
            "notices": count(files, "notice"),
        },
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _file(file: Checked) -> dict[str, Any]:
    return {
        "file": file.file,
        "form": file.form,
        "unit": file.unit,
        "year": file.year,
        "error": file.error,
        "findings": [finding_data(finding) for finding in file.findings],
    }


def finding_data(finding: Finding) -> dict[str, Any]:
    """Return the keys and values of one finding."""
    fault, source = finding.fault, finding.source
    return {
        "id": finding.id,
        "because": finding.because,
        "code": finding.rule.code,
        "name": finding.rule.name,
        "severity": finding.severity,
        "sheet": fault.place.sheet if fault.place else None,
        "cell": fault.place.address if fault.place else None,
        "figures": list(fault.figures),
        "section": fault.section,
        "message": finding.message,
        "actual": fault.actual,
        "expected": fault.expected,
        "difference": fault.difference,
        "basis": finding.basis,
        "explanation": finding.explanation,
        "advice": finding.advice or None,
        "repair": [{"figure": step.figure, "from": show(step.before), "to": show(step.after)} for step in finding.repair],
        "suspects": list(finding.suspects),
        # what is known of page, table, row, column and line in a published file, each counted from 1
        "source": {key: number for key, number in source._asdict().items() if number} if source else None,
    }
