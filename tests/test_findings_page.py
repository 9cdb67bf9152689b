"""`check --format html`: one page with the reports, each fault marked where it stands, and the list beside."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import pytest

import xltools
from tests.conftest import Run
from tests.devtools import driven
from tests.reports import report
from xltools.output import Checked, checked
from xltools.output.findings_page import render
from xltools.rules.review import review
from xltools.rules.rule import SEVERITY_NAMES

SAMPLES = Path(__file__).parent.parent / "samples"
BALANCED, CHANGFU, FAULTY = (SAMPLES / name / f"{name}.xlsx" for name in ("balanced-2024", "changfu-2023", "faulty-2024"))


def told(path: Path, **changes: object) -> Checked:
    """What `check` gives for a sample, or for one that is changed."""
    return checked(path.name, review(dataclasses.replace(xltools.read(path), **changes)), keep=True)


def parsed(*files: Checked) -> Element:
    """The page of these files; the parser accepts no fault in its HTML."""
    root: Element = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(render(files))
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    links = [element.get("href", "") for element in root.iter("a")]
    assert [link for link in links if link.removeprefix("#") not in ids] == []
    return root


def text(element: Element | None) -> str:
    assert element is not None
    return "".join(element.itertext())


def with_attribute(root: Element, name: str) -> Sequence[Element]:
    return [element for element in root.iter() if element.get(name)]


def target(root: Element, code: str) -> Element:
    """What the first finding of this code links to."""
    finding = next(element for element in with_attribute(root, "data-finding") if element.get("data-code") == code)
    link = finding.find("p/a")
    assert link is not None
    found = root.find(f".//*[@id='{link.get('href', '')[1:]}']")
    assert found is not None
    return found


class TestOneReport:
    def test_that_is_sound_has_no_marks(self) -> None:
        page = parsed(checked("甲.xlsx", review(report()), keep=True))
        assert with_attribute(page, "data-finding") == []
        assert page.findall(".//mark") == []
        assert [cell for cell in page.iter("td") if cell.get("class")] == []
        assert "没有发现问题，可以导出报告。" in text(page)
        assert page.find(".//table[@class='overview']") is None

    def test_shows_every_finding_of_the_json(self) -> None:
        findings = xltools.check(xltools.read(FAULTY))
        shown = with_attribute(parsed(told(FAULTY)), "data-finding")
        assert sorted((int(item.get("data-finding", "")), item.get("data-code"), item.get("data-severity")) for item in shown) == [
            (finding.id, finding.code, finding.severity) for finding in findings
        ]
        for item in shown:
            finding = findings[int(item.get("data-finding", "")) - 1]
            assert finding.message in text(item)
            assert finding.basis in text(item)
            assert f"{'依据' if finding.basis.startswith('“') else '口径'}：{finding.basis}" in text(item)

    def test_marks_the_cell_with_colour_and_sign_and_leads_back(self) -> None:
        page = parsed(told(FAULTY))
        cell = target(page, "T201")
        assert (cell.tag, cell.get("class"), cell.get("data-figure")) == ("td", "error", "requests.carried_out.natural_person")
        back = cell.find("a")
        assert back is not None
        assert text(back).startswith("✗")
        assert back.get("href") == f"#r1-f{text(back)[1:]}"
        assert f"编号 {text(back)[1:]}，错误" in back.get("aria-label", "")

    def test_marks_every_cell_that_one_finding_speaks_of(self) -> None:
        blanks = {f"requests.carried_in.{column}" for column in ("natural_person", "business", "research")}
        page = parsed(told(BALANCED, figures={**xltools.read(BALANCED).figures, **dict.fromkeys(blanks)}))
        (item,) = (item for item in with_attribute(page, "data-finding") if item.get("data-code") == "V101")
        back = [
            cell.get("data-figure") for cell in page.iter("td") if any(a.get("href") == f"#{item.get('id')}" for a in cell.findall("a"))
        ]
        assert set(back) == blanks
        assert target(page, "V101").get("data-figure") == "requests.carried_in.natural_person"

    def test_of_nothing_but_faults_shows_each_of_them_in_its_place(self) -> None:
        report = xltools.read(BALANCED)
        page = parsed(told(BALANCED, figures=dict.fromkeys(report.figures, -1)))
        items = with_attribute(page, "data-finding")
        assert len(items) > 150
        assert [item.get("data-finding") for item in items if item.find("p/a") is None] == []

    def test_marks_the_words_of_the_prose(self) -> None:
        page = parsed(told(CHANGFU))
        assert target(page, "N107").tag == "mark"
        assert text(target(page, "N107")).startswith("国办公开办函〔2019〕60号")
        assert text(target(page, "N101")).startswith("主动公开政府信息")

    def test_marks_the_heading_of_a_section_that_is_missing(self) -> None:
        assert text(target(parsed(told(FAULTY)), "C103")).startswith("✗")

    def test_shows_a_repair_from_and_to(self) -> None:
        page = parsed(told(FAULTY))
        item = next(item for item in with_attribute(page, "data-finding") if item.get("data-code") == "T103")
        assert [text(item.find(f"p/{tag}")) for tag in ("del", "ins")] == ["0", "4"]
        assert text(target(page, "T103").find("ins")) == "→ 4"

    def test_puts_consequences_under_their_cause(self) -> None:
        causes = parsed(told(FAULTY)).findall(".//ol/li/ol/li")
        assert [cause.get("data-code") for cause in causes] == ["T201"]

    def test_tells_an_explanation(self) -> None:
        page = parsed(told(CHANGFU, explanations={"breakdown:1": "另有 8 条。"}))
        assert "说明：另有 8 条。" in text(page)
        assert "没有要改正的错误" in text(page)

    def test_takes_no_text_for_markup(self) -> None:
        unit = dataclasses.replace(xltools.read(FAULTY).unit, name="</title><script>alert(1)</script>", short_name="")
        page = parsed(told(FAULTY, unit=unit, texts={"overview": "<img src=x onerror=alert(1)>&amp;"}))
        assert len(page.findall(".//script")) == 1
        assert page.findall(".//img") == []
        assert "<img src=x onerror=alert(1)>&amp;" in text(page)

    def test_forbids_itself_everything_but_its_own_script(self) -> None:
        page = parsed(told(FAULTY))
        policy = next(meta for meta in page.iter("meta") if meta.get("http-equiv")).get("content", "")
        digest = base64.b64encode(hashlib.sha256(text(page.find(".//script")).encode()).digest()).decode()
        assert policy == f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
        assert with_attribute(page, "src") == []

    def test_is_the_same_page_for_the_same_report(self) -> None:
        assert render([told(FAULTY)]) == render([told(FAULTY)])


class TestManyReports:
    def test_have_a_table_of_units_before_them(self) -> None:
        page = parsed(told(BALANCED), told(FAULTY), told(CHANGFU), Checked("坏<b>.xlsx", error="文件已损坏。"))
        assert [element.get("data-report") for element in with_attribute(page, "data-report")] == [
            BALANCED.name, FAULTY.name, CHANGFU.name, "坏<b>.xlsx",
        ]  # fmt: skip
        counts = [
            [str(sum(f.severity == severity for f in xltools.check(xltools.read(path)))) for severity in SEVERITY_NAMES]
            for path in (BALANCED, FAULTY, CHANGFU)
        ]
        rows = [[text(cell) for cell in row] for row in page.findall(".//table[@class='overview']/tbody/tr")]
        assert [row[:6] for row in rows] == [
            ["1", "示例县人民政府", "2024", *counts[0]],
            ["2", "示例县人民政府", "2024", *counts[1]],
            ["3", "樟树市昌傅镇人民政府", "2023", *counts[2]],
            ["4", "坏<b>.xlsx", "", "", "", ""],
        ]
        assert "无法读取：文件已损坏。" in text(page)

    @pytest.mark.parametrize("jobs", [1, 2])
    def test_are_written_by_the_command(self, run: Run, tmp_path: Path, jobs: int) -> None:
        page = tmp_path / "结果.html"
        assert run("check", FAULTY, CHANGFU, "--format", "html", "-o", page, "--jobs", jobs).code == 1
        assert run("check", FAULTY, CHANGFU, "--format", "html", "-o", page).code == 1  # ours and unchanged: written anew
        assert page.read_text(encoding="utf-8").count("data-report=") == 2

    def test_of_a_folder_leave_out_the_page_itself(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "甲.xlsx").write_bytes(BALANCED.read_bytes())
        run("check", tmp_path, "--format", "html", "-o", tmp_path / "结果.html")
        assert "共1份" in run("check", tmp_path).out


def test_published_files_are_shown_too() -> None:
    page = parsed(told(FAULTY.with_suffix(".docx")))
    assert target(page, "T201").get("data-figure") == "requests.carried_out.natural_person"


def test_is_not_read_as_the_report_that_it_shows(tmp_path: Path, run: Run) -> None:
    page, book = tmp_path / "结果.html", tmp_path / "甲.xlsx"
    run("check", FAULTY, "--format", "html", "-o", page)
    for command in (["check", page], ["import", page, "-o", book], ["export", page, "-o", tmp_path / "甲.json"], ["compare", page, FAULTY]):
        assert run(*command)[::2] == (2, f"无法读取 {page}：这是检查或对比的结果，不是报告。请给出报告文件。\n")
    with pytest.raises(xltools.XltoolsError, match="这是检查或对比的结果"):
        xltools.read(page.read_bytes(), "结果.html")
    assert not book.exists()


def test_a_console_that_knows_no_chinese_gets_all_of_it(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "xltools", "check", str(BALANCED), "--format", "html"]
    done = subprocess.run(command, env={**os.environ, "PYTHONIOENCODING": "gbk"}, capture_output=True, check=True)
    assert "&#31034;&#20363;&#21439;" in done.stdout.decode("ascii")


@pytest.mark.trial
class TestInABrowser:
    def test_a_click_and_enter_go_to_the_cell_and_back(self, tmp_path: Path) -> None:
        path = tmp_path / "page.html"
        path.write_text(render([told(FAULTY)]), encoding="utf-8")
        with driven(tmp_path) as browser:
            browser.open(path)
            for width in (1400, 390):
                browser.show(width, 800)
                assert browser.evaluate("document.documentElement.scrollWidth <= innerWidth")
                browser.evaluate("document.querySelector('[data-code=T201] .basis').click()")
                assert browser.evaluate("document.activeElement.dataset.figure") == "requests.carried_out.natural_person"
                browser.press("Enter")
                assert browser.evaluate("document.activeElement.dataset.code") == "T201"
                browser.press("Enter")
                assert browser.evaluate("document.activeElement.tagName") == "TD"
                browser.evaluate("document.activeElement.querySelector('a').click()")
                assert browser.evaluate("document.activeElement.dataset.code") == "T201"
            assert browser.complaints == []
            assert browser.requests == [path.as_uri()]

    def test_a_number_stands_in_one_line_however_many_columns_there_are(self, tmp_path: Path) -> None:
        figures = {id: 1234567 for id in xltools.read(FAULTY).figures if id.startswith("requests.")}
        path = tmp_path / "page.html"
        path.write_text(render([told(FAULTY, figures=figures)]), encoding="utf-8")
        lines = """[...document.querySelectorAll('td[data-figure]')].filter(cell => cell.firstChild).map(cell => {
            const range = document.createRange(); range.selectNodeContents(cell.firstChild); return range.getClientRects().length; })"""
        with driven(tmp_path) as browser:
            browser.open(path)
            for width in (1300, 390):
                browser.show(width, 800)
                assert set(browser.evaluate(lines)) == {1}
                assert browser.evaluate("document.documentElement.scrollWidth <= innerWidth")
