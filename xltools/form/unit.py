"""The unit that reports: what 基本信息 asks of it."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import NamedTuple, Self

from xltools.errors import XltoolsError
from xltools.form.characters import simplified
from xltools.numerals import BLANKS

GOVERNMENT = "人民政府"  # what a government's full name ends in; the titles of its reports often leave it out
STREET, STREET_OFFICE = "街道", "街道办事处"


class Detail(NamedTuple):
    """A line of 基本信息: its key, label and help; `required` where the report cannot do without."""

    key: str
    label: str
    help: str
    required: bool = False
    value: str = ""  # what its cell starts with

    @property
    def caption(self) -> str:
        """Return the label as it stands in front of the line."""
        return f"{self.label}（必填）" if self.required else self.label


@dataclass(frozen=True, slots=True)
class Unit:
    """The reporting unit. Every field is text as filled in, "" where blank."""

    name: str = ""
    short_name: str = ""
    former_name: str = ""
    address: str = ""
    phone: str = ""
    postcode: str = ""
    website: str = ""
    website_url: str = ""
    office: str = ""
    signed_by: str = ""
    signed_on: str = ""
    others: Mapping[str, str] = field(default_factory=dict, hash=False)  # the details that a form asks for beside these, by key

    @classmethod
    def of(cls, details: Mapping[str, str]) -> Self:
        """Return the unit of which these details are known, by key."""
        own = {key: text for key, text in details.items() if key in STANDARD}
        return cls(**own, others={key: text for key, text in details.items() if text and key not in STANDARD})

    def detail(self, key: str) -> str:
        """Return one detail, "" where it is not known."""
        return str(getattr(self, key)) if key in STANDARD else self.others.get(key, "")

    def started(self, details: Iterable[Detail]) -> Self:
        """Return the unit with what the lines of a form's own start with, where it is not filled in."""
        values = {detail.key: detail.value for detail in details if detail.value and detail.key not in STANDARD}
        return replace(self, others={**values, **self.others})

    @property
    def title_name(self) -> str:
        """Return the name as it stands in the report's title: the short one where given."""
        return self.short_name or self.name


STANDARD = tuple(one.name for one in fields(Unit) if one.name != "others")


@lru_cache(maxsize=8192)
def plain_name(name: str) -> str:
    """Return a unit's name as names are compared: without blanks and 人民政府, 街道 for 街道办事处, half-width signs, simplified characters."""
    plain = simplified(unicodedata.normalize("NFKC", BLANKS.sub("", name)))
    short = plain.removesuffix(GOVERNMENT)
    return f"{short.removesuffix(STREET_OFFICE)}{STREET}" if short.endswith(STREET_OFFICE) else short or plain


Home = Mapping[str, str]  # the town and the county that a unit is in, as far as is known
# neither what is no place (社区, 片区, 城乡建设) nor all of a kind (各乡镇, 县区)
PLACES = re.compile(
    r"[^\W\da-zA-Z_各全本我乡镇县区市旗]+(?:街道|[镇县市旗]|(?<!城)乡|(?<![社小园发新城片景校库矿辖街牧])区)(?![乡镇县区旗]|市(?!场))"
)


def home_of(name: str, *above: str) -> Home:
    """Return where a unit is: by its own name before its last word, else by the names `above` it, of offices or a file, the highest first."""
    found = [place for text in (*above, plain_name(name)[:-1]) for place in PLACES.findall(plain_name(text))]
    return {"town" if place[-1] in "乡镇道" else "county": place for place in found}


def are_apart(one: Home, other: Home) -> bool:
    """Tell whether two units are in different towns or counties, and so not the same whatever they are called."""
    pairs = ((one[level], other[level]) for level in one.keys() & other.keys())
    return any(not (here.endswith(there) or there.endswith(here)) for here, there in pairs)


YEAR = "year"
BLANK_IS_ZERO = "blank_is_zero"
YES, NO = YES_NO = "是", "否"

DETAILS = (
    Detail("name", "单位名称", "填全称，如：某某县人民政府。", required=True),
    Detail("short_name", "单位简称", "用在报告标题里，如：某某县。不填则用全称。"),
    Detail("former_name", "原单位名称", "上年度报告之后更名的，填上年度报告中的名称；没有更名不填。"),
    Detail(YEAR, "报告年度", "四位数字，如：2024。", required=True),
    Detail("address", "地址", "写入前言的联系方式，下同。"),
    Detail("office", "联系部门", "负责解答疑问的内设机构，如：办公室、政务公开科。不填则写本单位。"),
    Detail("phone", "电话", "带区号，如：0571-12345678。"),
    Detail("postcode", "邮编", "六位数字。"),
    Detail("website", "网站名称", "公布本报告的网站，如：某某县人民政府网站。"),
    Detail("website_url", "网址", "如：http://www.example.gov.cn。"),
    Detail("signed_by", "落款单位", "报告末尾要落款的才填，如：某某县人民政府办公室。"),
    Detail("signed_on", "落款日期", "报告末尾要落款的才填，如：2025年1月20日。"),
)
KEPT_DETAILS = ("name", "short_name", "former_name", YEAR)  # of them, what a form with details of its own has too
BLANK_IS_ZERO_LABEL = "空白格按 0 计"
BLANK_IS_ZERO_HELP = f"{{}}中没有填的格确实都是0的，填“{YES}”；不填则空白格原样留空并提示。"
SELDOM_FILLED = ("office", "signed_by", "signed_on")  # what the JSON of a report has only where it is filled in
UNIT_DETAILS = tuple(detail for detail in DETAILS if detail.key != YEAR)  # what every report's JSON has


def expect_year(year: int) -> None:
    """Raise XltoolsError for a year that is not one of four digits."""
    if not 1000 <= year <= 9999:
        raise XltoolsError(f"年度 {year} 应为四位数字，如 2024。")
