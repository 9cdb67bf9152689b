"""The annotated copy of a workbook: the findings stand where they belong, and nothing of the workbook is lost."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest
from lxml import etree
from openpyxl.cell.cell import MergedCell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from openxml_audit import OpenXmlValidator

from tests.conftest import Run
from tests.engines import convert, ironcalc_cells, stored_cells
from tests.reports import FORM, TEXTS, balanced_figures, contents, random_breakdown, report
from tests.test_recalculation import assert_agrees
from xltools.errors import XltoolsError
from xltools.form.book import (
    CHECKS,
    REVIEW,
    REVIEW_COLUMNS,
    REVIEW_EXPLANATION,
    REVIEW_KEY,
    REVIEW_TOP,
    REVIEW_WHERE,
    Check,
    Place,
    plan_book,
)
from xltools.form.loader import find_form
from xltools.readers.dispatch import read_report
from xltools.report.filled import Report
from xltools.report.report_json import dump_report
from xltools.rules.registry import find_rule
from xltools.rules.review import review
from xltools.rules.rule import Fault, Finding
from xltools.workbook.annotated_copy import write_annotated
from xltools.workbook.locked_workbook import write_workbook

BOOK = plan_book(FORM)
SECTIONS = {section.key: section.title for section in FORM.sections}
PASSWORD = "geheim"
DANGLING = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId77" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/drawing" Target="../drawings/drawing9.xml"/></Relationships>'
)
UNBALANCED = "unbalanced:requests.carried_out.natural_person"
RECEIVED = BOOK.figures["requests.received.natural_person"]
CLEAN = report(balanced_figures(3))
FAULTY = report(
    {"requests.received.natural_person": 12, "requests.received.business": "/", "disclosure.rules.made": None},
    texts={**TEXTS, "problems": "=1+1 不是公式。\n 前后有空格 ", "overview": "收到申请，见{没有这个数}。"},
    breakdowns=(random_breakdown(1),),
    explanations={UNBALANCED: "已向上级说明。"},
)


def opened(data: bytes) -> Workbook:
    return openpyxl.load_workbook(BytesIO(data), rich_text=True)


def read(data: bytes) -> Report:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "read.xlsx"
        path.write_bytes(data)
        return read_report(path, find_form(None))


def annotate_anew(source: Report) -> bytes:
    """The copy that `check --annotate` makes of the report's workbook."""
    data = write_workbook(source, PASSWORD)
    return write_annotated(data, review(read(data)).findings, SECTIONS)


_copies: dict[str, bytes] = {}


def annotated(source: Report) -> bytes:
    """The same, made once for all tests that look at the copy of one report."""
    key = dump_report(source)
    if key not in _copies:
        _copies[key] = annotate_anew(source)
    return _copies[key]


FOUND = review(read(write_workbook(FAULTY))).findings


def saved(workbook: Workbook) -> bytes:
    data = BytesIO()
    workbook.save(data)
    return data.getvalue()


def notes(workbook: Workbook) -> dict[Place, str]:
    return {
        Place(sheet.title, cell.row - 1, cell.column - 1): cell.comment.text
        for sheet in workbook
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment
    }


def lines(workbook: Workbook) -> list[tuple[object, ...]]:
    return list(workbook[REVIEW].iter_rows(min_row=REVIEW_TOP + 1, values_only=True))


def finding(place: Place | None, message: str = "请核对。", **changes: str) -> Finding:
    return Finding(1, find_rule("V103"), Fault(message, place=place, **changes))  # type: ignore[arg-type]


def told(findings: Iterable[Finding]) -> list[tuple[str, str, str | None]]:
    return [(finding.rule.code, finding.message, finding.explanation) for finding in findings]


class TestACleanWorkbook:
    def test_has_no_note_and_an_empty_list_that_says_so(self) -> None:
        copy = opened(annotated(CLEAN))
        assert notes(copy) == {}
        assert lines(copy) == []
        assert copy[REVIEW]["A2"].value == "没有发现问题。"
        assert tuple(cell.value for cell in copy[REVIEW][REVIEW_TOP]) == REVIEW_COLUMNS


