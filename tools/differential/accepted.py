"""The differences that are meant, each with its reason: tools/differential.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from tools.differential.comparing import Difference

FILE = Path(__file__).parents[1] / "differential.toml"


@dataclass(frozen=True)
class Accepted:
    """Differences that are meant: those whose input and output fit the patterns, and whose line the expression finds something in."""

    reason: str
    input: str = "*"
    output: str = "*"
    line: str = ""

    def covers(self, difference: Difference) -> bool:
        """Return whether a difference is one of these."""
        said = f"{difference.place}: {difference.old} → {difference.new}"
        fits = fnmatchcase(difference.input, self.input) and fnmatchcase(difference.output, self.output)
        return fits and re.search(self.line, said, re.DOTALL) is not None


def read_accepted(file: Path = FILE) -> Sequence[Accepted]:
    """Return what the file lists. Raises TypeError for a key that is none or a missing reason."""
    return [Accepted(**entry) for entry in tomllib.loads(file.read_text(encoding="utf-8")).get("accepted", ())]
