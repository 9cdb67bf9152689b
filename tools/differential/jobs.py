"""What is compared: the input files, gathered in one folder, and the commands that are run on them."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.differential.generated import make_last_year, make_report

OUT = "OUT"
"""Stands in a command for the folder that its outputs go to."""
READABLE = (".xlsx", ".xlsm", ".xls", ".et", ".ods", ".json", ".docx", ".html", ".htm", ".md", ".txt", ".pdf")
CHUNK = 40
"""How many files one run of `check` is given."""
BLANKS = {"govinfo-2021": 2024, "govinfo-2019": 2020}
"""The forms of the generated workbooks, and the year of their reports."""
GENERATED = 100
"""How many workbooks are generated for each form; every other one is broken."""
WITH_LAST_YEAR = 20
"""How many of them are checked against a report of last year."""


@dataclass(frozen=True)
class Job:
    """Commands that are run one after the other in the folder of the inputs; what they write to `OUT` is kept."""

    name: str
    commands: tuple[tuple[str, ...], ...]
    reads: tuple[str, ...] = ()  # the inputs, relative to their folder


def blank_jobs() -> list[Job]:
    """Return the jobs that give the blank report of each form as JSON, which the generated ones start from."""
    jobs = []
    for form, year in BLANKS.items():
        book = f"{OUT}/{form}.xlsx"
        blank = ("template", "--form", form, "--year", str(year), "--unit", "示例县人民政府", "--zeros", "-o", book)
        jobs.append(Job(f"blank/{form}", (blank, ("export", book, "-o", f"{OUT}/{form}.json"))))
    return jobs


def filling_jobs(inputs: Path, blanks: Path) -> list[Job]:
    """Write the generated reports as JSON to the inputs, and return the jobs that fill workbooks with them."""
    jobs = []
    for form in BLANKS:
        blank = json.loads((blanks / "blank" / form / f"{form}.json").read_text(encoding="utf-8"))
        commands = []
        for number in range(GENERATED):
            report = make_report(number, blank, broken=number % 2 == 1)
            source = f"made/{form}/{number:03}.json"
            _write_json(inputs / source, report)
            commands.append(("import", source, "-o", f"{OUT}/{number:03}.xlsx"))
            if number < WITH_LAST_YEAR:
                _write_json(inputs / "last" / form / f"{number:03}.json", make_last_year(report))
        jobs.append(Job(f"generated/{form}", tuple(commands), tuple(f"made/{form}/{number:03}.json" for number in range(GENERATED))))
    return jobs


def gather(inputs: Path, source: Path, shared: Path) -> None:
    """Copy the samples of a source tree, and what there is of the shared material, into the folder of the inputs."""
    shutil.copytree(source / "samples", inputs / "samples")
    (inputs / "made").mkdir()
    shutil.copyfile(source / "docs" / "rules.md", inputs / "made" / "rules.md")
    for folder in ("layouts/cases", "layouts/minimal", "faults", "reports"):
        if (shared / folder).is_dir():
            shutil.copytree(shared / folder, inputs / folder)
    if (shared / "prose").is_dir():
        _write_prose(shared / "prose", inputs)
    for file in inputs.rglob("*"):
        os.utime(file, (1_700_000_000, 1_700_000_000))


def _write_prose(prose: Path, inputs: Path) -> None:
    bases = {base["id"]: base for base in _lines(prose / "reports.jsonl")}
    for id, base in bases.items():
        _write_json(inputs / "prose" / f"{id}.json", base["report"])
        if "last" in base:
            _write_json(inputs / "last" / "prose" / f"{id}.json", base["last"])
    for change in _lines(prose / "changed.jsonl"):
        report = bases[change["base"]]["report"]
        changed = {**report, "texts": {**report.get("texts", {}), **change["texts"]}, "figures": {**report["figures"], **change["figures"]}}
        folder = f"changed-with-last/{change['base']}" if change.get("with_last") else "changed"
        _write_json(inputs / folder / f"{change['id']}.json", changed)


def _lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def _write_json(file: Path, data: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(data, ensure_ascii=False, indent=1), encoding="utf-8")


def plan(inputs: Path) -> list[Job]:
    """Return all jobs, those that take long first."""
    files = sorted(file.relative_to(inputs).as_posix() for file in inputs.rglob("*") if file.suffix.lower() in READABLE)
    files = [
        file
        for file in files
        if not file.endswith((".truth.json", ".findings.json")) and not file.startswith(("made/", "last/", "reports/truth/"))
    ]
    return [
        *_collecting(inputs),
        *_checks(files),
        *_pairs(inputs),
        *_documents(files),
        *_templates(inputs),
        *_own_forms(inputs),
        *_reference(inputs),
    ]


def _group(file: str) -> str:
    return file.rpartition("/")[0]


def _chunks(files: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield the files of each folder, at most `CHUNK` at a time, with a name for them."""
    groups: dict[str, list[str]] = {}
    for file in files:
        groups.setdefault(_group(file), []).append(file)
    for group, members in groups.items():
        for start in range(0, len(members), CHUNK):
            yield f"{group}/{start:04}", members[start : start + CHUNK]


