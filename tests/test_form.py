"""The 2021 form holds what the official format prescribes: figures, relations, sections, and a help text for every input."""

from __future__ import annotations

import csv
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from xltools.errors import XltoolsError
from xltools.form.definition import Figure, Form
from xltools.form.loader import find_form, list_forms, load_form
from xltools.form.relations import Relation

OFFICIAL = Path(__file__).parent / "official" / "govinfo-2021.cells.csv"
CELLS = list(csv.DictReader(OFFICIAL.read_text(encoding="utf-8-sig").splitlines()))
TABLES = {"二": "disclosure", "三": "requests", "四": "litigation"}
DOMAINS = {"integer>=0": "count", "decimal>=0": "amount"}
APPLICANT = "申请人情况"


def test_the_form_has_the_200_official_figures_in_order(form: Form) -> None:
    assert len(CELLS) == 200
    assert list(form.figures) == [cell["cell_id"] for cell in CELLS]


def test_every_figure_is_what_the_official_list_says(form: Form) -> None:
    ours = [(figure.id, figure.table, figure.kind, figure.unit, figure.domain) for figure in form.figures.values()]
    official = [(cell["cell_id"], TABLES[cell["table"]], cell["kind"], cell["unit"], DOMAINS[cell["domain"]]) for cell in CELLS]
    assert ours == official


def test_every_figure_stands_in_its_official_row_and_column(form: Form) -> None:
    official = {cell["cell_id"]: [*cell["row"].split(" / "), *cell["column"].split(" / ")] for cell in CELLS}
    assert {id: _labels(form, figure) for id, figure in form.figures.items()} == {
        id: [label for label in labels if label != APPLICANT] for id, labels in official.items()
    }


def _labels(form: Form, figure: Figure) -> list[str]:
    """The labels of a figure's block, row and column; the official list leaves out the one heading above all columns of 表三."""
    table = next(table for table in form.tables if table.key == figure.table)
    title = next((block.title for block in table.blocks if figure.row in block.rows.by_key), None)
    return [label for label in (title, *figure.path) if label and label != APPLICANT]


def test_the_form_has_166_inputs_and_34_totals(form: Form) -> None:
    assert Counter(figure.kind for figure in form.figures.values()) == {"input": 166, "total": 34}
    assert len(form.inputs) == 166


def test_every_total_is_computed_and_no_input_is(form: Form) -> None:
    assert set(form.definitions) == {figure.id for figure in form.figures.values() if figure.kind == "total"}


# ------------------------------------------------------------------------------------------------------- relations


def test_the_form_has_the_42_relations(form: Form) -> None:
    assert Counter(relation.rule for relation in form.relations) == {
        "row-total": 25,
        "results-total": 7,
        "unbalanced": 7,
        "block-total": 3,
    }
    assert len({relation.id for relation in form.relations}) == 42


def test_every_relation_quotes_its_source(form: Form) -> None:
    for relation in (*form.relations, *form.year_relations):
        assert len(relation.basis) > 10, relation
        assert relation.subject, relation


def _relation(form: Form, id: str) -> Relation:
    return next(relation for relation in form.relations if relation.id == id)


def test_a_row_total_names_the_total_first_and_then_the_six_columns(form: Form) -> None:
    columns = ("total", "natural_person", "business", "research", "public_welfare", "legal_service", "other")
    relation = _relation(form, "row-total:requests.received.total")
    assert relation.figures == tuple(f"requests.received.{column}" for column in columns)


def test_a_results_total_names_the_total_first_and_then_all_21_results(form: Form) -> None:
    relation = _relation(form, "results-total:requests.results.business")
    results = [cell["cell_id"] for cell in CELLS if cell["cell_id"].startswith("requests.") and cell["cell_id"].endswith(".business")]
    assert relation.figures == ("requests.results.business", *results[2:-2])
    assert len(relation.right) == 21


def test_a_balance_names_what_was_carried_out_first(form: Form) -> None:
    relation = _relation(form, "unbalanced:requests.carried_out.other")
    assert relation.figures == tuple(f"requests.{row}.other" for row in ("carried_out", "received", "carried_in", "results"))
    assert [term.figure for term in relation.right] == ["requests.results.other", "requests.carried_out.other"]


