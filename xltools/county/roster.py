"""Roster: the units that a report is expected of; read_roster gives it from a file, be it text or a spreadsheet."""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from xltools.errors import UnreadableFileError
from xltools.files.gate import TEXT_LIMIT, WORKBOOK, kind_of, read_file
from xltools.form.unit import GOVERNMENT, Unit, plain_name
from xltools.numerals import EDGES

HEADERS = {
    "code": ("代码", "单位代码", "code"),
    "name": ("单位名称", "名称", "name"),
    "short_name": ("单位简称", "简称", "short_name"),
    "former_names": ("原单位名称", "曾用名", "former_names"),
    "address": ("地址", "address"),
    "phone": ("电话", "phone"),
    "postcode": ("邮编", "postcode"),
    "website": ("网站名称", "website"),
    "website_url": ("网址", "website_url"),
}
"""The columns of a roster, and what they may be called."""
HEADER_ROWS = 10  # how far down the header is looked for; a title may stand above it
SEPARATORS = re.compile("[、;；,，|/\n]")  # what stands between several former names
CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")
WHOLE = re.compile(r"^(\d+)\.0+$")  # a code that was stored as a number
TOTAL_ROW = re.compile(r"[合总小共]计(?:[:\d].*)?")  # what a row that counts the units is called; it is none
ROUNDED = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")  # a code that a spreadsheet program took for a number and rounded
TEXT_KINDS, SHEET_KINDS = (".csv", ".tsv", ".txt"), (".xlsx", ".xlsm", ".xls", ".et", ".ods")
ENCODINGS = ("utf-8-sig", "gb18030")  # what Chinese text is in, the likelier first; what is neither is hardly ever taken for UTF-8
DELIMITERS = (",", "\t", ";")
KEPT = re.compile(r'^(?:="(.*)"|\'(.*))$', re.DOTALL)
"""How text that looks like a number is kept from spreadsheet programs: ="0012" or '0012."""


@dataclass(frozen=True, slots=True)
class RosterUnit:
    """A unit that is expected to report: its code, its details as 基本信息 has them, and the names that it had before."""

    code: str
    unit: Unit
    former_names: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All names that its reports may bear, the present one first; last the one that the title of a government's report has."""
        told = (self.unit.name, self.unit.short_name, *self.former_names, self.unit.name.removesuffix(GOVERNMENT))
        return tuple(dict.fromkeys(filter(None, told)))


@dataclass(frozen=True)
class Roster:
    """The units in their order."""

    units: tuple[RosterUnit, ...]

    @cached_property
    def _by_name(self) -> Mapping[str, RosterUnit]:
        """The units by each of their names; where two have one, it is the one's present name, or the earlier one's."""
        backwards = self.units[::-1]
        others = {plain_name(name): unit for unit in backwards for name in unit.names[::-1]}
        return others | {plain_name(unit.unit.name): unit for unit in backwards}

    def find(self, name: str) -> RosterUnit | None:
        """Return the unit with this name, its present one before any former one; None where there is none."""
        return self._by_name.get(plain_name(name))


def read_roster(path: Path) -> Roster:
    """Return the roster in a .csv or in the first sheet of a spreadsheet. Raise UnreadableFileError, in one line that says what to do."""
    kind = path.suffix.lower()
    if kind in SHEET_KINDS:
        from xltools.readers.workbook.sheets import first_sheet_rows

        return _make_roster(path, first_sheet_rows(path, read_file(path, WORKBOOK.file, "名册")))
    if kind not in TEXT_KINDS:
        raise UnreadableFileError(path, "名册应为 .csv 或 .xlsx 文件。")
    data = read_file(path, TEXT_LIMIT, "名册", may_be_empty=True)
    if kind_of(data) != "other":
        raise UnreadableFileError(path, f"文件名以 {kind} 结尾，内容却是表格、文档或 PDF 文件。请把结尾改回原来的（如 .xlsx）。")
    return _make_roster(path, _text_rows(path, data))


def _text_rows(path: Path, data: bytes) -> list[list[str]]:
    """Return the rows of a text file, read in the way in which its header says most."""
    tables = []
    for encoding in ("utf-16",) if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ENCODINGS:
        for delimiter in DELIMITERS:
            with suppress(UnicodeDecodeError, csv.Error):
                rows = csv.reader(io.StringIO(data.decode(encoding), newline=""), delimiter=delimiter)
                tables.append([[KEPT.sub(r"\1\2", cell) for cell in row] for row in rows])
    if not tables:
        raise UnreadableFileError(path, "文字无法识别，或文件已损坏。请在 Excel 或 WPS 中另存为“CSV UTF-8”。")
    return max(tables, key=lambda rows: len(_find_header(rows)[1]))  # among equals the first one


