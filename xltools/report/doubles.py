"""Finds what would be counted twice in a sum: earlier sums beside the reports that they are the sum of, whatever they are called."""

import sys
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import combinations
from os.path import commonpath
from pathlib import PurePath

from xltools.errors import XltoolsError
from xltools.form.unit import Home, are_apart, home_of, plain_name
from xltools.numerals import Number, grouped, list_some, show
from xltools.report.provenance import Counted, Part, placed

DIGITS, DIGITS_OF_HEAD = 8, 3
"""So many digits of different numbers that agree with a sum are no coincidence; fewer where the unit is above those of the sum by its name."""
NAMED = 3
Numbers = Sequence[Sequence[Number]]  # of each candidate its inputs, in one order
ENOUGH = 8  # so many figures that are none less than those below together are no coincidence
MUCH = 3  # so many times those below it may be in all


def find_branches(namesakes: Sequence[tuple[str, str, str]]) -> list[str]:
    """Return what tells the unit of each report from others of its name: the town or county by its file's path; "" where it is one unit.

    A report is given by its file, the name in it and its content: those with the same content are never of two units.
    """
    homes = [home_of(name, file) for file, name, _ in namesakes]
    several = [level for level in ("county", "town") if len({home.get(level) for home in homes}) > 1]
    labels = ["".join(home.get(level, "") for level in several) for home in homes]
    told = list(zip(labels, homes, (content for *_, content in namesakes), strict=True))
    others = ((one, other) for one, other in combinations(told, 2) if one[0] != other[0])
    is_told = all(are_apart(one[1], other[1]) and one[2] != other[2] for one, other in others)
    return labels if is_told else [""] * len(labels)


def find_doubles(candidates: Sequence[Part], numbers: Numbers, office: str) -> tuple[dict[int, str], dict[int, str]]:
    """Return, by their place, the parts that must not be added, since others have their figures already, and those of which that is to be
    asked; and why, in words. `numbers` are the inputs of each part.

    A sum gives way to its parts where all of them are here, else stands for them. It is known by its provenance, one from elsewhere by
    its figures. Raise XltoolsError for two sums that share a part, which nothing can take out of one of them.
    """
    out = _by_provenance(candidates, office)
    found, asked = _by_figures(candidates, numbers, out, office)
    return out | found, asked


def _by_provenance(candidates: Sequence[Part], office: str) -> dict[int, str]:
    present = _Present(candidates)
    # the smaller first: a sum of sums comes after those that it is made of
    sums = sorted((number for number, one in enumerate(candidates) if one.provenance), key=lambda number: len(candidates[number].inside))
    out: dict[int, str] = {}
    for number in sums:
        parts, is_whole = present.parts_of(number)
        if parts and (is_whole or plain_name(candidates[number].counted.unit) == plain_name(office)):
            out[number] = f"是{len(parts)}份报告之和，这些报告已分别计入，没有再计。"
        elif parts:
            out |= dict.fromkeys(parts, f"已含在“{candidates[number].counted.unit}”的汇总里，没有再计。")
    keys = {number: {key for one in candidates[number].inside for key in (one.sha256, plain_name(one.unit))} for number in sums}
    counting = grouped((key, number) for number in sums if number not in out for key in keys[number] - {""})
    for number, other in dict.fromkeys(pair for numbers in counting.values() for pair in combinations(numbers, 2)):
        if number not in out and other not in out and _is_within(candidates[number], candidates[other]):
            out[number] = f"所汇总的报告都已含在“{candidates[other].counted.unit}”的汇总里，没有再计。"
    return out


