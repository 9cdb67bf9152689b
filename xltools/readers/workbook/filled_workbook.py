"""Reads a report from a workbook, whoever saved it last, and never judges: what was altered or typed over is noted for the rules."""

import re
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from xltools.errors import UnreadableFileError
from xltools.files.gate import WORKBOOK, GateError, read_file
from xltools.form.book import BLANK_PUBLISHED, CHECK_COLUMNS, CHECKS, GUIDE, IDENTITY, UNIT_SHEET, Book, Check, Place, plan_book
from xltools.form.definition import Figure, FindForm
from xltools.form.formulas import total_formulas
from xltools.form.kinds import settle_words
from xltools.form.unit import BLANK_IS_ZERO, YEAR, YES, Unit
from xltools.numerals import CHINESE_DIGITS, chinese_number, from_decimal, grouped, is_blank, is_number, show, understand
from xltools.readers.workbook.appearance import find_oddities
from xltools.readers.workbook.facts import BookFacts
from xltools.readers.workbook.located import Located, locate_as_planned
from xltools.readers.workbook.sheets import Content, Sheets, cell_text, inspect_book, open_sheets, shown_content, stored_number
from xltools.readers.workbook.source_rows import read_review, read_sources
from xltools.report.filled import Breakdown, Report, Unread, Value, still_unread, unread_by_reason
from xltools.report.origin import Origin
from xltools.report.provenance import Provenance

NOT_OURS = "不是 xltools 生成的填报工作簿，其中也没有年度报告的表格。请用 xltools template 生成工作簿，或换用含有表格的报告文件。"
NO_GUIDE = f"缺少工作表“{GUIDE}”或其中的“表式”一行，不能确定是哪个表式。请用 xltools import 旧.xlsx -o 新.xlsx 转入新工作簿，不是现行格式的加 --form 表式编号。"
PRODUCTS = {
    re.compile(r".*　\d{4}年度.*　汇总情况"): "这是汇总情况，不是报告。请改用汇总出的工作簿，文件名没有“-汇总情况”的那一份。",
    re.compile(r".*　对比|正文对比：.*"): "这是两份报告的对比，不是报告。请改用所对比的报告。",
}
"""What we write beside reports, by the title on its first sheet, and what to use instead."""
OURS = {UNIT_SHEET, CHECKS}  # the sheets that a workbook of ours is known by, where what tells its form is gone
IDENTITY_ROWS = 10  # how far down 填报说明 the identity is looked for, in case rows were inserted above it


def read_workbook(path: Path, find_form: FindForm, mend: bool = False) -> Report:
    """Return the report in a workbook, read by its labels if of another version, or moved and to `mend`. Raise UnreadableFileError."""
    try:
        data = read_file(path, WORKBOOK.file, WORKBOOK.what)
        facts = inspect_book(data)
        sheets = open_sheets(facts.safe)
        located = _locate(sheets, facts, find_form, mend)
        return _ReportReader(located, sheets, facts).report() if located else _read_plain(path, sheets, facts, find_form)
    except GateError as fault:
        raise UnreadableFileError(path, str(fault)) from fault


def _locate(sheets: Sheets, facts: BookFacts, find_form: FindForm, mend: bool) -> Located | None:
    """Return where things stand in the workbook, by what it says that it is; None for one that is not ours."""
    sheets.load([GUIDE])
    rows = sheets.rows(GUIDE)[:IDENTITY_ROWS]
    found = next((match for row in rows for cell in row[:1] if (match := IDENTITY.search(str(cell)))), None)
    if not found and not (mend and OURS.issubset(sheets.names)):
        return None
    book = plan_book(find_form(found["form"] if found else None))
    is_planned = found is not None and found["fingerprint"] == book.fingerprint
    sheets.load(book.known_sheets)
    located = locate_as_planned(book, sheets, facts)
    if is_planned and not (mend and located.displaced):
        return located
    from xltools.readers.workbook.by_labels import locate_by_labels  # seldom needed, and slow to import

    sheets.load(sheets.visible)
    if is_planned:
        of_sheets = grouped((name in sheets.names, f"“{name}”") for name in book.sheets if name in located.displaced)
        why = "，".join(("{}的行列已移位" if is_there else "缺少工作表{}").format("".join(names)) for is_there, names in of_sheets.items())
        return locate_by_labels(book, sheets, facts, why)
    if not found:
        return locate_by_labels(book, sheets, facts, f"工作簿缺少“{GUIDE}”")
    now = f"现为第{book.form.version}版" if int(found["version"]) != book.form.version else "格子的位置与现在不同"
    return locate_by_labels(book, sheets, facts, f"工作簿由表式第{found['version']}版生成，{now}")


