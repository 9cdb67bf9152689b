"""Findings as CSV, and text in CSV files that a spreadsheet program opens as what it is: no formula, no date, no rounded number."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from xltools.output import Checked
from xltools.output.json import finding_data
from xltools.rules.rule import SEVERITY_NAMES

BYTE_ORDER_MARK = "\ufeff"  # tells Excel that the file is UTF-8
COLUMNS = (
    "文件", "单位", "年度", "编号", "起因（编号）", "规则代码", "规则名称", "严重程度", "工作表", "单元格",
    "部分", "问题", "实际", "应为", "差额", "依据或口径", "说明", "建议",
)  # fmt: skip


def render(files: Sequence[Checked]) -> str:
    """Return the findings of all files as CSV, with a byte order mark: a row a finding, and one for a file that could not be read."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([harmless(cell) for cell in row] for file in files for row in _rows(file))
    return BYTE_ORDER_MARK + text.getvalue()


def _rows(file: Checked) -> Iterator[tuple[object, ...]]:
    about = (file.file, file.unit, file.year)
    if file.error:
        row = dict.fromkeys(COLUMNS, "") | {"严重程度": "无法读取", "问题": file.error}
        yield (*about, *tuple(row.values())[len(about) :])
    for finding in file.findings:
        data = finding_data(finding)
        kind = (finding.rule.code, finding.rule.title, SEVERITY_NAMES[finding.severity])
        section = file.sections.get(data["section"] or "")
        rest = (data[key] for key in ("actual", "expected", "difference", "basis", "explanation", "advice"))
        yield (*about, finding.id, finding.because, *kind, data["sheet"], data["cell"], section, finding.fault.message, *rest)


def header(columns: Iterable[str]) -> str:
    """Return the first line of a table, every name in quotes: no spreadsheet program writes it so, which shows that none has saved the file."""
    return ",".join(f'"{column}"' for column in columns) + "\n"


def harmless(cell: object) -> str:
    """Return a cell's text, with an apostrophe before it where a spreadsheet program would calculate it, as it does not a negative number."""
    text = "" if cell is None else "\n".join(str(cell).splitlines())
    return f"'{text}" if re.match(r"[=+@＝＋＠\t\n]|[-－](?!\d+(\.\d+)?\Z)", text) else text


def kept(text: str) -> str:
    """Return a cell's text as `harmless` does, one that looks like a number, a date or a time as a formula that keeps it text: 0012 becomes ="0012"."""
    return f'="{text}"' if re.fullmatch(r"(?a)[-( ]*[\d.][\d.,:/%eE年月日 )-]*", text) else harmless(text)
