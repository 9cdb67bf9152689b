"""The rows of an official table that are looked for and those that were found, without rows whose numbers nothing proves to be theirs."""

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass
from itertools import chain, groupby
from typing import NamedTuple

from xltools.form.definition import Block, Form, Node, Table, figure_id
from xltools.form.layout import lay_out
from xltools.form.relations import Relation
from xltools.numerals import BLANKS, is_blank, understand
from xltools.readers.published.headers import Headers
from xltools.readers.published.records import Record, Value, ran_together
from xltools.report.filled import holds

SEVERAL = 3  # from so many figures on, a row of numbers without a label can be told by its order
TORN = "这一行的数和邻行的分不清（{}）。"
PROVEN = 3  # so many rows whose relations hold prove the order of their columns, where no more than a third as many do not


@dataclass(frozen=True, eq=False, slots=True)
class Wanted:
    """A row of the official table, told by its identity: its block, its node (None in a table without rows), the ids of its figures."""

    block: Block
    row: Node | None
    ids: tuple[str, ...]

    @property
    def name(self) -> str:
        """Return its official label."""
        return self.row.label if self.row else "数据"


class FoundRow(NamedTuple):
    """A row of the file that was recognised; `by_order` where its place among the others told it, not its label."""

    wanted: Wanted
    record: Record
    values: tuple[Value, ...]
    by_order: bool = False


Labelled = dict[Wanted, list[Record]]  # for each row the records that have its label
Settled = tuple[list[FoundRow], dict[Wanted, str]]  # the rows that were found, and why others are unread


def wanted_rows(table: Table) -> tuple[Wanted, ...]:
    """Return the rows of an official table, from top to bottom."""
    return tuple(
        Wanted(block, row, tuple(figure_id(table.key, row, column) for column in block.columns.leaves))
        for block in table.blocks
        for row in block.rows.leaves or (None,)
    )


def read_laid_out(table: Table, records: Sequence[Record]) -> tuple[list[FoundRow], tuple[Record, ...]]:
    """Return the rows of the one table that stands as the form lays it out, as in our own files, and its records; nothing unless just one does."""
    layout = lay_out(table)
    labels = {(cell.row, cell.column, cell.colspan, BLANKS.sub("", cell.text)) for cell in layout.headings}
    groups = (tuple(group) for number, group in groupby(records, key=lambda record: record.spot.table) if number)
    fitting = (group for group in groups if len(group) == layout.rows and all(record.end <= layout.columns for record in group))
    alike = []
    for group in fitting:
        own = {(row, cell.column, cell.colspan, BLANKS.sub("", cell.text)) for row, record in enumerate(group) for cell in record.cells}
        alike += [group] if labels <= own else []
    if len(alike) != 1:
        return [], ()
    found = []
    for row in wanted_rows(table):
        cells = [layout.figures[id] for id in row.ids]
        record = alike[0][cells[0].row]
        texts = {cell.column: cell for cell in record.cells}
        placed = [texts[cell.column] for cell in cells if cell.column in texts]
        values = tuple(Value(cell.text, record.at(cell)) for cell in placed)
        if len(placed) < len(cells) or ran_together(values):
            return [], ()
        found.append(FoundRow(row, record, values))
    return found, alike[0]


def beside_pieces(records: Sequence[Record], known: Set[Record], headers: Headers) -> set[int]:
    """Return the items of the source beside rows that are no `known` ones, but may be pieces of rows."""
    return {number for r in records if r not in known and headers.may_be_piece(r) for number in (r.index - 1, r.last + 1)}


