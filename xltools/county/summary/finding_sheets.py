"""问题清单, 问题分类统计 and 错误排名: every finding of every unit, how many there are of each rule, and the units with most errors."""

from collections import Counter
from collections.abc import Sequence

from xltools.county.summary.state import FINDINGS, OPEN, RANKING, RULES, Summary, UnitLine, where_and_what
from xltools.form.book import address
from xltools.form.formulas import absolute
from xltools.rules.rule import SEVERITY_NAMES, Finding
from xltools.workbook.pen import Pen

CODE, NAME, NUMBER, SEVERITY, RULE, TITLE, WHERE, MESSAGE, BECAUSE, EXPLANATION, COPY = range(11)
COLUMNS = ("单位代码", "单位", "编号", "严重程度", "规则代码", "问题类型", "位置", "问题", "起因（编号）", "说明", "批注版")
FINDING_WIDTHS = (12, 24, 6, 10, 8, 20, 19, 64, 11, 20, 10)
TOP = 4  # the row of the first finding
RULE_COLUMNS = ("规则代码", "问题类型", "严重程度", "项数", "其中由其他问题引起", "单位数", "占全部问题")
RULE_WIDTHS = (10, 44, 12, 12, 14, 12, 14)
RANKED = (SEVERITY_NAMES["error"], "其中由其他问题引起", SEVERITY_NAMES["warning"])
RANKING_COLUMNS = ("名次", "单位代码", "单位", *RANKED, "最多的问题", "电话")
RANKING_WIDTHS = (8, 12, 34, 10, 16, 10, 50, 18)


def first_rows(units: Sequence[UnitLine]) -> dict[int, int]:
    """Return the row of the first finding of each unit that has any, by the unit's place."""
    rows, row = {}, TOP
    for number, unit in enumerate(units):
        if unit.findings:
            rows[number] = row
            row += len(unit.findings)
    return rows


def write_findings(pen: Pen, summary: Summary) -> None:
    """Write 问题清单."""
    findings = [(unit, finding) for unit in summary.units for finding in unit.findings]
    count = len(findings)
    note = "“起因（编号）”填有编号的，起因改正后自动消除。点“批注版”打开这个单位的批注版（与本文件放在一起时有效）。"
    start_sheet(pen, summary, "　问题清单", note, columns=COLUMNS, count=count, gap=1, frozen=NUMBER, empty="没有发现问题。")
    for row, (unit, finding) in enumerate(findings, start=TOP):
        _write_finding(pen, row, unit, finding)
    severity = f"$D{TOP + 1}"
    for name, style in (("错误", "bad"), ("待核", "doubt")):
        pen.colour((TOP, SEVERITY, TOP + max(count, 1) - 1, SEVERITY), f'{severity}="{name}"', style)


def _write_finding(pen: Pen, row: int, unit: UnitLine, finding: Finding) -> None:
    where, what = where_and_what(finding)
    pen.height(row, {NAME: unit.name, TITLE: finding.rule.title, WHERE: where, MESSAGE: what})
    because = f"编号{finding.because}" if finding.because else ""
    whose, kind = ((unit.code, "cell"), (unit.name, "cell")), ((SEVERITY_NAMES[finding.severity], "middle"), (finding.rule.code, "middle"))
    texts = ((text, "cell") for text in (finding.rule.title, where, what))
    pen.cells(row, *whose, (finding.id, "middle"), *kind, *texts, (because, "middle"), (finding.explanation or "", "cell"))
    pen.link(row, COPY, f"external:{unit.copy}", OPEN)


def start_sheet(
    pen: Pen, summary: Summary, title: str, *notes: str, columns: Sequence[str], count: int, gap: int = 0, frozen: int = 0, empty: str = ""
) -> int:
    """Write the title and the header of a sheet, and what it says where it has no rows; return the first of these."""
    header = pen.title(f"{summary.office}　{summary.year}年度{title}", *notes) + gap
    pen.header(header, columns, count, frozen=frozen)
    if empty and not count:
        pen.label(header + 1, 0, empty, "plain")
    pen.sheet.fit_to_pages(1, 0)
    return header + 1


def write_rules(pen: Pen, summary: Summary) -> None:
    """Write 问题分类统计, the rule that is broken most often first."""
    findings = [finding for unit in summary.units for finding in unit.findings]
    counts = Counter(finding.rule.code for finding in findings)
    followed = Counter(finding.rule.code for finding in findings if finding.because)
    units = Counter(code for unit in summary.units for code in {finding.rule.code for finding in unit.findings})
    note = "项数由“问题清单”统计。“其中由其他问题引起”的，起因改正后自动消除。"
    start_sheet(pen, summary, f"　{RULES}", note, columns=RULE_COLUMNS, count=len(counts), gap=1, empty="没有发现问题。")
    last, end = TOP + max(len(counts), 1) - 1, TOP + len(findings) - 1
    rules, because = (f"'{FINDINGS}'!{absolute(f'{address(TOP, column)}:{address(end, column)}')}" for column in (RULE, BECAUSE))
    samples = {finding.rule.code: finding for finding in reversed(findings)}
    for row, code in enumerate(sorted(samples, key=lambda code: (-counts[code], code)), start=TOP):
        pen.cells(row, (code, "middle"), (samples[code].rule.title, "cell"), (SEVERITY_NAMES[samples[code].severity], "middle"))
        pen.formula(row, 3, f"COUNTIF({rules},A{row + 1})", counts[code], "large")
        pen.formula(row, 4, f'COUNTIFS({rules},A{row + 1},{because},"编号*")', followed[code], "large")
        pen.number(row, 5, units[code], "large")
        pen.formula(row, 6, f"D{row + 1}/SUM(D${TOP + 1}:D${last + 1})", counts[code] / len(findings), "part")
    if findings:
        pen.label(last + 1, 0, "合计", "sum_label")
        for column in (1, 2, 5, 6):
            pen.label(last + 1, column, "", "sum_label")
        for column, count in ((3, len(findings)), (4, followed.total())):
            pen.formula(last + 1, column, f"SUM({address(TOP, column)}:{address(last, column)})", count, "sum")
        pen.sheet.conditional_format(TOP, 3, last, 3, {"type": "data_bar", "bar_color": "#9DC3E6"})


def write_ranking(pen: Pen, summary: Summary) -> None:
    """Write 错误排名, the units with most errors first and what is wrong most often in each; equally many share a rank."""
    units = sorted((unit for unit in summary.units if unit.count("error")), key=lambda unit: (-unit.count("error"), -unit.count("warning")))
    counts = [unit.count("error") for unit in units]
    note = "按错误的项数排列，没有错误的单位不列。"
    top = start_sheet(pen, summary, f"　{RANKING}", note, columns=RANKING_COLUMNS, count=len(units), frozen=3, empty="没有错误。")
    for row, unit in enumerate(units, start=top):
        errors = [finding for finding in unit.findings if finding.severity == "error"]
        (title, count), *_ = Counter(finding.rule.title for finding in errors).most_common(1)
        most, followed = f"{title}（{count}项）", sum(finding.because is not None for finding in errors)
        numbers = ((len(errors), "large"), (followed, "large"), (unit.count("warning"), "large"))
        pen.height(row, {2: unit.name, 6: most})
        whose = ((counts.index(len(errors)) + 1, "middle"), (unit.code, "cell"), (unit.name, "cell"))
        pen.cells(row, *whose, *numbers, (most, "cell"), (unit.phone, "cell"))
