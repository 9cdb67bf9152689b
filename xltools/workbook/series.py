"""Series: workbooks of many units as write_workbook gives them, in a fraction of the time: only what differs is replaced in one's XML."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from html import escape, unescape

from xltools.files.packages import Packed, deflate, open_package
from xltools.files.seals import OUTPUT
from xltools.form.book import CHECKS, Check, Place, plan_book
from xltools.form.unit import Unit
from xltools.numerals import Number, is_number
from xltools.report.filled import Report
from xltools.workbook.check_sheet import Verdicts
from xltools.workbook.locked_workbook import properties, write_workbook
from xltools.workbook.pen import CELL_LIMIT
from xltools.workbook.table_sheets import verdict_place

TEXTS, CORE, APP = "xl/sharedStrings.xml", "docProps/core.xml", "docProps/app.xml"
# a cell: what stands behind the format of an input, or the result of a formula
CELL = re.compile(r'<c r="([A-Z]+\d+)" s="\d+"(?:(?: t="str")?><f>[^<]*</f><v>(?P<value>[^<]*)|(?P<input>/>|(?: t="s")?><v>[^<]*</v></c>))')
TEXT = re.compile(r"<si>(?:<t(?: [^>]*)?>([^<]*)</t>|.*?)</si>", re.DOTALL)
# what xlsxwriter writes just as it is, but for & < >: no blanks at the ends, no controls, nothing that looks like its own marks
PLAIN = re.compile(r"(?!\s|<r>)(?:(?!_x)[^\x00-\x1f])*(?<!\s)")
CACHED = 64  # how many contents of a sheet are kept compressed, in case another unit has the same


class Series:
    """Writes workbooks of one form and year that differ only in the unit's details and the figures."""

    def __init__(self, blank: Report, password: str = "") -> None:
        self._blank = replace(blank, unit=Unit())
        self._password = password
        self._book = plan_book(blank.form)
        self._package = open_package(write_workbook(self._blank, password), OUTPUT)
        parts = {name: self._package.read(name).decode("utf-8") for name, *_ in self._package.sums()}
        self._texts, self._core, self._app = _TextTable(parts[TEXTS]), parts[CORE], parts[APP]
        self._details = [self._book.details[detail.key] for detail in blank.form.unit_details]
        figures = (self._book.figures[figure.id] for figure in self._book.form.inputs)
        changing = {*self._details, *figures, *dict(self._results(self._blank))}
        self._sheets: dict[str, Callable[[Mapping[Place, str]], Packed]] = {}
        for number, name in enumerate(self._book.sheets, start=1):
            places = {place.address: place for place in changing if place.sheet == name}
            part = f"xl/worksheets/sheet{number}.xml"
            if places:
                self._sheets[part] = _sheet_writer(parts[part], places)

    def workbook(self, report: Report) -> bytes:
        """Return what write_workbook gives for the report; in the fast way where the report allows it."""
        if not self._fits(report):
            return write_workbook(report, self._password)
        numbers, texts = self._texts.add([report.unit.detail(detail.key) for detail in report.form.unit_details])
        # exactly what xlsxwriter writes
        told = ("/>" if number is None else f' t="s"><v>{number}</v></c>' for number in numbers)
        cells = dict(zip(self._details, told, strict=True))
        for figure in self._book.form.inputs:
            value = report.figures[figure.id]
            cells[self._book.figures[figure.id]] = "/>" if value is None else f"><v>{value:.16G}</v></c>"
        cells |= {place: result if isinstance(result, str) else str(float(result)) for place, result in self._results(report)}
        changed = {part: write(cells) for part, write in self._sheets.items()}
        for part, content in ((TEXTS, texts), *self._properties(report)):
            changed[part] = deflate(content.encode("utf-8"))
        return self._package.exchange(changed)

    def _fits(self, report: Report) -> bool:
        """Return whether the report differs from the blank one only by plain details and numbers."""
        blank, details = self._blank, [report.unit.detail(detail.key) for detail in report.form.unit_details]
        return (
            all(relation.is_linear for relation in blank.form.relations)
            and report.figures.keys() == blank.figures.keys()
            and all(value is None or is_number(value) for value in report.figures.values())
            # xlsxwriter cuts at so many units of UTF-16, of which a character takes up to two
            and all(not text or (len(text) <= CELL_LIMIT // 2 and PLAIN.fullmatch(text)) for text in details)
            and replace(report, unit=blank.unit, figures=blank.figures) == blank
        )

    def _results(self, report: Report) -> Iterator[tuple[Place, Number | str]]:
        """Yield the result of each formula that depends on figures; those of breakdowns depend on prose, which does not change."""
        book, verdicts = self._book, Verdicts(self._book, report)
        yield from ((book.figures[id], report.computed[id]) for id in book.form.definitions)
        yield from ((verdict_place(table), verdicts.of_table(key)[1]) for key, table in book.tables.items())
        yield Place(CHECKS, 1, 0), verdicts.overall()[1]
        for line in book.checks:
            left, right = verdicts.sides(line) or (0, None)
            right = right or 0  # there are no rates and no conditions here
            yield line.place(Check.LEFT), left
            yield line.place(Check.RIGHT), right
            yield line.place(Check.DIFFERENCE), left - right
            yield line.place(Check.RESULT), verdicts.result(line)

    def _properties(self, report: Report) -> Iterator[tuple[str, str]]:
        before, after = properties(self._blank), properties(report)
        core = self._core
        for tag, key in (("dc:title", "title"), ("dc:creator", "author"), ("cp:lastModifiedBy", "author")):
            core = core.replace(_element(tag, before[key]), _element(tag, after[key]), 1)
        yield CORE, core
        yield APP, self._app.replace(_element("Company", before["company"]), _element("Company", after["company"]), 1)


def _sheet_writer(xml: str, places: Mapping[str, Place]) -> Callable[[Mapping[Place, str]], Packed]:
    """Return what gives a sheet, compressed, with other contents of the cells that may change, which stand at these addresses."""
    cells = [cell for cell in CELL.finditer(xml) if cell[1] in places]
    assert len(cells) == len(places), "a cell that may change is not where it should be"
    spans = [cell.span(cell.lastgroup or 0) for cell in cells]
    begins, ends = [0, *(end for _, end in spans)], [*(start for start, _ in spans), len(xml)]
    around = [xml[begin:end] for begin, end in zip(begins, ends, strict=True)]

    @lru_cache(CACHED)
    def compress(*contents: str) -> Packed:
        pieces = (piece for pair in zip(around, (*contents, ""), strict=True) for piece in pair)
        return deflate("".join(pieces).encode("utf-8"))

    return lambda contents: compress(*(contents[places[cell[1]]] for cell in cells))


class _TextTable:
    """The file's table of texts, which cells refer to by number; new ones come at its end, as write_workbook writes the details last."""

    def __init__(self, xml: str) -> None:
        self._numbers = {unescape(item[1]): number for number, item in enumerate(TEXT.finditer(xml)) if item[1] is not None}
        counts = re.search(r'count="(\d+)" uniqueCount="(\d+)"', xml)
        assert counts
        self._used, self._different = int(counts[1]), int(counts[2])
        self._head, self._items = xml[: counts.start()], xml[counts.end() :].removesuffix("</sst>")

    def add(self, texts: Sequence[str]) -> tuple[list[int | None], str]:
        """Return the number of each text, None for "", and the table with all of them."""
        new = dict.fromkeys(text for text in texts if text and text not in self._numbers)
        known = self._numbers | {text: number for number, text in enumerate(new, start=self._different)}
        numbers = [known[text] if text else None for text in texts]
        used = self._used + sum(number is not None for number in numbers)
        items = "".join(f"<si>{_element('t', text)}</si>" for text in new)
        return numbers, f'{self._head}count="{used}" uniqueCount="{self._different + len(new)}"{self._items}{items}</sst>'


def _element(tag: str, text: str) -> str:
    return f"<{tag}>{escape(text, quote=False)}</{tag}>"
