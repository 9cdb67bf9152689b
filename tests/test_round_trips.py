"""What xltools writes it reads back: the same figures and the same prose, by way of Word, of a page and of a PDF."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engines import convert
from tests.reports import random_published
from tools.make_samples import sample_sources
from xltools.documents.blocks import compose
from xltools.documents.docx import write_docx
from xltools.documents.html import write_html
from xltools.form.loader import find_form, load_form
from xltools.readers.dispatch import read_report
from xltools.report.filled import Report
from xltools.report.placeholders import fill, quantities

OLD_FORM = load_form("govinfo-2019")
SEEDS = range(9)
"""With the samples a dozen reports: more of them have never shown anything that these do not."""


def samples() -> list[Report]:
    """The three samples."""
    return [read_report(path, find_form(None)) for path in sample_sources()]


def reports() -> list[Report]:
    """The samples and random reports, some of the edition of 2019."""
    return [
        *samples(),
        *(random_published(seed) for seed in SEEDS if seed % 4),
        *(random_published(seed, OLD_FORM) for seed in SEEDS if not seed % 4),
    ]


def assert_same(read: Report, written: Report) -> None:
    """The report that was read is the one that was written: figures, title, headings and every paragraph."""
    assert not read.unread_figures
    assert read.form.id == written.form.id
    assert {id: read.shown(id) for id in read.form.figures} == {id: written.shown(id) for id in written.form.figures}
    assert compose(read) == compose(written)
    for key, text in written.texts.items():
        assert read.text(key) == fill(text, quantities(written))
    assert (read.unit.title_name, read.year) == (written.unit.title_name, written.year)


def test_a_report_comes_back_from_word(tmp_path: Path) -> None:
    for number, report in enumerate(reports()):
        path = tmp_path / f"{number}.docx"
        path.write_bytes(write_docx(report))
        assert_same(read_report(path, find_form(None)), report)


def test_a_report_comes_back_from_a_page(tmp_path: Path) -> None:
    for number, report in enumerate(reports()):
        path = tmp_path / f"{number}.html"
        path.write_text(write_html(report), encoding="utf-8")
        assert_same(read_report(path, find_form(None)), report)


@pytest.mark.trial
@pytest.mark.parametrize("form", ["govinfo-2021", "govinfo-2019"])
def test_a_report_comes_back_from_a_pdf(tmp_path: Path, form: str) -> None:
    written = {}
    chosen = [*(samples() if form == "govinfo-2021" else ()), *(random_published(seed, load_form(form)) for seed in range(4))]
    for number, report in enumerate(chosen):
        path = tmp_path / f"{number}.docx"
        path.write_bytes(write_docx(report))
        written[path] = report
    for path, pdf in zip(written, convert(written, "pdf", tmp_path), strict=True):
        assert_same(read_report(pdf, find_form(None)), written[path])
