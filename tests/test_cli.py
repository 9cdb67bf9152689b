"""The contract of the command line: exit codes, JSON, files written, and every mistake as one line in Chinese."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import click
import openpyxl
import pytest

from tests.conftest import Run
from tests.reports import FORM, TEXTS, balanced_figures, report
from xltools import cli
from xltools.cli import main
from xltools.form.book import BreakdownArea, Place, plan_book
from xltools.form.loader import find_form
from xltools.form.unit import Unit
from xltools.readers.dispatch import read_report
from xltools.report.filled import Breakdown, Report, Value
from xltools.report.report_json import dump_report
from xltools.workbook.locked_workbook import write_workbook

BOOK = plan_book(FORM)
TOTAL = "requests.received.total"

FINDING_KEYS = [
    "id",
    "because",
    "code",
    "name",
    "severity",
    "sheet",
    "cell",
    "figures",
    "section",
    "message",
    "actual",
    "expected",
    "difference",
    "basis",
    "explanation",
]


def _write(path: Path, filled: Report) -> Path:
    path.write_bytes(write_workbook(filled))
    return path


def _json(path: Path, filled: Report) -> Path:
    path.write_text(dump_report(filled), encoding="utf-8")
    return path


def _read(path: Path) -> Report:
    return read_report(path, find_form(None))


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A report in which nothing is wrong."""
    return _write(tmp_path / "good.xlsx", report())


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """A report in which one column does not balance."""
    return _write(tmp_path / "wrong.xlsx", report({"requests.received.business": 5}))


@pytest.fixture
def unreadable(tmp_path: Path) -> Path:
    """A file that is no workbook."""
    path = tmp_path / "unreadable.xlsx"
    path.write_text("年报", encoding="utf-8")
    return path


# ------------------------------------------------------------------------------------------------- check: exit codes


def test_a_report_with_nothing_wrong_exits_with_0(run: Run, good: Path) -> None:
    code, out, err = run("check", good)
    assert (code, err) == (0, "")
    assert out == f"{good}  示例县人民政府 2024 年度\n  没有发现问题。\n\n共 1 份：错误 0 项，待核 0 项，提示 0 项。\n"


def test_warnings_alone_exit_with_0(run: Run, tmp_path: Path) -> None:
    path = _write(tmp_path / "blank.xlsx", report({"disclosure.rules.made": None}))
    code, out, _ = run("check", path)
    assert code == 0
    assert "待核 1 项" in out


def test_an_error_exits_with_1_and_tells_where_what_and_why(run: Run, wrong: Path) -> None:
    code, out, err = run("check", wrong)
    assert (code, err) == (1, "")
    assert "“三、依申请公开”E29" in out
    assert "差5" in out
    assert "依据：“本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和" in out


def test_an_error_that_staff_explained_still_exits_with_1(run: Run, tmp_path: Path) -> None:
    reasons = {relation.id: "机构改革。" for relation in FORM.relations if relation.rule == "unbalanced"}
    path = _write(tmp_path / "explained.xlsx", report({"requests.received.business": 5}, explanations=reasons))
    code, out, _ = run("check", path)
    assert code == 1
    assert "说明：机构改革。" in out


def test_the_exit_code_of_a_batch_is_its_worst(run: Run, good: Path, wrong: Path, unreadable: Path) -> None:
    assert run("check", good, good).code == 0
    assert run("check", good, wrong).code == 1
    assert run("check", good, unreadable).code == 2
    assert run("check", unreadable, wrong, good).code == 2


def test_an_unreadable_file_hides_none_of_the_others(run: Run, good: Path, wrong: Path, unreadable: Path) -> None:
    _, out, err = run("check", good, unreadable, wrong)
    assert err == ""
    assert [out.index(str(path)) for path in (good, unreadable, wrong)] == sorted(
        out.index(str(path)) for path in (good, unreadable, wrong)
    )
    assert f"{unreadable}  无法读取：不是电子表格文件" in out
    assert "共 3 份：错误 2 项，待核 0 项，提示 0 项，1 份无法读取。" in out


def test_a_single_unreadable_file_is_one_line_on_stderr(run: Run, unreadable: Path) -> None:
    code, out, err = run("check", unreadable)
    assert (code, out) == (2, "")
    assert err == f"无法读取 {unreadable}：不是电子表格文件，或文件已损坏。请重新保存为 .xlsx 后再试。\n"


# ------------------------------------------------------------------------------------------------------- check: JSON


def test_json_has_the_keys_of_the_contract(run: Run, good: Path, wrong: Path, unreadable: Path) -> None:
    data = json.loads(run("check", good, wrong, unreadable, "--format", "json").out)
    assert list(data) == ["reports", "summary"]
    assert [list(one) for one in data["reports"]] == [["file", "form", "unit", "year", "error", "findings"]] * 3
    findings = [finding for one in data["reports"] for finding in one["findings"]]
    assert [[key for key in finding if key in FINDING_KEYS] for finding in findings] == [FINDING_KEYS] * 2  # more may be added
    assert data["summary"] == {"reports": 3, "unreadable": 1, "errors": 2, "warnings": 0, "notices": 0}


def test_json_tells_each_report_and_why_one_could_not_be_read(run: Run, good: Path, unreadable: Path) -> None:
    first, second = json.loads(run("check", good, unreadable, "--format", "json").out)["reports"]
    assert first == {"file": str(good), "form": "govinfo-2021", "unit": "示例县人民政府", "year": 2024, "error": None, "findings": []}
    assert second["error"].startswith("不是电子表格文件")
    assert [second[key] for key in ("form", "unit", "year", "findings")] == [None, None, None, []]


