"""file_names: names for files that every system takes, each one once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\ud800-\udfff]')
"""What Windows takes in no name, and what no file system can write."""
RESERVED = re.compile(r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³])\s*(?:\.|$)", re.IGNORECASE)
"""What Windows takes for a device, with any ending."""
MISTAKEN = ("~$", ".", "-")
"""How names begin that are passed over as hidden or as traces of open files, or that a command takes for an option."""
LONGEST, MOST_BYTES = 120, 240
"""Characters of a name, and its bytes in UTF-8; other systems take 255."""


def file_names(titles: Iterable[str], suffix: str) -> list[str]:
    """A file name for each title, in their order; where several come out alike, the later ones are numbered."""
    names: list[str] = []
    taken: set[str] = set()
    for title in titles:
        name, number = _fitted(title, suffix), 1
        while _alike(name) in taken:
            number += 1
            name = _fitted(title, f" ({number}){suffix}")
        taken.add(_alike(name))
        names.append(name)
    return names


def _alike(name: str) -> str:
    """What is the same for names that some system takes for one: capitals and the composition of accents do not count."""
    return unicodedata.normalize("NFC", name.casefold())


def _fitted(title: str, end: str) -> str:
    """The title as the beginning of a name that ends like this, cut where that is too long."""
    stem = FORBIDDEN.sub("_", title).strip()
    if not stem or stem.startswith(MISTAKEN) or RESERVED.match(stem):
        stem = f"_{stem}"
    stem = stem[: LONGEST - len(end)]
    while len((stem + end).encode()) > MOST_BYTES:
        stem = stem[:-1]
    return (stem.rstrip(" .") or "_") + end
