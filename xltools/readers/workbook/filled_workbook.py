"""Reads a report from a workbook, whoever saved it last.

It reads and never judges: what was altered, typed over or not recalculated is noted for the rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from xltools.errors import UnreadableFileError
from xltools.files.gate import WORKBOOK, GateError, read_file
from xltools.form.book import (
    BLANK_PUBLISHED,
    CHECK_BASIS,
    CHECK_EXCUSED,
    CHECK_EXPLANATION,
    CHECK_PUBLISHED,
    CHECK_WHAT,
    CHECK_WHERE,
    CHECKS,
    GUIDE,
    IDENTITY,
    REVIEW,
    REVIEW_COLUMNS,
    REVIEW_EXPLANATION,
    REVIEW_KEY,
    REVIEW_STAKE,
    REVIEW_TOP,
    UNIT_SHEET,
    Book,
    Place,
    plan_book,
)
from xltools.form.definition import FindForm
from xltools.form.formulas import total_formulas
from xltools.form.unit import BLANK_IS_ZERO, UNIT_DETAILS, YEAR, YES, Unit
from xltools.numerals import from_float, is_blank, is_number, show, understand
from xltools.readers.workbook.alterations import displaced_sheets, find_alterations
from xltools.readers.workbook.facts import UNTOLD_FORMULA, BookFacts
from xltools.readers.workbook.sheets import LARGEST, Content, Sheets, cell_text, inspect_book, open_sheets
from xltools.readers.workbook.source_rows import read_sources
from xltools.report.filled import Breakdown, Report, Unread, Value, still_unread, unread_by_reason, unread_table
from xltools.report.origin import Origin
from xltools.report.provenance import Provenance

MOVED, MISSING = "行列已经移位，本表内容没有读取。", "缺少工作表，本表内容没有读取。"
PROSE_MOVED, PROSE_MISSING = "行列已经移位，这一部分的文字没有读取。", "缺少工作表，这一部分的文字没有读取。"
NOT_OURS = "不是 xltools 生成的填报工作簿。请用 xltools template 生成工作簿，或把已发布的报告交给 xltools import。"
IDENTITY_ROWS = 10
"""How far down 填报说明 the identity is looked for, in case rows were inserted above it."""


def read_workbook(path: Path, find_form: FindForm) -> Report:
    """Return the report in a workbook of any kind (.xlsx .xlsm .xls .et .ods); `find_form` gives a form by its id.

    Raise UnreadableFileError for a file that is not one of ours, of another form or version, encrypted, damaged or enormous.
    """
    try:
        data = read_file(path, WORKBOOK.file, WORKBOOK.what)
        facts = inspect_book(data)
        sheets = open_sheets(facts.safe)
        return _ReportReader(_identify(path, sheets, find_form), sheets, facts).report()
    except GateError as fault:
        raise UnreadableFileError(path, str(fault)) from fault


def _identify(path: Path, sheets: Sheets, find_form: FindForm) -> Book:
    """Return the plan of the workbook, by what it says that it is."""
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
class _ReportReader:
    """Reads a report from a workbook whose plan is known."""

    book: Book
    sheets: Sheets
    facts: BookFacts

    def report(self) -> Report:
        altered = find_alterations(self.book, self.sheets, self.facts)
        displaced = displaced_sheets(self.book, self.sheets, altered)
        unread = {
            key: unread_table(self.book.form, key, MOVED if table.section.sheet in self.sheets.names else MISSING)
            for key, table in self.book.tables.items()
            if table.section.sheet in displaced
        }
        typed: dict[str, str] = {}
        figures: dict[str, Value] = {}
        for figure in self.book.form.inputs:
            raw = None if figure.table in unread else self._input(self.book.figures[figure.id])
            figures[figure.id] = _value(raw, figure.unit)
            if isinstance(raw, str) and is_number(figures[figure.id]):
                typed[figure.id] = raw
        calculated, overwritten = self._totals(unread.keys())
        figures |= {id: calculated[id] for id in overwritten}
        if CHECKS not in displaced:
            figures |= self._published()
        provenance = read_sources(self.sheets, self.book.form.figures)
        explanations, excused = self._explanations(displaced)
        if provenance and CHECKS not in displaced:
            explanations |= self._explained_lacks(provenance)
        details = {} if UNIT_SHEET in displaced else {key: self.sheets.at(place) for key, place in self.book.details.items()}
        paragraphs = dict(self._texts(displaced))
        return Report(
            form=self.book.form,
            year=_year(details.get(YEAR, "")),
            unit=Unit(**{detail.key: cell_text(details.get(detail.key, "")) for detail in UNIT_DETAILS}),
            figures=figures,
            texts={key: "\n".join(line for _, line in lines) for key, lines in paragraphs.items()},
            breakdowns=tuple(self._breakdowns(displaced)),
            unread=(*unread.values(), *self._lost_prose(displaced), *still_unread(self._listed_unread(displaced), figures, paragraphs)),
            typed=typed,
            blank_is_zero=cell_text(details.get(BLANK_IS_ZERO, "")) == YES,
            explanations=explanations,
            excused=excused,
            provenance=provenance,
            origin=Origin(
                kind="workbook",
                calculated={id: value for id, value in calculated.items() if id not in overwritten},
                overwritten=overwritten,
                altered=altered,
                missing_sheets=tuple(name for name in self.book.sheets if name not in self.sheets.names),
                extra_sheets=tuple(name for name in self.sheets.names if name not in self.book.known_sheets),
                displaced=displaced,
                paragraph_cells={key: tuple(number for number, _ in lines) for key, lines in paragraphs.items()},
                active=self.facts.active,
            ),
        )

    def _input(self, place: Place) -> Content:
        """Return what stands in an input; where that is an error or a formula without a result, the error or the formula."""
        raw, facts = self.sheets.at(place), self.facts.sheet(place.sheet)
        if raw != "":
            return raw
        formula = facts.formulas.get(place.address)
        if formula is None:
            return facts.errors.get(place.address, "")
        text = formula.removeprefix("of:").removeprefix("=")
        return formula if formula.startswith("#") else UNTOLD_FORMULA if text in ("", UNTOLD_FORMULA) else f"={text}"

    def _totals(self, unread: Set[str]) -> tuple[dict[str, Value], tuple[str, ...]]:
        """Return what stands in the cells of the totals, and which of them hold no formula, or another than the form put there."""
        calculated: dict[str, Value] = {}
        overwritten, expected = [], total_formulas(self.book)
        for id in self.book.form.definitions:
            place = self.book.figures[id]
            if self.book.form.figures[id].table not in unread:
                calculated[id] = _value(self.sheets.at(place), self.book.form.figures[id].unit)
                formula = self.facts.sheet(place.sheet).formulas.get(place.address)
                if formula is None or (formula and _plain_formula(formula) != expected[id]):
                    overwritten.append(id)
        return calculated, tuple(overwritten)

    def _published(self) -> dict[str, Value]:
        """Return the totals that an imported report stated otherwise than its inputs add up; they stand in 校验 until verified."""
        totals: dict[str, Value] = {}
        for line in self.book.checks:
            raw = self.sheets.at(line.place(CHECK_PUBLISHED))
            if line.relation and line.relation.total and raw != "":
                totals.setdefault(line.relation.total, None if raw == BLANK_PUBLISHED else _value(raw, ""))
        return totals

    def _texts(self, displaced: frozenset[str]) -> Iterable[tuple[str, list[tuple[int, str]]]]:
        """Yield the paragraphs of each section, each with the number of the cell that it stands in."""
        for key, area in self.book.texts.items():
            if area.title.sheet not in displaced:
                cells = enumerate(cell_text(self.sheets.at(place)) for place in area.paragraphs)
                lines = [(number, line) for number, cell in cells for line in cell.splitlines() if not is_blank(line)]
                if lines:
                    yield key, lines

    def _lost_prose(self, displaced: frozenset[str]) -> Iterable[Unread]:
        """Yield the sections of prose on the sheets that were not read."""
        for key, area in self.book.texts.items():
            if area.title.sheet in displaced:
                yield Unread(None, (), key, PROSE_MOVED if area.title.sheet in self.sheets.names else PROSE_MISSING)

    def _listed_unread(self, displaced: frozenset[str]) -> Iterable[Unread]:
        """Yield what 校验 lists as not read from the file that the workbook was made of."""
        figures = {f"{place.sheet}!{place.address}": id for id, place in self.book.figures.items() if place.sheet not in displaced}
        texts = [area for area in self.book.texts.values() if area.title.sheet not in displaced]
        sections = {f"{area.title.sheet}!{area.paragraphs[0].address}": area.section.key for area in texts}
        rows = (row for row in self.sheets.rows(CHECKS) if len(row) > CHECK_BASIS)
        listed = {cell_text(row[CHECK_WHERE]): cell_text(row[CHECK_BASIS]) for row in rows}
        yield from unread_by_reason(self.book.form, {id: listed[where] for where, id in figures.items() if where in listed})
        yield from (Unread(None, (), key, listed[where]) for where, key in sections.items() if where in listed)

    def _explained_lacks(self, provenance: Provenance) -> dict[str, str]:
        """Return what staff wrote in 校验 of what a sum lacks."""
        keys = {lack.what: lack.key for lack in provenance.lacks}
        rows = [[cell_text(cell) for cell in row] for row in self.sheets.rows(CHECKS) if len(row) > CHECK_EXPLANATION]
        return {keys[row[CHECK_WHAT]]: row[CHECK_EXPLANATION] for row in rows if row[CHECK_WHAT] in keys and row[CHECK_EXPLANATION]}

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
        """Return what staff wrote in 审核意见 and in 校验, which goes first, and the differences that they wrote it for."""
        listed = _review_explanations([[cell_text(cell) for cell in row] for row in self.sheets.rows(REVIEW)])
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


def _review_explanations(rows: Sequence[Sequence[str]]) -> dict[str, tuple[str, str]]:
    """Return what staff wrote in 审核意见 and the difference that they wrote it for, by the key of the finding.

    There is nothing where the sheet is not as it was made.
    """
    if len(rows) < REVIEW_TOP or tuple(rows[REVIEW_TOP - 1][: len(REVIEW_COLUMNS)]) != REVIEW_COLUMNS:
        return {}
    explained: dict[str, tuple[str, str]] = {}
    for row in rows[REVIEW_TOP:]:
        key, text, stake = row[REVIEW_KEY], row[REVIEW_EXPLANATION], row[REVIEW_STAKE]
        if key and text:
            explained.setdefault(key, (text, stake))
    return explained


def _year(raw: Content) -> int | None:
    value = _value(raw, "年")
    return value if isinstance(value, int) and 1000 <= value <= 9999 else None


def _value(raw: Content | None, unit: str) -> Value:
    """Return a cell's content as a figure; text is a number only where there is no doubt."""
    if raw is None or (isinstance(raw, str) and is_blank(raw)):
        return None
    if isinstance(raw, str):
        number = understand(raw, unit)
        return raw if number is None else number
    if isinstance(raw, bool) or not isinstance(raw, (int, float)):
        return cell_text(raw)
    # what no one can have meant is kept as it stands
    return from_float(raw) if abs(raw) < LARGEST else f"{raw:.15g}"


def _plain_formula(formula: str) -> str:
    """Return a formula as the form writes it, whoever saved it: `of:=SUM([.D5:.I5];[.K9])` and `SUM($D$5:$I$5,K9)` are one."""
    text = formula.removeprefix("of:").removeprefix("=")
    return text.replace("[.", "").replace(":.", ":").replace("]", "").replace("$", "").replace(";", ",").replace(" ", "").upper()
