"""The finished report as a web page: its markup, what it says of its tables, and what a browser makes of it."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import pdfplumber
import pytest

from tests.browser import measure, print_page
from tests.finished import DISTINCT, FORM, OTHER_FORM, TEXTS, UNIT
from tests.reports import report
from tools.make_samples import sample_sources
from xltools.documents import html as page_module
from xltools.documents.blocks import HeadingBlock, ParagraphBlock, TableBlock, compose
from xltools.documents.html import write_html
from xltools.form.definition import PageNumbers
from xltools.form.layout import lay_out
from xltools.form.loader import find_form, load_form
from xltools.readers.dispatch import read_report
from xltools.report.filled import Report, Value

REPORT = Report(FORM, 2024, UNIT, DISTINCT | {"disclosure.fees.amount": Decimal("59237.2449")}, TEXTS)
OLD_FORM = load_form("govinfo-2019")
SAMPLES = [read_report(path, find_form(None)) for path in sample_sources()]
HOSTILE = (
    "<script>alert(1)</script>",
    "</style></p><h1>假标题",
    "<!--",
    "]]>",
    "&lt;b&gt; &copy; &#0; & \" '",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}",
    "# 标题",
    "http://www.example.gov.cn/" + "a" * 500,
    "甲\x00\x1b\ud800\uffff乙",
)


def parse(page: str) -> Element:
    """The page as a browser takes it, which must find no fault with it."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    root = parser.parse(page)
    assert isinstance(root, Element)
    return root


def text_of(element: Element) -> str:
    """The text of an element and of what is in it."""
    return "".join(element.itertext())


def attacked(hostile: str) -> Report:
    """A report with this text wherever staff can type one."""
    unit = replace(UNIT, name=hostile, short_name=hostile, address=hostile)
    texts = dict.fromkeys((section.key for section in FORM.texts), f"{hostile}\n{hostile}")
    return replace(REPORT, unit=unit, texts=texts, figures=DISTINCT | {"requests.received.other": hostile})


def other_form(folder: Path) -> Report:
    """A report of a form with other axes, blocks of different widths among them."""
    (folder / "form.toml").write_text(OTHER_FORM, encoding="utf-8")
    form = load_form(str(folder))
    return Report(form, 2024, UNIT, {id: number for number, id in enumerate(form.figures, start=1)}, {})


class TestMarkup:
    @pytest.mark.parametrize("draft", [False, True])
    @pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: f"{sample.unit.title_name}-{sample.year}")
    def test_a_strict_parser_finds_no_fault(self, sample: Report, draft: bool) -> None:
        root = parse(write_html(sample, draft=draft))
        assert root.get("lang") == "zh-CN"
        assert next(each.get("charset") for each in root.iter("meta")) == "utf-8"
        assert {each.get("name") for each in root.iter("meta")} >= {"viewport"}
        assert len(list(root.iter("main"))) == len(list(root.iter("article"))) == 1

    def test_the_title_and_the_blocks_stand_in_their_order(self) -> None:
        root = parse(write_html(REPORT))
        (title,) = root.iter("title")
        assert title.text == "某某县2024年政府信息公开工作年度报告"
        (article,) = root.iter("article")
        tags = {ParagraphBlock: "p", TableBlock: "section"}
        assert [(each.tag, text_of(each) if each.tag != "section" else "") for each in article] == [
            (tags.get(type(block)) or f"h{block.level + 1}", "" if isinstance(block, TableBlock) else block.text)  # type: ignore[union-attr]
            for block in compose(REPORT)
        ]

    @pytest.mark.parametrize("hostile", HOSTILE)
    def test_whatever_staff_type_is_text_and_never_markup(self, hostile: str) -> None:
        written = attacked(hostile)
        root = parse(write_html(written))
        printed = "甲乙" if hostile.startswith("甲") else hostile
        expected = parse(write_html(replace(REPORT, texts=dict.fromkeys(written.texts, "甲\n乙"))))
        assert [each.tag for each in root.iter()] == [each.tag for each in expected.iter()]
        assert [text_of(each) for each in root.iter("p")].count(printed) >= 2
        assert printed in [text_of(each) for each in root.iter("td")]
        assert text_of(next(root.iter("h1"))).startswith(printed)

    def test_the_page_loads_nothing_and_runs_nothing(self) -> None:
        page = write_html(REPORT, draft=True)
        root = parse(page)
        assert not {each.tag for each in root.iter()} & {"script", "link", "img", "iframe", "object", "a"}
        assert not {name for each in root.iter() for name in each.attrib} & {"src", "href", "style", "onload"}
        (style,) = root.iter("style")
        assert not re.search(r"url\(|@import|https?:", text_of(style))

    @pytest.mark.parametrize(("where", "is_centred"), [("outside", False), ("centred", True)])
    def test_a_form_has_its_page_numbers_outside_or_centred(self, where: PageNumbers, is_centred: bool) -> None:
        page = write_html(replace(REPORT, form=replace(FORM, page_numbers=where)))
        assert ("@bottom-center" in page) is is_centred

    @pytest.mark.parametrize("draft", [False, True])
    def test_the_same_report_gives_the_same_page(self, draft: bool) -> None:
        assert write_html(REPORT, draft=draft) == write_html(replace(REPORT), draft=draft)

    def test_no_heading_is_more_than_one_level_below_the_one_before_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        blocks = (HeadingBlock(3, "一"), HeadingBlock(3, "二"), HeadingBlock(1, "三"), HeadingBlock(3, "四"))
        monkeypatch.setattr(page_module.blocks, "compose", lambda _: blocks)
        (article,) = parse(write_html(REPORT)).iter("article")
        assert [each.tag for each in article] == ["h1", "h2", "h2", "h3"]


