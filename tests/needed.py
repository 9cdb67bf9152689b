"""What tests need and may find missing: they are skipped without it, but in continuous integration, which installs all of it, they fail.

Nothing else skips a test. Only the real reports beside the repository may be missing there as well, and what another operating system has.
"""

from __future__ import annotations

import os
import shutil
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import NoReturn

import pytest

SHARED = Path(__file__).parents[2] / "shared"
"""Real reports, official texts and files with faults; a clone of the repository alone has none of them."""
MUST_BE_THERE = bool(os.environ.get("CI"))


def has_program(*names: str) -> bool:
    """Return whether one of these commands is installed, or has to be."""
    return MUST_BE_THERE or any(map(shutil.which, names))


def need_program(*names: str) -> str:
    """Return the path of the first of these commands that is installed."""
    return next(filter(None, map(shutil.which, names)), None) or _miss(names[0])


def need_module(name: str) -> ModuleType:
    """Import and return a module."""
    try:
        return import_module(name)
    except ImportError:
        _miss(name)


def need_file(path: Path) -> Path:
    """Return the path of a file of `SHARED`, where it is there."""
    if not path.is_file():
        pytest.skip(f"{path.name} lies beside the repository")
    return path


def beside(path: Path) -> pytest.MarkDecorator:
    """Return the mark of tests that need a file or folder of `SHARED`."""
    return pytest.mark.skipif(not path.exists(), reason=f"{path.name} lies beside the repository")


def system(has: bool, what: str) -> pytest.MarkDecorator:
    """Return the mark of tests that need something of the operating system."""
    return pytest.mark.skipif(not has, reason=f"needs {what}")


def _miss(what: str) -> NoReturn:
    if MUST_BE_THERE:
        pytest.fail(f"{what} is missing; .ci/run installs it")
    pytest.skip(f"{what} is not installed")