class TestNotes:
    def test_a_finding_is_a_note_on_its_cell_with_code_message_and_basis(self) -> None:
        copy = opened(annotated(FAULTY))
        for found in FOUND:
            if found.fault.place:
                note = notes(copy)[found.fault.place]
                assert note.startswith("【审核意见】\n")
                assert found.rule.code in note
                assert found.fault.message in note
                assert found.basis in note
                assert found.advice in note
        assert "说明：已向上级说明。" in notes(copy)[BOOK.figures["requests.carried_out.natural_person"]]

    def test_all_findings_of_a_cell_stand_in_one_note(self) -> None:
        copy = opened(write_annotated(write_workbook(CLEAN), [finding(RECEIVED, "第一处。"), finding(RECEIVED, "第二处。")], {}))
        assert list(notes(copy)) == [RECEIVED]
        assert "第一处。" in notes(copy)[RECEIVED]
        assert "第二处。" in notes(copy)[RECEIVED]

    def test_a_note_is_signed_and_grows_with_its_text(self) -> None:
        copy = opened(write_annotated(write_workbook(CLEAN), [finding(RECEIVED)], {}))
        assert copy[RECEIVED.sheet][RECEIVED.address].comment.author == "xltools"
        heights = []
        for message in ("短。", "长" * 200, "很长" * 3000):
            package = zipfile.ZipFile(BytesIO(write_annotated(write_workbook(CLEAN), [finding(RECEIVED, message)], {})))
            shape = etree.fromstring(package.read("xl/drawings/commentsDrawing1.vml")).find(".//{urn:schemas-microsoft-com:vml}shape")
            heights.append(int(dict(part.strip().split(":") for part in shape.get("style").split(";"))["height"].removesuffix("px")))
        assert heights[0] < heights[1] < heights[2] <= 420

    def test_words_that_staff_made_bold_within_a_cell_stay_bold(self) -> None:
        workbook, place = opened(write_workbook(CLEAN)), BOOK.texts["overview"].paragraphs[0]
        rich = CellRichText("本年度", TextBlock(InlineFont(b=True), "认真"), "做好公开工作。")
        workbook[place.sheet][place.address].value = rich
        assert opened(write_annotated(saved(workbook), [finding(RECEIVED)], {}))[place.sheet][place.address].value == rich

    def test_a_note_of_somebody_else_stays(self) -> None:
        workbook = opened(write_workbook(CLEAN))
        workbook[RECEIVED.sheet][RECEIVED.address].comment = Comment("台账第 3 页", "张三")
        workbook[RECEIVED.sheet]["E5"].comment = Comment("待查", "张三")
        once = write_annotated(saved(workbook), [finding(RECEIVED)], {})
        assert notes(opened(once))[RECEIVED].startswith("台账第 3 页\n\n【审核意见】")
        again = opened(write_annotated(once, [], {}))
        assert notes(again) == {RECEIVED: "台账第 3 页", Place(RECEIVED.sheet, 4, 4): "待查"}
        assert again[RECEIVED.sheet][RECEIVED.address].comment.author == "张三"

    def test_findings_without_a_cell_or_on_a_sheet_that_is_gone_are_only_listed(self) -> None:
        gone = finding(Place("没有这张表", 0, 0))
        nowhere = finding(None, section="problems")
        copy = opened(write_annotated(write_workbook(CLEAN), [gone, nowhere], SECTIONS))
        assert notes(copy) == {}
        assert [line[REVIEW_WHERE] for line in lines(copy)] == ["没有这张表!A1", SECTIONS["problems"]]

    def test_a_cell_that_was_merged_away_hands_its_note_to_the_first_of_the_merged_cells(self) -> None:
        copy = opened(write_annotated(write_workbook(CLEAN), [finding(Place(RECEIVED.sheet, 0, 2))], {}))
        assert list(notes(copy)) == [Place(RECEIVED.sheet, 0, 0)]


