"""`template --roster`: a county hands out its workbooks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.reports import FORM, report
from xltools.county.store.access import open_store
from xltools.county.store.writing import FileState, Outcome
from xltools.form.loader import find_form
from xltools.form.unit import Unit
from xltools.readers.dispatch import read_report
from xltools.report.filled import Report
from xltools.report.report_json import dump_report
from xltools.workbook.locked_workbook import write_workbook

LAST = report({"requests.carried_out.business": 3, "requests.received.business": 3}, year=2023, unit=Unit("旧名局", "旧局", phone="0571-9"))
ROSTER = "代码,单位名称,原单位名称,电话\n0012,甲局,,0571-1\n0013,新名局,旧名局,\n,丙/局,,\n"


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    return _write(tmp_path / "units.csv", ROSTER.encode("gbk"))


@pytest.fixture
def last_year(tmp_path: Path) -> Path:
    """A folder with last year's reports: of the renamed unit, of a stranger, of another year, and a broken one."""
    folder = tmp_path / "2023" / "sub"
    folder.mkdir(parents=True)
    _write(folder / "a.json", dump_report(LAST).encode())
    _write(folder / "b.xlsx", write_workbook(replace(LAST, unit=Unit("外县局"))))
    _write(folder / "c.json", dump_report(replace(LAST, year=2022, unit=Unit("甲局"))).encode())
    _write(folder / "d.xlsx", b"broken")
    return tmp_path / "2023"


def _write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def _read(path: Path) -> Report:
    return read_report(path, find_form(None))


