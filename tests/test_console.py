"""On any console and with any file name a command does its work: no traceback, no garbled file, the right exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.needed import system
from tests.reports import TEXTS, balanced_figures, report
from xltools.report.report_json import dump_report
from xltools.workbook.locked_workbook import write_workbook

pytestmark = pytest.mark.trial  # long runs

CONSOLES = {
    "gbk": {"PYTHONIOENCODING": "gbk"},
    "ascii": {"PYTHONIOENCODING": "ascii"},
    "a plain C locale": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
}
NAMES = {
    "spaces and emoji": " 年 度 报告😀𠮷 (1)  a.xlsx",
    "250 bytes": "报" * 81 + "ab.xlsx",
    "two dashes": "--help.xlsx",
    "quotes": "a'b\"c$(d)`e`%F%.xlsx",
}


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: bytes
    err: bytes


def start(folder: Path, *arguments: object, **environment: str) -> Done:
    """Runs the command line in a process of its own, without a terminal, within this folder."""
    done = subprocess.run(
        [sys.executable, "-m", "xltools", *map(str, arguments)],
        capture_output=True,
        cwd=folder,
        env=_environment(environment),
        stdin=subprocess.DEVNULL,
        timeout=120,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def _environment(more: dict[str, str]) -> dict[str, str]:
    plain = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG", "PYTHON"))}
    return {**plain, "PYTHONPATH": str(Path(__file__).parent.parent), **more}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a report that has an error, in a folder of its own, and one of last year."""
    wrong = report({**balanced_figures(1), "disclosure.rules.made": "✓😀𠮷"}, texts={**TEXTS, "overview": "✓😀𠮷公开。"})
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "报告✓.xlsx").write_bytes(write_workbook(wrong))
    (tmp_path / "last.json").write_text(dump_report(report(balanced_figures(2), year=2023)), encoding="utf-8")
    return tmp_path


COMMANDS: dict[str, tuple[tuple[object, ...], int]] = {
    "template": (("template", "--year", 2024, "--unit", "县✓😀", "-o", "新✓😀.xlsx"), 0),
    "check as text": (("check", "in/报告✓.xlsx"), 1),
    "check as json": (("check", "in/报告✓.xlsx", "--format", "json"), 1),
    "check as csv": (("check", "in/报告✓.xlsx", "--format", "csv"), 1),
    "check as sarif": (("check", "in/报告✓.xlsx", "--format", "sarif"), 1),
    "annotate": (("check", "in/报告✓.xlsx", "--annotate", "批注✓"), 1),
    "export": (("export", "in/报告✓.xlsx", "--draft", "-o", "出😀.docx"), 0),
    "export refused": (("export", "in/报告✓.xlsx", "-o", "出😀.docx"), 1),
    "import": (("import", "in/报告✓.xlsx", "-o", "入😀.xlsx"), 0),
    "compare": (("compare", "last.json", "in/报告✓.xlsx"), 0),
    "compare into a file": (("compare", "last.json", "in/报告✓.xlsx", "-o", "比😀.xlsx"), 0),
    "collect": (("collect", "in", "--unit", "县✓😀", "--year", 2024, "--jobs", 1, "-o", "汇总😀.xlsx", "--data", "数据😀"), 1),
    "explain": (("explain", "T201"), 0),
    "explain what is none": (("explain", "✓😀"), 2),
    "a file that is not there": (("check", "没有😀.xlsx"), 2),
}


@system(sys.getfilesystemencoding().lower() == "utf-8", "names of files in UTF-8")
@pytest.mark.parametrize("console", CONSOLES)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_does_its_work_on_every_console(command: str, console: str, folder: Path) -> None:
    arguments, code = COMMANDS[command]
    done = start(folder, *arguments, **CONSOLES[console])
    if command == "collect" and console == "a plain C locale":  # which cannot name the files that are written beside the roll-up
        assert done.err.decode() == "本机设置不支持中文文件名。请找技术人员设置（PYTHONUTF8=1）。\n"
        code = 2
    assert done.code == code, done
    assert b"Traceback" not in done.err
    assert b"surrogate" not in done.err
    _assert_whole(folder)
    encoding = "gbk" if console == "gbk" else "utf-8"  # where ascii is asked for, click takes it for a mistake
    done.out.decode(encoding)
    done.err.decode(encoding)
    if command in ("check as json", "check as sarif"):
        assert "✓😀𠮷" in json.dumps(json.loads(done.out), ensure_ascii=False)


def _assert_whole(folder: Path) -> None:
    """Every office file can be opened, every other one is UTF-8, and no temporary one is left behind."""
    for path in folder.rglob("*"):
        assert not path.name.startswith(".xltools-")
        if path.suffix in (".xlsx", ".docx"):
            with zipfile.ZipFile(path) as package:
                assert package.testzip() is None
        elif path.suffix in (".json", ".csv", ".html"):
            assert "\ufffd" not in path.read_text(encoding="utf-8")


def test_a_units_name_is_whole_where_the_locale_knows_no_chinese(folder: Path) -> None:
    console = CONSOLES["a plain C locale"]
    assert start(folder, "template", "--year", 2024, "--unit", "某某县😀", "-o", "a.xlsx", **console).code == 0
    assert start(folder, "export", "a.xlsx", "-o", "a.json", **console).code == 0
    assert json.loads((folder / "a.json").read_text(encoding="utf-8"))["unit"]["name"] == "某某县😀"