class TestTheList:
    def test_it_stands_behind_the_checks_and_is_what_one_sees_first(self) -> None:
        copy = opened(annotated(FAULTY))
        assert copy.sheetnames == [*BOOK.sheets, REVIEW]
        assert copy.active.title == REVIEW
        assert [sheet.title for sheet in copy if sheet.sheet_view.tabSelected] == [REVIEW]

    def test_each_finding_is_a_line(self) -> None:
        copy, found = opened(annotated(FAULTY)), FOUND
        assert copy[REVIEW]["A1"].value == f"审核意见：共{len(found)}项"
        assert [(line[0], line[2], line[4], line[5]) for line in lines(copy)] == [
            (f.id, f.rule.code, f.fault.message + (f"\n建议：{f.advice}" if f.advice else ""), f.basis) for f in found
        ]
        caused = {f.id: f.because for f in found if f.because}
        assert {line[0]: line[6] for line in lines(copy) if line[6]} == {id: f"编号{because}" for id, because in caused.items()}
        assert caused
        assert any(f.advice for f in found)

    def test_the_place_leads_to_the_cell(self) -> None:
        sheet = opened(annotated(FAULTY))[REVIEW]
        for row, found in enumerate(FOUND, start=REVIEW_TOP + 1):
            link, place = sheet.cell(row, REVIEW_WHERE + 1).hyperlink, found.fault.place
            assert (link.location if link else None) == (f"'{place.sheet}'!{place.address}" if place else None)

    def test_only_a_place_that_leads_somewhere_looks_like_a_link(self) -> None:
        copy = opened(write_annotated(write_workbook(CLEAN), [finding(RECEIVED), finding(None), finding(Place("没有这张表", 0, 0))], {}))
        cells = [copy[REVIEW].cell(row, REVIEW_WHERE + 1) for row in range(REVIEW_TOP + 1, REVIEW_TOP + 4)]
        assert [cell.font.underline for cell in cells] == ["single", None, None]

    def test_the_explanation_is_filled_in_and_is_all_that_can_be_typed(self) -> None:
        sheet = opened(annotated(FAULTY))[REVIEW]
        unlocked = {cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked}
        assert unlocked == {sheet.cell(row, REVIEW_EXPLANATION + 1).coordinate for row in range(REVIEW_TOP + 1, sheet.max_row + 1)}
        assert {line[REVIEW_KEY]: line[REVIEW_EXPLANATION] for line in lines(sheet.parent) if line[REVIEW_EXPLANATION]} == {
            UNBALANCED: "已向上级说明。"
        }

    def test_it_is_protected_with_the_password_of_the_others_but_can_be_filtered(self) -> None:
        copy = opened(annotated(FAULTY))
        ours, others = copy[REVIEW].protection, copy[CHECKS].protection
        assert (ours.sheet, ours.password, ours.objects) == (True, others.password, others.objects)
        assert ours.password
        assert not ours.autoFilter
        assert copy[REVIEW].auto_filter.ref == f"A{REVIEW_TOP}:H{REVIEW_TOP + len(lines(copy))}"

    def test_it_is_printed_like_the_others(self) -> None:
        copy = opened(annotated(FAULTY))
        ours, others = copy[REVIEW], copy[CHECKS]
        for attribute in ("paperSize", "orientation", "fitToHeight"):
            assert int_or_text(getattr(ours.page_setup, attribute)) == int_or_text(getattr(others.page_setup, attribute))
        for side in ("left", "right", "top", "bottom", "footer"):
            assert getattr(ours.page_margins, side) == getattr(others.page_margins, side)
        assert ours.oddFooter.center.text == others.oddFooter.center.text
        assert ours.oddFooter.right.text == others.oddFooter.right.text
        assert ours.print_title_rows == f"${REVIEW_TOP}:${REVIEW_TOP}"
        assert ours.freeze_panes == f"A{REVIEW_TOP + 1}"
        assert ours.print_options.horizontalCentered
        assert ours.sheet_properties.pageSetUpPr.fitToPage

    def test_whatever_a_report_says_stays_text_in_a_valid_workbook(self, tmp_path: Path) -> None:
        texts = ["=1+1", "+1", "-1", "@SUM(A1)", "#N/A", "a\x0bb\ufffe", "字" * 40_000]
        data = write_annotated(write_workbook(CLEAN), [finding(RECEIVED, text)._replace(explanation=text) for text in texts], {})
        review = opened(data)[REVIEW]
        for row, text in enumerate(texts, REVIEW_TOP + 1):
            cell = review.cell(row, 5)
            assert (cell.data_type, str(cell.value)[:1]) == ("s", text[:1])
        assert_valid(data, tmp_path)


