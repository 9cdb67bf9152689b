"""A reading that was kept is the reading: whatever a reader noticed comes back from the text that the store holds."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import pytest

from tests.needed import SHARED
from xltools.form.loader import FORM_FILE, find_form
from xltools.readers.dispatch import READERS, read_report
from xltools.report.origin import Origin
from xltools.report.reading import dump_reading, parse_reading
from xltools.report.report_json import dump_report

ROOT = Path(__file__).parent.parent
FOLDERS = (ROOT / "samples", ROOT / "tests" / "released", SHARED / "faults" / "workbooks")
OTHERS = ("expected.json", "truth.json", "README.md")  # what lies beside reports
FILES = [path for folder in FOLDERS for path in sorted(folder.rglob("*")) if path.suffix in READERS and "collected" not in str(path)]


@pytest.mark.parametrize("path", [path for path in FILES if "findings" not in path.name and path.name not in OTHERS], ids=lambda p: p.name)
def test_every_reading_comes_back_whole(path: Path) -> None:
    forms = find_form(str(path.parent) if (path.parent / FORM_FILE).exists() else None)
    read = read_report(path, forms)
    kept = parse_reading(dump_report(read, compact=True), dump_reading(read), forms)
    for field in fields(read):
        if field.name not in ("form", "origin"):
            assert getattr(kept, field.name) == getattr(read, field.name), field.name
    assert kept.origin._replace(book=None) == read.origin._replace(book=None)
    assert (kept.book.figures, kept.book.details, kept.book.texts) == (read.book.figures, read.book.details, read.book.texts)
    assert [(line.id, line.row, line.columns) for line in kept.book.checks] == [
        (line.id, line.row, line.columns) for line in read.book.checks
    ]


def test_a_reading_that_an_earlier_version_kept_is_read() -> None:
    """Versions add what they notice at the end of the lists."""
    read = read_report(ROOT / "samples" / "balanced-2024" / "balanced-2024.docx", find_form(None))
    data = json.loads(dump_reading(read))
    publication = data["origin"][Origin._fields.index("publication")]
    publication.pop()
    kept = parse_reading(dump_report(read, compact=True), json.dumps(data), find_form(None))
    assert kept.origin.publication == read.origin.publication