def without_torn(
    rows: Sequence[Wanted], found: Sequence[FoundRow], by_label: Labelled, records: Sequence[Record], headers: Headers
) -> Settled:
    """Return the rows without those that may have been torn: beside as many numbers without a label, or lone beside a row without one."""
    taken, names = {match.record for match in found}, {match.wanted for match in found}
    told = names.union(by_label)
    whole = {match.record for match in found if not any(is_blank(value.text) for value in match.values)}
    pieces = beside_pieces(records, whole.union(chain.from_iterable(by_label.values())), headers)
    spare = [r for r in records if not r.labels and r not in taken and len(r.body) >= SEVERAL and all(c.text.strip() for c in r.body)]
    torn: dict[Wanted, str] = {}
    for match in found:
        record, place = match.record, rows.index(match.wanted)
        before, behind = rows[max(place - 1, 0) : place], rows[place + 1 : place + 2]
        # a line beside it may be the row before or behind, if that one was not found
        above = told.issuperset(before) and any(r.last + 1 == record.index and len(r.body) == len(record.body) for r in spare)
        below = told.issuperset(behind) and any(record.last + 1 == r.index and len(r.body) == len(record.body) for r in spare)
        single = [row for row in (*before, match.wanted, *behind) if len(row.ids) == 1]
        apart = record.loose and match.wanted in single and not names.issuperset(single)
        broken = headers.is_pdf or all(is_blank(value.text) for value in match.values)  # its numbers may stand in the piece
        if above or below or apart or (broken and not pieces.isdisjoint((record.index, record.last))):
            torn[match.wanted] = TORN.format(record.spot)
    return [match for match in found if match.wanted not in torn], torn


def without_unproven(form: Form, found: Sequence[FoundRow], headers: Headers) -> Settled:
    """Return the rows without those whose order of numbers neither a header nor relations prove, within the row or most of its block."""
    relations = [(relation, set(relation.figures)) for relation in form.relations if relation.is_linear]
    checks = [(match, headers.names_all(match.record, match.wanted.block), _adds_up(relations, match)) for match in found]
    holding = Counter(match.wanted.block.title for match, _, sums in checks if sums is True and not _is_uniform(match))
    failing = Counter(match.wanted.block.title for match, _, sums in checks if sums is False)
    unproven: dict[Wanted, str] = {}
    for match, named, sums in checks:
        title = match.wanted.block.title
        if match.record.last - match.record.index >= len(match.record.body) > 1:  # each number on a line of its own
            if sums is False or (sums is None and not named and not _is_uniform(match)):
                unproven[match.wanted] = f"各数各占一行，合计不等，可能串了行（{match.record.spot}）。"
            continue
        whole = [value.text for value in match.values] == [cell.text for cell in match.record.tail[: len(match.values)]]
        believed = whole and holding[title] >= PROVEN and failing[title] * PROVEN <= holding[title]
        if not (named or sums or believed or _is_uniform(match)):
            unproven[match.wanted] = f"表头没有全部识别，不能确定哪个数在哪一列（{match.record.spot}）。"
    return [with_units(form, match, headers) for match in found if match.wanted not in unproven], unproven


def with_units(form: Form, match: FoundRow, headers: Headers) -> FoundRow:
    """Return the row with the units of money that stand above its amounts."""
    values = tuple(
        value._replace(unit=headers.unit(match.record, match.wanted.block, number)) if form.figures[id].domain == "amount" else value
        for number, (id, value) in enumerate(zip(match.wanted.ids, match.values, strict=True))
    )
    return match._replace(values=values)


def _adds_up(relations: Sequence[tuple[Relation, set[str]]], match: FoundRow) -> bool | None:
    """Return whether the relations within a row hold; None where it has none, or a number of them is not stated."""
    stated = zip(match.wanted.ids, match.values, strict=True)
    numbers = {id: number for id, value in stated if (number := understand(value.text)) is not None}
    own = [relation for relation, ids in relations if ids.issubset(match.wanted.ids)]
    if not own or not any(relation.total in numbers for relation in own):
        return None
    filled = dict.fromkeys(match.wanted.ids, 0) | numbers
    return all(holds(relation, filled) for relation in own)


def _is_uniform(match: FoundRow) -> bool:
    """Return whether all of several values say the same, and none of them is a number but 0."""
    texts = {value.text.strip() for value in match.values}
    return len(match.values) > 1 == len(texts) and not understand(texts.pop())
