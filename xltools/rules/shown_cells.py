"""S: cells of the workbook that are not seen as they are read, or can no longer be filled in as the form means it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xltools.form.book import Place
from xltools.numerals import is_number, list_some, show
from xltools.report.origin import Oddness
from xltools.rules.integrity import LISTED, mend
from xltools.rules.rule import Case, Fault, rule


@rule("S109", "guards-lost", "notice")
def guards_lost(case: Case) -> Iterator[Fault]:
    """Inputs that are locked, or take whatever is typed, as they are after cells were pasted over them: one finding per sheet."""
    for places, _ in _odd(case, "locked", "unchecked"):
        yield Fault(f"{len(places)}个要填的格被锁定或失去填写限制：{_listed(places)}。内容照常识别。{mend(case.form)}", place=places[0])


@rule("S110", "shown-otherwise", "error")
def shown_otherwise(case: Case) -> Iterator[Fault]:
    """Figures whose number format shows another number than the cell holds, or none: one finding per sheet."""
    for places, seen in _odd(case, "format"):
        held = [_held(case, place) for place in places]
        told = (f"{p.address}实为{h}，显示{f'为{s}' if s else '的不是这个数'}" for p, h, s in zip(places, held, seen, strict=True))
        listed = list_some(told, LISTED, f"等{len(places)}格", between="；")
        yield _fault_of(case, places, f"显示的不是格中的数：{listed}。请核对。{mend(case.form)}")


@rule("S111", "under-merge", "error")
def under_merge(case: Case) -> Iterator[Fault]:
    """Figures that lie under a merged cell, where nobody sees them: one finding per sheet."""
    for places, _ in _odd(case, "covered"):
        yield _fault_of(case, places, f"{len(places)}个数被合并的格盖住，看不见：{_listed(places)}。请核对。{mend(case.form)}")


@rule("S112", "hidden-content", "warning")
def hidden_content(case: Case) -> Iterator[Fault]:
    """Figures and texts in hidden rows, columns or sheets: one finding per sheet."""
    for places, _ in _odd(case, "hidden"):
        yield _fault_of(case, places, f"{len(places)}格有内容而被隐藏：{_listed(places)}。请取消隐藏后核对。")


@rule("S113", "raised-digit", "error")
def raised_digit(case: Case) -> Iterator[Fault]:
    """Figures with a raised or lowered digit: one finding per sheet."""
    for places, _ in _odd(case, "raised"):
        held = list_some((f"{place.address}识别为{_held(case, place)}" for place in places), LISTED, f"等{len(places)}格")
        yield _fault_of(case, places, f"数中有上标或下标：{held}。请重新填写。")


def _odd(case: Case, *kinds: Oddness) -> Iterator[tuple[tuple[Place, ...], tuple[str, ...]]]:
    """Yield the cells of each sheet that are odd in one of these ways, and what is seen in them."""
    odd = [one for one in case.report.origin.oddities if one.kind in kinds]
    for sheet in dict.fromkeys(one.place.sheet for one in odd):
        own = [one for one in odd if one.place.sheet == sheet]
        yield tuple(one.place for one in own), tuple(one.seen for one in own)


def _listed(places: Sequence[Place]) -> str:
    return list_some((place.address for place in places), LISTED, "等")


def _held(case: Case, place: Place) -> str:
    """Return the figure in a cell in words."""
    value = case.report.shown(next(id for id, at in case.book.figures.items() if at == place))
    return show(value) if is_number(value) else str(value)


def _fault_of(case: Case, places: Sequence[Place], message: str) -> Fault:
    """Return the fault of cells of one sheet, with the figures that they hold."""
    return Fault(message, place=places[0], figures=tuple(id for id, place in case.book.figures.items() if place in places))
