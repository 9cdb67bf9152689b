"""write_annotated: a copy of a workbook with its findings as notes on the cells and as a list. The only user of openpyxl."""

import gc
import io
import sys
import tempfile
import traceback
import warnings
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from pathlib import Path
from typing import cast
from xml.etree.ElementTree import ParseError
from zipfile import ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.protection import SheetProtection
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from xltools.errors import XltoolsError
from xltools.files.gate import AREA_LIMIT, WORKBOOK, GateError
from xltools.files.outputs import FULL
from xltools.files.packages import Package, open_package, write_package
from xltools.form.book import CHECKS, REVIEW, REVIEW_COLUMNS, REVIEW_TOP, Place, Review, column_name, plan_book
from xltools.form.definition import label_basis
from xltools.form.layout import wrapped_lines
from xltools.numerals import grouped
from xltools.readers.workbook.facts import DAMAGED, parse_area
from xltools.readers.workbook.located import FORMER_REVIEW, NOWHERE, header_columns
from xltools.readers.workbook.sheets import FAILURES
from xltools.readers.workbook.xlsx import TYPES_PART, WORKBOOK_PART, find_all, read_xlsx_facts
from xltools.report.filled import Report
from xltools.rules.registry import RULES
from xltools.rules.rule import SEVERITY_NAMES, Fault, Finding
from xltools.workbook.restoration import restore
from xltools.workbook.styles import LINE_HEIGHT, STYLES, clean

UNOPENED = "工作簿打不开。请在 Excel 或 WPS 中打开并另存后再试。"
WIDTHS = (6, 9, 8, 19, 52, 34, 10, 30, 3, 3)
LINE_STYLES = ("number", "header", "header", "link", "label", "hint_cell", "header", "text", "key", "key")
"""How columns of 审核意见 are written."""
NOTE_WIDTH, NOTE_LINE, NOTE_HEIGHTS = 340, 18, (72, 420)  # of a note, in pixels: its width, the height of a line, the least and most of all
NOTE_COLUMNS = 46  # how many half-width characters a line of a note holds


def write_annotated(data: bytes, findings: Sequence[Finding], sections: Mapping[str, str]) -> bytes:
    """Return a copy as .xlsx with findings as notes on their cells and the sheet 审核意见. Raise XltoolsError if it cannot be opened."""
    workbook = open_workbook(data)
    kept = _explained_before(workbook, findings)
    _forget(workbook)
    for place, text in notes(findings).items():
        _note(workbook, place, text)
    _list(workbook, findings, sections, kept)
    saved = _save(workbook)
    try:
        return restore(data, saved)
    except (ParseError, LookupError, ValueError, RecursionError, GateError) as fault:  # XML that openpyxl reads in its own way
        raise XltoolsError(UNOPENED) from fault


def write_explanations(data: bytes, report: Report, explanations: Mapping[str, str]) -> bytes:
    """Return the workbook of a report with staff's explanations in 审核意见, given by the keys of the findings that they are for."""
    rules, book = {rule.name: rule for rule in RULES}, plan_book(report.form)
    places = {**{key: area.title for key, area in book.texts.items()}, **book.details, **book.figures}
    findings: list[Finding] = []
    for key, text in explanations.items():
        name, _, about = key.partition(":")
        if name in rules:
            fault = Fault(rules[name].title, places.get(about), actual=report.excused.get(key), key=key)
            findings.append(Finding(len(findings) + 1, rules[name], fault, explanation=text))
    return write_annotated(data, findings, {})


class _Parts(dict[str, bytes]):
    """What openpyxl takes for a zip file and writes the parts of a workbook to; a real one knows no clock before 1980."""

    def writestr(self, name: str, content: str | bytes) -> None:
        self[name] = content.encode("utf-8") if isinstance(content, str) else content

    def write(self, file: str, name: str) -> None:
        self[name] = Path(file).read_bytes()

    def namelist(self) -> list[str]:
        return list(self)

    def close(self) -> None:
        """Do nothing: what is written is packed later."""


