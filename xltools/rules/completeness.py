"""C: completeness and official format."""

import re
from collections.abc import Iterator
from decimal import Decimal

from xltools.form.characters import HAN, plain, simplified
from xltools.form.definition import Section
from xltools.form.unit import GOVERNMENT, YEAR
from xltools.numerals import BLANKS, show, swapped
from xltools.prose.amounts import find_amounts
from xltools.report.filled import UNREAD_MARK
from xltools.rules.rule import Case, Fault, quote, rule

AROUND = 10  # characters that are quoted on each side of words at fault
FEE_STEP = 10  # 元; every rate of the fee is a multiple

NO_PROBLEM = re.compile(r"[无没略/—-]|不(?:存在|涉及)|未(?:发现|出现|存在)|^0$")
# words of a section that says no more than that there are none; what is left without them says something
NOTHING = re.compile(
    r"20\d\d年度?|本年度?|今年|全年|[本我](?:单位|机关|部门|[局镇乡街办院委厅县市区])|政府信息公开|政务公开|信息公开|工作|目前|存在|发现|出现|涉及|任何|明显"
    r"|突出|主要|其他|相关|需要?|说明|问题|改进|措施|情况|内容|事项|此项|地方|[无没有未不暂也均尚的和及与中在略0]|[一二12][.、)]|[(][一二][)]|\W"
)
UNIT_AFTER = r"(?=[条篇件份次个项期%](?:[,，.。；;、\s]|其中|$))"
FILL_IN = "(?:注[:：])?请|此处|没有的|如[有无][,，]?请|根据实际|结合实际|各(?:单位|部门)(?:根据|结合)|本部分"
FONT = "正文|标题|[:：,，、 ]|小?[一二三四五]号|小四|方正|小标|宋体?|仿宋|黑体|楷体|_?GB2312|加粗|居中|顶格|字体?"
LEFT = re.compile(
    # the first character decides for nearly all positions of a text that nothing begins there
    r"(?=[XxＸｘ×2待T_＿[#错单点请（(【〔 \u3000*＊＃?？○□…])(?:(?<![A-Za-z0-9/.@])[XxＸｘ×]{2,}(?![A-Za-z0-9/.@])|(?<!\d)20(?:\d[XxＸｘ×]|[XxＸｘ×]{2})(?=年)|待补充|待填写?|待核实|TODO|TBD|[_＿]{3,}"
    r"|\[bookmark[^\]]*\]|#(?:REF|N/A|VALUE|NAME)[!?]?|错误[!！]\s?未(?:找到引用源|定义书签)|[单点]击(?:或点击)?此处输入文字"
    r"|请(?:根据|按照?|结合)(?:本(?:单位|部门|地区?)|自身)?实际(?:情况)?(?:进行)?(?:填写|修改|补充|删减)"
    rf"|[（(【\[](?:{FILL_IN})[^）)】\]\n]{{0,20}}(?:填|补充|插入|删[除减]|\d字)[^）)】\]\n]{{0,12}}[）)】\]]"
    rf"|[（(]示例[:：][^）)\n]{{0,40}}[）)]|[（(](?=[^（）()\n]{{0,20}}(?:宋|黑体|楷体|号字|加粗))(?:{FONT}){{2,12}}[）)]"
    rf"|{UNREAD_MARK}|(?<={HAN})(?:[_＿]{{2}}|[ \u3000]{{2,8}}|[（(][ \u3000]{{0,8}}[）)]|[XxＸｘ×*＊#＃?？]{{1,4}}|○{{2,4}}|□{{1,4}}|…){UNIT_AFTER})"
)  # A mark that something was to be filled in later, a leftover of a template or a conversion, or a gap in front of a unit
NAME_BEHIND = "政府(?=信息|网|门户|部门|公报|采购|规章|文件|投资)|公开(?=栏|指南|目录|平台|专栏|条例|制度|申请)|数据(?=库|平台|局)|服务(?=中心|平台|网)"
DOUBLED = re.compile(rf"(?!\W|\d)(?:((.).)(?!{NAME_BEHIND})\1(?!\2|{HAN}?[一二三四五六七八九十])|(.{{3,8}}?)\3)")
SAID_TWICE = frozenset("一二三四五六七八九十两几很多好慢逐边越再又各")  # how words begin that are said twice on purpose: 一个一个
NUMBERED = re.compile(r"(?:^|(?<=\n))[^\S\n]{0,8}(?:([一二三四五六])、|\(([一二三四五六七八九])\))")  # a section's number, and a topic's
NAMED_NOTICE = re.compile(
    rf"(国办{HAN}{{0,8}}函|国办{HAN}{{0,4}}公开{HAN}{{0,4}})\s{{0,3}}[〔\[(【]\s{{0,3}}(\d{{3,5}})\s{{0,3}}[〕\])】]\s{{0,3}}(\d{{0,4}})\s{{0,3}}号"
)
TITLED = 24  # the characters in front of a number that may give the title of its notice
DATE = re.compile(
    r"(?<![\d.〔\[(（-])(\d{3,8})\s*(年+)\s*(\d{1,4})\s*(?:([月日]+)\s*(?:(\d{1,3})\s*([日号]|(?=[,。;)](?!\s*\d)|曰|至\s*20\d\d)))?)?"
)
RUN_TOGETHER = re.compile(r"(?<![\d.〔\[(（-])(?:(?:19|20)\d{5,6}|20\d\d\.\d{1,2}\s*月\s*\d{1,2})\s*日")
PHONE = r"(?:\+?86[- ]?)?[(]?(?:0\d{2,3}[-—\s)]*)?\d{7,8}(?:[-—转]\d{1,6})?|1\d{10}|12345"
IN_CHINESE = rf"(?s:.*{HAN}){{2}}.*"  # at least two Chinese characters
ADDRESS_OF_WEB = r"(?:https?://)?[\w-]+(?:\.[\w-]+)+(?:[/:?#]\S*)?"


