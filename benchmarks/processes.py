"""Whole processes: start-up, and one check from the shell's prompt to its exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from timing import Goal, Work

IMPORT_CLICK, VERSION, CHECK = "python -c 'import click'", "xltools --version", "xltools check FILE"
GOALS = (
    Goal("start-up", VERSION, IMPORT_CLICK, 1.5),
    Goal("one check, whole process", CHECK, IMPORT_CLICK, 2.5),
)


def works(workbook: Path, cache: Path) -> Mapping[str, Work]:
    """The processes to time, all with their bytecode in the folder `cache`, as installed packages have it."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(cache)
    return {
        IMPORT_CLICK: lambda: _run([sys.executable, "-c", "import click"], environment),
        VERSION: lambda: _run([*_command(), "--version"], environment),
        CHECK: lambda: _run([*_command(), "check", str(workbook)], environment),
    }


def _command() -> list[str]:
    """The installed command beside this Python, or the package itself."""
    script = Path(sys.executable).with_name("xltools")
    return [str(script)] if script.exists() else [sys.executable, "-m", "xltools"]


def _run(command: Sequence[str], environment: Mapping[str, str]) -> None:
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    done = subprocess.run(command, env=environment, text=True, **pipes)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)}: exit {done.returncode}: {done.stderr.strip()}")