class _Present:
    """Finds the candidates that a sum counts: by their content, else, as they may have changed since, by their unit's name and where it is."""

    def __init__(self, candidates: Sequence[Part]) -> None:
        self.candidates = candidates
        self.by_content = grouped((one.counted.sha256, number) for number, one in enumerate(candidates))
        names = [{plain_name(one.counted.unit), plain_name(one.name)} for one in candidates]
        self.by_name = grouped(
            ((name, one.provenance is not None), number) for number, one in enumerate(candidates) for name in names[number]
        )
        known = {part.sha256: home for one in candidates for part, home in placed(one.counted.unit, one.inside)}
        common = ""  # where all of them lie says nothing of any
        with suppress(ValueError):  # of none, or on two drives
            common = commonpath([one.file for one in candidates])
        homes = (home_of(one.name, one.file.removeprefix(common)) for one in candidates)
        self.homes = [{**known.get(one.counted.sha256, {}), **home} for one, home in zip(candidates, homes, strict=True)]

    def parts_of(self, number: int) -> tuple[tuple[int, ...], bool]:
        """Return the parts of a sum that are here, and whether that is all of it: each part itself, or all that it is the sum of."""
        counted = self.candidates[number].inside
        here = {one: [at for at in self.by_content.get(one.sha256, []) if one.sha256 and at != number] for one in counted}
        known = {number, *(at for found in here.values() for at in found)}
        inside = grouped((one.via, one) for one in counted)
        for one, home in placed(self.candidates[number].counted.unit, counted):
            here[one] = here[one] or [at for at in self._named(one, home, one.sha256 in inside) if at not in known]

        def is_here(one: Counted, above: tuple[str, ...] = ("",)) -> bool:
            below = [] if one.sha256 in above else inside.get(one.sha256, [])
            # a report of its own under the name of a sum is not all of that
            found = (self.candidates[at] for at in here[one])
            is_found = any(not below or other.provenance or other.counted.sha256 == one.sha256 for other in found)
            return is_found or (bool(below) and all(is_here(other, (*above, one.sha256)) for other in below))

        return tuple(dict.fromkeys(at for found in here.values() for at in found)), all(is_here(one) for one in counted if not one.via)

    def _named(self, one: Counted, home: Home, is_sum: bool) -> list[int]:
        name = plain_name(one.unit)
        found = self.by_name.get((name, is_sum), []) or ([] if one.via else self.by_name.get((name, not is_sum), []))
        return [at for at in found if name and not are_apart(home, self.homes[at])]


def _is_within(one: Part, other: Part) -> bool:
    """Tell whether all reports of a sum are in the other one. Raise XltoolsError where only some are, or in other versions."""
    contents = {part.sha256 for part in other.inside} - {""}
    named = grouped((plain_name(part.unit), (part.report, home)) for part, home in placed(other.counted.unit, other.inside) if part.unit)
    within, shared = [], []
    for part, here in placed(one.counted.unit, one.inside):
        alike = {report for report, home in named.get(plain_name(part.unit), []) if not are_apart(here, home)}
        within += [part] if part.sha256 in contents or part.report in alike - {""} else []
        shared += [part] if part.sha256 in contents or alike else []
    if shared and any(part not in within for part in (*shared, *one.inside) if not part.via):
        told = list_some(dict.fromkeys(f"“{part.unit}”" for part in shared), NAMED, "等{}个单位")
        both = f"“{one.counted.unit}”和“{other.counted.unit}”的汇总里都有{told}"
        raise XltoolsError(f"{both}，会重复相加，没有汇总。请移出其中一份，或改收各单位自己的报告；不是同一单位的，单位名称请写全称。")
    return bool(within)


