"""A bar with an estimate on a terminal, a plain line now and then in a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

EVERY = 20.0
"""Seconds between two lines in a log."""
WIDTH = 30


Advance = Callable[[int], None]
"""Tells that so many more are done."""


@contextmanager
def progress(total: int, label: str) -> Iterator[Advance]:
    """Show how far the work on `total` things is, on the screen or in a log; both go to stderr."""
    if total and sys.stderr.isatty():
        with click.progressbar(length=total, label=label, width=WIDTH, show_pos=True, file=sys.stderr) as bar:
            yield lambda count: bar.update(count)
    else:
        yield _Log(total, label).advance


class _Log:
    """Writes a line when enough time has passed, with what is left to do at this speed."""

    def __init__(self, total: int, label: str) -> None:
        self.total, self.label = total, label
        self.done = 0
        self.start = self.told = time.monotonic()

    def advance(self, count: int) -> None:
        self.done += count
        now = time.monotonic()
        if now - self.told >= EVERY and self.done < self.total:
            self.told = now
            left = (now - self.start) / self.done * (self.total - self.done)
            click.echo(f"{self.label} {self.done}/{self.total}，约需 {_minutes(left)}。", err=True)


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.0f} 分钟" if seconds >= 90 else f"{seconds:.0f} 秒"
