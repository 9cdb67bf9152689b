"""A process that takes numbers of cases and tells how each ended, under limits of time and memory; `runner` starts it anew when it dies."""

from __future__ import annotations

import json
import resource
import signal
import sys
import tempfile
import traceback
from pathlib import Path
from random import Random
from types import FrameType

from tests.fuzz.mutators import make_case
from tests.fuzz.originals import originals
from tests.fuzz.probe import probe
from xltools.readers.published import pdf

SECONDS = 5
"""Of processor, however busy the machine is."""
pdf.PDF_SECONDS_LIMIT = 2
"""A PDF may take longer than other files; what ends in two seconds would end in more."""
MEMORY = 500 * 2**20
"""Bytes beyond those that the process has once it is ready."""


class OverrunError(BaseException):
    """A case takes too long; nothing in xltools may catch it."""


def _overrun(_signal: int, _frame: FrameType | None) -> None:
    raise OverrunError


def _ended(kind: str, seed: int, number: int, folder: Path) -> dict[str, str]:
    """How a case ended: its mutation, status and, where it is a fault, what went wrong."""
    case = make_case(kind, seed, number)
    about = {"original": case.original.name, "mutation": case.mutation}
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        outcome = probe(case, folder, Random(number))
    except (Exception, OverrunError) as fault:
        signal.setitimer(signal.ITIMER_PROF, 0)
        frames = traceback.extract_tb(fault.__traceback__)
        place = next((f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames) if "xltools" in frame.filename), "")
        return about | {"status": "fault", "fault": f"{type(fault).__name__} at {place}: {str(fault)[:300]}"}
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return about | {"status": outcome.status}


def main(kind: str, seed: int) -> None:
    """Reads the number of a case from each line of standard input and answers with a line of JSON."""
    signal.signal(signal.SIGPROF, _overrun)
    with tempfile.TemporaryDirectory() as folder:
        if originals(kind):
            _ended(kind, seed, 0, Path(folder))  # loads what is loaded when first needed
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        limit = pages * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        sys.stdout.write(json.dumps({"originals": len(originals(kind))}) + "\n")
        sys.stdout.flush()
        for line in sys.stdin:
            sys.stdout.write(json.dumps(_ended(kind, seed, int(line), Path(folder))) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
