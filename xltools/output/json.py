"""Findings as JSON; the keys are the contract of docs/json.md."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from xltools.output.checked import Checked, count
from xltools.output.finding_record import FindingRecord, record
from xltools.rules.rule import Finding

KEYS = tuple(field.name for field in fields(FindingRecord))


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
    plain = record(finding)
    return {name: list(value) if isinstance(value := getattr(plain, name), tuple) else value for name in KEYS}
