"""Makes dist/xltools-VERSION-windows.zip and -linux.zip: all that is needed to install xltools on a computer without a network.

    python -m tools.bundle [windows] [linux]

Each holds the wheels of xltools and of what it needs (with pdf) for CPython 3.11 to 3.14 on 64-bit machines, in the versions of
.ci/constraints.txt, their hashes, the page, the samples, the documents, and scripts that install and start it. What is
downloaded is kept in build/bundle. Same inputs, same bytes.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools.page.__main__ import PAGE, ROOT, build_own
from xltools.version import __version__

BUILD = ROOT / "build" / "bundle"
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PLATFORMS = {
    "windows": ("win_amd64",),
    "linux": ("manylinux2014_x86_64", *(f"manylinux_2_{minor}_x86_64" for minor in (17, 24, 26, 27, 28))),
}
ONLY_THERE = {"windows": ("colorama>=0.4.6,<0.5",), "linux": ()}  # what pip, running here, does not know that Windows needs
DATE = (2020, 1, 1, 0, 0, 0)

INSTALL_BAT = """@echo off
cd /d "%~dp0"
py -3 -m venv env || python -m venv env || goto nopython
env\\Scripts\\python -m pip install --no-index --find-links wheels --require-hashes -r requirements.txt || goto failed
env\\Scripts\\xltools --version || goto failed
echo 安装好了。用法：xltools.bat check 文件
pause
exit /b 0
:nopython
echo 没有找到 Python。请先安装 64 位的 Python 3.11 至 3.14，或者直接打开 xltools.html，不用安装。
pause
exit /b 1
:failed
echo 没有安装成功。请核对 Python 是不是 64 位的 3.11 至 3.14。
pause
exit /b 1
"""
XLTOOLS_BAT = '@"%~dp0env\\Scripts\\xltools.exe" %*\n'
INSTALL_SH = """#!/bin/sh
set -e
cd "$(dirname "$0")"
python3 -m venv env
env/bin/python -m pip install -q --no-index --find-links wheels --require-hashes -r requirements.txt
env/bin/xltools --version
echo 安装好了。用法：./xltools check 文件
"""
XLTOOLS_SH = '#!/bin/sh\nexec "$(dirname "$0")/env/bin/xltools" "$@"\n'


def download(system: str, own: Path, pythons: Sequence[str]) -> list[Path]:
    """The wheels of xltools and of all that it needs on a system, for these versions of Python."""
    found: dict[str, Path] = {own.name: own}
    platforms = [option for platform in PLATFORMS[system] for option in ("--platform", platform)]
    for python in pythons:
        folder = BUILD / system / python
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("xltools*.whl"):
            old.unlink()
        tag = f"cp{python.replace('.', '')}"
        target = ["--python-version", python, "--implementation", "cp", "--abi", tag, "--abi", "abi3", "--abi", "none", *platforms]
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "-q",
            "--only-binary=:all:",
            *target,
            "-d",
            folder,
            "-c",
            ROOT / ".ci" / "constraints.txt",
        ]
        subprocess.run([*map(str, command), f"{own}[encrypted,pdf]", *ONLY_THERE[system]], check=True)
        found |= {path.name: path for path in folder.glob("*.whl")}
    return [found[name] for name in sorted(found)]


def requirements(wheels: Sequence[Path]) -> str:
    """The file that pip installs from: each package with its version and the hashes of its wheels."""
    hashes: dict[str, list[str]] = {}
    for wheel in wheels:
        name, version = wheel.name.split("-")[:2]
        hashes.setdefault(f"{name.replace('_', '-')}=={version}", []).append(hashlib.sha256(wheel.read_bytes()).hexdigest())
    lines = (" ".join([need, *(f"--hash=sha256:{digest}" for digest in digests)]) for need, digests in hashes.items())
    return "\n".join(lines) + "\n"


def files(system: str, wheels: Sequence[Path]) -> dict[str, bytes]:
    """All files of a bundle by name."""
    found = {f"wheels/{wheel.name}": wheel.read_bytes() for wheel in wheels}
    found["requirements.txt"] = requirements(wheels).encode()
    found["xltools.html"] = PAGE.read_bytes()
    for name in ("README.md", "README.zh-CN.md", "LICENSE", *_below("docs"), *_below("samples")):
        found[name] = (ROOT / name).read_bytes()
    if system == "windows":
        # what a Chinese Windows shows as it stands, in its own encoding
        found |= {"install.bat": _batch(INSTALL_BAT), "xltools.bat": _batch(XLTOOLS_BAT)}
    else:
        found |= {"install.sh": INSTALL_SH.encode(), "xltools": XLTOOLS_SH.encode()}
    return found


def _batch(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode("gbk")


def _below(folder: str) -> list[str]:
    return sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob("*") if path.is_file())


def write_bundle(system: str, contents: Mapping[str, bytes], folder: Path) -> Path:
    """Write the archive, everything in one folder of its name, and return its path."""
    name = f"xltools-{__version__}-{system}"
    target = folder / f"{name}.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for inside, data in sorted(contents.items()):
            entry = zipfile.ZipInfo(f"{name}/{inside}", DATE)
            entry.external_attr = (0o755 if data.startswith(b"#!") else 0o644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return target


def main(arguments: Sequence[str]) -> int:
    """Makes the bundles of these systems, of both where none is named; the page must be there."""
    if not PAGE.exists():
        raise SystemExit("run `make page` first")
    own = build_own(BUILD / "own")
    for system in arguments or PLATFORMS:
        target = write_bundle(system, files(system, download(system, own, PYTHONS)), PAGE.parent)
        print(f"{target.relative_to(ROOT)}: {target.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
