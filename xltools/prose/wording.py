"""What wording tells of a list: where one begins, which official kinds it names, whether it is meant to be whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from xltools.prose.sentences import Item

CUE = re.compile(
    r"其中|分别(?:为|是|有)|分为|包括|包含|含有?(?=[^\W\d])|如下:|类别有|按[^\W\d]{2,8}(?:分|划分)[,:为]?"
    r"|(?:所有|上述|全部|在|以上)[^\W\d]{0,12}[^\W\d]中[,:]?|(?<=[条件篇份个项期次则宗起场处批人元页]):"
)
CUES_AS_ONE = 6
"""Cues no farther apart than this many characters open one list: 其中:, 其中包括, 具体如下:."""
EXAMPLES = re.compile(r"^(?:其中)?[,:]?(?:主要|重点)?(?:包括|包含|涉及|涵盖|如(?!下)|有|主要|重点|仅)")
MORE_BEHIND = re.compile(r"\s*[,、]?\s*等")
"""等 behind the last part: there is more than what is listed."""
OVERLAP = re.compile(r"多种形式|交叉|重复计|兼有|同时包含|同时属于")
"""The parts may count one thing twice."""
ALL_DIVIDED = re.compile(r"分别(?:为|是|有)|分为|按[^\W\d]{2,8}分")
CATCH_ALL = re.compile(r"其他|其它|其余|剩余")
GOES_ON = re.compile(r"已|均|全部|上述|以上|另|同时|还|并|此外|共")
CARRIED = re.compile(r"上年|上一年|去年|结转|转结|顺延|另有")

TOTAL_BEHIND = re.compile(r"(?:共计|合计|总计|累计|总数|共|总共)[^\W\d]{0,14}$")
SUMMED_UP = re.compile(
    r"(?:全[年市县区镇乡局]|本年度?|今年|一年来|以上|上述|我[局镇乡县区市]|街道)*(?:共计|合计|总计|累计|总数|总共|共)(?:主动)?"
    r"(?:公开|发布|公示|产生)?了?(?:各类)?(?:政府|政务)?(?:信息)?(?:数量?|总数)?(?:为|达|有)?$"
)
"""A total behind its parts that names nothing else than they do."""

RECEIVED = re.compile(r"(?:收到|新收|受理|接收)")
CARRIED_IN = re.compile(r"(?:上年度?|上一年度?|去年)(?:结转|转结|遗留)")

SITE = re.compile(r"网站|门户|专栏")
MEDIA = re.compile(r"微信|微博|抖音|头条|视频号|公众号|新媒体|客户端|APP|快手")

ANSWERS = (
    r"(?<!不)(?<!部分)(?:予以|同意|全部)公开|^公开$",
    r"部分(?:予以)?公开",
    r"不予公开|不公开",
    r"无法提供|不掌握|不存在",
    r"不予处理|不予受理|重复申请|信访|不作为",
    r"其他处理|其它处理|其他原因",
    r"结转|转结|转下|转到|转至|顺延",
    r"逾期|不再处理|撤回|撤销|撤诉",
)
APPLICANTS = (r"自然人|公民|个人(?:申请|的|$)", r"法人|其他组织|企业(?:申请|的|$)")
SETTLED = (r"办结|办理|答复|回复", r"结转|转结|转下|转到|转至|顺延|撤回|撤销")
OUTCOMES = (r"维持", r"纠正|撤销|责令", r"其他结果|终止|驳回", r"审结|审理|未结")
CHANNELS = (r"网络|网上|线上|在线|互联网|电子邮件", r"信函|信件|书面|邮寄|现场|当面|窗口|线下|传真")
LEVELS = (r"市级|市本级|省级|州级|市直", r"区县|县区|县级|区级|镇级|乡级|街道")
CHANGES = (r"制定|新增|新制发|出台", r"修改|修订", r"废止|失效")
WEBSITE = (r"概况", r"动态", r"目录")


@dataclass(frozen=True, slots=True)
class Classification:
    """The kinds that something is divided into; a list that names `enough` of them is meant to be whole.

    Where `about` stands in front of a list or in it, the list needs no 其中; "" where it always does.
    """

    kinds: tuple[re.Pattern[str], ...]
    enough: int
    about: str = ""


def _classification(kinds: Sequence[str], enough: int, about: str = "") -> Classification:
    return Classification(tuple(map(re.compile, kinds)), enough, about)


SETTLED_KINDS = _classification(SETTLED, 2, "申请")
CLASSIFICATIONS = (
    _classification(ANSWERS, 3, "申请"),
    _classification(APPLICANTS, 2, "申请"),
    SETTLED_KINDS,
    _classification(OUTCOMES, 3, "复议|诉讼"),
    _classification(CHANNELS, 2),
    _classification(LEVELS, 2),
    _classification(CHANGES, 3),
    _classification(WEBSITE, 3),
)
ANY_KIND = re.compile("|".join(kind.pattern for classification in CLASSIFICATIONS for kind in classification.kinds))

COUNT_UNITS = frozenset("条件篇份个项则宗起")
"""Units that one list may mix and still be whole: 18条、2件."""


def family(item: Item) -> str:
    """What an amount's unit counts: the same for all units that one list may mix."""
    unit = item.amount.unit
    return "count" if unit[0] in COUNT_UNITS and "次" not in unit else unit


def kinds_named(items: Iterable[Item], classification: Classification) -> int:
    """How many of a classification's kinds the amounts name."""
    return len({kind for item in items for kind in _kinds(item.words) if kind in classification.kinds})


def names_kind(item: Item, classification: Classification) -> bool:
    """Whether an amount names a kind of this classification."""
    return any(kind in classification.kinds for kind in _kinds(item.words))


def names_kinds(parts: Sequence[Item]) -> bool:
    """Whether a list names enough kinds of some classification."""
    return any(kinds_named(parts, classification) >= classification.enough for classification in CLASSIFICATIONS)


@lru_cache(maxsize=4096)
def _kinds(words: str) -> tuple[re.Pattern[str], ...]:
    if not ANY_KIND.search(words):
        return ()
    return tuple(kind for classification in CLASSIFICATIONS for kind in classification.kinds if kind.search(words))


def names_the_rest(parts: Sequence[Item]) -> bool:
    """Whether a list of three or more ends in all others."""
    return len(parts) > 2 and bool(CATCH_ALL.search(parts[-1].words))
