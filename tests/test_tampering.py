"""Whatever is changed in a locked workbook, it is told, and no figure is ever read from another one's cell."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl
import pytest

from tests.edited import EACH_ITS_OWN, OWN
from tests.reports import FORM, TEXTS, report
from xltools.errors import XltoolsError
from xltools.form.book import CHECKS, Check, Place, plan_book
from xltools.form.loader import find_form
from xltools.readers.dispatch import read_report
from xltools.report.filled import Report
from xltools.rules.review import review
from xltools.workbook.locked_workbook import write_workbook

pytestmark = pytest.mark.trial  # long runs

BOOK = plan_book(FORM)
ROW, CELL = re.compile(r'<row r="(\d+)".*?</row>|<row r="(\d+)"[^>]*/>', re.DOTALL), re.compile(r'<c r="([A-Z]+)(\d+)"')
MERGES = re.compile(r"<mergeCells.*?</mergeCells>", re.DOTALL)

Edit = Callable[[str], str]


@dataclass(frozen=True)
class Workbook:
    """A filled workbook as its parts, so that one sheet can be changed without saving all the others."""

    entries: dict[str, bytes]

    def edited(self, path: Path, part: str, edit: Edit) -> Path:
        """The workbook with one part changed, written to this path."""
        return self.written(path, {part: edit(self.entries[part].decode()).encode()})

    def written(self, path: Path, changed: dict[str, bytes]) -> Path:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as package:
            for name, data in (self.entries | changed).items():
                package.writestr(name, data)
        return path


def _part(sheet: str) -> str:
    return f"xl/worksheets/sheet{BOOK.sheets.index(sheet) + 1}.xml"


@pytest.fixture(scope="module")
def data() -> bytes:
    return write_workbook(EACH_ITS_OWN)


@pytest.fixture(scope="module")
def workbook(data: bytes) -> Workbook:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return Workbook({name: package.read(name) for name in package.namelist()})


@pytest.fixture(scope="module")
def locked(data: bytes) -> list[tuple[Place, object]]:
    """Every locked cell that holds something, with what it holds."""
    opened = openpyxl.load_workbook(io.BytesIO(data))
    return [
        (Place(sheet.title, cell.row - 1, cell.column - 1), cell.value)
        for sheet in opened
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None and cell.protection.locked
    ]


def _read(path: Path, mend: bool = False) -> Report | None:
    """The report, or None where the file is refused."""
    try:
        return read_report(path, find_form(None), mend)
    except XltoolsError:
        return None


def _codes(read: Report) -> set[str]:
    return {finding.rule.code for finding in review(read).findings}


def _typed(place: Place, text: str) -> Edit:
    """Types this over a cell: a number, or a text; an empty one empties it."""
    body = f"<v>{text}</v>" if text.isdigit() else f"<is><t>{escape(text)}</t></is>"
    kind = "" if text.isdigit() else ' t="inlineStr"'
    cell = f'<c r="{place.address}"{kind}>{body}</c>' if text else f'<c r="{place.address}"/>'
    return lambda xml: re.sub(rf'<c r="{place.address}"[^>]*?(/>|>.*?</c>)', lambda _: cell, xml, count=1, flags=re.DOTALL)


def _replacements(place: Place, value: object) -> Iterator[str]:
    """What someone might type there: for a label another one of the sheet, or nothing; else a number, or nothing."""
    if place in BOOK.labels:
        labels = [text for label, text in BOOK.labels.items() if label.sheet == place.sheet and text != value]
        yield labels[(place.row * 7 + place.column) % len(labels)]
        yield ("", "改")[place.row % 2]
    else:
        yield ("", "77")[(place.row + place.column) % 2]


def _misread(read: Report) -> dict[str, object]:
    """The inputs, and the parts and totals of breakdowns, that are neither blank nor what was filled in for them."""
    wrong: dict[str, object] = {id: value for id, value in read.figures.items() if id in OWN and value not in (None, OWN[id])}
    filled = {(one.section, one.label): one for one in EACH_ITS_OWN.breakdowns}
    for one in read.breakdowns:
        true = filled.get((one.section, one.label))
        known = {*true.parts, *((name, None) for name, _ in true.parts)} if true else set()
        if true is None or one.total not in (None, true.total) or not set(one.parts) <= known:
            wrong[f"{one.section} {one.label}"] = one
    return wrong


def _amounts(read: Report) -> list[object]:
    """What breakdowns say, in whatever order their parts stand."""
    return [(one.section, one.label, one.unit, one.total, frozenset(one.parts)) for one in read.breakdowns]


def _same(one: Report, other: Report) -> bool:
    """Whether both say the same, whatever the workbook's totals were typed over with."""
    fields = ("year", "unit", "texts", "breakdowns", "explanations", "excused", "typed", "blank_is_zero")
    return all(getattr(one, name) == getattr(other, name) for name in fields) and dict(one.figures) == dict(other.figures)


