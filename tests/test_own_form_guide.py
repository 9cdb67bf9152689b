"""docs/own-form.zh-CN.md, word for word: the table as it is drawn there, and every command in its order."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from tests.conftest import Run

GUIDE = (Path(__file__).parent.parent / "docs" / "own-form.zh-CN.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The blocks of the page that are marked as in this language."""
    return [text for found, text in re.findall(r"^```(\w*)\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL) if found == language]


def draw(path: Path) -> None:
    """The table of the page as a workbook."""
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "办理情况"
    for line in re.findall(r"^\| (\d+ \|.*) \|$", GUIDE, re.MULTILINE):
        number, *texts = map(str.strip, line.split("|"))
        for column, text in zip("ABCDEF", texts, strict=True):
            sheet[f"{column}{number}"] = text or None
    workbook.save(path)


def fill(path: Path, numbers: dict[str, object]) -> None:
    workbook = load_workbook(path)
    for at, value in numbers.items():
        workbook["办理情况"][at] = value
    workbook.save(path)


def test_from_an_empty_sheet_to_the_sum_of_a_county(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    draw(Path("热线.xlsx"))
    commands = [line.split()[1:] for block in blocks("") for line in block.splitlines() if line.startswith("xltools ")]
    roster = next(block for block in blocks("") if block.startswith("编号"))
    Path("units.csv").write_text(roster, encoding="utf-8")
    said = {}
    numbers = {"B3": 20, "C3": 18, "F3": "是", "B4": 10, "C4": 7, "F4": "否", "F5": "是"}
    for command in commands:
        if command[0] == "collect":
            shutil.copytree("发出", "收回")
            for path in Path("收回").glob("*.xlsx"):
                fill(path, numbers)
        ended = run(*command)
        assert ended.code == 0 or command[:2] == ["check", "热线汇总.xlsx"], ended.err + ended.out
        said[" ".join(command[:2])] = ended.out
        if command[:2] == ["forms", "new"]:
            form = Path("热线", "form.toml")
            form.write_text(form.read_text(encoding="utf-8") + "\n" + blocks("toml")[0], encoding="utf-8")
        if command[-1] == "热线2024.xlsx":
            fill(Path("热线2024.xlsx"), numbers)
    assert "要填7格，自动计算8格" in said["forms new"]
    assert "电话：办结≤受理" in said["forms check"]
    assert "错误0项，待核0项" in said["check 热线2024.xlsx"]
    assert Path("热线2024.docx").stat().st_size > 5000
    total = load_workbook("热线汇总.xlsx")["办理情况"]
    assert [total[at].value for at in ("B3", "C3", "B4")] == [40, 36, 20]
    assert "错误0项" in said["check 热线汇总.xlsx"]


def test_the_relation_of_the_page_finds_more_answered_than_received(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    draw(Path("热线.xlsx"))
    assert run("forms", "new", "热线.xlsx", "-o", "热线").code == 0
    form = Path("热线", "form.toml")
    form.write_text(form.read_text(encoding="utf-8") + "\n" + blocks("toml")[0], encoding="utf-8")
    assert run("template", "--form", "热线", "--year", "2024", "--unit", "示例县热线中心", "-o", "a.xlsx").code == 0
    fill(Path("a.xlsx"), {"B3": 20, "C3": 26, "F3": "是", "B4": 10, "C4": 7, "F4": "否", "F5": "是"})
    ended = run("check", "a.xlsx", "--form", "热线")
    assert (ended.code, "T202" in ended.out) == (1, True)
