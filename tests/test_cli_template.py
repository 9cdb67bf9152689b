"""template on the command line, and what a report takes from last year's."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import Run
from tests.reports import FORM, as_json, as_workbook, report, report_in
from xltools.form.unit import Unit

# ----------------------------------------------------------------------------------------------------- last year


LAST = report(
    {"requests.carried_out.natural_person": 3, "requests.received.natural_person": 3, "requests.carried_out.business": 0},
    year=2023,
    unit=Unit("旧县人民政府", "旧县", phone="0571-1"),
)


def test_the_template_takes_over_last_years_unit_and_what_was_carried_out(run: Run, tmp_path: Path) -> None:
    last = as_workbook(tmp_path / "last.xlsx", LAST)
    target = tmp_path / "next.xlsx"
    assert run("template", "--year", 2024, "--previous", last, "-o", target).code == 0
    read = report_in(target)
    assert (read.year, read.unit) == (2024, LAST.unit)
    filled = {id: value for id, value in read.figures.items() if value is not None}
    columns = ("natural_person", "business", "research", "public_welfare", "legal_service", "other")
    assert filled == {f"requests.carried_in.{column}": 3 if column == "natural_person" else 0 for column in columns}


def test_a_report_of_another_year_given_for_last_years_is_told(run: Run, tmp_path: Path) -> None:
    last = as_workbook(tmp_path / "last.xlsx", LAST)
    code, _, err = run("template", "--year", 2025, "--previous", last, "-o", tmp_path / "next.xlsx")
    assert (code, err.strip()) == (0, "注意：所给的上年度报告是2023年度的，应为2024年度。选错文件的请更换，重新生成。")
    assert run("template", "--year", 2024, "--previous", last, "-o", tmp_path / "next.xlsx").err == ""


def test_a_unit_that_was_renamed_keeps_its_former_name(run: Run, tmp_path: Path) -> None:
    last = as_workbook(tmp_path / "last.xlsx", LAST)
    target = tmp_path / "next.xlsx"
    run("template", "--year", 2024, "--previous", last, "--unit", "新县人民政府", "-o", target)
    unit = report_in(target).unit
    assert (unit.name, unit.short_name, unit.former_name, unit.phone) == ("新县人民政府", "", "旧县人民政府", "0571-1")


def test_a_check_against_last_year_finds_what_was_not_carried_over(run: Run, tmp_path: Path, good: Path) -> None:
    last = as_json(tmp_path / "last.json", replace(LAST, unit=report().unit))
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
    read = report_in(target)
    assert (read.year, read.unit, set(read.figures.values())) == (2024, Unit("示例县人民政府"), {None})
    assert read.origin.altered == ()


def test_zeros_fill_every_input_with_0(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    run("template", "--year", 2024, "--zeros", "-o", target)
    assert [report_in(target).figures[figure.id] for figure in FORM.inputs] == [0] * 166


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
    for command in (["template", "--year", 2024], ["import", as_json(tmp_path / "a.json", report())]):
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
    read = report_in(tmp_path / "out.xlsx")
    assert (read.year, read.form.id) == (year, "govinfo-2019" if year < 2021 else "govinfo-2021")


@pytest.mark.parametrize("command", ["template", "collect"])
@pytest.mark.parametrize("year", [1000, 2018])
def test_a_year_before_the_first_edition_is_refused(year: int, command: str, run: Run, tmp_path: Path) -> None:
    folder = [tmp_path, "--unit", "某某县"] if command == "collect" else []
    code, _, err = run(command, *folder, "--year", year, "-o", tmp_path / "out.xlsx")
    assert (code, err) == (2, f"没有{year}年度的表式：现有表式从2019年度起用。请检查年度，或用 --form 给出自备的表式。\n")
    assert not (tmp_path / "out.xlsx").exists()


def test_last_years_report_of_another_unit_is_told(run: Run, good: Path, tmp_path: Path) -> None:
    assert run("template", "--year", 2025, "--previous", good, "--unit", "示例县", "-o", tmp_path / "a.xlsx").err == ""
    outcome = run("template", "--year", 2025, "--previous", good, "--unit", "另一个县人民政府", "-o", tmp_path / "b.xlsx")
    assert (outcome.code, outcome.err.count("\n")) == (0, 1)
    assert outcome.err.startswith("注意：上年度报告的单位是“示例县人民政府”，已填入“原单位名称”。不是更名的请更换上年度报告")
