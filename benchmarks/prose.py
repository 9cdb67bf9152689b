"""How well breakdowns in prose are read, on labelled snippets of published reports, and how long all rules take on prose.

Usage: prose.py [SNIPPETS.jsonl]. A snippet has a `text` and its `claims`: each with a `label` (exhaustive_equal,
exhaustive_unequal, non_exhaustive, …), the `total_value` and the `parts`.
"""

from __future__ import annotations

import json
import random
import re
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xltools.form.loader import load_form
from xltools.form.unit import Unit
from xltools.prose.breakdowns import ProseBreakdown, find_breakdowns
from xltools.prose.lexicon import load_lexicon
from xltools.prose.reader import read_prose
from xltools.report.filled import Report
from xltools.rules.registry import RULES
from xltools.rules.review import review

SNIPPETS = Path(__file__).resolve().parents[2] / "shared" / "reports" / "narratives.jsonl"
SEED = 20240131
ROUNDS = 20
Snippet = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tally:
    """So many of so many."""

    hits: int
    all: int

    @property
    def share(self) -> float:
        """The hits as a share, 1 where there was nothing to hit."""
        return self.hits / self.all if self.all else 1.0

    def __str__(self) -> str:
        return f"{self.share:6.1%}  ({self.hits} of {self.all})"


def read_snippets(path: Path) -> list[Snippet]:
    """The labelled snippets of a file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def recognised(snippets: Sequence[Snippet]) -> Tally:
    """The lists labelled exhaustive that are read as complete, with their total and parts."""
    lists = [(snippet, claim) for snippet in snippets for claim in _exhaustive(snippet)]
    return Tally(sum(_is_recognised(read(snippet["text"]), claim) for snippet, claim in lists), len(lists))


def alarmed(snippets: Sequence[Snippet]) -> Tally:
    """The snippets labelled none or non_exhaustive that raise a mismatch."""
    silent = [snippet for snippet in snippets if snippet["overall"] in ("none", "non_exhaustive")]
    return Tally(sum(bool(mismatches(snippet["text"])) for snippet in silent), len(silent))


def flagged(snippets: Sequence[Snippet], rounds: int = ROUNDS) -> Tally:
    """The changes of one amount of a list that adds up which raise a mismatch."""
    dice = random.Random(SEED)
    changed = [text for snippet in snippets for text in _changed(snippet, dice, rounds)]
    return Tally(sum(bool(mismatches(text)) for text in changed), len(changed))


def read(text: str) -> list[ProseBreakdown]:
    """The breakdowns of a text."""
    return find_breakdowns(read_prose(text, load_lexicon(), None))


def mismatches(text: str) -> list[ProseBreakdown]:
    """The breakdowns of a text that are meant whole and do not add up."""
    return [breakdown for breakdown in read(text) if breakdown.complete and not breakdown.holds]


def _exhaustive(snippet: Snippet) -> list[Mapping[str, Any]]:
    return [claim for claim in snippet["claims"] if claim["label"].startswith("exhaustive")]


def _is_recognised(found: Sequence[ProseBreakdown], claim: Mapping[str, Any]) -> bool:
    parts = sorted(claim["parts"])
    return any(one.complete and one.total == claim["total_value"] and sorted(part.value for part in one.parts) == parts for one in found)


def _changed(snippet: Snippet, dice: random.Random, rounds: int) -> Iterator[str]:
    """The snippet with one amount of one of its lists changed: each in turn, a little, by up to half, up to threefold."""
    text = snippet["text"]
    for claim in snippet["claims"]:
        if claim["label"] == "exhaustive_equal":
            for start, end in _places(text, claim):
                for _ in range(rounds):
                    yield f"{text[:start]}{_another(int(text[start:end]), dice)}{text[end:]}"


def _places(text: str, claim: Mapping[str, Any]) -> list[tuple[int, int]]:
    """Where the digits of a list's total and parts stand: as read, or of a list that was not read, one behind the other."""
    found = next((one for one in read(text) if _is_recognised([one], claim)), None)
    if found is None:
        first, numbers = 0, [claim["total_value"], *claim["parts"]]
    else:
        first, numbers = found.start, [claim["total_value"]]
    places = [] if found is None else [(part.start, part.end) for part in found.parts]
    for number in numbers:
        if place := re.compile(rf"(?<!\d){number}(?!\d)").search(text, first):
            places.append(place.span())
            first = place.end()
    digits = [re.compile(r"\d+").search(text, start, end) for start, end in places]
    return [number.span() for number in digits if number]


def _another(number: int, dice: random.Random) -> int:
    """Another number than this one, none of them negative."""
    kind = dice.choice(("slip", "half", "threefold"))
    if kind == "slip":
        other = number + dice.choice((-1, 1)) * dice.randint(1, 9)
    elif kind == "half":
        other = round(number * dice.uniform(0.5, 1.5))
    else:
        other = round(number * dice.uniform(0, 3))
    return other if other != number and other >= 0 else number + 1


HOSTILE = {
    "cues": "其中1条、" * 6_000,
    "sentences": "其中1条。" * 6_000,
    "brackets": "5件(1件" * 5_000,
    "kinds": "予以公开1件、不予公开2件、无法提供3件、" * 1_500,
    "negations": "未收到申请、没有复议，" * 3_000,
    "one long list": "公开信息100条，其中" + "甲类12条、" * 5_000,
}
"""Texts that would take long if anything took more than its share: 25,000 to 35,000 characters."""


def seconds(text: str, repeats: int = 5) -> float:
    """The least time that all rules take on a report with this text, in seconds."""
    form = load_form("govinfo-2021")
    figures = {figure.id: 0 for figure in form.inputs}
    times = []
    for number in range(repeats):
        # another text each time, since sentences are kept
        report = Report(form=form, year=2024, unit=Unit(name="示例县"), figures=figures, texts={"overview": f"{text}第{number}稿。"})
        start = time.process_time()
        review(report)
        times.append(time.process_time() - start)
    return min(times)


def print_times(snippets: Sequence[Snippet]) -> None:
    """Print what all rules take on 3,000 characters of prose and on the worst hostile text, half of it and all."""
    prose = "\n".join(snippet["text"] for snippet in snippets)[:3_000]
    print(f"all {len(RULES)} rules on 3,000 characters of prose         {seconds(prose) * 1000:6.1f} ms")
    name, text = max(HOSTILE.items(), key=lambda hostile: seconds(hostile[1], 1))
    half, whole = seconds(text[: len(text) // 2], 2), seconds(text, 2)
    print(f"the worst hostile text ({name}), half of it and all  {half:6.2f} s, {whole:6.2f} s")


def main(arguments: Sequence[str]) -> None:
    """Print the figures."""
    path = Path(arguments[0]) if arguments else SNIPPETS
    if not path.is_file():
        print(f"no labelled snippets at {path}")
        return
    snippets = read_snippets(path)
    print(f"{len(snippets)} snippets, {path.name}")
    print(f"exhaustive lists recognised with total and parts  {recognised(snippets)}")
    print(f"false alarms on snippets that state no mismatch   {alarmed(snippets)}")
    print(f"changed amounts flagged                           {flagged(snippets)}")
    print_times(snippets)


if __name__ == "__main__":
    main(sys.argv[1:])