def _find_header(rows: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]]:
    """Return how many rows there are up to and with the header, and where which column stands; (0, {}) where no row names the units' names."""
    for number, row in enumerate(rows[:HEADER_ROWS], start=1):
        words = [plain_name(cell).removesuffix("(必填)").strip("*").casefold() for cell in row]
        columns = {key: min(map(words.index, called)) for key, names in HEADERS.items() if (called := {*names} & {*words})}
        if "name" in columns:
            return number, columns
    return 0, {}


def _make_roster(path: Path, rows: Sequence[Sequence[str]]) -> Roster:
    """Return the roster in the rows of a table. Raise UnreadableFileError, naming the row, for doubt which unit is which."""
    top, columns = _find_header(rows)
    if not columns:
        others = "、".join(words[0] for key, words in HEADERS.items() if key != "name")
        raise UnreadableFileError(path, f"没有找到表头。名册应有一行表头，其中一栏是“单位名称”，另可有：{others}。")
    units: dict[int, RosterUnit] = {}
    for number, row in enumerate(rows[top:], start=top + 1):
        cells = {key: row[column] if column < len(row) else "" for key, column in columns.items()}
        if any(map(plain_name, cells.values())) and not any(TOTAL_ROW.fullmatch(plain_name(cell)) for cell in row):
            units[number] = _unit(path, number, cells)
    if not units:
        raise UnreadableFileError(path, "名册中没有单位。请在表头下面每行填一个单位。")
    _expect_distinct(path, units)
    return Roster(tuple(units.values()))


def _unit(path: Path, number: int, cells: Mapping[str, str]) -> RosterUnit:
    """Return the unit in a row."""
    former = tuple(dict.fromkeys(filter(None, map(_clean, SEPARATORS.split(cells.get("former_names", ""))))))
    details = {key: _clean(cell) for key, cell in cells.items() if key != "former_names"}
    details |= {key: WHOLE.sub(r"\1", details[key]) for key in ("code", "phone", "postcode") if key in details}
    code = details.pop("code", "")
    if not details["name"]:
        raise UnreadableFileError(path, f"第 {number} 行没有单位名称。请补上，或删去这一行。")
    if ROUNDED.fullmatch(code):
        raise UnreadableFileError(path, f"第 {number} 行的代码“{code}”已被表格软件当作数字取整。请把代码一栏设为文本格式后重新填写。")
    return RosterUnit(code, Unit.of(details), tuple(name for name in former if plain_name(name) != plain_name(details["name"])))


def _clean(cell: str) -> str:
    """Return a cell's text on one line, without blanks around it."""
    return EDGES.sub("", CONTROLS.sub("", cell))


def _expect_distinct(path: Path, units: Mapping[int, RosterUnit]) -> None:
    """Raise UnreadableFileError where a code or a name could mean two units."""
    _expect_once(path, "代码", ((number, unit.code) for number, unit in units.items()))
    _expect_once(path, "单位名称", ((number, unit.unit.name) for number, unit in units.items()))
    rows = {plain_name(unit.unit.name): number for number, unit in units.items()}
    for number, name in ((number, name) for number, unit in units.items() for name in unit.former_names):
        if row := rows.get(plain_name(name)):
            raise UnreadableFileError(path, f"第 {number} 行的原单位名称“{name}”是第 {row} 行的单位名称，分不清是哪个单位。请改正后重试。")


def _expect_once(path: Path, what: str, texts: Iterable[tuple[int, str]]) -> None:
    rows: dict[str, tuple[int, str]] = {}
    for number, text in texts:
        first, earlier = rows.setdefault(plain_name(text), (number, text)) if text else (number, text)
        if first != number and earlier == text:
            advice = "请改正后重试。" if what == "代码" else "是同一单位的请只留一行，不是的请写全称。"
            raise UnreadableFileError(path, f"第 {first} 行和第 {number} 行的{what}都是“{text}”。{advice}")
        if first != number:
            raise UnreadableFileError(path, f"第 {first} 行“{earlier}”和第 {number} 行“{text}”是同一{what}的两种写法。请只留一行后重试。")
