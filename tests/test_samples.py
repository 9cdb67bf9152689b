"""The samples: a real report that goes through whole, one that balances, one with several faults."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import docx
import pytest

from tests.needed import SHARED, need_file
from tests.reports import contents
from tools.make_samples import SAMPLES, make_sample, sample_sources, sources_of_own_forms
from xltools.form.layout import lay_out
from xltools.form.loader import find_form
from xltools.readers.dispatch import read_report
from xltools.rules.review import review

SOURCES = sample_sources()
CHANGFU = SAMPLES / "changfu-2023" / "changfu-2023.xlsx"


@pytest.mark.parametrize("source", [*SOURCES, *sources_of_own_forms()], ids=lambda path: path.stem)
def test_the_derived_files_are_those_that_the_source_gives(source: Path, tmp_path: Path) -> None:
    for made in make_sample(source, tmp_path):
        assert contents(made) == contents(source.parent / made.name), made.name


def test_there_are_three_and_those_of_the_form_of_websites() -> None:
    assert [path.stem for path in SOURCES] == ["balanced-2024", "changfu-2023", "faulty-2024"]
    own = ["website-2023", "website-2024", "website-bureau-2024", "website-faulty-2024"]
    assert [path.stem for path in sources_of_own_forms()] == own


class TestTheRealReport:
    def test_its_breakdown_is_the_one_fault_and_no_relation_of_its_tables_is_broken(self) -> None:
        findings = review(read_report(CHANGFU, find_form(None))).findings
        assert [(f.rule.name, f.fault.actual, f.fault.expected) for f in findings] == [
            ("missing-assessment", None, None),
            ("breakdown-mismatch", "392", "384"),
            ("superseded-notice", "国办公开办函〔2019〕60号", "国办公开办函〔2021〕30号"),
        ]

    def test_the_document_gives_back_its_prose_its_titles_and_its_figures(self) -> None:
        report = read_report(CHANGFU, find_form(None))
        document = docx.Document(str(CHANGFU.with_suffix(".docx")))
        paragraphs = [paragraph.text for paragraph in document.paragraphs]
        assert paragraphs[0] == "樟树市昌傅镇2023年政府信息公开工作年度报告"
        for section in report.form.sections:
            for paragraph in report.paragraphs(section.key):
                assert paragraph in paragraphs
            if section.heading:
                assert section.title in paragraphs
        shown = 0
        for table, made in zip(report.form.tables, document.tables, strict=True):
            for cell in lay_out(table).figures.values():
                assert made.cell(cell.row, cell.column).text == "0"
                shown += 1
        assert shown == 200

    def test_its_data_are_those_of_the_published_text(self) -> None:
        published = need_file(SHARED / "seed" / "changfu-2023.txt")
        lines = {line.strip().removeprefix("[bookmark: _GoBack]") for line in published.read_text(encoding="utf-8").splitlines()}
        report = read_report(CHANGFU, find_form(None))
        assert [text for key in report.texts for text in report.paragraphs(key) if text not in lines] == []


def test_the_faulty_report_has_each_of_its_faults_found_once() -> None:
    findings = json.loads((SAMPLES / "faulty-2024" / "faulty-2024.findings.json").read_text(encoding="utf-8"))["reports"][0]["findings"]
    assert sorted(f["name"] for f in findings if f["because"] is None) == [
        "blank",
        "block-total",
        "breakdown-mismatch",
        "missing-section",
        "negative",
        "not-a-number",
        "reconsideration-first",
        "too-many-decimals",
        "unbalanced",
        "unknown-placeholder",
    ]


def test_what_staff_left_blank_is_written_from_the_figures() -> None:
    data = (SAMPLES / "balanced-2024" / "balanced-2024.docx").read_bytes()
    text = "\n".join(paragraph.text for paragraph in docx.Document(BytesIO(data)).paragraphs)
    assert "全年主动公开政府信息3126条" in text
    assert "新收政府信息公开申请58件" in text
    assert "{" not in text
