"""Makes .ci/constraints.txt, the versions that continuous integration installs: the newest that the ranges of pyproject.toml allow.

Run it with the oldest Python that is supported, since others may need fewer packages; it installs nothing.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOCK = ROOT / ".ci" / "constraints.txt"
INTRODUCTION = """\
# What continuous integration installs: every package of all extras, and what builds xltools.
# Made by tools/lock.py; docs/dependencies.md says what each of them is for.
"""
EDITABLE = ("hatchling", "editables")
"""What builds xltools where it is installed from a checkout."""


def normalized(name: str) -> str:
    """The name of a package as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_lock() -> dict[str, str]:
    """The locked version of each package, by normalized name."""
    lines = LOCK.read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith("#"))


def resolve() -> dict[str, str]:
    """The newest versions that fit together, by normalized name. pip finds them without installing any."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed", "--report", "-"]
    done = subprocess.run([*command, ".[test,lint]", *EDITABLE], cwd=ROOT, stdout=subprocess.PIPE, check=True)
    found = (item["metadata"] for item in json.loads(done.stdout)["install"])
    return {normalized(item["name"]): item["version"] for item in found if item["name"] != "xltools-govinfo"}


def main() -> int:
    """Writes the lock."""
    lines = (f"{name}=={version}" for name, version in sorted(resolve().items()))
    LOCK.write_text(INTRODUCTION + "\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
