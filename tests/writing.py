"""The commands that write, and an office with something for each of them to read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyarrow.parquet

from tests.reports import balanced_figures, report
from xltools.form.unit import Unit
from xltools.workbook.locked_workbook import write_workbook

OFFICE = "示例县人民政府"
ROSTER = "单位代码,单位名称\n0012,示例县第0局\n0013,示例县第1局\n0014,示例县第2局\n"
MOMENT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")
Files = dict[str, object]

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


def make_office(folder: Path) -> Office:
    """An office whose units have handed in, and which has written nothing yet."""
    for name in ("in", "out"):
        (folder / name).mkdir(parents=True)
    (folder / "units.csv").write_text(ROSTER, encoding="utf-8")
    office = Office(folder)
    office.hand_in(0)
    return office


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
