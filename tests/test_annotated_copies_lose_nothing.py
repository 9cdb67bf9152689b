"""Of a workbook nothing is lost in its annotated copy, and a copy annotated again is the same copy."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from lxml import etree
from openpyxl.cell.cell import MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from tests.annotated import (
    BOOK,
    CLEAN,
    FAULTY,
    FOUND,
    PASSWORD,
    SECTIONS,
    UNBALANCED,
    annotate_anew,
    annotated,
    assert_valid,
    lines,
    notes,
    opened,
    read,
    saved,
    told,
)
from tests.engines import assert_agrees, convert, ironcalc_cells, stored_cells
from tests.reports import balanced_figures, report
from xltools.form.book import REVIEW, REVIEW_TOP
from xltools.rules.review import review
from xltools.workbook.annotated_copy import write_annotated
from xltools.workbook.locked_workbook import write_workbook

KEPT = ("cols", "sheetProtection", "mergeCells", "dataValidations", "printOptions", "pageMargins", "headerFooter")
NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def tree(element: etree._Element | None) -> object:
    """An element with all below it, to compare."""
    if element is None:
        return None
    return element.tag, dict(element.attrib), (element.text or "").strip(), [tree(child) for child in element]


def sheets_xml(data: bytes) -> dict[str, etree._Element]:
    """Each sheet's XML, with the texts that it refers to put into its cells."""
    package = zipfile.ZipFile(BytesIO(data))
    strings = [list(item) for item in etree.fromstring(package.read("xl/sharedStrings.xml"))]
    found = {}
    for number, name in enumerate(openpyxl.load_workbook(BytesIO(data)).sheetnames, start=1):
        found[name] = etree.fromstring(package.read(f"xl/worksheets/sheet{number}.xml"))
        for cell in found[name].iter(f"{NAMESPACE}c"):
            if cell.get("t") == "s":
                cell[:] = [etree.fromstring(etree.tostring(part, with_tail=False)) for part in strings[int(cell[0].text)]]
    return found


def cell_facts(data: bytes) -> dict[str, dict[str, object]]:
    """What stands in each cell of each sheet, letter by letter: formula, result, formatted text."""
    return {
        name: {cell.get("r"): (cell.get("t", "n"), [tree(part) for part in cell]) for cell in xml.iter(f"{NAMESPACE}c") if len(cell)}
        for name, xml in sheets_xml(data).items()
    }


def sheet_facts(sheet: Worksheet) -> dict[str, object]:
    """What openpyxl knows of a sheet, apart from notes."""
    protection = {key: value for key, value in vars(sheet.protection).items() if not key.startswith("__")}
    return {
        "looks": {
            cell.coordinate: [repr(part).replace("=None", "=False") for part in (cell.font, cell.fill, cell.border, cell.alignment)]
            + [cell.number_format, cell.protection.locked]
            for row in sheet.iter_rows()
            for cell in row
            if not isinstance(cell, MergedCell)
        },
        "merged": {str(area) for area in sheet.merged_cells.ranges},
        "validations": {
            str(item.sqref): dict(item) | {"f": (item.formula1, item.formula2)} for item in sheet.data_validations.dataValidation
        },
        "conditions": [
            (str(area.sqref), rule.type, rule.priority, rule.formula, rule.dxf.fill.bgColor.rgb, rule.dxf.font.color.rgb)
            for area in sheet.conditional_formatting
            for rule in area.rules
        ],
        "protection": protection,
        "columns": {key: (column.width, column.hidden) for key, column in sheet.column_dimensions.items()},
        "rows": {key: (row.height, row.hidden) for key, row in sheet.row_dimensions.items() if row.height},
        "printing": (sheet.print_title_rows, sheet.print_area, sheet.page_setup.orientation, str(sheet.page_setup.paperSize)),
        "panes": sheet.freeze_panes,
        "view": (sheet.sheet_view.showGridLines, sheet.sheet_properties.pageSetUpPr.fitToPage),
    }


