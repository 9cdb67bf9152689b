"""The functions for programs: what docs/api.md promises, and what they share with the command line."""

from __future__ import annotations

import dataclasses
import doctest
import json
import subprocess
import sys
from pathlib import Path

import pytest

import xltools
from tests.conftest import Run
from tests.needed import need_module
from tests.reports import contents
from tests.reports import report as complete
from xltools.files.seals import is_sealed
from xltools.output.json import restore_finding

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples"
PROCUREMENT = str(ROOT / "tests" / "forms" / "procurement")
BALANCED, FAULTY = (SAMPLES / name / f"{name}.xlsx" for name in ("balanced-2024", "faulty-2024"))


@pytest.fixture(scope="module")
def faulty() -> xltools.Report:
    return xltools.read(FAULTY)


class TestTheDocument:
    def test_shows_what_the_functions_give(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        for source in SAMPLES.glob("*-20*/*.xlsx"):
            (tmp_path / source.name).write_bytes(source.read_bytes())
        failed, tried = doctest.testfile(str(ROOT / "docs" / "api.md"), module_relative=False, optionflags=doctest.ELLIPSIS)
        assert tried > 20
        assert failed == 0

    def test_names_all_of_them(self) -> None:
        told = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
        assert [name for name in xltools.__all__ if name not in told] == []


class TestImporting:
    def test_loads_no_other_module(self) -> None:
        told = "import sys; before = set(sys.modules); import xltools; print(sorted(set(sys.modules) - before))"
        done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
        assert done.stdout == "['xltools']\n"

    def test_gives_every_name_that_it_promises(self) -> None:
        assert all(getattr(xltools, name) for name in xltools.__all__)

    def test_gives_no_other(self) -> None:
        with pytest.raises(AttributeError, match="no attribute 'reed'"):
            xltools.reed  # noqa: B018

    def test_tells_a_type_checker_what_each_is(self, tmp_path: Path) -> None:
        need_module("mypy")
        program = tmp_path / "program.py"
        program.write_text(
            "import xltools\n"
            "report: xltools.Report = xltools.read('a.xlsx')\n"
            "codes: list[str] = [finding.code for finding in xltools.check(report, previous=report)]\n"
            "data: bytes = xltools.export(report, kind='docx')\n"
            "wrong: int = xltools.template(year=2024)\n",
            encoding="utf-8",
        )
        command = [sys.executable, "-m", "mypy", "--strict", "--no-incremental", str(program)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert "Found 1 error" in done.stdout, done.stdout
        assert "program.py:5" in done.stdout


class TestRead:
    def test_takes_bytes_with_a_name(self, faulty: xltools.Report) -> None:
        assert xltools.check(xltools.read(FAULTY.read_bytes(), "给你.XLSX")) == xltools.check(faulty)

    def test_names_the_file_that_was_given_as_bytes(self) -> None:
        with pytest.raises(xltools.XltoolsError, match=r"^无法读取 甲\.xlsx："):
            xltools.read(b"PK", "甲.xlsx")

    def test_asks_for_the_name_of_bytes(self) -> None:
        with pytest.raises(xltools.XltoolsError, match="请同时给出文件名"):
            xltools.read(FAULTY.read_bytes())

    def test_refuses_bytes_of_an_unknown_kind(self) -> None:
        with pytest.raises(xltools.XltoolsError, match="不能读取"):
            xltools.read(b"", "甲.xyz")


class TestCheck:
    def test_finds_nothing_where_nothing_is_wrong(self) -> None:
        assert xltools.check(complete()) == ()

    def test_finds_what_the_command_line_prints(self, faulty: xltools.Report, run: Run) -> None:
        printed = json.loads(run("check", FAULTY, "--format", "json").out)["reports"][0]["findings"]
        assert json.loads(json.dumps([dataclasses.asdict(finding) for finding in xltools.check(faulty)])) == printed

    def test_holds_it_against_last_year(self, faulty: xltools.Report) -> None:
        last = dataclasses.replace(xltools.read(BALANCED), year=2023)
        assert any(finding.code.startswith("Y") for finding in xltools.check(faulty, previous=last))

    def test_gives_findings_that_cannot_be_changed(self, faulty: xltools.Report) -> None:
        with pytest.raises(dataclasses.FrozenInstanceError):
            xltools.check(faulty)[0].code = "T000"  # type: ignore[misc]
        assert len(set(xltools.check(faulty))) == len(xltools.check(faulty))


class TestExport:
    @pytest.mark.parametrize("kind", ["docx", "html", "json"])
    def test_gives_what_the_command_line_writes(self, kind: str, tmp_path: Path, run: Run) -> None:
        written = tmp_path / f"甲.{kind}"
        assert run("export", BALANCED, "-o", written).code == 0
        assert xltools.export(xltools.read(BALANCED), kind=kind) == written.read_bytes()  # type: ignore[arg-type]

    def test_writes_the_file_and_gives_its_bytes(self, tmp_path: Path) -> None:
        path = tmp_path / "甲.xlsx"
        data = xltools.export(xltools.read(FAULTY), path)
        assert path.read_bytes() == data
        assert is_sealed(data)
        assert contents(path) != {}

    def test_refuses_what_is_wrong_but_as_a_draft(self, faulty: xltools.Report, tmp_path: Path) -> None:
        path = tmp_path / "甲.docx"
        with pytest.raises(xltools.XltoolsError, match=r"\d+项错误，没有导出"):
            xltools.export(faulty, path)
        assert not path.exists()
        assert xltools.export(faulty, path, draft=True).startswith(b"PK")

    def test_refuses_an_ending_that_it_does_not_know(self, faulty: xltools.Report) -> None:
        with pytest.raises(xltools.XltoolsError, match=r"不能导出为“\.pdf”"):
            xltools.export(faulty, "甲.pdf")

    def test_writes_over_nothing_that_somebody_made(self, faulty: xltools.Report, tmp_path: Path) -> None:
        path = tmp_path / "甲.json"
        path.write_text("{}", encoding="utf-8")
        with pytest.raises(xltools.XltoolsError, match="文件已存在"):
            xltools.export(faulty, path)
        xltools.export(faulty, path, force=True)
        assert xltools.read(path).year == 2024


class TestAnnotate:
    def test_gives_what_the_command_line_writes(self, tmp_path: Path, faulty: xltools.Report, run: Run) -> None:
        run("check", FAULTY, "--annotate", tmp_path)
        assert xltools.annotate(FAULTY, xltools.check(faulty)) == (tmp_path / FAULTY.name).read_bytes()

    def test_makes_a_workbook_of_what_is_none(self, faulty: xltools.Report) -> None:
        copy = xltools.annotate(FAULTY.with_suffix(".json").read_bytes(), xltools.check(faulty), name="甲.json")
        assert [f.code for f in xltools.check(xltools.read(copy, "甲.xlsx"))] == [f.code for f in xltools.check(faulty)]

    def test_writes_down_an_explanation_that_is_read_with_the_copy(self, faulty: xltools.Report) -> None:
        findings = xltools.check(faulty)
        told = dataclasses.replace(findings[-1], explanation="数字无误，口径有变化。")
        copy = xltools.read(xltools.annotate(FAULTY, (*findings[:-1], told)), "甲.xlsx")
        assert xltools.check(copy)[-1].explanation == "数字无误，口径有变化。"

    def test_never_writes_over_the_workbook_itself(self, faulty: xltools.Report, tmp_path: Path) -> None:
        path = tmp_path / "甲.xlsx"
        data = xltools.export(faulty, path)
        with pytest.raises(xltools.XltoolsError, match="这是输入文件，不能覆盖"):
            xltools.annotate(path, xltools.check(faulty), path, force=True)
        assert path.read_bytes() == data

    def test_takes_a_form_of_one_s_own(self) -> None:
        data = xltools.template(year=2024, unit="甲局", form=PROCUREMENT)
        findings = xltools.check(xltools.read(data, "甲.xlsx", form=PROCUREMENT))
        copy = xltools.annotate(data, findings, name="甲.xlsx", form=PROCUREMENT)
        assert xltools.check(xltools.read(copy, "甲.xlsx", form=PROCUREMENT)) == findings
        with pytest.raises(xltools.XltoolsError, match="没有名为“procurement-2024”的表式"):
            xltools.annotate(data, findings, name="甲.xlsx")

    def test_knows_the_finding_behind_a_record(self, faulty: xltools.Report) -> None:
        for finding in xltools.check(faulty):
            again = restore_finding(finding)
            assert (again.message, again.key, again.severity) == (finding.message, finding.key, finding.severity)


def test_a_template_carries_over_last_year(faulty: xltools.Report) -> None:
    blank = xltools.read(xltools.template(year=2025, unit="甲县", previous=xltools.read(BALANCED)), "甲.xlsx")
    assert blank.year == 2025
    assert blank.unit.name == "甲县"
    assert blank.figures["requests.carried_in.natural_person"] == xltools.read(BALANCED).numbers["requests.carried_out.natural_person"]


def test_a_template_of_no_year_is_refused() -> None:
    with pytest.raises(xltools.XltoolsError, match="四位数字"):
        xltools.template(year=24)


def test_workbooks_are_written_under_no_other_ending(tmp_path: Path) -> None:
    with pytest.raises(xltools.XltoolsError, match=r"不能写成“\.docx”"):
        xltools.template(year=2024, to=tmp_path / "甲.docx")
    with pytest.raises(xltools.XltoolsError, match=r"不能写成“\.pdf”"):
        xltools.annotate(FAULTY, (), tmp_path / "甲.pdf")
    assert list(tmp_path.iterdir()) == []


def test_a_comparison_is_the_one_that_the_command_line_writes(tmp_path: Path, faulty: xltools.Report, run: Run) -> None:
    written, again = tmp_path / "甲.json", tmp_path / "乙.json"
    run("compare", BALANCED, FAULTY, "-o", written)
    comparison = xltools.compare(xltools.read(BALANCED), faulty, again)
    assert written.read_bytes() == again.read_bytes()
    assert comparison.this.unit == faulty.unit.name
    with pytest.raises(xltools.XltoolsError, match="不能写成"):
        xltools.compare(faulty, faulty, tmp_path / "丙.docx")


def named(report: xltools.Report, name: str) -> xltools.Report:
    return dataclasses.replace(report, unit=dataclasses.replace(report.unit, name=name))


def test_a_roll_up_adds_up_and_keeps_the_prose_of_the_office() -> None:
    one = xltools.read(BALANCED)
    rolled = xltools.add_up([named(one, "甲局"), named(one, "甲县人民政府"), named(one, "乙局")], unit="甲县人民政府", year=2024)
    assert rolled.report.numbers["requests.received.total"] == 3 * one.numbers["requests.received.total"]
    assert rolled.report.texts == one.texts
    assert (rolled.units, rolled.report.unit.name, rolled.remarks) == (2, "甲县人民政府", ())
    assert rolled.report.provenance is not None
    assert [counted.unit for counted in rolled.report.provenance.counted] == ["甲局", "甲县人民政府", "乙局"]


def test_a_roll_up_of_reports_of_an_own_form_needs_no_word_of_it() -> None:
    reports = [
        xltools.read(xltools.template(year=2024, unit=unit, form=PROCUREMENT, zeros=True), "甲.xlsx", form=PROCUREMENT) for unit in "甲乙"
    ]
    rolled = xltools.add_up(reports, unit="丙", year=2024)
    assert (rolled.report.form.id, rolled.units) == ("procurement-2024", 2)


def test_a_roll_up_tells_in_workbook_and_json_what_it_left_out(faulty: xltools.Report) -> None:
    one = xltools.read(BALANCED)
    rolled = xltools.add_up([named(one, "甲局"), dataclasses.replace(faulty, year=2022)], unit="甲县人民政府", year=2024)
    assert any("报告年度为2022" in remark for remark in rolled.remarks)
    for kind in ("xlsx", "json"):
        again = xltools.read(xltools.export(rolled.report, kind=kind), f"甲.{kind}")  # type: ignore[arg-type]
        assert again.provenance is not None
        assert [left.unit for left in again.provenance.left_out] == [faulty.unit.name]
