"""A form that no one can have meant is refused in one line, and so is a reference.docx that Word should not be given."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.packages import pack, unpack
from tests.reports import report
from xltools.documents.docx import write_docx
from xltools.errors import FormError
from xltools.form.definition import Form
from xltools.form.loader import load_form

TINY = Path(__file__).parent / "forms" / "tiny" / "form.toml"
NUMBERS = {
    "lists within lists": "a = " + "[" * 9_000,
    "an integer of many digits": "version = " + "9" * 9_000,
    "a version of many digits": TINY.read_text(encoding="utf-8").replace("version = 3", "version = " + "9" * 4_000),
    "a hexadecimal version": TINY.read_text(encoding="utf-8").replace("version = 3", "version = 0x" + "f" * 9_000),
}


@pytest.mark.parametrize("text", NUMBERS.values(), ids=NUMBERS)
def test_settings_beyond_all_measure_are_refused_in_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "form.toml").write_text(text, encoding="utf-8")
    with pytest.raises(FormError) as fault:
        load_form(str(tmp_path))
    assert "\n" not in str(fault.value)


# --------------------------------------------------------------------------------------------------------- reference.docx


@pytest.fixture
def own(tmp_path: Path, form: Form) -> Form:
    """A form of an office's own with its own reference.docx."""
    (tmp_path / "form.toml").write_bytes(TINY.read_bytes())
    (tmp_path / "reference.docx").write_bytes((form.folder / "reference.docx").read_bytes())
    return load_form(str(tmp_path))


def _with(form: Form, part: str, old: bytes, new: bytes) -> None:
    path = form.folder / "reference.docx"
    entries = [(name, content.replace(old, new, 1) if name == part else content) for name, content in unpack(path.read_bytes())]
    assert entries != unpack(path.read_bytes())
    path.write_bytes(pack(entries))


def test_a_reference_passes_the_gate(own: Form, monkeypatch: pytest.MonkeyPatch) -> None:
    assert write_docx(report({}, own))
    _with(own, "word/settings.xml", b"?>", b'?><!DOCTYPE x SYSTEM "http://example.org/x.dtd">')
    with pytest.raises(FormError, match=r"reference\.docx：.*DTD"):
        write_docx(report({}, own))


def test_a_reference_that_links_outside_is_refused(own: Form) -> None:
    template = b'<Relationship Id="rId99" Type="http://x/attachedTemplate" Target="http://example.org/x.dotm" TargetMode="External"/>'
    _with(own, "word/_rels/document.xml.rels", b"</Relationships>", template + b"</Relationships>")
    with pytest.raises(FormError, match="链接到外部文件"):
        write_docx(report({}, own))
