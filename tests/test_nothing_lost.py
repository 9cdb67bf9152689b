"""Nothing is lost where a command is killed, or can write no more: outputs are whole or not there."""

from __future__ import annotations

import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.killing import Ended, Killer, killer
from tests.writing import COMMANDS, ONE_FILE, Files, Office, files, make_office, remains

pytestmark = pytest.mark.trial  # long runs

FULL = "磁盘已满，或者超出了允许的大小。请腾出空间再试。"
SOME = ("template", "template --roster", "export .html", "check .csv", "check --annotate", "collect")
"""All that write in a way of their own."""


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return make_office(tmp_path)


@pytest.fixture(scope="module")
def fate() -> Iterator[Killer]:
    """Runs commands that end badly."""
    with killer() as fate:
        yield fate


def is_one_line(ended: Ended) -> bool:
    return ended.code == 2 and ended.out.count("\n") == 1 and "Traceback" not in ended.out


def done(fate: Killer, office: Office, name: str) -> Ended:
    """Runs a command that goes through."""
    ended = fate.run(office.command(name), office.out)
    assert ended.code in (0, 1), ended.out
    return ended


@dataclass(frozen=True)
class Turn:
    """A command that has run once, and whose inputs have changed since: its outputs, as the next run should leave them, and the changes it makes."""

    name: str
    fate: Killer
    office: Office
    before: Files
    after: Files
    steps: int

    def begin(self) -> Turn:
        """The outputs of the first run, and nothing else."""
        shutil.rmtree(self.office.out)
        shutil.copytree(self.office.folder / "kept", self.office.out)
        return self

    def run(self, **what: int) -> Ended:
        return self.fate.run(self.office.command(self.name), self.office.out, **what)

    def found(self) -> Files:
        return files(self.office.out)

    def is_whole(self) -> bool:
        """Whether every file is as it was, or finished."""
        found, names = self.found(), self.before.keys() | self.after.keys()
        return found.keys() <= names and all(found.get(name) in (self.before.get(name), self.after.get(name)) for name in names)

    def finish(self) -> None:
        """Runs it to its end, which is that of a run that nothing happened to; that a roll-up was replaced is not said a second time."""
        rolled_up = self.name == "collect" and self.found()["x.xlsx"] == self.after["x.xlsx"]
        assert done(self.fate, self.office, self.name)
        found = self.found()
        assert {file for file in self.after if found[file] != self.after[file]} <= ({"x-汇总情况.xlsx"} if rolled_up else set())


TakeTurn = Callable[[str], Turn]


@pytest.fixture(scope="module")
def turn(fate: Killer, tmp_path_factory: pytest.TempPathFactory) -> TakeTurn:
    """What gives the turn of a command, at its beginning."""

    @cache
    def take(name: str) -> Turn:
        office = make_office(tmp_path_factory.mktemp("turn"))
        done(fate, office, name)
        before = files(office.out)
        shutil.copytree(office.out, office.folder / "kept")
        office.hand_in(10)
        ended = done(fate, office, name)
        return Turn(name, fate, office, before, files(office.out), ended.steps)

    return lambda name: take(name).begin()


@pytest.mark.parametrize("name", COMMANDS)
def test_our_own_outputs_are_written_anew_whenever_inputs_have_changed(name: str, turn: TakeTurn) -> None:
    taken = turn(name)
    assert taken.before.keys() == taken.after.keys()
    same = [file for file in taken.before if taken.before[file] == taken.after[file]]
    assert all(file.startswith(("data/cells.", "data/units.", "data/texts.", "notes/1")) for file in same), same


@pytest.mark.parametrize("name", [name for name in SOME if name != "collect"])
def test_killed_before_any_change_it_makes_every_output_is_whole(name: str, turn: TakeTurn) -> None:
    taken = turn(name)
    inputs = taken.office.inputs()
    for step in range(1, taken.steps + 1, 1 if name in ("template", "export .html", "check .csv") else 4):
        assert taken.run(step=step).code == -9
        assert taken.is_whole(), step
    assert taken.office.inputs() == inputs
    assert remains(taken.office.out)  # what a killed process was writing stands in no one's way
    taken.finish()