def _by_figures(candidates: Sequence[Part], numbers: Numbers, out: Mapping[int, str], office: str) -> tuple[dict[int, str], dict[int, str]]:
    """Return those whose every figure is the sum of others, the smallest first, so that sums of sums are found, too; and the likely ones.

    Others are those below it: the units whose code or name begins with its own, and those in its town or county; and the smaller ones in any
    folder and below it.
    """
    totals = list(map(sum, numbers))
    order = [number for number in sorted(range(len(candidates)), key=lambda number: totals[number]) if totals[number] and number not in out]
    codes = sorted((candidates[number].code, number) for number in order)
    names = sorted((plain_name(candidates[number].counted.unit), number) for number in order)
    added: dict[tuple[str, ...], Number] = defaultdict(int)  # the totals of what is added so far in each folder, () for all
    inside: dict[tuple[str, ...], dict[int, None]] = defaultdict(dict)  # which those are, in their order
    places = grouped((place, number) for number in order for place in home_of(candidates[number].name, candidates[number].file).values())
    found: dict[int, str] = {}
    asked: dict[int, str] = {}
    for number in order:
        one, whole = candidates[number], totals[number]
        folder = PurePath(one.file).parent.parts
        around = [folder[:depth] for depth in range(len(folder) + 1)]
        if not one.inside:  # of a sum that was altered it is not known any more
            name = plain_name(one.name)
            below = [_below(codes, one.code), _below(names, plain_name(one.counted.unit))]
            below += [group for place, group in places.items() if name.endswith(place)]
            below += [order] if plain_name(one.counted.unit) == plain_name(office) else []
            heads = [[at for at in group if at in inside[()]] for group in below]
            others = [[at for at in group if at != number and at not in found] for group in below]
            # one of them may have come since it was made
            sums = ((group, sum(totals[at] for at in group)) for group in heads if len(group) > 2)
            groups: list[tuple[Collection[int], int]] = [(group, DIGITS_OF_HEAD) for group in heads if len(group) > 1]
            groups += [(group, DIGITS) for group in others if len(group) == 1]
            groups += [({*group} - {at}, DIGITS) for group, total in sums for at in group if total - totals[at] == whole]
            groups += [(inside[folder], DIGITS) for folder, total in added.items() if total == whole and len(inside[folder]) > 1]
            if members := next((group for group, digits in groups if _is_sum(numbers, number, group, digits)), None):
                found[number] = f"各格正好是其余{len(members)}个单位报告之和，疑为汇总报告，没有再计。"
                continue
            likely = (group for group in others if (sum_below := sum(totals[at] for at in group)) <= whole <= MUCH * sum_below)
            if members := next((group for group in likely if _may_be_sum(numbers, number, group)), None):
                asked[number] = f"每一格都不小于下属{len(members)}个单位之和，疑为汇总报告。如是，请移出文件夹后重新汇总，以免重复相加。"
            # no number more than twice the other: it costs too much to compare every report with every folder
            for group in (*heads, *(inside[folder] for folder in around if whole <= 2 * added[folder] <= 4 * whole)):
                _expect_no_former_sum(candidates, numbers, number, group)
        for folder in around:
            added[folder] += whole
            inside[folder][number] = None
    return found, asked


def _below(called: Sequence[tuple[str, int]], stem: str) -> list[int]:
    """Return the candidates whose code or name, in this order, begins with another's and is longer."""
    begin, end = (bisect_left(called, (text, sys.maxsize)) for text in (stem, stem + chr(sys.maxunicode)))
    return [at for _, at in called[begin:end]] if stem else []


def _is_sum(numbers: Numbers, number: int, members: Collection[int], digits: int) -> bool:
    """Tell whether every figure is the sum of those of the members, and that is no coincidence, having so many digits."""
    columns = zip(numbers[number], *(numbers[at] for at in members), strict=True)
    return bool(members) and _digits(numbers[number]) >= digits and all(whole == sum(parts) for whole, *parts in columns)


def _may_be_sum(numbers: Numbers, number: int, members: Collection[int]) -> bool:
    """Tell whether it may be the sum of the members and of others that are not here: never less than they."""
    others = [sum(parts) for parts in zip(*(numbers[at] for at in members), strict=True)]
    is_less = any(own < other for own, other in zip(numbers[number], others, strict=False))
    return not is_less and sum(other > 0 for other in others) >= ENOUGH


def _digits(numbers: Iterable[Number]) -> int:
    """Return how many digits different numbers have together, 0 aside."""
    return sum(len(show(number)) for number in {*numbers} - {0})


def _expect_no_former_sum(candidates: Sequence[Part], numbers: Numbers, number: int, members: Collection[int]) -> None:
    """Raise XltoolsError where most figures that several members have are their sum in this report: it was one before some were corrected."""
    columns = zip(numbers[number], *(numbers[at] for at in members), strict=True)
    added = [(whole, sum(parts)) for whole, *parts in columns if len(parts) - parts.count(0) > 1]
    same = [whole for whole, total in added if whole == total]
    if len(same) * 2 > len(added) and _digits(same) >= DIGITS:
        told = list_some((f"“{candidates[at].counted.unit}”" for at in members), NAMED, "等{}个单位")
        doubt = f"“{candidates[number].counted.unit}”的报告有{len(same)}格正好是{told}之和，另有{len(added) - len(same)}格不是"
        raise XltoolsError(f"{doubt}，疑为这些单位改报前的汇总，会重复相加，没有汇总。请移出这份报告，或重新汇总后再报。")
