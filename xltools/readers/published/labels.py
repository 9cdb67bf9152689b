"""Finds official labels again in what people and programs made of their wording. The only user of rapidfuzz."""

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from rapidfuzz import fuzz, process

from xltools.form.characters import plain, simplified
from xltools.numerals import BLANKS, COUNTING, leading_number

TABLE_NUMBER = re.compile(r"\s*附?表[一二三四五\d]\s*[:、.]?\s*")
PRONUNCIATION = re.compile(r"(?<=[\u4e00-\u9fff])\([a-z\u00e0-\u01dc\u0261]{1,7}\)")  # what some mirrors add: 項(xiàng)
YEAR_IN_FRONT = re.compile(r"^\s*20[1-3]\d年度?")
BRACKETS = re.compile(r"\([^()]*\)")
OTHER_THAN_WORDS = re.compile(r"[\W_]+")
ALIKE = 72  # from this likeness on (of 100), wording is taken for the official label, if no other is nearly as like
MARGIN = 8
NOT_IT = re.compile("非|不|未|其他")  # in front of a label these make another one of it: 非行政许可审批 is no 行政许可
SUM, SUMS = "总计", re.compile("(?:合计|小计|共计|总数|总和)(?:单位)?(?:[件宗个]数?)?")  # a sum's official label, and what others call it
SUFFIX = 4  # a label behind another one in the same cell is told from it if it has as many characters


@lru_cache(maxsize=8192)
def core(text: str) -> str:
    """Return the words of a label: without its number, punctuation and blanks, in simplified characters."""
    return _words(_unnumbered(plain(text)))


@lru_cache(maxsize=8192)
def bare_core(text: str) -> str:
    """Return the words of a label without those in brackets."""
    return _words(BRACKETS.sub("", _unnumbered(plain(text))))


def _words(text: str) -> str:
    return simplified(OTHER_THAN_WORDS.sub("", text)).replace("其它", "其他")


def without_blanks(text: str) -> str:
    """Return a text without blanks and pronunciations, its characters made alike: （單位：萬(wàn) 元） is (单位:万元)."""
    return PRONUNCIATION.sub("", BLANKS.sub("", plain(text)))


def _unnumbered(text: str) -> str:
    text = PRONUNCIATION.sub("", text)
    numbered = TABLE_NUMBER.match(text)
    return text[numbered.end() if numbered else len(leading_number(text)) :]


def likeness(one: str, other: str) -> float:
    """Return how alike two texts' words are, from 0 to 100."""
    return fuzz.ratio(core(one), core(other))


class Labels:
    """Official labels, each with a key, and how to find the one that a text is meant to be."""

    def __init__(self, labels: Iterable[tuple[str, str]], headings: Iterable[str] = ()) -> None:
        """Take pairs of key and wording, of which the first counts, and what may stand in front of a label where two cells became one."""
        self._headings = tuple(filter(None, map(core, headings)))
        self._keys: dict[str, str] = {}
        for key, wording in labels:
            for words in (core(wording), bare_core(wording)):
                if words:
                    self._keys.setdefault(words, key)
        self._wordings = tuple(self._keys)
        self.find = cache(self._find)

    def exactly(self, text: str) -> str | None:
        """Return the key of the label that a text is to the letter, numbers, punctuation and blanks aside."""
        found = self._keys.get(core(text)) or self._keys.get(bare_core(text))
        return found or self._keys.get(core(YEAR_IN_FRONT.sub("本年", text)))

    def _find(self, text: str) -> str | None:
        """Return the key of the label that a text is, exactly or nearly; None where it is none, or could be one of several."""
        words = core(text)
        if not words:
            return None
        if SUMS.fullmatch(words) and (found := self._keys.get(words) or self._keys.get(SUM)):
            return found
        return self.exactly(text) or self._behind_another(words) or self._alike(words) or self._alike(bare_core(text))

    def _behind_another(self, words: str) -> str | None:
        """Return the label that a text ends with behind a heading, as in （四）无法提供2.没有现成信息需要另行制作."""
        ends = [wording for wording in self._wordings if (len(wording) >= SUFFIX or wording == SUM) and words.endswith(wording)]
        longest = max(ends, key=len, default="")
        heading = front = words.removesuffix(longest).rstrip(f"0123456789{COUNTING}")
        for other in self._headings:
            front = front.replace(other, "")
        # only behind headings: 非行政许可 is something else than 行政许可
        behind = not front.strip(COUNTING) or any(heading in other for other in self._headings)
        return self._keys[longest] if longest and behind else None

    def _alike(self, words: str) -> str | None:
        best: dict[str, float] = {}
        for wording, score, _ in process.extract(words, self._wordings, scorer=fuzz.ratio, score_cutoff=ALIKE - MARGIN, limit=4):
            key = self._keys[wording]
            if bool(NOT_IT.match(words)) == bool(NOT_IT.match(wording)):
                best[key] = max(best.get(key, 0), score)
        ranked = sorted(best.items(), key=lambda item: -item[1])
        if not ranked or ranked[0][1] < ALIKE or (len(ranked) > 1 and ranked[0][1] - ranked[1][1] < MARGIN):
            return None
        return ranked[0][0]
