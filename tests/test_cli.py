"""The contract of the command line: every mistake as one line in Chinese, help, consoles, pipes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from tests.conftest import Run
from tests.reports import as_workbook, report
from xltools import cli

# --------------------------------------------------------------------------------------------------- usage and help


USAGE: dict[str, tuple[list[str], str]] = {
    "no such command": (["chekc"], "没有命令 chekc，要用的可能是 check。"),
    "no such option": (["check", "a.xlsx", "--fast"], "没有选项 --fast"),
    "nothing like a command": (["核对"], "没有命令 核对。"),
    "an option mistyped": (["check", "a.xlsx", "--anotate", "b"], "没有选项 --anotate，要用的可能是 --annotate。"),
    "a day that is none": (
        ["collect", ".", "--unit", "县", "--year", "2024", "-o", "a.xlsx", "--deadline", "2025-02-30"],
        "--deadline 的值不对（报送截止日期，如 2025-01-20）",
    ),
    "no file": (["check"], "没有给出文件或文件夹"),
    "no year": (["template", "-o", "a.xlsx"], "没有给出 --year"),
    "no output": (["template", "--year", "2024"], "没有给出"),
    "no value": (["check", "a.xlsx", "--previous"], "选项 --previous 后面要有一个值"),
    "a year that is no number": (["template", "--year", "今年", "-o", "a.xlsx"], "--year 的值不对（报告年度，如 2024）"),
    "no jobs": (["check", "a.xlsx", "--jobs", "0"], "--jobs 应为不小于1的整数"),
    "a format that is none": (["check", "a.xlsx", "--format", "yaml"], "--format 只能是 text、json"),
    "two files": (["export", "a.xlsx", "b.xlsx", "-o", "a.json"], "给出的文件或名称过多"),
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
    editions = (
        "govinfo-2019　政府信息公开工作年度报告（国办公开办函〔2019〕60号，2019至2020年度）\n"
        "govinfo-2021　政府信息公开工作年度报告（国办公开办函〔2021〕30号，2021年度起）\n"
    )
    assert run("forms").out == editions


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
    path = as_workbook(tmp_path / "✓报告𠮷.xlsx", report({"disclosure.rules.made": "✓𠮷"}))
    done = _process("check", path, **CONSOLES[console])
    assert (done.returncode, done.stderr) == (1, b"")
    assert b"V102" in done.stdout


def test_a_gbk_console_shows_the_findings_in_chinese(tmp_path: Path) -> None:
    path = as_workbook(tmp_path / "a.xlsx", report({"disclosure.rules.made": "✓"}))
    out = _process("check", path, PYTHONIOENCODING="gbk").stdout.decode("gbk")
    assert "“二、主动公开”B4 规章（本年制发件数）填的是“?”。" in out


@pytest.mark.parametrize("console", CONSOLES)
def test_json_is_whole_on_every_console(console: str, tmp_path: Path) -> None:
    path = as_workbook(tmp_path / "a.xlsx", report({"disclosure.rules.made": "✓𠮷"}))
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
    path = as_workbook(tmp_path / os.fsdecode(b"\xb1\xa8\xb8\xe6.xlsx"), report())
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