@pytest.mark.parametrize("name", [name for name in SOME if name != "collect"])
def test_killed_at_any_byte_of_an_output_the_old_one_stands(name: str, turn: TakeTurn) -> None:
    taken = turn(name)
    size = min(len(content) for content in taken.after.values() if isinstance(content, bytes))
    for byte in (100, size // 2, size - 1):  # of fewer, no worker can start
        ended = taken.run(bytes=byte)
        assert ended.code == -signal.SIGXFSZ or name == "check --annotate", ended  # there it is a worker that dies
        assert taken.found() == taken.before


def test_collecting_killed_before_any_change_starts_again_where_it_was(turn: TakeTurn) -> None:
    taken = turn("collect")
    inputs = taken.office.inputs()
    for number, step in enumerate((*range(1, 30, 12), *range(30, taken.steps, 150))):  # the store first, then every file anew
        assert taken.begin().run(step=step).code == -9
        assert taken.is_whole(), step
        if number % 2:
            taken.finish()
    assert taken.office.inputs() == inputs


def test_collecting_killed_at_any_byte_keeps_a_sound_store(turn: TakeTurn) -> None:
    taken = turn("collect")
    path = taken.office.out / "s.sqlite"
    size = path.stat().st_size
    for byte in (5000, size // 3, size - 1):
        assert taken.begin().run(bytes=byte).code < 0
        assert taken.is_whole(), byte
        store = sqlite3.connect(path)
        assert store.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        store.close()
        taken.finish()


@pytest.mark.parametrize("name", [name for name in SOME if name != "collect"])
def test_where_nothing_more_can_be_written_the_old_output_stands_and_nothing_is_left(name: str, turn: TakeTurn) -> None:
    taken = turn(name)
    inputs = taken.office.inputs()
    ended = taken.run(bytes=300, deadly=False)
    assert (ended.code, "Traceback" in ended.out) == (2, False)
    assert FULL in ended.out
    assert is_one_line(ended) or name not in ONE_FILE
    assert (taken.found(), remains(taken.office.out), taken.office.inputs()) == (taken.before, [], inputs)


@pytest.mark.parametrize("name", SOME)
def test_a_target_that_is_open_in_excel_stays_and_nothing_is_left(name: str, turn: TakeTurn) -> None:
    taken = turn(name)
    ended = taken.run(locked=True)
    assert (ended.code, "Traceback" in ended.out) == (2, False)
    assert "文件正在 Excel、Word 或 WPS 中打开，或者不许改动。请关闭后再试，或另起文件名。" in ended.out
    assert (taken.found(), remains(taken.office.out)) == (taken.before, [])


@pytest.mark.parametrize("name", SOME)
def test_a_folder_without_rights_to_write_is_one_line(name: str, fate: Killer, office: Office) -> None:
    office.out.chmod(0o555)
    ended = fate.run(office.command(name), office.out, plain=True)
    assert is_one_line(ended) or (name == "check --annotate" and ended.code == 2), ended.out  # which has told its findings
    assert "权限" in ended.out
    assert list(office.out.iterdir()) == []


def test_a_store_without_rights_to_write_is_one_line(fate: Killer, office: Office) -> None:
    done(fate, office, "collect")
    before = (office.out / "s.sqlite").read_bytes()
    (office.out / "s.sqlite").chmod(0o444)
    ended = fate.run(office.command("collect"), office.out, plain=True)
    assert is_one_line(ended), ended.out
    assert "s.sqlite：没有写权限。请检查文件和所在的文件夹。" in ended.out
    assert (office.out / "s.sqlite").read_bytes() == before


@pytest.fixture(scope="module")
def small_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Killer, Office, Path, dict[str, Any]]]:
    """An office whose outputs are on a disk of 128 KB, where it may have one: what runs its commands, and where its outputs are seen from here.

    Elsewhere no file may have more than 32 KB, which to a program is the same.
    """
    office = make_office(tmp_path_factory.mktemp("small"))
    mount = ["unshare", "-rm", "sh", "-c", 'mount -t tmpfs -o size=128k none "$0" && exec "$@"', str(office.out)]
    if shutil.which("unshare") and subprocess.run([*mount, "true"], capture_output=True).returncode == 0:
        with killer(*mount) as fate:
            yield fate, office, fate.root / office.out.relative_to("/"), {}
    else:
        with killer() as fate:
            yield fate, office, office.out, {"bytes": 10_000, "deadly": False}


def test_a_disk_that_fills_up_is_one_line_and_keeps_what_was_there(small_disk: tuple[Killer, Office, Path, dict[str, Any]]) -> None:
    fate, office, out, limit = small_disk
    assert done(fate, office, "export .json").code == 0
    before = files(out)
    (out / "photos").write_bytes(bytes(100_000))
    for name in ("template", "import", "compare .xlsx"):
        ended = fate.run([word.replace("/x.", f"/{name}.") for word in office.command(name)], office.out, **limit)
        assert is_one_line(ended), ended.out
        assert FULL in ended.out
    ended = fate.run(office.command("collect"), office.out, **limit)
    assert is_one_line(ended), ended.out
    assert re.search("s.sqlite：(磁盘已满|读写磁盘出错)。", ended.out)
    assert files(out)["x.json"] == before["x.json"]
    assert remains(out) == []


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("nowhere/x.json", "文件夹不存在。请先建好文件夹，或检查名称。"),
        ("folder.json", "这是文件夹。请给出文件名。"),
        ("units.csv/x.json", "所给位置中有文件名被当作文件夹。请检查文件夹名。"),
        (f"{'很' * 90}.json", "文件名或所在文件夹的名称太长。请改短。"),
        (f"{'长' * 90}/x.json", "文件夹不存在。请先建好文件夹，或检查名称。"),
    ],
)
@pytest.mark.parametrize("command", [["export", "in/0.xlsx"], ["check", "in/0.xlsx", "--format", "json"]])
def test_a_target_where_nothing_can_be_is_one_line(
    command: list[str], target: str, reason: str, run: Run, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(office.folder)
    Path("folder.json").mkdir()
    code, _, err = run(*command, "-o", target)
    assert (code, err) == (2, f"无法写入 {target}：{reason}\n")
    assert remains(office.folder) == []


def test_a_device_is_not_made_a_file(run: Run, office: Office) -> None:
    assert run("check", office.folder / "in", "-o", "/dev/null", "--force").err == "无法写入 /dev/null：这不是普通文件。请另起文件名。\n"


def test_a_full_disk_behind_the_screen_is_one_line() -> None:
    with open("/dev/full", "w") as screen:  # noqa: PTH123 - no Path has it
        ended = subprocess.run([sys.executable, "-m", "xltools", "rules"], stdout=screen, stderr=subprocess.PIPE, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (2, f"未完成：{FULL}\n")
