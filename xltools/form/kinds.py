"""Reads figures that are no numbers: the ways to type 是, 否 and a day made alike, and whether a text is what its figure asks for."""

import re
from contextlib import suppress
from datetime import date

from xltools.form.definition import Figure
from xltools.form.unit import NO, YES
from xltools.numerals import BLANKS

YES_WORDS = dict.fromkeys(("是", "有", "对", "yes", "y", "true", "√", "✓", "1"), YES)
YES_WORDS |= dict.fromkeys(("否", "无", "没有", "不是", "no", "n", "false", "×", "✗", "0"), NO)
DAY = re.compile(r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?")
ADDRESS = re.compile(r"(?:https?://)?[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:/\S*)?", re.ASCII | re.IGNORECASE)


def settle_words(figure: Figure, text: str) -> str:
    """Return a text as it stands in a figure that is no number: 是 or 否, a day as 2025-01-20; as typed where it is neither."""
    plain = BLANKS.sub("", text)
    if figure.domain == "yes_no":
        return YES_WORDS.get(plain.lower(), text)
    if figure.domain == "choice":
        return plain if plain in figure.choices else text
    if figure.domain == "date" and (found := DAY.fullmatch(BLANKS.sub("", text.removesuffix(" 00:00:00")))):
        with suppress(ValueError):  # no day of the calendar
            return date(*map(int, found.groups())).isoformat()
    return text


def is_of_kind(figure: Figure, text: str) -> bool:
    """Tell whether a settled text is what its figure asks for."""
    match figure.domain:
        case "choice" | "yes_no":
            return text in figure.choices
        case "date":
            try:
                return bool(date.fromisoformat(text))
            except ValueError:
                return False
        case "url":
            return bool(ADDRESS.fullmatch(text.strip()))
    return True