def _checks(files: Sequence[str]) -> Iterator[Job]:
    """Yield `check` over everything: as JSON, samples and generated reports in the other formats, workbooks with annotated copies."""
    for name, chunk in _chunks(files):
        yield Job(f"check/{name}", (("check", *chunk, "--format", "json"),), tuple(chunk))
    some = [file for file in files if file.startswith(("samples/", "reports/", "faults/")) or re.match(r"generated/.*/0[01]", file)]
    spoken = [file for file in some if _kind(file) != ".pdf"]  # which is slow to read, and is read often enough
    for name, chunk in _chunks(spoken):
        yield Job(f"formats/{name}", tuple(("check", *chunk, "--format", kind) for kind in ("text", "csv", "sarif")), tuple(chunk))
    marked = [file for file in spoken if _kind(file) == ".xlsx" or file.startswith("reports/")]
    for name, chunk in _chunks(marked):
        yield Job(f"annotate/{name}", (("check", *chunk, "--format", "json", "--annotate", f"{OUT}/copies"),), tuple(chunk))


def _kind(file: str) -> str:
    return Path(file).suffix.lower()


def _documents(files: Sequence[str]) -> Iterator[Job]:
    """Yield, for every readable file, its report as JSON, document, page and workbook; of what was only altered in a number, none."""
    for file in files:
        if file.startswith(("changed", "faults/forms")):
            continue
        commands = [("export", file, "-o", f"{OUT}/report.json"), ("import", file, "-o", f"{OUT}/report.xlsx")]
        if _kind(file) != ".pdf":
            commands.append(("export", file, "--draft", "-o", f"{OUT}/report.html"))
            if not file.startswith("layouts/"):  # what they test is how they are read
                commands.append(("export", file, "--draft", "-o", f"{OUT}/report.docx"))
        yield Job(f"documents/{file}", tuple(commands), (file,))


def _pairs(inputs: Path) -> Iterator[Job]:
    """Yield the comparison with last year, wherever a report of last year is there."""
    for name, last, this in _year_pairs(inputs):
        compare = ("compare", last, this)
        commands = [("check", this, "--previous", last, "--format", "json"), (*compare, "-o", f"{OUT}/comparison.json")]
        if _kind(this) != ".pdf":
            commands += [compare, (*compare, "-o", f"{OUT}/comparison.xlsx")]
        yield Job(f"previous/{name}", tuple(commands), (last, this))
    for folder in sorted((inputs / "changed-with-last").glob("*")):
        last = f"last/prose/{folder.name}.json"
        files = tuple(f"changed-with-last/{folder.name}/{file.name}" for file in sorted(folder.iterdir()))
        yield Job(f"previous/changed/{folder.name}", (("check", *files, "--previous", last, "--format", "json"),), (last, *files))


def _year_pairs(inputs: Path) -> Iterator[tuple[str, str, str]]:
    """Yield a name, last year's report and this year's."""
    county = inputs / "samples" / "county"
    for this in sorted((county / "2024").glob("*.xlsx")):
        for last in (county / "2023").glob(f"{this.name[:4]}*"):
            yield f"county/{this.name}", f"samples/county/2023/{last.name}", f"samples/county/2024/{this.name}"
    for form in BLANKS:
        for number in range(WITH_LAST_YEAR):
            yield f"{form}/{number:03}", f"last/{form}/{number:03}.json", f"generated/{form}/{number:03}.xlsx"
    yield "editions", "generated/govinfo-2019/000.xlsx", "generated/govinfo-2021/000.xlsx"
    if (inputs / "reports").is_dir():
        yield "hongze", "reports/hongze_district_2023.pdf", "reports/hongze_district_2024.pdf"
    for last in sorted((inputs / "last" / "prose").glob("*")):
        yield f"prose/{last.name}", f"last/prose/{last.name}", f"prose/{last.name}"


