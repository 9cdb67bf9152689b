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
from tests.engines import convert
from tests.needed import SHARED, need_file
from tests.reports import report
from xltools.form.loader import find_form, load_form
from xltools.readers.dispatch import read_report
from xltools.rules.review import review

FOLDER = Path(__file__).parent.parent / "samples" / "forms" / "website"
FORM = ("--form", str(FOLDER))
FILLED, LAST, BUREAU, FAULTY = (
    FOLDER / f"{name}.xlsx" for name in ("website-2024", "website-2023", "website-bureau-2024", "website-faulty-2024")
)
OF_OTHERS = re.compile("表二|表三|自然人（|万元|〔2021〕30号|〔2021〕3|政府信息公开|依申请|govinfo")


def found(path: Path, run: Run, *more: str) -> list[dict[str, object]]:
    """The findings of a file, as JSON."""
    told = json.loads(run("check", str(path), *FORM, "--format", "json", *more).out)
    return list(told["reports"][0]["findings"])


def test_a_filled_report_is_silent_alone_and_against_last_year(run: Run) -> None:
    assert found(FILLED, run) == found(BUREAU, run) == []
    assert found(FILLED, run, "--previous", str(LAST)) == []


def test_every_planted_fault_is_found_at_its_cell_and_nothing_else(run: Run) -> None:
    truth = json.loads((FOLDER / "truth.json").read_text(encoding="utf-8"))
    told = [{key: one[key] for key in ("name", "sheet", "cell")} for one in found(FAULTY, run)]
    assert sorted(map(str, told)) == sorted(map(str, truth))


def test_relations_are_soft_and_say_why_without_quoting_anybody(run: Run) -> None:
    form = load_form(str(FOLDER))
    assert {relation.severity for relation in form.relations} == {"warning", "notice"}
    assert all("“" not in relation.basis and "〔" not in relation.basis for relation in form.relations)
    assert "未经核对" in form.edition


def test_contradictions_that_once_passed_are_found(run: Run, tmp_path: Path) -> None:
    filled = need_file(SHARED / "faults" / "forms" / "website-filled.json")
    told = json.loads(filled.read_text(encoding="utf-8"))
    told |= {"texts": {}}  # names were prose in that form
    known = load_form(str(FOLDER)).figures
    told["figures"] = {id: value for id, value in told["figures"].items() if id in known}
    path = tmp_path / "filled.json"
    path.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    names = {(one["name"], one["figures"][0]) for one in found(path, run) if one["figures"]}  # type: ignore[index]
    assert ("not-a-choice", "site.catalogue_published.value") in names
    for id in ("items_online", "messages.closed", "messages.published", "surveys.published", "talks.answers", "talks.held", "mended"):
        assert ("limit-exceeded", f"site.{id}.value") in names
    for id in ("weibo.posts", "weibo.name", "wechat.name"):
        assert ("condition-unmet", f"site.{id}.value") in names
    assert ("too-many-decimals", "site.days.value") in names


def test_the_document_comes_back_with_every_figure_word_and_detail(run: Run, tmp_path: Path) -> None:
    for suffix in (".docx", ".html", ".json"):
        target = tmp_path / f"report{suffix}"
        assert run("export", str(FILLED), *FORM, "-o", str(target)).code == 0
        back, original = (read_report(path, find_form(str(FOLDER))) for path in (target, FILLED))
        for figure in back.form.inputs:
            assert (back.figures[figure.id] or "") == (original.figures[figure.id] or ""), figure.id
        assert (back.unit.name, back.year) == ("示例县人民政府", 2024)
        assert [back.unit.detail(key) for key in ("phone", "signed_on")] == ["0571-12345678", "2025年1月20日"]
        assert run("check", str(target), *FORM).out.count("没有发现问题") == 1


