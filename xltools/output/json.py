"""Findings as JSON; the keys are the contract of docs/json.md."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from xltools.output.checked import Checked, count
from xltools.output.finding_record import FindingRecord, record
from xltools.rules.rule import SEVERITY_NAMES, Finding

KEYS = tuple(field.name for field in fields(FindingRecord))


def render(files: Sequence[Checked]) -> str:
    """Return the findings of all files as one JSON document."""
    counts = {f"{severity}s": count(files, severity) for severity in SEVERITY_NAMES}
    summary = {"reports": len(files), "unreadable": sum(file.error is not None for file in files), **counts}
    return json.dumps({"reports": [_file(file) for file in files], "summary": summary}, ensure_ascii=False, indent=1) + "\n"


def _file(file: Checked) -> dict[str, Any]:
    about = {key: getattr(file, key) for key in ("file", "form", "unit", "year", "error")}
    return {**about, "findings": [finding_data(finding) for finding in file.findings]}


def finding_data(finding: Finding) -> dict[str, Any]:
    """Return the keys and values of one finding."""
    plain = record(finding)
    return {name: list(value) if isinstance(value := getattr(plain, name), tuple) else value for name in KEYS}