@pytest.fixture(scope="module", params=["as written", pytest.param("saved by LibreOffice", marks=pytest.mark.trial)])
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """A workbook with faults in it, and its annotated copy."""
    folder = tmp_path_factory.mktemp("pair")
    path = folder / "faulty.xlsx"
    path.write_bytes(write_workbook(FAULTY, PASSWORD))
    if request.param != "as written":
        (folder / "saved").mkdir()
        (path,) = convert([path], "xlsx", folder / "saved")
    data = path.read_bytes()
    return data, write_annotated(data, review(read(data)).findings, SECTIONS)


class TestNothingIsLost:
    def test_openpyxl_sees_the_same_before_and_after(self, pair: tuple[bytes, bytes]) -> None:
        before, after = map(opened, pair)
        assert after.sheetnames == [*before.sheetnames, REVIEW]
        for sheet in before:
            old, new = sheet_facts(sheet), sheet_facts(after[sheet.title])
            for fact in old:
                assert new[fact] == old[fact], (sheet.title, fact)
        assert vars(after.security) == vars(before.security)
        assert set(after.defined_names) == set(before.defined_names)
        assert after.properties.title == before.properties.title
        assert after.properties.created == before.properties.created == after.properties.modified

    def test_the_structure_stays_locked_with_its_password(self) -> None:
        before, after = opened(write_workbook(FAULTY, PASSWORD)).security, opened(annotated(FAULTY)).security
        assert (after.lockStructure, after.workbookPassword) == (True, before.workbookPassword)
        assert before.workbookPassword

    def test_every_cell_holds_letter_by_letter_what_it_held(self, pair: tuple[bytes, bytes]) -> None:
        before, after = map(cell_facts, pair)
        assert {name: after[name] for name in before} == before
        kinds = {kind for cells in before.values() for kind, _ in cells.values()}
        assert {"s", "str"} <= kinds  # texts, and texts as the results of formulas
        assert any("rPr" in str(parts) for cells in before.values() for _, parts in cells.values())

    def test_the_xml_of_locks_validations_conditions_and_pages_is_the_same(self, pair: tuple[bytes, bytes]) -> None:
        before, after = map(sheets_xml, pair)
        for name, sheet in before.items():
            for tag in KEPT:
                old, new = (tree(xml.find(f"{NAMESPACE}{tag}")) for xml in (sheet, after[name]))
                if tag == "cols":
                    old, new = widths(sheet), widths(after[name])
                assert new == old, (name, tag)
            conditions = [
                [
                    (item.get("sqref"), [rule.findtext(f"{NAMESPACE}formula") for rule in item])
                    for item in xml.iter(f"{NAMESPACE}conditionalFormatting")
                ]
                for xml in (sheet, after[name])
            ]
            assert conditions[0] == conditions[1], name

    def test_our_reader_reads_the_same_report_and_check_finds_the_same(self, pair: tuple[bytes, bytes]) -> None:
        before, after = (read(data) for data in pair)
        assert (after.figures, after.texts, after.breakdowns, after.unit) == (before.figures, before.texts, before.breakdowns, before.unit)
        assert after.origin == before.origin
        assert told(review(after).findings) == told(review(before).findings)

    @pytest.mark.trial
    def test_two_spreadsheet_engines_calculate_what_check_finds(self, pair: tuple[bytes, bytes], tmp_path: Path) -> None:
        path = tmp_path / "copy.xlsx"
        path.write_bytes(pair[1])
        source = read(pair[1])
        assert_agrees(BOOK, stored_cells(path), source)
        assert_agrees(BOOK, ironcalc_cells(path, BOOK), source)
        (tmp_path / "saved").mkdir()
        assert_agrees(BOOK, stored_cells(convert([path], "xlsx", tmp_path / "saved")[0]), source)

    def test_an_independent_validator_finds_nothing_wrong(self, tmp_path: Path) -> None:
        assert_valid(annotated(FAULTY), tmp_path)
        assert_valid(annotated(CLEAN), tmp_path)


