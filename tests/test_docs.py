"""The documents for staff say what the program says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tools import make_checks_page, make_leaflet, make_rooms_picture, make_rules_page
from tools.make_checks_page import EXAMPLE, checks_page, told
from tools.make_rules_page import rules_page
from xltools.rules.registry import RULES

ROOT = Path(__file__).parent.parent
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
LINK = re.compile(r"\]\((?!https?:)([^)#]+)?(?:#([^)]+))?\)")
FINDING = re.compile(r"^([A-Z]\d{3}) ", re.MULTILINE)
CHECKS = make_checks_page.PAGE.read_text(encoding="utf-8")
EXAMPLES = [(json.loads(found["json"]), found["told"]) for found in EXAMPLE.finditer(CHECKS)]


def test_the_picture_of_the_rooms_is_that_of_the_package() -> None:
    assert make_rooms_picture.PICTURE.read_text(encoding="utf-8") == make_rooms_picture.picture(), "run tools/make_rooms_picture.py"


def test_the_leaflet_is_the_one_that_its_text_gives() -> None:
    assert make_leaflet.LEAFLET.read_bytes() == make_leaflet.make_leaflet(), "run tools/make_leaflet.py"


def test_a_report_without_faults_is_told_to_have_none() -> None:
    assert told({}) == "没有发现问题。\n"


def test_the_page_of_rules_is_the_one_that_the_registry_gives() -> None:
    assert make_rules_page.PAGE.read_text(encoding="utf-8") == rules_page(), "run tools/make_rules_page.py"


def test_every_rule_is_on_the_page_with_all_that_staff_should_know() -> None:
    page = rules_page()
    for rule in RULES:
        for text in (f"### {rule.code} {rule.name}\n", rule.title, rule.explanation, rule.reason):
            assert text in page


@pytest.mark.trial
def test_the_examples_say_what_the_program_says_today() -> None:
    assert checks_page(CHECKS) == CHECKS, "run tools/make_checks_page.py, and read what has changed"


def test_every_rule_has_an_example() -> None:
    shown = {code for _, text in EXAMPLES for code in FINDING.findall(text)}
    assert shown == {rule.code for rule in RULES}


def test_every_example_shows_what_it_is_meant_to() -> None:
    for example, text in EXAMPLES[1:]:
        codes = set(FINDING.findall(text))
        assert codes == set(example.get("show", codes))
        assert codes


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_between_the_documents_lead_somewhere(path: Path) -> None:
    for target, anchor in LINK.findall(path.read_text(encoding="utf-8")):
        file = path.parent / target if target else path
        assert file.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in [heading.lower().replace(" ", "-") for heading in headings], anchor
