"""The JSON Schemas of the package hold for what the program writes, and for nothing else."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import xltools
from tests.conftest import Run
from xltools.output import SCHEMAS, read_schema
from xltools.report.provenance import Counted, LeftOut, NotKnown, Provenance

SAMPLES = Path(__file__).parent.parent / "samples"
REPORTS = sorted(path for path in SAMPLES.glob("*-20*/*.json") if path.stem == path.parent.name)
DOCX = SAMPLES / "changfu-2023" / "changfu-2023.docx"


def faults(name: str, data: object) -> list[str]:
    """What a schema says against a document."""
    validator = jsonschema.Draft202012Validator(json.loads(read_schema(name)))
    return [error.message for error in validator.iter_errors(data)]


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_is_one_and_is_printed(name: str, run: Run) -> None:
    printed = json.loads(run("schema", name).out)
    jsonschema.Draft202012Validator.check_schema(printed)
    assert faults(name, []) != []
    assert faults(name, {}) != []


def test_there_is_no_other(run: Run) -> None:
    assert run("schema", "store").code == 2


@pytest.mark.parametrize("path", [*REPORTS, DOCX], ids=lambda path: path.name)
def test_reports_are_written_as_the_schema_has_them(path: Path) -> None:
    data = json.loads(xltools.export(xltools.read(path), kind="json"))
    assert faults("report", data) == []
    for key in ("form", "year", "unit", "figures"):
        assert faults("report", {name: value for name, value in data.items() if name != key}) != []


def test_a_sum_is_written_with_what_it_is_the_sum_of() -> None:
    one = Provenance(
        (Counted("甲", "2025-01-10", "0" * 64),), ("乙",), (LeftOut("丙", "丙.xlsx", "年度不符。"),), (NotKnown("甲", ("a",), "未识别。"),)
    )
    data = json.loads(xltools.export(dataclasses.replace(xltools.read(REPORTS[0]), provenance=one), kind="json"))
    assert faults("report", data) == []
    del data["provenance"]["missing"]
    assert faults("report", data) != []


@pytest.mark.parametrize("change", [{"figures": {"a": []}}, {"year": "2024"}, {"texts": {"preface": None}}, {"unread": [{}]}])
def test_what_is_no_report_is_none(change: dict[str, Any]) -> None:
    data = json.loads(xltools.export(xltools.read(REPORTS[0]), kind="json"))
    assert faults("report", data | change) != []


def test_findings_are_printed_as_the_schema_has_them(run: Run, tmp_path: Path) -> None:
    (tmp_path / "坏.xlsx").write_bytes(b"no workbook")
    data = json.loads(run("check", *REPORTS, DOCX, tmp_path / "坏.xlsx", "--previous", REPORTS[0], "--format", "json").out)
    assert faults("findings", data) == []
    del data["reports"][1]["findings"][0]["key"]
    assert faults("findings", data) != []


def test_comparisons_are_written_as_the_schema_has_them(run: Run, tmp_path: Path) -> None:
    written = tmp_path / "对比.json"
    run("compare", REPORTS[1], REPORTS[0], "-o", written)
    data = json.loads(written.read_text(encoding="utf-8"))
    assert faults("comparison", data) == []
    data["figures"]["requests.received.total"]["percent"] = 12
    assert faults("comparison", data) != []