def grid(table: Element) -> dict[tuple[int, int], Element]:
    """The cell at each row and column; rows that overlap are an error."""
    taken: dict[tuple[int, int], Element] = {}
    for row, line in enumerate(table.iter("tr")):
        column = 0
        for cell in line:
            while (row, column) in taken:
                column += 1
            for down in range(int(cell.get("rowspan", 1))):
                for right in range(int(cell.get("colspan", 1))):
                    assert (row + down, column + right) not in taken
                    taken[row + down, column + right] = cell
    return taken


class TestTables:
    @pytest.mark.parametrize("form", [FORM, OLD_FORM], ids=lambda form: form.id)
    def test_every_cell_covers_what_the_layout_says_and_holds_its_label_or_figure(self, form: object) -> None:
        filled = report(form=form, figures={}) if form is OLD_FORM else REPORT
        tables = list(parse(write_html(filled)).iter("table"))
        for table, element in zip(filled.form.tables, tables, strict=True):
            layout, cells = lay_out(table), grid(element)
            assert len(cells) == layout.rows * layout.columns
            for cell in layout.cells:
                covered = {
                    cells[row, column]
                    for row in range(cell.row, cell.row + cell.rowspan)
                    for column in range(cell.column, cell.column + cell.colspan)
                }
                assert len(covered) == 1
                (found,) = covered
                assert text_of(found) == (shown(filled, cell.figure) if cell.figure else cell.text)
                assert found.tag == ("td" if cell.figure else "th")

    def test_places_that_no_cell_covers_are_empty_cells(self, tmp_path: Path) -> None:
        page = parse(write_html(other_form(tmp_path)))
        first = next(page.iter("table"))
        assert [[text_of(cell) for cell in row] for row in first.iter("tr")] == [
            ["上半部"],
            ["项目", "甲", "乙", "丙"],
            ["大类", "小类", "1", "2", "3"],
            ["项目", "丁", "", "", ""],
            ["其他", "4", "", "", ""],
        ]
        assert sorted(grid(first)) == [(row, column) for row in range(5) for column in range(5)]

    def test_every_figure_names_the_labels_it_stands_under(self) -> None:
        for table, element in zip(FORM.tables, parse(write_html(REPORT)).iter("table"), strict=True):
            layout, cells = lay_out(table), grid(element)
            labels = {each.get("id"): text_of(each) for each in element.iter("th") if each.get("id")}
            titles = {cell.row: cell.text for cell in layout.cells if cell.kind == "title"}
            for id, cell in layout.figures.items():
                above = [titles[row] for row in sorted(titles) if row < cell.row][-1:]
                headers = cells[cell.row, cell.column].get("headers", "").split()
                assert [labels[header] for header in headers] == [*above, *FORM.figures[id].path]

    def test_no_id_stands_twice(self) -> None:
        ids = [each.get("id") for each in parse(write_html(REPORT)).iter() if each.get("id")]
        assert len(ids) == len(set(ids))

    def test_each_label_says_whether_it_speaks_of_one_row_or_column_or_of_several(self) -> None:
        scopes = {text_of(each): each.get("scope") for each in parse(write_html(REPORT)).iter("th")}
        assert set(scopes.values()) == {"col", "colgroup", "row", "rowgroup"}
        expected = {
            "第二十条第（一）项": "rowgroup",
            "本年处理决定数量": "col",
            "行政许可": "row",
            "申请人情况": "colgroup",
            "法人或其他组织": "colgroup",
            "自然人": "col",
            "一、本年新收政府信息公开申请数量": "row",
            "三、本年度办理结果": "rowgroup",
            "（三）不予公开": "rowgroup",
            "1.属于国家秘密": "row",
            "（七）总计": "row",
            "行政诉讼": "colgroup",
            "未经复议直接起诉": "colgroup",
            "尚未审结": "col",
        }
        assert {label: scopes[label] for label in expected} == expected

    def test_a_simple_table_needs_no_ids(self, tmp_path: Path) -> None:
        second = list(parse(write_html(other_form(tmp_path))).iter("table"))[1]
        assert [(each.tag, each.get("scope"), each.get("headers")) for row in second.iter("tr") for each in row] == [
            ("th", "col", None),
            ("td", None, None),
        ]

    def test_header_rows_are_a_thead_and_each_block_is_a_tbody(self) -> None:
        parts = [
            [(part.tag, len(part)) for part in table if part.tag in ("thead", "tbody")] for table in parse(write_html(REPORT)).iter("table")
        ]
        assert parts == [
            [("tbody", 4), ("tbody", 3), ("tbody", 4), ("tbody", 3)],
            [("thead", 3), ("tbody", 25)],
            [("thead", 3), ("tbody", 1)],
        ]

    def test_each_table_has_a_caption_and_stands_in_a_region_of_that_name_that_the_keyboard_reaches(self) -> None:
        regions = list(parse(write_html(REPORT)).iter("section"))
        for table, region in zip(FORM.tables, regions, strict=True):
            (caption,) = region.iter("caption")
            assert text_of(caption) == FORM.section_of_table[table.key].title
            assert (region.get("tabindex"), region.get("aria-labelledby")) == ("0", caption.get("id"))

    def test_a_blank_figure_is_an_empty_cell_and_text_stands_as_typed(self) -> None:
        figures: dict[str, Value] = {**dict.fromkeys(DISTINCT), "disclosure.rules.made": "/", "disclosure.fees.amount": Decimal("0.000001")}
        table = next(parse(write_html(replace(REPORT, figures=figures))).iter("table"))
        cells = grid(table)
        assert [text_of(cells[2, column]) for column in (1, 2, 3)] == ["/", "", ""]
        assert text_of(cells[13, 1]) == "0.000001"


