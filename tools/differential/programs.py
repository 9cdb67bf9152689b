"""The two programs that are compared: how an earlier one is built, and how commands are run with either."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import threading
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).parents[2]
DRIVER = Path(__file__).with_name("driver.py")
PATIENCE = 300
"""Seconds after which the process that runs a job is given up."""


@dataclass(frozen=True)
class Program:
    """A Python that has some xltools; `source` is put in front of what is installed there."""

    name: str
    python: Path
    source: Path | None = None


@dataclass(frozen=True)
class Printed:
    """How one command ended, and what it printed."""

    code: int
    out: str
    err: str


def working_tree() -> Program:
    """Return the program of this working tree, run by the Python that runs this."""
    return Program("working tree", Path(sys.executable), ROOT)


def resolve_commit(commit: str) -> str:
    """Return a commit's full id. Raises CalledProcessError where there is none of that name."""
    return _git("rev-parse", "--verify", f"{commit}^{{commit}}").decode().strip()


def build(commit: str, folder: Path) -> tuple[Program, Path]:
    """Build a commit's program in an environment of its own, once, and return it with the folder of its source."""
    source, environment = folder / "source", folder / "environment"
    python = environment / ("Scripts" if os.name == "nt" else "bin") / "python"
    done = folder / "built"
    if not done.exists():
        print(f"building the program of {commit[:10]} …", file=sys.stderr)
        with tarfile.open(fileobj=BytesIO(_git("archive", commit))) as archive:
            archive.extractall(source, filter="data")
        venv.create(environment, with_pip=True, clear=True)
        locked = str(source / ".ci" / "constraints.txt")
        constraints = {"PIP_CONSTRAINT": locked, "PIP_BUILD_CONSTRAINT": locked}
        command = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", f"{source}[pdf,data]"]
        subprocess.run(command, check=True, env={**os.environ, **constraints})
        done.touch()
    return Program(commit[:10], python), source


def _git(*arguments: str) -> bytes:
    return subprocess.run(["git", "-C", ROOT, *arguments], check=True, capture_output=True).stdout


class Driver:
    """A process that runs commands of one program, one job after another."""

    def __init__(self, program: Program) -> None:
        """Start the process."""
        self._program = program
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        if program.source:
            environment["PYTHONPATH"] = str(program.source)
        # -P: the folder of the driver is no place to import from
        command = [program.python, "-P", "-W", "ignore", DRIVER]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", env=environment
        )
        said = self._process.stdout.readline()  # type: ignore[union-attr]
        if not said:
            raise SystemExit(f"{program.name}: {program.python} cannot import xltools")
        found = Path(json.loads(said)["xltools"])
        if program.source and not found.is_relative_to(program.source):
            raise SystemExit(f"{program.name}: xltools was imported from {found}")

    def run(self, folder: Path, commands: Sequence[Sequence[str]]) -> list[Printed] | None:
        """Run a job's commands in a folder; None where the process died or took too long, and must be replaced."""
        watch = threading.Timer(PATIENCE, self._process.kill)
        watch.start()
        try:
            print(json.dumps({"folder": str(folder), "commands": commands}), file=self._process.stdin, flush=True)
            answer = self._process.stdout.readline()  # type: ignore[union-attr]
        except BrokenPipeError:
            answer = ""
        finally:
            watch.cancel()
        return [Printed(*printed) for printed in json.loads(answer)] if answer else None

    def close(self) -> None:
        """End the process."""
        self._process.stdin.close()  # type: ignore[union-attr]
        self._process.wait()
