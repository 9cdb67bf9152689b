"""Makes docs/leaflet.zh-CN.docx, two pages to hand out on the day when staff are trained.

    .venv/bin/python -m tools.make_leaflet

Its text is `leaflet.md.j2` beside this module; it is set as letters are, on the page of the form's reference.docx.
"""

from __future__ import annotations

from pathlib import Path

from xltools.documents.letter import write_letter
from xltools.form.loader import load_form

TEXT = Path(__file__).with_name("leaflet.md.j2")
LEAFLET = Path(__file__).parent.parent / "docs" / "leaflet.zh-CN.docx"
YEAR = 2024


def make_leaflet() -> bytes:
    """Return the leaflet as .docx."""
    return write_letter(load_form(), TEXT, {}, YEAR)


if __name__ == "__main__":
    LEAFLET.write_bytes(make_leaflet())
