"""find_contents: the lines of a table of contents, which name every section and are the title of none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from xltools.numerals import BLANKS
from xltools.readers.published.paragraphs import Paragraph

DOTS = "[.·…．‥。_—-]"
LEADER = re.compile(rf"(?:(?<!{DOTS}){DOTS}{{2,}}\s*|(?<!\s)(?:\s{{2,}}|\t))[（(]?\d{{1,3}}[）)]?$")
"""The dots and the page's number behind an entry; each run of dots or blanks is looked at once, from its beginning."""
PAGE_NUMBER = re.compile(r"(?<!\s)\s*\d{1,3}$")
CONTENTS = re.compile(r"目录|目次")
LONGEST_ENTRY = 70
ENTRIES = 3
"""So many titles one after the other, with nothing between them, may be a table of contents."""


def without_leader(text: str) -> str:
    """An entry of a table of contents without its page; any other text as it is."""
    return LEADER.sub("", text) if len(text) <= LONGEST_ENTRY else text


def without_page(text: str) -> str:
    """An entry of a table of contents without its page, also where nothing but a blank stands in front of that."""
    return PAGE_NUMBER.sub("", without_leader(text))


def find_contents(paragraphs: Sequence[Paragraph], keys: Sequence[str | None], spans: Mapping[str, tuple[int, int]]) -> frozenset[int]:
    """The numbers of the paragraphs that are a table of contents; `keys` tells the section or topic that each could be the title of."""
    found: set[int] = set()
    times = Counter(keys)
    for run in _runs(paragraphs, keys, spans.values()):
        above = run[0] - 1
        headed = above >= 0 and CONTENTS.fullmatch(BLANKS.sub("", paragraphs[above].text)) is not None
        leaders = sum(LEADER.search(paragraphs[n].text) is not None for n in run)
        again = sum(times[keys[n]] > 1 for n in run)  # outside it, for it names none twice
        # sections whose tables are pictures have nothing between their titles, but stand once
        if headed or (len(run) >= ENTRIES and (2 * leaders >= len(run) or 2 * again > len(run))):
            found |= {*run, *([above] if headed else ())}
    return frozenset(found)


def _runs(paragraphs: Sequence[Paragraph], keys: Sequence[str | None], spans: Iterable[tuple[int, int]]) -> Iterator[range]:
    """Runs of titles with nothing between them, no table either, and none of them twice."""
    starts = sorted(first for first, _ in spans)
    start, seen = 0, set[str]()
    for n, key in enumerate(keys):
        parted = n > 0 and any(paragraphs[n - 1].last < first < paragraphs[n].first for first in starts)
        if key is None or key in seen or parted:
            if n > start:
                yield range(start, n)
            start, seen = n, set()
        if key is None:
            start = n + 1
        else:
            seen.add(key)
    if len(keys) > start:
        yield range(start, len(keys))
