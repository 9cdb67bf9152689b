"""Case: one broken file, and what is known of the figures in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random

from xltools.report.filled import Value

Truth = Mapping[str, Value]
"""What figures stand in a file for sure, by cell id."""


@dataclass(frozen=True, eq=False)
class Original:
    """A sound file, its ending, and the figures that stand in it."""

    name: str
    suffix: str
    data: bytes
    figures: Truth = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """A file made of an original one by a mutation; `truth` is empty where the mutation may have changed any figure."""

    original: Original
    mutation: str
    data: bytes
    truth: Truth = field(default_factory=dict)


Mutator = Callable[[Original, Random], Case]
"""Breaks a file in a way that the dice choose."""
