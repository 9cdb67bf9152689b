"""Findings as SARIF: valid by its schema, and with everything that JSON tells."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.conftest import Run
from tests.reports import TEXTS, report
from xltools.form.book import Place
from xltools.output import Checked, checked
from xltools.output.sarif import render
from xltools.rules.registry import RULES, find_rule
from xltools.rules.review import review
from xltools.rules.rule import Fault, Finding
from xltools.workbook.locked_workbook import write_workbook

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
UNBALANCED = "unbalanced:requests.carried_out.natural_person"
FAULTY = report(
    {"requests.received.natural_person": 12, "disclosure.rules.made": None, "disclosure.fees.amount": "无"},
    texts={**TEXTS, "problems": "XX"},
    explanations={UNBALANCED: "已向上级说明。"},
)


def log(*files: Checked) -> dict[str, Any]:
    """The log of the files, once the schema has found it valid."""
    data: dict[str, Any] = json.loads(render(files))
    jsonschema.Draft4Validator(SCHEMA).validate(data)
    return data


def run_of(*files: Checked) -> dict[str, Any]:
    run: dict[str, Any] = log(*files)["runs"][0]
    return run


def of(fault: Fault, **changes: Any) -> Checked:
    """A file with one finding."""
    return Checked("a.xlsx", findings=(Finding(1, find_rule("V103"), fault, **changes),))


def test_a_report_without_findings_has_no_results_and_the_run_was_successful() -> None:
    run = run_of(checked("a.xlsx", review(report())))
    assert run["results"] == []
    assert run["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]
    assert run["artifacts"] == [
        {"location": {"uri": "a.xlsx"}, "properties": {"form": "govinfo-2021", "unit": "示例县人民政府", "year": 2024}}
    ]


def test_it_names_its_schema_and_its_version() -> None:
    data = log()
    assert data["version"] == "2.1.0"
    assert data["$schema"].endswith("/sarif-schema-2.1.0.json")


def test_every_rule_is_described() -> None:
    driver = run_of()["tool"]["driver"]
    assert driver["name"] == "xltools"
    assert [rule["id"] for rule in driver["rules"]] == [rule.code for rule in RULES]
    for rule, told in zip(RULES, driver["rules"], strict=True):
        assert told["name"] == rule.name
        assert told["shortDescription"]["text"] == rule.title
        assert rule.reason in told["help"]["text"]
        assert told["defaultConfiguration"]["level"] == {"error": "error", "warning": "warning", "notice": "note"}[rule.severity]


class TestResults:
    def test_a_finding_names_its_rule_its_file_and_its_cell(self) -> None:
        findings = review(FAULTY).findings
        results = run_of(checked("a.xlsx", review(FAULTY)))["results"]
        assert len(results) == len(findings) > 3
        for found, result in zip(findings, results, strict=True):
            assert result["ruleId"] == found.rule.code == RULES[result["ruleIndex"]].code
            assert result["level"] == {"error": "error", "warning": "warning", "notice": "note"}[found.severity]
            (location,) = result["locations"]
            assert location["physicalLocation"]["artifactLocation"] == {"uri": "a.xlsx", "index": 0}
            if place := found.fault.place:
                assert location["logicalLocations"] == [{"name": place.address, "fullyQualifiedName": f"{place.sheet}!{place.address}"}]

    def test_the_level_is_that_of_the_finding_not_of_the_rule(self) -> None:
        (result,) = run_of(of(Fault("也许不是。", severity="notice")))["results"]
        assert result["level"] == "note"

    def test_what_sarif_has_no_word_for_stands_in_its_properties(self) -> None:
        fault = Fault(
            "差 1。", figures=("requests.received.total",), section="requests", actual="12", expected="11", difference="1", basis="依据。"
        )
        (result,) = run_of(of(fault, advice="改成 11。"))["results"]
        assert result["properties"] == {
            "id": 1, "because": None, "section": "requests", "figures": ["requests.received.total"],
            "actual": "12", "expected": "11", "difference": "1", "basis": "依据。", "advice": "改成 11。",
        }  # fmt: skip

    def test_a_consequence_leads_to_its_cause(self) -> None:
        cause = Finding(1, find_rule("V102"), Fault("不是数字。", place=Place("三、依申请公开", 4, 3)))
        consequence = Finding(2, find_rule("T201"), Fault("不平。"), because=1)
        first, second = run_of(Checked("a.xlsx", findings=(cause, consequence)))["results"]
        assert "relatedLocations" not in first
        (related,) = second["relatedLocations"]
        assert related["logicalLocations"][0]["fullyQualifiedName"] == "三、依申请公开!D5"
        assert related["message"]["text"] == "起因是编号1：“三、依申请公开”D5 不是数字。"
        assert second["properties"]["because"] == 1

    def test_what_staff_explained_is_suppressed_with_their_words(self) -> None:
        results = run_of(checked("a.xlsx", review(FAULTY)))["results"]
        suppressed = [
            (result["partialFingerprints"]["xltools/v1"], result["suppressions"]) for result in results if "suppressions" in result
        ]
        assert suppressed == [(UNBALANCED, [{"kind": "inSource", "justification": "已向上级说明。"}])]

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("没有特别之处。", "没有特别之处。"),
            ("“{行政处罚}”没有对应的数", "“{{行政处罚}}”没有对应的数"),
            ("〔2021〕30号与[2021]30号", "〔2021〕30号与[2021]30号"),
            ("[点这里](https://example.org/)", "\\[点这里](https://example.org/)"),
        ],
    )
    def test_what_somebody_typed_is_neither_a_placeholder_nor_a_link(self, text: str, told: str) -> None:
        (result,) = run_of(of(Fault(text)))["results"]
        assert result["message"]["text"] == told


class TestFiles:
    @pytest.mark.parametrize(
        ("file", "uri"),
        [
            ("a.xlsx", "a.xlsx"),
            ("报告/a b#1%.xlsx", "%E6%8A%A5%E5%91%8A/a%20b%231%25.xlsx"),
            ("C:a.xlsx", "C%3Aa.xlsx"),
            ("/tmp/报告.xlsx", "file:///tmp/%E6%8A%A5%E5%91%8A.xlsx"),
            ("bad\udcff.xlsx", "bad%FF.xlsx"),
        ],
    )
    def test_a_path_is_a_valid_uri(self, file: str, uri: str) -> None:
        assert run_of(Checked(file))["artifacts"][0]["location"]["uri"] == uri

    def test_one_that_could_not_be_read_is_a_failure_of_the_run_that_hides_no_other(self) -> None:
        run = run_of(Checked("bad.xlsx", error="文件已损坏。"), checked("a.xlsx", review(FAULTY)))
        (invocation,) = run["invocations"]
        assert invocation["executionSuccessful"] is False
        (fault,) = invocation["toolExecutionNotifications"]
        assert (fault["level"], fault["message"]["text"]) == ("error", "文件已损坏。")
        assert fault["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "bad.xlsx", "index": 0}
        assert {r["locations"][0]["physicalLocation"]["artifactLocation"]["index"] for r in run["results"]} == {1}


def test_the_command_writes_it(run: Run, tmp_path: Path) -> None:
    source, target = tmp_path / "a.xlsx", tmp_path / "a.sarif"
    source.write_bytes(write_workbook(FAULTY))
    assert run("check", source, "--format", "sarif", "-o", target).code == 1
    written = json.loads(target.read_text(encoding="utf-8"))
    jsonschema.Draft4Validator(SCHEMA).validate(written)
    printed = json.loads(run("check", source, "--format", "sarif").out)
    assert printed == written
    assert len(written["runs"][0]["results"]) > 3
