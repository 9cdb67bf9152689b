"""Makes file names of titles that Windows, macOS and Linux all take."""

import re
import unicodedata
from collections.abc import Iterable
from itertools import chain, count

NOT_IN_NAMES = r'[<>:"/\\|?*\x00-\x1f\x7f\ud800-\udfff]'  # what Windows takes in no name, and what no file system can write
RESERVED = r"(?i:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³])\s*(?:\.|$)"  # what Windows takes for a device, with any ending
MISTAKEN = ("~$", ".", "-")  # how names begin that are passed over as hidden or traces of open files, or taken for an option
LONGEST, MOST_BYTES = 120, 240  # characters of a name, and its bytes in UTF-8; other systems take 255


def file_names(titles: Iterable[str], suffix: str) -> list[str]:
    """Return a file name for each title, in their order; where several come out alike, the later ones are numbered."""
    names: dict[str, str] = {}
    for title in titles:
        ends = chain((suffix,), (f" ({number}){suffix}" for number in count(2)))
        name = next(name for end in ends if _alike(name := _fitted(title, end)) not in names)
        names[_alike(name)] = name
    return list(names.values())


def _alike(name: str) -> str:
    """Return what is the same for names that some system takes for one: capitals and the composition of accents do not count."""
    return unicodedata.normalize("NFC", name.casefold())


def _fitted(title: str, end: str) -> str:
    """Return the title as the beginning of a name that ends like this, cut where that is too long."""
    stem = re.sub(NOT_IN_NAMES, "_", title).strip()
    if not stem or stem.startswith(MISTAKEN) or re.match(RESERVED, stem):
        stem = f"_{stem}"
    stem = stem[: LONGEST - len(end)].encode()[: MOST_BYTES - len(end.encode())].decode(errors="ignore")
    return (stem.rstrip(" .") or "_") + end
