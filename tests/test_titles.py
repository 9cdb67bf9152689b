"""The titles of published reports: the unit and the year, in whatever words and wherever they stand."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest

from tests.published import OTHER, OVERVIEW, PREFACE, PROBLEMS, TITLE, page, read_page
from tools.make_samples import sample_sources
from xltools.documents.docx import write_docx
from xltools.form.loader import find_form
from xltools.readers.dispatch import read_report
from xltools.readers.published.titles import title_by_form


@pytest.mark.parametrize(
    ("title", "unit"),
    [
        ("示例县人民政府办公室关于印发《示例县2023年政府信息公开工作年度报告》的通知", "示例县"),
        ("《示例县2023年政府信息公开工作年度报告》", "示例县"),
        ("示例县2023年政府信息公开工作年度报告（全文）", "示例县"),
        ("示例县政府信息公开工作年度报告（2023年）", "示例县"),
        ("示例县政府信息公开工作年度报告(2023年度)", "示例县"),
        ("2023年度政府信息公开工作年度报告（示例县）", "示例县"),
        ("图解：示例县2023年政府信息公开工作年度报告", "示例县"),
        ("示例县2023年法治政府建设暨政府信息公开工作年度报告", "示例县"),
        ("示例县财政局2023年政务公开和政府信息公开工作年度报告", "示例县财政局"),
        ("示例县政务服务中心2023年政府信息公开工作年度报告", "示例县政务服务中心"),
    ],
)
def test_unit_and_year_are_read_from_a_title_in_other_words(tmp_path: Path, title: str, unit: str) -> None:
    report = read_page(tmp_path, page(title=title))
    assert (report.year, report.unit.title_name) == (2023, unit)
    assert [report.text(key) for key in ("preface", "overview", "problems", "other")] == [PREFACE, OVERVIEW, PROBLEMS, OTHER]


def test_of_several_titles_that_of_the_year_of_the_figures_is_the_report_s(tmp_path: Path) -> None:
    link = "示例县2022年政府信息公开工作年度报告"
    for text in (f"<h1>{TITLE}</h1><p>{link}</p>", f"<p>{link}</p><h1>{TITLE}</h1>"):
        report = read_page(tmp_path, page().replace(f"<h1>{TITLE}</h1>", text))
        assert (report.year, report.unit.title_name, report.text("preface")) == (2023, "示例县", PREFACE)


@pytest.mark.parametrize("name", [TITLE, f"{TITLE}_示例县人民政府", f"{TITLE} - 年报 - 示例县人民政府"])
def test_the_title_of_a_page_counts_where_its_text_has_none(tmp_path: Path, name: str) -> None:
    bare = page().replace(f"<h1>{TITLE}</h1>", "")
    report = read_page(tmp_path, bare.replace("<title>x</title>", f"<title>{name}</title>"))
    assert (report.year, report.unit.title_name, report.text("preface")) == (2023, "示例县", PREFACE)
    assert (
        read_page(tmp_path, page().replace("<title>x</title>", "<title>另县2022年政府信息公开工作年度报告</title>")).unit.title_name
        == "示例县"
    )


@pytest.mark.parametrize("header", [True, False])
def test_the_title_in_the_header_or_the_properties_of_a_document_counts(tmp_path: Path, header: bool) -> None:
    written = read_report(sample_sources()[0], find_form(None))
    path = tmp_path / "report.docx"
    path.write_bytes(write_docx(written))
    document = docx.Document(str(path))
    title = next(paragraph for paragraph in document.paragraphs if paragraph.text.strip())
    document.core_properties.title = "" if header else title.text
    if header:
        document.sections[0].header.paragraphs[0].text = title.text
    document.element.body.remove(title._p)
    document.save(str(path))
    report = read_report(path, find_form(None))
    assert (report.year, report.unit.title_name) == (written.year, written.unit.title_name)


def test_a_property_left_from_last_year_does_not_give_the_year(tmp_path: Path) -> None:
    text = page().replace(f"<h1>{TITLE}</h1>", "").replace("<title>x</title>", "<title>示例县2022年政府信息公开工作年度报告</title>")
    report = read_page(tmp_path, text)
    assert (report.year, report.unit.title_name) == (2023, "示例县")


def test_an_organ_above_a_title_is_the_unit_only_where_the_title_names_none(tmp_path: Path) -> None:
    above = "<p>示例市人民政府</p><h1>{}</h1>"
    assert read_page(tmp_path, page().replace(f"<h1>{TITLE}</h1>", above.format(TITLE))).unit.name.startswith("示例县")
    bare = "2023年政府信息公开工作年度报告"
    assert read_page(tmp_path, page().replace(f"<h1>{TITLE}</h1>", above.format(bare))).unit.name.startswith("示例市")


@pytest.mark.parametrize(
    ("title", "unit", "year"),
    [
        ("示例县 2024年度 政府采购情况表", "示例县", 2024),
        ("示例县政府采购情况表（2024年度）", "示例县", 2024),
        ("政府采购情况表", "", None),
    ],
)
def test_a_report_of_another_form_is_titled_as_the_form_calls_itself(title: str, unit: str, year: int | None) -> None:
    found = title_by_form(["填报说明", title], "政府采购情况表")
    assert found and (found.unit, found.year, found.start, found.end) == (unit, year, 1, 2)
