"""find_balances: requests received and carried in against those answered and carried out, as one passage states them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xltools.numerals import BLANKS, Number
from xltools.prose.amounts import plain
from xltools.prose.sentences import Item, Sentence, split_sentences

RECEIVED = re.compile(r"(?:收到|新收|受理|收办|接收)[^,;。]{0,16}申请[^,;。]{0,6}$")
CARRIED_IN = re.compile(r"(?:上年度?|上一年度?|去年)(?:结转|转结)[^,;。]{0,14}$")
ANSWERED = re.compile(r"(?<!公开)(?<!提供)(?:答复|办结|办理)(?:了|的|政府|信息|公开|依|申请|事项|案件|件|共|计|全部){0,8}$")
CARRIED_OUT_BEFORE = re.compile(r"(?:结转|转结|顺延|转)(?:到|至|入)?(?:下|次|20\d\d)[^,;。]{0,14}$")
CARRIED_OUT_BEHIND = re.compile(r"^(?:申请|按照?|《?条例》?|依法){0,4}(?:顺延|结转|转结|转)(?:到|至|入)?(?:下|次|20\d\d)")
LEAD = 24
"""The characters in front of an amount that say which of the four it is."""


@dataclass(frozen=True, slots=True)
class ProseBalance:
    """Requests received, carried in, answered and carried out as one passage states them, with its wording's place."""

    received: Number
    carried_in: Number
    answered: Number
    carried_out: Number
    start: int
    end: int

    @property
    def left(self) -> Number:
        """Received and carried in."""
        return self.received + self.carried_in

    @property
    def right(self) -> Number:
        """Answered and carried out."""
        return self.answered + self.carried_out

    @property
    def holds(self) -> bool:
        """Whether both sides are equal; what was received may have been counted with what was carried in."""
        return self.right in (self.left, self.received)


def find_balances(text: str) -> Iterator[ProseBalance]:
    """The passages of one or two sentences that state all of received, carried in, answered and carried out."""
    sentences = split_sentences(plain(text))
    for number, sentence in enumerate(sentences):
        pair = [sentence, *sentences[number + 1 : number + 2]]
        received = _first(sentence, RECEIVED)
        stated = received and _stated(pair, received)
        if stated:
            yield stated


def _stated(sentences: Sequence[Sentence], received: Item) -> ProseBalance | None:
    found = [received]
    for before, behind in ((CARRIED_IN, None), (ANSWERED, None), (CARRIED_OUT_BEFORE, CARRIED_OUT_BEHIND)):
        items = (_first(sentence, before, behind, beyond=received.amount.end) for sentence in sentences)
        item = next((item for item in items if item and item not in found), None)
        if item is None:
            return None
        found.append(item)
    amounts = [item.amount for item in found]
    if len({amount.unit for amount in amounts}) > 1:
        return None
    return ProseBalance(
        received=amounts[0].value,
        carried_in=amounts[1].value,
        answered=amounts[2].value,
        carried_out=amounts[3].value,
        start=min(amount.start for amount in amounts),
        end=max(amount.end for amount in amounts),
    )


def _first(sentence: Sentence, before: re.Pattern[str], behind: re.Pattern[str] | None = None, beyond: int = -1) -> Item | None:
    for item in sentence.items:
        if item.amount.start > beyond and item.amount.exact and not item.amount.change:
            lead = BLANKS.sub("", sentence.between(max(sentence.start, item.amount.start - LEAD), item.amount.start))
            if before.search(lead) or (behind and behind.search(item.after)):
                return item
    return None
