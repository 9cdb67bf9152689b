"""Findings as SARIF 2.1.0, the OASIS standard of checking tools; what it has no word for stands in `properties`, named as in JSON."""

import json
import os
import re
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

from xltools.form.definition import label_basis
from xltools.output import Checked
from xltools.output.json import finding_data
from xltools.rules.registry import RULES
from xltools.rules.rule import Finding, Rule, Severity
from xltools.version import __version__

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "notice": "note"}
LANGUAGE = "zh-CN"
PROPERTIES = ("id", "because", "section", "figures", "actual", "expected", "difference", "basis", "advice")


def render(files: Sequence[Checked]) -> str:
    """Return the findings of all files as one SARIF log with one run."""
    driver = {"name": "xltools", "version": __version__, "language": LANGUAGE, "rules": [_rule(rule) for rule in RULES]}
    unread = ((index, file, file.error) for index, file in enumerate(files) if file.error)
    faults = [{"level": "error", "message": _message(error), "locations": [_location(file, index)]} for index, file, error in unread]
    about = [{key: getattr(file, key) for key in ("form", "unit", "year")} for file in files]
    run = {
        "tool": {"driver": driver},
        "language": LANGUAGE,
        "invocations": [{"executionSuccessful": not faults, "toolExecutionNotifications": faults}],
        "artifacts": [{"location": {"uri": _uri(file.file)}, "properties": told} for file, told in zip(files, about, strict=True)],
        "results": [_result(file, index, finding) for index, file in enumerate(files) for finding in file.findings],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": _message(rule.title),
        "fullDescription": _message(rule.explanation),
        "help": _message(f"{rule.explanation}\n{label_basis(rule.reason)}"),
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
    }


def _result(file: Checked, index: int, finding: Finding) -> dict[str, Any]:
    data = finding_data(finding)
    result: dict[str, Any] = {
        "ruleId": finding.rule.code,
        "ruleIndex": RULES.index(finding.rule),
        "level": LEVELS[finding.severity],
        "message": _message(finding.message),
        "locations": [_location(file, index, finding)],
        "partialFingerprints": {"xltools/v1": finding.key},
        "properties": {name: data[name] for name in PROPERTIES},
    }
    cause = next((other for other in file.findings if other.id == finding.because), None)
    if cause:
        result["relatedLocations"] = [{**_location(file, index, cause), "message": _message(f"起因是编号{cause.id}：{cause.message}")}]
    if finding.explanation:
        result["suppressions"] = [{"kind": "inSource", "justification": finding.explanation}]
    return result


def _location(file: Checked, index: int, finding: Finding | None = None) -> dict[str, Any]:
    location: dict[str, Any] = {"physicalLocation": {"artifactLocation": {"uri": _uri(file.file), "index": index}}}
    if finding and (place := finding.fault.place):
        location["logicalLocations"] = [{"name": place.address, "fullyQualifiedName": f"{place.sheet}!{place.address}"}]
    return location


def _uri(file: str) -> str:
    """Return a path as a valid URI: file:///… where it is absolute, else a relative reference."""
    path = Path(file)
    return path.as_uri() if path.is_absolute() else quote(os.fsencode(PurePath(file).as_posix()))


def _message(text: str) -> dict[str, str]:
    """Return a message that shows this text: braces doubled as SARIF asks for, and no link made of what somebody typed."""
    return {"text": re.sub(r"\[(?=[^]]*\]\()", r"\\[", text.replace("{", "{{").replace("}", "}}"))}
