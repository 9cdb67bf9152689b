"""Runs commands in forks of one process that has loaded everything, and ends them where it is told to: `python -m tests.killing`.

A request is a line of JSON (the fields of `Request`), the answer another one. A fresh interpreter for each of a thousand deaths would take minutes.
"""

from __future__ import annotations

import ctypes
import io
import json
import mmap
import os
import resource
import signal
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NoReturn

CHANGES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.truncate", "tempfile.mkstemp", "sqlite3.connect")
WRITING = ("write", "flush", "close", "fsync", "truncate")


@dataclass(frozen=True)
class Request:
    """A command, and what befalls it: killed before its `step`-th change below `folder`, or stopped at so many `bytes` of any file."""

    arguments: list[str]
    folder: str
    step: int = 0
    bytes: int = 0
    deadly: bool = True  # the kernel kills it there, as a power cut would; else writing fails, as on a full disk
    plain: bool = False  # a plain user, for whom permissions hold, though tests may run as root
    locked: bool = False  # what is there cannot be replaced, as Windows has it with an open file


@dataclass(frozen=True)
class Ended:
    """How it ended: exit code, or the signal below zero; what it said; how many changes it made or was about to make."""

    code: int
    out: str
    steps: int


class Killer:
    """The process that runs the commands."""

    def __init__(self, pipe: subprocess.Popen[str]) -> None:
        self._pipe = pipe

    def run(self, arguments: list[str], folder: Path, **what: int) -> Ended:
        """Runs a command; `what` are fields of Request."""
        assert self._pipe.stdin and self._pipe.stdout
        self._pipe.stdin.write(json.dumps(asdict(Request(arguments, str(folder), **what))) + "\n")
        self._pipe.stdin.flush()
        return Ended(**json.loads(self._pipe.stdout.readline()))

    @property
    def root(self) -> Path:
        """Where it sees the file system from: it may have disks of its own."""
        return Path(f"/proc/{self._pipe.pid}/root")


@contextmanager
def killer(*before: str) -> Iterator[Killer]:
    """A process to run commands in, started by the command `before`."""
    command = [*before, sys.executable, "-m", "tests.killing"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as pipe:
        yield Killer(pipe)
        assert pipe.stdin
        pipe.stdin.close()


def _serve() -> None:
    _load()
    for line in sys.stdin:
        request = Request(**json.loads(line))
        counter = mmap.mmap(-1, 8)
        # a pipe, since a limit on the size of files holds for a file that takes what is said, too
        heard, said = os.pipe()
        child = os.fork()
        if not child:
            _run(request, counter, said)
        os.close(said)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)  # its workers
        with open(heard, encoding="utf-8") as text:  # noqa: PTH123 - no Path has it
            ended = Ended(code, text.read(), int.from_bytes(counter[:], "little"))
        print(json.dumps(asdict(ended)), flush=True)  # noqa: T201


def _load() -> None:
    """Imports what the commands import when they need it."""
    import concurrent.futures.process

    import docx
    import openpyxl
    import pyarrow.parquet

    import xltools.cli.check
    import xltools.cli.collect
    import xltools.comparison.as_workbook
    import xltools.county.county_year
    import xltools.county.handout
    import xltools.county.intake
    import xltools.county.summary.overview
    import xltools.documents.docx
    import xltools.documents.html
    import xltools.workbook.annotated_copy
    import xltools.workbook.locked_workbook

    for module in (concurrent.futures.process, docx, openpyxl, pyarrow.parquet, xltools.cli):
        assert module
    from xltools.form.loader import load_form

    load_form("govinfo-2021")


def _run(request: Request, counter: mmap.mmap, said: int) -> NoReturn:
    os.setsid()
    for stream in (1, 2):
        os.dup2(said, stream)
    # new ones, since the old may believe that they can seek
    sys.stdout, sys.stderr = (io.TextIOWrapper(io.FileIO(stream, "w"), encoding="utf-8", write_through=True) for stream in (1, 2))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if request.plain:
        # a header (version, this process) and three sets of capabilities in two halves, all empty
        assert ctypes.CDLL(None).capset(struct.pack("<Li", 0x20080522, 0), bytes(24)) == 0
    if request.locked:
        _lock()
    if request.bytes:
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL if request.deadly else signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (request.bytes, request.bytes))
    sys.addaudithook(lambda event, values: _count(event, values, request, counter))
    from xltools.cli import main

    code = 99
    try:
        main(request.arguments)
    except SystemExit as stop:
        code = int(stop.code or 0)
    except BaseException:
        import traceback

        traceback.print_exc()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)


def _count(event: str, values: tuple[object, ...], request: Request, counter: mmap.mmap) -> None:
    """Counts a change of the folder; before the one that is asked for, everything ends."""
    if event == "open":
        if not isinstance(values[2], int) or not values[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            return
    elif event not in CHANGES:
        return
    if not str(values[0]).startswith(request.folder):
        return
    if event == "open":  # from here on what is written counts, too
        sys.setprofile(lambda frame, kind, function: _count_writing(kind, function, request, counter))
    _tick(request, counter)


def _count_writing(kind: str, function: object, request: Request, counter: mmap.mmap) -> None:
    """Counts what is done with an open file of the folder."""
    if kind == "c_call" and getattr(function, "__name__", "") in WRITING:
        name = getattr(getattr(function, "__self__", None), "name", "")
        if function is os.fsync or str(name).startswith(request.folder):
            _tick(request, counter)


def _tick(request: Request, counter: mmap.mmap) -> None:
    count = int.from_bytes(counter[:], "little") + 1
    counter[:] = count.to_bytes(8, "little")
    if count == request.step:
        os.killpg(0, signal.SIGKILL)


def _lock() -> None:
    def replace(self: Path, target: Path) -> NoReturn:
        raise PermissionError(13, "Permission denied", str(self), 32, str(target))

    Path.replace = replace  # type: ignore[assignment,method-assign]


if __name__ == "__main__":
    _serve()
