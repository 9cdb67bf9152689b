"""Reports for tests: empty, filled with zeros, and random ones that balance."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Mapping
from pathlib import Path

from xltools.form.definition import Form
from xltools.form.loader import find_form, load_form
from xltools.form.unit import Unit
from xltools.readers.dispatch import read_report
from xltools.report.filled import Breakdown, Report, Value
from xltools.report.report_json import dump_report
from xltools.rules.review import review
from xltools.workbook.locked_workbook import write_workbook

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


def balanced_figures(seed: int, form: Form = FORM) -> dict[str, Value]:
    """Random inputs whose columns balance: what was received is what was answered and carried out."""
    dice = random.Random(seed)
    figures: dict[str, Value] = {}
    for figure in form.inputs:
        figures[figure.id] = dice.choice((0, 0, dice.randrange(1, 10), dice.randrange(10, 4000)))
    figures |= dict.fromkeys((id for id in figures if id.startswith("litigation.suit_direct.")), 0)  # which V110 asks about
    results = [term.figure for relation in form.relations if relation.rule == "results-total" for term in relation.right]
    for column in COLUMNS:
        answered = sum(int(str(figures[id])) for id in results if id.endswith(f".{column}") and id in figures)
        carried_in = dice.randrange(0, answered + 1)
        carried_out = dice.randrange(0, 50)
        figures[f"requests.carried_in.{column}"] = carried_in
        figures[f"requests.carried_out.{column}"] = carried_out
        figures[f"requests.received.{column}"] = answered + carried_out - carried_in
    return figures


def codes(source: Report, previous: Report | None = None) -> list[str]:
    """The codes of all that a check finds in a report, whatever the family."""
    return [finding.rule.code for finding in review(source, previous).findings]


def names(source: Report) -> set[str]:
    """The names of the rules that find something in a report."""
    return {finding.rule.name for finding in review(source).findings}


def found_in(source: Report) -> list[str]:
    """What is found in a report: the name of each rule, and the first figure that it speaks of."""
    return [f"{finding.rule.name} {next(iter(finding.fault.figures), '')}" for finding in review(source).findings]


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


CLAUSES = (
    "认真落实《中华人民共和国政府信息公开条例》",
    "通过门户网站（http://www.example.gov.cn/zwgk/index.html）公开信息{}条",
    "举办“政府开放日”活动{}场",
    "较上年增长{}.{}%",
    "坚持“以公开为常态、不公开为例外”",
    "开展培训{}次，参训{}人次",
    "建立A、B岗制度和24小时值班制度",
    "回复12345热线工单{}件",
    "依托“互联网+政务服务”平台公开办事指南{}项",
    "邀请人大代表、政协委员及群众代表{}名参加",
    "用好Wechat公众号和App客户端两个平台",
)


def random_prose(dice: random.Random) -> str:
    """A few paragraphs as reports have them: Chinese with numbers, Latin words, quotation marks and addresses, short and long."""
    paragraphs = []
    for _ in range(dice.randrange(1, 4)):
        sentences = []
        for _ in range(dice.randrange(1, 5)):
            clauses = (dice.choice(CLAUSES).format(*(dice.randrange(1, 3000) for _ in range(2))) for _ in range(dice.randrange(1, 4)))
            sentences.append("，".join(clauses) + dice.choice("。。。；"))
        paragraphs.append("".join(sentences).rstrip("；") + "。")
    return "\n".join(paragraph.replace("。。", "。") for paragraph in paragraphs)


def random_published(seed: int, form: Form = FORM) -> Report:
    """A random report with prose in some or all of its sections, whether it balances or not."""
    dice = random.Random(7000 + seed)
    figures = balanced_figures(seed, form)
    for id in dice.sample(sorted(figures), 5):
        figures[id] = dice.choice((None, dice.randrange(0, 90), 123456))
    texts = {section.key: random_prose(dice) for section in form.texts if section.required or dice.random() < 0.7}
    if dice.random() < 0.5:
        texts["problems"] = f"（一）存在的主要困难\n{texts['problems']}\n（二）下一步打算\n{random_prose(dice)}"
    name = dice.choice(("示例市人民政府", "样本县财政局", "范例镇人民政府", "上海市示例区卫生健康委员会"))
    return Report(form=form, year=dice.choice((2021, 2022, 2023, 2024)), unit=Unit(name=name), figures=figures, texts=texts)


_made: dict[str, bytes] = {}


def unit_workbook(filled: Report) -> bytes:
    """The workbook of a report that is all in its JSON; what many tests hand in is written once a process."""
    key = dump_report(filled)
    if key not in _made:
        _made[key] = write_workbook(filled)
    return _made[key]


def as_workbook(path: Path, filled: Report) -> Path:
    """Write a report as a workbook, and return where."""
    path.write_bytes(write_workbook(filled))
    return path


def as_json(path: Path, filled: Report) -> Path:
    """Write a report as JSON, and return where."""
    path.write_text(dump_report(filled), encoding="utf-8")
    return path


def report_in(path: Path) -> Report:
    """Return the report in a file."""
    return read_report(path, find_form(None))