def int_or_text(value: object) -> str:
    return str(value)


# ------------------------------------------------------------------------------------------------- nothing is lost

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


def assert_valid(data: bytes, folder: Path) -> None:
    path = folder / "valid.xlsx"
    path.write_bytes(data)
    outcome = OpenXmlValidator().validate(str(path))
    assert outcome.is_valid, outcome.errors
    assert list(outcome.errors) == []


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

    def test_findings_that_are_gone_leave_nothing(self) -> None:
        copy = opened(write_annotated(annotated(FAULTY), [], {}))
        assert notes(copy) == {}
        assert copy.sheetnames == [*BOOK.sheets, REVIEW]
        assert lines(copy) == []

    @pytest.mark.trial
    def test_notes_are_replaced_even_where_another_program_has_saved_them(self, tmp_path: Path) -> None:
        path = tmp_path / "copy.xlsx"
        path.write_bytes(annotated(FAULTY))
        (tmp_path / "saved").mkdir()
        (resaved,) = convert([path], "xlsx", tmp_path / "saved")
        again = opened(write_annotated(resaved.read_bytes(), FOUND, SECTIONS))
        assert notes(again) == notes(opened(annotated(FAULTY)))
        assert again.sheetnames.count(REVIEW) == 1


class TestExplanations:
    def explained(self, texts: dict[str, str], source: Report = FAULTY) -> Report:
        """The report read back from a copy where staff typed into 说明 of 审核意见."""
        copy = opened(annotated(source))
        keys = {cell.value: cell.row for cell in copy[REVIEW]["I"]}
        for key, text in texts.items():
            copy[REVIEW].cell(keys[key], REVIEW_EXPLANATION + 1).value = text
        return read(saved(copy))

    def test_without_any_nothing_is_explained(self) -> None:
        assert read(annotated(replace(FAULTY, explanations={}))).explanations == {}

    def test_what_staff_type_in_the_list_is_kept_by_the_key_of_the_finding(self) -> None:
        keys = [found.key for found in FOUND]
        assert all(keys)
        text = "分列统计口径不同。"
        for key in keys:
            if key != UNBALANCED:
                assert self.explained({key: text}).explanations == {UNBALANCED: "已向上级说明。", key: text}

    def test_what_stands_in_the_checks_goes_first(self) -> None:
        assert self.explained({UNBALANCED: "另一个说法。"}).explanations == {UNBALANCED: "已向上级说明。"}
        plain = replace(FAULTY, explanations={})
        assert self.explained({UNBALANCED: "另一个说法。"}, plain).explanations == {UNBALANCED: "另一个说法。"}

    def test_it_shows_with_the_finding(self) -> None:
        outcome = review(self.explained({UNBALANCED: "口径不同。"}, replace(FAULTY, explanations={})))
        assert [f.explanation for f in outcome.findings if f.key == UNBALANCED] == ["口径不同。"]

    def test_it_lapses_when_the_figures_that_it_excuses_change(self) -> None:
        copy = opened(annotated(replace(FAULTY, explanations={})))
        row = next(cell.row for cell in copy[REVIEW]["I"] if cell.value == UNBALANCED)
        copy[REVIEW].cell(row, REVIEW_EXPLANATION + 1).value = "口径不同。"
        assert "口径不同。" in [found.explanation for found in review(read(saved(copy))).findings]
        copy[RECEIVED.sheet][RECEIVED.address].value = 13
        later = review(read(saved(copy))).findings
        assert "口径不同。" not in [found.explanation for found in later]
        assert "explanation-lapsed" in [found.rule.name for found in later]

    def test_a_list_whose_header_was_changed_is_not_trusted(self) -> None:
        copy = opened(annotated(FAULTY))
        copy[REVIEW].delete_cols(1)
        copy[CHECKS].cell(BOOK.checks[0].row + 1, Check.EXPLANATION + 1).value = "这里的仍然算数。"
        assert read(saved(copy)).explanations == {UNBALANCED: "已向上级说明。", BOOK.checks[0].id: "这里的仍然算数。"}

    def test_the_list_is_no_sheet_too_many(self) -> None:
        assert "S104" not in [found.rule.code for found in review(read(annotated(FAULTY))).findings]


