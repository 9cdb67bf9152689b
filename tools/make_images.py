"""Makes the pictures in docs/images of a workbook, of the report, of the findings page and of dist/xltools.html (`make page`).

    .venv/bin/python -m tools.make_images [OFFICIAL_FORM.docx]

What LibreOffice shows of the sample, page by page: a sheet with a fault, while half filled, after cells of another sheet were pasted
into it, and repaired by `xltools import`; 校验; a county's summary; the report's pages, the largest table beside that of the blank official form where its file is given.
What Chromium shows of the two pages, on a desk and on a telephone. Needs LibreOffice (soffice), poppler (pdftoppm, pdftotext) and Chromium.
"""

from __future__ import annotations

import base64
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
from openpyxl.styles import Font, Protection
from PIL import Image

from tests.devtools import driven
from tools.page.__main__ import PAGE
from xltools.documents.docx import write_docx
from xltools.form.book import plan_book
from xltools.form.loader import find_form
from xltools.output import checked
from xltools.output.findings_page import render
from xltools.readers.dispatch import read_report
from xltools.report.filled import Report
from xltools.rules.review import review
from xltools.workbook.locked_workbook import write_workbook

ROOT = Path(__file__).parent.parent
SAMPLE, IMAGES = ROOT / "samples" / "balanced-2024" / "balanced-2024.json", ROOT / "docs" / "images"
FAULTY = ROOT / "samples" / "faulty-2024" / "faulty-2024.xlsx"
SUMMARY = ROOT / "samples" / "county" / "collected" / "示例县2024-汇总情况.xlsx"
TABLE, SHEET = "requests", "三、依申请公开"
SHEET_DOTS, PAGE_DOTS = 90, 60  # an inch: a sheet is read across the whole page
COLOURS = 32  # in a picture: a third of the bytes, and looks the same
BESIDE = "report-beside-form"
CARRIED_OUT = "requests.carried_out.natural_person"  # one more than the relation asks for: the slip that README.zh-CN.md walks through
UPPER = {"county-overview": 0.42, "county-charts": 0.52}  # how much of the page has something on it
FILLED_ROWS = ("received", "carried_in", "granted", "partly_granted")
PASTED_ROWS = range(5, 9)


def half_filled(report: Report) -> Report:
    """Return the report as it is while table three is being filled in, its column 自然人 with a slip."""
    figures = {
        id: value if figure.table != TABLE or figure.column == "natural_person" or figure.row in FILLED_ROWS else None
        for figure in report.form.inputs
        for id, value in ((figure.id, report.figures[figure.id]),)
    }
    received = f"{TABLE}.received.natural_person"
    return replace(report, figures={**figures, received: int(str(figures[received])) + 1})


def paste_over(path: Path) -> None:
    """Paste cells of another sheet into table three, as a clerk does: their format and lock come along, the validations go."""
    workbook = openpyxl.load_workbook(path)
    sheet = workbook[SHEET]
    for row in PASTED_ROWS:
        for cell in sheet[row][3:9]:
            cell.fill, cell.font, cell.protection = openpyxl.styles.PatternFill(), Font(name="Calibri"), Protection(locked=True)
    validations = sheet.data_validations
    validations.dataValidation = [v for v in validations.dataValidation if not any(area.min_row in PASTED_ROWS for area in v.sqref.ranges)]
    workbook.save(path)


