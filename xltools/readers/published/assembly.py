"""Makes a report of what stands in a published file of any kind. It reads and never judges, and says what it could not read."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from xltools.errors import UnreadableFileError
from xltools.files.gate import CELL_LIMIT, LINE_LIMIT, TOO_LONG
from xltools.form.definition import Figure, FindForm, Form
from xltools.form.kinds import settle_words
from xltools.form.loader import list_editions
from xltools.form.unit import STANDARD, Unit
from xltools.numerals import BLANKS, EDGES, from_decimal, is_blank, list_some, show, understand
from xltools.prose.amounts import Amount
from xltools.prose.breakdowns import ProseBreakdown, find_breakdowns
from xltools.prose.lexicon import load_lexicon
from xltools.prose.reader import read_prose
from xltools.prose.sentences import split_sentences
from xltools.readers.published.outline import Outline, find_outline
from xltools.readers.published.recognition import OtherEdition, Recognised, recognise
from xltools.readers.published.records import MEASURE, NOTED, SPACED, Value, split_unit
from xltools.readers.published.source import UNSEEN, Line, Row, Source
from xltools.readers.published.titles import find_details, find_title, find_unit, find_year
from xltools.report.filled import Breakdown, Report, join_paragraphs, unread_by_reason
from xltools.report.filled import Value as Filled
from xltools.report.origin import Origin, Publication, Remark, Spot

NO_REPORT = "没有找到{}的表格。表格是图片或附件的，请用含有表格的 Word、网页或 PDF 文件；不是年度报告的，请换文件。"
COPY = "文件中还有一张同样的表，未写入。"
NOT_SEEN = "这一格的数字被遮住、看不见、互相重叠、是图片，或上面有批注、表单域。"
PART_OF_A_TEXT = "文本中的表格未能全部识别（有{count}个数未识别），不采用其中一部分。请打开原来的网页、Word 或 PDF，在 Word 或 WPS 中另存为 .docx，改用那个文件。"
SEVERAL = 3  # so many rows that stand in a file twice with different figures are those of two reports
DOTTED = re.compile(r"\d{1,3}(?:[.．]\d{3})+")  # 1.000 can be a thousand, written as some countries do, or 1
YUAN = {"元": 1, "百元": 10**2, "千元": 10**3, "万元": 10**4, "百万元": 10**6, "千万元": 10**7, "亿元": 10**8}
"""How many 元 each unit is that a heading or a cell may give."""
OPENING = 400  # the characters of each section that may tell the unit's full name where there is no preface

PART_LEAD = re.compile(r"^(?:其中|包括|分别(?:为|是|有)|主要(?:包括|有)|含|有|和|及|以及|即|共|另有)+[:,，]?")
NAMED_FROM = re.compile(
    r".*?((?:主动公开|公开|发布|收到|新收|受理|办理|办结|答复|编发|推送|制作|开展|举办|召开|更新|产生|制发|印发)(?:(?!公开|发布)[^\W\d])*)$"
)  # a total is called by what was done: 主动公开政府信息
ABOUT = re.compile(r"(?:共计?|总计|合计|累计|约|达|为|有|数|了|:)+$")
IN_FRONT = re.compile(r"(?:[^,、;。:!?\d()]|\([^()]*\))*$")
LONGEST_NAME = 20
DRAFT = re.compile(r"草\s*稿(?:$|：)")  # what stands above the title of a draft, or across its pages


def read_published(path: Path, source: Source, find_form: FindForm) -> Report:
    """Return the report in a file, in the edition that its tables fit best. Raise UnreadableFileError, which names `path`, unless it has one."""
    if len(source.items) > LINE_LIMIT or sum(len(item.cells) for item in source.items if isinstance(item, Row)) > CELL_LIMIT:
        raise UnreadableFileError(path, TOO_LONG)
    editions = list_editions(find_form(None))
    lines = [item.text for item in source.items if isinstance(item, Line)]
    recognised = recognise(source, editions, find_year(None, "\n".join(lines)))
    if not recognised.spans:
        raise UnreadableFileError(path, NO_REPORT.format(editions[0].title))
    if recognised.two_years:
        raise UnreadableFileError(path, "表中并列两年的数，每一列出现两次。请只保留一年的各列，另存后再试。")
    first = min(start for start, _ in recognised.spans.values())
    behind = [item.text for item in source.items[first:] if isinstance(item, Line)]
    if (recognised.rivals >= SEVERAL or recognised.copies) and find_title(behind):
        raise UnreadableFileError(path, "文件里不止一份年度报告：标题和表都出现两次。请把每份报告另存为一个文件。")
    if source.kind == "text" and recognised.unread:
        raise UnreadableFileError(path, PART_OF_A_TEXT.format(count=len(recognised.unread)))
    outline = find_outline(source, recognised.form, recognised.spans)
    return _Assembly(source, recognised.form, recognised, outline).report()


class _Assembly(NamedTuple):
    """Puts a report together from what was recognised."""

    source: Source
    form: Form
    recognised: Recognised
    outline: Outline

    def report(self) -> Report:
        texts = {key: join_paragraphs(p.text for p in lines) for key, lines in self.outline.texts.items()}
        bodies = [texts.get(section.key, "") for section in self.form.texts if section.parent is None]
        opening = "\n".join((*bodies[:1], *(body[:OPENING] for body in bodies[1:])))
        title = self.outline.title
        unit = {key: text for key, text in asdict(find_unit(title, opening)).items() if key in STANDARD}
        copies = [(record.spot, self.form.section_of_table[table].key) for table, record in self.recognised.copies]  # such as an annex's
        doubts = [*self.source.doubts, *self._by_order(), *(Remark(COPY, spot, section=section) for spot, section in copies)]
        unseen = {id: NOT_SEEN for id, value in self.recognised.values.items() if value.text == UNSEEN}
        # the paragraphs of a section go into its cells one after the other, what is too much into the last one
        last_cell = {key: self.form.section_by_key[key].paragraphs - 1 for key in self.outline.texts}
        cells = {key: tuple(min(n, last_cell[key]) for n in range(len(lines))) for key, lines in self.outline.texts.items()}
        listed = {slot.section for slot in self.form.breakdowns}  # the sections whose workbook has a table for them
        return Report(
            form=self.form,
            year=find_year(title, "\n".join(texts.values())),
            unit=Unit.of({**unit, **{key: value for found in self._details().values() for key, value in found.items()}}),
            figures=dict(self._figures(doubts)),
            texts={key: text for key, text in texts.items() if text},
            unread=unread_by_reason(self.form, {**self.recognised.unread, **unseen}),
            breakdowns=tuple(one for key in texts if key in listed for one in _list_breakdowns(key, texts[key])),
            titles={key: title for key, title in self.outline.titles.items() if self.form.section_by_key[key].parent is None},
            origin=Origin(self.source.kind, paragraph_cells=cells, publication=self._publication(doubts), active=self.source.active),
        )

    def _details(self) -> dict[str, dict[str, str]]:
        """Return the details that the form asks for beside those of any report, as lines outside of its sections tell them, by the line."""
        asked = self.form.unit_details
        if all(detail.key in STANDARD for detail in asked):
            return {}
        return {p.text: found for _, p in self.outline.unplaced if (found := find_details(asked, p.text))}

    def _figures(self, doubts: list[Remark]) -> Iterator[tuple[str, Filled]]:
        """Yield every figure as printed; blank where the file does not have it."""
        for id, figure in self.form.figures.items():
            value = self.recognised.values.get(id)
            number, doubt = _understood(value, figure) if value else (None, "")
            if value and doubt and (value.spot, doubt) not in {(remark.spot, remark.text) for remark in doubts}:
                doubts.append(Remark(doubt, value.spot, (id,)))
            yield id, number

    def _publication(self, doubts: Sequence[Remark]) -> Publication:
        found, details = self.recognised, self._details()
        left = [Remark(p.text, Spot(p.page), section=key) for key, p in self.outline.unplaced if p.text not in details]
        lines = (*(remark.text for remark in left), *self.source.title.splitlines())
        return Publication(
            spots={id: value.spot for id, value in found.values.items()},
            paragraph_spots={key: tuple(Spot(p.page) for p in lines if not is_blank(p.text)) for key, lines in self.outline.texts.items()},
            missing_tables=tuple(table.key for table in self.form.tables if table.key not in found.spans),
            other_editions=tuple(self._other_edition(other) for other in found.others),
            extra_rows=tuple(self._extra_rows()),
            doubts=tuple(doubts),
            unplaced=tuple(remark for remark in left if not DRAFT.match(remark.text)),
            drafts=tuple(Remark(line) for line in lines if DRAFT.match(line))[:1],
        )

    def _by_order(self) -> Iterator[Remark]:
        """Yield the rows whose labels were not found, told by their place among the others: a remark for each table."""
        for table in self.form.tables:
            matches = [match for match in self.recognised.by_order if match.wanted.ids[0].startswith(f"{table.key}.")]
            if matches:
                names = "、".join(f"“{match.wanted.name}”" for match in matches)
                ids = tuple(id for match in matches for id in match.wanted.ids if id in self.form.figures)
                yield Remark(f"有{len(matches)}行的行名未识别，按前后各行的次序识别为{names}。", matches[0].record.spot, ids)

    def _other_edition(self, other: OtherEdition) -> Remark:
        said = f"{other.block.title or '这张表'}用的是{other.form.edition}的格式。"
        said += "".join(f"“{there}”的数计入“{here}”。" for there, here in other.moved)
        if other.lacking:
            said += f"表中没有{_named(self.form, other.lacking)}，已留空。"
        if other.foreign:
            listed = "、".join(f"{other.form.figures[id].label} {EDGES.sub('', value.text) or '空白'}" for id, value in other.foreign)
            said += f"本格式没有、未写入的：{listed}。"
        spots = [value.spot for value in other.values.values()]
        return Remark(said, spots[0] if spots else Spot(), other.lacking, self.form.section_of_table[other.table].key)

    def _extra_rows(self) -> Iterator[Remark]:
        for table, record in self.recognised.extra:
            content = " ".join(EDGES.sub("", cell.text).replace("\n", "") or "空白" for cell in record.cells)
            yield Remark(content, record.spot, section=self.form.section_of_table[table].key)


def _named(form: Form, ids: Sequence[str]) -> str:
    """Return figures by the official labels of their rows, each once; by their own where a row has others, too; three at most."""
    rows: dict[str, list[str]] = {}
    for id in ids:
        rows.setdefault(form.figures[id].line, []).append(id)
    whole = {line: sum(figure.line == line for figure in form.figures.values()) for line in rows}
    names = [name for line, own in rows.items() for name in ([line] if len(own) == whole[line] else [form.figures[id].label for id in own])]
    return list_some([f"“{name}”" for name in names], 3, "等{}项", between="")


def _understood(value: Value, figure: Figure) -> tuple[Filled, str]:
    """Return a value as a figure, and what is doubtful about it; text that is no number is kept as it stands."""
    text = EDGES.sub("", value.text)
    if is_blank(text) or text == UNSEEN:
        return None, ""
    if figure.is_words:
        return settle_words(figure, " ".join(text.split())), ""
    text = BLANKS.sub("", text) if SPACED.fullmatch(text) else text
    if figure.domain == "amount":
        amount, unit = split_unit(text)
        number, unit = understand(amount), unit or value.unit
        if number is not None and unit not in ("", figure.unit) and figure.unit in YUAN:
            converted = from_decimal(Decimal(number) * YUAN[unit] / YUAN[figure.unit])
            return converted, f"“{figure.label}”的单位是{unit}，{show(number)} {unit}识别为 {show(converted)} {figure.unit}。"
    bare = MEASURE.sub("", text)
    number = None if DOTTED.fullmatch(bare) and not figure.has_decimals else understand(bare, figure.unit)
    if number is not None:
        return number, f"“{figure.line}”一行有一格占了几列，写的是 {show(number)}，各列都识别为 {show(number)}。" if value.merged else ""
    noted = NOTED.fullmatch(text)
    number = understand(noted[1], figure.unit) if noted else None
    return (text, "") if number is None else (number, f"“{figure.label}”写的是“{' '.join(text.split())}”，识别为 {show(number)}。")


def _list_breakdowns(section: str, text: str) -> Iterator[Breakdown]:
    """Yield the breakdowns of a section that are meant to be whole."""
    prose = read_prose(text, load_lexicon(), None)
    items = [item for sentence in split_sentences(prose.text) for item in sentence.items]
    words = {item.amount: BLANKS.sub("", item.before) or BLANKS.sub("", item.after) for item in items}  # of the clause in front of each
    for found in find_breakdowns(prose):
        if found.complete and (found.certain or found.nearly_holds) and len(found.parts) > 1:
            parts = tuple((_part_name(text, prose.text, part), part.value) for part in found.parts)
            yield Breakdown(section, _total_name(words, found), found.unit, found.total, parts)


def _part_name(text: str, alike: str, part: Amount) -> str:
    """Return what a part counts: the words in front of it in the text that `plain` has made `alike`, behind the comma or amount before."""
    words = IN_FRONT.search(alike, max(0, part.start - LONGEST_NAME * 2), part.start)
    written = BLANKS.sub("", text[words.start() : words.end()]) if words else ""
    return ABOUT.sub("", PART_LEAD.sub("", written))[-LONGEST_NAME:]


def _total_name(words: Mapping[Amount, str], found: ProseBreakdown) -> str:
    """Return what the total counts; "" where its words are not found again."""
    clauses = [clause for amount, clause in words.items() if amount.value == found.total and amount not in found.parts]
    clause = ABOUT.sub("", clauses[0]) if clauses else ""
    named = NAMED_FROM.fullmatch(clause)
    return (named[1] if named else clause)[-LONGEST_NAME:]
