"""Nothing is lost: outputs are whole or not there, inputs stay as they are, and no file of others or of staff is written over."""

from __future__ import annotations

import csv
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

import openpyxl
import pyarrow.parquet
import pytest

from tests.conftest import Run
from tests.killing import Ended, Killer, killer
from tests.reports import balanced_figures, report
from xltools.county.store.export import TABLES
from xltools.files.outputs import is_sealed
from xltools.form.loader import find_form
from xltools.form.unit import Unit
from xltools.readers.dispatch import read_report
from xltools.report.report_json import dump_report
from xltools.workbook.locked_workbook import write_workbook

pytestmark = pytest.mark.trial  # long runs

OFFICE = "示例县人民政府"
ROSTER = "单位代码,单位名称\n0012,示例县第0局\n0013,示例县第1局\n0014,示例县第2局\n"
MOMENT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")
FULL = "磁盘已满，或者超出了允许的大小。请腾出空间再试。"
EDITED = "文件已存在，而且有人改过，或者不是 xltools 写的。"
Files = dict[str, object]


# ----------------------------------------------------------------------------------------------- commands that write

COLLECT = ["collect", "in", "--roster", "units.csv", "--unit", OFFICE, "--year", "2024", "--jobs", "1"]
COMMANDS: dict[str, list[str]] = {
    "template": ["template", "--year", "2024", "--previous", "in/0.xlsx", "-o", "out/x.xlsx"],
    "template --roster": ["template", "--year", "2025", "--roster", "units.csv", "--previous", "in", "-o", "out/units"],
    "import": ["import", "in/0.xlsx", "-o", "out/x.xlsx"],
    "export .docx": ["export", "in/0.xlsx", "--draft", "-o", "out/x.docx"],
    "export .html": ["export", "in/0.xlsx", "--draft", "-o", "out/x.html"],
    "export .json": ["export", "in/0.xlsx", "-o", "out/x.json"],
    "check .json": ["check", "in", "--format", "json", "-o", "out/x.json"],
    "check .sarif": ["check", "in", "--format", "sarif", "--force", "-o", "out/x.sarif"],
    "check .csv": ["check", "in", "--format", "csv", "--force", "-o", "out/x.csv"],
    "check .txt": ["check", "in", "--force", "-o", "out/x.txt"],
    "check --annotate": ["check", "in/0.xlsx", "in/1.xlsx", "--annotate", "out/notes"],
    "compare .xlsx": ["compare", "in/0.xlsx", "in/1.xlsx", "-o", "out/x.xlsx"],
    "compare .json": ["compare", "in/0.xlsx", "in/1.xlsx", "-o", "out/x.json"],
    "collect": [*COLLECT, "--store", "out/s.sqlite", "--data", "out/data", "-o", "out/x.xlsx"],
}
SOME = ("template", "template --roster", "export .html", "check .csv", "check --annotate", "collect")
"""All that write in a way of their own."""
UNSEALED = ("check .sarif", "check .csv", "check .txt")
"""Those whose output bears no seal: it is written anew by force only."""
ONE_FILE = [name for name in COMMANDS if name not in ("template --roster", "check --annotate", "collect")]


@cache
def _workbook(seed: int, number: int) -> bytes:
    figures = balanced_figures(seed + number) | ({} if number else {"disclosure.rules.made": -1 - seed})
    return write_workbook(report(figures, unit=Unit(name=f"示例县第{number}局")))


@dataclass(frozen=True)
class Office:
    """A folder with what three units handed in, and the place for outputs."""

    folder: Path

    @property
    def out(self) -> Path:
        return self.folder / "out"

    def command(self, name: str, *, force: bool = True) -> list[str]:
        """A command, its paths made absolute; without `force`, never by force."""
        first = tuple(f"{name}/" for name in ("in", "out"))
        words = (word for word in COMMANDS[name] if force or word != "--force")
        return [str(self.folder / word) if word.startswith(first) or word in ("in", "units.csv") else word for word in words]

    def hand_in(self, seed: int) -> None:
        """Three reports, others for every seed, one of them with errors."""
        for number in range(3):
            (self.folder / "in" / f"{number}.xlsx").write_bytes(_workbook(seed, number))

    def inputs(self) -> Files:
        return {**files(self.folder / "in"), "units.csv": (self.folder / "units.csv").read_bytes()}


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return _office(tmp_path)