def widths(sheet: etree._Element) -> dict[int, tuple[float, bool]]:
    """The width of each column, and whether it is hidden; ranges of columns may be written in several ways."""
    return {
        number: (round(float(column.get("width")), 4), column.get("hidden") in ("1", "true"))
        for column in sheet.iter(f"{NAMESPACE}col")
        for number in range(int(column.get("min")), min(int(column.get("max")), 60) + 1)
    }


class TestOnceMore:
    def test_the_same_workbook_gives_the_same_bytes_and_no_date_of_today(self) -> None:
        data = annotate_anew(FAULTY)
        assert annotate_anew(FAULTY) == data
        package = zipfile.ZipFile(BytesIO(data))
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert package.read("docProps/core.xml").count(b"2024-12-31T00:00:00Z") == 2

    def test_a_copy_annotated_again_is_the_same_copy(self) -> None:
        once = annotated(FAULTY)
        assert write_annotated(once, review(read(once)).findings, SECTIONS) == once

    def test_findings_that_are_gone_leave_nothing_but_what_staff_wrote_of_them(self) -> None:
        copy = opened(write_annotated(annotated(FAULTY), [], {}))
        assert notes(copy) == {}
        assert copy.sheetnames == [*BOOK.sheets, REVIEW]
        assert copy[REVIEW]["A1"].value == f"{REVIEW}：共0项"
        (kept,) = lines(copy)
        assert (kept[0], kept[2], *kept[6:9]) == (1, "T201", "以前的说明", "已向上级说明。", UNBALANCED)

    def test_the_list_is_that_of_the_new_run(self) -> None:
        found = review(read(annotated(FAULTY))).findings
        again = opened(write_annotated(annotated(FAULTY), found[:2], SECTIONS))
        assert again[REVIEW]["A1"].value == f"{REVIEW}：共2项"
        assert [line[2] for line in lines(again)[:2]] == [one.rule.code for one in found[:2]]
        assert len(lines(again)) == 2 + sum(one.explanation is not None for one in found[2:])

    def test_what_staff_wrote_of_findings_against_last_year_stays_where_last_year_is_not_given(self) -> None:
        last = report(balanced_figures(9), year=2023)
        against = review(read(write_workbook(CLEAN)), last).findings
        assert {one.rule.code for one in against} >= {"Y101"}
        copy = opened(write_annotated(write_workbook(CLEAN), against, SECTIONS))
        for row in range(REVIEW_TOP + 1, REVIEW_TOP + 1 + len(against)):
            copy[REVIEW].cell(row, 8).value = f"说明{row}"
        data = saved(copy)
        explained = read(data).explanations
        assert len(explained) == len(against)
        for _ in range(2):
            data = write_annotated(data, review(read(data)).findings, SECTIONS)
            assert read(data).explanations == explained
        data = write_annotated(data, review(read(data), last).findings, SECTIONS)
        told = {line[8]: (line[6], line[7]) for line in lines(opened(data))}
        assert {key: text for key, (_, text) in told.items() if text} == explained
        assert "以前的说明" not in {cause for cause, _ in told.values()}

    def test_a_reason_that_has_lapsed_is_not_written_over(self) -> None:
        found = review(read(annotated(FAULTY))).findings
        other = [one._replace(explanation=None, fault=one.fault._replace(difference="7")) for one in found if one.key == UNBALANCED]
        new, kept = lines(opened(write_annotated(annotated(FAULTY), other, SECTIONS)))
        assert (new[7:], kept[7:]) == ((None, UNBALANCED, "7"), ("已向上级说明。", UNBALANCED, kept[9]))

    @pytest.mark.trial
    def test_notes_are_replaced_even_where_another_program_has_saved_them(self, tmp_path: Path) -> None:
        path = tmp_path / "copy.xlsx"
        path.write_bytes(annotated(FAULTY))
        (tmp_path / "saved").mkdir()
        (resaved,) = convert([path], "xlsx", tmp_path / "saved")
        again = opened(write_annotated(resaved.read_bytes(), FOUND, SECTIONS))
        assert notes(again) == notes(opened(annotated(FAULTY)))
        assert again.sheetnames.count(REVIEW) == 1
