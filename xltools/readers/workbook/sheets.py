"""Inspects a spreadsheet file, since calamine, imported only here, aborts the process over cells too far away; then reads its values."""

import io
import os
import struct
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ExpatError

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from xltools.errors import UnreadableFileError
from xltools.files.gate import WORKBOOK, GateError, kind_of
from xltools.files.packages import open_package
from xltools.form.book import Place
from xltools.numerals import Number, from_float, is_blank, show
from xltools.readers.workbook.facts import DAMAGED, ENCRYPTED, NOT_SPREADSHEET, UNTOLD, BookFacts

Content = int | float | str | bool | time | date | datetime | timedelta
LARGEST = 1e18  # above this a number is no figure; understand() draws the same line
EXACT = 1e15  # above this not all digits of a number are kept
STDERR = 2


class Sheets(NamedTuple):
    """The values of a file's sheets, as far as they were read; a sheet that the file lacks is empty."""

    workbook: CalamineWorkbook
    names: tuple[str, ...]
    read: dict[str, list[list[Content]]]

    @property
    def visible(self) -> tuple[str, ...]:
        """Return the names of the sheets of cells that are not hidden."""
        listed = self.workbook.sheets_metadata
        return tuple(one.name for one in listed if one.typ == SheetTypeEnum.WorkSheet and one.visible == SheetVisibleEnum.Visible)

    def load(self, names: Iterable[str]) -> None:
        """Read these sheets."""
        wanted = [name for name in names if name in self.names and name not in self.read]
        with _guarded():
            sheets = [self.workbook.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in wanted]
        self.read.update(zip(wanted, sheets, strict=True))

    def rows(self, name: str) -> list[list[Content]]:
        """Return the rows of a sheet that was read."""
        return self.read.get(name, [])

    def cells(self, name: str) -> Iterator[tuple[Place, Content]]:
        """Yield what stands on a sheet, cell by cell."""
        for number, row in enumerate(self.rows(name)):
            yield from ((Place(name, number, column), cell) for column, cell in enumerate(row) if cell != "")

    def row(self, place: Place) -> list[Content]:
        """Return the row that a cell stands in."""
        return next(iter(self.rows(place.sheet)[place.row : place.row + 1]), [])

    def at(self, place: Place) -> Content:
        """Return what stands in a cell, "" beyond the sheet's last one."""
        try:
            return self.read[place.sheet][place.row][place.column]
        except (KeyError, IndexError):
            return ""


def shown_content(sheets: Sheets, facts: BookFacts, place: Place) -> Content:
    """Return what stands in a cell; where that is an error or a formula without a result, the error or the formula."""
    raw, own = sheets.at(place), facts.sheet(place.sheet)
    if raw != "":
        return raw
    formula = own.formulas.get(place.address)
    if formula is None:
        return own.errors.get(place.address, "")
    text = formula.removeprefix("of:").removeprefix("=")
    return formula if formula.startswith("#") else UNTOLD if text in ("", UNTOLD) else f"={text}"


def open_sheets(data: bytes) -> Sheets:
    """Return the sheets of an inspected spreadsheet file, none read yet. Raise GateError for one that is damaged or encrypted."""
    with _guarded():
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return Sheets(workbook, tuple(workbook.sheet_names), {})


def first_sheet_rows(path: Path, data: bytes) -> list[list[str]]:
    """Return the rows of the first sheet as text, a number of too many digits in its rounded form. Raise UnreadableFileError."""
    try:
        sheets = open_sheets(inspect_book(data).safe)
        sheets.load(sheets.names[:1])
        rows = sheets.rows(sheets.names[0]) if sheets.names else []
    except GateError as fault:
        raise UnreadableFileError(path, str(fault)) from fault
    return [[f"{cell:.14e}" if isinstance(cell, float) and abs(cell) >= EXACT else cell_text(cell) for cell in row] for row in rows]


@contextmanager
def _guarded() -> Iterator[None]:
    """Raise GateError where calamine fails; what Rust writes of that to the process's stderr, past Python's, is kept off the screen."""
    with ExitStack() as undone:
        with suppress(OSError):  # a program without a console
            screen = os.dup(STDERR)
            undone.callback(os.close, screen)
            nowhere = undone.enter_context(Path(os.devnull).open("wb"))
            os.dup2(nowhere.fileno(), STDERR)
            undone.callback(os.dup2, screen, STDERR)
        try:
            yield
        except BaseException as fault:
            # Rust's panic, which Exception does not cover and no module exports
            if not isinstance(fault, CalamineError) and type(fault).__name__ != "PanicException":
                raise
            raise GateError(ENCRYPTED if isinstance(fault, PasswordError) else DAMAGED) from fault


def stored_number(raw: Content) -> Number | None:
    """Return a cell's number as a spreadsheet program shows it; None for anything else, and for one that no one can have meant."""
    if isinstance(raw, bool) or not isinstance(raw, (int, float)) or abs(raw) >= LARGEST:
        return None
    return from_float(raw)


def cell_text(raw: Content) -> str:
    """Return a cell's content as text, "" where there is nothing to see."""
    if isinstance(raw, str):
        return "" if is_blank(raw) else raw
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, (int, float)):
        return show(from_float(raw)) if abs(raw) < LARGEST else f"{raw:.15g}"
    return str(raw)


FAILURES = (ParseError, ExpatError, struct.error, EOFError, OSError, KeyError, IndexError, ValueError, OverflowError)
"""What the libraries raise over a damaged file."""

XLSX, ODS, XLSB = "xl/workbook.xml", "content.xml", "xl/workbook.bin"
"""The part that tells a kind of package; calamine tries one kind after the other, and .xlsb is not read."""


def inspect_book(data: bytes) -> BookFacts:
    """Return the facts of a spreadsheet file. Raise GateError for one whose values must not be read."""
    kind = kind_of(data)
    try:
        if kind == "ole":
            from xltools.readers.workbook.xls import read_xls_facts

            return read_xls_facts(data)
        package = open_package(data, WORKBOOK) if kind == "zip" else ()
        kinds = [part for part in (XLSX, ODS, XLSB) if part in package]
        WORKBOOK.refuse(len(kinds) > 1, DAMAGED)
        if not package or kinds in ([], [XLSB]):
            raise GateError(NOT_SPREADSHEET)
        if kinds == [XLSX]:
            from xltools.readers.workbook.xlsx import read_xlsx_facts

            return read_xlsx_facts(package)
        from xltools.readers.workbook.ods import read_ods_facts

        return read_ods_facts(package)
    except FAILURES as fault:
        raise GateError(DAMAGED) from fault
