"""How a command ends that is broken off or crashes: at once, in one line, with nothing half-written."""

import os
import re
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from xltools.files.outputs import discard_unfinished
from xltools.version import __version__

FRAME = r'File "([^"]+)", line (\d+), in (\S+)'
INTERRUPTED = "已中断。"
CRASHED = "程序出错，未能完成。请把 {file} 发给维护人员，其中没有报告的数据和单位名称。"
NOT_TOLD = "程序出错，未能完成，也未能写入出错的情况。请联系维护人员。"


def break_off(*_: object) -> None:
    """Break off the work in good order at the first Ctrl-C; the second ends the program at once."""
    signal.signal(signal.SIGINT, _end)
    raise KeyboardInterrupt


def _end(*_: object) -> None:
    if "multiprocessing" in sys.modules:
        from xltools.workers.pool import end_processes

        end_processes()
    discard_unfinished()
    with suppress(OSError, UnicodeError):
        os.write(2, f"{INTERRUPTED}\n".encode(getattr(sys.stderr, "encoding", None) or "utf-8"))
    os._exit(2)


def explain_crash(fault: BaseException, arguments: Sequence[str]) -> str:
    """Write what happened to a file, without the value of an option or the message of a fault, and return the line that names it."""
    import platform  # all that only a crash needs
    import tempfile

    options = [argument.partition("=")[0] for argument in arguments if argument.startswith("-")]
    command = next((argument for argument in arguments if argument.isascii() and argument.isalpha()), "")
    system = f"xltools {__version__}, Python {platform.python_version()}, {sys.platform}"
    lines = [system, f"{command} {' '.join(options)}", *_told(fault)]
    name = f"xltools-{time.strftime('%Y%m%d-%H%M%S')}.log"
    for folder in (Path(), Path(tempfile.gettempdir())):
        with suppress(OSError):
            (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
            return CRASHED.format(file=folder / name)
    return NOT_TOLD


def _told(fault: BaseException) -> Iterator[str]:
    """Yield the lines of a traceback, what led to it first; what comes from another process is told by that in its text alone."""
    import traceback

    before = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
    if before:
        yield from _told(before)
    yield from (f"{_inside(file)}:{line} {name}" for file, line, name in re.findall(FRAME, getattr(fault, "tb", "")))
    for frame in traceback.extract_tb(fault.__traceback__):
        yield f"{_inside(frame.filename)}:{frame.lineno} {frame.name}"
    yield f"{type(fault).__module__}.{type(fault).__qualname__} {getattr(fault, 'errno', None) or ''}"


def _inside(file: str) -> str:
    """Return a file of a program by its place in its package: what stands before it may be somebody's name."""
    parts = Path(file).parts
    return "/".join(parts[next((number for number, part in enumerate(parts) if part in ("xltools", "site-packages")), len(parts) - 1) :])