@pytest.mark.parametrize(
    "guard",
    [
        rb"<(?:sheetProtection|workbookProtection)[^>]*/>",
        rb"<dataValidations.*?</dataValidations>",
        rb"<conditionalFormatting.*?</conditionalFormatting>",
    ],
    ids=["protection", "validations", "colours"],
)
def test_nothing_is_told_of_a_workbook_that_only_lost_its_guards(guard: bytes, workbook: Workbook, tmp_path: Path) -> None:
    unlocked = {
        name: re.sub(guard, b"", data, flags=re.DOTALL)
        for name, data in workbook.entries.items()
        if name.startswith("xl/") and name.endswith(".xml")
    }
    assert unlocked != {name: workbook.entries[name] for name in unlocked}
    read = _read(workbook.written(tmp_path / "a.xlsx", unlocked))
    assert read is not None
    assert dict(read.figures) == OWN
    assert read.breakdowns == EACH_ITS_OWN.breakdowns
    # without validations a figure takes whatever is typed
    assert {code for code in _codes(read) if code.startswith("S")} == ({"S109"} if b"Validation" in guard else set())


def test_every_single_locked_cell_that_is_changed_is_told_or_means_nothing(
    workbook: Workbook, locked: list[tuple[Place, object]], tmp_path: Path
) -> None:
    totals = {BOOK.figures[id] for id in FORM.definitions}
    sound = _read(workbook.written(tmp_path / "a.xlsx", {}))
    assert sound is not None
    assert len(locked) > 500
    faults = []
    for place, value in locked:
        for text in _replacements(place, value):
            read = _read(workbook.edited(tmp_path / "a.xlsx", _part(place.sheet), _typed(place, text)))
            if read is None:
                told = place == BOOK.identity
            elif place in BOOK.labels:
                told = any(change.place == place for change in read.origin.altered)
            elif place in totals:
                told = any(BOOK.figures[id] == place for id in read.origin.overwritten)
            else:
                told = place != BOOK.identity and _same(read, sound)
            if not told or (read and _misread(read)):
                faults.append((place, value, text))
    assert faults == []


@pytest.mark.parametrize("sheet", BOOK.sheets[1:])
def test_a_changed_label_is_an_error_of_the_workbook(sheet: str, workbook: Workbook, tmp_path: Path) -> None:
    place = next(place for place in BOOK.labels if place.sheet == sheet)
    read = _read(workbook.edited(tmp_path / "a.xlsx", _part(sheet), _typed(place, "改")))
    assert read is not None
    assert "S101" in _codes(read)


def test_a_total_that_is_typed_into_the_column_of_published_ones_is_told(workbook: Workbook, tmp_path: Path) -> None:
    for line in BOOK.checks:
        if line.relation and line.relation.total:
            place = line.place(Check.PUBLISHED)
            edit = _beside(place, f'<c r="{place.address}"><v>77</v></c>')
            read = _read(workbook.edited(tmp_path / "a.xlsx", _part(CHECKS), edit))
            assert read is not None
            assert read.figures[line.relation.total] == 77
            assert any(
                line.relation.total in finding.fault.figures for finding in review(read).findings if finding.rule.code.startswith("T")
            )


def _beside(place: Place, cell: str) -> Edit:
    """Puts a cell at the end of its row."""
    return lambda xml: re.sub(rf'(<row r="{place.row + 1}".*?)(</row>)', rf"\1{cell}\2", xml, count=1, flags=re.DOTALL)


# --------------------------------------------------------------------------------------- rows, columns and sheets


