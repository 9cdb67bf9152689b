"""What differs between two results: texts line by line, JSON by path, findings one by one, office files by cell and element."""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.differential.jobs import Job
from tools.differential.office import read_document, read_workbook
from tools.differential.running import PRINTED, read_printed

Json = Any
OPEN = 30
"""Characters that are shown of a long text before the place where it differs."""
SHOWN = 100
"""Characters that are shown of each side of a difference."""
PASSING = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*|^.*约需 .*$|sha256[:-][0-9A-Za-z+/=]{40,}", re.MULTILINE)
"""Times of a run and how far it has come, never the same twice; seals, which differ whenever anything else does."""


@dataclass(frozen=True)
class Difference:
    """One thing that is not the same: which input, which of its outputs, where in it, and how it was and is."""

    input: str
    output: str
    place: str
    old: str
    new: str

    def __str__(self) -> str:
        """Return it as one line, of long texts the part that differs."""
        start = next((at for at, (a, b) in enumerate(zip(self.old, self.new, strict=False)) if a != b), min(len(self.old), len(self.new)))
        start = max(0, start - OPEN)
        old, new = (("…" if start else "") + text[start : start + SHOWN].replace("\n", "⏎") for text in (self.old, self.new))
        return f"{self.input} · {self.output} · {self.place}: {old or '(nothing)'} → {new or '(nothing)'}"


def compare_job(job: Job, old: Path, new: Path) -> Iterator[Difference]:
    """Yield all differences between the results of a job in two folders."""
    before, after = read_printed(old / job.name), read_printed(new / job.name)
    subject = job.name.removeprefix("documents/")
    for number, command in enumerate(job.commands):
        printed = [side[number] if number < len(side) else side[-1] for side in (before, after)]
        if printed[0] == printed[1]:
            continue
        what = f"xltools {command[0]}"
        if printed[0].code != printed[1].code:
            yield Difference(subject, what, "exit code", str(printed[0].code), str(printed[1].code))
        yield from _compare_lines(subject, f"{what}, messages", printed[0].err, printed[1].err)
        yield from _compare_printed(subject, what, printed[0].out, printed[1].out)
    yield from _compare_files(subject, old / job.name, new / job.name)


def _compare_printed(subject: str, what: str, old: str, new: str) -> Iterator[Difference]:
    if old == new:
        return
    if not (old.startswith("{") and new.startswith("{")):
        yield from _compare_lines(subject, what, old, new)
        return
    parsed = json.loads(old), json.loads(new)
    if all("reports" in side for side in parsed):
        yield from _compare_findings(subject, *parsed)
    else:
        yield from _compare_json(subject, what, *parsed)


def _compare_files(subject: str, old: Path, new: Path) -> Iterator[Difference]:
    names = {file.relative_to(folder).as_posix() for folder in (old, new) for file in folder.rglob("*") if file.is_file()}
    for name in sorted(names - {PRINTED}):
        before, after = old / name, new / name
        if not (before.exists() and after.exists()):
            yield Difference(subject, name, "file", "written" if before.exists() else "", "written" if after.exists() else "")
        elif before.suffix in (".sqlite", ".parquet") or before.read_bytes() == after.read_bytes():
            continue  # of a store, what is read from it counts
        elif before.suffix == ".json":
            yield from _compare_json(subject, name, *(json.loads(file.read_text(encoding="utf-8")) for file in (before, after)))
        elif before.suffix in (".xlsx", ".docx"):
            read = read_workbook if before.suffix == ".xlsx" else read_document
            yield from _compare_mappings(subject, name, read(before), read(after))
        else:
            yield from _compare_lines(subject, name, *(file.read_text(encoding="utf-8") for file in (before, after)))


def _compare_lines(subject: str, output: str, old: str, new: str) -> Iterator[Difference]:
    if old == new:
        return
    before, after = (PASSING.sub("", text).split("\n") for text in (old, new))
    for kind, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        for at in range(max(b - a, d - c)):
            yield Difference(
                subject, output, f"line {a + at + 1}", before[a + at] if a + at < b else "", after[c + at] if c + at < d else ""
            )


def _compare_json(subject: str, output: str, old: Json, new: Json, path: str = "$") -> Iterator[Difference]:
    """Yield differing values by path; the order of keys does not count, that of lists does."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys((*old, *new)):
            if key == "seal":
                continue
            if key in old and key in new:
                yield from _compare_json(subject, output, old[key], new[key], f"{path}.{key}")
            else:
                yield Difference(subject, output, f"{path}.{key}", *(_shown(side[key]) if key in side else "" for side in (old, new)))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (a, b) in enumerate(zip(old, new, strict=True)):
            yield from _compare_json(subject, output, a, b, f"{path}[{number}]")
    elif old != new or type(old) is not type(new):
        yield Difference(subject, output, path, _shown(old), _shown(new))


def _shown(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)


def _compare_findings(subject: str, old: Json, new: Json) -> Iterator[Difference]:
    """Yield differing findings file by file: gone, new, changed, in another order. Their ids do not count, only what they refer to."""
    before, after = ({report["file"]: report for report in side["reports"]} for side in (old, new))
    for file in dict.fromkeys((*before, *after)):
        if file not in before or file not in after:
            yield Difference(file, "findings", "report", *("listed" if file in side else "" for side in (before, after)))
            continue
        a, b = before[file], after[file]
        found = [_by_place(side.get("findings") or []) for side in (a, b)]
        for place in dict.fromkeys((*found[0], *found[1])):
            if place in found[0] and place in found[1]:
                yield from _compare_json(file, "findings", found[0][place], found[1][place], place)
            else:
                yield Difference(file, "findings", place, *(side[place]["message"] if place in side else "" for side in found))
        if list(found[0]) != list(found[1]) and set(found[0]) == set(found[1]):
            moved = next(pair for pair in zip(*found, strict=True) if pair[0] != pair[1])
            yield Difference(file, "findings", "order", *moved)
        rest = [{key: value for key, value in side.items() if key != "findings"} for side in (a, b)]
        yield from _compare_json(file, "findings", *rest, "report")
    yield from _compare_json(subject, "findings", *({key: value for key, value in side.items() if key != "reports"} for side in (old, new)))


def _by_place(findings: list[Json]) -> Mapping[str, Json]:
    """Return findings by code and place, with a number where several have the same; `because` names the place of the cause."""
    count: Counter[str] = Counter()
    places = {}
    for finding in findings:
        where = f"{finding['sheet'] or ''}!{finding['cell']}" if finding["cell"] else finding["section"] or finding["sheet"] or ""
        place = f"{finding['code']} {where} {'+'.join(finding['figures'][:1])}".strip()
        count[place] += 1
        places[finding["id"]] = f"{place} #{count[place]}" if count[place] > 1 else place
    return {
        places[finding["id"]]: {**{key: value for key, value in finding.items() if key != "id"}, "because": places.get(finding["because"])}
        for finding in findings
    }


def _compare_mappings(subject: str, output: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Difference]:
    for place in dict.fromkeys((*old, *new)):
        if old.get(place) != new.get(place):
            yield Difference(subject, output, place, old.get(place, ""), new.get(place, ""))
