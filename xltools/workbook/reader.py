"""read_workbook: a report from a workbook, whoever saved it last. The only importer of calamine.

It reads and never judges: what was altered, typed over or not recalculated is noted for the rules.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TypeVar

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from xltools.book import (
    BLANK_PUBLISHED,
    CHECK_EXCUSED,
    CHECK_EXPLANATION,
    CHECK_PUBLISHED,
    CHECKS,
    GUIDE,
    IDENTITY,
    REVIEW,
    UNIT_SHEET,
    Book,
    Place,
    plan_book,
)
from xltools.errors import UnreadableFileError
from xltools.form import FindForm
from xltools.gate import WORKBOOK, GateError, read_file
from xltools.numerals import BLANKS, from_float, is_blank, is_number, show, understand
from xltools.report import Alteration, Breakdown, Origin, Report, Value
from xltools.unit import BLANK_IS_ZERO, UNIT_DETAILS, YEAR, YES, Unit
from xltools.workbook.formulas import total_formulas
from xltools.workbook.review_reading import read_explanations
from xltools.workbook.survey import DAMAGED, ENCRYPTED, Formulas, survey

T = TypeVar("T")
Content = int | float | str | bool | time | date | datetime | timedelta
NOT_OURS = "不是 xltools 生成的填报工作簿。请用 xltools template 生成工作簿，或把已发布的报告交给 xltools import。"
LARGEST = 1e18
"""Above this a number is no figure; understand() draws the same line."""
UNTOLD_FORMULA = "公式"
"""What stands for a formula in a .xls, whose text is not read."""
STDERR = 2
IDENTITY_ROWS = 10
"""How far down 填报说明 the identity is looked for, in case rows were inserted above it."""


def read_workbook(path: Path, find_form: FindForm) -> Report:
    """The report in a workbook of any kind (.xlsx .xlsm .xls .et .ods); `find_form` gives a form by its id.

    Raises UnreadableFileError for a file that is not one of ours, of another form or version, encrypted, damaged or enormous.
    """
    try:
        data = read_file(path, WORKBOOK.file, WORKBOOK.what)
        formulas = survey(data)
        sheets = open_sheets(data)
        return _Reading(_identify(path, sheets, find_form), sheets, formulas).report()
    except GateError as fault:
        raise UnreadableFileError(path, str(fault)) from fault


@dataclass(frozen=True, slots=True)
class Sheets:
    """The values of a file's sheets, as far as they were read; a sheet that the file lacks is empty."""

    workbook: CalamineWorkbook
    names: tuple[str, ...]
    read: dict[str, list[list[Content]]]

    def load(self, names: Iterable[str]) -> None:
        """Reads these sheets."""
        wanted = [name for name in names if name in self.names and name not in self.read]
        self.read.update(_guarded(lambda: {name: _rows(self.workbook, name) for name in wanted}))

    def rows(self, name: str) -> list[list[Content]]:
        """The rows of a sheet that was read."""
        return self.read.get(name, [])

    def at(self, place: Place) -> Content:
        """What stands in a cell, "" beyond the sheet's last one."""
        try:
            return self.read[place.sheet][place.row][place.column]
        except (KeyError, IndexError):
            return ""


def open_sheets(data: bytes) -> Sheets:
    """The sheets of a surveyed spreadsheet file, none read yet. Raises GateError for one that is damaged or encrypted."""
    workbook = _guarded(lambda: CalamineWorkbook.from_filelike(io.BytesIO(data)))
    return Sheets(workbook, tuple(workbook.sheet_names), {})


def _rows(workbook: CalamineWorkbook, name: str) -> list[list[Content]]:
    return workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)


def _guarded(call: Callable[[], T]) -> T:
    """What calamine gives; where it fails, a GateError."""
    try:
        with _silenced():
            return call()
    except PasswordError as fault:
        raise GateError(ENCRYPTED) from fault
    except CalamineError as fault:
        raise GateError(DAMAGED) from fault
    except BaseException as fault:
        if type(fault).__name__ != "PanicException":  # Rust's, which Exception does not cover and no module exports
            raise
        raise GateError(DAMAGED) from fault


