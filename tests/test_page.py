"""dist/xltools.html in a real browser, offline, opened as a file: the whole job, and the same results as the command line's."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import html5lib
import pytest

import xltools
from tests.conftest import Run
from tests.devtools import Chromium, downloaded, driven
from tests.engines import convert, fill_by_hand, write
from tests.firefox import Firefox, with_firefox
from tests.needed import need_program
from tests.page_in_browser import STATE, click, give, judge, packed, printed, shown, tab_to
from tests.reports import balanced_figures, contents, random_published, report
from tools.lock import read_lock
from tools.page.__main__ import LARGEST, LOCK, PACKAGES, PYODIDE, ROOT
from xltools.form.book import Book
from xltools.form.unit import Unit
from xltools.output import checked
from xltools.output.findings_page import render
from xltools.rules.review import review

SAMPLES = ROOT / "samples"
BALANCED, CHANGFU, FAULTY = (SAMPLES / name / f"{name}.xlsx" for name in ("balanced-2024", "changfu-2023", "faulty-2024"))
AXE = "axe-core@4.14.1"
"""Judges whether people with a screen reader or a keyboard can use a page."""
CHROMIUM_109 = "@sparticuz/chromium@109.0.6"


def test_the_lock_names_what_continuous_integration_installs_and_every_package_once() -> None:
    files = json.loads(LOCK.read_text(encoding="utf-8"))
    names = {name.split("-")[0].replace("_", "-"): name.split("-")[1] for name in files if name.endswith(".whl")}
    assert names == {name: read_lock()[name] for name in PACKAGES}
    assert [name for name in files if not name.endswith(".whl")] == [f"pyodide-{PYODIDE}.tgz"]
    assert all(len(digest) == 64 for digest in files.values())


def test_its_script_is_short_and_needs_no_other() -> None:
    scripts = [path.read_text(encoding="utf-8") for path in (ROOT / "tools" / "page").glob("*.js")]
    assert sum(script.count("\n") for script in scripts) < 600
    assert "fromBase64" not in "".join(scripts)  # newer than the browsers of many offices


def test_what_it_runs_reads_reports_without_lxml_or_pdfplumber() -> None:
    program = (
        "import sys\n"
        "for name in ('lxml', 'pdfplumber', 'pypdfium2', 'click'): sys.modules[name] = None\n"
        "import xltools\n"
        "for name in sys.argv[1:]: xltools.annotate(name, xltools.check(xltools.read(name)))\n"
    )
    files = [CHANGFU.with_suffix(suffix) for suffix in (".xlsx", ".json", ".docx")]
    subprocess.run([sys.executable, "-c", program, *map(str, files)], check=True)


@pytest.fixture(scope="module")
def page() -> Path:
    """The page, made anew."""
    need_program("npm")
    subprocess.run([sys.executable, "-m", "tools.page"], cwd=ROOT, check=True)
    return ROOT / "dist" / "xltools.html"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where downloads come to."""
    return tmp_path_factory.mktemp("downloads")


@pytest.fixture(scope="module")
def browser(page: Path, folder: Path) -> Iterator[Chromium]:
    """A browser in which the page is ready; its network is off."""
    with driven(folder) as browser:
        browser.open(page)
        browser.wait(f"{STATE} !== 'loading'")
        assert browser.evaluate(STATE) == "ready", browser.complaints
        yield browser