def _rows_moved(after: int, by: int) -> Edit:
    """Inserts a row above this one, or deletes it; rows count from 1."""

    def moved(row: re.Match[str]) -> str:
        number = int(row[1] or row[2])
        if number < after:
            return row[0]
        if by < 0 and number == after:
            return ""
        return CELL.sub(lambda c: f'<c r="{c[1]}{number + by}"', row[0]).replace(f'r="{number}"', f'r="{number + by}"', 1)

    return lambda xml: ROW.sub(moved, MERGES.sub("", xml))


def _columns_moved(after: str, by: int) -> Edit:
    """Inserts a column before this one, or deletes it; a table is narrower than 26 columns."""

    def edit(xml: str) -> str:
        if by < 0:
            xml = re.sub(rf'<c r="{after}\d+"[^>]*?(/>|>.*?</c>)', "", xml, flags=re.DOTALL)
        return CELL.sub(lambda c: f'<c r="{chr(ord(c[1]) + by) if c[1] >= after else c[1]}{c[2]}"', MERGES.sub("", xml))

    return edit


def _swapped(first: int) -> Edit:
    """Lets two neighbouring rows change places."""

    def edit(xml: str) -> str:
        # the first one goes below everything, the second one takes its place
        away = _renumbered(_renumbered(_renumbered(xml, first, 9000), first + 1, first), 9000, first + 1)
        rows = sorted(ROW.finditer(away), key=lambda row: int(row[1] or row[2]))
        head, tail = away[: away.index("<sheetData>") + 11], away[away.index("</sheetData>") :]
        return head + "".join(row[0] for row in rows) + tail

    return lambda xml: edit(MERGES.sub("", xml))


def _renumbered(xml: str, old: int, new: int) -> str:
    return re.sub(rf'(<(?:row|c) r="[A-Z]*){old}"', rf'\g<1>{new}"', xml)


def _last(sheet: str) -> tuple[int, int]:
    """The last row and column of a sheet that hold a label, a figure or a text, counted from 1."""
    places = [place for place in (*BOOK.labels, *BOOK.inputs, *BOOK.figures.values()) if place.sheet == sheet]
    return max(place.row for place in places) + 1, max(place.column for place in places) + 1


def _rows_to_move(sheet: str) -> list[int]:
    """Of a sheet's rows, counted from 1, those with a label and their neighbours; of the others, which are all alike, every tenth."""
    if sheet == BOOK.sheets[0]:
        return [1, 2, 3]
    labelled = {place.row + 1 for place in BOOK.labels if place.sheet == sheet}
    return [n for n in range(1, _last(sheet)[0] + 1) if labelled & {n - 1, n, n + 1} or n % 10 == 0]


def _assert_told(path: Path, what: object, *, by: int) -> None:
    """Nothing is misread, by `check` or by `import`, and where anything reads differently it is told; `import` reads what can be found."""
    for mend in (False, True):
        read = _read(path, mend)
        if read is None:
            return
        assert _misread(read) == {}, (what, mend)
        lost = any(read.figures[id] != value for id, value in OWN.items()) or _amounts(read) != _amounts(EACH_ITS_OWN)
        published = read.origin.publication
        assert read.origin.altered or read.unread or published.extra_rows or published.unplaced or not lost or (mend and by < 0), (
            what,
            mend,
        )
        told = "".join(remark.text for remark in published.unplaced)
        for key, text in read.texts.items():
            strange = [line for line in text.splitlines() if line not in EACH_ITS_OWN.texts[key].splitlines()]
            assert not strange, (what, mend)
        told += "".join(change.found for change in read.origin.altered)
        for key, text in EACH_ITS_OWN.texts.items() if mend and by >= 0 else ():
            left = [line for line in text.splitlines() if line not in read.text(key).splitlines() and line not in told]
            assert not left or key in read.unread_sections, (what, left)


@pytest.mark.parametrize("sheet", BOOK.sheets)
def test_a_row_that_was_inserted_deleted_or_moved_makes_no_figure_another_one(sheet: str, workbook: Workbook, tmp_path: Path) -> None:
    for number in _rows_to_move(sheet):
        for by, edit in ((1, _rows_moved(number, 1)), (-1, _rows_moved(number, -1)), (0, _swapped(number))):
            _assert_told(workbook.edited(tmp_path / "a.xlsx", _part(sheet), edit), (sheet, number), by=by)


