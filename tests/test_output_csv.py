"""Findings as CSV: what a clerk sees who opens it in a spreadsheet program."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.reports import FORM, report
from xltools.form.book import Place
from xltools.output import Checked, checked
from xltools.output.csv import COLUMNS, render
from xltools.rules.registry import find_rule
from xltools.rules.review import review
from xltools.rules.rule import Fault, Finding
from xltools.workbook.locked_workbook import write_workbook

FAULTY = report(
    {"requests.received.natural_person": 12, "disclosure.rules.made": None},
    explanations={"unbalanced:requests.carried_out.natural_person": "已向上级说明。"},
)


def rows(*files: Checked) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(render(files).removeprefix("\ufeff"))))


def cell(text: str, column: str = "问题") -> str:
    """What becomes of a text that stands in a finding."""
    fault = Fault(text, actual=text, difference=text)
    (row,) = rows(Checked("a.xlsx", findings=(Finding(1, find_rule("V103"), fault, explanation=text),)))
    assert row["问题"] == row["实际"] == row["差额"] == row["说明"]
    return row[column]


def test_reports_without_findings_are_a_header_alone() -> None:
    assert render([checked("a.xlsx", review(report()))]) == "\ufeff" + ",".join(COLUMNS) + "\n"


def test_each_finding_is_a_row() -> None:
    found = review(FAULTY).findings
    told = rows(checked("a.xlsx", review(FAULTY)))
    assert [row["规则代码"] for row in told] == [finding.rule.code for finding in found]
    titles = {section.key: section.title for section in FORM.sections}
    for finding, row in zip(found, told, strict=True):
        fault = finding.fault
        assert (row["文件"], row["单位"], row["年度"], row["编号"]) == ("a.xlsx", "示例县人民政府", "2024", str(finding.id))
        assert row["起因（编号）"] == str(finding.because or "")
        assert (row["规则名称"], row["依据或口径"], row["问题"]) == (finding.rule.title, finding.basis, fault.message)
        assert row["严重程度"] == {"error": "错误", "warning": "待核", "notice": "提示"}[finding.severity]
        assert (row["工作表"], row["单元格"]) == ((fault.place.sheet, fault.place.address) if fault.place else ("", ""))
        assert row["部分"] == titles.get(fault.section or "", "")
        assert (row["实际"], row["应为"], row["差额"]) == (fault.actual or "", fault.expected or "", fault.difference or "")
        assert (row["说明"], row["建议"]) == (finding.explanation or "", finding.advice)
    assert {"已向上级说明。", ""} == {row["说明"] for row in told}
    assert any(row["起因（编号）"] for row in told)
    assert any(row["建议"] for row in told)


def test_a_file_that_could_not_be_read_is_a_row_too() -> None:
    told = rows(Checked("bad.xlsx", error="文件已损坏。"), checked("a.xlsx", review(FAULTY)))
    assert {column: text for column, text in told[0].items() if text} == {
        "文件": "bad.xlsx",
        "严重程度": "无法读取",
        "问题": "文件已损坏。",
    }
    assert {row["文件"] for row in told[1:]} == {"a.xlsx"}


class TestNothingIsCalculated:
    @pytest.mark.parametrize("text", ["三、依申请公开", "12", "-1", "-0.5", "1-2", "a=b", "", "说明：=1"])
    def test_plain_text_and_numbers_stay_as_they_are(self, text: str) -> None:
        assert cell(text) == text

    @pytest.mark.parametrize(
        "text", ["=1+1", "+1", "-1+1", "-", "-cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\n=1", "＝1+1", "＋1", "－a", "＠a"]
    )
    def test_text_that_would_be_a_formula_gets_an_apostrophe(self, text: str) -> None:
        assert cell(text) == f"'{text}"

    def test_names_of_files_and_units_that_would_be_formulas_get_one(self) -> None:
        (row,) = rows(
            Checked("=a.xlsx", unit="@单位", findings=(Finding(1, find_rule("V103"), Fault("负数。", place=Place("=表", 0, 0))),))
        )
        assert (row["文件"], row["单位"], row["工作表"]) == ("'=a.xlsx", "'@单位", "'=表")

    def test_line_breaks_and_quotes_stay_within_their_cell(self) -> None:
        assert cell('他说"行"，\r\n然后,走了') == '他说"行"，\n然后,走了'


def test_the_command_writes_it_for_excel(run: Run, tmp_path: Path) -> None:
    source, target = tmp_path / "a.xlsx", tmp_path / "a.csv"
    source.write_bytes(write_workbook(FAULTY))
    assert run("check", source, "--format", "csv", "-o", target).code == 1
    data = target.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in data
    assert data.decode("utf-8-sig").splitlines()[0] == ",".join(COLUMNS)
    assert run("check", source, "--format", "csv").out.encode() == data
