"""The rooms of the package: an import that goes against their order is seen, and a name means one thing."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.needed import need_module

ROOT = Path(__file__).parent.parent
WRONG = {
    "prose/amounts.py": "import xltools.county.roster",
    "form/layout.py": "def late() -> None:\n    from xltools.report import filled",
    "checks/batch.py": "import xltools.comparison",  # beside it
    "county/county_year.py": "import xlsxwriter",
    "workbook/restoration.py": "from lxml import etree",
    "cli/check.py": "def late() -> None:\n    import sqlite3",
    "form/unit.py": "import python_calamine",
    "report/filled.py": "import jinja2",
    "readers/dispatch.py": "import distributed",
}
BROKEN = (
    "xltools.prose.amounts -> xltools.county.roster",
    "xltools.form.layout -> xltools.report.filled",
    "xltools.checks.batch -> xltools.comparison",
    "xltools.county.county_year -> xlsxwriter",
    "xltools.workbook.restoration -> lxml",
    "xltools.cli.check -> sqlite3",
    "xltools.form.unit -> python_calamine",
    "xltools.report.filled -> jinja2",
    "xltools.readers.dispatch -> distributed",
)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package with its contracts."""
    shutil.copytree(ROOT / "xltools", tmp_path / "xltools", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(folder: Path) -> tuple[int, str]:
    """What lint-imports says of the package in a folder."""
    need_module("importlinter")
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=folder, env={**os.environ, "PYTHONPATH": str(folder)}, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


class TestImports:
    def test_of_the_package_as_it_is_are_all_in_order(self, copy: Path) -> None:
        code, told = lint(copy)
        assert code == 0, told

    def test_that_are_wrong_are_seen_each_of_them(self, copy: Path) -> None:
        for module, wrong in WRONG.items():
            path = copy / "xltools" / module
            path.write_text(f"{path.read_text(encoding='utf-8')}\n\n{wrong}\n", encoding="utf-8")
        code, told = lint(copy)
        assert code == 1
        assert "0 kept, 7 broken" in told
        assert [wrong for wrong in BROKEN if wrong not in told] == []

    def test_of_a_room_that_no_contract_knows_are_seen(self, copy: Path) -> None:
        (copy / "xltools" / "lobby").mkdir()
        (copy / "xltools" / "lobby" / "__init__.py").write_text("", encoding="utf-8")
        code, told = lint(copy)
        assert code == 1
        assert "lobby" in told


def doubled(names: Iterable[tuple[str, Path]]) -> dict[str, list[str]]:
    """The names that several files have, with these files."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, path in names:
        found[name].append(path.relative_to(ROOT).as_posix())
    return {name: paths for name, paths in found.items() if len(paths) > 1}


SOURCES = sorted((ROOT / "xltools").rglob("*.py"))


def test_no_two_modules_have_one_name() -> None:
    found = doubled((path.stem, path) for path in SOURCES if path.name != "__init__.py")
    assert found == {}


def test_no_two_classes_have_one_name() -> None:
    trees = ((path, ast.parse(path.read_text(encoding="utf-8"))) for path in SOURCES)
    found = doubled((node.name, path) for path, tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    assert found == {}
