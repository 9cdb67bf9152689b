"""Tables that stand in a file just as the form lays them out, label by label: so ours do, and nothing in them need be guessed."""

from collections.abc import Sequence
from itertools import groupby

from xltools.form.definition import Table
from xltools.form.layout import lay_out
from xltools.numerals import BLANKS
from xltools.readers.published.official_rows import FoundRow, wanted_rows
from xltools.readers.published.records import Record, Value


def read_laid_out(table: Table, records: Sequence[Record]) -> tuple[list[FoundRow], tuple[Record, ...]]:
    """Return the rows of the one table of a file that has every label in its place, and its records; nothing where none or several have."""
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
        if any(cell.column not in texts for cell in cells):
            return [], ()
        found.append(FoundRow(row, record, tuple(Value(texts[cell.column].text, record.at(texts[cell.column])) for cell in cells)))
    return found, alike[0]