def pictures(files: dict[str, tuple[Path, str]], folder: Path) -> Iterator[Path]:
    """Yield the picture of a page of each file, by its name: the first page on which a text stands."""
    office = ["soffice", f"-env:UserInstallation={(folder / 'office').as_uri()}", "--headless"]
    sources = sorted({str(path) for path, _ in files.values()})
    subprocess.run([*office, "--convert-to", "pdf", "--outdir", str(folder), *sources], check=True, capture_output=True)
    for name, (path, text) in files.items():
        pdf = str(folder / f"{path.stem}.pdf")
        pages = subprocess.run(["pdftotext", pdf, "-"], check=True, capture_output=True, text=True).stdout.split("\f")
        page = str(next(number for number, words in enumerate(pages, start=1) if text in "".join(words.split())))
        target = IMAGES / name
        subprocess.run(
            [
                "pdftoppm",
                "-r",
                str(PAGE_DOTS if path.suffix == ".docx" else SHEET_DOTS),
                "-f",
                page,
                "-l",
                page,
                "-singlefile",
                "-png",
                pdf,
                target,
            ],
            check=True,
        )
        picture = target.with_suffix(".png")
        image = Image.open(picture)
        image.crop((0, 0, image.width, int(image.height * UPPER.get(name, 1)))).quantize(COLOURS).save(picture, optimize=True)
        yield picture


def beside(left: Path, right: Path) -> None:
    """Put a second picture to the right of one, in its file."""
    pictures = [Image.open(path).convert("RGB") for path in (left, right)]
    both = Image.new("RGB", (sum(one.width for one in pictures), max(one.height for one in pictures)), "white")
    for one, start in zip(pictures, (0, pictures[0].width), strict=True):
        both.paste(one, (start, 0))
    both.quantize(COLOURS).save(left, optimize=True)


def page_pictures(folder: Path) -> Iterator[Path]:
    """Yield the pictures of the findings page and of the page, each with a report full of faults."""
    findings = folder / "findings.html"
    findings.write_text(render([checked(FAULTY.name, review(read_report(FAULTY, find_form(None))), keep=True)]), encoding="utf-8")
    with driven(folder, "--lang=zh-CN") as browser:
        for name, path, height in (("findings-page", findings, 900), ("page", PAGE, 1250)):
            browser.open(path)
            if path is PAGE:
                browser.wait("document.querySelector('#state').dataset.state === 'ready'")
                browser.give("#files", FAULTY)
                browser.wait("document.querySelector('#state').dataset.state === 'done'")
            for kind, *size in (("", 1280, height), ("-phone", 390, 844)):
                browser.show(*size)
                if path is findings:
                    browser.evaluate("document.querySelector('[data-code=T103] .basis').click()")
                target = IMAGES / f"{name}{kind}.png"
                target.write_bytes(base64.b64decode(browser.call("Page.captureScreenshot")["data"]))
                yield target


def main() -> None:
    """Make the pictures anew."""
    report = read_report(SAMPLE, find_form(None))
    assert plan_book(report.form).tables[TABLE].section.sheet == SHEET
    with TemporaryDirectory() as name:
        folder = Path(name)
        half, pasted, repaired, uneven = (folder / f"{name}.xlsx" for name in ("half", "pasted", "repaired", "uneven"))
        document = folder / "report.docx"
        half.write_bytes(write_workbook(half_filled(report)))
        pasted.write_bytes(write_workbook(report))
        paste_over(pasted)
        repaired.write_bytes(write_workbook(read_report(pasted, find_form(None))))
        uneven.write_bytes(write_workbook(replace(report, figures={**report.figures, CARRIED_OUT: 3})))
        document.write_bytes(write_docx(report))
        top = "三、收到和处理政府信息公开申请情况"
        files = {
            "workbook-table": (uneven, top),
            "workbook-checks": (uneven, "自然人：新收申请＋上年结转"),
            "workbook-half-filled": (half, top),
            "workbook-pasted": (pasted, top),
            "workbook-repaired": (repaired, top),
            "report-first-page": (document, "政府信息公开工作年度报告"),
            "report-table-page": (document, top),
            "county-overview": (SUMMARY, "汇总情况"),
            "county-charts": (SUMMARY, "图表的数在"),
        }
        if len(sys.argv) > 1:
            files[BESIDE] = (Path(sys.argv[1]), top)
        made = list(pictures(files, folder))
        if len(sys.argv) > 1:
            beside(IMAGES / f"{BESIDE}.png", IMAGES / "report-table-page.png")
        for picture in (*made, *page_pictures(folder)):
            print(picture, f"{picture.stat().st_size // 1000} KB")


if __name__ == "__main__":
    main()
