"""run: many cases of a kind in a process of their own, and what became of them."""

from __future__ import annotations

import json
import select
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[2]
STARTING, PATIENCE = 600, 150
"""Seconds until a worker must be ready, and until a case must have ended that its alarm could not end, by the clock."""


@dataclass
class Tally:
    """How the cases of a kind ended, and the faults among them, a line each."""

    kind: str
    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """The counts in a line: html 100: 20 refused, 50 findings, 30 read."""
        listed = ", ".join(f"{count} {status}" for status, count in sorted(self.counts.items()))
        return f"{self.kind} {self.counts.total()}: {listed}"


def run(kind: str, seed: int, numbers: Iterable[int]) -> Tally:
    """The outcome of the cases with these numbers; none where the kind has no originals here."""
    tally = Tally(kind)
    worker = None
    try:
        for number in numbers:
            if worker is None:
                worker, count = _start(kind, seed)
                if not count:
                    break
            ended = _ask(worker, number)
            tally.counts[ended["status"]] += 1
            if ended["status"] == "fault":
                tally.faults.append(f"{kind} {seed} {number} {ended.get('original', '')} [{ended.get('mutation', '')}] {ended['fault']}")
            if worker.poll() is not None:
                worker = None
    finally:
        if worker:
            _stop(worker)
    return tally


def _start(kind: str, seed: int) -> tuple[subprocess.Popen[str], int]:
    """A worker that is ready, and how many originals it has."""
    command = [sys.executable, "-m", "tests.fuzz.worker", kind, str(seed)]
    worker = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    line = _line(worker.stdout, STARTING)
    if not line:
        _stop(worker)
        raise RuntimeError(f"the worker for {kind} did not start")
    return worker, int(json.loads(line)["originals"])


def _ask(worker: subprocess.Popen[str], number: int) -> dict[str, str]:
    assert worker.stdin
    worker.stdin.write(f"{number}\n")
    worker.stdin.flush()
    line = _line(worker.stdout, PATIENCE)
    if line:
        return dict(json.loads(line))
    hung = worker.poll() is None
    _stop(worker)
    return {"status": "fault", "fault": "hung" if hung and worker.returncode in (-9, -15) else f"aborted with {worker.returncode}"}


def _line(stream: IO[str] | None, seconds: float) -> str:
    """The next line, "" where none comes."""
    assert stream
    ready, _, _ = select.select([stream], [], [], seconds)
    return stream.readline() if ready else ""


def _stop(worker: subprocess.Popen[str]) -> None:
    """Ends the worker and closes what leads to it."""
    if worker.stdin:
        worker.stdin.close()
    try:
        worker.wait(2)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()
    if worker.stdout:
        worker.stdout.close()