def _office(folder: Path) -> Office:
    for name in ("in", "out"):
        (folder / name).mkdir(parents=True)
    (folder / "units.csv").write_text(ROSTER, encoding="utf-8")
    office = Office(folder)
    office.hand_in(0)
    return office


@pytest.fixture(scope="module")
def fate() -> Iterator[Killer]:
    """Runs commands that end badly."""
    with killer() as fate:
        yield fate


def files(folder: Path) -> Files:
    """What the finished files in a folder hold, the moment of collecting aside; what was being written and the store are none."""
    found = {str(path.relative_to(folder)): path for path in sorted(folder.rglob("*")) if path.is_file()}
    return {name: _content(path) for name, path in found.items() if ".xltools-" not in name and ".sqlite" not in name}


def _content(path: Path) -> object:
    if path.suffix == ".parquet":
        table = pyarrow.parquet.read_table(path)
        return table.select([name for name in table.column_names if name != "taken_at"]).to_pydict()
    data = path.read_bytes()
    return MOMENT.sub(b"", data) if path.suffix == ".csv" else data


def remains(folder: Path) -> list[str]:
    """What was left behind that is no output."""
    return [path.name for path in folder.rglob("*") if path.name.startswith(".xltools-") or path.name.endswith("-journal")]


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
        office = _office(tmp_path_factory.mktemp("turn"))
        done(fate, office, name)
        before = files(office.out)
        shutil.copytree(office.out, office.folder / "kept")
        office.hand_in(10)
        ended = done(fate, office, name)
        return Turn(name, fate, office, before, files(office.out), ended.steps)

    return lambda name: take(name).begin()


# ---------------------------------------------------------------------------------------------------------- killed


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


# ------------------------------------------------------------------------------------------- full, locked, read-only


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
    office = _office(tmp_path_factory.mktemp("small"))
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


# ------------------------------------------------------------------------------------- inputs and files of others