class TestTheCommand:
    def files(self, folder: Path, **reports: Report) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        for name, source in reports.items():
            (folder / f"{name}.xlsx").write_bytes(write_workbook(source))
        return folder

    def test_a_clean_workbook_is_copied_and_the_original_untouched(self, run: Run, tmp_path: Path) -> None:
        folder = self.files(tmp_path / "in", clean=CLEAN)
        before = contents(folder / "clean.xlsx")
        outcome = run("check", folder / "clean.xlsx", "--annotate", tmp_path / "out")
        assert outcome.code == 0
        assert f"已生成1份批注版，存于 {tmp_path / 'out'}。" in outcome.out
        assert opened((tmp_path / "out" / "clean.xlsx").read_bytes())[REVIEW]["A2"].value == "没有发现问题。"
        assert contents(folder / "clean.xlsx") == before

    @pytest.mark.parametrize("jobs", [1, 2])
    def test_every_readable_file_gets_a_copy_whatever_the_others_are(self, run: Run, tmp_path: Path, jobs: int) -> None:
        folder = self.files(tmp_path / "in", a=FAULTY, b=CLEAN)
        (folder / "broken.xlsx").write_bytes(b"PK\x03\x04 broken")
        outcome = run("check", folder, "--annotate", tmp_path / "out", "--jobs", jobs)
        assert outcome.code == 2
        assert "已生成2份批注版" in outcome.out
        assert "broken.xlsx  无法读取" in outcome.out
        assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.xlsx", "b.xlsx"]
        assert notes(opened((tmp_path / "out" / "a.xlsx").read_bytes()))

    def test_a_report_that_is_no_xlsx_is_made_into_a_workbook_and_this_is_said(self, run: Run, tmp_path: Path) -> None:
        source = tmp_path / "报告.json"
        source.write_text(dump_report(FAULTY), encoding="utf-8")
        outcome = run("check", source, "--annotate", tmp_path / "out")
        assert outcome.code == 1
        assert "其中1份不能在原文件上加批注（不是 .xlsx 或 .xlsm 工作簿，或者文件内部有误），批注版按报告内容重新生成：" in outcome.out
        copy = tmp_path / "out" / "报告.xlsx"
        assert read_report(copy, find_form(None)).computed == read_report(source, find_form(None)).computed
        assert RECEIVED.sheet in {place.sheet for place in notes(opened(copy.read_bytes()))}

    @pytest.mark.parametrize(
        ("part", "old", "new"),
        [
            ("xl/styles.xml", b'<family val="2"/>', b'<family val="34"/>'),
            ("docProps/core.xml", b"T00:00:00Z</dcterms:created>", b"T25:61:00Z</dcterms:created>"),
            ("xl/worksheets/_rels/sheet3.xml.rels", b"", DANGLING),
        ],
        ids=["a family of fonts that there is not", "a malformed date", "a drawing that is gone"],
    )
    def test_of_a_workbook_that_openpyxl_cannot_open_the_copy_is_made_from_the_report(
        self, part: str, old: bytes, new: bytes, run: Run, tmp_path: Path
    ) -> None:
        with zipfile.ZipFile(BytesIO(write_workbook(FAULTY))) as package:
            parts = {name: package.read(name) for name in package.namelist()}
        assert old in parts.setdefault(part, b"")
        parts[part] = parts[part].replace(old, new, 1) if old else new
        if not old:
            sheet = "xl/worksheets/sheet3.xml"
            parts[sheet] = parts[sheet].replace(b"</worksheet>", b'<drawing r:id="rId77"/></worksheet>')
        path = tmp_path / "a.xlsx"
        with zipfile.ZipFile(path, "w") as package:
            for name, data in parts.items():
                package.writestr(name, data)
        with pytest.raises(XltoolsError):
            write_annotated(path.read_bytes(), [], {})
        outcome = run("check", path, "--annotate", tmp_path / "out")
        assert outcome.code == 1
        assert "其中1份不能在原文件上加批注" in outcome.out
        copy = tmp_path / "out" / "a.xlsx"
        assert read(copy.read_bytes()).computed == read(path.read_bytes()).computed
        assert notes(opened(copy.read_bytes()))

    def test_files_of_one_name_get_copies_of_different_names(self, run: Run, tmp_path: Path) -> None:
        for part in ("甲", "乙"):
            self.files(tmp_path / "in" / part, report=CLEAN)
        (tmp_path / "in" / "REPORT.json").write_text(dump_report(CLEAN), encoding="utf-8")
        assert run("check", tmp_path / "in", "--annotate", tmp_path / "out").code == 0
        assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["REPORT (3).xlsx", "report (2).xlsx", "report.xlsx"]

    def test_the_folder_of_the_originals_is_refused_before_anything_is_written(self, run: Run, tmp_path: Path) -> None:
        folder = self.files(tmp_path / "in", a=FAULTY)
        before = contents(folder / "a.xlsx")
        outcome = run("check", folder, "--annotate", folder)
        assert outcome.code == 2
        assert outcome.err.count("\n") == 1
        assert "请用 --annotate 另给一个文件夹" in outcome.err
        assert contents(folder / "a.xlsx") == before

    def test_copies_below_the_folder_that_is_checked_are_not_checked_the_next_time(self, run: Run, tmp_path: Path) -> None:
        folder = self.files(tmp_path / "in", a=CLEAN)
        for _ in range(2):
            outcome = run("check", folder, "--annotate", folder / "审核")
            assert outcome.code == 0
            assert "共1份" in outcome.out

    def test_a_copy_that_staff_have_worked_on_is_overwritten_with_force_only(self, run: Run, tmp_path: Path) -> None:
        folder = self.files(tmp_path / "in", a=FAULTY, b=CLEAN)
        run("check", folder, "--annotate", tmp_path / "out")
        copy = tmp_path / "out" / "a.xlsx"
        copy.write_bytes(saved(opened(copy.read_bytes())))
        worked_on = copy.read_bytes()
        outcome = run("check", folder, "--annotate", tmp_path / "out")
        assert outcome.code == 2
        assert "未写批注版：" in outcome.err
        assert "加 --force" in outcome.err
        assert "已生成1份批注版" in outcome.out
        assert copy.read_bytes() == worked_on
        assert run("check", folder, "--annotate", tmp_path / "out", "--force").code == 1
        assert copy.read_bytes() != worked_on

    def test_what_is_printed_for_another_program_stays_whole(self, run: Run, tmp_path: Path) -> None:
        folder = self.files(tmp_path / "in", a=CLEAN)
        outcome = run("check", folder, "--annotate", tmp_path / "out", "--format", "json")
        assert outcome.out.rstrip().endswith("}")
        assert "已生成1份批注版" in outcome.err