@rule("C101", "missing-unit", "error")
def missing_unit(case: Case) -> Iterator[Fault]:
    """No name of the unit."""
    if not case.report.unit.name.strip():
        yield Fault("没有单位名称。请填写全称。", place=case.book.details["name"])


@rule("C102", "missing-year", "error")
def missing_year(case: Case) -> Iterator[Fault]:
    """No year, or none that can be understood."""
    if case.report.year is None:
        yield Fault("没有报告年度，或不是四位年份。请填写，如2024。", place=case.book.details[YEAR])


@rule("C103", "missing-section", "error")
def missing_section(case: Case) -> Iterator[Fault]:
    """A required section without a word; topics count for the section they belong to. A report of figures only is not judged."""
    for section in case.form.texts if case.report.has_prose else ():
        if _lacks(case, section) and case.report.unread_sections.isdisjoint(_own(case, section)):
            yield case.within(section.key, f"“{section.title}”未填写。请补写{'；没有收取信息处理费的也请写明' if section.fee else ''}。")


def _lacks(case: Case, section: Section) -> bool:
    """Tell whether a required section has not a word, its topics included."""
    return section.required and not any(case.report.text(key).strip() for key in _own(case, section))


def _own(case: Case, section: Section) -> list[str]:
    return [other.key for other in case.form.texts if other.key == section.key or other.parent == section.key]


@rule("C104", "section-title", "warning")
def section_title(case: Case) -> Iterator[Fault]:
    """A published title that is not the official one or is missing, and titles out of their order."""
    titles = case.report.titles
    for key, title in titles.items():
        official = case.form.section_by_key[key].title
        if simplified(BLANKS.sub("", plain(title))) != BLANKS.sub("", plain(official)):
            yield Fault(f"标题“{title}”与统一格式不符，请改为“{official}”。", section=key, actual=title, expected=official)
    for section in case.form.sections if case.report.is_published and titles else ():
        if section.heading and section.parent is None and section.key not in titles:
            yield Fault(f"缺标题“{section.title}”。请按统一格式补写。", section=section.key, expected=section.title)
    order = [section.key for section in case.form.sections if section.key in titles]
    if list(titles) != order:
        first = next(key for key, right in zip(titles, order, strict=True) if key != right)
        yield Fault(f"“{titles[first]}”的次序与统一格式不符。请按统一格式排列。", section=first)


@rule("C105", "missing-topic", "notice")
def missing_topic(case: Case) -> Iterator[Fault]:
    """A topic left out where others of its section are written; those that are written from the figures are never missing."""
    for section in case.form.texts:
        if section.parent is None or section.generated:
            continue
        others = any(case.report.text(other.key) for other in case.form.texts if other.parent == section.parent)
        lost = not case.report.unread_sections.isdisjoint((section.key, section.parent))
        told = case.report.text(section.key) or re.sub(r"^（.*?）", "", section.title) in case.report.text(section.parent)
        if others and not told and not lost:
            yield case.within(section.key, f"各方面中缺“{section.title}”。请补写。")


