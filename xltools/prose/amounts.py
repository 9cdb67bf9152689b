"""find_amounts: the counted amounts in a text, as people write them; dates, document numbers, shares and the like are none."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from xltools.form.characters import HAN
from xltools.numerals import CHINESE_DIGITS, Number, chinese_number, from_decimal
from xltools.prose.lexicon import load_lexicon

MYRIADS = {"万": 4, "亿": 8}
"""The zeros that 万 and 亿 stand for, and the decimals with which a number of 万 or 亿 is written down to the last one: 12.3456万 is exact, 1.2万 is rounded."""

UNITS = (
    r"(?:人|条|篇|件|台|户|批|点|项|期|场|家|部)次|(?:万|亿)元"
    r"|[条篇件份个项期次则](?:[(/][条篇件份个次则项][)]?)?|部(?!门)|本(?![级年])|[宗起例场处批位人元页户家名台套册封例笔张幅集轮款]"
)
NUMBER = r"\d{1,3}(?:,\d{3})+(?!\d)|\d{1,15}(?:\.\d{1,8})?"
CHINESE = f"[{CHINESE_DIGITS}]{{1,9}}"
VAGUE = "(?<![预节])约|(?<![附最])近|超过?|逾|不足|不到|[上数](?=[十百千])"

# What looks like a number and counts nothing.
NO_COUNT = "|".join(
    (
        r"https?://[!-~]+",
        r"[〔\[(（]\d{4}[〕\])）]?\s*第?\s*\d+\s*号",
        r"〔\d+\s*号",
        r"(?:19|20)\d\d\s*[-—－~至]\s*(?:19|20)?\d\d\s*年?",
        r"(?:19|20)\d\d\s*年度?(?:\s*\d{1,2}\s*月(?:份|\s*\d{1,2}\s*[日号])?)?",
        r"\d{1,2}\s*(?:月(?:份|底|\s*\d{1,2}\s*[日号])?|[日号])",
        rf"第\s*(?:\d+|{CHINESE})\s*[^\W\d]?",
        r"\d+(?:\.\d+)?\s*(?:%|‰|个百分点|倍|小时|分钟|天|岁|周年|年)",
        rf"百分之(?:\d+|{CHINESE})",
        rf"(?:\d+|{CHINESE})\s*个\s*(?:工作日|季度|月|小时|百分点|方面|部分|层级|环节|时辰)",
        r"\d{3,4}-\d{7,8}|1\d{10}(?!\d)|123\d\d(?=\s*[^\d\s条件个])",
        r"\d+\s*[-~～—－]\s*\d+",
    )
)
TOKEN = re.compile(
    # the first character decides for nearly all positions of a text that nothing begins there
    rf"(?<!\d)(?=[\d〔\[(（h第约近超逾不上数{CHINESE_DIGITS}])(?:(?P<none>{NO_COUNT})"
    rf"|(?P<vague>{VAGUE})?\s{{0,3}}(?P<number>{NUMBER}|{CHINESE})\s{{0,3}}(?P<scale>[万亿](?!元))?\s{{0,3}}(?P<more>[余多来几])?\s{{0,3}}"
    rf"(?P<unit>{UNITS})(?P<after>[余多]|以上|左右)?)"
)
BARE = re.compile(rf"(?:(?<={HAN})|(?<=:))\s{{0,2}}(\d{{1,6}}|零)(?=\s{{0,2}}(?:,(?!\d)|[;。、)]|$))|(零)(?=申请|(?:行政)?(?:复议|诉讼))")
IN_LIST = rf"[、,;]{HAN}{{2,12}}"
LIST_GOES_ON = re.compile(rf"(?:、{HAN}{{2,12}}\d{{1,6}}){{1,12}}(?:{UNITS})")  # 政策20、动态150、公告26条
LONGEST_WORD, BEFORE_COUNT = 24, "共计总数量为有各均的:：  "
OF_WHOLE = "占[体已全部年本度当所有各类上述以同期政府务信息主动依申请公开发布办结理受答复新收到数量总件条例比重的为达]{0,16}"
"""占 with the words for what a share is of, as far as they name all that is counted: 占全年公开总量的, but not 占全市申请总数的."""
PER_CENT = r"\s{0,3}(?P<share>\d{1,3}(?:\.\d{1,4})?)\s{0,2}%(?!以[上下内]|左右|多)"
SHARE = re.compile(rf"\s{{0,3}}(?:[(,]\s{{0,3}}|、(?=占))?(?:(?P<nearly>约)?(?P<of>{OF_WHOLE})\s{{0,3}})?(?P<about>约)?{PER_CENT}")
"""The share behind an amount: 12件,占40%."""
REACH = 18  # the characters in front of an amount that may say it compares with another year
CHANGE = re.compile(
    r"(?:(?<!新)(?:增长|减少|下降|上升|回落|提高|降低|增加|增多|净增|少|[较比][^,;。]{0,12}多)(?:了|约|近)?"
    r"|(?:[比较]|相比|[与和])(?:去年|上年度?|上一年度?|20\d\d年度?)(?:同期)?的?\(?"
    r"|(?:去年|上年度?|上一年度?)(?:同期)?(?:为|是|的)\(?|(?:去年|上年度?|上一年度?)同期\(?|[较比]20\d\d年\("
    r"|[较比](?:去年|上年度?|上一年度?|20\d\d年度?)新增[^,;。\d]{0,8})\s*$"
)
BECAME = re.compile(r"\s{0,3}(?:增加|增长|上升|提高|减少|下降|降低|降|升|增)[到至]")  # behind last year's: 由29件增加到58件
NOT_COUNTED = "第每同这各统唯"  # the characters that make a Chinese numeral behind them a word of its own: 统一, 各一份


class Amount(NamedTuple):
    """An amount in a text. `exact` is False for 余, 多, 近, 约; `change`: it compares with another year (比上年减少12条)."""

    start: int
    end: int
    value: Number
    unit: str = ""
    exact: bool = True
    change: bool = False


def find_amounts(text: str) -> list[Amount]:
    """Return the amounts in a text that `plain` has made alike, from left to right."""
    amounts = [amount for found in TOKEN.finditer(text) if found["none"] is None and (amount := _amount(text, found))]
    bare = [
        Amount(*one.span(one.lastindex or 0), int((one[1] or one[2]).replace("零", "0")))
        for one in BARE.finditer(text)
        if one[2] or _counts(text, *one.span(1), amounts)
    ]
    return sorted((*amounts, *bare), key=lambda amount: amount.start) if bare else amounts


def _counts(text: str, position: int, end: int, amounts: Sequence[Amount]) -> bool:
    """Return whether a number without a unit counts: behind a word that says what (部分公开67), or between the amounts of a list."""
    number = bisect_left(amounts, position, key=lambda amount: amount.start)
    if LIST_GOES_ON.match(text, end) or (number and re.fullmatch(IN_LIST, text[amounts[number - 1].end : position])):
        return True
    before = text[max(0, position - LONGEST_WORD) : position]
    words = before.rstrip(BEFORE_COUNT)
    # 办结数量为59, but not 拨打12345
    slots = ("result", "object", "event") if before.endswith(("为", ":")) else ("result", "object")
    meanings = load_lexicon().meanings
    return any((found := meanings.get(words[start:])) and found.slot in slots for start in range(len(words) - 1))


def _amount(text: str, found: re.Match[str]) -> Amount | None:
    value = _value(text, found)
    if value is None:
        return None
    scale = found["scale"]
    exact = not (found["vague"] or found["more"] or found["after"])
    if scale:
        exact = exact and len(found["number"].partition(".")[2]) == MYRIADS[scale]
        value = from_decimal(Decimal(value) * 10 ** MYRIADS[scale])
    change = bool(CHANGE.search(text, max(0, found.start() - REACH), found.start()) or BECAME.match(text, found.end()))
    start = found.start("vague") if found["vague"] else found.start("number")
    return Amount(start, found.end(), value, found["unit"], exact, change)


def _value(text: str, found: re.Match[str]) -> Number | None:
    """Return the number before its 万 or 亿; None for Chinese digits that are part of a word."""
    digits, start = found["number"], found.start("number")
    if digits[0] not in CHINESE_DIGITS:
        return from_decimal(Decimal(digits.replace(",", "")))
    # 一件事, 三位一体: a lone Chinese digit counts where its clause ends with it
    if start and text[start - 1] in NOT_COUNTED:
        return None
    if len(digits) == 1 and found.end() < len(text) and text[found.end()] not in ",、;。:()!！?？\n":
        return None
    return chinese_number(digits)
