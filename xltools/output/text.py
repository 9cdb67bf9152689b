"""Findings as text for people, and what `import` tells: what was read of a published file, what is doubtful, what another edition cost."""

from collections.abc import Iterable, Iterator, Sequence

from xltools.errors import one_line
from xltools.form.definition import Form, label_basis
from xltools.numerals import COUNTING, list_some
from xltools.output import Checked, counts_line
from xltools.report.conversion import Conversion
from xltools.report.filled import Report, place_breakdowns
from xltools.rules.rule import SEVERITY_NAMES, Finding


def render(files: Sequence[Checked]) -> str:
    """Return the findings of all files, by file and severity, and a closing line; of several files a line each stands before."""
    outlines = [*map(_outline, files), ""] if len(files) != 1 else []
    told = (line for file in files if not outlines or file.error or file.findings for line in _file(file))
    return "\n".join([*outlines, *told, f"共{len(files)}份：{counts_line(files)}"]) + "\n"


def render_short(files: Sequence[Checked]) -> str:
    """Return a line for each file, and the closing one."""
    return "\n".join([*map(_outline, files), f"共{len(files)}份：{counts_line(files)}"]) + "\n"


def _outline(file: Checked) -> str:
    counts = "，".join(f"{name}{len(found)}项" for severity, name in SEVERITY_NAMES.items() if (found := file.of(severity)))
    return f"{_heading(file)}  {'无法读取' if file.error else counts or '没有发现问题'}"


def _heading(file: Checked) -> str:
    title = one_line(" ".join(filter(None, (file.unit, f"{file.year}年度" if file.year else ""))))
    return f"{one_line(file.file)}{f'  {title}' if title else ''}"


def _file(file: Checked) -> Iterator[str]:
    yield f"{_heading(file)}  无法读取：{one_line(file.error)}" if file.error else _heading(file)
    if not file.error and not file.findings:
        yield "  没有发现问题。"
    for severity, name in SEVERITY_NAMES.items():
        if findings := sorted(file.of(severity), key=_order):
            yield f"  {name}{len(findings)}项"
        for finding in findings:
            if finding.because is None:
                yield from _finding(finding)
                for consequence in sorted((other for other in file.findings if other.because == finding.id), key=_order):
                    yield f"      由此引起：{consequence.rule.code} {one_line(consequence.message)}"
    yield ""


def _order(finding: Finding) -> tuple[str, int, str, int, int]:
    """Return the sort key of a finding: its rule, its sheet (those numbered 一、二、… first), its cell, row by row."""
    place = finding.fault.place
    if place is None:
        return finding.rule.code, len(COUNTING), "", 0, 0
    return finding.rule.code, COUNTING.find(place.sheet[:1]), place.sheet, place.row, place.column


def _finding(finding: Finding) -> Iterator[str]:
    yield f"    {finding.rule.code} {one_line(finding.message)}"
    if finding.advice:
        yield f"         建议：{one_line(finding.advice)}"
    yield f"         {label_basis(finding.basis)}"
    if finding.explanation:
        yield f"         说明：{one_line(finding.explanation)}"


def tell_reading(report: Report) -> Iterator[str]:
    """Yield lines on what the reader of a published file read: tables, prose, and what needs a look."""
    publication, form = report.origin.publication, report.form
    lacking = {id for remark in publication.other_editions for id in remark.figures}
    read = [id for id in form.figures if id not in report.unread_figures and id not in lacking]
    blank = [id for id in read if report.figures.get(id) is None]
    yield f"单位：{report.unit.name or '未识别'}　年度：{report.year or '未识别'}　格式：{form.edition}"
    yield f"表格：共{len(form.figures)}格，识别{len(read)}格（其中空白{len(blank)}格）。"
    told = [f"{section.title} {len(report.paragraphs(section.key))}段" for section in form.texts if report.text(section.key)]
    if form.texts:
        yield f"正文：{'、'.join(told) or '未识别'}。"
    yield from _tell_doubts(report)


def tell_mending(report: Report) -> Iterator[str]:
    """Yield lines on what was read of a workbook or JSON: why by its labels, and what needs a look."""
    if report.origin.by_labels:
        yield f"{report.origin.by_labels}，已按行名、列名和标题识别。请核对。"
    used = {place.sheet for place in (*report.book.figures.values(), *(area.title for area in report.book.texts.values()))}
    yield from (f"多出工作表“{name}”，其中的内容未写入。" for name in report.origin.extra_sheets if name not in used)
    yield from (f"锁定内容被改动，未写入：{change.place.quoted}“{change.found}”" for change in report.origin.altered if change.found)
    yield from _tell_doubts(report)


def _tell_doubts(report: Report) -> Iterator[str]:
    yield from tell_unread(report)
    found = report.origin.publication
    extra, unplaced = ("多出的行，未写入", found.extra_rows), ("未归入正文的文字，未写入", found.unplaced)
    for title, remarks in (("换版", found.other_editions), ("存疑", found.doubts), extra, unplaced):
        yield from (f"{title}{f'（{remark.spot}）' if str(remark.spot) else ''}：{remark.text}" for remark in remarks)


def tell_unread(report: Report) -> Iterator[str]:
    """Yield lines on the figures and the prose that could not be read, with the reasons."""
    form = report.form
    if report.unread_figures:
        yield f"未识别{len(report.unread_figures)}格，留空：{_labels(form, report.unread_figures)}。请对照原文填写。"
    if sections := [section.title for section in form.texts if section.key in report.unread_sections]:
        yield f"未识别的正文，留空：{'、'.join(sections)}。请对照原文填写。"
    yield from (f"  {reason}" for reason in dict.fromkeys(unread.reason for unread in report.unread))


def tell_breakdowns(report: Report) -> Iterator[str]:
    """Yield a line for each breakdown that the workbook has no table for."""
    for breakdown, area in zip(report.breakdowns, place_breakdowns(report), strict=True):
        if area is None:
            yield f"注意：分项“{breakdown.label}”（{len(breakdown.parts)}项）超出工作簿的分项表，未写入。请写在正文中。"


def tell_conversion(conversion: Conversion, source: Form) -> Iterator[str]:
    """Yield lines on what changing the edition cost."""
    form = conversion.report.form
    yield f"原报告按{source.edition}编制，已换成{form.edition}的格式。"
    if figures := [id for id in conversion.dropped if id in source.figures]:
        yield f"没有对应的格，未写入{len(figures)}格：{_labels(source, figures)}。"
    for key in conversion.dropped:
        if key in source.section_by_key:
            yield f"没有对应的部分，未写入：{source.section_by_key[key].title}。"
    if conversion.missing:
        yield f"原报告没有的格，留空{len(conversion.missing)}格：{_labels(form, conversion.missing)}。"
    if conversion.uncertain:
        yield f"含义不完全相同，请核对{len(conversion.uncertain)}格：{_labels(form, conversion.uncertain)}。"


def _labels(form: Form, ids: Iterable[str]) -> str:
    wanted = set(ids)
    return list_some(dict.fromkeys(figure.line for id, figure in form.figures.items() if id in wanted), 6, "等 {} 行")
