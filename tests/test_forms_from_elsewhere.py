"""A form may come from elsewhere: a fault in it costs one line, and its reference.docx passes the gate."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.packages import pack, unpack
from tests.reports import report
from xltools.documents import write_document
from xltools.documents.docx import write_docx
from xltools.errors import FormError
from xltools.form.definition import Form
from xltools.form.loader import load_form

TINY = Path(__file__).parent / "forms" / "tiny" / "form.toml"
SMALL = """\
id = "small"
version = 1
title = "表"
edition = "自定"
section = [{ key = "s", title = "一", sheet = "一", table = "t" }]

[[table]]
key = "t"
"""


def _load(folder: Path, text: str) -> Form:
    (folder / "form.toml").write_text(text, encoding="utf-8")
    return load_form(str(folder))


def _refusal(folder: Path, text: str) -> str:
    with pytest.raises(FormError) as fault:
        _load(folder, text)
    assert "\n" not in str(fault.value)
    return str(fault.value)


def _table(columns: int, rows: list[str], more: str = "") -> str:
    """A form with a table of so many columns, and rows of these keys."""
    across = ", ".join(f'{{ key = "c{n}", label = "列{n}", name = "" }}' for n in range(columns))
    down = ",\n".join(f'{{ key = "{key}", label = "行{n}", name = "" }}' for n, key in enumerate(rows))
    lines = across.replace("}, ", "},\n")
    return f"{SMALL}\n[[table.block]]\ncolumns = [\n{lines}\n]\nrows = [\n{down}\n]\n{more}"


def _totals(*sums: tuple[str, str]) -> str:
    """A form whose columns are each the total of another one."""
    lines = (f'[[table.relation]]\nrule = "row-total"\ntotal = "{total}"\nparts = ["{part}"]\nbasis = "合计"\n' for total, part in sums)
    return _table(3, ["a"], "".join(lines))


def test_totals_may_add_up_totals_but_not_each_other(tmp_path: Path) -> None:
    assert _load(tmp_path, _totals(("c0", "c1"), ("c1", "c2")))
    assert "合计互相引用，无法计算" in _refusal(tmp_path, _totals(("c0", "c1"), ("c1", "c0")))


HOSTILE = {
    "lists within lists": "a = " + "[" * 9_000,
    "an integer of many digits": "version = " + "9" * 9_000,
    "a version of many digits": TINY.read_text(encoding="utf-8").replace("version = 3", "version = " + "9" * 4_000),
    "a hexadecimal version": TINY.read_text(encoding="utf-8").replace("version = 3", "version = 0x" + "f" * 9_000),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_form_that_no_parser_takes_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    _refusal(tmp_path, text)


@pytest.mark.parametrize("kind", [".docx", ".html"])
@pytest.mark.parametrize(
    ("skeleton", "said"),
    [
        ("# 年报\n".encode("gbk"), "不是 UTF-8 编码的文件"),
        (b"\n{{ 1 / 0 }}\n", "第 2 行无法成文"),
        (b"| other |", "表不存在"),
        (b"{% if %}", "第 1 行"),
    ],
)
def test_a_skeleton_with_a_fault_is_refused_in_one_line_whatever_is_written(kind: str, skeleton: bytes, said: str, tmp_path: Path) -> None:
    form = _load(tmp_path, TINY.read_text(encoding="utf-8"))
    path = tmp_path / "report.md.j2"
    path.write_text("# 年报\n", encoding="utf-8")
    assert write_document(report({}, form), kind, False)
    path.write_bytes(skeleton)
    with pytest.raises(FormError, match=rf"report\.md\.j2.*{said}") as fault:
        write_document(report({}, form), kind, False)
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
