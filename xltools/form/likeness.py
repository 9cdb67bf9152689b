"""Reads what ties a form to the edition that it is `like`, and how prose speaks of figures ([[counterpart]], [[mention]])."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from xltools.form.definition import Counterpart, Figure, Form, Mention
from xltools.form.toml_reader import Entry

Figures = Mapping[str, Figure]


def check_same(entry: Entry, figures: Figures, like: Form) -> None:
    """Raise FormError for a cell id that cannot mean the same figure in both editions."""
    for id, figure in figures.items():
        if other := like.figures.get(id):
            for what, field in (("名称", "name"), ("单位", "unit"), (" domain ", "domain"), (" across_units ", "across_units")):
                ours, theirs = getattr(figure, field), getattr(other, field)
                if ours != theirs:
                    reason = f"与 {like.id} 的同一编号{what}不同（“{ours}”与“{theirs}”）。同一编号须是同一个数，不是的请另取键"
                    raise entry._replace(table=figure.table).fail(reason, id)


def read_counterparts(entry: Entry, figures: Figures, like: Form | None) -> tuple[Counterpart, ...]:
    """Read the figures that the two editions divide differently, cell by cell."""
    pairs: list[Counterpart] = []
    seen: set[str] = set()
    for item in entry.entries("counterpart"):
        if like is None:
            raise item.fail("没有写 like，不知与哪个表式对应")
        for pair in _pairs(item, figures, like):
            for id in (*pair.here, *pair.there):
                item.refuse(id in seen, "在 counterpart 中出现两次", id)
                seen.add(id)
            pairs.append(pair)
    return tuple(pairs)


def _pairs(item: Entry, figures: Figures, like: Form) -> Iterator[Counterpart]:
    item.allow("here", "there")
    here, there = list(_cells(item, "here", figures, like.figures)), list(_cells(item, "there", like.figures, figures))
    item.refuse(min(len(here), len(there)) > 1, "here 和 there 至少有一边只有一项")
    columns = here[0].keys()
    item.refuse(any(cells.keys() != columns for cells in (*here, *there)), "here 和 there 的各行不在同样的列中")
    yield from (Counterpart(*(tuple(cells[column] for cells in side) for side in (here, there))) for column in columns)


def _cells(item: Entry, side: str, figures: Figures, others: Figures) -> Iterator[dict[str, str]]:
    """Yield, for each key of a side, its cells by column; a key is that of one cell, or `table.row`."""
    for key in item.strings(side):
        cells = {"": key} if key in figures else {f.column: id for id, f in figures.items() if f"{f.table}.{f.row}" == key}
        item.refuse(not cells, f"{side} 所指的行或格不存在", key)
        item.refuse(any(id in others for id in cells.values()), "两个表式都有这个编号，本来就是同一个数", key)
        yield cells


def read_mentions(
    entry: Entry, quantities: Mapping[str, tuple[str, ...]], figures: Figures, like: Form | None, counterparts: Iterable[Counterpart]
) -> tuple[Mention, ...]:
    """Read how prose speaks of the figures; the other edition's ways to do so serve, too."""
    mentions = []
    for item in entry.entries("mention"):
        item.allow("name", "event", "object", "result", "who", "units", "means")
        sums = item.take("means", list)
        if not all(isinstance(names, list) and all(isinstance(name, str) for name in names) for names in sums):
            raise item.fail("means 应为名称列表的列表", item.text("name"))
        for name in (name for names in sums for name in names):
            item.refuse(name not in quantities, f"means 中的“{name}”不是表中的数", item.text("name"))
        words = {key: item.strings(key, required=key == "object") for key in ("event", "object", "result", "who", "units")}
        means = tuple(tuple(id for name in names for id in quantities[name]) for names in sums)
        mentions.append(Mention(name=item.text("name"), means=means, **words))
    return (*mentions, *(_taken_mentions(mentions, figures, like, counterparts) if like else ()))


def _taken_mentions(own: Sequence[Mention], figures: Figures, like: Form, counterparts: Iterable[Counterpart]) -> Iterator[Mention]:
    """Yield the other edition's mentions that have no namesake here, with those of their sums that are figures here."""
    names = {mention.name for mention in own}
    parts = list(counterparts)
    for mention in like.mentions:
        sums = list(mention.means)
        for pair in parts:  # what adds up to a figure there may be another sum here
            sums = [(*(id for id in ids if id not in pair.there), *pair.here) if set(pair.there) <= set(ids) else ids for ids in sums]
        means = tuple(ids for ids in sums if all(id in figures for id in ids))
        if means and mention.name not in names:
            yield mention._replace(means=means)
