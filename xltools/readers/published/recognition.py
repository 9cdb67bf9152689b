"""Recognises the figures of a file under one form's ids; real reports mix editions, so each block is read as every edition has it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from xltools.form.definition import Block, Form, Table
from xltools.readers.published.headers import LONG, Headers
from xltools.readers.published.labels import Labels
from xltools.readers.published.official_rows import FoundRow, wanted_rows
from xltools.readers.published.official_tables import TableReading, read_table
from xltools.readers.published.records import Record, Value, find_records
from xltools.readers.published.source import Line, Source
from xltools.report.conversion import destinations

WITHOUT_HEADER = 70.0  # how well a block whose header was not found fits, of 100
BETTER = 0.05  # another edition's block must fit so much better (of 1) to be taken
IN_ITS_YEARS = 0.1  # what it counts for a form that the report's year lies in its years

Readings = Mapping[str, TableReading]  # of the tables of a form, by their keys


class OtherEdition(NamedTuple):
    """A block that stands in the file as another edition has it; `values` and `unread` are under the ids of the report's form."""

    block: Block
    table: str
    form: Form  # the other edition
    values: Mapping[str, Value]
    unread: Mapping[str, str]
    lacking: tuple[str, ...]  # the ids that the other edition does not have
    foreign: tuple[tuple[str, Value], ...]  # the other way round
    moved: tuple[tuple[str, str], ...]  # the labels of its rows whose figures another row takes, with that one's


class Recognised(NamedTuple):
    """The tables of a file under the ids of one form."""

    form: Form
    values: Mapping[str, Value]
    unread: Mapping[str, str]  # the reason for each figure that was not read
    others: tuple[OtherEdition, ...]
    extra: tuple[tuple[str, Record], ...]  # rows that no official table has
    by_order: tuple[FoundRow, ...]  # those told by their place only
    spans: Mapping[str, tuple[int, int]]
    rivals: int  # how many rows stand several times
    copies: tuple[tuple[str, Record], ...]  # the first rows of other tables that look official
    two_years: bool


def recognise(source: Source, forms: Sequence[Form], year: int | None) -> Recognised:
    """Return the figures of a file under the form of `forms`, all editions of one report, that fits it best."""
    records = find_records(source)
    headers = Headers(source, forms, records)
    breaks = _breaks(source, forms)
    readings = {f.id: {t.key: read_table(f, t, records, headers, breaks[t.key]) for t in f.tables} for f in forms}
    form = max(forms, key=lambda form: _fit(form, readings[form.id], headers, year))
    return _combined(form, [other for other in forms if other is not form], readings, headers)


def _breaks(source: Source, forms: Sequence[Form]) -> Mapping[str, list[int]]:
    """Return for each table the items of the source that it does not go beyond: prose, and the titles of other sections."""
    titles = {s.key: Labels((s.key, wording) for wording in (s.title, *s.also)) for form in forms for s in form.sections if not s.parent}
    prose: list[int] = []
    named: list[tuple[int, str]] = []
    for number, item in enumerate(source.items):
        if isinstance(item, Line):
            if len(item.text) > LONG and ("。" in item.text or item.goes_on):
                prose.append(number)
            elif key := next((key for key, labels in titles.items() if labels.exactly(item.text)), None):
                named.append((number, key))
    owners = {section.table: section.key for form in forms for section in form.sections if section.table}
    return {table: sorted([*prose, *(n for n, key in named if key != owner)]) for table, owner in owners.items()}


def _fit(form: Form, readings: Readings, headers: Headers, year: int | None) -> float:
    blocks = [(readings[table.key], block) for table in form.tables for block in table.blocks]
    served = year is not None and (form.first_year or year) <= year <= (form.last_year or year)
    return sum(_block_fit(reading, block, headers) for reading, block in blocks) / len(blocks) + IN_ITS_YEARS * served


def _block_fit(reading: TableReading, block: Block, headers: Headers) -> float:
    """Return the share of a block's rows that were found, times how well their headers fit."""
    found = reading.of(block)
    if not found:
        return 0.0
    fits = [headers.fit(match.record, block) for match in found]
    fit = sum(WITHOUT_HEADER if each is None else each for each in fits) / len(fits) / 100
    return fit * len(found) / len(block.rows.leaves or (None,))


