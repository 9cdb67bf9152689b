"""Tells who reports and on which year: by a report's title, and by what its preface says of the unit."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from xltools.form.characters import plain
from xltools.form.unit import GOVERNMENT, Detail, Unit
from xltools.numerals import BLANKS

UNIT_LABELS = ("填报单位", "报送单位", "编制单位")  # what stands before the unit's name above a table
LINES = 4  # the most lines that a title is broken over
LONGEST = 70
YEAR = r"(?:19|20)\d\d"
TITLE = re.compile(
    rf"(?P<before>[^。;:]*?)(?:关于)?(?P<year>{YEAR})?年?度?(?P<between>[^。;:\d]*?)(?:关于)?"
    rf"(?:政府信息|政务|信息|政府信息与政务)公开(?:工作)?的?(?P<late>{YEAR})?年?度?(?:工作|情况|自查)*的?(?:年度)?(?:工作)?(?:报告|年报|告年度报)(?:年度)?"
)
NAMED = re.compile(r"公开.{0,24}(?:报告|年报|告年度报)", re.DOTALL)  # what every title says; without it none need be looked for
SPELT = str.maketrans("〇○零一二三四五六七八九", "000123456789")
SPELT_YEAR = re.compile(r"二[〇○零0][一二三四五六七八九〇○零]{2}(?=年)")
UNIT_ENDS = re.compile(r"(?:政府|办公室|街道|办事处|中心|[大支]队|公司|大学|学校|[局委办厅部院会镇乡区县市省州旗社站所])$")
NO_TITLE = re.compile(r"根据|依据|按照|现将|编制|本报告|目录|^(?:一|二|三|四|五|六)、|^\d+[.、]")
NOTICE = re.compile(r"[^。;]*?(?:印发|公布|发布|公开)《(?P<title>[^《》]+)》的?(?:通知|公告|通告|函)")  # it passes a report on
IN_FRONT = re.compile(r"(?:图解|图说|一图(?:读懂|看懂)|长图|图文|解读|附件\d*|标题|名称)[:|]")  # says how a report is shown
BEHIND = re.compile(r"\(([^()]{1,16})\)$")  # what stands in brackets behind a title: the year, the unit, or that it is the whole text
IN_BRACKETS = re.compile(rf"(?P<year>{YEAR})年?度?|(?:全文|(?:文字|图文|网络|公开|电子|修订)版|正式稿|\d+年\d+月\d+日)|(?P<unit>\D+)")
TOGETHER = re.compile(r"(?:法治|依法|政务|数字|电子|机关)[\u4e00-\u9fff]{0,8}?(?:暨|和|及|与|、)$")
"""Another task that the same report is about, between the unit and the disclosure of information."""
SITE, ANY_SITE = re.compile(r"[_|｜—–]|\s-\s"), re.compile(r"[_|｜—–\s-]")  # what parts the title of a page from the name of its site
REGIONS = r"(?:[\u4e00-\u9fff]{2,6}?(?:自治区|自治州|省|市|州|盟|地区|区|县|旗)){1,4}"
BEFORE_NAME = "[由与向和至请系是在到]"  # the characters in front of a name that are no part of it
PERIOD = re.compile(r"((?:19|20)\d\d)年1月1日")
ANY_YEAR = re.compile(r"((?:19|20)\d\d)年")
DETAILS = {
    "address": re.compile(r"(?:联系|通讯|办公)?地址(?:为|是)?[:]?([^,;。:()]{4,60}?)(?=[,;。()]|邮政编码|邮编|电话|联系电话|$)"),
    "phone": re.compile(r"(?:联系|办公|咨询)?电话(?:号码)?(?:为|是)?[:]?((?:\(?0\d{2,3}\)?[-—－]?)?\d{7,8}(?:[-—转]\d{1,6})?|1\d{10})"),
    "postcode": re.compile(r"(?:邮政编码|邮编)(?:为|是)?[:]?(\d{6})(?!\d)"),
}
ADDRESS_OF_WEB = r"(?:https?://)?(?:[\w-]+\.)+(?:cn|com|net|org|gov)(?:[/:][!-~]*[!-'*-+\--~])?"
WEBSITE = re.compile(
    rf"(?:从|在|登录|通过|到|至|由|及)?([\u4e00-\u9fff“”\"]{{2,30}}?(?:网站?|平台|网门户))\(?(?:网址)?[:]?({ADDRESS_OF_WEB})"
)
NAME_BEGINS = re.compile(r"^.*?(?:从|可在|可以在|登录|通过|到|至|在|由)(?=.{2})")

PREFACE_LIMIT = 5_000  # characters that may tell of the unit; a preface has about 200


class Title(NamedTuple):
    """A report's title, in the paragraphs from `start` to before `end`. Unit "" and year None where it names none."""

    text: str
    unit: str
    year: int | None
    start: int = 0
    end: int = 0


def find_title(paragraphs: Sequence[str], year: int | None = None) -> Title | None:
    """Return the last title among these paragraphs, since pages repeat it above; those of a `year` before others, which are links."""
    found: list[Title] = []
    for start in range(len(paragraphs)):
        for end in range(start + 1, min(start + LINES, len(paragraphs)) + 1):
            joined = "".join(paragraphs[start:end])
            if title := as_title(joined):
                found.append(_with_unit_above(title._replace(start=start, end=end), paragraphs))
            if title or len(joined) > LONGEST:
                break
    complete = [title for title in found if title.unit]
    confirmed = [title for title in found if year and title.year == year]
    chosen = [title for title in confirmed if title.unit] or complete or confirmed or found
    return max(reversed(chosen), key=lambda title: title.year is not None, default=None)


