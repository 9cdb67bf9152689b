"""Reads the figures of one official table, by the labels of its rows and by their order."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise

from xltools.form.definition import Block, Form, Table
from xltools.numerals import is_blank
from xltools.readers.published import official_rows
from xltools.readers.published.headers import Headers
from xltools.readers.published.labels import SUM, SUMS, Labels, core, likeness
from xltools.readers.published.official_rows import SEVERAL, TORN, FoundRow, Labelled, Settled, Wanted, beside_pieces, wanted_rows
from xltools.readers.published.records import Record, Value

RESEMBLING = 45  # a row with a label of its own is another one's by its order only if the labels are at least so like (of 100)
SOME = 1 / 3  # a table without any headings must have at least this share of its rows to be one
COPY = 1 / 2  # another table that has this share of the rows looks like the whole of it
NOT_FOUND = "没有找到这一行。"


@dataclass(frozen=True)
class TableReading:
    """A table as far as it was recognised; for `rivals` and `copies` see Recognised."""

    form: Form
    table: Table
    found: tuple[FoundRow, ...]
    unread: Mapping[Wanted, str] = field(default_factory=dict)  # the reason for each row that was not recognised
    extra: tuple[Record, ...] = ()  # records inside the table that are no official row
    rivals: int = 0
    copies: tuple[Record, ...] = ()
    seen: tuple[Record, ...] = ()  # those that have the label of an official row, read or not

    @property
    def span(self) -> tuple[int, int] | None:
        """Return the first and the last of the source's items that its rows take, None where none was found."""
        records = [*(found.record for found in self.found), *self.seen]
        return (min(r.index for r in records), max(r.last for r in records)) if records else None

    def of(self, block: Block) -> list[FoundRow]:
        """Return the rows of one of its blocks."""
        return [match for match in self.found if match.wanted.block is block]


def read_table(form: Form, table: Table, records: Sequence[Record], headers: Headers, breaks: Sequence[int]) -> TableReading:
    """Return the rows of an official table among a file's records; at the `breaks`, items of the source, no table goes on."""
    reading = _read_by_labels(form, table, records, headers, breaks)
    laid_out, whole_table = official_rows.read_laid_out(table, records)
    torn = headers.is_pdf and not beside_pieces(records, set(whole_table), headers).isdisjoint(record.index for record in whole_table)
    if not laid_out or torn or {match.record.spot.table for match in reading.found} - {laid_out[0].record.spot.table}:
        return reading  # another table is meant, though not all of it is there
    return TableReading(form, table, tuple(official_rows.with_units(form, match, headers) for match in laid_out), seen=whole_table)


def _read_by_labels(form: Form, table: Table, records: Sequence[Record], headers: Headers, breaks: Sequence[int]) -> TableReading:
    if not any(block.rows.leaves for block in table.blocks):
        return _read_single(form, table, records, headers)
    rows = wanted_rows(table)
    groups = _groups(_by_label(rows, records, headers), breaks)
    whole = [group for group in groups if _found_rows(group, headers) >= len(rows) * COPY]
    by_label = whole[0] if whole else max(groups, key=lambda group: _found_rows(group, headers), default={})
    found, unread = _settle(by_label, headers)
    if len(by_label) < len(rows) * SOME and not any(headers.columns(r, row.block).headings for row in by_label for r in by_label[row]):
        return TableReading(form, table, (), dict.fromkeys(rows, NOT_FOUND))
    found += _by_order(rows, records, found, unread, headers)
    found, torn = official_rows.without_torn(rows, found, by_label, records, headers)
    found, unproven = official_rows.without_unproven(form, found, headers)
    unread |= torn | unproven
    unread |= dict.fromkeys((row for row in rows if row not in {*unread, *(match.wanted for match in found)}), NOT_FOUND)
    several = sum(len(_complete(row, labelled, headers)[1]) > 1 for row, labelled in by_label.items())
    copies = tuple(min(chain.from_iterable(group.values()), key=lambda record: record.index) for group in whole[1:])
    extra = tuple(_extra(records, found, by_label, headers))
    seen = tuple(record for labelled in by_label.values() for record in labelled)
    return TableReading(form, table, tuple(found), unread, extra, several, copies, seen)


