"""What a native parser does to its process, abort or never come back, costs the file's own line and nothing else."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.trial  # long runs

ROOT = Path(__file__).parents[1]
COUNTY = ROOT / "samples" / "county"
DEADLY = "坏文件.xlsx"

DRIVER = f"""
import faulthandler, multiprocessing, os, sys
from pathlib import Path
from xltools.readers import dispatch as reading
from xltools.cli import main

multiprocessing.set_start_method("fork")  # so that workers have the deadly reader, too
death, *arguments = sys.argv[1:]
sound = reading._reader

def die():
    if death == "abort":
        os.abort()
    # the time that the pool gives is up as soon as this file is begun, however busy the machine is with the others
    faulthandler.dump_traceback_later(0.1, exit=True, file=open(os.devnull, "w"))
    while True:
        pass

def reader(kind, mend):
    read = sound(kind, mend)
    return lambda path, *more: die() if path.name == {DEADLY!r} else read(path, *more)

reading._reader = reader
faulthandler.disable()
main(arguments)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Reports of six units, one of which no parser survives."""
    folder = tmp_path / "收到"
    shutil.copytree(COUNTY / "2023", folder)
    for file in sorted(folder.iterdir())[5:]:
        file.unlink()
    shutil.copy(sorted(folder.iterdir())[2], folder / DEADLY)
    return folder


def run(death: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", DRIVER, death, *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")


@pytest.mark.parametrize(("death", "jobs"), [("abort", 1), ("abort", 3), ("hang", 2)])
def test_check_reports_every_other_file(folder: Path, death: str, jobs: int) -> None:
    done = run(death, "check", folder, "--jobs", jobs, "--format", "json")
    reports = json.loads(done.stdout)["reports"]
    assert done.returncode == 2
    assert len(reports) == 6
    assert [Path(report["file"]).name for report in reports if report["error"]] == [DEADLY]
    assert "另存" in next(report["error"] for report in reports if report["error"])
    assert all(report["unit"] and report["year"] == 2023 for report in reports if not report["error"])
    assert done.stderr == ""


def test_every_other_file_gets_its_annotated_copy(folder: Path, tmp_path: Path) -> None:
    copies = tmp_path / "副本"
    done = run("abort", "check", folder, "--annotate", copies)
    assert done.returncode == 2
    assert {copy.name for copy in copies.iterdir()} == {file.name for file in folder.iterdir()} - {DEADLY}


def test_workbooks_are_handed_out_with_what_the_others_reported(folder: Path, tmp_path: Path) -> None:
    done = run("abort", "template", "--year", 2024, "--roster", COUNTY / "units.csv", "--previous", folder, "-o", tmp_path / "发出")
    assert done.returncode == 0, done.stderr
    assert "5个单位已按上年度报告填入" in done.stdout
    assert done.stderr.count(DEADLY) == 1


def test_a_sum_is_held_against_all_the_others(folder: Path, tmp_path: Path) -> None:
    shutil.copy(sorted(folder.iterdir())[0], tmp_path / "汇总.xlsx")
    done = run("abort", "check", tmp_path / "汇总.xlsx", "--children", folder)
    assert done.returncode == 1
    assert "5个单位合计" in done.stdout
    assert done.stderr.count(DEADLY) == 1


def test_collect_keeps_all_the_others(folder: Path, tmp_path: Path) -> None:
    done = run("abort", "collect", folder, "--unit", "示例县人民政府", "--year", 2023, "-o", tmp_path / "汇总.xlsx", "--jobs", 2)
    assert done.returncode == 2
    assert (tmp_path / "汇总.xlsx").exists()
    assert DEADLY in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
