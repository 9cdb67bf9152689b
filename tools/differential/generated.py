"""Reports made at random from a fixed seed, as report JSON: half of them balance, the other half are broken in many ways."""

from __future__ import annotations

import random
from typing import Any

Json = dict[str, Any]

COLUMNS = ("natural_person", "business", "research", "public_welfare", "legal_service", "other")
KINDS = ("乡镇动态", "政府文件", "公示公告", "财政信息", "政策解读", "人事信息", "办事指南", "重点领域")
SENTENCES = (
    "本年度认真贯彻落实《中华人民共和国政府信息公开条例》，扎实做好政府信息公开各项工作。",
    "举办“政府开放日”活动{}场，邀请群众代表{}名参加。",
    "通过门户网站公开办事指南{}项，回复热线工单{}件。",
    "开展业务培训{}次，参训{}人次。",
    "主动公开数量较上年增长{}.{}%。",
)


def make_report(number: int, blank: Json, broken: bool) -> Json:
    """Return the report of one number, made from the blank report of its form, whose figures are all 0."""
    dice = random.Random(f"{number} {blank['form']}")
    figures = _balanced(dice, blank["figures"])
    report = {
        "form": blank["form"],
        "year": blank["year"],
        "unit": {"name": f"示例县第{number}局", "address": f"示例县人民路{number}号", "phone": f"0571-8{number:07}"},
        "figures": figures,
        "texts": _texts(dice, blank["year"], figures),
        "breakdowns": [_breakdown(dice)] if dice.random() < 0.6 else [],
    }
    if broken:
        for fault in dice.sample(FAULTS, dice.randrange(1, 4)):
            fault(dice, report)
    return report


def make_last_year(report: Json) -> Json:
    """Return a report of the year before: most of it follows from `report`, some does not."""
    dice = random.Random(f"last {report['unit']['name']}")
    figures = dict(report["figures"])
    for column in COLUMNS:
        carried = figures[f"requests.carried_in.{column}"]
        if dice.random() < 0.8 and isinstance(carried, int):
            figures[f"requests.carried_out.{column}"] = carried
    texts = dict(report["texts"])
    if dice.random() < 0.5:
        texts["problems"] = "公开目录更新不够及时。下一步将按月核对公开目录。"
    return {**report, "year": report["year"] - 1, "figures": figures, "texts": texts}


def _balanced(dice: random.Random, zeros: Json) -> Json:
    """Return inputs whose columns balance; totals are left to the program."""
    figures = {id: "0" if isinstance(zero, str) else 0 for id, zero in zeros.items() if not id.endswith(".total") and ".results." not in id}
    for id, zero in figures.items():
        chance = dice.random()
        figures[id] = f"{dice.randrange(0, 5000) / 100}" if isinstance(zero, str) else 0 if chance < 0.6 else dice.randrange(1, 40)
    for column in COLUMNS:
        moves = {name: f"requests.{name}.{column}" for name in ("received", "carried_in", "carried_out")}
        answered = sum(
            int(value)
            for id, value in figures.items()
            if id.startswith("requests.") and id.endswith(f".{column}") and id not in moves.values()
        )
        carried_in, carried_out = dice.randrange(0, min(answered, 8) + 1), dice.randrange(0, 6)
        figures[moves["carried_in"]], figures[moves["carried_out"]] = carried_in, carried_out
        figures[moves["received"]] = answered + carried_out - carried_in
    return figures


def _texts(dice: random.Random, year: int, figures: Json) -> Json:
    received = sum(figures[f"requests.received.{column}"] for column in COLUMNS)
    texts = {
        "overview": "\n".join(
            dice.choice(SENTENCES).format(dice.randrange(1, 30), dice.randrange(1, 900)) for _ in range(dice.randrange(1, 4))
        ),
        "problems": "公开的及时性有待提高，已建立提醒制度。",
        "other": "本年度没有收取信息处理费。",
    }
    if dice.random() < 0.5:
        texts["overview.on_request"] = f"{year}年，本机关收到政府信息公开申请{received}件，均已按期答复。"
    if dice.random() < 0.5:
        parts = [dice.randrange(1, 60) for _ in range(dice.randrange(2, 5))]
        listed = "、".join(f"{kind}{part}条" for kind, part in zip(KINDS, parts, strict=False))
        texts["overview.proactive"] = f"全年主动公开政府信息{sum(parts)}条，其中{listed}。"
    return texts


def _breakdown(dice: random.Random) -> Json:
    parts = [[kind, dice.randrange(0, 90)] for kind in dice.sample(KINDS, dice.randrange(2, len(KINDS)))]
    total = sum(int(str(value)) for _, value in parts)
    return {"section": "overview.proactive", "label": "主动公开政府信息", "unit": "条", "total": total, "parts": parts}


def _off_by_one(dice: random.Random, report: Json) -> None:
    id = _some_figure(dice, report)
    report["figures"][id] = (report["figures"][id] or 0) + 1


def _odd_value(dice: random.Random, report: Json) -> None:
    report["figures"][_some_figure(dice, report)] = dice.choice((None, None, "/", "无", "约10", "2.5", -3, 123456789))


def _blank_row(dice: random.Random, report: Json) -> None:
    row = _some_figure(dice, report).rpartition(".")[0]
    for id in report["figures"]:
        if id.startswith(f"{row}."):
            report["figures"][id] = None


def _wrong_breakdown(dice: random.Random, report: Json) -> None:
    breakdown = _breakdown(dice)
    report["breakdowns"] = [{**breakdown, "total": breakdown["total"] + dice.randrange(1, 9)}]


def _wrong_list(dice: random.Random, report: Json) -> None:
    a, b = dice.randrange(1, 90), dice.randrange(1, 90)
    report["texts"]["overview.proactive"] = f"全年主动公开政府信息{a + b + dice.randrange(1, 5)}条，其中政府文件{a}条、公示公告{b}条。"


def _wrong_claim(dice: random.Random, report: Json) -> None:
    report["texts"]["overview.on_request"] = f"{report['year']}年，共收到政府信息公开申请{dice.randrange(500, 900)}件。"


def _wrong_year(dice: random.Random, report: Json) -> None:
    report["texts"]["overview"] = f"{report['year'] - dice.randrange(1, 3)}年，本单位认真做好政府信息公开工作。"


def _missing_section(dice: random.Random, report: Json) -> None:
    report["texts"].pop(dice.choice(("overview", "problems", "other")), None)


def _no_unit(dice: random.Random, report: Json) -> None:
    report["unit"] = {"name": ""}


def _other_citation(dice: random.Random, report: Json) -> None:
    number = dice.choice(("国办公开办函〔2019〕60号", "国办公开办函〔2021〕30号", "国办公开办函〔2021〕33号"))
    report["texts"]["preface"] = (
        f"根据《条例》和{number}的要求编制本报告。数据统计期限为{report['year']}年1月1日至{report['year'] - 1}年12月31日。"
    )


def _some_figure(dice: random.Random, report: Json) -> str:
    return dice.choice(sorted(id for id, value in report["figures"].items() if isinstance(value, int)))


FAULTS = (
    _off_by_one, _off_by_one, _odd_value, _odd_value, _blank_row, _wrong_breakdown, _wrong_list, _wrong_claim, _wrong_year,
    _missing_section, _no_unit, _other_citation,
)  # fmt: skip
"""What may be wrong with a report; the frequent faults twice."""
