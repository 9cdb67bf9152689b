"""Reading one published report of each format, against the libraries' own bare extraction of its text."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

import lxml.html
import pdfplumber
from timing import Goal, Work

from xltools.documents.docx import write_docx
from xltools.documents.html import write_html
from xltools.form.loader import find_form
from xltools.readers.dispatch import read_report
from xltools.readers.published.source import Line
from xltools.readers.published.word import read_docx
from xltools.report.filled import Report

PDF_TEXT, PAGE_TEXT = "pdfplumber, text of all pages", "lxml, text of the page"
SECONDS = 1.0
GOALS = (
    Goal("read .docx", "docx", "", SECONDS),
    Goal("read .txt", "txt", "", SECONDS),
    Goal("read .pdf, against its bare text", "pdf", PDF_TEXT, 2.0),
    Goal("read .html, against its bare text", "html", PAGE_TEXT, 2.0),
)


def works(report: Report, folder: Path) -> Mapping[str, Work]:
    """Our reading of the report in each format, and the libraries' bare extraction. The PDF is made with LibreOffice."""
    document, page, pdf, text = (folder / f"report.{suffix}" for suffix in ("docx", "html", "pdf", "txt"))
    document.write_bytes(write_docx(report))
    page.write_text(write_html(report), encoding="utf-8")
    subprocess.run(
        ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(document)], check=True, capture_output=True
    )
    text.write_text(_text_with_tabs(document), encoding="utf-8")
    find = find_form(None)
    return {
        "docx": lambda: read_report(document, find),
        "txt": lambda: read_report(text, find),
        "pdf": lambda: read_report(pdf, find),
        "html": lambda: read_report(page, find),
        PDF_TEXT: lambda: _pdf_text(pdf),
        PAGE_TEXT: lambda: lxml.html.fromstring(page.read_bytes()).text_content(),
    }


def _text_with_tabs(document: Path) -> str:
    """Return a Word document as text, a tab between the cells of a row."""
    return "\n".join(
        item.text if isinstance(item, Line) else "\t".join(cell.text.replace("\n", "") for cell in item.cells)
        for item in read_docx(document).items
    )


def _pdf_text(path: Path) -> str:
    with pdfplumber.open(path) as document:
        return "\n".join(page.extract_text() for page in document.pages)
