"""check on the command line: exit codes, JSON, folders, a terminal, and findings of what was typed by hand."""

from __future__ import annotations

import io
import json
import re
import shutil
import sys
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import Run
from tests.reports import FORM, as_json, as_workbook, balanced_figures, report
from xltools.cli import main
from xltools.form.book import BreakdownArea, Place, plan_book
from xltools.workbook.locked_workbook import write_workbook

BOOK = plan_book(FORM)

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


# ------------------------------------------------------------------------------------------------- check: exit codes


def test_a_report_with_nothing_wrong_exits_with_0(run: Run, good: Path) -> None:
    code, out, err = run("check", good)
    assert (code, err) == (0, "")
    assert out == f"{good}  示例县人民政府 2024年度\n  没有发现问题。\n\n共1份：错误0项，待核0项，提示0项。\n"


def test_warnings_alone_exit_with_0(run: Run, tmp_path: Path) -> None:
    path = as_workbook(tmp_path / "blank.xlsx", report({"disclosure.rules.made": None}))
    code, out, _ = run("check", path)
    assert code == 0
    assert "待核1项" in out


def test_an_error_exits_with_1_and_tells_where_what_and_why(run: Run, wrong: Path) -> None:
    code, out, err = run("check", wrong)
    assert (code, err) == (1, "")
    assert "“三、依申请公开”E29" in out
    assert "差5" in out
    assert "依据：“本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和" in out


def test_an_error_that_staff_explained_still_exits_with_1(run: Run, tmp_path: Path) -> None:
    reasons = {relation.id: "机构改革。" for relation in FORM.relations if relation.rule == "unbalanced"}
    path = as_workbook(tmp_path / "explained.xlsx", report({"requests.received.business": 5}, explanations=reasons))
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
    assert "共3份：错误2项，待核0项，提示0项，1份无法读取。" in out


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
    as_workbook(tmp_path / names[0], report())
    as_workbook(tmp_path / names[1], report())
    as_json(tmp_path / names[2], report())
    for name in ("~$a.xlsx", ".~lock.a.xlsx#", ".hidden.xlsx", "units.csv", "county.sqlite", "desktop.ini"):
        (tmp_path / name).write_bytes(b"")
    reports = json.loads(run("check", tmp_path, "--format", "json").out)["reports"]
    assert [one["file"] for one in reports] == [str(tmp_path / name) for name in names]


def test_a_folder_without_a_report_is_one_line(run: Run, tmp_path: Path) -> None:
    code, out, err = run("check", tmp_path)
    assert (code, out) == (2, "")
    assert err == f"{tmp_path} 中没有可以检查的报告。请给出报告文件或放报告的文件夹。\n"


def test_of_several_files_a_line_each_comes_first_and_then_what_is_wrong(run: Run, tmp_path: Path) -> None:
    as_workbook(tmp_path / "a.xlsx", report())
    as_workbook(tmp_path / "b.xlsx", report({"requests.received.business": 3}))
    (tmp_path / "c.doc").write_bytes(b"?")
    lines = run("check", tmp_path).out.split("\n")
    first = lines[: lines.index("")]
    assert [line.partition("  ")[0] for line in first] == [str(tmp_path / name) for name in ("a.xlsx", "b.xlsx", "c.doc")]
    assert [line.rpartition("  ")[2][:4] for line in first] == ["没有发现", "错误2项", "无法读取"]
    assert sum(str(tmp_path / "a.xlsx") in line for line in lines) == 1
    assert lines[-2].startswith("共3份：")
    quiet = run("check", "--quiet", tmp_path).out.split("\n")
    assert quiet == [*first, *lines[-2:]]


def test_findings_of_a_rule_stand_in_the_order_of_sheets_and_cells(run: Run, tmp_path: Path) -> None:
    path = as_workbook(
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
        as_workbook(tmp_path / f"{name}.xlsx", report())
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
        as_workbook(tmp_path / f"{seed}.xlsx", report(balanced_figures(seed)))
    one = run("check", tmp_path, wrong, unreadable, "--previous", wrong, "--format", "json")
    two = run("check", tmp_path, wrong, unreadable, "--previous", wrong, "--format", "json", "--jobs", 2)
    assert len(json.loads(one.out)["reports"]) == 10
    assert one == two


def test_a_result_is_not_written_under_the_name_of_another_kind_of_file(run: Run, good: Path, tmp_path: Path) -> None:
    for name, formats in (
        ("a.csv", ["csv"]),
        ("a.htm", ["html"]),
        ("a.json", ["json", "sarif"]),
        ("a.txt", ["text"]),
        ("a", ["text", "csv"]),
    ):
        for format_name in formats:
            assert run("check", good, "--format", format_name, "-o", tmp_path / name, "--force").code == 0
    for arguments, name, words in (
        ([], "b.html", "与结果的格式（text）不符。请加 --format html，或另起文件名。"),
        (["--format", "json"], "b.csv", "与结果的格式（json）不符。请加 --format csv，或另起文件名。"),
        (
            ["--format", "csv"],
            "b.xlsx",
            "检查结果不能写成 .xlsx。表格请用 --format csv，网页请用 --format html；要批注在工作簿上，用 --annotate。",
        ),
    ):
        code, out, err = run("check", good, *arguments, "-o", tmp_path / name)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert words in err
        assert not (tmp_path / name).exists()


def test_a_web_address_is_told_as_one(run: Run) -> None:
    code, _, err = run("check", "https://www.example.gov.cn/report.html")
    assert (code, err.count("\n")) == (2, 1)
    assert "这是网址。请在浏览器中打开，另存为 .html" in err


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
    assert "这是检查或对比的结果，不是报告" in err


def test_titles_as_published_are_held_against_the_official_ones(run: Run, good: Path, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    assert run("export", good, "-o", path).code == 0
    data = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**data, "titles": {"overview": "一、概述"}}), encoding="utf-8")
    out = run("check", path, "--format", "json").out
    assert [finding["name"] for finding in json.loads(out)["reports"][0]["findings"]] == ["section-title"]
    path.write_text(json.dumps({**data, "titles": {"七": "七、附件"}}), encoding="utf-8")
    assert run("check", path).code == 2