@rule("C106", "empty-problems", "error")
def empty_problems(case: Case) -> Iterator[Fault]:
    """A section on problems that says there are none."""
    text = BLANKS.sub("", case.report.text("problems"))
    if NO_PROBLEM.search(text) and "problems" in case.form.section_by_key and not NOTHING.sub("", plain(text)):
        title = case.form.section_by_key["problems"].title
        yield case.within("problems", f"“{title}”只写了“{text}”。请写明主要问题和改进情况。", actual=text)


@rule("C107", "fee-statement", "warning")
def fee_statement(case: Case) -> Iterator[Fault]:
    """The section that must state the fee without a word on it, or with an amount that the rates cannot give."""
    for key, text in [(section.key, case.report.text(section.key)) for section in case.form.texts if section.fee]:
        if text and not re.search(r"信息(?:公开)?处理费|信息公开[^。]{0,6}费|收费|费用", text):
            yield case.within(key, "未写收取信息处理费的情况。请补写，没有收取的也请写明。")
        for amount in find_amounts(plain(text)):
            before = re.split(r"[。；;]", text[max(0, amount.start - 24) : amount.start])[-1]
            yuan = Decimal(amount.value) * (10_000 if amount.unit == "万元" else 1)
            if amount.unit in ("元", "万元") and "处理费" in before and amount.exact and yuan % FEE_STEP:
                message = f"{quote(text, amount.start - len(before), amount.end)}：不是{FEE_STEP}元的整数倍。请核对金额和计量单位。"
                yield case.within(key, message, text, amount.start, actual=show(amount.value), basis=case.form.sources.get("fee-amount"))


@rule("C108", "placeholder-left", "error")
def placeholder_left(case: Case) -> Iterator[Fault]:
    """A mark in the prose or in the unit's details that something was to be filled in later, or a leftover of a conversion."""
    for key in ("name", "short_name", "address"):
        text = case.report.unit.detail(key)
        if found := LEFT.search(text):
            yield Fault(f"“{text}”中的“{found[0]}”尚未填写。请填写或删去。", place=case.book.details.get(key), actual=found[0])
    for key, text in case.report.texts.items():
        yield from (_fault_at(case, key, found, "{quoted}中的“{found}”尚未填写。请填写或删去。") for found in LEFT.finditer(text))


def _fault_at(case: Case, section: str, found: re.Match[str], message: str) -> Fault:
    """Return the fault of words found in a section's prose; {quoted} in the message is they with what stands around them, {found} they alone."""
    text = case.report.texts[section]
    quoted = quote(text, max(0, found.start() - AROUND), found.end() + AROUND)
    return case.within(section, message.format(quoted=quoted, found=found[0]), text, found.start(), actual=found[0])


@rule("C109", "implausible-contact", "warning")
def implausible_contact(case: Case) -> Iterator[Fault]:
    """A name, address, telephone number, postcode or web address of the wrong shape; several numbers may be separated by commas."""
    unit = case.report.unit
    for key, text, shape, told in (
        ("name", unit.name, IN_CHINESE, "单位名称应为中文全称"),
        ("address", unit.address, IN_CHINESE, "地址应为中文，写到路名和门牌"),
        ("phone", unit.phone, PHONE, "电话应为区号加号码，如 0571-12345678"),
        ("postcode", unit.postcode, r"\d{6}", "邮编应为六位数字"),
        ("website_url", unit.website_url, ADDRESS_OF_WEB, "网址应如 http://www.example.gov.cn"),
    ):
        parts = [part.strip() for part in re.split(r"[,，、;；/]\s*(?!/)", text) if part.strip()] if key == "phone" else [text.strip()]
        if text.strip() and not all(re.fullmatch(shape, plain(part)) for part in parts):
            yield Fault(f"“{text}”格式不规范，{told}。请核对。", place=case.book.details.get(key), actual=text)


@rule("C116", "broken-date", "warning")
def broken_date(case: Case) -> Iterator[Fault]:
    """A date in the prose with a digit or a character too many or too few, or with a month or a day that no calendar has."""
    for key, text in case.report.texts.items():
        dates = [found for found in DATE.finditer(plain(text)) if not _is_date(*found.groups())]
        for found in (*dates, *RUN_TOGETHER.finditer(plain(text))):
            yield _fault_at(case, key, found, "日期{quoted}有误。请改正。")