def _templates(inputs: Path) -> Iterator[Job]:
    """Yield blank workbooks, with last year's report and without, and those for a roster."""
    for form, year in BLANKS.items():
        of_form = ("template", "--form", form, "--year", str(year))
        last = f"generated/{form}/002.xlsx"
        yield Job(
            f"template/{form}",
            ((*of_form, "-o", f"{OUT}/blank.xlsx"), (*of_form, "--zeros", "--password", "秘密", "-o", f"{OUT}/zeros.xlsx")),
        )
        following = ("template", "--year", str(year + 1), "--previous", last, "-o", f"{OUT}/following.xlsx")
        yield Job(f"template/{form}-following", (following,), (last,))
        other = next(name for name in BLANKS if name != form)
        yield Job(f"template/{form}-converted", (("import", last, "--form", other, "-o", f"{OUT}/converted.xlsx"),), (last,))
    county = tuple(_below(inputs, "samples/county"))
    roster = (
        "template",
        "--year",
        "2024",
        "--roster",
        "samples/county/units.csv",
        "--previous",
        "samples/county/2023",
        "-o",
        f"{OUT}/handed-out",
    )
    yield Job("template/roster", (roster,), county)


def _own_forms(inputs: Path) -> Iterator[Job]:
    """Yield what can be done with the forms of the shared material."""
    for form in sorted(path for path in (inputs / "faults" / "forms").glob("*") if path.is_dir()):
        given = ("--form", f"faults/forms/{form.name}")
        blank = ("template", *given, "--year", "2024", "-o", f"{OUT}/blank.xlsx")
        commands = [blank, ("export", f"{OUT}/blank.xlsx", *given, "--draft", "-o", f"{OUT}/blank.html")]
        filled = [f"faults/forms/{file.name}" for file in sorted(form.parent.glob("*.json")) if file.name[:4] == form.name[:4]]
        for number, file in enumerate(filled):
            commands.append(("check", file, *given, "--format", "json"))
            commands.append(("export", file, *given, "--draft", "-o", f"{OUT}/{number}.docx"))
            commands.append(("import", file, *given, "-o", f"{OUT}/{number}.xlsx"))
        yield Job(f"forms/{form.name}", tuple(commands), (f"faults/forms/{form.name}/form.toml", *filled))


def _collecting(inputs: Path) -> Iterator[Job]:
    """Yield roll-ups: the sample county's two years, and the generated reports of each form."""
    store = f"{OUT}/store.sqlite"
    commands = [
        *(
            _collect(f"samples/county/{year}", year, "--roster", "samples/county/units.csv", "--data", f"{OUT}/data{year}")
            for year in (2023, 2024)
        ),
        ("check", f"{OUT}/2024.xlsx", "--previous", f"{OUT}/2023.xlsx", "--children", store, "--format", "json"),
        ("check", f"{OUT}/2024.xlsx", "--children", "samples/county/2024", "--format", "json"),
        ("template", "--year", "2025", "--roster", "samples/county/units.csv", "--previous", store, "-o", f"{OUT}/handed-out"),
    ]
    yield Job("collect/county", tuple(commands), tuple(_below(inputs, "samples/county")))
    for form, year in BLANKS.items():
        folder = f"generated/{form}"
        commands = [_collect(folder, year, "--no-copies"), _collect(folder, year, "--no-copies")]  # the second finds nothing new
        yield Job(f"collect/{form}", tuple(commands), tuple(_below(inputs, folder)))


def _collect(folder: str, year: int, *more: str) -> tuple[str, ...]:
    to = ("--store", f"{OUT}/store.sqlite", "-o", f"{OUT}/{year}.xlsx")
    return ("collect", folder, "--unit", "示例县人民政府", "--year", str(year), *more, *to, "--jobs", "1")


def _below(inputs: Path, folder: str) -> list[str]:
    return sorted(file.relative_to(inputs).as_posix() for file in (inputs / folder).rglob("*") if file.is_file())


def _reference(inputs: Path) -> Iterator[Job]:
    """Yield help, lists and explanations."""
    commands = ("template", "check", "export", "import", "compare", "collect", "explain", "rules", "forms")
    yield Job("reference/help", (("--help",), *((command, "--help") for command in commands), ("rules",), ("forms",)))
    codes = sorted(set(re.findall(r"\b[VTNYCS]\d{3}\b", (inputs / "made" / "rules.md").read_text(encoding="utf-8"))))
    yield Job("reference/explain", tuple(("explain", code) for code in codes), ("made/rules.md",))
