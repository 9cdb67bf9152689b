"""Timing several things against each other in one run, so that a busy or slow machine slows all of them alike."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Goal:
    """A comparison: `subject` may take at most `factor` times as long as `reference`; without a reference, `factor` seconds."""

    title: str
    subject: str
    reference: str
    factor: float

    def measured(self, seconds: Mapping[str, float]) -> float:
        """What the subject took, in units of the reference."""
        return seconds[self.subject] / (seconds[self.reference] if self.reference else 1.0)


def time_all(works: Mapping[str, Work], repeats: int) -> dict[str, float]:
    """The least time that each work took, in seconds; they take turns, after one round that warms caches."""
    for work in works.values():
        work()
    best = dict.fromkeys(works, float("inf"))
    gc.collect()
    gc.disable()
    try:
        for _ in range(repeats):
            for name, work in works.items():
                start = perf_counter()
                work()
                best[name] = min(best[name], perf_counter() - start)
    finally:
        gc.enable()
    return best