@pytest.mark.trial
class TestThePage:
    def test_is_one_file_that_fits_into_a_mail_and_is_valid(self, page: Path) -> None:
        text = page.read_text(encoding="utf-8")
        assert len(text.encode()) <= LARGEST
        html5lib.HTMLParser(strict=True).parse(text)
        for name in ("Pyodide", "CPython", "openpyxl", "xlsxwriter", "rapidfuzz", "python_calamine", "xltools_govinfo"):
            assert f"<h3>{name} " in text

    def test_is_the_same_for_the_same_inputs(self, page: Path) -> None:
        before = page.read_bytes()
        subprocess.run([sys.executable, "-m", "tools.page"], cwd=ROOT, check=True)
        assert page.read_bytes() == before

    def test_does_the_whole_job(self, browser: Chromium, folder: Path, tmp_path: Path, run: Run, book: Book) -> None:
        browser.evaluate("document.querySelector('#year').value = '2024'; document.querySelector('#unit').value = '某某县人民政府'")
        assert click(browser, "template") == "done"
        blank = downloaded(folder, "某某县人民政府2024.xlsx")
        run("template", "--year", 2024, "--unit", "某某县人民政府", "-o", tmp_path / "blank.xlsx")
        assert contents(blank) == contents(tmp_path / "blank.xlsx")
        filled = tmp_path / "示例县2024.xlsx"
        fill_by_hand(blank, filled, book, xltools.read(BALANCED))
        (saved,) = convert([filled], "xlsx", tmp_path / "saved")
        give(browser, saved)
        assert shown(browser) == printed(run, saved)
        for kind in ("docx", "html", "json"):
            assert run("export", saved, "-o", tmp_path / f"示例县2024.{kind}").code == 0
            assert click(browser, kind) == "done"
            assert contents(downloaded(folder, f"示例县2024.{kind}")) == contents(tmp_path / f"示例县2024.{kind}")

    def test_finds_what_the_command_line_finds(self, browser: Chromium, run: Run, tmp_path: Path) -> None:
        files = [sample.with_suffix(suffix) for sample in (BALANCED, CHANGFU, FAULTY) for suffix in (".xlsx", ".json", ".docx")]
        files += sorted(path for path in (SAMPLES / "county").rglob("*") if path.suffix in (".xlsx", ".docx", ".doc", ".csv"))
        files += [write(report(balanced_figures(seed)), tmp_path / f"{seed}.xlsx") for seed in range(10)]
        for seed in range(20):
            path = tmp_path / f"random{seed}.docx"
            path.write_bytes(xltools.export(random_published(seed), draft=True))
            files.append(path)
        give(browser, *files)
        assert browser.evaluate("[...document.querySelectorAll('[data-report]')].map(r => r.dataset.report)") == [
            file.name for file in files
        ]
        assert shown(browser) == printed(run, *files)

    def test_serves_a_form_of_ones_own_from_its_files(
        self, browser: Chromium, run: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        website = SAMPLES / "forms" / "website"
        shutil.copytree(website, tmp_path / "自备表式1")  # as the page calls it in what it says
        monkeypatch.chdir(tmp_path)
        form = ("--form", "自备表式1")
        files = [website / name for name in ("website-2023.xlsx", "website-2024.docx", "website-faulty-2024.xlsx")]
        give(browser, website / "form.toml", website / "report.md.j2", *files)
        assert shown(browser) == printed(run, *files, *form)
        browser.evaluate("document.querySelector('#year').value = '2025'; document.querySelector('#unit').value = '示例县人民政府'")
        assert browser.evaluate("document.querySelector('#form').selectedOptions[0].textContent") == "自备表式：政府网站工作年度报表"
        assert click(browser, "template") == "done"
        run("template", *form, "--year", 2025, "--unit", "示例县人民政府", "-o", tmp_path / "blank.xlsx")
        assert contents(downloaded(folder, "示例县人民政府2025.xlsx")) == contents(tmp_path / "blank.xlsx")
        give(browser, *files[:2])
        assert click(browser, "annotated") == "done"
        assert xltools.read(downloaded(folder, "website-2023-批注.xlsx"), form=str(website)).year == 2023
        assert click(browser, "compare") == "done"
        assert click(browser, "docx") == "done"
        assert run("export", files[0], *form, "-o", tmp_path / "website-2023.docx").code == 0
        assert contents(downloaded(folder, "website-2023.docx")) == contents(tmp_path / "website-2023.docx")
        browser.evaluate("document.querySelector('#form').value = ''")  # from here on the forms that come with the program again
        give(browser, BALANCED.with_suffix(".docx"))
        assert shown(browser) == printed(run, BALANCED.with_suffix(".docx"))
        broken = tmp_path / "form.toml"
        broken.write_text('id = "a"\ntitle = “表”\n', encoding="utf-8")
        give(browser, broken)
        assert "第 2 行有全角的 “ ，请改为半角" in browser.evaluate("document.querySelector('#told').textContent")

    def test_holds_a_report_against_last_years_and_carries_it_over(self, browser: Chromium, run: Run, folder: Path, tmp_path: Path) -> None:
        give(browser, FAULTY)
        give(browser, CHANGFU, input="#previous")
        assert shown(browser) == printed(run, FAULTY, "--previous", CHANGFU)
        assert click(browser, "compare") == "done"
        assert downloaded(folder, "对比.xlsx").stat().st_size > 10_000
        browser.evaluate("document.querySelector('#year').value = '2024'; document.querySelector('#unit').value = ''")
        assert click(browser, "template") == "done"
        run("template", "--year", 2024, "--previous", CHANGFU, "-o", tmp_path / "blank.xlsx")
        assert contents(downloaded(folder, "2024.xlsx")) == contents(tmp_path / "blank.xlsx")
        browser.evaluate("document.querySelector('#previous-none').click()")
        browser.wait(f"{STATE} === 'done' && document.querySelector('#many').hidden")

    def test_sets_aside_a_last_years_report_that_it_cannot_read(self, browser: Chromium, tmp_path: Path) -> None:
        empty = tmp_path / "空.xlsx"
        empty.touch()
        give(browser, FAULTY)
        expected = shown(browser)
        give(browser, empty, input="#previous")
        assert browser.evaluate(STATE) == "failed"
        assert "上年度的报告 空.xlsx 无法读取：文件是空的" in browser.evaluate("document.querySelector('#told').textContent")
        assert shown(browser) == expected != []
        assert browser.evaluate("document.querySelector('#many').hidden")

    def test_refuses_to_export_what_is_wrong_and_offers_the_draft(self, browser: Chromium, folder: Path, tmp_path: Path) -> None:
        give(browser, FAULTY)
        assert click(browser, "docx") == "failed"
        assert "项错误，没有导出" in browser.evaluate("document.querySelector('#told').textContent")
        browser.evaluate("document.querySelector('#told button').click()")
        browser.wait(f"{STATE} === 'done'")
        xltools.export(xltools.read(FAULTY), tmp_path / "draft.docx", draft=True)
        assert contents(downloaded(folder, "faulty-2024-草稿.docx")) == contents(tmp_path / "draft.docx")

    def test_gives_back_a_workbook_with_the_explanations_that_were_typed(self, browser: Chromium, folder: Path) -> None:
        give(browser, CHANGFU)
        browser.evaluate("""{ const input = document.querySelector('[data-code=N101] textarea');
            input.value = '另有 8 条未列出。'; input.dispatchEvent(new Event('change')); }""")
        browser.wait(f"{STATE} === 'done' && document.querySelector('[data-code=N101] .explanation')")
        assert click(browser, "annotated") == "done"
        told = xltools.check(xltools.read(downloaded(folder, "changfu-2023-批注.xlsx")))
        assert [finding.explanation for finding in told if finding.code == "N101"] == ["另有 8 条未列出。"]
        assert click(browser, "docx") == "done"
        downloaded(folder, "changfu-2023.docx")

    def test_gives_what_is_clicked_right_after_an_explanation_was_typed_with_it(self, browser: Chromium, folder: Path) -> None:
        give(browser, CHANGFU)
        browser.evaluate("""{ const input = document.querySelector('[data-code=N107] textarea');
            input.value = '引用的是当年的通知。'; input.dispatchEvent(new Event('input')); input.dispatchEvent(new Event('change'));
            document.querySelector('#unit').focus(); setTimeout(() => document.querySelector('[data-action=json]').click()); }""")
        browser.wait(f"{STATE} === 'done' && document.querySelector('#state').textContent.includes('changfu-2023.json')")
        told = xltools.check(xltools.read(downloaded(folder, "changfu-2023.json")))
        assert [finding.explanation for finding in told if finding.code == "N107"] == ["引用的是当年的通知。"]
        assert browser.evaluate("document.activeElement.id") == "unit"

    def test_adds_up_what_lies_there(self, browser: Chromium, folder: Path, tmp_path: Path) -> None:
        units = [write(report(balanced_figures(seed), unit=Unit(f"第{seed}局")), tmp_path / f"{seed}.xlsx") for seed in range(3)]
        give(browser, *units)
        browser.evaluate("document.querySelector('#year').value = '2024'; document.querySelector('#unit').value = '示例市人民政府'")
        assert click(browser, "sum") == "done"
        rolled = xltools.read(downloaded(folder, "示例市人民政府2024-汇总.xlsx"))
        expected = xltools.add_up(map(xltools.read, units), unit="示例市人民政府", year=2024).report
        assert rolled.figures == expected.figures
        assert rolled.provenance == expected.provenance
        browser.evaluate("document.querySelector('#year').value = '2019'")
        assert click(browser, "sum") == "failed"
        assert "没有一份报告可以计入" in browser.evaluate("document.querySelector('#told').textContent")

    def test_asks_for_the_year_of_a_workbook(self, browser: Chromium) -> None:
        for year, told in (("", "请先填写报告年度"), ("24", "应为四位数字"), ("2015", "没有2015年度的表式")):
            browser.evaluate(f"document.querySelector('#year').value = '{year}'")
            assert click(browser, "template") == "failed"
            assert told in browser.evaluate("document.querySelector('#told').textContent")

    def test_checks_200_files_at_once_and_keeps_no_memory_of_them(self, browser: Chromium, tmp_path: Path) -> None:
        files = [tmp_path / f"{number}.xlsx" for number in range(200)]
        for number, path in enumerate(files):
            path.write_bytes((BALANCED, CHANGFU, FAULTY)[number % 3].read_bytes())
        give(browser, FAULTY)
        before = browser.memory()
        assert before > 50 * 2**20  # Python is in it
        give(browser, *files)
        assert [len(findings) for findings in shown(browser)] == ([1, 3, 11] * 67)[:200]
        assert browser.evaluate("document.querySelectorAll('table.overview tbody tr').length") == 200
        give(browser, FAULTY)
        assert browser.memory() - before < 100 * 2**20

    def test_tells_of_each_file_that_it_cannot_read_and_goes_on(self, browser: Chromium, tmp_path: Path) -> None:
        names = ("坏.xlsx", "空.xlsx", "坏.json", "坏.docx", "图.png", "坏.ods", "坏.xls", "文.txt", "网.html", "页.pdf", "<b>.md")
        wrong = [tmp_path / name for name in names]
        for path in wrong:
            path.write_bytes(b"" if path.name == "空.xlsx" else b"PK\x03\x04 no report")
        encrypted = Path(__file__).parent / "wrong_files" / "encrypted.xlsx"
        give(browser, *wrong, encrypted, BALANCED)
        told = browser.evaluate(
            "[...document.querySelectorAll('[data-report].unreadable')].map(r => r.querySelector('.first').textContent)"
        )
        assert len(told) == 12
        assert all(line.startswith("无法读取：") and "\n" not in line for line in told)
        assert sum("网页和 PDF 不能在本页读取" in line for line in told) == 2
        assert "12份无法读取" in browser.evaluate("document.querySelector('#state').textContent")
        assert shown(browser)[:12] == [[]] * 12
        assert browser.evaluate("document.querySelectorAll('.unreadable b').length") == 0

    def test_makes_no_request_and_no_complaint(self, browser: Chromium, page: Path) -> None:
        give(browser, BALANCED)
        assert [address for address in browser.requests if not address.startswith(("blob:", page.as_uri()))] == []
        assert browser.complaints == []
        with pytest.raises(Exception, match="Failed to fetch"):
            browser.evaluate("fetch('https://example.invalid/')")
        browser.complaints.clear()

    def test_starts_anew_where_a_file_kills_its_worker(self, browser: Chromium) -> None:
        browser.in_worker("python = { answer() { throw new Error('unreachable'); } }")
        give(browser, FAULTY, BALANCED, CHANGFU)
        told = browser.evaluate("[...document.querySelectorAll('[data-report]')].map(r => r.className)")
        assert told == ["unreadable", "", ""]
        assert "读取出错或用时过长" in browser.evaluate("document.querySelector('[data-report]').textContent")
        assert [bool(findings) for findings in shown(browser)][2]
        browser.complaints.clear()

    def test_can_be_used_by_keyboard_and_on_a_telephone(self, browser: Chromium) -> None:
        give(browser, FAULTY, CHANGFU)
        for width in (390, 1400):
            browser.show(width, 800)
            assert browser.evaluate("document.documentElement.scrollWidth <= innerWidth")
            browser.evaluate("document.querySelector('[data-code=T201]').focus()")
            browser.press("Enter")
            assert browser.evaluate("document.activeElement.dataset.figure") == "requests.carried_out.natural_person"
            browser.press("Enter")
            assert browser.evaluate("document.activeElement.dataset.code") == "T201"

    def test_does_the_job_by_keyboard_alone(self, browser: Chromium, folder: Path) -> None:
        give(browser, CHANGFU)
        browser.evaluate(
            "document.activeElement.blur(); document.querySelector('#year').value = '2024'; document.querySelector('#year').focus()"
        )
        assert tab_to(browser, "#unit") <= 1
        browser.type("按键县人民政府")
        tab_to(browser, "#previous, #files")
        tab_to(browser, "[data-action=template]")
        browser.press("Enter")
        downloaded(folder, "按键县人民政府2024.xlsx")
        tab_to(browser, "[data-code=N101] summary")
        browser.press("Enter")
        tab_to(browser, "[data-code=N101] textarea")
        browser.type("另有 8 条未列出。")
        browser.press("Tab")
        browser.wait(f"{STATE} === 'done' && document.querySelector('[data-code=N101] .explanation')")
        browser.evaluate("document.querySelector('#files').focus()")
        tab_to(browser, "[data-action=html]")
        browser.press("Enter")
        downloaded(folder, "changfu-2023.html")

    def test_has_nothing_that_a_screen_reader_stumbles_over(self, browser: Chromium, folder: Path, tmp_path: Path) -> None:
        axe = packed(AXE, "axe.min.js", tmp_path).decode()
        give(browser, FAULTY, CHANGFU)
        assert judge(browser, axe) == []
        findings = tmp_path / "findings.html"
        both = [checked(path.name, review(xltools.read(path)), keep=True) for path in (FAULTY, CHANGFU)]
        findings.write_text(render(both), encoding="utf-8")
        with driven(folder) as other:
            other.open(findings)
            assert judge(other, axe) == []


@pytest.mark.trial
def test_the_last_chromium_for_windows_7_finds_and_exports_the_same(page: Path, tmp_path: Path, run: Run) -> None:
    command, shut = tmp_path / "chromium", tmp_path / "chromium.br"
    shut.write_bytes(packed(CHROMIUM_109, "bin/chromium.br", tmp_path))
    opening = "const fs = require('fs'); fs.writeFileSync(process.argv[2], require('zlib').brotliDecompressSync(fs.readFileSync(process.argv[1])))"
    subprocess.run(["node", "-e", opening, shut, command], check=True)
    command.chmod(0o755)
    files = [FAULTY, BALANCED, CHANGFU.with_suffix(".docx")]
    with Chromium(str(command), tmp_path) as browser:
        browser.open(page)
        browser.wait(f"{STATE} !== 'loading'")
        assert "HeadlessChrome/109." in browser.evaluate("navigator.userAgent")
        give(browser, *files)
        assert shown(browser) == printed(run, *files)
        assert click(browser, "docx", 1) == "done"
        assert run("export", BALANCED, "-o", tmp_path / "ours.docx").code == 0
        assert contents(downloaded(tmp_path, "balanced-2024.docx")) == contents(tmp_path / "ours.docx")
        assert browser.complaints == []


@pytest.mark.trial
def test_firefox_finds_and_exports_the_same(page: Path, tmp_path: Path, run: Run) -> None:
    files = [FAULTY, BALANCED, CHANGFU.with_suffix(".docx")]
    expected = [[finding[0] for finding in findings] for findings in printed(run, *files)]

    async def job(firefox: Firefox) -> None:
        await firefox.open(page)
        await firefox.wait(f"{STATE} === 'ready'")
        await firefox.give("#files", *files)
        await firefox.wait(f"{STATE} === 'done'")
        script = "[...report.querySelectorAll('[data-finding]')].map(item => Number(item.dataset.finding)).sort((a, b) => a - b)"
        assert await firefox.evaluate(f"[...document.querySelectorAll('[data-report]')].map(report => {script})") == expected
        await firefox.evaluate("document.querySelectorAll('[data-action=docx]')[1].click()")
        await firefox.wait(f"{STATE} === 'done' && document.querySelector('#state').textContent.includes('balanced-2024.docx')")
        assert run("export", BALANCED, "-o", tmp_path / "ours.docx").code == 0
        assert contents(downloaded(tmp_path, "balanced-2024.docx")) == contents(tmp_path / "ours.docx")

    with_firefox(job, tmp_path)
