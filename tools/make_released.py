"""Freeze what the program of today makes, for every later version to read: `python -m tools.make_released VERSION`, once at a release."""

from __future__ import annotations

import csv
import gzip
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from tools.differential.generated import make_report

ROOT = Path(__file__).parent.parent
COUNTY = ROOT / "samples" / "county"
OFFICE, SHORT = "示例县人民政府", "示例县"
EDITIONS = {"2021": 2024, "2019": 2020}
BALANCED, FAULTY = 6, 43
"""The numbers of the generated reports that are kept."""
CODES = ("0001", "0006", "0008", "0012")
"""The units of the sample county that are kept: an ordinary one, one that was renamed, one with a fault, one that is missing in the second year."""
AS_WORKBOOK = "0001"
"""The unit whose reports are kept as workbooks; the others hand in JSON, which is smaller."""
PLACE = "/srv/county"
"""Where the reports stood, as the store has it, in place of the folder they were made in."""
HANDED_IN = 1_736_500_000
"""When they were last changed, in seconds since 1970."""
COMPARED = ("code", "name", "severity", "sheet", "cell", "figures", "section", "actual", "expected", "difference", "explanation")
"""The keys of a finding that every version gives alike; the words of messages may get better."""
KEPT = ("form", "year", "unit", "figures", "texts", "breakdowns", "explanations", "excused")
"""The keys of a report that every version gives alike."""

Json = dict[str, Any]


def xltools(*arguments: str, codes: tuple[int, ...] = (0,)) -> str:
    """Return what a command prints. Raises RuntimeError unless it ends with one of these exit codes."""
    done = subprocess.run([sys.executable, "-m", "xltools", *arguments], capture_output=True, text=True, check=False)
    if done.returncode not in codes:
        raise RuntimeError(f"xltools {' '.join(arguments)}: {done.returncode}\n{done.stderr}")
    return done.stdout


def make_reports() -> None:
    """Write workbooks of both forms into the current folder, balanced and faulty, and what is made of them."""
    for edition, year in EDITIONS.items():
        form = f"govinfo-{edition}"
        xltools("template", "--form", form, "--year", str(year), "--unit", OFFICE, "--zeros", "-o", "blank.xlsx")
        xltools("export", "blank.xlsx", "-o", "blank.json")
        blank = json.loads(Path("blank.json").read_text(encoding="utf-8"))
        faulty = _unbalance(make_report(FAULTY, blank, broken=True))
        for name, report in (("balanced", make_report(BALANCED, blank, broken=False)), ("faulty", faulty)):
            Path("made.json").write_text(json.dumps(report), encoding="utf-8")
            xltools("import", "made.json", "-o", f"{name}-{edition}.xlsx")
        xltools("export", f"balanced-{edition}.xlsx", "-o", f"balanced-{edition}.json")
        for made in ("blank.xlsx", "blank.json", "made.json"):
            Path(made).unlink()
    xltools("export", "balanced-2021.xlsx", "-o", "published-2021.docx")
    xltools("check", "faulty-2021.xlsx", "--annotate", "copies", codes=(1,))
    Path("copies", "faulty-2021.xlsx").rename("annotated-2021.xlsx")
    Path("copies").rmdir()


def _unbalance(report: Json) -> Json:
    """Return the report with one balance more that is off, explained in 校验, and one that is not explained."""
    figures = report["figures"]
    for column, more in (("natural_person", 1), ("business", 2)):
        figures[f"requests.received.{column}"] += more
    key = "unbalanced:requests.carried_out.natural_person"
    return {**report, "explanations": {key: "一件申请合并答复。"}, "excused": {key: "1"}}


def make_county() -> None:
    """Write a small county into the current folder: two years of reports, their roll-ups, the store."""
    with (COUNTY / "units.csv").open(encoding="utf-8-sig", newline="") as opened:
        rows = [row for number, row in enumerate(csv.reader(opened)) if number == 0 or row[0] in CODES]
    with Path("units.csv").open("w", encoding="utf-8-sig", newline="") as opened:
        csv.writer(opened, lineterminator="\n").writerows(rows)
    for year in ("2023", "2024"):
        Path(year).mkdir()
        for source in sorted((COUNTY / year).iterdir()):
            code = source.name[:4]
            if code == AS_WORKBOOK:
                shutil.copyfile(source, Path(year, source.name))
            elif code in CODES:
                xltools("export", str(source), "-o", f"{year}/{source.stem}.json")
        for file in Path(year).iterdir():
            os.utime(file, (HANDED_IN, HANDED_IN))
        order = ("--roster", "units.csv", "--unit", OFFICE, "--year", year, "--store", "county.sqlite", "--no-copies")
        xltools("collect", year, *order, "-o", f"{SHORT}{year}.xlsx", codes=(0, 1))
        Path(f"{SHORT}{year}-汇总情况.xlsx").unlink()


def expect_county() -> Json:
    """Return the findings of the roll-up against last year's and its units'."""
    return expect(f"{SHORT}2024.xlsx", "--previous", f"{SHORT}2023.xlsx", "--children", "county.sqlite")


def expect(file: str, *beside: str) -> Json:
    """Return what is in a file and what is found in it, as far as every version must say the same."""
    checked = json.loads(xltools("check", file, *beside, "--format", "json", codes=(0, 1)))
    findings = [{key: finding[key] for key in COMPARED} for finding in checked["reports"][0]["findings"]]
    xltools("export", file, "-o", "exported.json")
    report = json.loads(Path("exported.json").read_text(encoding="utf-8"))
    Path("exported.json").unlink()
    return {"report": {key: report[key] for key in KEPT if key in report}, "findings": findings}


def pack_store(here: str) -> None:
    """Give the store the neutral place of its files, and compress it."""
    with closing(sqlite3.connect("county.sqlite", isolation_level=None)) as database:
        for table, column in (("files", "path"), ("reports", "file")):
            database.execute(f"UPDATE {table} SET {column} = replace({column}, ?, ?)", (here, PLACE))  # noqa: S608 - of these names
        database.execute("VACUUM")
    Path("county.sqlite.gz").write_bytes(gzip.compress(Path("county.sqlite").read_bytes(), mtime=0))
    Path("county.sqlite").unlink()


def main() -> int:
    """Write everything below tests/released/VERSION, which must not be there yet."""
    target = ROOT / "tests" / "released" / sys.argv[1]
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made).resolve()
        os.chdir(folder)
        make_reports()
        expected = {file.name: expect(file.name) for file in sorted(folder.iterdir())}
        (folder / "county").mkdir()
        os.chdir(folder / "county")
        make_county()
        expected |= {f"county/{SHORT}{year}.xlsx": expect(f"{SHORT}{year}.xlsx") for year in ("2023", "2024")}
        known = re.findall(r"^\s*([A-Z]\d{3})\b", xltools("rules"), re.MULTILINE)
        found = {"rules": known, "files": expected, "county": expect_county()["findings"]}
        pack_store(str(folder / "county"))
        (folder / "expected.json").write_text(json.dumps(found, ensure_ascii=False, indent=0), encoding="utf-8")
        os.chdir(ROOT)
        shutil.copytree(folder, target)
    return 0


if __name__ == "__main__":
    sys.exit(main())