def title_by_form(paragraphs: Sequence[str], form_title: str) -> Title | None:
    """Return the title that names a form as it calls itself, behind a unit and a year, or with the year in brackets behind it."""
    name = re.escape(BLANKS.sub("", plain(form_title)))
    pattern = re.compile(rf"(?P<unit>.*?)(?P<year>{YEAR})?年?度?{name}(?:\((?P<late>{YEAR})年?度?\))?")
    for number, text in enumerate(paragraphs):
        if found := pattern.fullmatch(BLANKS.sub("", plain(text))):
            year = found["year"] or found["late"]
            return Title(found[0], found["unit"], int(year) if year else None, number, number + 1)
    return None


def title_of_file(text: str) -> Title | None:
    """Return the report's title in the one that a file gives itself, as 示例县2023年政府信息公开工作年度报告_示例县人民政府网."""
    parts = [part for line in text.split("\n") for part in (line, *SITE.split(line), *ANY_SITE.split(line))]
    return next((title for part in parts if (title := as_title(part))), None)


def same_title(text: str, title: Title | None) -> bool:
    """Return whether a line is a report's title once more, as it stands above each page."""
    again = as_title(text)
    return title is not None and again is not None and (again.unit, again.year) == (title.unit, title.year)


def as_title(text: str) -> Title | None:
    """Return the title of a report that a text is as a whole."""
    if len(text) > 2 * LONGEST or "公" not in text:
        return None
    words = BLANKS.sub("", plain(text)).strip("【】\"'“”#*")
    if not NAMED.search(words):
        return None
    notice = NOTICE.fullmatch(words)
    words = IN_FRONT.sub("", notice["title"] if notice else words.strip("《》"))
    words = SPELT_YEAR.sub(lambda year: year[0].translate(SPELT), words)
    brackets = BEHIND.search(words)
    if not brackets:
        return _bare_title(words)
    title = _bare_title(words[: brackets.start()].rstrip("《》"))
    said = IN_BRACKETS.fullmatch(brackets[1])
    if not title or not said:
        return title
    unit = said["unit"] if not title.unit and said["unit"] and UNIT_ENDS.search(said["unit"]) else title.unit
    return title._replace(unit=unit, year=title.year or (int(said["year"]) if said["year"] else None))


def _bare_title(words: str) -> Title | None:
    """Return the title that these words are, without what stands around it."""
    found = TITLE.fullmatch(words)
    if not found or len(words) > LONGEST or NO_TITLE.search(words):
        return None
    year = found["year"] or found["late"]
    unit = TOGETHER.sub("", (found["before"] or "") + (found["between"] or ""))
    return Title(words, unit.strip("()-—_ 年度"), int(year) if year else None)


def _with_unit_above(title: Title, paragraphs: Sequence[str]) -> Title:
    """Return the title with the unit that stands on the line above, where it names none itself."""
    above = BLANKS.sub("", plain(paragraphs[title.start - 1])) if title.start and not title.unit else ""
    is_unit = len(above) <= 30 and UNIT_ENDS.search(above)
    return title._replace(text=above + title.text, unit=above, start=title.start - 1) if is_unit else title


def find_year(title: Title | None, text: str) -> int | None:
    """Return the year that a report is about: from its title, else the period that its figures cover, else the year most often named."""
    if title and title.year:
        return title.year
    squeezed = BLANKS.sub("", plain(text))
    named = PERIOD.findall(squeezed)[:1] or [year for year, _ in Counter(ANY_YEAR.findall(squeezed)).most_common(1)]
    return int(named[0]) if named else None


def find_period(texts: Iterable[str]) -> int | None:
    """Return the year that a report's figures are of, as its preface says: 统计期限自2023年1月1日起; None where no text says so."""
    dated = (BLANKS.sub("", plain(text)) for text in texts if "年" in text)
    return next((int(period[1]) for text in dated if (period := PERIOD.search(text))), None)


def find_unit(title: Title | None, preface: str) -> Unit:
    """Return the unit of a report, with the details that its preface gives; the title's name is the short one where the full one is longer."""
    text = BLANKS.sub("", plain(preface[:PREFACE_LIMIT]))
    short = title.unit if title else ""
    name = _full_name(short, text) if short else ""
    website = WEBSITE.search(text)
    details = {"name": name, "short_name": "" if short == name else short}
    details |= {key: found[1] for key, pattern in DETAILS.items() if (found := pattern.search(text))}
    details |= {"website": NAME_BEGINS.sub("", website[1]), "website_url": website[2]} if website else {}
    return Unit.of(details)


def find_details(details: Iterable[Detail], text: str) -> dict[str, str]:
    """Return what a line says of details, each behind its label and nothing else: 填表人：…　联系电话：…; none where other words stand there, too."""
    keys = {**dict.fromkeys(UNIT_LABELS, "name"), **{detail.label: detail.key for detail in details}}
    label = f"({'|'.join(map(re.escape, keys))})[:：]"
    found = re.findall(rf"\s*{label}\s*(.*?)\s*(?={label}|$)", text) if re.match(rf"\s*{label}", text) else []
    return {keys[name]: value for name, value, _ in found}


def _full_name(short: str, text: str) -> str:
    """Return the name with the regions above and 人民政府 behind it, as far as the preface says them."""
    above = re.findall(rf"(?=(?:^|[^\u4e00-\u9fff]|{BEFORE_NAME})({REGIONS}){re.escape(short)})", text)
    name = min(above, key=len, default="") + short
    return name + GOVERNMENT if not short.endswith(GOVERNMENT) and short + GOVERNMENT in text else name