PIPED: dict[str, tuple[tuple[object, ...], int]] = {
    "check": (("check", "in"), 1),
    "check as json": (("check", "in", "--format", "json"), 1),
    "annotate": (("check", "in", "--annotate", "copies"), 1),
    "compare": (("compare", "last.json", "in/报告✓.xlsx"), 0),
    "import": (("import", "last.json", "-o", "a.xlsx"), 0),
    "collect": (("collect", "in", "--unit", "县", "--year", 2024, "--jobs", 1, "-o", "r.xlsx", "--data", "data"), 1),
    "rules": (("rules",), 0),
    "explain": (("explain", "T201"), 0),
}
WRITTEN = {"annotate": "copies/报告✓.xlsx", "import": "a.xlsx", "collect": "r-汇总情况.xlsx"}


@pytest.mark.parametrize("command", PIPED)
def test_a_reader_who_stops_reading_changes_neither_the_work_nor_the_exit_code(command: str, folder: Path) -> None:
    arguments, code = PIPED[command]
    process = subprocess.Popen(
        [sys.executable, "-m", "xltools", *map(str, arguments)],
        cwd=folder,
        env=_environment({}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert (process.wait(timeout=60), err) == (code, b"")
    if command in WRITTEN:
        assert (folder / WRITTEN[command]).is_file()
    _assert_whole(folder)


@system(os.name != "nt", "a shell that closes streams")
@pytest.mark.parametrize("stream", ["stdout", "stderr", "both"])
def test_no_console_at_all_is_no_error(stream: str, folder: Path) -> None:
    closed = {"stdout": ">&-", "stderr": "2>&-", "both": ">&- 2>&-"}[stream]
    for arguments, code in ((["check", "in"], 1), (["import", "last.json", "-o", "a.xlsx"], 0), (["check", "none.xlsx"], 2)):
        line = f'"$0" -m xltools {" ".join(arguments)} {closed}'
        done = subprocess.run(
            ["sh", "-c", line, sys.executable], cwd=folder, env=_environment({}), capture_output=True, timeout=60, check=False
        )
        assert (done.returncode, b"Traceback" in done.stderr + done.stdout) == (code, False), (arguments, done)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_any_name_is_read_and_written(name: str, folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    file = NAMES[name]
    stem = file.removesuffix(".xlsx")
    (folder / "in" / "报告✓.xlsx").rename(folder / "in" / file)
    (folder / "out").mkdir()
    # as a shell fills in *.xlsx within the folder; "--" is what ends the options
    monkeypatch.chdir(folder / "in")
    assert run("check", "--", file).code == 1
    for ending in ("text", "json", "csv", "sarif"):
        assert run("check", "--format", ending, "-o", f"../out/{stem}.{ending[:4]}", "--", file).code == 1
    assert run("export", "--draft", "-o", f"../out/{stem}.docx", "--", file).code == 0
    assert run("import", "-o", f"../out/{file}", "--", file).code == 0
    assert run("compare", "../last.json", "--", file).code == 0
    monkeypatch.chdir(folder)
    assert run("template", "--year", 2024, "-o", f"nowhere/{file}").code == 2
    assert run("template", "--year", 2024, "-o", f"in/new-{file[-60:]}").code == 0
    assert run("check", "in", "--annotate", "copies").code == 1
    assert (folder / "copies" / file).is_file()
    assert run("collect", f"in/{file}", "--unit", "县", "--year", 2024, "--jobs", 1, "-o", "rollup.xlsx").code == 1
    assert run("collect", f"in/{file}", "--unit", "县", "--year", 2024, "--jobs", 1, "-o", f"out/r{file[-60:]}").code == 1
    _assert_whole(folder)


def test_a_file_that_a_command_takes_for_an_option_is_one_line(folder: Path) -> None:
    (folder / "-报告.xlsx").write_bytes(b"")
    done = start(folder, "check", "-报告.xlsx")
    assert (done.code, done.out, done.err.count(b"\n")) == (2, b"", 1)


# ---------------------------------------------------------------------------------------------------------- offline

OFFLINE = """
import socket, sys

def refuse(*arguments, **options):
    raise AssertionError("a socket was opened")

class Refused(socket.socket):
    __init__ = refuse

socket.socket = Refused
for name in ("create_connection", "getaddrinfo", "gethostbyname", "socketpair"):
    setattr(socket, name, refuse)

from xltools.cli import main

main(sys.argv[1:])
"""


def test_the_main_job_needs_no_network(folder: Path) -> None:
    """template, check, export, import, collect: the whole of it."""

    def offline(*arguments: object) -> int:
        done = subprocess.run(
            [sys.executable, "-c", OFFLINE, *map(str, arguments)],
            cwd=folder,
            env=_environment({}),
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert b"a socket was opened" not in done.stderr
        assert b"Traceback" not in done.stderr, done.stderr.decode()
        return done.returncode

    assert offline("template", "--year", 2024, "--unit", "某某县", "--zeros", "-o", "a.xlsx") == 0
    assert offline("check", "in", "a.xlsx", "--annotate", "copies") == 1
    for ending in ("docx", "html", "json"):
        assert offline("export", "in/报告✓.xlsx", "--draft", "-o", f"b.{ending}") == 0
    for ending in ("docx", "html", "json"):
        assert offline("import", f"b.{ending}", "-o", f"c-{ending}.xlsx") == 0
    assert offline("compare", "last.json", "b.json", "-o", "d.xlsx") == 0
    assert offline("collect", "in", "--unit", "某某县", "--year", 2024, "--jobs", 1, "-o", "e.xlsx", "--data", "data") == 1