def _by_label(rows: Sequence[Wanted], records: Iterable[Record], headers: Headers) -> Labelled:
    """Return the records that have the label of a row; 总计 on a line of its own may be the heading of a column and is none."""
    wordings = [(row.row.key, wording) for row in rows if row.row for wording in (row.row.label, row.row.name) if len(wording) > 1]
    labels = Labels(wordings, [node.label for row in rows for node in row.block.rows.nodes if not node.leaf])
    by_key = {row.row.key: row for row in rows if row.row}
    found: Labelled = {}
    for record in records:
        own = record.labels and not SUMS.fullmatch(core(record.label))  # a sum by another name is told by its place
        if own and not headers.is_header(record) and not (record.loose and headers.column_labels.exactly(record.label)):
            key = labels.find(record.label) or (labels.find("".join(record.labels)) if len(record.labels) > 1 else None)
            if key:
                found.setdefault(by_key[key], []).append(record)
    return found


def _groups(by_label: Labelled, breaks: Sequence[int]) -> list[Labelled]:
    """Return the records of each row, apart for each stretch of the file between two breaks."""
    groups: dict[int, Labelled] = {}
    for row, records in by_label.items():
        for record in records:
            groups.setdefault(bisect_left(breaks, record.index), {}).setdefault(row, []).append(record)
    return [groups[number] for number in sorted(groups)]


def _found_rows(group: Labelled, headers: Headers) -> int:
    """Return for how many rows a stretch of the file has figures."""
    return sum(any(headers.values(record, row.block) for record in records) for row, records in group.items())


def _settle(by_label: Labelled, headers: Headers) -> Settled:
    """Return for each row its record; the rows where none has the right values, or several have different ones."""
    found, unread = [], {}
    home = _home(by_label)
    for row, records in by_label.items():
        complete, contents = _complete(row, records, headers)
        at_home = [r for r in complete if r.spot.table == home and not all(is_blank(value.text) for value in complete[r])]
        if len(contents) > 1 and at_home:
            complete, contents = _complete(row, at_home, headers)
        if len(contents) == 1:
            record, values = next(iter(complete.items()))
            found.append(FoundRow(row, record, values))
        elif contents:
            unread[row] = _several(complete)
        elif parts := _parts(row, records, headers):
            found.append(FoundRow(row, *parts))
        elif numbered := [record for record in records if record.body]:
            against = len(numbered[0].body) == len(row.ids) and headers.columns(numbered[0], row.block).order == "against"
            filled = sum(not is_blank(cell.text) for cell in numbered[0].body)
            said = "列的次序与统一格式不同" if against else f"这一行有{filled}个数，应为{len(row.ids)}个"
            unread[row] = f"{said}（{_places(numbered)}）。"
    return found, unread


def _home(by_label: Labelled) -> int | None:
    """Return the table of the file that has most of the rows; None where several have as many."""
    tables = Counter(table for records in by_label.values() for table in {record.spot.table for record in records})
    (first, most), (_, next_most) = (*tables.most_common(2), (0, 0), (0, 0))[:2]
    return first if most > next_most else None


def _complete(row: Wanted, records: Iterable[Record], headers: Headers) -> tuple[dict[Record, tuple[Value, ...]], set[tuple[str, ...]]]:
    """Return the records that have a value for each figure of a row, and their contents."""
    complete = {record: values for record in records if (values := headers.values(record, row.block))}
    return complete, {tuple(value.text.strip() for value in values) for values in complete.values()}


def _several(rivals: Collection[Record]) -> str:
    return f"文件中有{len(rivals)}行都可能是这一行（{_places(rivals)}）。"


def _places(records: Iterable[Record]) -> str:
    return "、".join(str(record.spot) for record in records)


def _by_order(
    rows: Sequence[Wanted], records: Sequence[Record], found: Sequence[FoundRow], unread: Mapping[Wanted, str], headers: Headers
) -> list[FoundRow]:
    """Return the rows between two recognised ones, where just as many records without a recognised label stand between theirs."""
    order = {row: number for number, row in enumerate(rows)}
    taken, names = {match.record for match in found}, {match.wanted for match in found}
    told: list[FoundRow] = []
    for one, other in pairwise(sorted(found, key=lambda match: match.record.index)):
        missing = list(rows[order[one.wanted] + 1 : order[other.wanted]])
        # a row that stands elsewhere tells that the rows are in another order
        if missing and not (unread.keys() | names) & set(missing):
            inside = [r for r in records if one.record.index < r.index < other.record.index and r not in taken]
            between = [r for r in inside if not headers.is_header(r) and headers.values(r, missing[0].block) is not None]
            if len(between) == len(missing) and len(missing[0].ids) >= SEVERAL:
                told += [match for row, record in zip(missing, between, strict=True) if (match := _ordered(row, record, headers))]
    return told


