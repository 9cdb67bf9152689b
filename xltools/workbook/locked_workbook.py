"""write_workbook: the locked workbook of a form, empty or filled with a report; here its sheets but for the tables and 校验."""

import re
from collections.abc import Iterator

from xltools.form import book as plan
from xltools.form.definition import Form
from xltools.form.formulas import absolute, ranges
from xltools.form.layout import text_width
from xltools.form.loader import form_option
from xltools.form.unit import BLANK_IS_ZERO, YEAR, YES
from xltools.numerals import Number, is_number
from xltools.report.filled import Report
from xltools.report.provenance import ADDED, BELOW, LACKING, LEFT_OUT, MISSING, NOT_KNOWN, Provenance
from xltools.workbook.check_sheet import Verdicts, write_checks
from xltools.workbook.pen import PROMPT_TITLE_LIMIT, NewWorkbook, Pen
from xltools.workbook.styles import LINE_HEIGHT, clean
from xltools.workbook.table_sheets import write_table


def write_workbook(report: Report, password: str = "") -> bytes:
    """Return the locked .xlsx of a report, the same bytes for the same report. Raise XltoolsError for prose that no cell can hold."""
    book = plan.plan_book(report.form)
    verdicts = Verdicts(book, report)
    workbook = NewWorkbook(properties(report), report.year or book.form.first_year or 2000)
    pens = {name: workbook.add_sheet(name) for name in (*book.sheets, *([plan.SOURCES] if report.provenance else []))}
    for pen in pens.values():
        _set_up(pen, book, password)
    workbook.lock_structure(pens[plan.GUIDE].sheet.protect_options["password"])
    write_guide(pens[plan.GUIDE], book)
    write_unit(pens[plan.UNIT_SHEET], book)
    for name in dict.fromkeys(section.sheet for section in book.form.texts):
        write_prose(pens[name], verdicts, name)
    for table in book.tables.values():
        write_table(pens[table.section.sheet], verdicts, table)
    write_checks(pens[plan.CHECKS], verdicts)
    if report.provenance:
        write_sources(pens[plan.SOURCES], report.provenance)
    # last, so that every other text has the same number in the table of texts whatever the unit: see series
    write_details(pens[plan.UNIT_SHEET], book, report)
    lines = {*(line.id for line in book.checks), *(lack.key for lack in (report.provenance.lacks if report.provenance else ()))}
    data = workbook.finish()
    if others := {key: text for key, text in report.explanations.items() if key not in lines}:
        from xltools.workbook.annotated_copy import write_explanations  # its library is slow to import, and few reports need it

        return write_explanations(data, report, others)
    return data


def _set_up(pen: Pen, book: plan.Book, password: str) -> None:
    """Lock a sheet, set up its page and put the cursor on its first input; what is locked can be selected and copied."""
    sheet = pen.sheet
    sheet.protect(password, {"format_rows": True, "format_columns": True})
    sheet.hide_gridlines(2)
    sheet.center_horizontally()
    sheet.fit_to_pages(1, 0)
    places = [(place.row, place.column) for place in book.inputs if place.sheet == pen.name]
    if places:
        sheet.set_selection(*min(places), *min(places))


def properties(report: Report) -> dict[str, str]:
    """Return the document properties of the report's workbook."""
    book = plan.plan_book(report.form)
    return {
        "title": f"{report.unit.title_name}{report.year or ''}年{book.form.title}",
        "subject": book.form.edition,
        "author": report.unit.name,
        "company": report.unit.name,
        "keywords": f"{book.form.id} {book.fingerprint}",
    }


GUIDE_WIDTH = 76.0
EARLIEST_YEAR, LATEST_YEAR = 2008, 2100  # the years of a form without bounds of its own; the Regulation is in force since 2008


