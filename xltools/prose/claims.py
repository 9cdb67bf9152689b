"""find_claims: what prose says of the tables' figures, by the words that the form's mentions give."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from xltools.form.definition import Form, Mention
from xltools.prose.lexicon import CARRIED, CASES, DECISIONS, DOCUMENTS, FLOW, Lexicon, Meaning, load_lexicon, make_lexicon
from xltools.prose.readings import family
from xltools.prose.statements import Statement
from xltools.prose.wholes import APPLICANTS

ELSEWHERE = frozenset({"publish", "issue", "hold", "adopt", "waive", "examine"})
"""Events that count what was published, examined, done or not charged; a mention that means one of them says so."""

COUNTED_ONCE = ("申请", "申请公开", "复议", "诉讼")  # directly in front of a number of 次 that counts cases: 依申请公开0次, no 复议培训2次


class Claim(NamedTuple):
    """A statement, and what it may be a count of, the likeliest first; `doubtful`: the wording may mean another count than the tables'."""

    statement: Statement
    mentions: tuple[Mention, ...]
    doubtful: bool = False

    @property
    def mention(self) -> Mention:
        """The likeliest of what it counts."""
        return self.mentions[0]

    @property
    def means(self) -> tuple[tuple[str, ...], ...]:
        """The figures it may stand for: any of these sums."""
        return tuple(dict.fromkeys(ids for mention in self.mentions for ids in mention.means))


class Speech(NamedTuple):
    """The vocabulary with a form's own words, and its mentions with their events, by what they count, with what result and of whom."""

    lexicon: Lexicon
    mentions: Mapping[tuple[frozenset[str], ...], tuple[tuple[Mention, frozenset[str]], ...]]

    def meant(self, statement: Statement) -> tuple[Mention, ...]:
        """Return the mentions that a statement may be of, the one nearest to the amount first."""
        objects, unit, who = frozenset(statement.objects), statement.amount.unit.replace("件次", "件"), statement.who
        once = unit in ("次", "人次") and statement.item.before.endswith(COUNTED_ONCE)
        if not APPLICANTS.isdisjoint(who):
            who = who - {"part"}  # 其中自然人48件
        return tuple(
            mention
            for results in (*reversed(statement.results),) or ((),)
            for mention, events in self.mentions.get((objects, frozenset(results), who), ())
            if (not unit or unit in mention.units or (not mention.units and (once or family(unit) == "count")))
            and _happened(statement, events)
        )


@lru_cache(maxsize=8)
def speech_of(form: Form) -> Speech:
    """Return how prose speaks of a form's figures."""
    slots = [
        (("event", mention.event), ("object", mention.object), ("result", mention.result), ("who", mention.who))
        for mention in form.mentions
    ]
    shared = load_lexicon()
    own = {word: Meaning(slot, word) for mention in slots for slot, words in mention for word in words if word not in shared.meanings}
    lexicon = make_lexicon({**own, **shared.meanings}) if own else shared
    mentions: dict[tuple[frozenset[str], ...], list[tuple[Mention, frozenset[str]]]] = defaultdict(list)
    for mention, words_of in zip(form.mentions, slots, strict=True):
        events, objects, results, who = (frozenset(lexicon.meanings[word].key for word in words) for _, words in words_of)
        mentions[objects, results, who].append((mention, events))
    return Speech(lexicon, {key: tuple(found) for key, found in mentions.items()})


def find_claims(statements: Sequence[Statement], speech: Speech) -> list[Claim]:
    """Return what statements claim of this year's figures, in order; those about another year or a part are left out."""
    claims, became, deciding = [], -1, -1  # the last sentence that says what became of some, and that of cases the office decides
    for one in statements:
        # 公开规章13件(含新制定5件) counts documents that were published
        published = one.inner and not one.said and not DOCUMENTS.isdisjoint(one.objects)
        # 审结行政复议320件 are those that the office decides
        cases = one.value and not CASES.isdisjoint(one.objects)
        of_all = ("others" in one.who and "handle" in one.events) or not (one.disclosure or FLOW.isdisjoint(one.events))
        deciding = one.sentence if cases and of_all else deciding
        decided = cases and deciding == one.sentence
        items = one.amount.unit == "项" and not DECISIONS.isdisjoint(one.objects)  # 行政许可事项236项
        became = one.sentence if one.results else became
        # 予以公开20件,其中自然人16件
        of_those = one.who and (one.sentence == became or not CARRIED.isdisjoint(one.events))
        if one.counts and not (one.elsewhen or published or decided or items or of_those) and (mentions := speech.meant(one)):
            # another office's count may be meant, or one of all cases, or of those that the office itself decides
            another = "another" in one.kinds or bool(one.who) or not (one.none or one.events or DECISIONS.isdisjoint(one.objects))
            of_cases = not CASES.isdisjoint(one.objects) and (not one.disclosure or one.inner or "receive" in one.events)
            claims.append(Claim(one, mentions, another or of_cases))
    return claims


def _happened(statement: Statement, meant: frozenset[str]) -> bool:
    """Return whether what happened is what a mention means: one of its events, and nothing that is counted elsewhere."""
    events = frozenset(statement.events)
    bare = statement.none or (statement.amount.unit == "件" and not DECISIONS.isdisjoint(statement.objects))  # 行政许可0件
    if not meant or (bare and not events):
        return ELSEWHERE.isdisjoint(events)
    if statement.events and statement.events[-1] in meant and DOCUMENTS.issuperset(statement.objects):
        return True  # 公开新制定的规范性文件
    return not meant.isdisjoint(events) and ELSEWHERE.isdisjoint(events - meant)