def test_json_tells_a_broken_balance_and_its_consequence(run: Run, wrong: Path) -> None:
    column, total = json.loads(run("check", wrong, "--format", "json").out)["reports"][0]["findings"]
    rows = ("carried_out", "received", "carried_in", "results")
    assert column["figures"] == [f"requests.{row}.business" for row in rows]
    assert [column[key] for key in ("code", "name", "severity", "because")] == ["T201", "unbalanced", "error", None]
    assert [column[key] for key in ("sheet", "cell", "section")] == ["三、依申请公开", "E29", "requests"]
    assert [column[key] for key in ("actual", "expected", "difference", "explanation")] == ["5", "0", "5", None]
    assert (total["figures"][0], total["because"]) == ("requests.carried_out.total", column["id"])


def test_a_single_unreadable_file_is_in_the_json_too(run: Run, unreadable: Path) -> None:
    code, out, err = run("check", unreadable, "--format", "json")
    assert (code, err) == (2, "")
    assert json.loads(out)["summary"]["unreadable"] == 1


def test_findings_can_be_written_to_a_file(run: Run, wrong: Path, tmp_path: Path) -> None:
    target = tmp_path / "findings.json"
    code, out, err = run("check", wrong, "--format", "json", "-o", target)
    assert (code, out, err) == (1, "", "")
    assert json.loads(target.read_text(encoding="utf-8"))["summary"]["errors"] == 2


def test_findings_are_never_written_over_a_report(run: Run, wrong: Path) -> None:
    before = wrong.read_bytes()
    assert run("check", wrong, "-o", wrong).code == 2
    assert wrong.read_bytes() == before


# ---------------------------------------------------------------------------------------- check: folders, many at once


def test_a_folder_stands_for_the_reports_in_it_and_below(run: Run, tmp_path: Path) -> None:
    below = tmp_path / "县直" / "镇"
    below.mkdir(parents=True)
    names = ["a.xlsx", "县直/b.xlsx", "县直/镇/c.json"]
    _write(tmp_path / names[0], report())
    _write(tmp_path / names[1], report())
    _json(tmp_path / names[2], report())
    for name in ("~$a.xlsx", ".~lock.a.xlsx#", ".hidden.xlsx", "units.csv", "county.sqlite", "desktop.ini"):
        (tmp_path / name).write_bytes(b"")
    reports = json.loads(run("check", tmp_path, "--format", "json").out)["reports"]
    assert [one["file"] for one in reports] == [str(tmp_path / name) for name in names]


def test_a_folder_without_a_report_is_one_line(run: Run, tmp_path: Path) -> None:
    code, out, err = run("check", tmp_path)
    assert (code, out) == (2, "")
    assert err == f"{tmp_path} 中没有可以检查的报告。请给出报告文件或放报告的文件夹。\n"


def test_of_several_files_a_line_each_comes_first_and_then_what_is_wrong(run: Run, tmp_path: Path) -> None:
    _write(tmp_path / "a.xlsx", report())
    _write(tmp_path / "b.xlsx", report({"requests.received.business": 3}))
    (tmp_path / "c.doc").write_bytes(b"?")
    lines = run("check", tmp_path).out.split("\n")
    first = lines[: lines.index("")]
    assert [line.partition("  ")[0] for line in first] == [str(tmp_path / name) for name in ("a.xlsx", "b.xlsx", "c.doc")]
    assert [line.rpartition("  ")[2][:4] for line in first] == ["没有发现", "错误 2", "无法读取"]
    assert sum(str(tmp_path / "a.xlsx") in line for line in lines) == 1
    assert lines[-2].startswith("共 3 份：")
    quiet = run("check", "--quiet", tmp_path).out.split("\n")
    assert quiet == [*first, *lines[-2:]]


def test_findings_of_a_rule_stand_in_the_order_of_sheets_and_cells(run: Run, tmp_path: Path) -> None:
    path = _write(
        tmp_path / "a.xlsx",
        report({"litigation.suit_after_reconsideration.other": -1, "requests.granted.other": -1, "requests.received.business": -1}),
    )
    spots = re.findall(r" V\d+ “([^”]+)”([A-Z]+)(\d+)", run("check", path).out)
    assert len(spots) == 3
    assert spots == sorted(spots, key=lambda spot: ("一二三四".index(spot[0][0]), int(spot[2]), spot[1]))


