"""is_findings: whether a file is what `check -o` wrote, in any of its formats, and looks as nobody has changed it.

Findings carry no seal, since on the screen they are the same. They are known by their form, to the letter: no program that saves a table
quotes its rows and not its header, and a note between the lines fits into no format. A word changed in a plain text editor is not seen.
"""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

from xltools.files.csv_cells import BYTE_ORDER_MARK
from xltools.files.outputs import read_own
from xltools.output.csv import COLUMNS
from xltools.output.sarif import SCHEMA

FINDINGS = '{\n "reports": [\n'
SARIF = f'{{\n "$schema": "{SCHEMA}",\n "version": "2.1.0",\n "runs": [\n  {{\n   "tool": {{\n    "driver": {{\n     "name": "xltools",\n'
# a line for each file, below it what was found, and one closing line
TEXT = re.compile(r"(?:[^\n]+  无法读取：[^\n]+\n\n|[^ \n][^\n]*\n(?:  [^\n]+\n)+\n)+共 \d+ 份：[^\n]+。\n")


def is_findings(path: Path) -> bool:
    """Whether the file is findings as we write them. Raises UnreadableFileError where it cannot be read."""
    try:
        text = read_own(path).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return _is_json(text) or _is_table(text) or TEXT.fullmatch(text) is not None


def _is_json(text: str) -> bool:
    if not text.startswith((FINDINGS, SARIF)):
        return False
    try:
        return text == json.dumps(json.loads(text), ensure_ascii=False, indent=1) + "\n"
    except (ValueError, RecursionError):
        return False


def _is_table(text: str) -> bool:
    head = f"{BYTE_ORDER_MARK}{','.join(COLUMNS)}\n"
    if not text.startswith(head):
        return False
    body, again = text.removeprefix(head), io.StringIO()
    try:
        rows = list(csv.reader(io.StringIO(body, newline=""), strict=True))
    except csv.Error:
        return False
    csv.writer(again, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    return all(len(row) == len(COLUMNS) for row in rows) and again.getvalue() == body
