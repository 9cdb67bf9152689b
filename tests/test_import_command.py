"""`import`: a published report as a filled workbook to start from; nothing published is lost, nothing is repaired silently."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

import openpyxl
import pytest

import xltools
from tests.conftest import Run
from tests.published import OLD_FORM, OTHER, OVERVIEW, Rows, figures, page, row_of, set_values
from xltools.form.loader import find_form
from xltools.readers.dispatch import read_report
from xltools.report.filled import Report

FAULTY = Path(__file__).parent.parent / "samples" / "faulty-2024" / "faulty-2024.xlsx"
ZEROS = dict.fromkeys(figures(), 0)


def save(folder: Path, text: str, name: str = "report.html") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def imported(run: Run, source: Path, *arguments: object) -> tuple[str, Report]:
    """What the command prints, and the report in the workbook that it writes."""
    target = source.with_suffix(".xlsx")
    outcome = run("import", source, "-o", target, *arguments)
    assert (outcome.code, outcome.err) == (0, "")
    return outcome.out, read_report(target, find_form(None))


def test_a_published_report_becomes_a_workbook_with_all_its_figures_and_prose(run: Run, tmp_path: Path) -> None:
    source = save(tmp_path, page(values=ZEROS | {"requests.received.natural_person": 3, "requests.received.total": 3}))
    told, report = imported(run, source)
    original = read_report(source, find_form(None))
    assert {id: report.shown(id) for id in report.form.figures} == {id: original.shown(id) for id in report.form.figures}
    assert (report.text("overview"), report.text("other")) == (OVERVIEW, OTHER)
    assert "识别200格" in told
    assert "未识别" not in told
    assert "存疑" not in told


def test_a_published_total_that_differs_is_still_reported_with_both_values(run: Run, tmp_path: Path) -> None:
    source = save(tmp_path, page(values=ZEROS | {"litigation.reconsideration.upheld": 10, "litigation.reconsideration.corrected": 1}))
    imported(run, source)
    outcome = run("check", source.with_suffix(".xlsx"), "--format", "json")
    (finding,) = [f for f in json.loads(outcome.out)["reports"][0]["findings"] if f["name"] == "block-total"]
    assert (finding["actual"], finding["expected"]) == ("0", "11")
    assert outcome.code == 1


def test_breakdowns_of_the_prose_go_into_their_table(run: Run, tmp_path: Path) -> None:
    prose = "（一）主动公开</p><p>全年主动公开政府信息392条,其中乡镇动态66条、村（居）务公开318条。"
    _, report = imported(run, save(tmp_path, page(values=ZEROS).replace(OVERVIEW, prose)))
    (breakdown,) = report.breakdowns
    assert (breakdown.section, breakdown.label, breakdown.unit, breakdown.total) == ("overview.proactive", "主动公开政府信息", "条", 392)
    assert breakdown.parts == (("乡镇动态", 66), ("村（居）务公开", 318))
    assert breakdown.sides == (392, 384)


def test_lists_that_the_workbook_has_no_table_for_stand_in_the_prose_and_nobody_is_sent_to_write_them(run: Run, tmp_path: Path) -> None:
    lists = "主动公开政府信息392条，其中乡镇动态66条、村（居）务公开326条。发布政策解读9条，其中图解5条、访谈4条。"
    told, report = imported(run, save(tmp_path, page(values=ZEROS).replace(OVERVIEW, f"（一）主动公开</p><p>{lists}")))
    assert "未写入" not in told
    assert report.text("overview.proactive") == lists


def test_no_explanation_is_lost_on_the_way_to_another_workbook(run: Run, tmp_path: Path) -> None:
    copy = tmp_path / "copy.xlsx"
    reasons = {finding: f"原因{finding.id}" for finding in xltools.check(xltools.read(FAULTY))}
    xltools.annotate(FAULTY, [dataclasses.replace(finding, explanation=reason) for finding, reason in reasons.items()], copy)
    run("export", copy, "-o", tmp_path / "report.json")
    for source in (copy, tmp_path / "report.json"):
        assert run("import", source, "-o", tmp_path / "again.xlsx", "--force").code == 0
        again = xltools.read(tmp_path / "again.xlsx")
        assert again.explanations == {finding.key: reason for finding, reason in reasons.items()}
        assert [f.code for f in xltools.check(again) if not f.explanation] == []


def test_what_was_not_read_and_what_is_doubtful_is_printed(run: Run, tmp_path: Path) -> None:
    def spoil(rows: Rows) -> None:
        del row_of(rows, "（一）予以公开")[3]
        set_values(rows, "2.重复申请", ["22（其中修订 16 件）", *"000000"])

    told, report = imported(
        run, save(tmp_path, page(values=ZEROS, change={"requests": spoil}, below={"litigation": "<p>注：含结转。</p>"}))
    )
    assert "未识别7格，留空：（一）予以公开。请对照原文填写。" in told
    assert "第 2 个表第 6 行" in told
    assert "22（其中修订 16 件）" in told
    assert "注：含结转。" in told
    assert report.figures["requests.granted.natural_person"] is None


def test_last_year_s_edition_is_converted_and_what_has_no_counterpart_is_printed(run: Run, tmp_path: Path) -> None:
    values = dict.fromkeys(figures(OLD_FORM), 0) | {"disclosure.rules.disclosed_total": 524, "requests.carried_out.natural_person": 4}
    source = save(tmp_path, page(form=OLD_FORM, title="示例县2020年政府信息公开工作年度报告", values=values))
    told, report = imported(run, source, "--form", "govinfo-2021")
    assert report.form.id == "govinfo-2021"
    assert report.figures["requests.carried_out.natural_person"] == 4
    assert "已换成国办公开办函〔2021〕30号" in told
    assert "没有对应的格" in told
    assert "规章" in told


def test_last_year_s_published_report_carries_over(run: Run, tmp_path: Path) -> None:
    values = dict.fromkeys(figures(OLD_FORM), 0) | {"requests.carried_out.natural_person": 4, "requests.carried_out.total": 4}
    last = save(tmp_path, page(form=OLD_FORM, title="示例县2020年政府信息公开工作年度报告", values=values), "last.html")
    target = tmp_path / "this.xlsx"
    assert run("template", "--year", 2021, "--previous", last, "-o", target).code == 0
    assert read_report(target, find_form(None)).figures["requests.carried_in.natural_person"] == 4
    this = save(tmp_path, page(title="示例县2021年政府信息公开工作年度报告", values=ZEROS), "this.html")
    outcome = run("check", this, "--previous", last, "--format", "json")
    names = [finding["name"] for finding in json.loads(outcome.out)["reports"][0]["findings"]]
    assert "carry-over-mismatch" in names
    assert "other-edition-last-year" in names
    assert "stock-mismatch" not in names


def test_what_stands_outside_of_the_form_is_told_and_not_lost_unsaid(run: Run, tmp_path: Path) -> None:
    source, target = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    shutil.copy(FAULTY, source)
    silent = run("import", source, "-o", target).out
    assert "未写入" not in silent
    assert not [code for code in codes(run, source) if code == "C115"]
    workbook = openpyxl.load_workbook(source)
    remarks = {
        "基本信息": {"D5": "临时名称"},
        "一、总体情况": {"D2": "标题旁", "E5": "段落旁"},
        "三、依申请公开": {"L5": "含代管单位", "A36": "注：另有口头咨询", "C40": 12, "D40": "四"},
        "校验": {"M8": "核过"},
        "填报说明": {"B3": "读过"},
    }
    for sheet, cells in remarks.items():
        for address, text in cells.items():
            workbook[sheet][address] = text
    workbook.save(source)
    told = [line for line in run("import", source, "-o", target, "--force").out.splitlines() if "未写入" in line]
    assert "未归入正文的文字，未写入：三、依申请公开L5：含代管单位；A36：注：另有口头咨询；C40：12等4格" in told
    assert "锁定内容被改动，未写入：“一、总体情况”E5“段落旁”" in told
    assert {sheet for sheet in remarks if any(sheet in line for line in told)} == set(remarks)
    assert codes(run, source).count("C115") == len(remarks)  # one a sheet; what stands beside a paragraph is S101
    assert codes(run, target) == [code for code in codes(run, FAULTY) if code != "T301"]


@pytest.mark.parametrize(
    ("sheet", "told"),
    [
        (None, ["多出工作表“备忘”，其中的内容未写入。"]),
        ("三、依申请公开", ["缺少工作表“三、依申请公开”，已按行名、列名和标题识别。请核对。", "多出工作表“备忘”，其中的内容未写入。"]),
    ],
)
def test_a_sheet_of_staff_is_told_and_a_renamed_one_is_read(run: Run, tmp_path: Path, sheet: str | None, told: list[str]) -> None:
    source, target = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    workbook = openpyxl.load_workbook(FAULTY)
    workbook.create_sheet("备忘")["A1"] = "要紧的话"
    if sheet:
        workbook[sheet].title = "改了名"
    workbook.save(source)
    assert run("import", source, "-o", target).out.splitlines()[1:] == told
    assert codes(run, target) == [code for code in codes(run, FAULTY) if code != "T301"]


@pytest.mark.parametrize("written", ["2024年度", "二〇二四年", " 2024 ", "２０２４年"])
def test_a_year_in_words_is_the_year(tmp_path: Path, written: str) -> None:
    workbook = openpyxl.load_workbook(FAULTY)
    workbook["基本信息"]["B6"] = written
    workbook.save(tmp_path / "a.xlsx")
    assert read_report(tmp_path / "a.xlsx", find_form(None)).year == 2024


def codes(run: Run, path: Path) -> list[str]:
    return [one["code"] for one in json.loads(run("check", path, "--format", "json").out)["reports"][0]["findings"]]


def test_a_folder_of_all_kinds_of_files_is_checked_and_every_file_reported(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    save(folder, page(values=ZEROS), "a.html")
    save(folder, "会议通知", "b.txt")
    outcome = run("check", folder, "--format", "json")
    reports = json.loads(outcome.out)["reports"]
    assert [(Path(report["file"]).name, report["error"] is None) for report in reports] == [("a.html", True), ("b.txt", False)]
    assert outcome.code == 2


def test_json_of_a_published_report_tells_where_its_findings_stand(run: Run, tmp_path: Path) -> None:
    source = save(tmp_path, page(values=ZEROS | {"requests.granted.business": 2}))
    outcome = run("check", source, "--format", "json")
    finding = next(f for f in json.loads(outcome.out)["reports"][0]["findings"] if f["name"] == "row-total")
    assert finding["source"] == {"table": 2, "row": 6, "column": 10}
    assert (finding["sheet"], finding["cell"]) == ("三、依申请公开", "J7")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.html", b"", "空"),
        ("none.html", "<p>没有表格的网页</p>".encode(), "没有找到"),
        ("not.pdf", b"%PDF-1.4 broken", "损坏"),
        ("not.docx", b"plain", "docx"),
        ("lost.txt", b"????????" * 50, ""),
    ],
)
def test_a_file_that_is_no_report_is_one_line_and_exit_2(run: Run, tmp_path: Path, name: str, content: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    for arguments in (("check", path), ("import", path, "-o", tmp_path / "x.xlsx")):
        outcome = run(*arguments)
        assert outcome.code == 2
        assert outcome.out == ""
        assert outcome.err.count("\n") == 1
        assert name in outcome.err
        assert words in outcome.err
    assert not (tmp_path / "x.xlsx").exists()
