"""Files that commands write: kinds, what is never written over, documents, comparisons."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import Run
from tests.reports import as_json, as_workbook, report, report_in
from tests.writing import make_office

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
    code, _, err = run("export", as_workbook(tmp_path / "a.xlsx", report()), "-o", tmp_path / "out.json")
    assert (code, err.count("\n")) == (2, 1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.xlsx", "out.json"]


def test_an_output_never_replaces_the_input_even_by_force(run: Run, good: Path, tmp_path: Path) -> None:
    before = good.read_bytes()
    same = tmp_path / "other.xlsx"
    same.symlink_to(good)
    for command in (["import", good], ["template", "--year", 2025, "--previous", good]):
        for target in (good, same):
            code, _, err = run(*command, "-o", target, "--force")
            assert (code, err) == (2, f"无法写入 {target}：这是输入文件，不能覆盖。请用 -o 另起文件名。\n")
    assert good.read_bytes() == before


def test_an_output_that_nobody_touched_is_written_again(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    for year in (2023, 2024):
        assert run("template", "--year", year, "-o", target).code == 0
    assert report_in(target).year == 2024
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


# ------------------------------------------------------------------------------------------------- export as document


@pytest.mark.parametrize("ending", [".html", ".docx"])
def test_a_draft_that_is_checked_again_is_told_as_a_draft(run: Run, good: Path, wrong: Path, tmp_path: Path, ending: str) -> None:
    target, finished = tmp_path / f"draft{ending}", tmp_path / f"finished{ending}"
    assert run("export", good, "-o", finished).code == 0
    assert "草稿" not in run("check", finished).out
    assert run("export", wrong, "--draft", "-o", target).code == 0
    out = run("check", target).out
    assert out.count("：这是草稿，不得公布。请改正后用 xltools export 导出正式稿。") == 1
    assert "C115" not in out


def test_a_command_to_go_on_with_can_be_typed_as_it_stands(run: Run, wrong: Path, tmp_path: Path) -> None:
    plain, blank = tmp_path / "表.xlsx", tmp_path / "表 一.xlsx"
    for path, shown in ((plain, str(plain)), (blank, f'"{blank}"')):
        assert run("template", "--year", 2024, "-o", path).out.endswith(f"xltools check {shown}\n")
        shutil.copy(wrong, path)
        assert f"用 xltools check {shown} 查看并改正" in run("export", path, "-o", tmp_path / "a.docx").err


@pytest.mark.parametrize("command", ["check", "export", "import"])
def test_what_we_write_beside_reports_is_told_from_a_report(run: Run, tmp_path: Path, command: str) -> None:
    office = make_office(tmp_path)
    run(*office.command("collect"))
    run(*office.command("compare .xlsx")[:-1], office.out / "y.xlsx")
    (tmp_path / "saved.html").write_text(
        '<!DOCTYPE html>\n<!-- saved from a page -->\n<html class="findings" lang="zh-CN">', encoding="utf-8"
    )
    told = {
        office.out / "x-汇总情况.xlsx": "这是汇总情况，不是报告。请改用汇总出的工作簿",
        office.out / "y.xlsx": "这是两份报告的对比，不是报告。请改用所对比的报告。",
        office.out / "s.sqlite": "这是名册、检查结果或收集来的数据，不是报告。请给出报告文件。",
        tmp_path / "units.csv": "这是名册、检查结果或收集来的数据，不是报告。请给出报告文件。",
        tmp_path / "saved.html": "这是检查或对比的结果，不是报告。请给出报告文件。",
    }
    output = [] if command == "check" else ["-o", tmp_path / ("z.xlsx" if command == "import" else "z.json")]
    for path, words in told.items():
        outcome = run(command, path, *output)
        assert (outcome.code, outcome.out, outcome.err.count("\n")) == (2, "", 1)
        assert outcome.err.startswith(f"无法读取 {path}：{words}")


def test_a_document_is_refused_while_an_error_stands_and_written_as_a_draft(run: Run, wrong: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.docx"
    code, out, err = run("export", wrong, "-o", target)
    assert (code, out) == (1, "")
    assert err.startswith(f"{wrong} 有2项错误，没有导出。")
    assert not target.exists()
    assert run("export", wrong, "--draft", "-o", target).code == 0
    assert target.exists()


def test_a_document_is_written_once_every_error_is_explained(run: Run, tmp_path: Path) -> None:
    reason = {"unbalanced:requests.carried_out.business": "机构改革。"}
    path = as_workbook(tmp_path / "a.xlsx", report({"requests.received.business": 5}, explanations=reason))
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
    last = as_json(tmp_path / "last.json", report({"disclosure.licensing.decisions": 8}, year=2023))
    this = as_json(tmp_path / "this.json", report({"disclosure.licensing.decisions": 10}))
    code, out, err = run("compare", last, this)
    assert (code, err) == (0, "")
    assert out.startswith(
        "上年度：示例县人民政府 2023年度（国办公开办函〔2021〕30号）\n本年度：示例县人民政府 2024年度（国办公开办函〔2021〕30号）\n\n"
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