def _is_date(year: str, after: str, month: str, mark: str | None, day: str | None, end: str | None) -> bool:
    """Tell whether these digits with the marks behind them are a date, or the beginning of one."""
    if not mark:
        return len(year) < 5
    if (len(year), after, mark) != (4, "年", "月"):
        # 120年5月 is a length of time, 2024年31日 hardly a date
        return len(year) == 3 and not day if mark == "月" and after == "年" else mark == "日" and not day and len(month) < 3
    months_days = (31, 28 + (int(year) % 4 == 0), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return 1 <= int(month) <= 12 and (not day or (bool(end) and 1 <= int(day) <= months_days[int(month) - 1]))


@rule("C117", "doubled-word", "notice")
def doubled_word(case: Case) -> Iterator[Fault]:
    """A word of two characters that is written twice in a row."""
    for key, text in case.report.texts.items():
        for found in DOUBLED.finditer(text):
            word = found[1] or found[3]
            if word[0] != word[1] and word[0] not in SAID_TWICE and re.fullmatch(f"{HAN}+", word):
                yield _fault_at(case, key, found, f"{{quoted}}中“{word}”写了两遍。多余的请删去。")


@rule("C123", "second-numbering", "notice")
def second_numbering(case: Case) -> Iterator[Fault]:
    """A line within a section that is numbered as a section is, or a second topic with the first number."""
    for key, text in case.report.texts.items():
        within = [found for found in NUMBERED.finditer(plain(text)) if found[1] or found[2] == "一"]
        second = next((found for number, found in enumerate(within) if found[1] or number), None)
        if second:
            line = text[second.start() :].split("\n")[0].strip()
            message = f"{quote(line, 0, len(line))}另起了编号。请按统一格式编号。"
            yield case.within(key, message, text, second.start(), actual=second[0].strip())


@rule("C118", "misquoted-notice", "warning")
def misquoted_notice(case: Case) -> Iterator[Fault]:
    """A citation of the form's own notice with another name in front, with a slip in its number, or behind its title with another number."""
    official = NAMED_NOTICE.search(case.form.edition)
    others = [found.groups() for notice in case.form.superseded if (found := NAMED_NOTICE.search(notice))]
    for passage in case.passages if official else ():
        text = passage.prose.text
        for found in NAMED_NOTICE.finditer(text):
            titled = f"{case.form.title}格式" in text[max(0, found.start() - TITLED) : found.start()]
            if official and found.groups() not in others and _is_mistyped(found, official, titled=titled):
                message = f"文号{quote(passage.text, found.start(), found.end())}与{case.form.edition}不同。请核对。"
                yield case.said(passage, found.start(), message, actual=found[0], expected=case.form.edition)


def _is_mistyped(found: re.Match[str], official: re.Match[str], *, titled: bool) -> bool:
    """Tell whether a number is the official one with another name in front, or it with a slip; any other one where the title is that of the notice."""
    (name, *number), (own_name, *own) = found.groups(), official.groups()
    if name != own_name:
        return number == own
    return number != own and (titled or not number[1] or _is_slip("".join(number), "".join(own)))


def _is_slip(one: str, other: str) -> bool:
    """Tell whether one text is another with a character lost or added, or with two neighbours swapped."""
    short, long = sorted((one, other), key=len)
    return one in swapped(other) or short in {long[:place] + long[place + 1 :] for place in range(len(long))}


@rule("C120", "missing-assessment", "notice")
def missing_assessment(case: Case) -> Iterator[Fault]:
    """A government's report that speaks nowhere of what it must tell of itself; not judged where a part of the prose is unread or lacking."""
    report = case.report
    if not report.unit.name.endswith(GOVERNMENT) or report.unread_sections or any(_lacks(case, section) for section in case.form.texts):
        return
    prose = "".join(report.texts.values())
    for section in case.form.texts:
        lacking = [words[0] for words in section.of_governments if not any(word in prose for word in words)]
        if lacking and report.text(section.key):
            yield case.within(section.key, f"未见{'、'.join(lacking)}情况。各级人民政府的报告应写明，请补写。")


@rule("C121", "untouched", "warning")
def untouched(case: Case) -> Iterator[Fault]:
    """A workbook with every figure 0 and not a word of prose, as `template --zeros` writes it."""
    report = case.report
    figures = {report.figures.get(figure.id) for figure in case.form.inputs}
    if report.origin.kind == "workbook" and figures == {0} and not any(report.texts.values()):
        first = case.form.inputs[0]
        yield Fault("各格都是0，正文也没有写，应是还没有填写。请填写。", figures=(first.id,), place=case.book.figures[first.id])


@rule("C122", "missing-detail", "error")
def missing_detail(case: Case) -> Iterator[Fault]:
    """A detail that the form requires beside the unit's name; those of a published file are not judged."""
    for detail in () if case.report.is_published else case.form.unit_details:
        if detail.required and detail.key != "name" and not case.report.unit.detail(detail.key).strip():
            yield Fault(f"没有{detail.label}。请填写。", place=case.book.details[detail.key])
