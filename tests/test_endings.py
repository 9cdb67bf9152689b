"""How a command ends that is broken off or crashes: at once, in one line, nothing half-written, and nothing told of the report."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.needed import system
from tests.reports import balanced_figures, report
from xltools.form.unit import Unit
from xltools.workbook.locked_workbook import write_workbook

UNIT = "示例县财政局"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with many reports, each with an error."""
    (tmp_path / "in").mkdir()
    wrong = {**balanced_figures(1), "requests.received.business": 98765}
    first = tmp_path / "in" / "0.xlsx"
    first.write_bytes(write_workbook(report(wrong, unit=Unit(name=UNIT))))
    for number in range(1, 120):
        shutil.copyfile(first, tmp_path / "in" / f"{number}.xlsx")
    return tmp_path


COMMANDS = {
    "check": ["check", "in", "--jobs", "2"],
    "annotate": ["check", "in", "--jobs", "2", "--annotate", "copies", "-q"],
    "collect": ["collect", "in", "--unit", "县", "--year", "2024", "--store", "s.sqlite", "--jobs", "2", "-o", "c.xlsx"],
}


@pytest.mark.parametrize(
    "moment", ["county.county_year.CountyYear.record", "county.summary.finding_sheets.write_rules", "cli.collect.export_data"]
)
def test_what_only_passes_through_the_disk_is_gone_after_ctrl_c(
    moment: str, run: Run, folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    passing = tmp_path_factory.mktemp("passing")
    monkeypatch.setattr("tempfile.tempdir", str(passing))
    monkeypatch.setattr(f"xltools.{moment}", interrupt)
    (kept, *others) = (folder / "in").iterdir()
    for other in others:
        other.unlink()
    collect = ["collect", kept, "--unit", "县", "--year", "2024", "--jobs", "1", "--no-copies", "--data", folder / "data"]
    outcome = run(*collect, "-o", folder / "c.xlsx")
    assert (outcome.code, outcome.err.strip()) == (2, "已中断。")
    assert not list(passing.iterdir())
    assert not list(folder.rglob(".xltools-*"))


BEGUN = "import sys; sys.addaudithook(lambda event, told: event == 'import' and told[0] == 'xltools.cli' and open('begun', 'w').close())"
WATCHED = [sys.executable, "-c", f"{BEGUN}\nfrom xltools.__main__ import run\nrun()"]
"""The program, with a file of the moment in which the first of its commands is loaded: what stands before that is Python's own start."""
MOMENTS = [  # the command, the files that are seen, how many of them
    ("check", "begun", 1),  # it does not yet listen
    ("check", "passing/xltools-*", 1),  # its workers have begun
    ("annotate", "passing/xltools-*", 1),
    ("annotate", "copies", 1),
    ("annotate", "passing/xltools-*/openpyxl.*", 1),
    ("annotate", "copies/*.xlsx", 1),
    ("annotate", "copies/*.xlsx", 12),
    ("collect", "begun", 1),
    ("collect", "s.sqlite", 1),
    ("collect", "passing/xltools-*", 1),
    ("collect", "c-审核意见/*.xlsx", 1),
    ("collect", "c.xlsx", 1),
]


@pytest.mark.trial
@system(hasattr(os, "killpg"), "groups of processes")
@pytest.mark.parametrize("whole_group", [True, False], ids=["from the keyboard", "to one process"])
@pytest.mark.parametrize(("command", "files", "count"), MOMENTS)
def test_ctrl_c_twice_ends_at_once_and_leaves_nothing_unfinished(
    command: str, files: str, count: int, whole_group: bool, folder: Path
) -> None:
    passing = folder / "passing"
    passing.mkdir()
    process = subprocess.Popen(
        [*WATCHED, *COMMANDS[command]],
        cwd=folder,
        env={**os.environ, "TMPDIR": str(passing)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    while len(list(folder.glob(files))) < count:
        assert process.poll() is None, "it ended before the moment came"
        time.sleep(0.005)
    for _ in range(2):
        if process.poll() is None:
            (os.killpg if whole_group else os.kill)(process.pid, signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):  # or two would be one
            process.wait(0.05)
    told = process.communicate()[1].decode()
    assert "Traceback" not in told
    if process.returncode == 2:  # before it began it just ends, and it may have been quicker
        assert told.strip().endswith("已中断。") or "再运行一次" in told
    assert not list(folder.rglob(".xltools-*"))
    assert not list(passing.iterdir())
    assert not list(folder.glob("s.sqlite-*")) or subprocess.run(
        [sys.executable, "-m", "xltools", *COMMANDS["collect"], "--no-copies"], cwd=folder, capture_output=True, check=False
    ).returncode in (0, 1)


def test_a_crash_is_one_line_and_a_file_that_tells_nothing_of_the_report(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object, **__: object) -> None:
        raise RuntimeError(f"{UNIT}：98765")

    monkeypatch.setattr("xltools.cli.check.check_files", crash)
    monkeypatch.chdir(folder)
    outcome = run("check", "in", f"--previous={UNIT}")
    (file,) = folder.glob("xltools-*.log")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == f"程序出错，未能完成。请把 {file.name} 发给维护人员，其中没有报告的数据和单位名称。\n"
    told = file.read_text(encoding="utf-8")
    assert "xltools/cli/check.py:" in told
    assert "builtins.RuntimeError" in told
    assert "check --previous" in told
    assert UNIT not in told
    assert "98765" not in told
    assert str(Path.home()) not in told


def test_a_crash_in_another_process_is_told_as_well(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object, **__: object) -> None:
        raise RuntimeError(UNIT)

    monkeypatch.setattr("xltools.checks.batch.review", crash)
    monkeypatch.chdir(folder)
    assert run("check", "in").code == 2
    (file,) = folder.glob("xltools-*.log")
    told = file.read_text(encoding="utf-8")
    assert "xltools/checks/batch.py:" in told
    assert "crash" in told
    assert UNIT not in told


def test_where_the_folder_takes_no_file_the_crash_is_told_elsewhere(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr("tempfile.tempdir", str(elsewhere))
    monkeypatch.setattr("xltools.cli.check.find_files", lambda _: 1 / 0)
    monkeypatch.chdir(folder)
    real = Path.write_text

    def refuse(path: Path, *arguments: str, **options: str) -> int:
        if not path.is_absolute():
            raise PermissionError(13, "Permission denied")
        return real(path, *arguments, **options)

    monkeypatch.setattr(Path, "write_text", refuse)
    assert str(elsewhere) in run("check", "in").err