@contextmanager
def _silenced() -> Iterator[None]:
    """Keeps what Rust says of its own failures off the screen: it writes to the process's stderr, past Python's."""
    try:
        screen = os.dup(STDERR)
    except OSError:  # a program without a console
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, STDERR)
        yield
    finally:
        os.dup2(screen, STDERR)
        os.close(nowhere)
        os.close(screen)


def _identify(path: Path, sheets: Sheets, find_form: FindForm) -> Book:
    """The book that the workbook says it is."""
    sheets.load([GUIDE])
    rows = sheets.rows(GUIDE)[:IDENTITY_ROWS]
    found = next((match for row in rows for cell in row[:1] if (match := IDENTITY.search(str(cell)))), None)
    if not found:
        raise UnreadableFileError(path, NOT_OURS)
    book = plan_book(find_form(found["form"]))
    if found["fingerprint"] != book.fingerprint:
        raise UnreadableFileError(
            path,
            f"工作簿是表式 {found['form']} 第 {found['version']} 版（指纹 {found['fingerprint']}），"
            f"现有的是第 {book.form.version} 版（指纹 {book.fingerprint}），两者的格子对不上。请用生成它的 xltools 版本，或重新生成工作簿后填写。",
        )
    sheets.load(book.known_sheets)
    return book


