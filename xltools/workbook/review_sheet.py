"""审核意见 of a workbook that is written anew: the explanations that 校验 has no line for."""

from collections.abc import Mapping

from xltools.form.book import REVIEW, REVIEW_COLUMNS, REVIEW_TOP, Review
from xltools.report.filled import Report
from xltools.workbook.pen import Pen

WIDTHS = (6, 9, 8, 19, 52, 34, 10, 30, 3, 3)
HELP = "这些说明，“校验”中没有对应的行，写在这里同样有效。问题改正以后，删去说明。"


def write_review(pen: Pen, report: Report, explanations: Mapping[str, str]) -> None:
    """Write a line for each of the explanations, given by the key of their findings, where the reader of the workbook finds them again."""
    from xltools.rules.registry import RULES  # what only such a report needs

    pen.set_widths(WIDTHS)
    pen.sheet.set_landscape()
    pen.sheet.print_area(0, 0, REVIEW_TOP + len(explanations) - 1, Review.EXPLANATION)
    pen.title(f"{REVIEW}：有说明的{len(explanations)}项", "", HELP)
    pen.cells(REVIEW_TOP - 1, *((name, "header") for name in REVIEW_COLUMNS))
    rules = {rule.name: rule for rule in RULES}
    names = {section.key: section.title for section in report.form.sections} | {id: one.short for id, one in report.form.figures.items()}
    for row, (key, text) in enumerate(explanations.items(), start=REVIEW_TOP):
        name, _, about = key.partition(":")
        rule = rules.get(name)
        problem = f"{rule.title}：{names.get(about, about)}" if rule else about
        pen.cells(
            row, (row - REVIEW_TOP + 1, "number"), ("", "header"), (rule.code if rule else "", "header"), ("", "label"), (problem, "label")
        )
        pen.cells(row, ("", "hint_cell"), ("", "header"), first=Review.BASIS)
        pen.text(row, Review.EXPLANATION, text)
        pen.cells(row, (key, "key"), (report.excused.get(key, ""), "key"), first=Review.KEY)
        pen.height(row, {Review.PROBLEM: problem, Review.EXPLANATION: text})
