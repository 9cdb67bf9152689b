"""The annotated copy of a workbook: the findings stand where they belong, and what staff write beside them counts."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

from lxml import etree
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment

from tests.annotated import (
    BOOK,
    CLEAN,
    FAULTY,
    FOUND,
    RECEIVED,
    SECTIONS,
    UNBALANCED,
    annotated,
    assert_valid,
    lines,
    notes,
    opened,
    read,
    saved,
)
from xltools.form.book import CHECKS, REVIEW, REVIEW_COLUMNS, REVIEW_TOP, Check, Place, Review
from xltools.report.filled import Report
from xltools.rules.registry import find_rule
from xltools.rules.review import review
from xltools.rules.rule import Fault, Finding
from xltools.workbook.annotated_copy import write_annotated
from xltools.workbook.locked_workbook import write_workbook


def finding(place: Place | None, message: str = "请核对。", **changes: str) -> Finding:
    return Finding(1, find_rule("V103"), Fault(message, place=place, **changes))  # type: ignore[arg-type]


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
        assert [line[Review.WHERE] for line in lines(copy)] == ["没有这张表!A1", SECTIONS["problems"]]

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
            link, place = sheet.cell(row, Review.WHERE + 1).hyperlink, found.fault.place
            assert (link.location if link else None) == (f"'{place.sheet}'!{place.address}" if place else None)

    def test_only_a_place_that_leads_somewhere_looks_like_a_link(self) -> None:
        copy = opened(write_annotated(write_workbook(CLEAN), [finding(RECEIVED), finding(None), finding(Place("没有这张表", 0, 0))], {}))
        cells = [copy[REVIEW].cell(row, Review.WHERE + 1) for row in range(REVIEW_TOP + 1, REVIEW_TOP + 4)]
        assert [cell.font.underline for cell in cells] == ["single", None, None]

    def test_the_explanation_is_filled_in_and_is_all_that_can_be_typed(self) -> None:
        sheet = opened(annotated(FAULTY))[REVIEW]
        unlocked = {cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked}
        assert unlocked == {sheet.cell(row, Review.EXPLANATION + 1).coordinate for row in range(REVIEW_TOP + 1, sheet.max_row + 1)}
        assert {line[Review.KEY]: line[Review.EXPLANATION] for line in lines(sheet.parent) if line[Review.EXPLANATION]} == {
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
        assert [ours[cell].border.bottom.style for cell in ("A1", f"A{REVIEW_TOP}", f"E{REVIEW_TOP + 1}")] == [None, "thin", "thin"]
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


class TestExplanations:
    def explained(self, texts: dict[str, str], source: Report = FAULTY) -> Report:
        """The report read back from a copy where staff typed into 说明 of 审核意见."""
        copy = opened(annotated(source))
        keys = {cell.value: cell.row for cell in copy[REVIEW]["I"]}
        for key, text in texts.items():
            copy[REVIEW].cell(keys[key], Review.EXPLANATION + 1).value = text
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
        copy[REVIEW].cell(row, Review.EXPLANATION + 1).value = "口径不同。"
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
