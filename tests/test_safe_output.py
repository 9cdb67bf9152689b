"""What is written is safe to open: no text becomes a formula, a tag or half a file, whatever a unit has typed."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from lxml import etree

from tests.conftest import Run
from tests.reports import TEXTS, report
from xltools.files.outputs import file_names
from xltools.form.unit import Unit
from xltools.report.filled import Breakdown, Report
from xltools.report.report_json import dump_report
from xltools.workbook.locked_workbook import write_workbook

pytestmark = pytest.mark.trial  # long runs

BEGINNINGS = ("=", "+", "-", "@", "\t=", "\r=", "＝", "'=")
MARK = "HYPERLINK(1)"
TEXT = "{}" + MARK
MARKUP = "<script>alert(1)</script>&\"'<!--]]>"


def hostile(text: str) -> Report:
    """A report that says this wherever something can be typed."""
    return report(
        {"disclosure.rules.made": text, "requests.received.business": 5, "requests.received.other": text},
        unit=Unit(text, text, text, text, text, text, text, text),
        texts={**TEXTS, "overview": f"{text}\n{text}", "problems": text, "overview.proactive": f"{text}条，其中甲1条、乙1条。"},
        breakdowns=(Breakdown("overview.proactive", text, text, 3, ((text, 1), ("乙", text))),),
        explanations={"unbalanced:requests.carried_out.business": text, "breakdown:1": text},
    )


def _write(path: Path, one: Report) -> Path:
    path.write_text(dump_report(one), encoding="utf-8")
    return path


def _formulas(path: Path) -> list[str]:
    """Whatever a spreadsheet program would calculate in a workbook, validations and conditions too."""
    with zipfile.ZipFile(path) as package:
        sheets = [package.read(name) for name in package.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")]
    return [found.decode() for sheet in sheets for found in re.findall(rb"<(?:f|formula|formula1|formula2)(?:\s[^>]*)?>([^<]*)<", sheet)]


def _texts(path: Path) -> str:
    workbook = openpyxl.load_workbook(path)
    return "\n".join(str(cell.value) for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.value is not None)


def _opened(folder: Path) -> Iterator[Path]:
    yield from sorted(path for path in folder.rglob("*") if path.is_file())


def _everything(run: Run, folder: Path, one: Report) -> Path:
    out, sources = folder / "out", folder / "in"
    out.mkdir()
    sources.mkdir()
    source = _write(sources / "a.json", one)
    last = _write(folder / "last.json", replace(one, year=2023, figures={**one.figures, "requests.received.business": 9}))
    filled = out / "filled.xlsx"
    assert run("template", "--year", 2024, "--unit", one.unit.name, "-o", out / "blank.xlsx").code == 0
    assert run("template", "--year", 2024, "--previous", last, "-o", out / "with-last.xlsx").code == 0
    assert run("import", source, "-o", filled).code == 0
    for name in ("text", "json", "csv", "sarif"):
        assert run("check", filled, "--format", name, "-o", out / f"findings.{name}").code == 1
    assert run("check", filled, "--annotate", out / "copies").code == 1
    for ending in ("docx", "html", "json"):
        assert run("export", filled, "--draft", "-o", out / f"report.{ending}").code == 0
    for ending in ("xlsx", "json"):
        assert run("compare", last, source, "-o", out / f"comparison.{ending}").code in (0, 1)
    collected = run(
        "collect", sources, "--unit", one.unit.name, "--year", 2024, "--jobs", 1, "-o", out / "rollup.xlsx", "--data", out / "data"
    )
    assert collected.code == 1, collected
    return out


@pytest.mark.parametrize("beginning", BEGINNINGS, ids=ascii)
def test_no_text_becomes_a_formula_in_anything_that_is_written(beginning: str, run: Run, tmp_path: Path) -> None:
    folder = _everything(run, tmp_path, hostile(TEXT.format(beginning)))
    books = [path for path in _opened(folder) if path.suffix == ".xlsx"]
    assert len(books) >= 7
    for path in books:
        assert not [formula for formula in _formulas(path) if "HYPERLINK" in formula], path.name
    tables = [path for path in _opened(folder) if path.suffix == ".csv"]
    assert len(tables) >= 5
    for path in tables:
        with path.open(encoding="utf-8-sig", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert not [cell for cell in cells if re.match(r"[=+\-@＝＋－＠\t\r\n]", cell) and MARK in cell], path.name


def test_what_looks_like_a_formula_comes_back_as_it_was_typed(run: Run, tmp_path: Path) -> None:
    for number, beginning in enumerate("=+-@＝＋－＠"):
        one = hostile(TEXT.format(beginning))
        path = tmp_path / f"{number}.xlsx"
        path.write_bytes(write_workbook(one))
        assert run("export", path, "-o", tmp_path / f"{number}.json").code == 0
        said = json.loads((tmp_path / f"{number}.json").read_text(encoding="utf-8"))
        assert said["unit"]["name"] == one.unit.name
        assert said["texts"]["problems"] == one.texts["problems"]
        assert said["breakdowns"][0]["parts"] == [[TEXT.format(beginning), 1], ["乙", TEXT.format(beginning)]]
        assert said["figures"]["disclosure.rules.made"] == TEXT.format(beginning)


def test_no_text_becomes_markup_in_anything_that_is_written(run: Run, tmp_path: Path) -> None:
    folder = _everything(run, tmp_path, hostile(MARKUP))
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    sarif = (folder / "findings.sarif").read_text(encoding="utf-8")
    assert '"markdown"' not in sarif  # plain text, which no viewer takes for markup
    json.loads(sarif)
    for path in _opened(folder):
        if path.suffix in (".xlsx", ".docx"):
            _assert_sound(path)


def _assert_sound(path: Path) -> None:
    """Every part of an office file is XML that can be read."""
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            if name.endswith((".xml", ".rels", ".vml")):
                etree.fromstring(package.read(name))


# ------------------------------------------------------------------------------------------- characters and lengths

STRANGE = {
    "control characters and no characters": "甲\x01\x08\x0b\x1f\ufffe\uffff乙",
    "an escape as Excel writes it": "甲_x0001_乙",
    "right to left and beyond the first plane": "甲\u202e\u200f\u061c𠮷😀乙",
    "line separators": "甲\u2028\u2029\x85乙",
}


@pytest.mark.parametrize("case", STRANGE)
def test_strange_characters_spoil_no_file(case: str, run: Run, tmp_path: Path) -> None:
    folder = _everything(run, tmp_path, hostile(STRANGE[case]))
    for path in _opened(folder):
        if path.suffix in (".xlsx", ".docx"):
            _assert_sound(path)
        if path.suffix == ".xlsx":
            assert "甲" in _texts(path) or path.name == "rollup.xlsx"
        if path.suffix in (".json", ".sarif"):
            json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("half", ["\ud800", "\udfff"])
def test_half_a_character_is_refused_in_one_line(half: str, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(dump_report(report()).replace("示例县人民政府", "示例" + json.dumps(half)[1:-1]), encoding="utf-8")
    code, _, err = run("import", path, "-o", tmp_path / "a.xlsx")
    assert (code, err.count("\n")) == (2, 1)
    for command in (("template",), ("collect", tmp_path, "--jobs", 1)):
        code, _, err = run(*command, "--year", 2024, "--unit", f"县{half}", "-o", tmp_path / "b.xlsx")
        assert (code, err) == (2, "--unit 的“县?”中有无法识别的字符。请重新输入，或换一个命令窗口再试。\n")


@pytest.mark.parametrize("letter", ["字", "𠮷"])
@pytest.mark.parametrize("length", [16_383, 32_766, 32_767, 32_768])
def test_a_cell_of_the_greatest_length_goes_through_whole_or_is_named(letter: str, length: int, run: Run, tmp_path: Path) -> None:
    source = _write(tmp_path / "a.json", report(texts=TEXTS | {"problems": letter * length}))
    code, _, err = run("import", source, "-o", tmp_path / "a.xlsx")
    units = length * len(letter.encode("utf-16-le")) // 2
    if units > 32_767:
        assert (code, "32767" in err) == (2, True)
        return
    assert code == 0
    assert run("export", tmp_path / "a.xlsx", "-o", tmp_path / "b.json").code == 0
    assert json.loads((tmp_path / "b.json").read_text(encoding="utf-8"))["texts"]["problems"] == letter * length


def test_four_hundred_paragraphs_go_through_whole(run: Run, tmp_path: Path) -> None:
    text = "\n".join(f"第{number}段。" for number in range(1, 401))
    source = _write(tmp_path / "a.json", report(texts=TEXTS | {"problems": text}))
    assert run("import", source, "-o", tmp_path / "a.xlsx").code == 0
    assert run("export", tmp_path / "a.xlsx", "-o", tmp_path / "b.json").code == 0
    assert json.loads((tmp_path / "b.json").read_text(encoding="utf-8"))["texts"]["problems"] == text
    for ending in ("docx", "html"):
        assert run("export", tmp_path / "a.xlsx", "--draft", "-o", tmp_path / f"c.{ending}").code == 0


# ------------------------------------------------------------------------------------------------------- file names

NAMES = (
    "=1+1",
    "CON",
    "nul.县",
    "com1",
    "..",
    "../../县",
    "C:\\县",
    "县/乡",
    "县\n乡",
    "县\t",
    "县.",
    "县 ",
    "",
    "~$县",
    "-县",
    "县" * 300,
    "𠮷" * 200,
    "A",
    "a",
)
WINDOWS = re.compile(r'[<>:"/\\|?*\x00-\x1f]')


def test_unit_names_make_file_names_for_every_system() -> None:
    names = file_names(NAMES, ".xlsx")
    assert len({name.casefold() for name in names}) == len(NAMES)
    for name in names:
        assert not WINDOWS.search(name)
        assert not re.match(r"(CON|PRN|AUX|NUL|COM\d|LPT\d)\s*(\.|$)", name, re.IGNORECASE)
        assert name.removesuffix(".xlsx") == name.removesuffix(".xlsx").rstrip(" .")
        assert len(name.encode()) <= 255
        assert not name.startswith((".", "~$", "-"))


def test_workbooks_are_handed_out_under_safe_names(run: Run, tmp_path: Path) -> None:
    roster = tmp_path / "units.csv"
    with roster.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["代码", "单位名称"])
        writer.writerows([f"{number:03}", name] for number, name in enumerate(("=县", "CON", "../县", "县" * 300, "-县", "@县")))
    code, _, err = run("template", "--year", 2024, "--roster", roster, "-o", tmp_path / "out")
    assert (code, err) == (0, "")
    written = [path for path in _opened(tmp_path) if path.suffix == ".xlsx"]
    assert {path.parent for path in written} == {tmp_path / "out"}
    assert len(written) == 6
    for path in written:
        assert not [formula for formula in _formulas(path) if "县" in formula and "!" not in formula]