def test_the_document_reads_as_the_published_ones_do(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "report.docx"
    run("export", str(FILLED), *FORM, "-o", str(target))
    document = docx.Document(str(target))
    texts = [paragraph.text for paragraph in document.paragraphs if paragraph.text]
    assert texts[:2] == ["政府网站工作年度报表（2024年度）", "填报单位：示例县人民政府"]
    assert texts[-3:] == ["单位负责人：　　　　审核人：　　　　填报人：", "联系电话：0571-12345678", "填报日期：2025年1月20日"]
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
    target = tmp_path / "sum.xlsx"
    common = ("--roster", FOLDER / "units.csv", "--unit", "示例县人民政府办公室", "--year", "2024")
    ended = run("collect", FILLED, BUREAU, *FORM, *common, "-o", target)
    assert ended.code == 0
    assert "24格不由下级相加，请由本级填写：“网站名称”、“首页网址”、" in ended.out + ended.err
    rolled, *units = (read_report(path, find_form(str(FOLDER))) for path in (target, FILLED, BUREAU))
    for figure in rolled.form.inputs:
        value, alone = rolled.figures[figure.id], [unit.figures[figure.id] for unit in units]
        assert value == sum(alone) if figure.across_units == "sum" else value is None, figure.id  # type: ignore[arg-type]
    assert rolled.computed["site.info.total.value"] == 5620 + 670
    own = {figure.id.split(".")[1] for figure in rolled.form.inputs if figure.across_units == "own" and not figure.is_words}
    assert own == {"days", "visitors"}


def test_a_new_year_s_workbook_begins_without_last_year_s_date(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "next.xlsx"
    assert run("template", *FORM, "--year", "2025", "--previous", FILLED, "-o", target).code == 0
    unit = read_report(target, find_form(str(FOLDER))).unit
    assert (unit.name, unit.phone, unit.signed_on) == ("示例县人民政府", "0571-12345678", "")


def test_two_years_are_compared(run: Run) -> None:
    told = run("compare", str(LAST), str(FILLED), *FORM).out
    (line,) = (line.split() for line in told.splitlines() if "网站总访问量" in line)
    assert line == ["网站总访问量（单位：次）", "次", "5210030", "5603456", "+393426", "+7.6%"]
    assert "填报内容" not in told  # the only column has nothing to tell


def test_nothing_in_python_knows_its_id() -> None:
    package = FOLDER.parents[2] / "xltools"
    assert [path for path in package.rglob("*.py") if "gov-website" in path.read_text(encoding="utf-8")] == []


def test_a_blank_report_is_told_as_blank_once() -> None:
    form = load_form(str(FOLDER))
    blank = report(form=form, year=2024)
    assert {finding.rule.name for finding in review(blank).findings} <= {"blank", "missing-unit", "missing-section"}


def test_every_command_of_the_read_me_works_as_printed(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(FOLDER, tmp_path / "samples" / "forms" / "website")
    monkeypatch.chdir(tmp_path)
    commands = re.findall(r"^xltools (.+)$", (FOLDER / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert [run(*command.split()).code for command in commands] == [0] * (len(commands) - 1) + [1]
    assert len(list(Path("发表").glob("*.xlsx"))) == 2


def test_the_samples_name_their_form_by_its_place_in_the_project() -> None:
    for path in (FILLED, LAST, BUREAU, FAULTY):
        texts = [str(cell.value) for row in load_workbook(path)["填报说明"].iter_rows() for cell in row if cell.value]
        options = [option for text in texts for option in re.findall(r"--form ([\w/.-]+)", text, re.ASCII)]
        assert options
        assert set(options) == {"samples/forms/website"}


def test_an_import_of_a_form_without_prose_does_not_miss_prose(run: Run, tmp_path: Path) -> None:
    run("export", FILLED, *FORM, "-o", tmp_path / "report.docx")
    told = run("import", tmp_path / "report.docx", *FORM, "-o", tmp_path / "back.xlsx")
    assert "识别58格" in told.out + told.err
    assert "正文" not in told.out + told.err


def test_a_condition_names_what_is_unmet_and_nothing_else(run: Run, tmp_path: Path) -> None:
    told = json.loads((FOLDER / "website-2024.json").read_text(encoding="utf-8"))
    told["figures"] |= {"site.icp.value": None, "site.has_media.value": "否", "site.weibo.name.value": None, "site.wechat.name.value": None}
    told["figures"] |= {f"site.{key}.value": 0 for key in ("weibo.posts", "weibo.followers", "wechat.posts", "talks.held")}
    path = tmp_path / "filled.json"
    path.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    messages = sorted(str(one["message"]).partition(" ")[2] for one in found(path, run))
    assert messages == [
        "是否有移动新媒体＝否的，“微信订阅数”、“其他移动新媒体”应为空白，却填了。请核对。",
        "网站总访问量＞0的，应填写“ICP备案号”，没有填。请补填。",
        "访谈网民留言数量＞0的，访谈期数0，应大于0。请核对，改正有误的一格。",
    ]


@pytest.mark.trial
@pytest.mark.parametrize("path", [FILLED, FAULTY], ids=lambda path: path.stem)
def test_the_workbook_says_in_libreoffice_what_the_rules_say(path: Path, run: Run, tmp_path: Path) -> None:
    (saved,) = convert([path], "xlsx", tmp_path / "saved")
    before, after = (load_workbook(one, data_only=True) for one in (path, saved))
    for name in before.sheetnames:
        for row in before[name].iter_rows():
            for cell in row:
                assert (cell.value or "") == (after[name][cell.coordinate].value or ""), (name, cell.coordinate)
    assert found(saved, run) == found(path, run)
