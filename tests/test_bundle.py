"""The archive for computers without a network: installed from its own wheels alone, it does its work."""

from __future__ import annotations

import platform
import posixpath
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.needed import system
from tools import bundle
from tools.page.__main__ import build_own

PYTHON = ".".join(platform.python_version_tuple()[:2])


def test_the_scripts_are_what_their_system_reads() -> None:
    batch = bundle._batch(bundle.INSTALL_BAT)
    assert batch.count(b"\r\n") == batch.count(b"\n")
    assert "没有找到 Python" in batch.decode("gbk")
    assert "--no-index" in bundle.INSTALL_BAT
    assert "--no-index" in bundle.INSTALL_SH


def test_every_wheel_has_its_hash(tmp_path: Path) -> None:
    wheels = [tmp_path / f"some_thing-1.0-cp{python}-cp{python}-win_amd64.whl" for python in (311, 312)]
    for wheel in wheels:
        wheel.write_bytes(wheel.name.encode())
    (line,) = bundle.requirements(wheels).splitlines()
    assert line.startswith("some-thing==1.0 --hash=sha256:")
    assert line.count("--hash=sha256:") == 2


def test_what_its_chinese_documents_lead_to_is_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "PAGE", Path(__file__))
    held = bundle.files("windows", [])
    for name in (name for name in held if name.endswith(".zh-CN.md")):
        for link in re.findall(r"\]\((?!https?:)([^)#]+)", held[name].decode()):
            place = posixpath.normpath(posixpath.join(posixpath.dirname(name), link))
            assert any(path == place or path.startswith(f"{place}/") for path in held), f"{name}: {link}"


@pytest.mark.trial
@system(sys.platform == "linux" and platform.machine() == "x86_64", "64-bit Linux, for which the bundle is")
def test_it_is_installed_without_an_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "BUILD", tmp_path / "build")
    monkeypatch.setattr(bundle, "PAGE", Path(__file__))
    wheels = bundle.download("linux", build_own(tmp_path / "own"), [PYTHON])
    archive = bundle.write_bundle("linux", bundle.files("linux", wheels), tmp_path)
    again = bundle.write_bundle("linux", bundle.files("linux", wheels), tmp_path / "own")
    assert archive.read_bytes() == again.read_bytes()
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(tmp_path)
    folder = archive.with_suffix("")
    for script in ("install.sh", "xltools"):
        (folder / script).chmod(0o755)  # which zipfile forgets, and unzip does not
    nowhere = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "PIP_INDEX_URL": "http://127.0.0.1:9", "HOME": str(tmp_path)}
    done = subprocess.run([folder / "install.sh"], env=nowhere, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "安装好了" in done.stdout
    found = subprocess.run(
        [folder / "xltools", "check", folder / "samples/faulty-2024/faulty-2024.xlsx"], capture_output=True, text=True, check=False
    )
    assert found.returncode == 1
    assert "T201" in found.stdout
