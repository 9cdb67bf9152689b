"""Why a spreadsheet file is refused before calamine sees it, in words."""

from __future__ import annotations

import re

from xltools.files import gate
from xltools.files.gate import WORKBOOK, GateError

ENCRYPTED, DAMAGED, TOO_LARGE = (WORKBOOK.say(reason) for reason in (gate.ENCRYPTED, gate.DAMAGED, gate.TOO_LARGE))
NOT_SPREADSHEET = "不是电子表格文件，或文件已损坏。请重新保存为 .xlsx 后再试。"
FAR_CELL = "工作表“{sheet}”中离表格很远的地方有内容（{cell} 附近）。请删去多余的行列后另存。"
AMBIGUOUS = "工作表“{sheet}”内部有一格写了两个数，或写得不合规范，分不清是多少。请在 Excel 或 WPS 中打开并另存，核对各格后再试。"
TOO_WIDE = "工作表“{sheet}”合并的范围太大，或者很远的地方设了格式。请取消合并、删去多余的行列后另存。"
TOO_MANY = "{what}过多（超过 {limit:,}），不像是填报工作簿。请确认文件。"


def too_many(what: str, limit: int) -> GateError:
    """The error that says that there are more of something than the limit."""
    return GateError(TOO_MANY.format(what=what, limit=limit))


def ambiguous(sheet: str) -> GateError:
    """The error that says that programs read a cell of this sheet differently."""
    return GateError(AMBIGUOUS.format(sheet=sheet))


def refuse_far(sheet: str, rows: int, columns: int) -> None:
    """Refuses a sheet whose content reaches so far that calamine, which makes room for all of it, could not have the memory."""
    if rows * columns > gate.AREA_LIMIT:
        raise GateError(FAR_CELL.format(sheet=sheet, cell=f"第 {rows} 行第 {columns} 列"))


def refuse_many(xml: bytes, tag: bytes, limit: int, what: str) -> None:
    """Refuses XML with more elements of a name than the limit; where it is short, they need not be counted."""
    if len(xml) > limit * len(tag) and sum(1 for _ in re.finditer(rb"<(?:[^\s<>/:]+:)?%s[\s/>]" % tag, xml)) > limit:
        raise too_many(what, limit)


def refuse_many_sheets(names: list[str]) -> None:
    """Refuses a workbook with too many sheets, or with two of one name: which one counts would depend on the program."""
    if len(names) > gate.SHEET_LIMIT:
        raise too_many("工作表", gate.SHEET_LIMIT)
    if len({name.casefold() for name in names}) < len(names):
        raise GateError(DAMAGED)