def shown(filled: Report, id: str) -> str:
    """What stands in the cell of a figure."""
    return "59237.2449" if id == "disclosure.fees.amount" and filled is REPORT else str(filled.shown(id))


def luminance(colour: str) -> float:
    """The relative luminance of a colour, as WCAG defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


class TestColours:
    @pytest.mark.parametrize("number", [0, 1], ids=["light", "dark"])
    def test_text_can_be_read_on_everything_it_stands_on(self, number: int) -> None:
        style = text_of(next(parse(write_html(REPORT, draft=True)).iter("style")))
        palettes = [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", part)) for part in re.findall(r":root \{(.*?)\}", style, re.DOTALL)]
        light, dark, *_ = [palette for palette in palettes if "page" in palette]
        (draft,) = [palette for palette in palettes if "alert" in palette]
        colours = {**light, **(dark if number else {}), **draft}
        for ink, ground, least in (
            *(("ink", ground, 4.5) for ground in ("page", "head", "shade")),
            ("on-alert", "alert", 4.5),
            ("line", "page", 3.0),
            ("focus", "page", 3.0),
        ):
            assert contrast(colours[ink], colours[ground]) >= least, (ink, ground)

    def test_every_colour_is_one_of_those(self) -> None:
        style = text_of(next(parse(write_html(REPORT, draft=True)).iter("style")))
        rules = re.sub(r"--[\w-]+:[^;]*;", "", style)
        assert set(re.findall(r"#[0-9a-f]{3,8}", rules)) <= {"#000000"}  # the lines of a printed table


class TestDraft:
    def test_a_draft_says_so_in_its_title_at_its_top_and_to_search_engines(self) -> None:
        root = parse(write_html(REPORT, draft=True))
        assert text_of(next(root.iter("title"))).startswith("草稿：")
        assert text_of(next(iter(next(root.iter("main"))))) == "草稿：仅供核对，不得公布。"
        assert [each.get("content") for each in root.iter("meta") if each.get("name") == "robots"] == ["noindex"]

    def test_a_finished_report_says_nothing_of_it(self) -> None:
        page = write_html(REPORT)
        assert "草稿" not in page
        assert "noindex" not in page


@pytest.mark.trial
class TestBrowser:
    @pytest.mark.parametrize("width", [360, 1280])
    def test_the_page_never_scrolls_sideways_only_wide_tables_do(self, width: int, tmp_path: Path) -> None:
        long = {**TEXTS, "overview.platform": f"网址http://www.example.gov.cn/{'a' * 300}。"}
        page, *regions = measure(write_html(replace(REPORT, texts=long), draft=True), width, tmp_path)
        assert page.content <= page.shown <= width
        assert [region.content > region.shown for region in regions] == [False, width == 360, width == 360]

    @pytest.mark.parametrize("draft", [False, True])
    def test_the_printed_pages_are_a4_and_hold_every_figure(self, draft: bool, tmp_path: Path) -> None:
        with pdfplumber.open(print_page(write_html(REPORT, draft=draft), tmp_path)) as pdf:
            sizes = {(round(page.width / 72 * 25.4), round(page.height / 72 * 25.4)) for page in pdf.pages}
            words = [[word["text"] for word in page.extract_words()] for page in pdf.pages]
        assert sizes == {(210, 297)}
        printed = {word for page in words for word in page}
        assert {shown(REPORT, id) for id in FORM.figures} - printed == set()
        for number, page in enumerate(words, start=1):
            assert page[-3:] == ["—", str(number), "—"]
            assert ("草稿" in page) is draft