def _save(workbook: Workbook) -> bytes:
    """Return the workbook's bytes. Raise XltoolsError where there is no room for the temporary files that openpyxl writes first."""
    saved, hook = _Parts(), sys.unraisablehook
    sys.unraisablehook = lambda _: None  # its writers complain a second time, at length, when they are dropped
    try:
        ExcelWriter(workbook, cast(ZipFile, saved)).save()
    except Exception as fault:
        traceback.clear_frames(fault.__traceback__)
        gc.collect()
        # where lxml is installed openpyxl writes by it, and its error is no OSError
        if isinstance(fault, OSError) or type(fault).__name__ == "SerialisationError":
            raise XltoolsError(f"系统临时文件夹 {tempfile.gettempdir()} 空间不足：{FULL}") from None
        raise XltoolsError(UNOPENED) from fault
    finally:
        sys.unraisablehook = hook
    return write_package(saved)


def open_workbook(data: bytes) -> Workbook:
    """Return a workbook as openpyxl reads it, past the gate. Raise XltoolsError where it cannot be opened."""
    try:
        package = open_package(data, WORKBOOK)
        package.check_all()
        refuse_unfolding(package)
    except (GateError, *FAILURES) as fault:
        raise XltoolsError(str(fault) if isinstance(fault, GateError) else DAMAGED) from fault
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of extensions that openpyxl leaves out
            return load_workbook(io.BytesIO(data))
    except Exception as fault:  # openpyxl raises whatever it stumbles over
        raise XltoolsError(UNOPENED) from fault


def refuse_unfolding(package: Package) -> None:
    """Raise GateError for a workbook, found by its content type, whose merged areas or farthest cells openpyxl could not hold."""
    types = find_all(package.read(TYPES_PART), "Override")
    main = [one.get("PartName") for one in types if one.get("ContentType", "").endswith(".main+xml")]
    WORKBOOK.refuse(main != [f"/{WORKBOOK_PART}"], DAMAGED)
    for name, facts in read_xlsx_facts(package).sheets.items():
        cells = [parse_area(at) for at in ("A1", *facts.styles)]
        extent = (1 + max(cell.bottom for cell in cells)) * (1 + max(cell.right for cell in cells))
        if max(extent, sum(parse_area(reference).size for reference in facts.merged)) > AREA_LIMIT:
            raise GateError(f"工作表“{name}”合并的范围太大，或者很远的地方设了格式。请取消合并、删去多余的行列后另存。")


def _explained_before(workbook: Workbook, findings: Sequence[Finding]) -> list[list[str]]:
    """Return the lines of 审核意见 whose explanation no finding of this run bears, such as those against last year's report."""
    rows = [[str(value or "") for value in row] for row in workbook[REVIEW].values] if REVIEW in workbook.sheetnames else []
    columns = header_columns(next(iter(rows[REVIEW_TOP - 1 :]), ()), REVIEW_COLUMNS, FORMER_REVIEW)
    told = {(finding.key, clean(finding.explanation or "")) for finding in findings}
    lines = ([row[column] for column in columns] for row in rows[REVIEW_TOP:] if NOWHERE not in columns)
    return [line for line in lines if line[Review.EXPLANATION].strip() and (line[Review.KEY], line[Review.EXPLANATION]) not in told]


def _forget(workbook: Workbook) -> None:
    """Take away what an earlier run put there; notes of other people stay."""
    if REVIEW in workbook.sheetnames:
        workbook.remove(workbook[REVIEW])
    for cell in (cell for sheet in workbook.worksheets for row in sheet.iter_rows() for cell in row):
        if cell.comment and NOTE_MARK in cell.comment.text:
            own = cell.comment.text.partition(NOTE_MARK)[0].rstrip()
            cell.comment = Comment(own, cell.comment.author) if own else None


