"""Active content: what a file holds that could run, fetch or change; it is noted, and never run, opened or followed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

Active = Literal["macros", "links", "objects"]
"""Programs; other files or data that this one refers to; documents of other programs within it."""

PARTS: dict[Active, re.Pattern[str]] = {
    "macros": re.compile(r"(?:xl|word)/(?:vbaproject\.bin|macrosheets/.|activex/.)|basic/.|scripts/.", re.IGNORECASE),
    "links": re.compile(r"xl/(?:externallinks/.|connections\.xml|querytables/.)", re.IGNORECASE),
    "objects": re.compile(r"(?:xl|word)/embeddings/.|object \d+/content\.xml", re.IGNORECASE),
}
"""How the entries of office packages begin that hold it."""


def active_parts(names: Iterable[str]) -> tuple[Active, ...]:
    """The kinds of active content among the entries of a package."""
    listed = list(names)
    return tuple(kind for kind, pattern in PARTS.items() if any(pattern.match(name) for name in listed))
