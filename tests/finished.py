"""A finished report as a Word document, and what readers and a validator say of one."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from pathlib import Path

import docx
from docx.document import Document
from docx.styles.style import ParagraphStyle
from openxml_audit import OpenXmlValidator

from xltools.form.loader import load_form
from xltools.form.unit import Unit
from xltools.report.filled import Report, Value

FORM = load_form()
UNIT = Unit(
    "某某县人民政府办公室", "某某县", "", "某某县中山路1号", "0571-12345678", "310000", "某某县人民政府网站", "http://www.example.gov.cn"
)
DISTINCT: dict[str, Value] = {figure.id: number for number, figure in enumerate(FORM.inputs, start=1)}
TEXTS = {
    "overview": "2024年，全面推进政府信息公开。",
    "overview.management": "　　1.健全制度\n修订《某某县政府信息公开指南》，做到“应公开、尽公开”。",
    "problems": "（一）主要问题\n新收{新收申请总数}件，答复不够及时。\n（二）改进措施\n加强\t培训。",
    "other": "2024年，本机关未收取信息处理费。",
}
REPORT = Report(FORM, 2024, UNIT, DISTINCT | {"disclosure.fees.amount": Decimal("59237.2449")}, TEXTS)
OTHER_FORM = """
id = "statistics"
version = 1
title = "统计表"
edition = "某办〔2024〕1号"

[[section]]
key = "numbers"
title = "一、数"
sheet = "数"
table = "numbers"

[[section]]
key = "more"
title = "二、又数"
sheet = "又数"
heading = false
table = "more"

[[table]]
key = "numbers"
[[table.block]]
title = "上半部"
corner = "项目"
columns = [{ key = "a", label = "甲" }, { key = "b", label = "乙" }, { key = "c", label = "丙" }]
rows = [{ key = "x", label = "大类" }, { key = "x.y", label = "小类" }]
[[table.block]]
corner = "项目"
columns = [{ key = "d", label = "丁" }]
rows = [{ key = "z", label = "其他" }]

[[table]]
key = "more"
[[table.block]]
columns = [{ key = "e", label = "戊" }]
"""
"""A form whose tables have other axes."""


def read_back(content: bytes) -> Document:
    """The document that a reader opens."""
    return docx.Document(BytesIO(content))


def style(document: Document, name: str) -> ParagraphStyle:
    """The paragraph style of this name."""
    found = document.styles[name]
    assert isinstance(found, ParagraphStyle)
    return found


def faults(content: bytes, folder: Path) -> list[str]:
    """What a validator of the Open XML specification has to say about a document."""
    path = folder / "report.docx"
    path.write_bytes(content)
    return [f"{error.part_uri}: {error.description}" for error in OpenXmlValidator().validate(path).errors]
