"""N: the year that the prose speaks of, and the notices that it cites."""

import re
from collections.abc import Iterator

from xltools.form.characters import plain
from xltools.prose.lexicon import REQUEST
from xltools.rules.rule import Case, Fault, Passage, Severity, quote, rule

AROUND_PERIOD = 30  # the characters around a period that say it is the one of the statistics
PERIOD = re.compile(r"(20\d\d)\s*年\s*1\s*月\s*1\s*日[^。;]{0,14}?(?:(20\d\d)\s*年)?\s*12\s*月\s*31\s*日")
# what is of another year where this one is told of it
OF_A_YEAR = "印发|制定|出台|以前|之前|[部门绩效年终]{0,4}(?:考核|决算|预算|审计|年报)"
LEADING_YEAR = re.compile(rf"(?:^|\n)[^\S\n]{{0,8}}(20\d\d)\s*年度?(?=[,，]|\s*(?!度?(?:{OF_A_YEAR}))[^\d\s月,，。]{{1,20}}[,，])")
WITH_COUNTS = re.compile(
    r"(?:截[至止到]\s*(?=20\d\d\s*年\s*(?:12\s*月\s*(?:31\s*日|底)|年?[底末]))"
    r"|(?:^|\n)[^\S\n]{0,8}(?=20\d\d\s*年度?(?:全年|[本我][局镇乡街办院委厅县市区单机部]|共[^同]|累计|主动公开)))(20\d\d)\s*年度?"
)
"""A year with the counts of it: 截至2023年底, 2023年全年; beside them those of this year may stand in another paragraph."""
YEAR_OF_COUNT = re.compile(rf"(20\d\d)\s*年(?!度?(?:{OF_A_YEAR}))度?")
NOTICE = re.compile(r"[〔\[(（【]\s{0,3}(\d{4})\s{0,3}[〕\])）】]\s{0,3}(\d{1,4})\s{0,3}号")
DAMAGED = re.compile(
    r"〔\s{0,3}\d{4,8}\s{0,3}号|〔\s{0,3}\d{4}\s{0,3}(?=[^\d〕\s])|(?<![〔\[(（【\d\s])\s{0,3}(?<!\d)\d{4}\s{0,3}〕\s{0,3}\d{1,4}\s{0,3}号"
)


@rule("N106", "wrong-year", "error")
def wrong_year(case: Case) -> Iterator[Fault]:
    """A statistical period, or a paragraph's leading year, that is not the report's; the latter is a warning."""
    year = case.report.year
    if year is None:
        return
    for passage in case.passages:
        text = plain(passage.text)
        for period in PERIOD.finditer(text):
            stated = [int(group) for group in period.groups() if group]
            around = text[max(0, period.start() - AROUND_PERIOD) : period.end() + AROUND_PERIOD]
            if any(other != year for other in stated) and re.search("统计|期限|时限|周期|数据|报告期", around):
                yield _wrong_year(case, passage, period, f"统计期限应为{year}年1月1日至12月31日", None)
        if passage.section.partition(".")[0] in ("preface", "overview", "other"):  # the section on problems may speak of plans
            years = {found.start(1): found for pattern in (WITH_COUNTS, LEADING_YEAR) for found in pattern.finditer(text)}
            for found in years.values():
                paragraph = text[text.rfind("\n", 0, found.start(1)) + 1 : text.find("\n", found.end()) % (len(text) + 1)]
                compared = re.search("上年|去年|较|比|结转|起|以来|至", text[found.end() : found.end() + 12])
                planned = int(found[1]) > year and "将" in text[found.end() : found.end() + 12]
                of_both = found.re is WITH_COUNTS and (str(year) in text or re.search("[本今当]年", paragraph))
                if int(found[1]) != year and not (str(year) in paragraph or compared or planned or of_both):
                    yield _wrong_year(case, passage, found, f"报告年度是{year}年", "warning")
            yield from _counts_of_last_year(case, passage, year)


def _counts_of_last_year(case: Case, passage: Passage, year: int) -> Iterator[Fault]:
    """Yield the years within a sentence that counts this year's requests as another one's, in a paragraph that never names this year."""
    text = passage.prose.text
    told: set[int] = set()
    received = [one for one in passage.prose.statements if one.objects == REQUEST and "receive" in one.events and not one.compared]
    of_this_year = {one.value for one in received if not one.elsewhen}
    for one in received:
        # beside another number of this year's, last year's is told to compare with
        if one.elsewhen and (not of_this_year or one.value in of_this_year):
            start, end = text.rfind("\n", 0, one.start) + 1, text.find("\n", one.end) % (len(text) + 1)
            *_, spoken = (None, *YEAR_OF_COUNT.finditer(text, max(start, one.start - AROUND_PERIOD), one.end))
            leads = LEADING_YEAR.match(text, max(start - 1, 0))
            this_too = re.search(f"{year}|[本今当]年", text[start:end])
            if spoken and int(spoken[1]) == year - 1 and not (this_too or leads or spoken.start() in told):
                told.add(spoken.start())
                yield _wrong_year(case, passage, spoken, f"报告年度是{year}年", "warning")


def _wrong_year(case: Case, passage: Passage, found: re.Match[str], advice: str, severity: Severity | None) -> Fault:
    message = f"{quote(passage.text, found.start(), min(found.end() + 12, len(passage.text)))}：{advice}。请核对年份。"
    return case.said(passage, found.start(1), message, actual=found[1], expected=str(case.report.year), severity=severity)


@rule("N107", "superseded-notice", "warning")
def superseded_notice(case: Case) -> Iterator[Fault]:
    """A citation of a notice that the form's own has replaced, where the form's own is not cited too."""
    current, old = _number(case.form.edition), {_number(notice): notice for notice in case.form.superseded}
    cited = [(passage, found) for passage in case.passages for found in NOTICE.finditer(passage.text)]
    for passage, found in cited if all(found.groups() != current for _, found in cited) else ():
        if (notice := old.get(found.groups())) is not None:
            message = f"所引{quote(passage.text, max(0, found.start() - 6), found.end())}已被替代，请改引{case.form.edition}。"
            yield case.said(passage, found.start(), message, actual=notice, expected=case.form.edition)


def _number(notice: str) -> tuple[str, ...]:
    found = NOTICE.search(notice)
    return found.groups() if found else ()


@rule("N108", "damaged-notice", "warning")
def damaged_notice(case: Case) -> Iterator[Fault]:
    """A document number whose bracket is missing."""
    for passage in case.passages:
        for found in DAMAGED.finditer(passage.text):
            message = f"文号{quote(passage.text, max(0, found.start() - 6), found.end() + 4)}不完整。请补全。"
            yield case.said(passage, found.start(), message, actual=found[0])
