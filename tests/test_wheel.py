"""The wheel, installed alone in an empty environment, does the whole main job."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from tests.reports import contents
from xltools.files.seals import CORE
from xltools.version import __version__

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The source distribution, and the wheel that is made of it."""
    folder = tmp_path_factory.mktemp("built")
    python = environment(folder / "build")
    run(python, "-m", "pip", "install", "-q", "hatchling")
    run(python, "-m", "hatchling", "build", "-d", folder, folder=ROOT)
    (source,), (direct,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    run(python, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder / "of-source", source)
    (wheel,) = (folder / "of-source").glob("*.whl")
    assert zipfile.ZipFile(wheel).namelist() == zipfile.ZipFile(direct).namelist()
    return source, wheel


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory, built: tuple[Path, Path]) -> Path:
    """The xltools command of an environment with nothing but the wheel and what it needs."""
    python = environment(tmp_path_factory.mktemp("wheel") / "env")
    run(python, "-m", "pip", "install", "-q", built[1])
    return python.parent / "xltools"


def environment(folder: Path) -> Path:
    """The Python of a new environment."""
    venv.create(folder, with_pip=True)
    return folder / ("Scripts" if os.name == "nt" else "bin") / "python"


def run(*arguments: object, code: int = 0, folder: Path | None = None) -> str:
    outcome = subprocess.run([*map(str, arguments)], cwd=folder, capture_output=True, encoding="utf-8", timeout=150, check=False)
    assert outcome.returncode == code, outcome.stderr
    return outcome.stdout


@pytest.mark.trial
def test_both_distributions_hold_what_they_should(built: tuple[Path, Path]) -> None:
    source, wheel = built
    assert {source.name, wheel.name} == {f"xltools_govinfo-{__version__}{ending}" for ending in (".tar.gz", "-py3-none-any.whl")}
    with tarfile.open(source) as packed:
        inside = {name.partition("/")[2] for name in packed.getnames()}
    assert {"README.md", "LICENSE", "CHANGELOG.md", "docs/api.md", "tools/page/page.js", "templates/govinfo-2021/form.toml"} <= inside
    assert not [name for name in inside if name.startswith((".venv", "dist", "build", "demo"))]
    with zipfile.ZipFile(wheel) as packed_wheel:
        names = packed_wheel.namelist()
        (metadata,) = (packed_wheel.read(name).decode() for name in names if name.endswith(".dist-info/METADATA"))
    assert {"xltools/py.typed", "xltools/templates/govinfo-2021/form.toml", "xltools/output/schemas/report.schema.json"} <= set(names)
    assert f"\nVersion: {__version__}\n" in metadata
    assert re.findall(r"\]\((?!https://)", metadata) == []  # on the page of a package such links lead nowhere


@pytest.mark.trial
def test_template_import_check_and_export_work(command: Path, tmp_path: Path) -> None:
    sample = ROOT / "samples" / "changfu-2023" / "changfu-2023.json"
    run(command, "template", "--year", 2024, "--unit", "示例县人民政府", "-o", "blank.xlsx", folder=tmp_path)
    run(command, "import", sample, "-o", "filled.xlsx", folder=tmp_path)
    found = json.loads(run(command, "check", "filled.xlsx", "--format", "json", code=1, folder=tmp_path))
    assert [finding["name"] for finding in found["reports"][0]["findings"]] == [
        "missing-assessment",
        "breakdown-mismatch",
        "superseded-notice",
    ]
    run(command, "export", "filled.xlsx", "-o", "report.docx", code=1, folder=tmp_path)
    assert not (tmp_path / "report.docx").exists()
    run(command, "export", "filled.xlsx", "-o", "report.docx", "--draft", folder=tmp_path)
    made, given = contents(tmp_path / "report.docx"), contents(sample.with_suffix(".docx"))
    assert made.pop(CORE) != given.pop(CORE)  # the one has a seal
    assert made == given
    run(command, "export", "filled.xlsx", "-o", "report.html", "--draft", folder=tmp_path)
    assert "@page draft" in (tmp_path / "report.html").read_text(encoding="utf-8")
