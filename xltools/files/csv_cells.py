"""Text in a CSV file that a spreadsheet program opens as what it is: no formula, no date, no rounded number."""

from __future__ import annotations

import re
from collections.abc import Iterable

BYTE_ORDER_MARK = "\ufeff"
"""Tells Excel that the file is UTF-8."""
FORMULA = re.compile("[=+@＝＋＠\t\n]|[-－](?!\\d+(\\.\\d+)?\\Z)")
"""What a spreadsheet program would take for a formula; a negative number is none."""
CONVERTED = re.compile(r"[-( ]*[\d.][\d.,:/%eE年月日 )-]*", re.ASCII)
"""What it would take for a number, a date or a time; no quotation mark is among it."""


def header(columns: Iterable[str]) -> str:
    """The first line of a table, every name in quotes: no spreadsheet program writes it so, which shows that none has saved the file."""
    return ",".join(f'"{column}"' for column in columns) + "\n"


def harmless(cell: object) -> str:
    """A cell's text, with an apostrophe before it where a spreadsheet program would calculate it."""
    text = "" if cell is None else "\n".join(str(cell).splitlines())
    return f"'{text}" if FORMULA.match(text) else text


def kept(text: str) -> str:
    """The same for text that is to stay text where it looks like a number: the code 0012 becomes ="0012".

    A spreadsheet program shows 0012 then, and compares it as 0012; an apostrophe or a tab would become part of the code.
    """
    return f'="{text}"' if CONVERTED.fullmatch(text) else harmless(text)