def test_one_workbook_for_each_unit(run: Run, roster: Path, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "out"
    code, out, err = run("template", "--roster", roster, "--year", 2024, "-o", folder)
    assert (code, err) == (0, "")
    assert out == (
        f"已生成3份填报工作簿，在 {folder}。发给各单位填写，收回后运行："
        f"xltools collect 收回的文件夹 --roster {roster} --unit 汇总单位名称 --year 2024 -o 汇总.xlsx\n"
    )
    assert sorted(file.name for file in folder.iterdir()) == ["0012-甲局.xlsx", "0013-新名局.xlsx", "丙_局.xlsx"]
    assert _read(folder / "0012-甲局.xlsx").unit == Unit("甲局", phone="0571-1")
    assert _read(folder / "丙_局.xlsx").unit == Unit("丙/局")


@pytest.mark.parametrize("options", [[], ["--zeros"], ["--password", "geheim"], ["--form", "govinfo-2019"]])
def test_each_is_the_same_as_of_the_single_command(run: Run, tmp_path: Path, options: list[str]) -> None:
    roster = _write(tmp_path / "units.csv", "name\n甲局\n新名局\n".encode())
    last = _write(tmp_path / "last.json", dump_report(replace(LAST, unit=Unit("甲局", "甲", "更旧局", phone="1"))).encode())
    (tmp_path / "2023").mkdir()
    _write(tmp_path / "2023" / "last.json", last.read_bytes())
    assert run("template", "--roster", roster, "--year", 2024, "--previous", tmp_path / "2023", "-o", tmp_path / "out", *options).code == 0
    for name, previous in (("甲局", ["--previous", last]), ("新名局", [])):
        single = tmp_path / f"{name}.xlsx"
        assert run("template", "--unit", name, "--year", 2024, *previous, "-o", single, *options).code == 0
        assert (tmp_path / "out" / f"{name}.xlsx").read_bytes() == single.read_bytes()


class TestLastYear:
    def test_is_taken_from_a_folder(self, run: Run, roster: Path, last_year: Path, tmp_path: Path) -> None:
        code, out, err = run("template", "--roster", roster, "--year", 2024, "--previous", last_year, "-o", tmp_path / "out")
        assert code == 0
        lines = out.splitlines()
        assert lines[:3] == [
            "1个单位已按上年度报告填入单位情况和上年结转。",
            "其中1个单位上年度报告用的是原名，已填入“原单位名称”：新名局。",
            "2个单位没有找到上年度报告，请手工填写上年结转：甲局、丙/局。",
        ]
        remarks = err.splitlines()
        assert len(remarks) == 2
        assert remarks[0].startswith(f"未采用 {last_year / 'sub' / 'b.xlsx'}：单位“外县局”不在名册中")
        assert remarks[1].startswith(f"未采用 {last_year / 'sub' / 'd.xlsx'}：不是电子表格文件")
        this = _read(tmp_path / "out" / "0013-新名局.xlsx")
        assert this.unit == Unit("新名局", former_name="旧名局", phone="0571-9")
        assert this.figures["requests.carried_in.business"] == 3

    def test_is_taken_from_a_store(self, run: Run, roster: Path, tmp_path: Path) -> None:
        store = tmp_path / "county.sqlite"
        with open_store(store) as opened:
            outcome = Outcome(FileState("/in/a.xlsx", 1, 1), form=FORM.id, unit="旧名局", year=2023, report=dump_report(LAST))
            opened.put([outcome])
        assert run("template", "--roster", roster, "--year", 2024, "--previous", store, "-o", tmp_path / "out").code == 0
        this = _read(tmp_path / "out" / "0013-新名局.xlsx")
        assert (this.unit.former_name, this.figures["requests.carried_in.business"]) == ("旧名局", 3)

    def test_a_second_report_of_a_unit_is_told_unless_it_is_the_published_one(self, run: Run, roster: Path, tmp_path: Path) -> None:
        folder = tmp_path / "2023"
        folder.mkdir()
        for name in ("b.json", "c.json"):
            _write(folder / name, dump_report(replace(LAST, unit=Unit("旧名局"))).encode())
        assert run("export", folder / "b.json", "--draft", "-o", folder / "a.html").code == 0
        _, _, err = run("template", "--roster", roster, "--year", 2024, "--previous", folder, "-o", tmp_path / "out")
        assert err == f"未采用 {folder / 'c.json'}：新名局 已有 {folder / 'b.json'}。\n"

    def test_a_single_report_is_for_the_single_command(self, run: Run, roster: Path, last_year: Path, tmp_path: Path) -> None:
        file = last_year / "sub" / "a.json"
        code, out, err = run("template", "--roster", roster, "--year", 2024, "--previous", file, "-o", tmp_path / "out")
        assert (code, out) == (2, "")
        assert err.startswith(f"--previous 给的是一份报告 {file}。") and err.count("\n") == 1

    @pytest.mark.parametrize("name", ["none", "none.sqlite"])
    def test_where_there_is_none_is_told(self, run: Run, roster: Path, tmp_path: Path, name: str) -> None:
        code, out, err = run("template", "--roster", roster, "--year", 2024, "--previous", tmp_path / name, "-o", tmp_path / "out")
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert str(tmp_path / name) in err

    def test_its_files_are_never_written_over(self, run: Run, tmp_path: Path) -> None:
        roster = _write(tmp_path / "units.csv", "name\n甲局\n乙局\n".encode())
        folder = tmp_path / "all"
        folder.mkdir()
        old = write_workbook(replace(LAST, unit=Unit("甲局")))
        _write(folder / "甲局.xlsx", old)
        code, out, err = run("template", "--roster", roster, "--year", 2024, "--previous", folder, "-o", folder, "--force")
        assert (code, "这是输入文件" in err, "已生成1份" in out) == (2, True, True)
        assert (folder / "甲局.xlsx").read_bytes() == old


class TestExistingFiles:
    def test_what_staff_have_edited_stays_and_the_others_are_written(self, run: Run, roster: Path, tmp_path: Path) -> None:
        folder = tmp_path / "out"
        folder.mkdir()
        edited = _write(folder / "0012-甲局.xlsx", b"edited by staff")
        code, out, err = run("template", "--roster", roster, "--year", 2024, "-o", folder)
        assert (code, out.startswith("已生成2份"), err.count("\n")) == (2, True, 1)
        assert err.startswith(f"没有生成：无法写入 {edited}：文件已存在，而且有人改过，或者不是 xltools 写的。")
        assert edited.read_bytes() == b"edited by staff"
        assert len(list(folder.iterdir())) == 3
        assert run("template", "--roster", roster, "--year", 2024, "-o", folder, "--force").code == 0
        assert _read(edited).unit.name == "甲局"

    def test_what_nobody_has_edited_is_written_again(self, run: Run, roster: Path, tmp_path: Path) -> None:
        for zeros in ([], ["--zeros"]):
            assert run("template", "--roster", roster, "--year", 2024, "-o", tmp_path / "out", *zeros).code == 0
        assert _read(tmp_path / "out" / "丙_局.xlsx").figures["requests.received.business"] == 0


class TestUsage:
    def test_a_unit_and_a_roster_exclude_each_other(self, run: Run, roster: Path, tmp_path: Path) -> None:
        code, out, err = run("template", "--roster", roster, "--unit", "甲局", "--year", 2024, "-o", tmp_path / "out")
        assert (code, out, err) == (2, "", "--unit 和 --roster 不能同用：一个单位用 --unit，名册中的所有单位用 --roster。\n")

    def test_the_output_is_a_folder(self, run: Run, roster: Path, tmp_path: Path) -> None:
        for target in (tmp_path / "out.xlsx", roster):
            code, out, err = run("template", "--roster", roster, "--year", 2024, "-o", target)
            assert (code, out, err) == (2, "", f"与 --roster 同用时，-o 应为文件夹，而 {target} 是文件。\n")

    def test_a_roster_that_cannot_be_used_stops_before_anything_is_written(self, run: Run, tmp_path: Path) -> None:
        roster = _write(tmp_path / "units.csv", "代码,名称\n01,甲局\n01,乙局\n".encode())
        code, out, err = run("template", "--roster", roster, "--year", 2024, "-o", tmp_path / "out")
        assert (code, out) == (2, "")
        assert err == f"无法读取 {roster}：第 2 行和第 3 行的代码都是“01”。请改正后重试。\n"
        assert not (tmp_path / "out").exists()
