"""Tells which number a spreadsheet program shows for the one that a cell holds, by the cell's number format (ISO/IEC 29500-1, 18.8.31)."""

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import NamedTuple

from xltools.numerals import Number, from_decimal, gap

LITERAL = re.compile(r'"([^"]*)"|[\\!](.)|_.|\*.')
"""Text within a format: quoted, or one character behind a backslash or, in Chinese programs, an exclamation mark; blanks as wide as one."""
SECTION = re.compile(rf"(?:^|;)((?:{LITERAL.pattern}|[^;])*)")
TEXT = "\ue000"  # stands for it in the rest of a format: in the private use area, so that it is no sign
CONDITION, COLOUR = re.compile(r"\[[<>=][^\]]*\]"), re.compile(r"\[[^\]]*\]")
PLACEHOLDERS = re.compile(r"[#0?][#0?,]*(?:\.[#0?]*)?,*|\.[#0?]+,*")
STRANGE = re.compile(r"[\d.,/]|[eE][+-]|[ymdhsYMDHS]")
"""What else in a section makes another number of it, or none: digits and points that are text, fractions, powers of ten, dates."""

MISLEADING = r"[\d.]|[百千万亿](?!元)"  # text of a format that reads as a part of the number
MOST_DECIMALS = 8
WRITTEN = re.compile(r"\d[\d,]*(?:\.(\d+))?(?:E[+-]?\d+)?")


class _FormatPart(NamedTuple):
    """A section of a format: how many decimals it shows of the number times `scale`, whether with a sign of its own."""

    decimals: int
    scale: Decimal
    has_sign: bool


def shown_number(value: Number, number_format: str) -> Number | None:
    """Return the number that is seen where a cell holds `value`; None where none is, or what is seen cannot be told."""
    if number_format in ("General", "@", "") or (number_format == "0" and value == int(value)):  # nearly all are
        return value
    sections = _read_sections(number_format)
    if sections is None:
        return value
    kind = 1 if value < 0 and len(sections) > 1 else 2 if value == 0 and len(sections) > 2 else 0
    section = sections[kind]
    if section is None:
        return None
    scaled = Decimal(value).copy_abs() * section.scale
    seen = from_decimal(scaled.quantize(Decimal(1).scaleb(-section.decimals), ROUND_HALF_UP))
    return -seen if value < 0 and (kind == 0 or section.has_sign) else seen


def written_number(text: str) -> Number | None:
    """Return the number that a cell's text shows, with words or signs around it; None where it shows none, or more than one."""
    found = list(WRITTEN.finditer(text))
    rest = WRITTEN.sub("", text)
    if len(found) != 1 or re.search(MISLEADING, rest):
        return None
    number = from_decimal(Decimal(found[0][0].replace(",", "")))
    return -number if any(sign in rest for sign in "-−(") else number


def is_written(text: str, value: Number) -> bool:
    """Return whether a cell's text shows its number, rounded to at least as many decimals as a format without any shows."""
    seen, found = written_number(text), WRITTEN.search(text)
    decimals = len(found[1] or "") if found else 0
    near = Decimal(1).scaleb(-decimals) / 2 if decimals >= MOST_DECIMALS else 0
    return seen is not None and gap(seen, value) <= near


@lru_cache(maxsize=256)
def _read_sections(number_format: str) -> tuple[_FormatPart | None, ...] | None:
    """Return the sections of a format, None for one that shows no number; None instead of all for a format that is not understood."""
    if CONDITION.search(LITERAL.sub(TEXT, number_format)):
        return None
    return tuple(_read_section(found[1]) for found in SECTION.finditer(number_format))


def _read_section(code: str) -> _FormatPart | None:
    text = "".join(found[1] or found[2] or "" for found in LITERAL.finditer(code))
    code = COLOUR.sub("", LITERAL.sub(TEXT, code)).replace("G/通用格式", "General").replace("General", "0.########")
    found = PLACEHOLDERS.findall(code)
    rest = PLACEHOLDERS.sub("", code)
    if len(found) != 1 or STRANGE.search(rest) or re.search(MISLEADING, text):
        return None
    digits = found[0].rstrip(",")
    thousands = len(found[0]) - len(digits)
    decimals = min(len(digits.partition(".")[2]), MOST_DECIMALS)
    scale = Decimal(1000) ** -thousands * Decimal(100) ** rest.count("%")
    return _FormatPart(decimals, scale, any(sign in rest + text for sign in "-−("))
