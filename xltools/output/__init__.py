"""Output: findings for people and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xltools.output.checked import Checked

FORMATS = ("text", "json", "sarif", "csv")
SEALED_FORMATS = ("json",)
"""Those that bear a seal in a file; text and CSV have no place for one, and the schema of SARIF allows none."""


def render(files: Sequence[Checked], format: str) -> str:
    """Return the findings of all files in one of FORMATS."""
    if format == "json":
        from xltools.output.json import render
    elif format == "sarif":
        from xltools.output.sarif import render
    elif format == "csv":
        from xltools.output.csv import render
    else:
        from xltools.output.text import render
    return render(files)
