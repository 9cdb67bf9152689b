"""The 2019 form holds what its official format prescribes, and says nothing again that the 2021 form says."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import docx
import openpyxl
import pytest

from tests.conftest import Run
from tests.reports import balanced_figures, report
from xltools.form.book import plan_book
from xltools.form.definition import Form
from xltools.form.layout import lay_out
from xltools.form.loader import find_form, list_editions, load_form
from xltools.readers.dispatch import read_report
from xltools.report.report_json import dump_report
from xltools.rules.review import review

NEW = load_form("govinfo-2021")
OLD = load_form("govinfo-2019")
BOOK = plan_book(OLD)
FEES = {
    "overview": "本年度认真做好政府信息公开工作。",
    "problems": "公开的及时性有待提高，已建立提醒制度。",
    "other": "没有其他需要报告的事项。",
}


def names(form: Form = OLD, **changes: object) -> list[str]:
    """The names of the findings of a report of 2020 that is complete and all zeros but for the changes."""
    return [f.rule.name for f in review(report(form=form, **{"year": 2020, "texts": FEES, **changes})).findings]


# ------------------------------------------------------------------------------------------------------- the form


def test_it_serves_the_reports_of_2019_and_2020() -> None:
    assert (OLD.edition, OLD.first_year, OLD.last_year) == ("国办公开办函〔2019〕60号", 2019, 2020)
    assert names() == []
    assert names(year=2021) == ["wrong-edition"]


def test_it_has_198_figures_and_40_relations() -> None:
    assert Counter(figure.table for figure in OLD.figures.values()) == {"disclosure": 22, "requests": 161, "litigation": 15}
    assert Counter(relation.rule for relation in OLD.relations) == {
        "row-total": 23,
        "results-total": 7,
        "unbalanced": 7,
        "block-total": 3,
    }
    assert [len(r.right) for r in OLD.relations if r.rule == "results-total"] == [19] * 7


def test_what_was_carried_out_is_compared_and_nothing_else_with_the_year_before() -> None:
    assert [relation.rule for relation in OLD.year_relations] == ["carry-over-mismatch"] * 7


def test_nothing_of_it_speaks_of_the_notice_that_came_after() -> None:
    for text in (*OLD.sources.values(), *(relation.basis for relation in OLD.relations), *(figure.help for figure in OLD.inputs)):
        assert NEW.edition not in text


def test_only_changes_may_be_negative_and_only_the_sum_spent_is_money() -> None:
    figures = OLD.figures.values()
    assert {f.column for f in figures if f.domain == "signed"} == {"change"}
    assert [(f.id, f.unit, f.places) for f in figures if f.domain == "amount"] == [("disclosure.procurement.amount", "元", 2)]
    assert {f.unit for f in figures if f.column in ("last_year_items", "change")} == {"项"}


def test_every_input_says_what_to_fill_in() -> None:
    for figure in OLD.inputs:
        assert 8 <= len(figure.help) <= 255, figure.id


# ------------------------------------------------------------------------------------------------ the two editions


def test_a_cell_id_of_both_means_the_same_and_all_of_tables_three_and_four_are_of_both_but_one_row() -> None:
    assert OLD.like is not None
    assert OLD.like.id == NEW.id
    own = {figure.row for figure in OLD.figures.values() if figure.id not in NEW.figures and figure.table != "disclosure"}
    assert own == {"otherwise"}
    assert [id for id in OLD.figures if id in NEW.figures and id.startswith("disclosure.")] == [
        "disclosure.rules.made",
        "disclosure.normative_documents.made",
        "disclosure.licensing.decisions",
        "disclosure.penalties.decisions",
        "disclosure.coercion.decisions",
    ]


def test_the_sections_are_those_of_2021_with_the_same_further_titles() -> None:
    assert [(s.key, s.title, s.also, s.table) for s in OLD.sections] == [(s.key, s.title, s.also, s.table) for s in NEW.sections]
    assert "概述" in OLD.section_by_key["overview"].also


def test_prose_is_compared_with_the_figures_that_both_editions_have() -> None:
    lost = {f"{what}{of}" for what in ("废止", "现行有效") for of in ("规章", "行政规范性文件")} | {"行政事业性收费"}
    assert {m.name for m in NEW.mentions} - {m.name for m in OLD.mentions} == lost
    assert all(id in OLD.figures for mention in OLD.mentions for ids in mention.means for id in ids)
    said = {**FEES, "overview": "全年收到政府信息公开申请5件，其他处理3件。制发规范性文件2件。"}
    assert names(texts=said) == ["prose-table-mismatch"] * 3


def test_the_fee_for_information_need_not_be_mentioned() -> None:
    assert names() == []
    assert names(NEW, year=2021) == ["fee-statement"]


# ------------------------------------------------------------------------------------------------------- its files


@pytest.fixture
def workbook(tmp_path: Path, run: Run) -> Path:
    """A workbook for 2020 with every figure 0."""
    target = tmp_path / "2020.xlsx"
    outcome = run("template", "--form", "govinfo-2019", "--year", 2020, "--unit", "示例县人民政府", "--zeros", "-o", target)
    assert outcome.code == 0, outcome.err
    return target


def type_in(path: Path, **figures: object) -> None:
    """Types into the cells of figures; `__` stands for a dot."""
    opened = openpyxl.load_workbook(path)
    for id, value in figures.items():
        place = BOOK.figures[id.replace("__", ".")]
        opened[place.sheet][place.address] = value
    for key, text in FEES.items():
        place = BOOK.texts[key].paragraphs[0]
        opened[place.sheet][place.address] = text
    opened.save(path)


@pytest.mark.parametrize(
    ("figure", "typed", "meant"),
    [
        ("disclosure__licensing__change", -8, -8),
        ("disclosure__licensing__change", "+1036", 1036),
        ("disclosure__licensing__change", "－３项", -3),
        ("disclosure__procurement__amount", "251000元", 251000),
        ("disclosure__procurement__amount", "25.1万元", 251000),
        ("disclosure__procurement__amount", "25.1亿元", 2_510_000_000),
        ("disclosure__procurement__amount", "25.1万", "25.1万"),
        ("disclosure__procurement__projects", "6个", 6),
        ("disclosure__penalties__decisions", "25.1万元", "25.1万元"),
    ],
)
def test_what_offices_type_is_understood_where_there_is_no_doubt(workbook: Path, figure: str, typed: object, meant: object) -> None:
    type_in(workbook, **{figure: typed})
    assert read_report(workbook, find_form(None)).figures[figure.replace("__", ".")] == meant


def test_a_change_below_zero_is_right_and_a_count_below_zero_is_not(workbook: Path, run: Run) -> None:
    type_in(workbook, disclosure__licensing__change=-8)
    assert run("check", workbook).code == 0
    type_in(workbook, disclosure__licensing__last_year_items=-8)
    outcome = run("check", workbook)
    assert outcome.code == 1
    assert "V103" in outcome.out


def test_money_finer_than_a_fen_is_found(workbook: Path, run: Run) -> None:
    type_in(workbook, disclosure__procurement__amount=251000.25)
    assert run("check", workbook).code == 0
    type_in(workbook, disclosure__procurement__amount=251000.255)
    assert "小数超过2位" in run("check", workbook).out


def test_the_cells_take_what_their_column_allows(workbook: Path) -> None:
    sheet = openpyxl.load_workbook(workbook)["二、主动公开"]
    allowed = {str(cell): rule for rule in sheet.data_validations.dataValidation for cell in rule.sqref.ranges}
    change = BOOK.figures["disclosure.licensing.change"].address
    amount = BOOK.figures["disclosure.procurement.amount"].address
    assert (allowed[change].type, allowed[change].operator) == ("whole", None)
    assert "ROUND" in allowed[amount].formula1
    assert ",2)=" in allowed[amount].formula1


def test_a_filled_report_comes_out_as_a_document_with_the_official_tables(workbook: Path, run: Run, tmp_path: Path) -> None:
    type_in(workbook, disclosure__procurement__projects=6, disclosure__procurement__amount=251000, disclosure__rules__made=2)
    target = tmp_path / "2020.docx"
    assert run("export", workbook, "-o", target).code == 0
    document = docx.Document(str(target))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "关于政府信息公开工作年度报告有关事项的通知》（国办公开办函〔2019〕60号）编制" in text
    assert "新制作规章2件" in text
    assert "实施政府集中采购项目6个，采购总金额251000元" in text
    assert "现行有效" not in text
    for table, made in zip(OLD.tables, document.tables, strict=True):
        for cell in lay_out(table).headings:
            assert made.cell(cell.row, cell.column).text == cell.text


def test_its_json_becomes_the_same_workbook_again(run: Run, tmp_path: Path) -> None:
    source, filled, again = tmp_path / "a.json", tmp_path / "a.xlsx", tmp_path / "b.json"
    source.write_text(dump_report(report(balanced_figures(4, OLD), OLD, year=2019)), encoding="utf-8")
    assert run("import", source, "-o", filled).code == 0
    assert run("check", filled).code == 0
    assert run("export", filled, "-o", again).code == 0
    exported = json.loads(again.read_text(encoding="utf-8"))
    assert exported.pop("seal")
    assert exported == json.loads(source.read_text(encoding="utf-8"))


def test_each_edition_leads_to_the_other() -> None:
    assert [form.id for form in list_editions(NEW)] == ["govinfo-2021", "govinfo-2019"]
    assert [form.id for form in list_editions(OLD)] == ["govinfo-2019", "govinfo-2021"]


def test_it_is_among_the_forms_that_come_with_the_program(run: Run) -> None:
    assert "govinfo-2019　政府信息公开工作年度报告（国办公开办函〔2019〕60号，2019至2020年度）" in run("forms").out
