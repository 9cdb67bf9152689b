"""A form has limits, each held from both sides, and one that is made to take for ever is refused at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.fuzz.packages import pack, unpack
from tests.reports import report
from xltools.documents.docx import write_docx
from xltools.errors import FormError
from xltools.files import gate
from xltools.form import loader as form_loader
from xltools.form import soundness as form_checks
from xltools.form import table_reader as form_tables
from xltools.form import toml as form_toml
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


def _held(folder: Path, monkeypatch: pytest.MonkeyPatch, where: object, limit: str, count: int, text: str) -> str:
    """The refusal of a form that has `count` of what has a limit, once it has passed a limit of just that."""
    monkeypatch.setattr(where, limit, count)
    _load(folder, text)
    monkeypatch.setattr(where, limit, count - 1)
    return _refusal(folder, text)


def _table(columns: int, rows: list[str], more: str = "") -> str:
    """A form with a table of so many columns, and rows of these keys."""
    across = ", ".join(f'{{ key = "c{n}", label = "列{n}", name = "" }}' for n in range(columns))
    down = ",\n".join(f'{{ key = "{key}", label = "行{n}", name = "" }}' for n, key in enumerate(rows))
    lines = across.replace("}, ", "},\n")
    return f"{SMALL}\n[[table.block]]\ncolumns = [\n{lines}\n]\nrows = [\n{down}\n]\n{more}"


def test_values_lines_and_items_have_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = TINY.read_text(encoding="utf-8")
    longest = max(map(len, text.split("\n")))
    assert f"超过 {longest - 1} 字的行" in _held(tmp_path, monkeypatch, form_toml, "FORM_LINE_LIMIT", longest, text)
    monkeypatch.undo()
    values = form_toml._values_in(form_toml.read_toml(TINY))
    assert f"超过 {values - 1} 项" in _held(tmp_path, monkeypatch, form_toml, "FORM_VALUE_LIMIT", values, text)
    monkeypatch.undo()
    sections = text.count("[[section]]")
    assert "键 section：至多" in _held(tmp_path, monkeypatch, form_loader, "FORM_ITEM_LIMIT", sections, text)


def test_levels_of_headings_have_a_limit(tmp_path: Path) -> None:
    deepest = [".".join("r" * depth) for depth in range(1, gate.FORM_LEVEL_LIMIT + 1)]
    assert _load(tmp_path, _table(1, deepest))
    assert "标题超过 16 层" in _refusal(tmp_path, _table(1, [*deepest, deepest[-1] + ".r"]))


def test_figures_and_columns_have_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = _table(3, ["a", "b"])
    assert "有 4 列，至多 3 列" in _held(tmp_path, monkeypatch, form_tables, "FORM_COLUMN_LIMIT", 4, text)
    monkeypatch.undo()
    assert "有 6 格，至多 5 格" in _held(tmp_path, monkeypatch, form_tables, "FORM_FIGURE_LIMIT", 6, text)
    monkeypatch.undo()
    assert "各表共有 6 格，至多 5 格" in _held(tmp_path, monkeypatch, form_loader, "FORM_FIGURE_LIMIT", 6, text)


def test_terms_of_relations_have_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    relation = '[[table.relation]]\nrule = "row-total"\ntotal = "c0"\nparts = ["c1", "c2"]\nbasis = "合计"\n'
    # two rows, each with a total of two parts
    assert "关系所含的格过多" in _held(tmp_path, monkeypatch, form_tables, "FORM_TERM_LIMIT", 8, _table(3, ["a", "b"], relation))


def _totals(levels: int, width: int = 2) -> str:
    """A form whose totals each add up all the totals, so many, of the next level."""
    lines = [
        '[[table.relation]]\nrule = "row-total"\n'
        f'total = "c{width * level + side}"\nparts = {[f"c{width * (level + 1) + part}" for part in range(width)]}\nbasis = "合计"\n'
        for level in range(levels)
        for side in range(width)
    ]
    return _table(width * (levels + 1), ["a"], "".join(lines))


def _upwards(form: str) -> str:
    """The form with each of its 1,100 rows the total of the next, too many for a recursion."""
    totals = (
        f'[[table.relation]]\nrule = "row-total"\neach = "column"\ntotal = "r{n}"\nparts = ["r{n + 1}"]\nbasis = "合计"\n'
        for n in reversed(range(1_099))
    )
    return form + "".join(totals)


def test_totals_of_totals_have_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _load(tmp_path, _totals(gate.FORM_LEVEL_LIMIT, 1))
    assert "合计的合计超过 16 层" in _refusal(tmp_path, _totals(gate.FORM_LEVEL_LIMIT + 1, 1))
    terms = sum(2 * (2 ** (level + 2) - 1) for level in range(4))
    assert "合计所含的格过多" in _held(tmp_path, monkeypatch, form_checks, "FORM_TERM_LIMIT", terms, _totals(4))


def test_rows_for_prose_have_a_limit_in_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = TINY.read_text(encoding="utf-8")
    form = _load(tmp_path, text)
    rows = sum(section.paragraphs for section in form.texts) + sum(slot.parts for slot in form.breakdowns)
    assert "合计超过" in _held(tmp_path, monkeypatch, form_checks, "FORM_LINE_TOTAL_LIMIT", rows, text)


def test_names_of_very_many_figures_have_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = re.sub(r', name = ""', "", _table(2, ["a", "b"]))
    assert "名称所指的格过多" in _held(tmp_path, monkeypatch, form_loader, "FORM_TERM_LIMIT", 4, text)


HOSTILE = {
    "a key of many parts": "a." * 100_000 + "b = 1",
    "lists within lists": "a = " + "[" * 9_000,
    "a table of many cells": _table(250, [f"r{n}" for n in range(5_000)]),
    "very many rows": _table(1, [f"r{n}" for n in range(6_000)]),
    "an integer of many digits": "version = " + "9" * 9_000,
    "a version of many digits": TINY.read_text(encoding="utf-8").replace("version = 3", "version = " + "9" * 4_000),
    "a hexadecimal version": TINY.read_text(encoding="utf-8").replace("version = 3", "version = 0x" + "f" * 9_000),
    "totals of totals": _totals(60),
    "totals of totals, the last one first": _upwards(_table(1, [f"r{n}" for n in range(1_100)])),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_form_is_refused_at_once(tmp_path: Path, text: str) -> None:
    _refusal(tmp_path, text)


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
