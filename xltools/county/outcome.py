"""Outcome: what became of one file that was taken in. Plain values, so that it travels between processes and machines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class FileState:
    """A file as it was when it was read: a later run reads it again where any of it has changed. `modified` is in nanoseconds."""

    path: str
    size: int
    modified: int
    sha256: str = ""


@dataclass(frozen=True)
class Outcome:
    """A file's report and findings; or `error`, the one line that tells why it could not be read.

    `report` is the report's JSON (docs/json.md) as text, `findings` are those of `check --format json`, `form`, `unit` and `year`
    what the report names.
    """

    file: FileState
    error: str | None = None
    form: str | None = None
    unit: str = ""
    year: int | None = None
    report: str | None = None
    findings: tuple[Mapping[str, Any], ...] = field(default=())

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return Path(self.file.path).name
