"""Reports for tests: empty, filled with zeros, and random ones that balance."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Mapping
from pathlib import Path

from xltools.form import Form
from xltools.form_loader import load_form
from xltools.report import Breakdown, Report, Value
from xltools.unit import Unit

FORM = load_form()
TEXTS = {
    "overview": "本年度认真做好政府信息公开工作。",
    "problems": "公开的及时性有待提高，已建立提醒制度。",
    "other": "本年度没有收取信息处理费。",
}
COLUMNS = ("natural_person", "business", "research", "public_welfare", "legal_service", "other")


def report(figures: Mapping[str, Value] | None = None, form: Form = FORM, **changes: object) -> Report:
    """A report that is complete and all zeros but for `figures`."""
    filled: dict[str, Value] = {figure.id: 0 for figure in form.inputs}
    fields: dict[str, object] = {
        "form": form,
        "year": 2024,
        "unit": Unit(name="示例县人民政府", short_name="示例县"),
        "figures": {**filled, **(figures or {})},
        "texts": TEXTS,
    }
    return Report(**{**fields, **changes})  # type: ignore[arg-type]


def balanced_figures(seed: int) -> dict[str, Value]:
    """Random inputs of the 2021 form whose columns balance: what was received is what was answered and carried out."""
    dice = random.Random(seed)
    figures: dict[str, Value] = {}
    for figure in FORM.inputs:
        figures[figure.id] = dice.choice((0, 0, dice.randrange(1, 10), dice.randrange(10, 4000)))
    results = [term.figure for relation in FORM.relations if relation.rule == "results-total" for term in relation.right]
    for column in COLUMNS:
        answered = sum(int(str(figures[id])) for id in results if id.endswith(f".{column}") and id in figures)
        carried_in = dice.randrange(0, answered + 1)
        carried_out = dice.randrange(0, 50)
        figures[f"requests.carried_in.{column}"] = carried_in
        figures[f"requests.carried_out.{column}"] = carried_out
        figures[f"requests.received.{column}"] = answered + carried_out - carried_in
    return figures


def contents(path: Path) -> object:
    """What is in a file: of an office file its entries, so that another compressor makes no difference."""
    if path.suffix not in (".xlsx", ".docx"):
        return path.read_bytes()
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def random_breakdown(seed: int) -> Breakdown:
    """A random breakdown whose parts add up to its total."""
    dice = random.Random(seed)
    parts = tuple((f"第{number}类", dice.randrange(0, 500)) for number in range(1, dice.randrange(2, 31)))
    return Breakdown("overview.proactive", "主动公开政府信息", "条", sum(value for _, value in parts), parts)
