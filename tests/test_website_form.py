"""政府网站工作年度报表, a form that is a folder and no Python, through every command."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import docx
import pytest
from openpyxl import load_workbook

from tests.conftest import Run
from tests.reports import report
from xltools.form.loader import find_form, load_form
from xltools.readers.dispatch import read_report
from xltools.rules.review import review

FOLDER = Path(__file__).parent.parent / "samples" / "forms" / "website"
FORM = ("--form", str(FOLDER))
FILLED, LAST, FAULTY = (FOLDER / f"{name}.xlsx" for name in ("website-2024", "website-2023", "website-faulty-2024"))
OF_OTHERS = re.compile("表二|表三|自然人（|万元|〔2021〕30号|〔2021〕3|政府信息公开|依申请|govinfo")


def found(path: Path, run: Run, *more: str) -> list[dict[str, object]]:
    """The findings of a file, as JSON."""
    told = json.loads(run("check", str(path), *FORM, "--format", "json", *more).out)
    return list(told["reports"][0]["findings"])


def test_a_filled_report_is_silent_alone_and_against_last_year(run: Run) -> None:
    assert found(FILLED, run) == []
    assert found(FILLED, run, "--previous", str(LAST)) == []


def test_every_planted_fault_is_found_at_its_cell_and_nothing_else(run: Run) -> None:
    truth = json.loads((FOLDER / "truth.json").read_text(encoding="utf-8"))
    told = [{key: one[key] for key in ("name", "sheet", "cell")} for one in found(FAULTY, run)]
    assert sorted(map(str, told)) == sorted(map(str, truth))


def test_relations_are_soft_and_say_why_without_quoting_anybody(run: Run) -> None:
    form = load_form(str(FOLDER))
    assert {relation.severity for relation in form.relations} == {"warning"}
    assert all("“" not in relation.basis and "〔" not in relation.basis for relation in form.relations)
    assert "未经核对" in form.edition


def test_contradictions_that_once_passed_are_found(run: Run, tmp_path: Path) -> None:
    filled = Path(__file__).parents[2] / "shared" / "faults" / "forms" / "website-filled.json"
    if not filled.exists():
        pytest.skip("the filled form is not at hand")
    told = json.loads(filled.read_text(encoding="utf-8"))
    told |= {"texts": {}}  # names were prose in that form
    known = load_form(str(FOLDER)).figures
    told["figures"] = {id: value for id, value in told["figures"].items() if id in known}
    path = tmp_path / "filled.json"
    path.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    names = {(one["name"], one["figures"][0]) for one in found(path, run) if one["figures"]}  # type: ignore[index]
    assert ("not-a-choice", "site.catalogue_published.value") in names
    for id in ("items_online", "messages.closed", "messages.published", "surveys.published", "talks.answers", "mended"):
        assert ("limit-exceeded", f"site.{id}.value") in names
    assert any(name == "condition-unmet" for name, _ in names)


def test_the_document_comes_back_with_every_figure_word_and_detail(run: Run, tmp_path: Path) -> None:
    for suffix in (".docx", ".html", ".json"):
        target = tmp_path / f"report{suffix}"
        assert run("export", str(FILLED), *FORM, "-o", str(target)).code == 0
        back, original = (read_report(path, find_form(str(FOLDER))) for path in (target, FILLED))
        for figure in back.form.inputs:
            assert (back.figures[figure.id] or "") == (original.figures[figure.id] or ""), figure.id
        assert (back.unit.name, back.year) == ("示例县人民政府", 2024)
        assert [back.unit.detail(key) for key in ("phone", "filled_on")] == ["0571-12345678", "2025年1月20日"]
        assert run("check", str(target), *FORM).out.count("没有发现问题") == 1


def test_the_document_reads_as_the_published_ones_do(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "report.docx"
    run("export", str(FILLED), *FORM, "-o", str(target))
    document = docx.Document(str(target))
    texts = [paragraph.text for paragraph in document.paragraphs if paragraph.text]
    assert texts[:2] == ["示例县人民政府2024年政府网站工作年度报表", "填报单位：示例县人民政府"]
    assert texts[-1] == "联系电话：0571-12345678　填报日期：2025年1月20日"
    assert [cell.text for cell in document.tables[0].rows[4].cells][-1] == "政府门户网站"


def test_no_command_speaks_of_another_form(run: Run, tmp_path: Path) -> None:
    said = [run("check", str(path), *FORM).out for path in (FILLED, FAULTY)]
    said.append(run("template", *FORM, "--year", "2024", "-o", str(tmp_path / "t.xlsx")).out)
    said.append(run("check", str(tmp_path / "t.xlsx"), *FORM).out)
    said.append(run("forms", "check", str(FOLDER)).out)
    said.append(run("compare", str(LAST), str(FILLED), *FORM).out)
    texts = [str(cell.value) for sheet in load_workbook(tmp_path / "t.xlsx") for row in sheet.iter_rows() for cell in row if cell.value]
    for text in (*said, *texts):
        assert not OF_OTHERS.search(text), text
    command = re.search(r"xltools check \S+ --form \S+", said[2])
    assert command  # as printed
    assert run(*command[0].split()[1:]).code in (0, 1)


def test_a_county_of_two_sites_adds_counts_and_leaves_words_and_averages_to_itself(run: Run, tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text("编号,单位名称\n01,示例县人民政府\n02,示例县教育局\n", encoding="utf-8")
    folder = tmp_path / "in"
    folder.mkdir()
    shutil.copy(FILLED, folder / "01-示例县人民政府.xlsx")
    told = json.loads((FOLDER / "website-2024.json").read_text(encoding="utf-8"))
    told["unit"]["name"] = "示例县教育局"
    told["figures"]["site.talks.held.value"] = 5
    (folder / "02.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    target = tmp_path / "sum.xlsx"
    common = ("--roster", str(tmp_path / "units.csv"), "--unit", "示例市人民政府", "--year", "2024")
    assert run("collect", str(folder), *FORM, *common, "-o", str(target)).code in (0, 1)
    rolled = read_report(target, find_form(str(FOLDER)))
    assert (rolled.figures["site.talks.held.value"], rolled.computed["site.info.total.value"]) == (9, 11240)
    assert all(rolled.figures[f"site.{key}.value"] in (None, "") for key in ("days", "visitors", "site_name", "robot"))


def test_a_roster_hands_out_a_workbook_to_each_unit_with_last_year_s_details(run: Run, tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text("编号,单位名称\n01,示例县人民政府\n02,示例县教育局\n", encoding="utf-8")
    ended = run("template", *FORM, "--roster", str(tmp_path / "units.csv"), "--year", "2025", "-o", str(tmp_path / "out"))
    assert (ended.code, len(list((tmp_path / "out").glob("*.xlsx")))) == (0, 2)


def test_two_years_are_compared(run: Run) -> None:
    told = run("compare", str(LAST), str(FILLED), *FORM).out
    assert "网站总访问量" in told


def test_nothing_in_python_knows_its_id() -> None:
    package = FOLDER.parents[2] / "xltools"
    assert [path for path in package.rglob("*.py") if "gov-website" in path.read_text(encoding="utf-8")] == []


def test_a_blank_report_is_told_as_blank_once() -> None:
    form = load_form(str(FOLDER))
    blank = report(form=form, year=2024)
    assert {finding.rule.name for finding in review(blank).findings} <= {"blank", "missing-unit", "missing-section"}
