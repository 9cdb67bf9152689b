"""choose_pages: where in a long document, a yearbook or a collection, the report stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

HALLMARKS = (
    "第二十条第", "本年处理决定数量", "申请人情况", "法人或其他组织", "商业企业", "科研机构", "结转下年度继续办理", "予以公开",
    "信访举报投诉类申请", "没有现成信息", "未经复议直接起诉", "复议后起诉", "尚未审结",
)  # fmt: skip
"""Wording of the official tables; laws and other reports have one or two of these on a page at most."""
ENOUGH = 3
"""A page with so many of them has a part of such a table."""
TITLE = re.compile(r"[^，。；：,;:]{0,40}政府信息公开(?:工作)?(?:\d{4}年)?(?:年度|情况的?)?报告")
"""A line, or two, that is the report's title, without blanks; a sentence that names the report has punctuation."""
TITLE_ON = 6
"""Lines at a page's beginning that may hold the title."""
BEFORE, AFTER = 15, 6
"""Pages of prose that a report may have before its first table and after its last one."""
BLANKS = re.compile(r"\s+")


def choose_pages(texts: Sequence[str]) -> list[int]:
    """The numbers of the pages, counted from 1, on which the first report in a document stands; empty where it has none."""
    tables = [number for number, text in enumerate(texts, 1) if _has_table(text)]
    if not tables:
        return []
    starts = _starts(texts)
    earliest = range(tables[0], max(tables[0] - BEFORE, 0), -1)
    first = next((number for number in earliest if number in starts), earliest[-1])
    last = tables[0]
    for number in tables:
        if number - last <= AFTER and not starts & set(range(last + 1, number + 1)):
            last = number
    following = range(last + 1, min(last + AFTER, len(texts)) + 1)
    end = next((number for number in following if number in starts), following.stop)
    return list(range(first, end))


def _has_table(text: str) -> bool:
    words = BLANKS.sub("", text)
    return sum(hallmark in words for hallmark in HALLMARKS) >= ENOUGH


def _starts(texts: Sequence[str]) -> set[int]:
    """The pages that begin with a report's title; one that the pages before have too is a running head."""
    titles = ["", "", *map(_title, texts)]
    return {number for number, title in enumerate(titles[2:], 1) if title and title not in titles[number - 1 : number + 1]}


def _title(text: str) -> str:
    """The title that a page begins with, empty for none."""
    lines = [words for line in text.splitlines() if (words := BLANKS.sub("", line))][:TITLE_ON]
    pairs = [one + other for one, other in pairwise(lines)]
    return next((line for line in (*lines, *pairs) if TITLE.fullmatch(line)), "")
