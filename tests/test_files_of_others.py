"""Inputs stay as they are, and no file of others or of staff is written over."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.conftest import Run
from tests.reports import report
from tests.writing import COLLECT, COMMANDS, ONE_FILE, UNSEALED, Office, make_office
from xltools.county.store.export import TABLES
from xltools.files.seals import is_sealed
from xltools.form.loader import find_form
from xltools.readers.dispatch import read_report
from xltools.report.report_json import dump_report

pytestmark = pytest.mark.trial  # long runs

EDITED = "文件已存在，而且有人改过，或者不是 xltools 写的。"
THEIRS = {
    "template --roster": ["units/0012-示例县第0局.xlsx"],
    "check --annotate": ["notes/0.xlsx"],
    "collect": ["x.xlsx", "x-汇总情况.xlsx", "data/units.csv", "data/figures.parquet"],
}


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return make_office(tmp_path)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_file_of_others_is_not_written_over_unless_by_force(name: str, run: Run, office: Office) -> None:
    theirs = "我的文件".encode()
    paths = [office.out / file for file in THEIRS.get(name, [Path(COMMANDS[name][-1]).name])]
    for path in paths:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(theirs)
        ended = run(*office.command(name, force=False))
        assert ended.code == 2
        assert EDITED in ended.err
        assert "--force" in ended.err
        assert path.read_bytes() == theirs
        path.unlink()
    for path in paths:
        path.write_bytes(theirs)
    assert run(*office.command(name, force=False), "--force").code < 2
    assert all(path.read_bytes() != theirs for path in paths)


def test_a_file_of_others_in_the_place_of_a_copy_to_send_back_stays(run: Run, office: Office) -> None:
    run(*office.command("collect"))
    copy = office.out / "x-审核意见" / "0.xlsx"
    copy.write_text("我的文件", encoding="utf-8")
    office.hand_in(10)
    assert f"未写批注版：{office.folder / 'in' / '0.xlsx'}：无法写入 {copy}：{EDITED}" in run(*office.command("collect")).err
    assert copy.read_text(encoding="utf-8") == "我的文件"


def _in_a_spreadsheet_program(path: Path) -> None:
    workbook = openpyxl.load_workbook(path)
    workbook.save(path)


def _one_letter(path: Path) -> None:
    data = path.read_bytes()
    assert "示例县" in data.decode()
    path.write_bytes(data.replace("示例县".encode(), "示列县".encode(), 1))


def _a_line_at_the_end(path: Path) -> None:
    path.write_bytes(path.read_bytes() + "我的备注\n".encode())


def _a_line_between(path: Path) -> None:
    first, rest = path.read_bytes().split(b"\n", 1)
    path.write_bytes(first + "\n我的备注\n".encode() + rest)


def _as_excel_saves_it(path: Path) -> None:
    _save_table(path, lineterminator="\r\n")


def _as_libreoffice_saves_it(path: Path) -> None:
    _save_table(path, lineterminator="\n")


def _save_table(path: Path, **how: Any) -> None:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, **how).writerows(rows)


EDITS: dict[str, list[Callable[[Path], None]]] = {
    "template": [_in_a_spreadsheet_program, _a_line_at_the_end],
    "template --roster": [_in_a_spreadsheet_program],
    "import": [_in_a_spreadsheet_program],
    "export .docx": [_a_line_at_the_end],
    "export .html": [_one_letter, _a_line_between, _a_line_at_the_end],
    "export .json": [_one_letter, _a_line_between, _a_line_at_the_end],
    "check .json": [_one_letter, _a_line_between, _a_line_at_the_end],
    "check --annotate": [_in_a_spreadsheet_program],
    "compare .xlsx": [_in_a_spreadsheet_program],
    "compare .json": [_one_letter, _a_line_between, _a_line_at_the_end],
}


@pytest.mark.parametrize("name", EDITS)
def test_what_staff_have_changed_is_not_written_over(name: str, run: Run, office: Office) -> None:
    run(*office.command(name))
    path = next(path for path in sorted(office.out.rglob("*")) if path.is_file())
    ours = path.read_bytes()
    for edit in EDITS[name]:
        path.write_bytes(ours)
        edit(path)
        changed = path.read_bytes()
        ended = run(*office.command(name))
        assert (ended.code, EDITED in ended.err) == (2, True), edit
        assert path.read_bytes() == changed


@pytest.mark.parametrize("edit", [_as_excel_saves_it, _as_libreoffice_saves_it])
def test_exported_data_that_staff_have_saved_is_not_written_over(edit: Callable[[Path], None], run: Run, office: Office) -> None:
    run(*office.command("collect"))
    for table in TABLES:
        path = office.out / "data" / f"{table.name}.csv"
        before = path.read_bytes()
        edit(path)
        changed = path.read_bytes()
        ended = run(*office.command("collect"))
        assert (ended.code, ended.err) == (2, f"无法写入 {path}：{EDITED}请另起文件名；确要覆盖，加 --force。\n")
        assert path.read_bytes() == changed
        path.write_bytes(before)


def test_an_empty_file_holds_nothing_to_lose(run: Run, office: Office) -> None:
    for name in ONE_FILE:
        path = Path(office.command(name)[-1])
        path.write_bytes(b"")
        assert run(*office.command(name)).code < 2
        path.unlink()


@pytest.mark.parametrize("name", UNSEALED)
def test_findings_without_a_seal_are_written_anew_by_force_only(name: str, run: Run, office: Office) -> None:
    command = office.command(name, force=False)
    assert run(*command).code < 2
    path = office.out / Path(COMMANDS[name][-1]).name
    ours = path.read_bytes()
    ended = run(*command)
    assert (ended.code, EDITED in ended.err, path.read_bytes()) == (2, True, ours)
    assert run(*command, "--force").code < 2


def test_findings_as_json_take_the_place_of_their_own_and_of_no_report_without_a_seal(run: Run, office: Office) -> None:
    target = office.out / "x.json"
    for _ in range(2):
        assert run("check", office.folder / "in", "--format", "json", "-o", target).code < 2
    assert is_sealed(target.read_bytes())
    target.write_text(dump_report(report()), encoding="utf-8")
    assert run("check", office.folder / "in", "--format", "json", "-o", target).code == 2


INPUTS: dict[str, tuple[list[str], str]] = {
    "last year's report": (["check", "in/0.xlsx", "--previous", "in/last.json", "-o"], "in/last.json"),
    "a report below": (["check", "in/0.xlsx", "--children", "below", "-o"], "below/1.json"),
    "a report to check": (["check", "in/0.xlsx", "in/last.json", "-o"], "in/last.json"),
    "what is exported": (["export", "in/last.json", "-o"], "in/last.json"),
    "what is imported": (["import", "in/0.xlsx", "-o"], "in/0.xlsx"),
    "what is compared": (["compare", "in/last.json", "in/0.xlsx", "-o"], "in/last.json"),
    "last year's workbook": (["template", "--year", "2025", "--previous", "in/0.xlsx", "-o"], "in/0.xlsx"),
    "the roster": ([*COLLECT[:2], "--roster", "r-汇总情况.xlsx", *COLLECT[4:], "-o", "r.xlsx"], "r-汇总情况.xlsx"),
    "the roster beside the data": ([*COLLECT, "-o", "r.xlsx", "--data", "."], "units.csv"),
    "the store": ([*COLLECT, "--store", "r.xlsx", "-o", "r.xlsx"], "r.xlsx"),
}


@pytest.mark.parametrize("name", INPUTS)
def test_an_input_is_never_written_over_even_by_force(name: str, run: Run, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(office.folder)
    for target in ("in/last.json", "below/1.json"):
        Path(target).parent.mkdir(exist_ok=True)
        run("export", "in/1.xlsx", "-o", target)
    workbook = openpyxl.Workbook()
    workbook.active.append(["单位名称"])
    workbook.save("r-汇总情况.xlsx")
    arguments, path = INPUTS[name]
    if name == "the store":
        run(*COLLECT, "--store", "s.sqlite", "-o", "x.xlsx")
        Path("s.sqlite").rename("r.xlsx")
    before = Path(path).read_bytes()
    ended = run(*arguments, *([path] if arguments[-1] == "-o" else []), "--force")
    assert (ended.code, ended.err) == (2, f"无法写入 {path}：这是输入文件，不能覆盖。请用 -o 另起文件名。\n")
    assert Path(path).read_bytes() == before


def test_an_annotated_copy_never_falls_on_what_is_read_beside(run: Run, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(office.folder)
    Path("last").mkdir()
    assert run("import", "in/1.xlsx", "-o", "last/0.xlsx").code == 0
    before = Path("last/0.xlsx").read_bytes()
    ended = run("check", "in/0.xlsx", "--previous", "last/0.xlsx", "--annotate", "last", "--force")
    assert (ended.code, ended.err.count("\n")) == (2, 1)
    assert Path("last/0.xlsx").read_bytes() == before


def test_refusals_come_before_the_work(run: Run, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(*_: object) -> None:
        raise AssertionError("a report was read")

    monkeypatch.setattr("xltools.checks.batch.read_report", read)
    monkeypatch.setattr("xltools.county.intake.read_report", read)
    (office.out / "x.csv").write_text("别人的", encoding="utf-8")
    assert run(*office.command("check .csv", force=False)).code == 2
    for name in ("x.xlsx", "x-汇总情况.xlsx", "data/units.csv"):
        (office.out / "data").mkdir(exist_ok=True)
        (office.out / name).write_text("别人的", encoding="utf-8")
        assert run(*office.command("collect")).code == 2
        (office.out / name).unlink()


def test_a_sealed_report_is_read_as_any_other(run: Run, office: Office) -> None:
    given = read_report(office.folder / "in" / "0.xlsx", find_form(None))
    for name in ("import", "export .json", "export .html", "export .docx"):
        run(*office.command(name))
        path = Path(office.command(name)[-1])
        assert read_report(path, find_form(None)).figures.items() >= {
            (id, value) for id, value in given.figures.items() if name in ("import", "export .json")
        }
        path.unlink()


def test_what_a_crash_left_is_no_report(run: Run, office: Office) -> None:
    shutil.copy(office.folder / "in" / "0.xlsx", office.folder / "in" / ".xltools-abc.xlsx")
    assert "共3份" in run("check", office.folder / "in").out