@pytest.mark.parametrize("sheet", BOOK.sheets)
def test_a_column_that_was_inserted_or_deleted_makes_no_figure_another_one(sheet: str, workbook: Workbook, tmp_path: Path) -> None:
    for column in range(_last(sheet)[1] if sheet != BOOK.sheets[0] else 1):
        for by in (1, -1):
            path = workbook.edited(tmp_path / "a.xlsx", _part(sheet), _columns_moved(chr(65 + column), by))
            _assert_told(path, (sheet, column), by=by)


@pytest.mark.parametrize("sheet", BOOK.sheets[1:])
def test_a_sheet_that_was_deleted_or_renamed_is_told_and_every_other_one_read(sheet: str, workbook: Workbook, tmp_path: Path) -> None:
    for edit in (
        lambda xml: re.sub(rf'<sheet name="{sheet}"[^>]*/>', "", xml),
        lambda xml: xml.replace(f'<sheet name="{sheet}"', f'<sheet name="{sheet} (2)"'),
    ):
        read = _read(workbook.edited(tmp_path / "a.xlsx", "xl/workbook.xml", edit))
        assert read is not None
        assert read.origin.missing_sheets == (sheet,)
        assert "S103" in _codes(read)
        assert _misread(read) == {}
        assert all(read.figures[id] == OWN[id] for id in OWN if BOOK.figures[id].sheet != sheet)


def test_sheets_that_exchanged_their_names_are_not_read_for_each_other(workbook: Workbook, tmp_path: Path) -> None:
    for one, other in zip(BOOK.sheets, BOOK.sheets[1:], strict=False):

        def exchange(xml: str, one: str = one, other: str = other) -> str:
            return (
                xml.replace(f'name="{one}"', 'name="@"').replace(f'name="{other}"', f'name="{one}"').replace('name="@"', f'name="{other}"')
            )

        read = _read(workbook.edited(tmp_path / "a.xlsx", "xl/workbook.xml", exchange))
        if read:
            assert _misread(read) == {}
            assert "S101" in _codes(read)


def test_figures_that_were_moved_below_their_row_are_not_taken_for_zeros(tmp_path: Path) -> None:
    written = write_workbook(report(OWN, blank_is_zero=True))
    with zipfile.ZipFile(io.BytesIO(written)) as package:
        parts = Workbook({name: package.read(name) for name in package.namelist()})
    row = BOOK.figures["litigation.suit_direct.upheld"].row + 1
    for by in (1, -1):
        read = _read(parts.edited(tmp_path / "a.xlsx", _part("四、复议诉讼"), _rows_moved(row, by)))
        assert read is not None
        assert [lost.table for lost in read.unread] == ["litigation"]
        assert "S101" in _codes(read)


def test_a_row_inserted_into_prose_that_fills_its_area_pushes_nothing_out_unsaid(tmp_path: Path) -> None:
    key, area = list(BOOK.texts.items())[-1]
    lines = [f"第{number}段。" for number in range(len(area.paragraphs))]
    written = write_workbook(report(OWN, texts=TEXTS | {key: "\n".join(lines)}))
    with zipfile.ZipFile(io.BytesIO(written)) as package:
        parts = Workbook({name: package.read(name) for name in package.namelist()})
    sheet = area.title.sheet
    sound = _read(parts.written(tmp_path / "a.xlsx", {}))
    assert sound is not None and sound.origin.altered == ()
    read = _read(parts.edited(tmp_path / "a.xlsx", _part(sheet), _rows_moved(area.paragraphs[3].row + 1, 1)))
    assert read is not None
    assert read.texts[key].split("\n") == lines[:-1]
    (finding,) = (finding for finding in review(read).findings if finding.rule.code == "S101")
    assert f"应为空白，现为“{lines[-1]}”" in finding.message


def test_a_workbook_without_its_guide_is_refused(workbook: Workbook, tmp_path: Path) -> None:
    path = workbook.edited(tmp_path / "a.xlsx", "xl/workbook.xml", lambda xml: re.sub(r'<sheet name="填报说明"[^>]*/>', "", xml))
    assert _read(path) is None
