"""Makes docs/dependencies.md: what is installed with xltools, from the lock and from what the installed packages say of themselves."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement

from tools.lock import normalized, read_lock

NAME = "xltools-govinfo"
ROOT = Path(__file__).parent.parent
PAGE, PROJECT = ROOT / "docs" / "dependencies.md", ROOT / "pyproject.toml"
INTRODUCTION = """\
# Dependencies

What an installation of xltools has, in the versions that continuous integration uses (`.ci/constraints.txt`). Ranges and the reason for
each stand in `pyproject.toml`. Audited for known faults, from a machine with network, by

```
python -m pip install pip-audit
pip-audit -r .ci/constraints.txt --no-deps --disable-pip
```

- **native**: it has compiled modules, as its wheel for Linux is.
- **sees**: what it is given of files that come from elsewhere. Whatever it is has passed [the gate](security.md) first.

This page is made by `tools/make_dependencies_page.py`: do not edit it.
"""
GROUPS = {
    "": "Always installed",
    "cluster": "With `.[cluster]`",
    "data": "With `.[data]`",
    "encrypted": "With `.[encrypted]`",
    "pdf": "With `.[pdf]`",
    "test": "For tests",
    "lint": "For lint",
}
USES = {
    "click": ("command line", ""),
    "jinja2": ("the prose of the report", "the form's skeleton"),
    "lxml": ("XML and HTML", "parts of .xlsx, web pages"),
    "olefile": ("what an OLE file is", ".xls, .et"),
    "opencc-py": ("traditional characters", "texts"),
    "openpyxl": ("annotated copies", "workbooks to annotate"),
    "python-calamine": ("reading spreadsheets", "spreadsheets"),
    "rapidfuzz": ("labels with typing errors", "texts"),
    "xlsxwriter": ("writing .xlsx", ""),
    "distributed": ("`--cluster`", ""),
    "pyarrow": ("writing Parquet", ""),
    "msoffcrypto-tool": ("whether Excel encrypted a file by itself", "encrypted .xls, .xlsx"),
    "pdfplumber": ("reading PDF", "PDF"),
    "pdfminer-six": ("reading PDF", "PDF"),
    "pypdfium2": ("whether a PDF opens, its pages", "PDF"),
    "html5lib": ("parses exported pages", ""),
    "ironcalc": ("calculates workbooks", ""),
    "jsonschema": ("holds SARIF against its schema", ""),
    "openxml-audit": ("holds office files against their schema", ""),
    "packaging": ("version ranges", ""),
    "pytest": ("runs the tests", ""),
    "pytest-xdist": ("runs them in parallel", ""),
    "python-docx": ("reads written documents back", ""),
    "lxml-stubs": ("types", ""),
    "mypy": ("checks types", ""),
    "ruff": ("style, unsafe calls", ""),
    "types-openpyxl": ("types", ""),
}
"""What xltools has a package for, and what of foreign files it is given; the others only serve those that need them."""
CI = {"python_version": "3.11", "python_full_version": "3.11.0", "sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"}
"""What markers are asked for, so that the page is the same wherever it is made."""
NATIVE = (".so", ".pyd")
LONGEST_LICENCE = 60


def ranges(extras: Iterable[str]) -> list[Requirement]:
    """What pyproject.toml asks for, always and with these extras."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    lines = [*project["dependencies"], *(line for extra in extras for line in project["optional-dependencies"][extra])]
    return [Requirement(line) for line in lines]


def required(name: str, extras: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """The packages that one needs with these extras, by normalized name, each with the extras that it is needed with."""
    for need in ranges(extras) if name == NAME else map(Requirement, distribution(name).requires or ()):
        if any(need.marker is None or need.marker.evaluate({**CI, "extra": extra}) for extra in (extras or {""}) | {""}):
            yield normalized(need.name), frozenset(need.extras)


def needers(extra: str) -> dict[str, set[str]]:
    """All packages that xltools with an extra comes to, and who needs each of them."""
    found: dict[str, set[str]] = {}
    waiting = [(NAME, frozenset({extra} - {""}))]
    seen = set(waiting)
    while waiting:
        name, extras = waiting.pop()
        for other, wanted in required(name, extras):
            if other != NAME:
                found.setdefault(other, set()).add(name)
            if (other, wanted) not in seen:
                seen.add((other, wanted))
                waiting.append((other, wanted))
    return found


def licence(package: Distribution) -> str:
    """The licence that a package states, as an expression, else as a short text, else by its classifiers."""
    about = package.metadata
    stated = about.get("License-Expression") or about.get("License") or ""
    if stated and "\n" not in stated and len(stated) <= LONGEST_LICENCE:
        return stated
    classes = [line.rpartition(" :: ")[2] for line in about.get_all("Classifier") or () if line.startswith("License ::")]
    return ", ".join(classes) or stated.split("\n")[0][:LONGEST_LICENCE] or "not stated"


def dependencies_page() -> str:
    """The page as it must be where the locked versions are installed."""
    return "\n".join([INTRODUCTION, *_groups(read_lock())])


def _groups(lock: Mapping[str, str]) -> Iterator[str]:
    listed: set[str] = set()
    for extra, title in GROUPS.items():
        found = needers(extra)
        new = sorted(found.keys() - listed)
        listed |= found.keys()
        yield f"## {title}\n\n| package | version | licence | native | needed by | for | sees |\n|---|---|---|---|---|---|---|"
        yield from (_row(name, lock, found[name]) for name in new)
        yield ""
    building = ", ".join(f"{name} {version}" for name, version in lock.items() if name not in listed)
    yield f"## For building\n\nWhat builds the wheel, apart from what is above: {building}.\n"


def _row(name: str, lock: Mapping[str, str], by: set[str]) -> str:
    package = distribution(name)
    native = any(str(file).endswith(NATIVE) for file in package.files or ())
    cells = (name, lock[name], licence(package), "yes" if native else "", ", ".join(sorted(by)), *USES.get(name, ("", "")))
    return f"| {' | '.join(cells)} |"


def main() -> int:
    """Writes the page."""
    PAGE.write_text(dependencies_page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
