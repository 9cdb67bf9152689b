"""`xltools check` in a process of its own, within limits of processor and memory; and workbooks that are changed before."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tests.fuzz.packages import parts_of, zipped
from tests.reports import report
from xltools.workbook.locked_workbook import write_workbook

SECONDS, MEGABYTES = 10, 300
"""Of processor, beyond which the system ends the process, and of memory. The slowest case takes a fifth of the time."""
ADDRESS_SPACE = 3 * 2**30

WORKBOOK = write_workbook(report())


class Ended(NamedTuple):
    """How the command line ended in a process of its own."""

    code: int
    out: str
    err: str
    megabytes: float


# the child tells its own peak; what getrusage says of it counts in what this process had before the child began
PROBE = """
import re, resource
resource.setrlimit(resource.RLIMIT_AS, ({limit}, {limit}))
resource.setrlimit(resource.RLIMIT_CPU, ({seconds}, {seconds}))
from xltools.cli import main
try:
    main()
finally:
    with open("/proc/self/status") as status, open({peak!r}, "w") as file:
        file.write(re.search(r"VmHWM:\\s+(\\d+) kB", status.read())[1])
"""


def check_apart(path: Path) -> Ended:
    """Return how a check of a file ended."""
    peak = path.with_name("peak")
    probe = PROBE.format(limit=ADDRESS_SPACE, seconds=SECONDS, peak=str(peak))
    done = subprocess.run([sys.executable, "-c", probe, "check", str(path)], capture_output=True, encoding="utf-8", check=False)
    return Ended(done.returncode, done.stdout, done.stderr, int(peak.read_text()) / 1024 if peak.exists() else float("inf"))


def assert_refused(path: Path, reason: str) -> None:
    """Assert that a file is refused in one line that begins with a reason, in little memory."""
    ended = check_apart(path)
    assert ended.err.startswith(f"无法读取 {path}：{reason}"), ended.err
    assert ended.err.count("\n") == 1
    assert ended.err.endswith("。\n")
    assert (ended.code, ended.out) == (2, "")
    assert ended.megabytes < MEGABYTES


def replaced(name: str, old: bytes, new: bytes, data: bytes = WORKBOOK) -> bytes:
    """Return the workbook with some text of one of its parts replaced."""
    parts = parts_of(data)
    assert old in parts[name]
    return zipped({**parts, name: parts[name].replace(old, new, 1)})
