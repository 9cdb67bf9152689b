"""look_through: how many pages a PDF has, and the text of each of many. PDFium runs in a process of its own, the only user of pypdfium2.

What PDFium does with a file cannot be bounded from outside: its time, its memory, whether it survives. Ended with its process, it
costs a line.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xltools.files.gate import PDF_MEMORY_LIMIT, PDF_PAGE_LIMIT, PDF_SECONDS_LIMIT

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

WAIT = 4 * PDF_SECONDS_LIMIT
"""Seconds by the clock after which it is ended, wherever its time cannot be limited, or the machine is busy."""
PASSWORD_FAULT = "password"  # noqa: S105 -- the name of an error
"""What PDFium says where one is missing."""


class PdfiumError(Exception):
    """PDFium refuses a file, which has a password if `is_locked`; or did not survive it, if `has_ended`."""

    def __init__(self, *, is_locked: bool = False, has_ended: bool = False) -> None:
        self.is_locked, self.has_ended = is_locked, has_ended


@dataclass(frozen=True)
class Overview:
    """How many pages a PDF has, and what each of them says, if they are more than was asked for but no more than the limit."""

    pages: int
    texts: tuple[str, ...]


def look_through(data: bytes, long: int) -> Overview:
    """What a PDF has; the texts of its pages only where they are more than `long`. Raises PdfiumError."""
    # the same modules as here, whatever folder this was started in
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(entry or os.curdir for entry in sys.path)}
    command = [sys.executable, "-P", "-m", __name__, *map(str, (long, PDF_MEMORY_LIMIT, PDF_SECONDS_LIMIT))]
    try:
        # our own program, whose arguments are numbers
        ended = subprocess.run(command, input=data, capture_output=True, timeout=WAIT, env=environment, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as fault:
        raise PdfiumError(has_ended=True) from fault
    if ended.returncode:
        raise PdfiumError(has_ended=True)
    said = json.loads(ended.stdout)
    if "fault" in said:
        raise PdfiumError(is_locked=PASSWORD_FAULT in said["fault"].lower())
    return Overview(said["pages"], tuple(said["texts"]))


def main() -> None:
    """Says what there is in the PDF on standard input, as JSON; the arguments are `long` and the limits."""
    long, memory, seconds = map(int, sys.argv[1:])
    _limit(memory, seconds)
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
        texts = [_text(page) for page in document] if long < len(document) <= PDF_PAGE_LIMIT else []
        said = {"pages": len(document), "texts": texts}
    except pypdfium2.PdfiumError as fault:
        said = {"fault": str(fault)}
    sys.stdout.write(json.dumps(said))
    sys.stdout.flush()
    os._exit(0)  # PDFium's own end would only take time


def _text(page: PdfPage) -> str:
    """What a page says, as PDFium gives it."""
    text: str = page.get_textpage().get_text_bounded()
    page.close()
    return text


def _limit(memory: int, seconds: int) -> None:
    """Limits the memory and time of this process, where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for kind, limit in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(kind)
        lowered = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(kind, (lowered, lowered))


if __name__ == "__main__":
    main()
