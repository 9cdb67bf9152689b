"""read_prose: a text read sentence by sentence: what the words around each amount and each 没有 say, and those spoken before."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from xltools.form.characters import HAN, plain
from xltools.prose.amounts import Amount
from xltools.prose.clauses import GRANTED, Clause, events_of, find_clause, results_of, told_respectively, without_other_applications
from xltools.prose.lexicon import AREA, CARRIED, CASES, DOCUMENTS, FLOW, GOVERNED, OWN, REQUEST, WHOLES, Lexicon, Words, of
from xltools.prose.sentences import Item, Sentence, split_sentences, with_words
from xltools.prose.statements import Prose, Scope, Statement, find_scopes, happened, heads
from xltools.prose.wholes import APPLICANTS, FAMILIES, parts_of_wholes, split_objects

COURT_RESULTS = frozenset({"upheld", "corrected", "other_result", "pending"})
OF_DOCUMENTS = frozenset({"make", "revise", "repeal", "in_force"})
NO_RESULT = frozenset({"rest", "adverse"})  # what became of some, which no row of the tables counts by itself
OF_REQUESTS = frozenset({"partly_granted", "denied", "unavailable", "not_held", "needs_creation", "unclear", "not_processed"}).union(
    {"petition", "excessive", "correction_overdue", "fee_overdue"}
)
"""Results that only requests have, so that a text with one of them speaks of requests."""
PART_OF_YEAR = re.compile(
    r"(?<!\d)(?:[1-9]|1[01])月(?:份|底|末)|截至(?:20\d\d年)?(?:[1-9]|1[01])月|自\s{0,3}(?:19|20)\d\d年|季度|半年"
    r"|(?<![\d至到~～—-])(?:[1-9]|1[0-2])月(?=共?(?:收到|受理|新收|接收|办理))|(?<!\d)\d{1,2}月?[至到~～—-]{1,2}(?:[1-9]|1[01])月(?!\d)"
)
YEARS = re.compile(
    r"[两三四五六七八九十几多]年来|自20\d\d年\d{0,2}月?以来|(?<![年初度月])以来|近[两三四五六七八九十\d]年|20\d\d年度?[、和及与]20\d\d年"
)
END_OF_NAME = rf"(?![各下由向与和及对从]){HAN}"  # the character in front of 街道 or 分局 that ends its name
AMONG = re.compile(r"的?(?!.{0,3}在)[^,;。:]{0,10}中")  # behind an amount: 办结的59件申请中
COMPARED = frozenset("比较与和同含自至到")  # characters in front of a year that compare with it or come from it
IN_TERM = re.compile(r"(?:[尚仍还均]|目前)?在.{0,8}期限?内")  # behind the number of the rest: 剩余3件在答复期限内
STILL = ("尚有", "仍有", "还有")  # in front of such a number
FAR = 200  # the characters of a sentence that are looked at in front of a negation, or behind an amount
TELLING = re.compile("未|没|无|不涉|不存|不具|申请|复议|诉讼|%")  # a sentence without an amount is read only where it has one of these


def read_prose(text: str, lexicon: Lexicon, year: int | None) -> Prose:
    """Return what a text states, in order; `year` is the one that it reports on."""
    alike = plain(text)
    reader = _Reader(lexicon, year)
    read = [reader.read(number, sentence) for number, sentence in enumerate(split_sentences(alike))]
    return Prose(alike, tuple(line for line, _ in read), tuple(stated for _, stated in read))


class _Reader:
    """Reads sentences in order and remembers what they spoke of."""

    def __init__(self, lexicon: Lexicon, year: int | None) -> None:
        self.lexicon = lexicon
        self.year = year
        self.topic: tuple[str, ...] = ()
        self.case: tuple[str, ...] = ()
        self.requests = False
        self.near = self.disclosure = False
        self.other = False  # whether other things were counted since requests were spoken of
        self.offices: frozenset[str] = frozenset()
        self.before: Sequence[Statement] = ()

    def read(self, number: int, sentence: Sentence) -> tuple[Sentence, tuple[Statement, ...]]:
        """Return a sentence with its words, and its statements in order."""
        if not sentence.items and not TELLING.search(sentence.text):
            self.before = ()
            return sentence, ()
        whole = without_other_applications(with_words(sentence, self.lexicon))
        scopes = find_scopes(whole)
        denied = {word for scope in scopes for word in scope.words}
        line = replace(whole, words=tuple(word for word in whole.words if word not in denied)) if denied else whole
        self.offices = frozenset()
        self.requests = self.requests or not OF_REQUESTS.isdisjoint(word.key for word in of(line.words, "result"))
        self.near, self.disclosure = self.disclosure, bool(of(whole.words, "mark", "disclosure") or of(whole.words, "object", "request"))
        stated = split_objects(list(self._amounts(number, line)))
        stated += [none for scope in scopes for none in self._none(number, whole, scope)]
        ways = {event for one in stated for event in one.events if event in CARRIED}
        if "carry" in ways and len(ways) == 2:  # one in and one out: 新收58件、结转4件,办结59件、结转下年3件
            other = ("carry_in",) if "carry_out" in ways else ("carry_out",)
            stated = [one._replace(events=other) if one.events == ("carry",) else one for one in stated]
        became = {kind for one in stated for result in one.results for kind in result}
        if became == {"denied"} and ("主动公开" in whole.text or "审查" in whole.text):
            # 主动公开210件,依申请公开35件,不予公开90件: of documents
            stated = [one._replace(who=one.who | {"documents"}) if one.objects == REQUEST else one for one in stated]
        before, self.before = self.before, stated
        return whole, tuple(sorted(parts_of_wholes(stated, before), key=lambda one: one.amount.start))

    def _amounts(self, number: int, line: Sentence) -> Iterator[Statement]:
        """Yield a statement for each amount."""
        position, inner, depth = line.start, False, 0
        years: list[int | None] = [None]  # that of the sentence, and of each bracket that is open: 收到58件(2023年29件),办结59件
        events: tuple[str, ...] = ()
        long = YEARS.search(line.text)
        respectively = told_respectively(line)
        for index, item in enumerate(line.items):
            following = line.items[index + 1].amount.start if index + 1 < len(line.items) else line.end
            clause = find_clause(line, position, item, following, first=not index)
            clause = clause._replace(words=respectively.get(index, clause.words))
            # what stands behind the last amount in brackets says nothing of what follows them: 复议2件(其中1件为2023年申请),维持1件
            between = line.between(position, item.amount.start)
            begin = position + (between.rfind(")") + 1 if between.count(")") > between.count("(") else 0)
            years = [*years, *years[-1:] * item.depth][: item.depth + 1]
            years[-1] = self._spoken_year(line, begin, item.amount.start, years[-1])
            parts = of((*clause.earlier, *clause.words), "mark", "part")  # but not 区政府(含办公室)收到30件
            if any(")" not in line.between(word.end, item.amount.start) for word in parts) or (index and AMONG.match(between)):
                inner, depth = True, item.depth
            elif item.depth < depth or (index and item.segment > line.items[index - 1].segment):
                inner = False
            self._notice(clause.earlier)
            statement = self._amount(number, clause, events, inner=inner)
            several = long and line.start + long.start() < item.amount.start
            elsewhen = several or self._is_elsewhen(line, begin, item.amount.start, years[-1])
            yield statement._replace(elsewhen=True) if elsewhen and "carry_in" not in statement.events else statement
            events = events if inner else statement.events or events
            position = item.amount.end
        self._notice(line.within(position, line.end))

    def _amount(self, number: int, clause: Clause, before: tuple[str, ...], *, inner: bool) -> Statement:
        """Return what is said of one amount; `before` is what happened to the one in front of it."""
        line, item, words, around = clause.line, clause.item, clause.words, clause.around
        self.offices = clause.offices or self.offices  # spoken of until another one is
        own_objects = heads(line, of(words, "object"))
        # where the number comes first, what is said of it stands behind
        telling = words if own_objects or any(word.key != "rest" for word in of(words, "result")) else around
        objects, results = heads(line, of(telling, "object")), results_of(line, telling)
        if inner and self.topic == REQUEST and item.before.removeprefix("其中") == "公开":
            results = GRANTED  # 答复22件,其中公开9件
        in_term = IN_TERM.fullmatch(item.after) and (of(words, "result", "rest") or item.before.endswith(STILL))
        carried = self._carried(around) or ("carry_out" if in_term else "")
        examined = of(clause.behind, "event", "examine" if GOVERNED.intersection(objects) else "")  # 对行政处罚5件进行审核
        events = events_of(carried, happened(words) or happened(telling) or happened(examined), objects, results)
        own, said = bool(events), bool(objects)
        if not objects and not before:
            telling = (*clause.earlier, *telling)  # 各县区收到申请分别为:甲县20件
            objects = heads(line, of(clause.earlier, "object"))
            events = events or events_of("", happened(clause.earlier), objects, results)
            self.topic = objects if objects and DOCUMENTS.issuperset(objects) else self.topic
        objects = self._objects(line, item, objects, events, results)
        if (own or objects != REQUEST) and not (said or results) and clause.names_another:
            objects = ()
        if self.requests and objects in ((), ("thing",)) and of(words, "who", *APPLICANTS):
            objects = REQUEST  # 从申请人类型看,自然人48件
        if not events and said and not inner and GOVERNED.issuperset(objects):
            events = before
        told = inner or events or results or of(clause.earlier, "event") or FLOW.intersection(before) or of(words, "who", "another")
        if objects == REQUEST and (own_objects or not item.amount.value) and not told:
            events = ("receive",)
        some = clause.is_of_some(carried, events if own else (), inner=inner, again=objects == self.case and not results)
        self._remember(clause, objects, said=said)
        compared = bool(of(words, "period", "compare"))
        return Statement(
            item,
            clause.start,
            number,
            events=events,
            own=own,
            objects=objects,
            results=() if CARRIED.intersection(events) and ("adverse",) not in results else results,
            who=self._who(line, telling, clause.earlier, item, objects) | ({"part"} if some else set()),
            # 全市收到58件,市局机关收到20件: what one received is no more said of all
            kinds=clause.kinds.union(own_objects, events if own else (), self.offices - ({OWN, AREA} if "receive" in events else {OWN})),
            elsewhen=compared or ("carry_in" not in events and bool(of(words, "period", "last", "part_of_year"))),
            compared=compared,
            inner=inner,
            said=said,
            disclosure=self.near or self.disclosure,
        )

    def _remember(self, clause: Clause, objects: tuple[str, ...], *, said: bool) -> None:
        """Remember what an amount and the words around it speak of."""
        line, item = clause.line, clause.item
        if item.amount.value or not item.before or line.between(item.clause - 1, item.clause) != "、":  # 复议5件、诉讼0件,其中维持4件
            self._notice(clause.words)
        self.topic = objects if said else self.topic
        self._notice(clause.behind)
        other = self.other or heads(line, of(clause.words, "object")) == ("other",)
        self.other = other and not of(line.within(line.start, item.amount.end), "object", "request")

    def _carried(self, words: Words) -> str:
        """Return which way something was carried over: in from last year, out to the next one; "carry" where it is not said."""
        carried = [word for word in words if word.key in CARRIED]
        if not carried and not (of(words, "result", "rest", "pending") and of(words, "event", "handle")):
            return ""
        years = {int(word.key): word for word in of(words, "year")}
        later = of(words, "period", "next") or (self.year and self.year + 1 in years)
        if not carried:
            return "carry_out" if later else ""  # 剩余3件将于2025年答复
        if any(word.key != "carry" for word in carried):
            return next((word.key for word in reversed(carried) if word.key != "carry"), "")
        if later:
            return "carry_out"
        if of(words, "period", "last") or (self.year and self.year - 1 in years):
            return "carry_in"
        if self.year in years:
            return "carry_in" if carried[0].end <= years[self.year].start else "carry_out"
        return "carry"

    def _objects(
        self, line: Sentence, item: Item, objects: tuple[str, ...], events: tuple[str, ...], results: tuple[tuple[str, ...], ...]
    ) -> tuple[str, ...]:
        """Return what is counted, from what was spoken of before where the clause says it only by what became of it."""
        kinds = {kind for result in results for kind in result} - NO_RESULT
        if kinds & COURT_RESULTS:
            # 3件申请正在办理 are carried over, a case that is pending stands before a court
            requests = kinds == {"pending"} and (REQUEST in (objects, self.topic) or (self.requests and CARRIED.intersection(events)))
            return objects if CASES.intersection(objects) else REQUEST if requests else self.case
        if kinds and not CASES.intersection(objects):
            of_cases = kinds == {"not_processed"} and CASES.intersection(self.topic)  # 收到复议申请35件,不予受理2件
            # 收到留言58件,其中公开答复20件,不予公开38件
            counted = of(line.within(item.amount.start - FAR, item.amount.end), "object")
            of_others = counted and all(word.key == "other" for word in counted)
            return REQUEST if (self.requests or "request" in objects) and not (of_cases or of_others) else ()
        if objects == ("thing",) and DOCUMENTS.intersection(self.topic) and {"repeal", "in_force"}.intersection(events):
            return self.topic
        if objects:
            return objects
        if not self.topic and FLOW.intersection(events):
            # 上年结转的3件申请: what is counted is said behind
            return REQUEST if of(line.within(item.amount.end, item.amount.end + FAR), "object", "request") else ()
        if DOCUMENTS.intersection(self.topic) and events == ("issue",):
            return ()  # 现行规范性文件41个;机构职能发布596条
        if CASES.intersection(self.topic) and (item.amount.unit == "项" or OF_DOCUMENTS.intersection(events)):
            return ()  # 无行政诉讼。权责清单取消36项,保留368项
        if self.other and self.topic == REQUEST:
            return ()  # 办理建议15件、提案6件,11件于5月办结
        return self.topic if not events or FLOW.intersection(events) or self.topic != REQUEST else ()

    def _notice(self, words: Words) -> None:
        """Remember the requests and cases that are spoken of."""
        for word in words:
            if word.slot == "object" and word.key in CASES:
                self.topic = self.case = (word.key,)
            elif (word.slot == "object" and word.key == "request") or (word.slot == "mark" and word.key == "on_request"):
                self.topic, self.requests, self.other = REQUEST, True, False

    def _who(self, line: Sentence, words: Words, earlier: Words, item: Item, objects: tuple[str, ...]) -> frozenset[str]:
        """Return the part of the whole that is meant; "?" marks a channel or applicant that may be said of all."""
        # of 受理36件申请(均为自然人提交) the whole is meant, and a name in front of 街道 or 分局 is that of the office itself
        ends = {word.end for word in of(words, "mark", "all")}
        on_sites = of(words, "sort", "site", "media") if objects == REQUEST else []
        named = [word for word in (*of(words, "who"), *on_sites) if ends.isdisjoint((word.start, word.start - 1))]
        whole = bool(of(words, "who", AREA, OWN))
        parts = [word for word in named if word.key not in {*WHOLES, "party"} and not (whole and word.key in ("office", "named_office"))]
        several = sum(word.key in FAMILIES for word in parts) > 1
        if of(words, "who", "everyone"):
            parts = [word for word in parts if word.key in ("online", "offline")]
        taken = {word.end for word in words}
        # 示例街道收到, or 街道收到 where no other office is named
        own = [word for word in of(parts, "who", "named_office") if word.start not in taken]
        alone = own and not of(line.words, "who", "office")
        begins = {word for word in own if alone and line.clause(word.start)[0] == word.start}
        own = [word for word in own if word in begins or re.match(END_OF_NAME, line.between(word.start - 1, word.start))]
        found = {word.key for word in parts if word not in own}
        # 涉及 in front of something else than what is counted: 涉及土地的申请, but not 涉及申请的诉讼
        involved = of(words, "event", "involve") or of(words, "mark", "example")
        counted = any(0 <= word.start - one.end < 2 for word in of(words, "object", *objects) for one in involved[-1:])
        if objects == REQUEST and involved and not counted:
            found.add("subject")
        received = next((word.start for word in words if word.slot == "event" and word.key == "receive"), item.amount.end)
        if not (self.disclosure or CASES.isdisjoint(objects)):
            found |= {word.key for word in of((*earlier, *words), "who", "party")}  # 出庭应诉率100%,行政诉讼30件
        doubtful = {word.key for word in parts if word.key in FAMILIES and (several or word.start < received < item.amount.end)}
        return frozenset(f"{key}?" if key in doubtful else key for key in found) | ({"whole"} if whole else set())

    def _is_elsewhen(self, line: Sentence, start: int, end: int, year: int | None) -> bool:
        """Tell whether what is spoken of between two positions is of another year, or of a part of one."""
        return bool(year and self.year and year != self.year) or bool(PART_OF_YEAR.search(line.between(start, end)))

    def _spoken_year(self, line: Sentence, start: int, end: int, year: int | None) -> int | None:
        """Return the year that is spoken of behind the words between two positions, None where it is the one reported on."""
        words = line.within(start, end)
        for number, word in enumerate(words):
            if word.slot == "period" and word.key == "this":
                year = None
            elif word.slot == "year" and line.between(word.start - 1, word.start) not in COMPARED:
                beside = words[max(number - 1, 0) : number + 2]
                near = [other for other in beside if -5 < other.start - word.end < 5 or -3 < word.start - other.end < 3]
                if not of(near, "event", *CARRIED):
                    year = int(word.key)
        return year

    def _none(self, number: int, line: Sentence, scope: Scope) -> Iterator[Statement]:
        """Yield a statement for each thing of which a negation says that there was none."""
        year = self._spoken_year(line, scope.start - FAR, scope.start, None)
        words = line.within(scope.clause, scope.end)
        said = Statement(
            Item(Amount(scope.start, scope.end, 0), clause=scope.clause),
            scope.start,
            number,
            kinds=frozenset(word.key for word in of(words, "who", "another")),
            elsewhen=self._is_elsewhen(line, scope.clause, scope.start, year),
            disclosure=self.near or self.disclosure,
            none=True,
        )
        if of(scope.words, "event", *CARRIED) or (not of(scope.words, "object") and of(words, "event", *CARRIED)):
            way = self._carried(words)
            if way == "carry" and of(line.within(scope.start - FAR, scope.start), "event", "handle"):
                way = "carry_out"
            counted = of(scope.words, "object")[-1:]
            # 项目资金无结转 is of no requests, 没有上年结转以外的积压件 of others
            if (self.requests or of(words, "object", "request")) and not of(counted, "object", "other"):
                yield said._replace(events=(way,), objects=REQUEST)
        else:
            yield from (said._replace(events=events, objects=(head,)) for head, events in scope.heads)
            self._notice(scope.words)
