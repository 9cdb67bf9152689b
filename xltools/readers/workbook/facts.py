"""What a spreadsheet file says of itself beside the values of its cells, and why one is refused before its values are read."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from xltools.files import gate
from xltools.files.gate import WORKBOOK, GateError
from xltools.form.book import column_number
from xltools.report.origin import Active

ENCRYPTED, DAMAGED = (WORKBOOK.say(reason) for reason in (gate.ENCRYPTED, gate.DAMAGED))
NOT_SPREADSHEET = "不是电子表格文件，或文件已损坏。请重新保存为 .xlsx 后再试。"
AMBIGUOUS = "工作表“{sheet}”内部有一格写了两个数，或写得不合规范，分不清是多少。请在 Excel 或 WPS 中打开并另存，核对各格后再试。"

UNTOLD = "公式"  # stands for a formula whose text is not in its cell, such as a data table's


class Area(NamedTuple):
    """A rectangle of cells; rows and columns are counted from 0, the last ones included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def size(self) -> int:
        """The number of its cells."""
        return (self.bottom - self.top + 1) * (self.right - self.left + 1)


WHOLE_SHEET = Area(0, 0, 1_048_575, 16_383)


class CellStyle(NamedTuple):
    """How a cell is shown, by its number format, and whether it is locked where its sheet is protected."""

    number_format: str = "General"
    locked: bool = True


@dataclass(frozen=True, eq=False, repr=False)
class SheetFacts:
    """What a sheet holds beside values, by addresses; hidden, raised and shown cells are known of .xlsx and .ods, styles of .xlsx only."""

    formulas: dict[str, str] = field(default_factory=dict)  # "" where the reader does not know the text of one
    errors: dict[str, str] = field(default_factory=dict)  # such as #N/A, where a cell has no formula; its value is read as blank
    styles: Mapping[str, str] = field(default_factory=dict)  # of each cell that the file mentions, by their numbers in the workbook
    seen: dict[str, str] = field(default_factory=dict)  # the text of each cell of an .ods that shows another number than it holds
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: Sequence[range] = ()  # counted from 0, as rows are
    raised: set[str] = field(default_factory=set)  # the cells with a raised or lowered digit in their text
    protected: bool = False
    merged: list[str] = field(default_factory=list)
    validated: tuple[str, ...] = ()  # the references of areas, such as A1:B2; `parse_area` understands them


NO_FACTS = SheetFacts()


class BookFacts(NamedTuple):
    """What a spreadsheet file says beside values, and the file for the reader of values: nothing in it that was not looked at."""

    safe: bytes
    sheets: Mapping[str, SheetFacts]
    active: tuple[Active, ...] = ()
    styles: tuple[CellStyle, ...] = ()

    def sheet(self, name: str) -> SheetFacts:
        """Return the facts of a sheet; there are none of one that is missing."""
        return self.sheets.get(name, NO_FACTS)

    def style(self, sheet: str, address: str) -> CellStyle:
        """Return the style of a cell; the default one where the file mentions none."""
        number = int(self.sheet(sheet).styles.get(address) or 0)
        return self.styles[number] if number < len(self.styles) else CellStyle()

    def shows_percent(self, sheet: str, address: str) -> bool:
        """Return whether a cell shows a percentage, and so a hundred times the number that it holds."""
        return "%" in self.sheet(sheet).seen.get(address, self.style(sheet, address).number_format)


@lru_cache(maxsize=4096)
def parse_area(reference: str) -> Area:
    """Return the area of a reference such as A1:B2 or C3; one that is written in another way counts as the whole sheet."""
    corners = [re.fullmatch(r"\$?([A-Z]{1,3})\$?([1-9]\d{0,6})", corner) for corner in reference.split(":")]
    if len(corners) > 2 or not all(corners):
        return WHOLE_SHEET
    (left, top), (right, bottom) = ((column_number(one[1]) - 1, int(one[2]) - 1) for one in (corners[0], corners[-1]) if one)
    return Area(top, left, bottom, right)


def ambiguous(sheet: str) -> GateError:
    """Return the error that says that programs read a cell of this sheet differently."""
    return GateError(AMBIGUOUS.format(sheet=sheet))


def refuse_far(sheet: str, rows: int, columns: int) -> None:
    """Raise GateError where values reach so far that calamine, which makes room up to the last one, could not have the memory."""
    if rows * columns > gate.AREA_LIMIT:
        raise GateError(f"工作表“{sheet}”中离表格很远的地方有内容（第 {rows} 行第 {columns} 列 附近）。请删去多余的行列后另存。")


def refuse_tags(*parts: bytes) -> None:
    """Raise GateError where XML that is going to be parsed has too many tags."""
    WORKBOOK.refuse(sum(xml.count(b"<") for xml in parts) > gate.TAG_LIMIT, gate.TOO_LARGE)


def refuse_names(names: list[str]) -> None:
    """Raise GateError for too many sheets, or two of one name, of which programs take one or the other."""
    WORKBOOK.refuse(len(names) > gate.SHEET_LIMIT, f"工作表过多（超过 {gate.SHEET_LIMIT:,}），不像填报工作簿。请确认文件。")
    WORKBOOK.refuse(len({name.casefold() for name in names}) < len(names), gate.DAMAGED)