def test_a_block_total_names_the_total_first_and_then_the_four_outcomes(form: Form) -> None:
    relation = _relation(form, "block-total:litigation.suit_direct.total")
    outcomes = ("total", "upheld", "corrected", "other", "pending")
    assert relation.figures == tuple(f"litigation.suit_direct.{outcome}" for outcome in outcomes)


def test_what_last_year_carried_out_is_what_this_year_carried_in(form: Form) -> None:
    carried = [relation for relation in form.year_relations if relation.rule == "carry-over-mismatch"]
    pairs = {relation.this[0].figure: relation.last[0].figure for relation in carried}
    assert len(pairs) == 7
    assert all(last == this.replace("carried_in", "carried_out") for this, last in pairs.items())


# -------------------------------------------------------------------------------------------------- sections, prose


def test_the_six_sections_have_their_official_titles(form: Form) -> None:
    assert [section.title for section in form.sections if not section.parent and section.heading] == [
        "一、总体情况",
        "二、主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况",
        "四、政府信息公开行政复议、行政诉讼情况",
        "五、存在的主要问题及改进情况",
        "六、其他需要报告的事项",
    ]


def test_the_overview_has_the_five_topics(form: Form) -> None:
    topics = [section.title for section in form.sections if section.parent == "overview"]
    assert topics == ["（一）主动公开", "（二）依申请公开", "（三）政府信息管理", "（四）政府信息公开平台建设", "（五）监督保障"]


def test_the_prose_has_the_keys_of_the_contract(form: Form) -> None:
    topics = ("proactive", "on_request", "management", "platform", "supervision")
    keys = ["preface", "overview", *(f"overview.{topic}" for topic in topics), "problems", "other"]
    assert [section.key for section in form.texts] == keys


def test_each_table_stands_in_its_section(form: Form) -> None:
    assert {key: section.title[0] for key, section in form.section_of_table.items()} == {
        "disclosure": "二",
        "requests": "三",
        "litigation": "四",
    }


# ------------------------------------------------------------------------------------------------------ help, names


def test_every_input_says_what_to_fill_in_within_what_a_prompt_can_show(form: Form) -> None:
    for figure in form.inputs:
        assert 8 <= len(figure.help) <= 255, figure.id


def test_a_help_text_names_the_article_it_follows(form: Form) -> None:
    texts = {figure.help for figure in form.inputs}
    assert sum(bool(re.search("《条例》第[一二三四五六七八九十]+条", text)) for text in texts) > 20


def test_no_two_figures_have_the_same_name_in_prose(form: Form) -> None:
    names = Counter(figure.name for figure in form.figures.values())
    assert [name for name, times in names.items() if times > 1 or not name] == []


def test_a_name_in_prose_is_the_sum_of_figures_that_are_there(form: Form) -> None:
    assert form.quantities["新收申请总数"] == ("requests.received.total",)
    assert len(form.quantities["不予公开总数"]) == 8
    for name, ids in form.quantities.items():
        assert ids, name
        assert set(ids) <= set(form.figures), name


# --------------------------------------------------------------------------------------------------------- loading


def test_the_form_is_among_those_that_come_with_the_program(form: Form) -> None:
    assert "govinfo-2021" in [other.id for other in list_forms()]
    assert (form.version, form.edition, form.first_year, form.last_year) == (2, "国办公开办函〔2021〕30号", 2021, None)


def test_a_form_is_found_by_its_folder_too(form: Form) -> None:
    assert list(load_form(str(form.folder)).figures) == list(form.figures)


def test_a_form_that_is_not_there_is_one_line_that_says_what_to_do() -> None:
    with pytest.raises(XltoolsError, match="没有名为“govinfo-1999”的表式。用 xltools forms"):
        load_form("govinfo-1999")


def test_a_folder_given_by_a_relative_name_is_that_of_the_present_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("tiny", "procurement"):
        shutil.copytree(Path(__file__).parent / "forms" / name, tmp_path / name / "own")
        monkeypatch.chdir(tmp_path / name)
        assert find_form("own")(None).id == load_form("own").id