@dataclass(frozen=True, slots=True)
class _Reading:
    """Reads one workbook of a known book."""

    book: Book
    sheets: Sheets
    formulas: Formulas

    def report(self) -> Report:
        altered = self._altered()
        displaced = self._displaced(altered)
        unread = frozenset(key for key, table in self.book.tables.items() if table.section.sheet in displaced)
        typed: dict[str, str] = {}
        figures: dict[str, Value] = {}
        for figure in self.book.form.inputs:
            raw = None if figure.table in unread else self._input(self.book.figures[figure.id])
            figures[figure.id] = _value(raw, figure.unit)
            if isinstance(raw, str) and is_number(figures[figure.id]):
                typed[figure.id] = raw
        calculated, overwritten = self._totals(unread)
        figures |= {id: calculated[id] for id in overwritten}
        if CHECKS not in displaced:
            figures |= self._published()
        explanations, excused = self._explanations(displaced)
        details = {} if UNIT_SHEET in displaced else {key: self.sheets.at(place) for key, place in self.book.details.items()}
        paragraphs = dict(self._texts(displaced))
        return Report(
            form=self.book.form,
            year=_year(details.get(YEAR, "")),
            unit=Unit(**{detail.key: cell_text(details.get(detail.key, "")) for detail in UNIT_DETAILS}),
            figures=figures,
            texts={key: "\n".join(line for _, line in lines) for key, lines in paragraphs.items()},
            breakdowns=tuple(self._breakdowns(displaced)),
            typed=typed,
            blank_is_zero=cell_text(details.get(BLANK_IS_ZERO, "")) == YES,
            explanations=explanations,
            excused=excused,
            origin=Origin(
                kind="workbook",
                calculated={id: value for id, value in calculated.items() if id not in overwritten},
                overwritten=overwritten,
                altered=altered,
                missing_sheets=tuple(name for name in self.book.sheets if name not in self.sheets.names),
                extra_sheets=tuple(name for name in self.sheets.names if name not in self.book.known_sheets),
                unread=unread,
                displaced=displaced,
                paragraph_cells={key: tuple(number for number, _ in lines) for key, lines in paragraphs.items()},
            ),
        )

    def _input(self, place: Place) -> Content:
        """What stands in an input; where that is an error or a formula without a result, the error or the formula."""
        raw = self.sheets.at(place)
        formula = self.formulas(place.sheet).get(place.address) if raw == "" else None
        if formula is None:
            return raw
        text = formula.removeprefix("of:").removeprefix("=")
        return formula if formula.startswith("#") else (f"={text}" if text else UNTOLD_FORMULA)

    def _altered(self) -> tuple[Alteration, ...]:
        """The labels that are not what the form put there; of a table whose rows bear no label, its first total where it has moved."""
        labels = (
            Alteration(place.sheet, place.address, expected, found)
            for place, expected in self.book.labels.items()
            if (raw := self.sheets.at(place)) != expected and place.sheet in self.sheets.names
            if not _alike(found := cell_text(raw), expected)
        )
        return (*labels, *self._moved_totals())

    def _moved_totals(self) -> Iterator[Alteration]:
        """Of each sheet without anything in its totals, the first, where its figures are gone, too, or numbers stand beside their places."""
        totals: dict[str, list[Place]] = {}
        for id in self.book.form.definitions:
            totals.setdefault(self.book.figures[id].sheet, []).append(self.book.figures[id])
        for sheet, places in totals.items():
            if sheet in self.sheets.names and all(self.sheets.at(p) == "" and p.address not in self.formulas(sheet) for p in places):
                known = set(self.book.figures.values())
                numbers = {place for place, cell in self._cells(sheet) if isinstance(cell, (int, float))}
                if numbers - known or not numbers:
                    yield Alteration(sheet, places[0].address, "合计的公式", "")

    def _cells(self, sheet: str) -> Iterator[tuple[Place, Content]]:
        """What stands on a sheet, cell by cell."""
        for number, row in enumerate(self.sheets.rows(sheet)):
            yield from ((Place(sheet, number, column), cell) for column, cell in enumerate(row) if cell != "")

    def _displaced(self, altered: Iterable[Alteration]) -> frozenset[str]:
        """The sheets whose labels have moved, so that nothing can be trusted to stand in its cell; those that are gone, too."""
        displaced = {name for name in self.book.sheets if name not in self.sheets.names}
        by_sheet: dict[str, list[Alteration]] = {}
        for change in altered:
            by_sheet.setdefault(change.sheet, []).append(change)
        for sheet, changes in by_sheet.items():
            known = {_squeeze(text) for text in self.book.labels.values()}
            labels = {place: _squeeze(text) for place, text in self.book.labels.items() if place.sheet == sheet}
            texts = {place: _squeeze(cell) for place, cell in self._cells(sheet) if isinstance(cell, str)}
            filled = {texts[place] for place in self.book.figures.values() if place in texts}
            totals = {self.book.figures[id].address for id in self.book.form.definitions if self.book.figures[id].sheet == sheet}
            # labels where others or figures should be, labels somewhere else, totals that have moved, hardly a label left
            strayed = ({_squeeze(change.found) for change in changes} | filled) & known
            moved = {_squeeze(change.expected) for change in changes} & {text for place, text in texts.items() if labels.get(place) != text}
            if strayed or moved or totals & {change.cell for change in changes} or len(changes) > max(1, len(labels) // 2):
                displaced.add(sheet)
        return frozenset(displaced)

    def _totals(self, unread: frozenset[str]) -> tuple[dict[str, Value], tuple[str, ...]]:
        """What stands in the cells of the totals, and which of them hold no formula, or another than the form put there."""
        calculated: dict[str, Value] = {}
        overwritten, expected = [], total_formulas(self.book)
        formulas = {table.section.sheet: self.formulas(table.section.sheet) for table in self.book.tables.values()}
        for id in self.book.form.definitions:
            place = self.book.figures[id]
            if self.book.form.figures[id].table not in unread:
                calculated[id] = _value(self.sheets.at(place), self.book.form.figures[id].unit)
                formula = formulas[place.sheet].get(place.address)
                if formula is None or (formula and _plain_formula(formula) != expected[id]):
                    overwritten.append(id)
        return calculated, tuple(overwritten)

    def _published(self) -> dict[str, Value]:
        """The totals that an imported report stated otherwise than its inputs add up; they stand in 校验 until verified."""
        totals: dict[str, Value] = {}
        for line in self.book.checks:
            raw = self.sheets.at(line.place(CHECK_PUBLISHED))
            if line.relation and line.relation.total and raw != "":
                totals.setdefault(line.relation.total, None if raw == BLANK_PUBLISHED else _value(raw, ""))
        return totals

    def _texts(self, displaced: frozenset[str]) -> Iterable[tuple[str, list[tuple[int, str]]]]:
        """The paragraphs of each section, each with the number of the cell that it stands in."""
        for key, area in self.book.texts.items():
            if area.title.sheet not in displaced:
                cells = enumerate(cell_text(self.sheets.at(place)) for place in area.paragraphs)
                lines = [(number, line) for number, cell in cells for line in cell.splitlines() if not is_blank(line)]
                if lines:
                    yield key, lines

    def _breakdowns(self, displaced: frozenset[str]) -> Iterable[Breakdown]:
        for area in self.book.breakdowns:
            if area.title.sheet in displaced:
                continue
            unit = cell_text(self.sheets.at(area.unit))
            parts = [
                (cell_text(self.sheets.at(name)), _value(self._input(amount), unit))
                for name, amount in zip(area.names, area.amounts, strict=True)
            ]
            total = _value(self._input(area.total), unit)
            filled = tuple((name, value) for name, value in parts if name or value is not None)
            if filled or total is not None:
                yield Breakdown(area.slot.section, cell_text(self.sheets.at(area.label)), unit, total, filled)

    def _explanations(self, displaced: frozenset[str]) -> tuple[dict[str, str], dict[str, str]]:
        """What staff wrote in 审核意见 and in 校验, which goes first, and the differences that they wrote it for."""
        listed = read_explanations([[cell_text(cell) for cell in row] for row in self.sheets.rows(REVIEW)])
        explanations = {key: text for key, (text, _) in listed.items()}
        excused = {key: stake for key, (_, stake) in listed.items() if stake}
        for line in () if CHECKS in displaced else self.book.checks:
            difference = _value(self.sheets.at(line.place(CHECK_EXCUSED)), "")
            if text := cell_text(self.sheets.at(line.place(CHECK_EXPLANATION))):
                explanations[line.id] = text
                excused.pop(line.id, None)
            if is_number(difference):
                excused[line.id] = show(difference)
        return explanations, excused


def _year(raw: Content) -> int | None:
    value = _value(raw, "年")
    return value if isinstance(value, int) and 1000 <= value <= 9999 else None


def _value(raw: Content | None, unit: str) -> Value:
    """A cell's content as a figure; text is a number only where there is no doubt."""
    if raw is None or (isinstance(raw, str) and is_blank(raw)):
        return None
    if isinstance(raw, str):
        number = understand(raw, unit)
        return raw if number is None else number
    if isinstance(raw, bool) or not isinstance(raw, (int, float)):
        return cell_text(raw)
    # what no one can have meant is kept as it stands
    return from_float(raw) if abs(raw) < LARGEST else f"{raw:.15g}"


def cell_text(raw: Content) -> str:
    """A cell's content as text, with nothing to see as ""."""
    if isinstance(raw, str):
        return "" if is_blank(raw) else raw
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, (int, float)):
        return show(from_float(raw)) if abs(raw) < LARGEST else f"{raw:.15g}"
    return str(raw)


def _alike(found: str, expected: str) -> bool:
    """Whether a label is the expected one, blanks and line breaks aside."""
    return found == expected or _squeeze(found) == _squeeze(expected)


def _squeeze(text: str) -> str:
    return BLANKS.sub("", text)


def _plain_formula(formula: str) -> str:
    """A formula as the form writes it, whoever saved it: `of:=SUM([.D5:.I5];[.K9])` and `SUM($D$5:$I$5,K9)` are one."""
    text = formula.removeprefix("of:").removeprefix("=")
    return text.replace("[.", "").replace(":.", ":").replace("]", "").replace("$", "").replace(";", ",").replace(" ", "").upper()
