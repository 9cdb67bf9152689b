"""A table that is too wide for an upright page is printed on a turned one, and nothing around it is lost; columns share what room there is."""

from __future__ import annotations

from pathlib import Path

import pytest
from docx.enum.section import WD_ORIENT
from docx.section import Section
from docx.table import Table

from tests.finished import faults, read_back
from xltools.documents import write_document
from xltools.form.loader import load_form
from xltools.form.unit import Unit
from xltools.report.filled import Report

MONTHLY = load_form(str(Path(__file__).parent / "forms" / "monthly"))
LIST = """
id = "list"
version = 1
title = "清单"
edition = "某局清单"

[[section]]
key = "list"
title = "一、清单"
sheet = "清单"
table = "list"

[[table]]
key = "list"
domain = "DOMAIN"

[[table.block]]
corner = "事项"
columns = [ { key = "a", label = "内容" } ]
rows = [ { key = "one", label = "收费" }, { key = "two", label = "减免" } ]
"""


def monthly(notes: str = "") -> Report:
    return Report(MONTHLY, 2024, Unit("某县"), {figure.id: 1 for figure in MONTHLY.inputs}, {"notes": notes} if notes else {})


def text_width(section: Section) -> int:
    assert section.page_width and section.left_margin and section.right_margin
    return section.page_width - section.left_margin - section.right_margin


def test_a_page_of_a_browser_is_turned_where_it_is_printed() -> None:
    assert "size: A4 landscape" in write_document(monthly(), ".html", True).decode()


@pytest.mark.parametrize("notes", ["", "城关镇：按期办结。"])
def test_in_word_the_table_is_turned_with_its_heading_and_what_follows_is_upright_again(notes: str, tmp_path: Path) -> None:
    content = write_document(monthly(notes), ".docx", False)
    document = read_back(content)
    body = ["table" if isinstance(part, Table) else part.text for part in document.iter_inner_content()]
    assert [part for part in body if part] == [
        "某县2024年各乡镇民生诉求办理月度统计表", "一、各乡镇办理数", "table", "二、备注", *filter(None, [notes]),
    ]  # fmt: skip
    assert [section.orientation for section in document.sections] == [WD_ORIENT.LANDSCAPE, WD_ORIENT.PORTRAIT]
    turned, upright = document.sections
    assert (turned.page_width, turned.page_height) == (upright.page_height, upright.page_width)
    assert sum(column.width or 0 for column in document.tables[0].columns) == pytest.approx(text_width(turned), rel=0.001)
    assert faults(content, tmp_path) == []


@pytest.mark.parametrize(("domain", "is_shared"), [("count", True), ("text", False)])
def test_a_list_leaves_the_room_to_its_words_but_a_column_of_figures_shares_it_with_the_labels(
    domain: str, is_shared: bool, tmp_path: Path
) -> None:
    (tmp_path / "form.toml").write_text(LIST.replace("DOMAIN", domain), encoding="utf-8")
    form = load_form(str(tmp_path))
    (table,) = read_back(write_document(Report(form, 2024, Unit("某局"), {}, {}), ".docx", False)).tables
    labels, cells = (column.width or 0 for column in table.columns)
    assert (labels > cells / 3) is is_shared