def write_guide(pen: Pen, book: plan.Book) -> None:
    """Write 填报说明."""
    pen.set_widths([GUIDE_WIDTH])
    pen.sheet.fit_to_pages(1, 1)
    pen.title(f"{book.form.title}　填报说明")
    pen.label(book.identity.row, book.identity.column, book.identity_text, "hint")
    for row, line in enumerate(_guide_lines(book), start=book.identity.row + 1):
        pen.label(row, 0, line, "heading" if re.match("[一二三四五]、", line) else "plain")
        pen.sheet.set_row(row, LINE_HEIGHT * (1 + text_width(line) // int(GUIDE_WIDTH - 4)) + 4)


def _guide_lines(book: plan.Book) -> Iterator[str]:
    """Yield each line of the guide."""
    own = form_option(book.form)
    tables = "".join(f"“{table.section.sheet}”" for table in book.tables.values())
    yield "一、怎样填"
    yield f"1. 先填“{plan.UNIT_SHEET}”，再从左到右逐张填写。浅黄色的格是要填的格，按 Tab 键跳到下一格；其他格已锁定，可以选中、复制，不能也不用改。"
    yield f"2. {tables}中，确实没有的填0。空白和“/”“-”“无”都不等于0，检查时会列出。总计由公式自动计算，不用填。"
    yield f"3. 只填数字，不带计量单位，不加说明。计量单位按表头{_units(book.form)}。选中一格会显示是哪一行、哪一列，填什么。"
    yield "4. 从 Word 或别的表复制来的，只粘贴内容：右键“选择性粘贴”，数字选“数值”，文字选“文本”（Word 中叫“只保留文本”）。直接粘贴会改掉格的锁定和校验；也不要剪切，剪切会改坏公式。"
    yield f"5. 粘贴后格变白、不能输入的：运行 xltools import 本文件.xlsx -o 新文件.xlsx{own}，得到一份锁定完好、内容照旧的工作簿。"
    yield from (f"{number}. {line}" for number, line in enumerate(_prose_lines(book.form), start=6))
    yield "二、颜色"
    yield "浅黄色：要填的格。　红色：这一格所在的勾稽关系两边都填了而不平，请核对。　其他：已锁定。"
    yield f"三、校验的勾稽关系（逐项结果见“{plan.CHECKS}”）"
    seen: list[str] = []
    for relation in book.form.relations:
        if relation.basis not in seen:
            seen.append(relation.basis)
            yield f"{len(seen)}. {relation.basis}"
    if book.breakdowns:
        yield f"{len(seen) + 1}. {book.breakdowns[0].slot.basis}"
    yield f"数据无误、确有原因不平的，在“{plan.CHECKS}”该行的“说明”栏写明原因，并把“差额”栏的数抄在“说明时的差额”栏，不再拦导出；差额变了的，说明自动失效。"
    yield "四、填完之后"
    yield f"保存，然后运行：xltools check 文件名.xlsx{own}（检查），xltools export 文件名.xlsx -o 报告.docx{own}（导出报告）。"
    yield "用 Excel、WPS 表格、LibreOffice 都可以填写和保存。请勿改动工作表名称、行列和锁定的格。"
    if book.form.deadlines:
        yield "五、什么时候报送和公布（上级另有更早要求的，按上级要求）"
        yield from (due.basis for due in book.form.deadlines)


def _units(form: Form) -> str:
    """Return how numbers are written in the units that the form counts in, behind a colon."""
    kinds = {(figure.unit, figure.domain) for figure in form.figures.values()}
    told = (("件", "count", "件为整数"), ("元", "amount", "元最多两位小数"), ("万元", "amount", "万元最多六位小数"))
    return "：" * bool(found := [words for unit, domain, words in told if (unit, domain) in kinds]) + "，".join(found)


def _prose_lines(form: Form) -> Iterator[str]:
    """Yield what the guide says of prose."""
    if not form.texts:
        return
    yield "正文一段填一格；一格里换行的，导出时也分段。段落不够的，在一格内按 Alt+Enter 换行续写。"
    if name := next((name for name in (QUOTED_AMOUNT, *form.quantities) if name in form.quantities), None):
        example = f"收到申请{{{name}}}件" if name == QUOTED_AMOUNT else f"{{{name}}}"
        yield f"正文中可以用花括号引用表中数据，如“{example}”，导出时换成表中的数。"
    if generated := next((section for section in form.texts if section.generated and section.parent), None):
        above = form.section_by_key[generated.parent or ""].title
        yield f"提示中写有“不填则自动生成”的部分可以不写，导出时由表中数据生成；全部内容已写在“{above}”一栏的，不再自动生成。"
    if form.breakdowns:
        yield "分项表：正文写“共公开100条，其中……”的，把总数和各分项填入，表下自动校验。没有的不填。"


QUOTED_AMOUNT = "新收申请总数"


def write_unit(pen: Pen, book: plan.Book) -> None:
    """Write the labels of 基本信息."""
    pen.set_widths((20, 44, 46))
    *first, last = (detail.label for detail in book.form.details if detail.required)
    pen.title(plan.UNIT_SHEET, f"{'、'.join(first)}和{last}必填。")
    for detail in book.form.details:
        row = book.details[detail.key].row
        pen.sheet.set_row(row, LINE_HEIGHT * 2)
        pen.label(row, plan.LABEL_COLUMN, detail.caption, "label")
        pen.label(row, plan.HELP_COLUMN, detail.help, "hint")


def write_details(pen: Pen, book: plan.Book, report: Report) -> None:
    """Write what 基本信息 says of the unit and the report."""
    for detail in book.form.details:
        place = book.details[detail.key]
        if detail.key == YEAR:
            pen.number(place.row, plan.TEXT_COLUMN, report.year)
            first, last = book.form.first_year or EARLIEST_YEAR, book.form.last_year or LATEST_YEAR
            options = {"validate": "integer", "criteria": "between", "minimum": first, "maximum": last}
            told = f"请填四位年份，{first}{f'至{last}' if book.form.last_year else '及以后'}。"
            pen.validate([place], {**options, "error_title": "报告年度", "error_message": told})
        elif detail.key == BLANK_IS_ZERO:
            pen.text(place.row, plan.TEXT_COLUMN, YES if report.blank_is_zero else "")
            pen.validate([place], {"validate": "list", "source": [YES]})
        else:
            pen.text(place.row, plan.TEXT_COLUMN, report.unit.detail(detail.key))


PASTE_TEXT = "一段填一格。从 Word 复制来的，只用“选择性粘贴→文本”（只保留文本），不要直接粘贴，不要剪切。"
LONG = 50  # an area with more rows than these has more of them shown
SHOWN, LONG_SHOWN, FREE = 8, 25, 3  # the rows that are shown at least, and beyond those filled in
SHOW = "要用：选中行号 {above} 至 {below}，右键“取消隐藏”（LibreOffice 先取消保护工作表）。"
PROSE_WIDTHS = (7.0, 84.0, 14.0)


def write_prose(pen: Pen, verdicts: Verdicts, name: str) -> None:
    """Write one sheet of prose."""
    pen.set_widths(PROSE_WIDTHS)
    pen.title(f"{name}（一段填一格）")
    pen.sheet.freeze_panes(1, 0)
    for area in verdicts.book.texts.values():
        if area.title.sheet == name:
            _caption(pen, area.title.row, area.caption)
            _paragraphs(pen, area, verdicts.report.paragraphs(area.section.key))
    for line in verdicts.unread:
        if line.places[0].sheet == name:
            pen.redden(line.places[:1], line.is_blank)
    for breakdown in verdicts.book.breakdowns:
        if breakdown.title.sheet == name:
            _breakdown(pen, breakdown, verdicts)


def _caption(pen: Pen, row: int, text: str) -> None:
    """Write a title in bold with its help in small print behind it."""
    title, gap, help = text.partition(plan.CAPTION_GAP)
    if help:
        pen.label(row, plan.LABEL_COLUMN, "", "plain", colspan=len(PROSE_WIDTHS))
        heading, hint, plain = map(pen.workbook.style, ("heading", "hint", "plain"))
        pen.sheet.write_rich_string(row, plan.LABEL_COLUMN, heading, title, hint, gap + help, plain)
    else:
        pen.label(row, plan.LABEL_COLUMN, title, "heading", colspan=len(PROSE_WIDTHS))
    pen.sheet.set_row(row, LINE_HEIGHT * (1 + text_width(text) // int(sum(PROSE_WIDTHS))) + 8)


def _paragraphs(pen: Pen, area: plan.TextArea, paragraphs: tuple[str, ...]) -> None:
    """Write one paragraph a row; those beyond the last row stand together in it, one a line."""
    last = len(area.paragraphs) - 1
    rows = [*paragraphs[:last], "\n".join(paragraphs[last:])]
    for order, place in enumerate(area.paragraphs):
        text = rows[order] if order < len(rows) else ""
        pen.number(place.row, plan.PARAGRAPH_NUMBER, order + 1, "number")
        pen.text(place.row, plan.PARAGRAPH, text, "paragraph")
        if text:  # LibreOffice shows one line of a text in a row whose height is not set
            pen.height(place.row, {plan.PARAGRAPH: text})
    pen.validate(area.paragraphs, {"validate": "any"}, clean(area.section.title, PROMPT_TITLE_LIMIT), PASTE_TEXT)
    _hide_spare(pen, area.paragraphs, len(paragraphs), area.paragraphs[-1].row + 1)


def _hide_spare(pen: Pen, places: tuple[plan.Place, ...], filled: int, below: int) -> None:
    """Hide the rows that are not needed for now, so that none is printed empty, and tell in the row `below` how they are shown."""
    shown = max(LONG_SHOWN if len(places) > LONG else SHOWN, filled + FREE)
    spare = places[shown:]
    if not spare:
        return
    for place in spare:
        pen.sheet.set_row(place.row, None, None, {"hidden": True})
    cells = absolute(f"{spare[0].address}:{spare[-1].address}")
    how = SHOW.format(above=places[shown - 1].row + 1, below=below + 1)
    told, lost = f"还有{len(spare)}行备用，已隐藏。{how}", f"✗ 有内容在隐藏的行里。{how}"
    pen.formula(below, plan.LABEL_COLUMN, f'IF(COUNTA({cells})>SUBTOTAL(103,{cells}),"{lost}","{told}")', told, "hint_line")


def _breakdown(pen: Pen, area: plan.BreakdownArea, verdicts: Verdicts) -> None:
    given = verdicts.breakdowns.get(area.number)
    for place, text in area.labels.items():
        if place == area.title:
            _caption(pen, place.row, text)
        else:
            pen.label(place.row, place.column, text, "header")
    pen.text(area.label.row, plan.PARAGRAPH, given.label if given else area.slot.label)
    pen.text(area.unit.row, plan.AMOUNT, given.unit if given else area.slot.unit)
    pen.validate([area.unit], {"validate": "any"}, "单位", "如：条、件、篇。")
    pen.number(area.total.row, plan.AMOUNT, given.total if given else None)
    parts = given.parts if given else ()
    for order, name in enumerate(area.names):
        label, value = parts[order] if order < len(parts) else ("", None)
        pen.number(name.row, plan.PARAGRAPH_NUMBER, order + 1, "number")
        pen.text(name.row, plan.PARAGRAPH, label)
        pen.number(name.row, plan.AMOUNT, value)
    pen.expect([area.total, *area.amounts], "count", "数量", "填整数，不带单位。")
    _hide_spare(pen, area.names, len(parts), area.sum.row + 1)
    result: Number = sum(value for _, value in parts if is_number(value))
    line = next(line for line in verdicts.book.checks if line.breakdown == area)
    pen.formula(area.sum.row, plan.PARAGRAPH, *verdicts.of_breakdown(line), "label")
    pen.formula(area.sum.row, plan.AMOUNT, f"SUM({','.join(ranges(area.amounts))})", result, "total")
    total, amounts = absolute(area.total.address), absolute(ranges(area.amounts)[0])
    broken = f"ROUND({total}-{absolute(area.sum.address)},6)*(COUNT({total})*COUNT({amounts})>0)<>0"
    pen.redden([area.total, *area.amounts, area.sum], broken)


UNIT, FILE, REASON, FIGURES = 1, 3, 4, 5


def write_sources(pen: Pen, provenance: Provenance) -> None:
    """Write 汇总来源."""
    pen.set_widths((12, 34, 12, 34, 60, 12, 12, 12))
    help = "“未报送”“应计未计”“数不全”的，汇总数里没有或不全；补齐后重新汇总，确需这样报出的，在“校验”表末写明。"
    pen.title(f"{plan.SOURCES}：本报告是{len(provenance.added)}份报告之和", help)
    rows = list(_source_rows(provenance))
    pen.header(plan.SOURCE_TOP - 1, plan.SOURCE_COLUMNS, len(rows), frozen=UNIT + 1, style="header")
    for row, cells in enumerate(rows, start=plan.SOURCE_TOP):
        pen.height(row, {UNIT: cells[UNIT], FILE: cells[FILE], REASON: cells[REASON]})
        for column, text in enumerate(cells):
            # whole, since it is read back; what only programs read is small
            pen.text(row, column, text, "key" if column >= FIGURES else "words")


def _source_rows(provenance: Provenance) -> Iterator[tuple[str, ...]]:
    for counted in provenance.counted:
        content = f"{counted.sha256} {counted.report}".strip()
        yield BELOW if counted.via else ADDED, counted.unit, counted.date, "", "", "", content, counted.via
    yield from ((MISSING, unit, "", "", "", "", "", "") for unit in provenance.missing)
    for left in provenance.left_out:
        yield LACKING if left.is_lacking else LEFT_OUT, left.unit, "", left.file, left.reason, "", "", ""
    for unknown in provenance.not_known:
        yield NOT_KNOWN, unknown.unit, "", "", unknown.reason, " ".join(unknown.figures), "", ""