def _combined(form: Form, others: Sequence[Form], readings: Mapping[str, Readings], headers: Headers) -> Recognised:
    values: dict[str, Value] = {}
    unread: dict[str, str] = {}
    foreign: list[OtherEdition] = []
    by_order: list[FoundRow] = []
    all_used: list[TableReading] = []
    spans: dict[str, tuple[int, int]] = {}
    for table in form.tables:
        own = readings[form.id][table.key]
        used = [own]
        for block in table.blocks:
            other = _better(own, block, [readings[rival.id] for rival in others], headers)
            if other:
                edition = _converted(form, table, block, *other)
                values |= edition.values
                unread |= edition.unread
                foreign.append(edition)
                used.append(other[0])
            else:
                values |= {id: value for match in own.of(block) for id, value in zip(match.wanted.ids, match.values, strict=True)}
                unread |= {id: reason for row, reason in own.unread.items() if row.block is block for id in row.ids}
            reading, part = other or (own, block)
            by_order += [match for match in reading.of(part) if match.by_order]
        for start, end in filter(None, (reading.span for reading in used)):
            first, last = spans.get(table.key, (start, end))
            spans[table.key] = (min(start, first), max(end, last))
        all_used += used
    known = {record for reading in all_used for record in (*reading.seen, *(match.record for match in reading.found))}
    own_readings = readings[form.id].values()
    extra = {record: reading.table.key for reading in own_readings for record in reading.extra if record not in known}
    extra_rows = tuple((key, record) for record, key in extra.items())
    copies = tuple((reading.table.key, record) for reading in own_readings for record in reading.copies)
    taken = {index for first, last in spans.values() for index in range(first, last + 1)}
    # with the rows around those recognised: headings, rows that were not read
    whole = {table: headers.around(first, last, taken) for table, (first, last) in spans.items()}
    rivals = sum(reading.rivals for reading in own_readings)
    return Recognised(form, values, unread, tuple(foreign), extra_rows, tuple(by_order), whole, rivals, copies, headers.two_years)


def _better(own: TableReading, block: Block, rivals: Iterable[Readings], headers: Headers) -> tuple[TableReading, Block] | None:
    """Return the reading of this block as another edition has it, where that fits clearly better."""
    others = [readings[own.table.key] for readings in rivals if own.table.key in readings]
    pairs = [(reading, other) for reading in others if (other := _same_block(block, reading.table))]
    best = max(pairs, key=lambda pair: _block_fit(pair[0], pair[1], headers), default=None)
    return best if best and _block_fit(*best, headers) > _block_fit(own, block, headers) + BETTER else None


def _same_block(block: Block, table: Table) -> Block | None:
    """Return the block of another edition's table that has the same rows, most of them."""
    keys = {row.key.partition(".")[0] for row in block.rows.leaves}
    shared = [(len(keys & {row.key.partition(".")[0] for row in other.rows.leaves}), other) for other in table.blocks]
    most, best = max(shared, key=lambda pair: pair[0])
    return best if most or not keys else None


def _converted(form: Form, table: Table, block: Block, reading: TableReading, other: Block) -> OtherEdition:
    """Return a block as another edition has it, under this form's ids as far as they have a counterpart."""
    pairs = {home: id for id, home in destinations(reading.form, form).items()}
    stated = {id: value for match in reading.of(other) for id, value in zip(match.wanted.ids, match.values, strict=True)}
    reasons = {id: reason for row, reason in reading.unread.items() if row.block is other for id in row.ids}
    ids = [id for row in wanted_rows(table) if row.block is block for id in row.ids]
    values = {id: stated[pairs[id]] for id in ids if pairs.get(id) in stated}
    unread = {id: reasons[pairs[id]] for id in ids if pairs.get(id) in reasons}
    lacking = tuple(id for id in ids if id not in pairs)
    foreign = tuple((id, value) for id, value in stated.items() if id not in {pairs[own] for own in values})
    moved = dict.fromkeys((reading.form.figures[pairs[id]].line, form.figures[id].line) for id in values if pairs[id] != id)
    return OtherEdition(block, table.key, reading.form, values, unread, lacking, foreign, tuple(moved))