def _ordered(row: Wanted, record: Record, headers: Headers) -> FoundRow | None:
    """Return the record as this row, unless it has a label of its own that is quite another."""
    values = headers.values(record, row.block)
    named = core(record.label) == core(row.name) or (row.name.endswith(SUM) and SUMS.fullmatch(core(record.label)))
    foreign = record.label and not record.loose and not named and likeness(record.label, row.name) < RESEMBLING
    return None if foreign or values is None else FoundRow(row, record, values, by_order=not named)


def _extra(records: Iterable[Record], found: Sequence[FoundRow], by_label: Labelled, headers: Headers) -> Iterator[Record]:
    """Yield the records with a label and a number, inside the table or between its first and last row, that are none of its rows."""
    known = {match.record for match in found} | {record for labelled in by_label.values() for record in labelled}
    tables = {match.record.spot.table for match in found} - {0}
    places = sorted(match.record.index for match in found) or [0]
    for record in records:
        near = places[0] < record.index < places[-1] or record.spot.table in tables
        inside = near and record not in known and not headers.row_labels.exactly(record.label)
        filled = [cell for cell in record.body if not is_blank(cell.text)]
        # on a line of text a word and a number may be anything: a page number behind a torn label
        counted = len(filled) > 1 and _counts_up([cell.text.strip() for cell in filled])
        enough = len(filled) >= (1 if record.spot.table else SEVERAL)
        if inside and record.labels and enough and not counted and not headers.is_header(record):
            yield record


def _read_single(form: Form, table: Table, records: Sequence[Record], headers: Headers) -> TableReading:
    """Return a table with one row of figures below its header, such as 表四."""
    (row,) = wanted_rows(table)
    # words in front of nothing but empty cells are a title
    rows = (one for one in records if not headers.is_header(one) and not (one.labels and all(is_blank(cell.text) for cell in one.body)))
    wide = [record for record in rows if headers.values(record, row.block)]
    below = {record.spot.table or record.index for record in wide if headers.is_below(record, row.block)}
    complete, contents = _complete(row, (record for record in wide if (record.spot.table or record.index) in below), headers)
    chosen = _chosen(complete)
    if chosen and headers.is_pdf and chosen.index in beside_pieces(records, {chosen}, headers):
        return TableReading(form, table, (), {row: TORN.format(chosen.spot)}, seen=(chosen,))
    if chosen:
        found, unproven = official_rows.without_unproven(form, (FoundRow(row, chosen, complete[chosen]),), headers)
        return TableReading(form, table, tuple(found), unproven, seen=(chosen,))
    if contents:
        return TableReading(form, table, (), {row: _several(complete)}, rivals=1, seen=tuple(complete)[:1])
    parts = _parts(row, records, headers)
    return TableReading(form, table, (FoundRow(row, *parts),)) if parts else TableReading(form, table, (), {row: NOT_FOUND})


def _chosen(complete: Mapping[Record, tuple[Value, ...]]) -> Record | None:
    """Return the one row of figures: not an empty one nor one that numbers the columns, of several the one called a sum; None where none stands out."""
    filled = {record: texts for record, values in complete.items() if any(texts := [value.text.strip() for value in values])}
    rivals = [record for record, texts in filled.items() if not _counts_up(texts)] or list(filled) or list(complete)
    if len({tuple(filled.get(record, ())) for record in rivals}) > 1:
        rivals = [record for record in rivals if re.fullmatch("(?:合|总|小)?计|总数|件数|数量", core(record.label))]
    return rivals[0] if rivals and len({tuple(filled.get(record, ())) for record in rivals}) == 1 else None


def _counts_up(texts: Sequence[str]) -> bool:
    return list(texts) == [str(number) for number in range(1, len(texts) + 1)]


def _parts(row: Wanted, records: Sequence[Record], headers: Headers) -> tuple[Record, tuple[Value, ...]] | None:
    """Return the row where its groups of columns stand in tables of their own: its first record and its values, each from just one of them."""
    values: dict[int, Value] = {}
    first: Record | None = None
    for record in records:
        some = {} if headers.is_header(record) or not record.tail else headers.some(record, row.block)
        if values.keys() & some.keys():
            return None
        values |= some
        first = first or (record if some else None)
    if first is None or len(values) != len(row.ids):
        return None
    return first, tuple(values[number] for number in range(len(row.ids)))