THEIRS = {
    "template --roster": ["units/0012-示例县第0局.xlsx"],
    "check --annotate": ["notes/0.xlsx"],
    "collect": ["x.xlsx", "x-汇总情况.xlsx", "data/units.csv", "data/figures.parquet"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_file_of_others_is_not_written_over_unless_by_force(name: str, run: Run, office: Office) -> None:
    theirs = "我的文件".encode()
    paths = [office.out / file for file in THEIRS.get(name, [Path(COMMANDS[name][-1]).name])]
    for path in paths:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(theirs)
        ended = run(*office.command(name, force=False))
        assert ended.code == 2
        assert EDITED in ended.err
        assert "--force" in ended.err
        assert path.read_bytes() == theirs
        path.unlink()
    for path in paths:
        path.write_bytes(theirs)
    assert run(*office.command(name, force=False), "--force").code < 2
    assert all(path.read_bytes() != theirs for path in paths)


def test_a_file_of_others_in_the_place_of_a_copy_to_send_back_stays(run: Run, office: Office) -> None:
    run(*office.command("collect"))
    copy = office.out / "x-审核意见" / "0.xlsx"
    copy.write_text("我的文件", encoding="utf-8")
    office.hand_in(10)
    assert f"未写批注版：{office.folder / 'in' / '0.xlsx'}：无法写入 {copy}：{EDITED}" in run(*office.command("collect")).err
    assert copy.read_text(encoding="utf-8") == "我的文件"


def _in_a_spreadsheet_program(path: Path) -> None:
    workbook = openpyxl.load_workbook(path)
    workbook.save(path)


def _one_letter(path: Path) -> None:
    data = path.read_bytes()
    assert "示例县" in data.decode()
    path.write_bytes(data.replace("示例县".encode(), "示列县".encode(), 1))


def _a_line_at_the_end(path: Path) -> None:
    path.write_bytes(path.read_bytes() + "我的备注\n".encode())


def _a_line_between(path: Path) -> None:
    first, rest = path.read_bytes().split(b"\n", 1)
    path.write_bytes(first + "\n我的备注\n".encode() + rest)


def _as_excel_saves_it(path: Path) -> None:
    _save_table(path, lineterminator="\r\n")


def _as_libreoffice_saves_it(path: Path) -> None:
    _save_table(path, lineterminator="\n")


def _save_table(path: Path, **how: Any) -> None:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, **how).writerows(rows)


EDITS: dict[str, list[Callable[[Path], None]]] = {
    "template": [_in_a_spreadsheet_program, _a_line_at_the_end],
    "template --roster": [_in_a_spreadsheet_program],
    "import": [_in_a_spreadsheet_program],
    "export .docx": [_a_line_at_the_end],
    "export .html": [_one_letter, _a_line_between, _a_line_at_the_end],
    "export .json": [_one_letter, _a_line_between, _a_line_at_the_end],
    "check .json": [_one_letter, _a_line_between, _a_line_at_the_end],
    "check --annotate": [_in_a_spreadsheet_program],
    "compare .xlsx": [_in_a_spreadsheet_program],
    "compare .json": [_one_letter, _a_line_between, _a_line_at_the_end],
}


@pytest.mark.parametrize("name", EDITS)
def test_what_staff_have_changed_is_not_written_over(name: str, run: Run, office: Office) -> None:
    run(*office.command(name))
    path = next(path for path in sorted(office.out.rglob("*")) if path.is_file())
    ours = path.read_bytes()
    for edit in EDITS[name]:
        path.write_bytes(ours)
        edit(path)
        changed = path.read_bytes()
        ended = run(*office.command(name))
        assert (ended.code, EDITED in ended.err) == (2, True), edit
        assert path.read_bytes() == changed


@pytest.mark.parametrize("edit", [_as_excel_saves_it, _as_libreoffice_saves_it])
def test_exported_data_that_staff_have_saved_is_not_written_over(edit: Callable[[Path], None], run: Run, office: Office) -> None:
    run(*office.command("collect"))
    for table in TABLES:
        path = office.out / "data" / f"{table.name}.csv"
        before = path.read_bytes()
        edit(path)
        changed = path.read_bytes()
        ended = run(*office.command("collect"))
        assert (ended.code, ended.err) == (2, f"无法写入 {path}：{EDITED}请另起文件名；确要覆盖，加 --force。\n")
        assert path.read_bytes() == changed
        path.write_bytes(before)


def test_an_empty_file_holds_nothing_to_lose(run: Run, office: Office) -> None:
    for name in ONE_FILE:
        path = Path(office.command(name)[-1])
        path.write_bytes(b"")
        assert run(*office.command(name)).code < 2
        path.unlink()


@pytest.mark.parametrize("name", UNSEALED)
def test_findings_without_a_seal_are_written_anew_by_force_only(name: str, run: Run, office: Office) -> None:
    command = office.command(name, force=False)
    assert run(*command).code < 2
    path = office.out / Path(COMMANDS[name][-1]).name
    ours = path.read_bytes()
    ended = run(*command)
    assert (ended.code, EDITED in ended.err, path.read_bytes()) == (2, True, ours)
    assert run(*command, "--force").code < 2


def test_findings_as_json_take_the_place_of_their_own_and_of_no_report_without_a_seal(run: Run, office: Office) -> None:
    target = office.out / "x.json"
    for _ in range(2):
        assert run("check", office.folder / "in", "--format", "json", "-o", target).code < 2
    assert is_sealed(target.read_bytes())
    target.write_text(dump_report(report()), encoding="utf-8")
    assert run("check", office.folder / "in", "--format", "json", "-o", target).code == 2


INPUTS: dict[str, tuple[list[str], str]] = {
    "last year's report": (["check", "in/0.xlsx", "--previous", "in/last.json", "-o"], "in/last.json"),
    "a report below": (["check", "in/0.xlsx", "--children", "below", "-o"], "below/1.json"),
    "a report to check": (["check", "in/0.xlsx", "in/last.json", "-o"], "in/last.json"),
    "what is exported": (["export", "in/last.json", "-o"], "in/last.json"),
    "what is imported": (["import", "in/0.xlsx", "-o"], "in/0.xlsx"),
    "what is compared": (["compare", "in/last.json", "in/0.xlsx", "-o"], "in/last.json"),
    "last year's workbook": (["template", "--year", "2025", "--previous", "in/0.xlsx", "-o"], "in/0.xlsx"),
    "the roster": ([*COLLECT[:2], "--roster", "r-汇总情况.xlsx", *COLLECT[4:], "-o", "r.xlsx"], "r-汇总情况.xlsx"),
    "the roster beside the data": ([*COLLECT, "-o", "r.xlsx", "--data", "."], "units.csv"),
    "the store": ([*COLLECT, "--store", "r.xlsx", "-o", "r.xlsx"], "r.xlsx"),
}


@pytest.mark.parametrize("name", INPUTS)
def test_an_input_is_never_written_over_even_by_force(name: str, run: Run, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(office.folder)
    for target in ("in/last.json", "below/1.json"):
        Path(target).parent.mkdir(exist_ok=True)
        run("export", "in/1.xlsx", "-o", target)
    workbook = openpyxl.Workbook()
    workbook.active.append(["单位名称"])
    workbook.save("r-汇总情况.xlsx")
    arguments, path = INPUTS[name]
    if name == "the store":
        run(*COLLECT, "--store", "s.sqlite", "-o", "x.xlsx")
        Path("s.sqlite").rename("r.xlsx")
    before = Path(path).read_bytes()
    ended = run(*arguments, *([path] if arguments[-1] == "-o" else []), "--force")
    assert (ended.code, ended.err) == (2, f"无法写入 {path}：这是输入文件，不能覆盖。请用 -o 另起文件名。\n")
    assert Path(path).read_bytes() == before


def test_an_annotated_copy_never_falls_on_what_is_read_beside(run: Run, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(office.folder)
    Path("last").mkdir()
    assert run("import", "in/1.xlsx", "-o", "last/0.xlsx").code == 0
    before = Path("last/0.xlsx").read_bytes()
    ended = run("check", "in/0.xlsx", "--previous", "last/0.xlsx", "--annotate", "last", "--force")
    assert (ended.code, ended.err.count("\n")) == (2, 1)
    assert Path("last/0.xlsx").read_bytes() == before


def test_refusals_come_before_the_work(run: Run, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(*_: object) -> None:
        raise AssertionError("a report was read")

    monkeypatch.setattr("xltools.checks.batch.read_report", read)
    monkeypatch.setattr("xltools.county.intake.read_report", read)
    (office.out / "x.csv").write_text("别人的", encoding="utf-8")
    assert run(*office.command("check .csv", force=False)).code == 2
    for name in ("x.xlsx", "x-汇总情况.xlsx", "data/units.csv"):
        (office.out / "data").mkdir(exist_ok=True)
        (office.out / name).write_text("别人的", encoding="utf-8")
        assert run(*office.command("collect")).code == 2
        (office.out / name).unlink()


def test_a_sealed_report_is_read_as_any_other(run: Run, office: Office) -> None:
    given = read_report(office.folder / "in" / "0.xlsx", find_form(None))
    for name in ("import", "export .json", "export .html", "export .docx"):
        run(*office.command(name))
        path = Path(office.command(name)[-1])
        assert read_report(path, find_form(None)).figures.items() >= {
            (id, value) for id, value in given.figures.items() if name in ("import", "export .json")
        }
        path.unlink()


def test_what_a_crash_left_is_no_report(run: Run, office: Office) -> None:
    shutil.copy(office.folder / "in" / "0.xlsx", office.folder / "in" / ".xltools-abc.xlsx")
    assert "共3份" in run("check", office.folder / "in").out
