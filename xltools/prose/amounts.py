"""find_amounts: the counted amounts in a text, as people write them; dates, document numbers, shares and the like are none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from xltools.numerals import Number, from_decimal

# Same length as what they replace, so that positions stay those of the text as typed. The characters of traditional script
# are those that stand in units and around figures in mirrors of reports.
PLAIN = str.maketrans(
    "０１２３４５６７８９．，％（）；：　\u00a0條項個處場萬億兩餘約達佔請辦結轉復覆訴議總計數規報發與書開類動態許罰強費務單維糾審",
    "0123456789.,%();:  条项个处场万亿两余约达占请办结转复复诉议总计数规报发与书开类动态许罚强费务单维纠审",
)

DIGITS = {char: value for value, chars in enumerate(("零〇", "一", "二两", "三", "四", "五", "六", "七", "八", "九")) for char in chars}
SCALES = {"十": 10, "百": 100, "千": 1000}
MYRIADS = {"万": 10**4, "亿": 10**8}

UNITS = r"(?:人|条|篇|件|台|户|批|点)次|(?:万|亿)元|[条篇件份个项期次则](?:[(/][条篇件份个次则][)]?)?|宗|起|场|处|批|位|人|元|页|户|家|部|本|名|部次"
NUMBER = r"\d{1,3}(?:,\d{3})+(?![\d])|\d+(?:\.\d+)?"
CHINESE = "[零〇一二两三四五六七八九十百千]+"

# What looks like a number and counts nothing.
NO_COUNT = "|".join(
    (
        r"https?://[!-~]+",
        r"[〔\[(（]\d{4}[〕\])）]?\s*第?\s*\d+\s*号",
        r"〔\d+\s*号",
        r"(?:19|20)\d\d\s*[-—－~至]\s*(?:19|20)?\d\d\s*年?",
        r"(?:19|20)\d\d\s*年度?(?:\s*\d{1,2}\s*月(?:份|\s*\d{1,2}\s*[日号])?)?",
        r"\d{1,2}\s*月(?:份|底|\s*\d{1,2}\s*[日号])?",
        r"\d{1,2}\s*[日号]",
        rf"第\s*(?:\d+|{CHINESE})\s*[一-龥]?",
        r"\d+(?:\.\d+)?\s*(?:%|‰|个百分点|倍|小时|分钟|天|岁|周年|年)",
        rf"百分之(?:\d+|{CHINESE})",
        rf"(?:\d+|{CHINESE})\s*个\s*(?:工作日|季度|月|小时|百分点|方面|部分|层级|环节|时辰)",
        r"\d{3,4}-\d{7,8}|1\d{10}|123\d\d(?=\s*[^\d\s条件个])",
    )
)
TOKEN = re.compile(
    rf"(?P<none>{NO_COUNT})"
    rf"|(?P<about>约|近|超过?|逾|不足|不到)?\s*(?P<number>{NUMBER}|{CHINESE})\s*(?P<scale>[万亿](?!元))?\s*(?P<more>[余多来])?\s*(?P<unit>{UNITS})(?P<after>[余多])?"
)
# in front of an amount that says by how much something changed
CHANGE = re.compile(r"(?:增长|减少|下降|上升|回落|提高|降低|增加|增多)(?:了|约|近)?\s*$")
OTHER_YEAR = re.compile(r"(?:比|较|与|同比|去年|上年度?|上一年度?)[^，,。；;、]{0,10}[(]?\s*$")


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount in a text: where it stands, what it is, and its unit. `exact` is False for 余, 多, 近, 约 and the like.

    `change` tells that it compares with another year (比上年减少838条) and counts nothing of this one.
    """

    start: int
    end: int
    value: Number
    unit: str
    exact: bool
    change: bool


def plain(text: str) -> str:
    """The text with digits, punctuation and traditional characters made alike; every character keeps its place."""
    return text.translate(PLAIN)


def find_amounts(text: str) -> list[Amount]:
    """The amounts in a text that `plain` has made alike, from left to right."""
    amounts = []
    for found in TOKEN.finditer(text):
        if found["none"] is None and (amount := _amount(text, found)):
            amounts.append(amount)
    return amounts


def _amount(text: str, found: re.Match[str]) -> Amount | None:
    digits = found["number"]
    if digits[0] in DIGITS or digits[0] in SCALES:
        value: Number | None = chinese_number(digits)
        if value is None or text[found.start("number") - 1 : found.start("number")] in ("第", "每", "同", "这", "各", "统", "唯"):
            return None
    else:
        value = from_decimal(Decimal(digits.replace(",", "")))
    scale = found["scale"]
    exact = not (found["about"] or found["more"] or found["after"] or (scale and isinstance(value, Decimal)))
    before = text[max(0, found.start() - 16) : found.start()]
    change = bool(CHANGE.search(before) or (before.rstrip().endswith("(") and OTHER_YEAR.search(before)))
    start = found.start("about") if found["about"] else found.start("number")
    total = from_decimal(Decimal(value) * MYRIADS.get(scale or "", 1))
    return Amount(start, found.end(), total, found["unit"], exact, change)


def chinese_number(text: str) -> int | None:
    """The number that Chinese digits say, up to thousands: 十二 is 12, 一百二十三 is 123, 二〇二三 is 2023; None for none."""
    if not any(char in SCALES for char in text):
        digits = [DIGITS[char] for char in text]
        return None if len(digits) > 1 and "零" not in text and "〇" not in text else int("".join(map(str, digits)))
    total = digit = 0
    for char in text:
        if char in SCALES:
            total += (digit or 1) * SCALES[char]
            digit = 0
        else:
            digit = DIGITS[char]
    return total + digit
