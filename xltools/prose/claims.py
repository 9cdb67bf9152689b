"""find_claims: what prose says of the tables' figures, by the wording that the form's mentions give."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from xltools.form.definition import Mention
from xltools.numerals import BLANKS, Number
from xltools.prose.amounts import plain
from xltools.prose.sentences import Item, Sentence, split_sentences

# a channel, a kind of applicant or a subject: part of the figure only
PART_ONLY = re.compile(
    r"网络|网上|线上|在线|当面|现场|信函|信件|邮寄|邮件|书面|传真|自然人|法人|企业|公民|涉及|类申请|平台(?:收到|受理)|部门|乡镇"
    r"|(?<![我本全])街道|分局|各单位"
)
ALL_APPLICANTS = re.compile(r"(?:公民|自然人)?、?法人(?:或者?|和|及|以及)其[他它]组织")
# one office for another, or handed on: another count than the report's tables may be meant
OTHER_COUNT = re.compile(r"其中[^,;:。]|代表|委托|代为|转办|移送|移交|协助|办公室|本级|机关本部")
LEAD = 80
"""The characters in front of an amount that say what it counts."""
YEAR = re.compile(r"(?:19|20)\d\d(?=\s*年)")
HANDED_ON = re.compile(r"(?:结转|转结|顺延|转)(?:到|至|入)?20\d\d")
OTHER_YEARS = re.compile(r"去年|上年同期|同期|[比较]上一?年|往年|历年|累计至|自\s*20\d\d")
PART_OF_YEAR = re.compile(r"季度|[上下]半年|(?<!\d)(?:[1-9]|1[01])月(?:份|底|末)|截至(?:20\d\d年)?(?:[1-9]|1[01])月")
LEGAL = ("复议", "诉讼")
"""What a legal office handles in all its fields: without a word on disclosure near by, other cases may be meant."""
DISCLOSURE = "公开"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a text says of a quantity: the amount, or 0 for a statement of none; `start` and `end` are its wording.

    `doubtful` tells that the wording may mean another count than the tables'.
    """

    mention: Mention
    value: Number
    unit: str
    start: int
    end: int
    doubtful: bool = False


def find_claims(text: str, mentions: Sequence[Mention], year: int | None) -> list[Claim]:
    """The claims of a text about this year's figures, in order; statements about another year are left out."""
    sentences = split_sentences(plain(text))
    words = {word for mention in mentions for word in mention.words}
    claims: list[Claim] = []
    said_before: set[str] = set()
    for number, sentence in enumerate(sentences):
        before = sentences[number - 1].text if number else ""
        said = {word for word in words if word in sentence.text}
        spoken = [mention for mention in mentions if not (said | said_before).isdisjoint(mention.words)] if said or said_before else []
        said_before = said
        if spoken:
            claims += _amounts(sentence, before, spoken, year)
            claims += _zeros(sentence, before, spoken, year)
    return claims


def _amounts(sentence: Sentence, before: str, mentions: Sequence[Mention], year: int | None) -> Iterator[Claim]:
    end = sentence.start
    for item in sentence.items:
        lead = BLANKS.sub("", sentence.between(end, item.amount.start))[-LEAD:]
        end = item.amount.end
        if item.amount.exact and not item.amount.change:
            mention = next((m for m in mentions if item.amount.unit in m.units and _is_meant(m, item, lead)), None)
            if mention and not _is_part(_own_clause(lead)) and not _is_other_time(lead, year):
                so_far = before + sentence.between(sentence.start, end) + item.after
                if any(word in so_far for word in mention.words):
                    yield Claim(mention, item.amount.value, item.amount.unit, item.clause, end, _is_doubtful(mention, lead, so_far))


def _is_meant(mention: Mention, item: Item, lead: str) -> bool:
    if _compiled(mention.says).search(lead):
        return True
    return bool(mention.follows and _compiled(mention.follows).search(item.after))


def _zeros(sentence: Sentence, before: str, mentions: Sequence[Mention], year: int | None) -> Iterator[Claim]:
    for mention in mentions:
        if mention.zero and (found := _compiled(mention.zero).search(sentence.text)):
            lead = sentence.text[max(0, found.start() - LEAD) : found.start()]
            if not _is_part(found[0]) and not _is_other_time(lead, year):
                start, end = sentence.start + found.start(), sentence.start + found.end()
                yield Claim(mention, 0, "", start, end, _is_doubtful(mention, lead[-20:] + found[0], before + sentence.text))


def _is_doubtful(mention: Mention, lead: str, context: str) -> bool:
    """Whether another count than the tables' may be meant."""
    return bool(OTHER_COUNT.search(lead)) or (any(word in LEGAL for word in mention.words) and DISCLOSURE not in context)


def _is_part(wording: str) -> bool:
    return bool(PART_ONLY.search(ALL_APPLICANTS.sub("", wording)))


def _own_clause(text: str) -> str:
    """The words since the last comma or bracket."""
    return re.split(r"[,;:(。]", text)[-1]


def _is_other_time(lead: str, year: int | None) -> bool:
    """Whether the words speak of another year, or of a part of the year."""
    years = YEAR.findall(lead)
    if OTHER_YEARS.search(_own_clause(lead)) or PART_OF_YEAR.search(lead):
        return True
    if not years or year is None or int(years[-1]) == year:
        return False
    return not (int(years[-1]) == year + 1 and HANDED_ON.search(lead))


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
