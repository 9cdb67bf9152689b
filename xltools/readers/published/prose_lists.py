"""list_breakdowns: the breakdowns of a report's prose, as its workbook lists them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from xltools.form.definition import Form
from xltools.numerals import BLANKS
from xltools.prose.amounts import Amount, plain
from xltools.prose.breakdowns import ProseBreakdown, find_breakdowns
from xltools.prose.sentences import split_sentences
from xltools.report.filled import Breakdown

LEAD = re.compile(r"^(?:其中|包括|分别(?:为|是|有)|主要(?:包括|有)|含|有|和|及|以及|即|共|另有)+[:,，]?")
NAMED_FROM = re.compile(
    r".*?((?:主动公开|公开|发布|收到|新收|受理|办理|办结|答复|编发|推送|制作|开展|举办|召开|更新|产生|制发|印发)(?:(?!公开|发布)[^\W\d])*)$"
)
"""A total is called by what was done: 主动公开政府信息."""
ABOUT = re.compile(r"(?:共计?|总计|合计|累计|约|达|为|有|数|了|:)+$")
IN_FRONT = re.compile(r"(?:[^,、;。:!?\d()]|\([^()]*\))*$")
LONGEST = 20


def list_breakdowns(form: Form, texts: Mapping[str, str]) -> tuple[Breakdown, ...]:
    """The breakdowns that are meant to be whole, of the sections whose workbook has a table for them."""
    sections = {slot.section for slot in form.breakdowns}
    return tuple(breakdown for key, text in texts.items() if key in sections for breakdown in _in_section(key, text))


def _in_section(section: str, text: str) -> Iterator[Breakdown]:
    alike = plain(text)
    words = _words(alike)
    for found in find_breakdowns(text):
        if found.complete and found.certain and len(found.parts) > 1:
            parts = tuple((_part_name(text, alike, part), part.value) for part in found.parts)
            yield Breakdown(section, _total_name(words, found), found.unit, found.total, parts)


def _words(text: str) -> dict[Amount, str]:
    """For each amount of a text that `plain` has made alike, the words of its clause in front of it."""
    items = (item for sentence in split_sentences(text) for item in sentence.items)
    return {item.amount: BLANKS.sub("", item.before) or BLANKS.sub("", item.after) for item in items}


def _part_name(text: str, alike: str, part: Amount) -> str:
    """What a part counts: the words in front of it, behind the comma or the amount before; brackets are part of a name."""
    words = IN_FRONT.search(alike, max(0, part.start - LONGEST * 2), part.start)
    written = BLANKS.sub("", text[words.start() : words.end()]) if words else ""
    return ABOUT.sub("", LEAD.sub("", written))[-LONGEST:]


def _total_name(words: Mapping[Amount, str], found: ProseBreakdown) -> str:
    """What the total counts; "" where its words are not found again."""
    clauses = [clause for amount, clause in words.items() if amount.value == found.total and amount not in found.parts]
    clause = ABOUT.sub("", clauses[0]) if clauses else ""
    named = NAMED_FROM.fullmatch(clause)
    return (named[1] if named else clause)[-LONGEST:]
