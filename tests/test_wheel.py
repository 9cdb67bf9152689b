"""The wheel, installed alone in an empty environment, does the whole main job."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.reports import contents
from xltools.files.outputs import CORE

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The xltools command of an environment with nothing but the wheel and what it needs."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, ROOT)
    (wheel,) = folder.glob("*.whl")
    assert "xltools/templates/govinfo-2021/form.toml" in zipfile.ZipFile(wheel).namelist()
    venv.create(folder / "env", with_pip=True)
    scripts = folder / "env" / ("Scripts" if os.name == "nt" else "bin")
    run(scripts / "python", "-m", "pip", "install", "-q", wheel)
    return scripts / "xltools"


def run(*arguments: object, code: int = 0, folder: Path | None = None) -> str:
    outcome = subprocess.run([*map(str, arguments)], cwd=folder, capture_output=True, encoding="utf-8", timeout=150, check=False)
    assert outcome.returncode == code, outcome.stderr
    return outcome.stdout


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