class Terminal(io.StringIO):
    """A screen."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        """It is one."""
        return True


@pytest.mark.parametrize(("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_a_terminal_shows_colour_unless_it_is_told_not_to(
    environment: dict[str, str], coloured: bool, wrong: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    screen = Terminal()
    monkeypatch.setattr(sys, "stdout", screen)
    with pytest.raises(SystemExit):
        main(["check", str(wrong)])
    assert ("\x1b[31m" in screen.getvalue()) is coloured


def test_progress_is_shown_on_a_terminal_and_not_when_quiet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "abc":
        _write(tmp_path / f"{name}.xlsx", report())
    for arguments, shown in (([], True), (["-q"], False)):
        screen = Terminal()
        monkeypatch.setattr(sys, "stderr", screen)
        with pytest.raises(SystemExit):
            main(["check", str(tmp_path), "--annotate", str(tmp_path / "copies"), *arguments])
        assert ("正在检查" in screen.getvalue(), "正在批注" in screen.getvalue()) == (shown, shown)


@pytest.mark.parametrize("command", ["check", "json", "annotate", "export", "import", "template", "rules", "help"])
def test_any_stream_of_python_s_may_take_what_is_said(command: str, good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = {
        "check": ["check", good], "json": ["check", good, "--format", "json"], "annotate": ["check", good, "--annotate", tmp_path / "c"],
        "export": ["export", good, "-o", tmp_path / "a.docx"], "import": ["import", good, "-o", tmp_path / "a.xlsx"],
        "template": ["template", "--year", "2024", "-o", tmp_path / "t.xlsx"], "rules": ["rules"], "help": ["-h"],
    }[command]  # fmt: skip
    for stream in ("stdout", "stderr"):
        monkeypatch.setattr(sys, stream, io.StringIO())
    with pytest.raises(SystemExit) as stop:
        main([str(argument) for argument in arguments])
    assert not stop.value.code


def test_quiet_says_nothing_but_what_is_wrong(run: Run, good: Path, wrong: Path, tmp_path: Path) -> None:
    assert run("export", "-q", good, "-o", tmp_path / "a.docx") == (0, "", "")
    assert run("import", "-q", good, "-o", tmp_path / "a.xlsx") == (0, "", "")
    assert run("template", "-q", "--year", 2024, "-o", tmp_path / "t.xlsx") == (0, "", "")
    outcome = run("export", "-q", wrong, "-o", tmp_path / "b.docx")
    assert (outcome.code, outcome.out, outcome.err.count("\n")) == (1, "", 1)


def test_two_at_a_time_say_the_same_as_one(run: Run, tmp_path: Path, wrong: Path, unreadable: Path) -> None:
    for seed in range(6):
        _write(tmp_path / f"{seed}.xlsx", report(balanced_figures(seed)))
    one = run("check", tmp_path, wrong, unreadable, "--previous", wrong, "--format", "json")
    two = run("check", tmp_path, wrong, unreadable, "--previous", wrong, "--format", "json", "--jobs", 2)
    assert len(json.loads(one.out)["reports"]) == 10
    assert one == two


# ----------------------------------------------------------------------------------------------------- last year


LAST = report(
    {"requests.carried_out.natural_person": 3, "requests.received.natural_person": 3, "requests.carried_out.business": 0},
    year=2023,
    unit=Unit("旧县人民政府", "旧县", phone="0571-1"),
)


def test_the_template_takes_over_last_years_unit_and_what_was_carried_out(run: Run, tmp_path: Path) -> None:
    last = _write(tmp_path / "last.xlsx", LAST)
    target = tmp_path / "next.xlsx"
    assert run("template", "--year", 2024, "--previous", last, "-o", target).code == 0
    read = _read(target)
    assert (read.year, read.unit) == (2024, LAST.unit)
    filled = {id: value for id, value in read.figures.items() if value is not None}
    columns = ("natural_person", "business", "research", "public_welfare", "legal_service", "other")
    assert filled == {f"requests.carried_in.{column}": 3 if column == "natural_person" else 0 for column in columns}


def test_a_unit_that_was_renamed_keeps_its_former_name(run: Run, tmp_path: Path) -> None:
    last = _write(tmp_path / "last.xlsx", LAST)
    target = tmp_path / "next.xlsx"
    run("template", "--year", 2024, "--previous", last, "--unit", "新县人民政府", "-o", target)
    unit = _read(target).unit
    assert (unit.name, unit.short_name, unit.former_name, unit.phone) == ("新县人民政府", "", "旧县人民政府", "0571-1")


def test_a_check_against_last_year_finds_what_was_not_carried_over(run: Run, tmp_path: Path, good: Path) -> None:
    last = _json(tmp_path / "last.json", replace(LAST, unit=report().unit))
    assert run("check", good).code == 0
    code, out, _ = run("check", good, "--previous", last, "--format", "json")
    names = {finding["name"] for finding in json.loads(out)["reports"][0]["findings"]}
    assert (code, names) == (1, {"carry-over-mismatch"})


def test_last_years_report_that_cannot_be_read_stops_the_command(run: Run, good: Path, unreadable: Path, tmp_path: Path) -> None:
    for command in (["check", good], ["template", "--year", 2024, "-o", tmp_path / "next.xlsx"]):
        code, out, err = run(*command, "--previous", unreadable)
        assert (code, out) == (2, "")
        assert err.startswith(f"无法读取 {unreadable}：")
    assert not (tmp_path / "next.xlsx").exists()


# ---------------------------------------------------------------------------------------------------------- template


def test_the_template_has_the_year_and_the_unit_and_every_figure_blank(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    code, out, err = run("template", "--year", 2024, "--unit", "示例县人民政府", "-o", target)
    assert (code, err) == (0, "")
    assert out.startswith(f"已生成 {target}。")
    read = _read(target)
    assert (read.year, read.unit, set(read.figures.values())) == (2024, Unit("示例县人民政府"), {None})
    assert read.origin.altered == ()


def test_zeros_fill_every_input_with_0(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    run("template", "--year", 2024, "--zeros", "-o", target)
    assert [_read(target).figures[figure.id] for figure in FORM.inputs] == [0] * 166


def test_the_same_arguments_give_the_same_bytes(run: Run, tmp_path: Path) -> None:
    written = []
    for name in ("a", "b"):
        target = tmp_path / name / "out.xlsx"
        target.parent.mkdir()
        run("template", "--year", 2024, "--unit", "示例县", "--zeros", "--password", "abc", "-o", target)
        written.append(target.read_bytes())
    assert written[0] == written[1]


def test_a_password_protects_every_sheet_and_the_structure(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    assert run("template", "--year", 2024, "--password", "secret", "-o", target).code == 0
    workbook = openpyxl.load_workbook(target)
    expected = openpyxl.worksheet.protection.SheetProtection(password="secret").password
    assert {sheet.protection.password for sheet in workbook} == {expected}
    assert all(sheet.protection.sheet for sheet in workbook)
    assert (workbook.security.lockStructure, workbook.security.workbookPassword) == (True, expected)


def test_without_a_password_sheets_are_locked_all_the_same(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    run("template", "--year", 2024, "-o", target)
    workbook = openpyxl.load_workbook(target)
    assert all(sheet.protection.sheet and not sheet.protection.password for sheet in workbook)
    assert workbook.security.lockStructure


@pytest.mark.parametrize("password", ["密码", "a" * 16])
def test_a_password_that_excel_could_not_be_told_is_refused(password: str, run: Run, tmp_path: Path) -> None:
    for command in (["template", "--year", 2024], ["import", _json(tmp_path / "a.json", report())]):
        code, out, err = run(*command, "--password", password, "-o", tmp_path / "out.xlsx")
        assert (code, out, err) == (2, "", "密码应为不超过 15 个的英文字母、数字或符号。\n")
    assert not (tmp_path / "out.xlsx").exists()


@pytest.mark.parametrize("year", [999, 10000, -2024])
def test_a_year_without_four_digits_is_refused(year: int, run: Run, tmp_path: Path) -> None:
    code, _, err = run("template", f"--year={year}", "-o", tmp_path / "out.xlsx")
    assert (code, err) == (2, f"年度 {year} 应为四位数字，如 2024。\n")


@pytest.mark.parametrize("year", [2019, 2020, 2021, 9999])
def test_any_year_of_four_digits_makes_a_workbook(year: int, run: Run, tmp_path: Path) -> None:
    assert run("template", "--year", year, "-o", tmp_path / "out.xlsx").code == 0
    read = _read(tmp_path / "out.xlsx")
    assert (read.year, read.form.id) == (year, "govinfo-2019" if year < 2021 else "govinfo-2021")


@pytest.mark.parametrize("command", ["template", "collect"])
@pytest.mark.parametrize("year", [1000, 2018])
def test_a_year_before_the_first_edition_is_refused(year: int, command: str, run: Run, tmp_path: Path) -> None:
    folder = [tmp_path, "--unit", "某某县"] if command == "collect" else []
    code, _, err = run(command, *folder, "--year", year, "-o", tmp_path / "out.xlsx")
    assert (code, err) == (2, f"没有 {year} 年度的表式：现有表式从 2019 年度起用。请检查年度，或用 --form 给出自备的表式。\n")
    assert not (tmp_path / "out.xlsx").exists()


# ----------------------------------------------------------------------------------------------------- files written


@pytest.mark.parametrize(
    ("command", "name"),
    [(["template", "--year", 2024], "out.docx"), (["import", "good.xlsx"], "out.json"), (["export", "good.xlsx"], "out.pdf")],
)
def test_an_output_of_another_kind_is_refused(command: list[object], name: str, run: Run, good: Path, tmp_path: Path) -> None:
    arguments = [tmp_path / part if part == "good.xlsx" else part for part in command]
    code, _, err = run(*arguments, "-o", tmp_path / name)
    assert (code, err.count("\n")) == (2, 1)
    assert err.startswith(f"输出文件 {tmp_path / name} 的文件名应以 .")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["good.xlsx"]


def test_an_output_into_a_folder_that_is_not_there_is_refused(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "没有" / "out.xlsx"
    code, out, err = run("template", "--year", 2024, "-o", target)
    assert (code, out) == (2, "")
    assert err.startswith(f"无法写入 {target}：")
    assert list(tmp_path.iterdir()) == []


def test_an_output_that_is_a_folder_is_refused_and_leaves_nothing_behind(run: Run, tmp_path: Path) -> None:
    (tmp_path / "out.json").mkdir()
    code, _, err = run("export", _write(tmp_path / "a.xlsx", report()), "-o", tmp_path / "out.json")
    assert (code, err.count("\n")) == (2, 1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.xlsx", "out.json"]


def test_an_output_never_replaces_the_input_even_by_force(run: Run, good: Path, tmp_path: Path) -> None:
    before = good.read_bytes()
    same = tmp_path / "other.xlsx"
    same.symlink_to(good)
    for command in (["import", good], ["template", "--year", 2025, "--previous", good]):
        for target in (good, same):
            code, _, err = run(*command, "-o", target, "--force")
            assert (code, err) == (2, f"无法写入 {target}：它是输入文件，不能覆盖。请用 -o 另起文件名。\n")
    assert good.read_bytes() == before


def test_an_output_that_nobody_touched_is_written_again(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    for year in (2023, 2024):
        assert run("template", "--year", year, "-o", target).code == 0
    assert _read(target).year == 2024
    assert [path.name for path in tmp_path.iterdir()] == ["out.xlsx"]


def test_a_workbook_that_staff_have_filled_is_not_overwritten_unless_by_force(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    run("template", "--year", 2024, "-o", target)
    workbook = openpyxl.load_workbook(target)
    workbook["三、依申请公开"]["D5"] = 12
    workbook.save(target)
    before = target.read_bytes()
    code, _, err = run("template", "--year", 2024, "-o", target)
    assert (code, err) == (2, f"无法写入 {target}：文件已存在，而且有人改过，或者不是 xltools 写的。请另起文件名；确要覆盖，加 --force。\n")
    assert target.read_bytes() == before
    assert run("template", "--year", 2024, "-o", target, "--force").code == 0
    assert target.read_bytes() != before


def test_a_file_of_some_other_kind_is_not_overwritten_by_a_workbook(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    target.write_text("我的笔记", encoding="utf-8")
    assert run("template", "--year", 2024, "-o", target).code == 2
    assert target.read_text(encoding="utf-8") == "我的笔记"


def test_a_failure_half_way_leaves_the_old_output_as_it_was(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "out.xlsx"
    run("template", "--year", 2023, "-o", target)
    before = target.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    code, _, err = run("template", "--year", 2024, "-o", target)
    assert (code, err.count("\n")) == (2, 1)
    assert [path.name for path in tmp_path.iterdir()] == ["out.xlsx"]
    assert target.read_bytes() == before


# -------------------------------------------------------------------------------------------------- JSON, both ways


RICH = report(
    balanced_figures(11)
    | {"disclosure.fees.amount": Decimal("12.34"), "litigation.suit_direct.upheld": None, "disclosure.rules.made": "/"},
    texts=TEXTS | {"preface": "一。\n二。"},
    breakdowns=(
        Breakdown("overview.proactive", "主动公开政府信息", "条", 392, (("乡镇动态", 66), ("政府文件", 5), ("其他", None))),
        Breakdown("overview.on_request", "线下申请", "件", 1, (("当面", 1),)),
    ),
    explanations={"unbalanced:requests.carried_out.other": "上年漏报。", "breakdown:1": "含重复。"},
)


def _export(run: Run, source: Path, target: Path) -> dict[str, object]:
    assert run("export", source, "-o", target).code == 0
    data: dict[str, object] = json.loads(target.read_text(encoding="utf-8"))
    assert data.pop("seal")
    return data


def test_the_json_has_the_keys_and_kinds_of_the_contract(run: Run, tmp_path: Path) -> None:
    data = _export(run, _write(tmp_path / "a.xlsx", RICH), tmp_path / "a.json")
    assert list(data)[:6] == ["form", "year", "unit", "figures", "texts", "breakdowns"]
    assert {"name", "short_name", "address", "phone", "postcode", "website", "website_url"} <= data["unit"].keys()  # type: ignore[attr-defined]
    figures = data["figures"]
    assert isinstance(figures, dict)
    assert list(figures) == list(FORM.figures)
    assert (figures["disclosure.fees.amount"], figures["litigation.suit_direct.upheld"], figures["disclosure.rules.made"]) == (
        "12.34",
        None,
        "/",
    )
    assert all(isinstance(value, int) for id, value in figures.items() if id.startswith("requests."))
    assert data["texts"] == RICH.texts
    assert data["breakdowns"][0] == {  # type: ignore[index]
        "section": "overview.proactive",
        "label": "主动公开政府信息",
        "unit": "条",
        "total": 392,
        "parts": [["乡镇动态", 66], ["政府文件", 5], ["其他", None]],
    }


def test_a_total_of_nothing_but_blanks_is_null(run: Run, tmp_path: Path) -> None:
    blank = report({figure.id: None for figure in FORM.inputs})
    data = _export(run, _write(tmp_path / "a.xlsx", blank), tmp_path / "a.json")
    assert set(data["figures"].values()) == {None}  # type: ignore[attr-defined]


def test_json_and_workbook_turn_into_each_other_without_loss(run: Run, tmp_path: Path) -> None:
    first = _export(run, _write(tmp_path / "a.xlsx", RICH), tmp_path / "a.json")
    code, out, err = run("import", tmp_path / "a.json", "-o", tmp_path / "b.xlsx")
    assert (code, out, err) == (0, f"已写入 {tmp_path / 'b.xlsx'}。\n", "")
    assert _export(run, tmp_path / "b.xlsx", tmp_path / "b.json") == first
    again = _read(tmp_path / "b.xlsx")
    inputs = [figure.id for figure in FORM.inputs]
    assert [again.figures[id] for id in inputs] == [RICH.figures[id] for id in inputs]
    assert (again.texts, again.unit, again.breakdowns, again.explanations) == (RICH.texts, RICH.unit, RICH.breakdowns, RICH.explanations)


def test_json_comes_out_of_json_as_it_went_in(run: Run, tmp_path: Path) -> None:
    source = _json(tmp_path / "a.json", RICH)
    assert _export(run, source, tmp_path / "b.json") == json.loads(source.read_text(encoding="utf-8"))


def test_json_is_written_whatever_is_wrong_in_the_report(run: Run, wrong: Path, tmp_path: Path) -> None:
    assert _export(run, wrong, tmp_path / "a.json")["year"] == 2024


def test_json_without_totals_is_read_with_the_totals_computed(run: Run, tmp_path: Path) -> None:
    data = json.loads(dump_report(RICH))
    data["figures"] = {id: value for id, value in data["figures"].items() if id not in FORM.definitions}
    (tmp_path / "a.json").write_text(json.dumps(data), encoding="utf-8")
    again = _export(run, tmp_path / "a.json", tmp_path / "b.json")
    assert again == json.loads(dump_report(RICH))


PUBLISHED: dict[str, Value] = {TOTAL: 77, "requests.results.business": None, "litigation.suit_direct.total": 3}
"""Totals as a published report stated them, though its figures do not add up to them."""


def _facts(run: Run, path: Path) -> set[tuple[object, ...]]:
    findings = json.loads(run("check", path, "--format", "json").out)["reports"][0]["findings"]
    return {(f["name"], f["figures"][0], f["actual"], f["expected"], f["difference"]) for f in findings if f["figures"]}


def test_totals_that_were_published_wrong_stay_wrong_in_the_imported_workbook(run: Run, tmp_path: Path) -> None:
    source = _json(tmp_path / "a.json", report({"requests.granted.business": 2, "requests.carried_in.business": 2, **PUBLISHED}))
    assert run("import", source, "-o", tmp_path / "b.xlsx").code == 0
    facts = _facts(run, source)
    assert {
        ("row-total", TOTAL, "77", "0", "77"),
        ("results-total", "requests.results.business", None, "2", "-2"),
        ("block-total", "litigation.suit_direct.total", "3", "0", "3"),
    } <= facts
    assert _facts(run, tmp_path / "b.xlsx") == facts
    read = _read(tmp_path / "b.xlsx")
    assert {id: read.figures[id] for id in PUBLISHED} == PUBLISHED


def test_totals_that_were_published_right_leave_no_trace(run: Run, tmp_path: Path) -> None:
    run("import", _json(tmp_path / "a.json", RICH), "-o", tmp_path / "b.xlsx")
    assert _read(tmp_path / "b.xlsx").stored_totals == ()


def test_prose_of_more_paragraphs_than_rows_is_imported_whole(run: Run, tmp_path: Path) -> None:
    prose = "\n".join(f"第{number}段。" for number in range(200))
    run("import", _json(tmp_path / "a.json", report(texts=TEXTS | {"problems": prose})), "-o", tmp_path / "b.xlsx")
    assert _read(tmp_path / "b.xlsx").texts["problems"] == prose


def test_prose_longer_than_a_cell_can_hold_is_one_line(run: Run, tmp_path: Path) -> None:
    source = _json(tmp_path / "a.json", report(texts=TEXTS | {"problems": "长" * 40_000}))
    code, out, err = run("import", source, "-o", tmp_path / "b.xlsx")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "超过一格的上限 32767 字" in err


def test_a_breakdown_that_finds_no_room_is_told(run: Run, tmp_path: Path) -> None:
    parts = tuple((f"第{number}类", 1) for number in range(31))
    source = _json(tmp_path / "a.json", report(breakdowns=(Breakdown("overview.proactive", "信息", "条", 31, parts),)))
    code, out, _ = run("import", source, "-o", tmp_path / "b.xlsx")
    assert code == 0
    assert "分项“信息”（31 项）超出工作簿的分项表" in out


def test_half_a_character_in_json_is_refused(run: Run, tmp_path: Path) -> None:
    for text in (
        '{"form": "govinfo-2021", "unit": {"name": "\\ud83d"}}',
        '{"form": "govinfo-2021", "figures": {"disclosure.rules.made": "\\ud83d"}}',
    ):
        (tmp_path / "a.json").write_text(text, encoding="utf-8")
        code, out, err = run("import", tmp_path / "a.json", "-o", tmp_path / "b.xlsx")
        assert (code, out, err.count("\n")) == (2, "", 1)


# ------------------------------------------------------------------------------------------------- export as document


def test_a_document_is_refused_while_an_error_stands_and_written_as_a_draft(run: Run, wrong: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.docx"
    code, out, err = run("export", wrong, "-o", target)
    assert (code, out) == (1, "")
    assert err.startswith(f"{wrong} 有 2 项错误，没有导出。")
    assert not target.exists()
    assert run("export", wrong, "--draft", "-o", target).code == 0
    assert target.exists()


def test_a_document_is_written_once_every_error_is_explained(run: Run, tmp_path: Path) -> None:
    reason = {"unbalanced:requests.carried_out.business": "机构改革。"}
    path = _write(tmp_path / "a.xlsx", report({"requests.received.business": 5}, explanations=reason))
    assert run("export", path, "-o", tmp_path / "out.docx").code == 0


@pytest.mark.parametrize("name", ["out.html", "out.HTM"])
def test_a_page_is_written_under_the_same_condition(name: str, run: Run, good: Path, wrong: Path, tmp_path: Path) -> None:
    target = tmp_path / name
    assert run("export", wrong, "-o", target).code == 1
    assert not target.exists()
    assert run("export", good, "-o", target) == (0, f"已导出 {target}。\n", "")
    page = target.read_text(encoding="utf-8")
    assert page.startswith('<!doctype html>\n<html lang="zh-CN">')
    assert "草稿" not in page
    assert run("export", wrong, "--draft", "-o", target).code == 0
    assert "草稿" in target.read_text(encoding="utf-8")


def test_the_kinds_of_document_are_named_where_another_is_asked_for(run: Run, good: Path, tmp_path: Path) -> None:
    assert run("export", good, "-o", tmp_path / "a.doc").err == f"输出文件 {tmp_path / 'a.doc'} 的文件名应以 .docx、.html 或 .json 结尾。\n"


# ---------------------------------------------------------------------------------------------------------- compare


def test_two_years_are_compared_on_the_screen(run: Run, tmp_path: Path, good: Path) -> None:
    last = _json(tmp_path / "last.json", report({"disclosure.licensing.decisions": 8}, year=2023))
    this = _json(tmp_path / "this.json", report({"disclosure.licensing.decisions": 10}))
    code, out, err = run("compare", last, this)
    assert (code, err) == (0, "")
    assert out.startswith(
        "上年度：示例县人民政府 2023 年度（国办公开办函〔2021〕30号）\n本年度：示例县人民政府 2024 年度（国办公开办函〔2021〕30号）\n\n"
    )
    assert re.search(r"本年处理决定数量 +件 +8 +10 +\+2 +\+25\.0%\n", out)


def test_a_comparison_is_written_as_json_or_as_a_workbook_and_is_no_report(run: Run, good: Path, tmp_path: Path) -> None:
    folder = tmp_path / "县"
    folder.mkdir()
    shutil.copy(good, folder)
    data, workbook = folder / "out.json", tmp_path / "out.xlsx"
    assert run("compare", good, good, "-o", data) == (0, f"注意：两份报告都是2024年度的。\n已写入 {data}。\n", "")
    assert list(json.loads(data.read_text(encoding="utf-8"))) == ["comparison", "notes", "figures", "texts", "seal"]
    assert json.loads(run("check", folder, "--format", "json").out)["summary"]["reports"] == 1
    assert run("compare", good, good, "-o", workbook).code == 0
    assert openpyxl.load_workbook(workbook).sheetnames[-1] == "正文对比"
    assert run("compare", good, good, "-o", workbook).code == 0
    code, out, err = run("check", workbook)
    assert (code, out, err.count("\n")) == (2, "", 1)


def test_a_comparison_needs_two_readable_reports_and_an_output_of_a_kind_it_knows(
    run: Run, good: Path, unreadable: Path, tmp_path: Path
) -> None:
    for pair in ((good, unreadable), (unreadable, good)):
        code, out, err = run("compare", *pair)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert err.startswith(f"无法读取 {unreadable}：")
    target = tmp_path / "out.docx"
    assert run("compare", good, good, "-o", target) == (2, "", f"输出文件 {target} 的文件名应以 .xlsx 或 .json 结尾。\n")
    before = good.read_bytes()
    assert run("compare", good, good, "-o", good, "--force").code == 2
    assert good.read_bytes() == before


def test_a_comparison_can_be_made_under_another_edition(run: Run, good: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    assert run("compare", good, good, "--form", "govinfo-2019", "-o", target).code == 0
    data = json.loads(target.read_text(encoding="utf-8"))
    assert data["comparison"]["form"] == "govinfo-2019"
    assert data["comparison"]["this"]["dropped"]


# --------------------------------------------------------------------------------------------------- usage and help


USAGE: dict[str, tuple[list[str], str]] = {
    "no such command": (["chekc"], "没有命令 chekc，要用的可能是 check。"),
    "no such option": (["check", "a.xlsx", "--fast"], "没有选项 --fast"),
    "nothing like a command": (["核对"], "没有命令 核对。"),
    "an option mistyped": (["check", "a.xlsx", "--anotate", "b"], "没有选项 --anotate，要用的可能是 --annotate。"),
    "a day that is none": (
        ["collect", ".", "--unit", "县", "--year", "2024", "-o", "a.xlsx", "--deadline", "2025-02-30"],
        "--deadline 的值不对",
    ),
    "no file": (["check"], "缺少 文件"),
    "no year": (["template", "-o", "a.xlsx"], "缺少 --year"),
    "no output": (["template", "--year", "2024"], "缺少"),
    "no value": (["check", "a.xlsx", "--previous"], "选项 --previous 后面要有一个值"),
    "a year that is no number": (["template", "--year", "今年", "-o", "a.xlsx"], "--year 的值不对"),
    "no jobs": (["check", "a.xlsx", "--jobs", "0"], "--jobs 的值不对"),
    "a format that is none": (["check", "a.xlsx", "--format", "yaml"], "--format 只能是 text、json"),
    "two files": (["export", "a.xlsx", "b.xlsx", "-o", "a.json"], "参数过多"),
}


@pytest.mark.parametrize("case", USAGE)
def test_a_mistake_in_usage_is_one_line_in_chinese(case: str, run: Run) -> None:
    arguments, reason = USAGE[case]
    code, out, err = run(*arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"用法有误：{reason}")
    assert err.endswith("--help 查看用法。\n")


COMMANDS = list(cli.COMMANDS)
ENGLISH = re.compile(
    r"\b(usage|options?|commands?|arg(ument)?s?|show|error|try|required|default|integer|range|filename|path)\b", re.IGNORECASE
)


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_in_chinese(command: str, run: Run) -> None:
    code, out, err = run(*filter(None, [command]), "--help")
    assert (code, err) == (0, "")
    assert out.startswith(f"用法: xltools {command}".rstrip())
    assert "选项" in out
    assert not ENGLISH.search(out), out


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_the_help_has_a_short_name(command: str, run: Run) -> None:
    assert run(*filter(None, [command]), "-h") == run(*filter(None, [command]), "--help")


def test_without_arguments_the_help_is_shown(run: Run) -> None:
    outcome = run()
    assert "命令" in outcome.out + outcome.err
    assert all(command in outcome.out + outcome.err for command in COMMANDS)


def test_every_option_has_a_help_text() -> None:
    for name in COMMANDS:
        command = cli.cli.get_command(click.Context(cli.cli), name)
        assert command
        assert command.help, name
        for parameter in command.params:
            assert isinstance(parameter, click.Argument) or parameter.help, (name, parameter.name)  # type: ignore[attr-defined]


def test_the_version_is_told(run: Run) -> None:
    assert re.fullmatch(r"xltools \d+\.\d+\.\d+\n", run("--version").out)


def test_a_rule_is_explained_by_its_code_or_its_name(run: Run) -> None:
    by_code = run("explain", "t201")
    assert by_code == run("explain", "unbalanced")
    assert by_code.out.startswith("T201 unbalanced　")
    assert "依据（" in by_code.out


def test_a_rule_that_is_none_is_one_line(run: Run) -> None:
    assert run("explain", "T999") == (2, "", "没有规则“T999”。用 xltools rules 查看全部规则。\n")


def test_rules_and_forms_are_listed(run: Run) -> None:
    assert "  T201 unbalanced　" in run("rules").out
    assert "govinfo-2021　政府信息公开工作年度报告（国办公开办函〔2021〕30号，2021—" in run("forms").out


# ------------------------------------------------------------------------------------- consoles, pipes, file names


def _process(*arguments: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    env = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG", "PYTHON"))}
    command = [sys.executable, "-m", "xltools", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, env={**env, **environment}, timeout=60, check=False)


CONSOLES = {
    "gbk": {"PYTHONIOENCODING": "gbk"},
    "ascii": {"PYTHONIOENCODING": "ascii"},
    "a plain C locale": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
}


@pytest.mark.parametrize("console", CONSOLES)
def test_no_console_makes_a_command_fail(console: str, tmp_path: Path) -> None:
    path = _write(tmp_path / "✓报告𠮷.xlsx", report({"disclosure.rules.made": "✓𠮷"}))
    done = _process("check", path, **CONSOLES[console])
    assert (done.returncode, done.stderr) == (1, b"")
    assert b"V102" in done.stdout


def test_a_gbk_console_shows_the_findings_in_chinese(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.xlsx", report({"disclosure.rules.made": "✓"}))
    out = _process("check", path, PYTHONIOENCODING="gbk").stdout.decode("gbk")
    assert "“二、主动公开”B4 规章（本年制发件数）填的是“?”。" in out


@pytest.mark.parametrize("console", CONSOLES)
def test_json_is_whole_on_every_console(console: str, tmp_path: Path) -> None:
    path = _write(tmp_path / "a.xlsx", report({"disclosure.rules.made": "✓𠮷"}))
    done = _process("check", path, "--format", "json", **CONSOLES[console])
    assert json.loads(done.stdout.decode("ascii"))["reports"][0]["findings"][0]["actual"] == "✓𠮷"


@pytest.mark.parametrize("arguments", [["rules"], ["--help"]])
def test_a_closed_pipe_is_no_error(arguments: list[str]) -> None:
    process = subprocess.Popen([sys.executable, "-m", "xltools", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(timeout=60) == 0


def test_a_file_name_that_is_no_text_harms_nothing(run: Run, tmp_path: Path) -> None:
    path = _write(tmp_path / os.fsdecode(b"\xb1\xa8\xb8\xe6.xlsx"), report())
    target = tmp_path / "findings.json"
    assert run("check", path).code == 0
    assert run("check", path, "--format", "json", "-o", target).code == 0
    assert json.loads(target.read_text(encoding="utf-8"))["summary"]["reports"] == 1


def test_an_interruption_is_one_line(run: Run, good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("xltools.cli.check.check_files", interrupt)
    code, out, err = run("check", good)
    assert (code, out, err.strip()) == (2, "", "已中断。")


# -------------------------------------------------------------------------------------- breakdowns and prose by hand


def test_what_is_typed_by_hand_into_a_breakdown_table_is_checked(run: Run, tmp_path: Path) -> None:
    area: BreakdownArea = BOOK.breakdowns[0]
    workbook = openpyxl.load_workbook(io.BytesIO(write_workbook(report())))

    def put(place: Place, value: object) -> None:
        workbook[place.sheet][place.address] = value

    put(area.total, 392)
    for name, amount, (label, value) in zip(area.names, area.amounts, (("乡镇动态", 66), ("政府文件", 318)), strict=False):
        put(name, label)
        put(amount, value)
    workbook.save(tmp_path / "a.xlsx")
    code, out, _ = run("check", tmp_path / "a.xlsx", "--format", "json")
    (finding,) = (one for one in json.loads(out)["reports"][0]["findings"] if one["severity"] == "error")
    assert (code, finding["name"], finding["section"]) == (1, "breakdown-mismatch", "overview.proactive")
    assert (finding["actual"], finding["expected"], finding["difference"]) == ("392", "384", "8")


def test_findings_that_were_written_into_a_folder_are_no_report_of_it(run: Run, good: Path, tmp_path: Path) -> None:
    folder = tmp_path / "handed-in"
    folder.mkdir()
    shutil.copy(good, folder)
    assert run("check", folder, "--format", "json", "-o", folder / "findings.json").code == 0
    code, out, _ = run("check", folder, "--format", "json")
    assert (code, json.loads(out)["summary"]["reports"]) == (0, 1)
    code, _, err = run("check", folder / "findings.json")
    assert code == 2
    assert "不是报告的 JSON" in err


def test_titles_as_published_are_held_against_the_official_ones(run: Run, good: Path, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    assert run("export", good, "-o", path).code == 0
    data = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**data, "titles": {"overview": "一、概述"}}), encoding="utf-8")
    out = run("check", path, "--format", "json").out
    assert [finding["name"] for finding in json.loads(out)["reports"][0]["findings"]] == ["section-title"]
    path.write_text(json.dumps({**data, "titles": {"七": "七、附件"}}), encoding="utf-8")
    assert run("check", path).code == 2