def _note(workbook: Workbook, place: Place, text: str) -> None:
    """Put a note on a cell, below one that somebody else has written there."""
    if place.sheet not in workbook.sheetnames:
        return
    sheet, author = workbook[place.sheet], "xltools"
    cell = sheet.cell(place.row + 1, place.column + 1)
    if isinstance(cell, MergedCell):  # only the first of merged cells can hold something
        merged = next(area for area in sheet.merged_cells.ranges if cell.coordinate in area)
        cell = sheet.cell(merged.min_row, merged.min_col)
    if cell.comment:
        text, author = f"{cell.comment.text}\n\n{text}", cell.comment.author
    height = min(max(NOTE_HEIGHTS[0], NOTE_LINE * (wrapped_lines(text, NOTE_COLUMNS) + 1)), NOTE_HEIGHTS[1])
    cell.comment = Comment(text, author, height=height, width=NOTE_WIDTH)


def _list(workbook: Workbook, findings: Sequence[Finding], sections: Mapping[str, str], kept: Sequence[Sequence[str]]) -> None:
    """Write 审核意见 behind 校验, below the findings the lines of an earlier one that are `kept`, and open the workbook there."""
    names = workbook.sheetnames
    sheet = workbook.create_sheet(REVIEW, names.index(CHECKS) + 1 if CHECKS in names else len(names))
    _put(sheet, 0, 0, f"{REVIEW}：共{len(findings)}项", "title")
    counts = Counter(finding.severity for finding in findings)
    told = "，".join(f"{name}{counts[severity]}项" for severity, name in SEVERITY_NAMES.items())
    _put(sheet, 1, 0, f"{told}。" if findings else "没有发现问题。", "heading")
    _put(sheet, 2, 0, HELP, "hint_line")
    for column, (label, width) in enumerate(zip(REVIEW_COLUMNS, WIDTHS, strict=True)):
        _put(sheet, REVIEW_TOP - 1, column, label, "key" if column >= Review.KEY else "header")
        sheet.column_dimensions[column_name(column)].width = width
    for row, finding in enumerate(findings, start=REVIEW_TOP):
        place = finding.fault.place if finding.fault.place and finding.fault.place.sheet in workbook.sheetnames else None
        _line(sheet, row, _review_texts(finding, sections), place)
    for number, line in enumerate(kept, start=len(findings)):
        texts = (str(number + 1), *line[Review.SEVERITY : Review.CAUSE], EARLIER, *line[Review.EXPLANATION :])
        _line(sheet, REVIEW_TOP + number, texts, None)
    checks = workbook[CHECKS] if CHECKS in names else None
    _set_up(sheet, REVIEW_TOP + len(findings) + len(kept), checks)
    # as 校验 is, with the same password, but its filter may be used
    sheet.protection = copy(checks.protection) if checks else SheetProtection()
    sheet.protection.sheet, sheet.protection.autoFilter = True, False
    if checks and checks.protection.password:
        sheet.protection.set_password(checks.protection.password, already_hashed=True)
    for other in workbook.worksheets:
        other.sheet_view.tabSelected = other is sheet  # else both are selected, and what is typed goes into both
    workbook.active = sheet


def _line(sheet: Worksheet, row: int, texts: Sequence[str], linked: Place | None) -> None:
    for column, (text, style) in enumerate(zip(texts, LINE_STYLES, strict=True)):
        cell = _put(sheet, row, column, text, "label" if style == "link" and not linked else style)
        if column == Review.WHERE and linked:
            cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{linked.sheet}'!{linked.address}", display=text)
        elif column == 0:
            cell.value = int(text)
    lines = max(wrapped_lines(text, width - 2) for text, width in zip(texts[: Review.KEY], WIDTHS, strict=False))
    sheet.row_dimensions[row + 1].height = min(LINE_HEIGHT * max(2, lines) + 4, 400.0)  # points; Excel's limit is 409


