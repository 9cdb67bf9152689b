"""Numbers as people type them in a cell, understood only where there is no doubt, those in front of headings, and what is listed and grouped."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import TypeGuard, TypeVar

Number = int | Decimal
K = TypeVar("K")
V = TypeVar("V")

MARKS = str.maketrans(
    "０１２３４５６７８９，．＋－−", "0123456789,.+--", "\u00ad\u200b\u200c\u200d\u2060\ufeff"
)  # without marks that are not seen
# spaces, full-width and no-break spaces, and the invisible marks that come with text copied from a page
BLANKS = re.compile(r"[\s\u00a0\u3000\u200b-\u200f\u2060\ufeff]+")
# each run of blanks is looked at once, from its beginning, or many blanks would take time that grows with the square of their number
EDGES = re.compile(rf"^{BLANKS.pattern}|(?<!{BLANKS.pattern[:-1]}){BLANKS.pattern}$")
PLAIN = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,18})(?:\.\d{1,18})?")
# the unit that a form gives, and larger ones that people write in its stead
LARGER_UNITS = {"元": (("万元", 10_000), ("亿元", 100_000_000))}

DIGITS = {char: value for value, chars in enumerate(("零〇", "一", "二两", "三", "四", "五", "六", "七", "八", "九")) for char in chars}
SCALES = "十百千"
SCALED = "(?:(D)千)?(?:[零〇]?(D)百)?(?:[零〇]?(D?)十)?([零〇]?)(D?)".replace("D", "[一二两三四五六七八九]")
CHINESE_DIGITS = "".join((*DIGITS, *SCALES))
COUNTING = "一二三四五六七八九十"
LEADING_NUMBER = (
    rf"\s*(?:第\s*[{COUNTING}\d]{{1,3}}\s*(?:部分|[章编篇节])\s*[、.．,，:：]?|[{COUNTING}]{{1,3}}\s*[、.．,，:：]|[(（]\s*[{COUNTING}\d]{{1,3}}\s*[)）]\s*[、.．]?"
    rf"|\d{{1,2}}\s*[、.．,，)）](?!\d)|[①-⑳⑴-⒇⒈-⒛]\s*[、.．]?)\s*"
)


def is_number(value: object) -> TypeGuard[Number]:
    """Tell whether a figure is a number, neither blank nor text."""
    return isinstance(value, (int, Decimal))


def is_blank(text: str) -> bool:
    """Tell whether a text holds nothing to see."""
    return not text or not BLANKS.sub("", text)


def understand(text: str, unit: str = "") -> Number | None:
    """Return the number that a text states without doubt, None where there is any: １２, " 12 ", "1,234".

    Where `unit` is 件, also "12件"; where it is 元, "2.5万元" is 25000.
    """
    plain = EDGES.sub("", text.translate(MARKS))
    written, times = next((larger for larger in LARGER_UNITS.get(unit, ()) if plain.endswith(larger[0])), (unit, 1))
    if written and plain.endswith(written):
        plain = EDGES.sub("", plain.removesuffix(written))
    if not PLAIN.fullmatch(plain):
        return None
    return from_decimal(Decimal(plain.replace(",", "")) * times)


def swapped(digits: str) -> set[str]:
    """Return what is written where two neighbours of these digits are swapped: 12 gives 21."""
    return {digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :] for place in range(len(digits) - 1)}


def from_float(number: float) -> Number:
    """Return a cell's stored double as the number that a spreadsheet program shows: 15 significant digits."""
    if abs(number) < 1e15 and number == int(number):  # nearly all are, and the way of all others is long
        return int(number)
    return from_decimal(Decimal(f"{number:.15g}"))


def from_decimal(number: Decimal) -> Number:
    """Return the number as an int where it is whole, else with no trailing zeros."""
    if number == number.to_integral_value():
        return int(number)
    return number.normalize()


def chinese_number(text: str) -> int | None:
    """Return the number that Chinese digits say, up to thousands: 十二 is 12, 两千零五 is 2005, 二〇五 is 205; None where they say none."""
    if not any(char in SCALES for char in text):
        # 三五件 is "a few", 三〇五件 is 305
        return None if len(text) > 1 and not {"零", "〇"} & set(text) else int("".join(str(DIGITS[char]) for char in text))
    if (found := re.fullmatch(SCALED, text)) is None:
        return None
    thousands, hundreds, tens, zero, last = found.groups()
    if last and not zero and tens is None:  # 一百二 is 120, but 一百零二 is 102
        thousands, hundreds, tens, last = (thousands, hundreds, last, "") if hundreds else (thousands, last, None, "")
    tens = tens if tens != "" else "一"
    return sum(DIGITS[digit] * scale for digit, scale in zip((thousands, hundreds, tens, last), (1000, 100, 10, 1), strict=True) if digit)


def gap(one: Number, other: Number) -> Number:
    """Return how far two numbers are apart."""
    return one - other if one > other else other - one


def show(number: Number) -> str:
    """Return the number as it is printed: no exponent, no trailing zeros, no separators."""
    return str(number) if isinstance(number, int) else f"{number:f}"


def list_some(words: Iterable[str], most: int, more: str = "等", between: str = "、") -> str:
    """Return the first words as a list, and `more` behind them where there are others; {} in it stands for the number of all: "甲、乙等 5 家"."""
    words = tuple(words)
    return between.join(words[:most]) + (more.format(len(words)) if len(words) > most else "")


def grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    """Return the values of each key, in their order."""
    found: dict[K, list[V]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def leading_number(text: str) -> str:
    """Return the number in front of a heading, an item or a label, with its marks and blanks: "一、", "（二） ", "3. ", "第一部分 "; "" where none stands there.

    Where a number is part of what follows it is none: 2.5万元, 1,234, 十二月.
    """
    found = re.match(LEADING_NUMBER, text)
    return found[0] if found else ""
