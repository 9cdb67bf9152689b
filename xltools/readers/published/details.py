"""find_unit, find_year: who reports and on which year, from the title and the preface of a published report."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from xltools.form.unit import GOVERNMENT, Unit
from xltools.numerals import BLANKS
from xltools.prose.amounts import plain
from xltools.readers.published.titles import Title

REGIONS = r"(?:[\u4e00-\u9fff]{2,6}?(?:自治区|自治州|省|市|州|盟|地区|区|县|旗)){1,4}"
BEFORE_NAME = "[由与向和至请系是在到]"
"""The characters in front of a name that are no part of it."""
PERIOD = re.compile(r"((?:19|20)\d\d)年1月1日")
ANY_YEAR = re.compile(r"((?:19|20)\d\d)年")
ADDRESS = re.compile(r"(?:联系|通讯|办公)?地址(?:为|是)?[:]?([^,;。:()]{4,60}?)(?=[,;。()]|邮政编码|邮编|电话|联系电话|$)")
PHONE = re.compile(r"(?:联系|办公|咨询)?电话(?:号码)?(?:为|是)?[:]?((?:\(?0\d{2,3}\)?[-—－]?)?\d{7,8}(?:[-—转]\d{1,6})?|1\d{10})")
POSTCODE = re.compile(r"(?:邮政编码|邮编)(?:为|是)?[:]?(\d{6})(?!\d)")
ADDRESS_OF_WEB = r"(?:https?://)?(?:[\w-]+\.)+(?:cn|com|net|org|gov)(?:[/:][!-~]*[!-'*-+\--~])?"
WEBSITE = re.compile(
    rf"(?:从|在|登录|通过|到|至|由|及)?([\u4e00-\u9fff“”\"]{{2,30}}?(?:网站?|平台|网门户))\(?(?:网址)?[:]?({ADDRESS_OF_WEB})"
)
NAME_BEGINS = re.compile(r"^.*?(?:从|可在|可以在|登录|通过|到|至|在|由)(?=.{2})")

PREFACE_LIMIT = 5_000
"""Characters that may tell of the unit; a preface has about 200."""


def find_year(title: Title | None, text: str) -> int | None:
    """The year that a report is about: from its title, else the period that its figures cover, else the year most often named."""
    if title and title.year:
        return title.year
    squeezed = BLANKS.sub("", plain(text))
    period = PERIOD.search(squeezed)
    if period:
        return int(period[1])
    named = Counter(ANY_YEAR.findall(squeezed)).most_common(1)
    return int(named[0][0]) if named else None


def find_period(texts: Iterable[str]) -> int | None:
    """The year that a report's figures are of, as its preface says: 统计期限自2023年1月1日起; None where no text says so."""
    dated = (BLANKS.sub("", plain(text)) for text in texts if "年" in text and "月" in text)
    return next((int(period[1]) for text in dated if (period := PERIOD.search(text))), None)


def find_unit(title: Title | None, preface: str) -> Unit:
    """The unit of a report, with the details that its preface gives; the title's name is the short one where the full one is longer."""
    text = BLANKS.sub("", plain(preface[:PREFACE_LIMIT]))
    short = title.unit if title else ""
    name = _full_name(short, text) if short else ""
    website = WEBSITE.search(text)
    return Unit(
        name=name,
        short_name="" if short == name else short,
        address=_first(ADDRESS, text),
        phone=_first(PHONE, text),
        postcode=_first(POSTCODE, text),
        website=NAME_BEGINS.sub("", website[1]) if website else "",
        website_url=website[2] if website else "",
    )


def _full_name(short: str, text: str) -> str:
    """The name with the regions above and 人民政府 behind it, as far as the preface says them."""
    above = re.findall(rf"(?=(?:^|[^\u4e00-\u9fff]|{BEFORE_NAME})({REGIONS}){re.escape(short)})", text)
    name = min(above, key=len, default="") + short
    return name + GOVERNMENT if not short.endswith(GOVERNMENT) and short + GOVERNMENT in text else name


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1] if found else ""
