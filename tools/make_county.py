"""Makes samples/county: a roster and two years of reports of a small county's units, and what collecting them gives.

In the second year one is missing, one wrong, one renamed, one late, one has handed in last year's report, one an old Word file, one its
document beside its workbook, and one such a document with another figure.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from xltools.documents.docx import write_docx
from xltools.form.definition import Form
from xltools.form.loader import load_form
from xltools.form.unit import Unit
from xltools.report.filled import Report, Value
from xltools.workbook.locked_workbook import write_workbook

FOLDER = Path(__file__).parent.parent / "samples" / "county"
OFFICE, SHORT = "示例县人民政府", "示例县"
YEARS = (2023, 2024)
HANDED_IN = {year: datetime(year + 1, 1, 10, 12, tzinfo=UTC).timestamp() for year in YEARS}
"""When the reports of each year were saved last, but for the late one: the roll-up says so."""
DEADLINE, LATE_ON = "2025-01-20", datetime(2025, 1, 23, 12, tzinfo=UTC).timestamp()
UNITS = (
    "示例县发展和改革局", "示例县教育局", "示例县公安局", "示例县民政局", "示例县财政局", "示例县自然资源和规划局", "示例县住房和城乡建设局",
    "示例县交通运输局", "示例县农业农村局", "示例县卫生健康局", "示例县城关镇人民政府", "示例县河口镇人民政府",
)  # fmt: skip
FORMER = {"示例县自然资源和规划局": "示例县国土资源局"}
MISSING, WRONG, LATE, WRONG_YEAR = "示例县河口镇人民政府", "示例县交通运输局", "示例县教育局", "示例县民政局"
OLD_WORD, WITH_DOCUMENT, TWICE = "示例县公安局", "示例县财政局", "示例县卫生健康局"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
COLLECTED = (
    f"{SHORT}2024.xlsx",
    f"{SHORT}2024-汇总情况.xlsx",
    f"{SHORT}2024-审核意见/{UNITS.index(WRONG) + 1:04d}-{WRONG}.xlsx",
    f"函件/催报函-{UNITS.index(MISSING) + 1:04d}-{MISSING}.docx",
    f"函件/退改通知-{UNITS.index(WRONG) + 1:04d}-{WRONG}.docx",
)
"""What collecting the second year gives, as far as the sample keeps it."""
FORM = load_form()
INPUTS = ("natural_person", "business", "research", "public_welfare", "legal_service", "other")
RESULTS = ("granted", "partly_granted", "denied.third_party_rights", "unavailable.not_held", "not_processed.petition", "otherwise.other")
PROBLEMS = {
    2023: "公开目录更新不够及时，部分栏目内容偏少。下一步将按月核对公开目录，补齐栏目内容。",
    2024: "依申请公开的答复文书格式不一，政策解读形式单一。改进办法是统一答复文书样式，对重要文件配发图文解读，并组织一次业务培训。",
}
SPREAD = {"natural_person": 12, "business": 4}
"""The most requests of each result; of the other kinds of applicants there is one at most."""


def roster() -> str:
    """The roster as CSV, with the byte order mark that Excel needs."""
    lines = [
        f"{number:04d},{name},{FORMER.get(name, '')},示例县人民路{number}号,0571-8000{number:04d}" for number, name in enumerate(UNITS, 1)
    ]
    return "\ufeff代码,单位名称,原单位名称,地址,电话\n" + "\n".join(lines) + "\n"


def reports(year: int) -> dict[str, Report]:
    """The reports that were handed in, by the names of their files."""
    found = {}
    for number, name in enumerate(UNITS, start=1):
        if year == 2024 and name in (MISSING, OLD_WORD):
            continue
        if year == 2024 and name == WRONG_YEAR:
            found |= {file: report for file, report in reports(2023).items() if report.unit.name == name}
            continue
        called = FORMER.get(name, name) if year == 2023 else name
        unit = Unit(name=called, former_name=FORMER.get(name, "") if year == 2024 else "")
        figures = figures_of(FORM, number, year)
        if year == 2024 and name == WRONG:
            figures["requests.received.natural_person"] = int(str(figures["requests.received.natural_person"])) + 1
        texts = {
            "overview": f"{year}年，本单位认真贯彻落实《中华人民共和国政府信息公开条例》，扎实做好政府信息公开各项工作。",
            "problems": PROBLEMS[year],
            "other": "本年度没有收取信息处理费。",
        }
        found[f"{number:04d}-{called}.xlsx"] = Report(form=FORM, year=year, unit=unit, figures=figures, texts=texts)
    return found


def figures_of(form: Form, number: int, year: int) -> dict[str, Value]:
    """Figures that balance, and carry over from one year to the next."""
    figures: dict[str, Value] = {figure.id: 0 for figure in form.inputs}
    figures["disclosure.normative_documents.in_force"] = _stock(number, year)
    figures["disclosure.normative_documents.made"] = _made(number, year)
    dice = random.Random(number * 10_000 + year)
    for key in ("licensing", "penalties"):
        figures[f"disclosure.{key}.decisions"] = dice.randrange(0, 400)
    for column in INPUTS:
        answered = 0
        for row in RESULTS:
            count = dice.randrange(0, SPREAD.get(column, 1) + 1)
            figures[f"requests.{row}.{column}"] = count
            answered += count
        carried_in, carried_out = (_carried(number, column, of) for of in (year - 1, year))
        figures[f"requests.carried_in.{column}"] = min(carried_in, answered + carried_out)
        figures[f"requests.carried_out.{column}"] = carried_out
        figures[f"requests.received.{column}"] = answered + carried_out - min(carried_in, answered + carried_out)
    return figures


def _carried(number: int, column: str, year: int) -> int:
    """The requests that a unit carried over at the end of a year."""
    return random.Random(f"{number}{column}{year}").randrange(0, 3) if column in SPREAD else 0


def _made(number: int, year: int) -> int:
    return random.Random(f"{number}made{year}").randrange(0, 4)


def _stock(number: int, year: int) -> int:
    """The documents in force at the end of a year; none was repealed."""
    return 10 + number + sum(_made(number, past) for past in range(2022, year + 1))


def hand_in(folder: Path) -> None:
    """Writes the roster and both years' workbooks into a folder."""
    (folder / "units.csv").write_text(roster(), encoding="utf-8")
    for year in YEARS:
        (folder / str(year)).mkdir()
        for name, report in reports(year).items():
            (folder / str(year) / name).write_bytes(write_workbook(report))
            if year == 2024 and report.unit.name in (WITH_DOCUMENT, TWICE):
                changed = {"disclosure.licensing.decisions": 7} if report.unit.name == TWICE else {}
                document = replace(report, figures={**report.figures, **changed})
                (folder / str(year) / name).with_suffix(".docx").write_bytes(write_docx(document))
    (folder / "2024" / f"{UNITS.index(OLD_WORD) + 1:04d}-{OLD_WORD}.doc").write_bytes(OLE + bytes(504))


def collect(folder: Path) -> str:
    """What is printed when the office collects both years, one after the other, in a folder where they were handed in."""
    said = ""
    for year in YEARS:
        for path in (folder / str(year)).iterdir():
            moment = LATE_ON if year == 2024 and LATE in path.name else HANDED_IN[year] - (path.suffix == ".docx")
            os.utime(path, (moment, moment))
        command = f"collect {year} --roster units.csv --unit {OFFICE} --year {year} --store county.sqlite -o {SHORT}{year}.xlsx"
        if year == 2024:
            command += f" --deadline {DEADLINE} --letters 函件"
        done = subprocess.run([sys.executable, "-m", "xltools", *command.split()], cwd=folder, capture_output=True, text=True, check=False)
        said += f"$ xltools {command}\n{done.stdout}"
    return said


def main() -> int:
    """Makes the sample anew: what was handed in, and beside it what collecting it gives."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    hand_in(FOLDER)
    with tempfile.TemporaryDirectory() as made:
        hand_in(Path(made))
        (FOLDER / "collected.txt").write_text(collect(Path(made)), encoding="utf-8")
        for product in COLLECTED:
            source, target = Path(made, product), FOLDER / "collected" / product
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    return 0


if __name__ == "__main__":
    sys.exit(main())