def _read_plain(path: Path, sheets: Sheets, facts: BookFacts, find_form: FindForm) -> Report:
    """Return the report in a workbook that is not ours, by the official tables that are seen in it."""
    from xltools.readers.published.assembly import NO_REPORT
    from xltools.readers.published.sheet_grids import read_sheets
    from xltools.readers.workbook.grids import sheet_grid

    if OURS.issubset(sheets.names):
        raise UnreadableFileError(path, NO_GUIDE)
    sheets.load(sheets.visible)
    title = cell_text(sheets.at(Place(sheets.names[0], 0, 0))) if sheets.names else ""
    if told := next((told for product, told in PRODUCTS.items() if product.fullmatch(title)), ""):
        raise UnreadableFileError(path, told)
    try:
        return read_sheets(path, [sheet_grid(sheets, facts, name) for name in sheets.visible], find_form, facts.active)
    except UnreadableFileError as fault:
        raise UnreadableFileError(path, NOT_OURS) if fault.reason == NO_REPORT.format(find_form(None).title) else fault from None


class _ReportReader(NamedTuple):
    """Reads a report from a workbook in which it is known where things stand."""

    located: Located
    sheets: Sheets
    facts: BookFacts

    @property
    def book(self) -> Book:
        return self.located.book

    def report(self) -> Report:
        located, form = self.located, self.book.form
        held = {figure.id: self._input(self.book.figures[figure.id]) for figure in form.inputs if figure.id not in located.unread}
        figures = {figure.id: self._figure(figure, held.get(figure.id)) for figure in form.inputs}
        typed = {id: raw for id, raw in held.items() if isinstance(raw, str) and is_number(figures[id])}
        calculated, overwritten = self._totals()
        figures |= {id: calculated[id] for id in overwritten if calculated[id] is not None}  # an emptied cell states nothing
        figures |= self._published()
        provenance = read_sources(self.sheets, form.figures)
        explanations, excused = self._explanations(provenance)
        details = {key: self.sheets.at(self.book.details[key]) for key in located.details}
        paragraphs = dict(self._texts())
        written = cell_text(details.get(YEAR, "")).strip().removesuffix("度").removesuffix("年")
        year = chinese_number(written) if re.fullmatch(f"[{CHINESE_DIGITS}]{{4}}", written) else understand(written)
        return Report(
            form=form,
            year=year if isinstance(year, int) and 1000 <= year <= 9999 else None,
            unit=Unit.of({detail.key: cell_text(details.get(detail.key, "")) for detail in form.unit_details}),
            figures=figures,
            texts={key: "\n".join(line for _, line in lines) for key, lines in paragraphs.items()},
            breakdowns=tuple(self._breakdowns()),
            unread=(
                *unread_by_reason(form, located.unread),
                *(Unread(None, (), key, reason) for key, reason in located.lost.items()),
                *still_unread(self._listed_unread(), figures, paragraphs),
            ),
            typed=typed,
            blank_is_zero=cell_text(details.get(BLANK_IS_ZERO, "")) == YES,
            explanations=explanations,
            excused=excused,
            provenance=provenance,
            origin=Origin(
                kind="workbook",
                calculated={id: value for id, value in calculated.items() if id not in overwritten},
                overwritten=overwritten,
                altered=located.altered,
                missing_sheets=tuple(name for name in self.book.sheets if name not in self.sheets.names),
                extra_sheets=tuple(name for name in self.sheets.names if name not in self.book.known_sheets),
                displaced=located.displaced,
                paragraph_cells={key: tuple(number for number, _ in lines) for key, lines in paragraphs.items()},
                active=self.facts.active,
                publication=located.publication,
                by_labels=located.by_labels,
                oddities=tuple(find_oddities(located, self.sheets, self.facts)),
                book=self.book if located.by_labels else None,
            ),
        )

    def _figure(self, figure: Figure, raw: Content | None) -> Value:
        """Return what stands in an input: a number, or words as they are settled; a percent typed as 93.25% is 93.25."""
        if figure.is_words:
            text = "" if raw is None else cell_text(raw)
            return None if is_blank(text) else settle_words(figure, text)
        value = _value(raw, figure.unit)
        if figure.domain == "percent" and is_number(value) and not isinstance(raw, str):
            place = self.book.figures[figure.id]
            if self.facts.shows_percent(place.sheet, place.address):
                return from_decimal(Decimal(value) * 100)
        return value

    def _input(self, place: Place) -> Content:
        return shown_content(self.sheets, self.facts, place)

    def _text(self, place: Place) -> str:
        return cell_text(self.sheets.at(place))

    def _totals(self) -> tuple[dict[str, Value], tuple[str, ...]]:
        """Return what stands in the cells of the totals, and which of them hold no formula, or another than the form put there."""
        calculated: dict[str, Value] = {}
        overwritten, expected = [], total_formulas(self.book)
        for id in self.book.form.definitions:
            place = self.book.figures[id]
            if id not in self.located.unread:
                calculated[id] = _value(self.sheets.at(place), self.book.form.figures[id].unit)
                formula = self.facts.sheet(place.sheet).formulas.get(place.address)
                if formula is None or (formula and _plain_formula(formula) != _plain_formula(expected[id])):
                    overwritten.append(id)
        return calculated, tuple(overwritten)

    def _published(self) -> dict[str, Value]:
        """Return the totals that an imported report stated otherwise than its inputs add up; they stand in 校验 until verified."""
        totals: dict[str, Value] = {}
        for line in self.located.checks:
            raw = self.sheets.at(line.place(Check.PUBLISHED))
            if line.relation and line.relation.total and raw != "":
                totals.setdefault(line.relation.total, None if raw == BLANK_PUBLISHED else _value(raw, ""))
        return totals

    def _texts(self) -> Iterable[tuple[str, list[tuple[int, str]]]]:
        """Yield the paragraphs of each section, each with the number of the cell that it stands in."""
        for key, area in self.book.texts.items():
            if key not in self.located.lost:
                cells = enumerate(map(self._text, area.paragraphs))
                lines = [(number, line) for number, cell in cells for line in cell.splitlines() if not is_blank(line)]
                if lines:
                    yield key, lines

    def _listed_unread(self) -> Iterable[Unread]:
        """Yield what 校验 lists as not read from the file that the workbook was made of."""
        figures = {f"{place.sheet}!{place.address}": id for id, place in self.book.figures.items() if id not in self.located.unread}
        texts = [area for key, area in self.book.texts.items() if key not in self.located.lost]
        sections = {f"{area.title.sheet}!{area.paragraphs[0].address}": area.section.key for area in texts}
        columns = self.book.checks[0].columns if self.book.checks else range(len(CHECK_COLUMNS))
        where, reason = columns[Check.WHERE], columns[Check.BASIS]
        rows = (row for row in self.sheets.rows(CHECKS) if len(row) > max(where, reason))
        listed = {cell_text(row[where]): cell_text(row[reason]) for row in rows}
        yield from unread_by_reason(self.book.form, {id: listed[where] for where, id in figures.items() if where in listed})
        yield from (Unread(None, (), key, listed[where]) for where, key in sections.items() if where in listed)

    def _breakdowns(self) -> Iterable[Breakdown]:
        for area in self.located.breakdowns:
            unit = self._text(area.unit)
            total, *amounts = (_value(self._input(amount), unit) for amount in (area.total, *area.amounts))
            parts = zip(map(self._text, area.names), amounts, strict=True)
            filled = tuple((name, value) for name, value in parts if name or value is not None)
            if filled or total is not None:
                yield Breakdown(area.slot.section, self._text(area.label), unit, total, filled)

    def _explanations(self, provenance: Provenance | None) -> tuple[dict[str, str], dict[str, str]]:
        """Return what staff wrote in 审核意见 and in 校验, which goes first, and the differences that they wrote it for."""
        listed = read_review(self.sheets)
        explanations = {key: text for key, (text, _) in listed.items()}
        excused = {key: stake for key, (_, stake) in listed.items() if stake}
        for line in self.located.checks:
            difference = _value(self.sheets.at(line.place(Check.EXCUSED)), "")
            if text := self._text(line.place(Check.EXPLANATION)):
                explanations[line.id] = text
                excused.pop(line.id, None)
            if is_number(difference):
                excused[line.id] = show(difference)
        keys = {lack.what: lack.key for lack in provenance.lacks} if provenance else {}
        rows = [[cell_text(cell) for cell in row] for row in self.sheets.rows(CHECKS) if keys and len(row) > Check.EXPLANATION]
        lacks = {keys[row[Check.WHAT]]: row[Check.EXPLANATION] for row in rows if row[Check.WHAT] in keys and row[Check.EXPLANATION]}
        return explanations | lacks, excused


def _value(raw: Content | None, unit: str) -> Value:
    """Return a cell's content as a figure; text is a number only where there is no doubt."""
    if raw is None or (isinstance(raw, str) and is_blank(raw)):
        return None
    number = understand(raw, unit) if isinstance(raw, str) else stored_number(raw)
    return cell_text(raw) if number is None else number  # what no one can have meant is kept as it stands


def _plain_formula(formula: str) -> str:
    """Return a formula as the form writes it, whoever saved it: `of:=SUM([.D5:.I5];[.K9])` and `SUM($D$5:$I$5,K9)` are one."""
    text = formula.removeprefix("of:").removeprefix("=").replace("$", "").replace("'", "")
    text = re.sub(r"\[([^\[\].]+)\.", r"\1!", text)  # a cell of another sheet in OpenDocument
    return text.replace("[.", "").replace(":.", ":").replace("]", "").replace(";", ",").replace(" ", "").upper()