def _put(sheet: Worksheet, row: int, column: int, text: str, name: str) -> Cell:
    """Write a text in one of the house's formats; never a formula, whatever it begins with."""
    cell = sheet.cell(row + 1, column + 1)
    assert isinstance(cell, Cell)
    if text:
        cell.value = text
        cell.data_type = "s"
    style = STYLES[name]
    line = Side("thin") if style.get("border") else Side()
    cell.font = Font(
        name=style["font_name"],
        size=style["font_size"],
        bold=style.get("bold", False),
        underline="single" if style.get("underline") else None,
        color=style.get("font_color", "#000000")[1:],
    )
    vertical = "center" if style["valign"] == "vcenter" else style["valign"]
    cell.alignment = Alignment(horizontal=style.get("align"), vertical=vertical, wrap_text=style.get("text_wrap"))
    cell.border = Border(left=line, right=line, top=line, bottom=line)
    if "bg_color" in style:
        cell.fill = PatternFill("solid", fgColor=style["bg_color"][1:])
    cell.protection = Protection(locked=style.get("locked", True))
    cell.number_format = style.get("num_format", "General")
    return cell


def _set_up(sheet: Worksheet, end: int, like: Worksheet | None) -> None:
    """Freeze and repeat the header, make it a filter, and set up the page `like` that of another sheet; `end` is the first row below."""
    last = column_name(Review.EXPLANATION)
    sheet.freeze_panes = f"A{REVIEW_TOP + 1}"
    sheet.auto_filter.ref = f"A{REVIEW_TOP}:{last}{end}"
    sheet.print_title_rows = f"{REVIEW_TOP}:{REVIEW_TOP}"
    sheet.print_area = f"A1:{last}{end}"
    sheet.sheet_view.showGridLines = False
    for name in ("page_setup", "page_margins", "print_options", "sheet_properties", "HeaderFooter") if like else ():
        setattr(sheet, name, copy(getattr(like, name)))


HELP = "点“位置”跳到那一格，那一格上有批注。数字确实无误的，在“说明”栏写明原因，随文件一起报送；“校验”里已写说明的，以“校验”为准。"
EARLIER = "以前的说明"  # stands for the cause in a line that is kept for its explanation alone
NOTE_MARK = "【审核意见】"  # begins every note, so that it is known again, whatever program has saved the file since
ADVICE = "建议："
NOTE_LIMIT = 2_000  # the most characters of a note


def _review_texts(finding: Finding, sections: Mapping[str, str]) -> tuple[str, ...]:
    """Return the line of a finding in the order of REVIEW_COLUMNS; `sections` gives the title of a section for one without a cell."""
    fault = finding.fault
    where = f"{fault.place.sheet}!{fault.place.address}" if fault.place else sections.get(fault.section or "", "")
    problem = fault.message + (f"\n{ADVICE}{finding.advice}" if finding.advice else "")
    cause = f"编号{finding.because}" if finding.because else ""
    kind = (str(finding.id), SEVERITY_NAMES[finding.severity], finding.rule.code)
    texts = (*kind, where, problem, finding.basis, cause, finding.explanation or "", finding.key, finding.stake)
    return tuple(map(clean, texts))


def notes(findings: Iterable[Finding]) -> dict[Place, str]:
    """Return the text of the note on each cell that findings speak of, all of a cell in one."""
    texts = grouped((finding.fault.place, _note_text(finding)) for finding in findings if finding.fault.place)
    return {place: clean("\n\n".join([NOTE_MARK, *parts]).replace("\n\n", "\n", 1), NOTE_LIMIT) for place, parts in texts.items()}


def _note_text(finding: Finding) -> str:
    lines = [f"{finding.rule.code} {SEVERITY_NAMES[finding.severity]}：{finding.fault.message}", label_basis(finding.basis)]
    if finding.advice:
        lines.insert(1, f"{ADVICE}{finding.advice}")
    if finding.because:
        lines.append(f"由编号{finding.because}引起，编号{finding.because}改正后自动消除。")
    if finding.explanation:
        lines.append(f"说明：{finding.explanation}")
    return "\n".join(lines)
