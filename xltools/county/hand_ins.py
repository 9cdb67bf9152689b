"""Who handed in what, and when: whose a file is that tells no unit by itself, and the summary completed by the roster, the files and the last one."""

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

from xltools.county.roster import Roster, RosterUnit
from xltools.county.summary.state import MISSING, STATES, UNUSABLE, State, Summary, UnitLine
from xltools.errors import UnreadableFileError
from xltools.files.outputs import read_own
from xltools.form.unit import plain_name
from xltools.readers.workbook.sheets import first_sheet_rows

OF_NO_USE: tuple[State, ...] = ("无法读取", "年度不符")
COMMON_WORDS = re.compile(
    "政府信息公开|信息公开|年报|年度|报告|报表|报送|工作|关于|附件|扫描件?|盖章|终稿|定稿|修改稿?|填报|汇总|[年的版表稿]"
)
"""What stands in names of files beside the unit's; taken out of the units' names, too, before the two are compared."""
WORDS = re.compile("[\u4e00-\u9fff]+")
CODE = re.compile("[0-9A-Za-z]+")
HEADER_ROWS = 12  # how far down the header of a summary is looked for
SHORTEST = 3  # characters at the least of the end of a unit's name, for it to stand for the unit: 城关镇 for 示例县城关镇


def unit_of_file(file: Path, roster: Roster, collected: Collection[Path] = ()) -> RosterUnit | None:
    """Return the unit whose code or name is in a file's name, else in its folder's, unless that is `collected` as a whole; None where in doubt."""
    for part in (file.stem, *([] if file.parent in collected else [file.parent.name])):
        code = CODE.match(part.strip())
        units = [unit for unit in roster.units if code and unit.code == code[0]] or list(_named(part, roster))
        if len(units) == 1:
            return units[0]
    return None


def _named(part: str, roster: Roster) -> Iterator[RosterUnit]:
    """Yield the units that a part of a path names: by a whole name, else by the end of one, as staff leave out the county's."""
    words = {_distinct(word) for word in (part, *WORDS.findall(plain_name(part)))} - {""}
    names = {unit: {_distinct(name) for name in unit.names} for unit in roster.units}
    whole = [unit for unit, called in names.items() if called & words]
    ends = tuple(word for word in words if len(word) >= SHORTEST)
    yield from whole or [unit for unit, called in names.items() if any(name.endswith(ends) for name in called)]


def _distinct(name: str) -> str:
    """Return what of a name tells the unit from others."""
    return plain_name(COMMON_WORDS.sub("", "".join(WORDS.findall(plain_name(name)))))


def read_earlier(path: Path) -> Mapping[str, UnitLine] | None:
    """Return state, file and day of each unit at the last collect, from its 汇总情况; None where there is none, or it cannot be read."""
    with suppress(UnreadableFileError):
        rows = first_sheet_rows(path, read_own(path))
        if header := next((row for row in rows[:HEADER_ROWS] if {"单位", "状态"} <= set(row)), None):
            found: dict[str, UnitLine] = {}
            for row in rows[rows.index(header) + 1 :]:
                cells = dict(zip(header, row, strict=False))
                if state := next((state for state in STATES if state == cells["状态"]), None):
                    came = None
                    with suppress(ValueError):  # blank, or edited by staff
                        came = date.fromisoformat(cells.get("报送日期", ""))
                    found.setdefault(cells["单位"], UnitLine("", cells["单位"], state, cells.get("文件", ""), came=came))
            return found
    return None


def complete_summary(
    summary: Summary,
    roster: Roster | None,
    collected: Collection[Path] = (),
    deadline: date | None = None,
    earlier: Mapping[str, UnitLine] | None = None,
) -> Summary:
    """Return the summary with telephones, the days when files came, changes since an earlier one, and useless files with their units."""
    lines = _with_unusable(summary.units, roster, collected) if roster else summary.units
    phones = {unit.unit.name: unit.unit.phone for unit in roster.units} if roster else {}
    return replace(summary, units=tuple(_completed(line, phones.get(line.name, ""), deadline, earlier) for line in lines))


def _with_unusable(lines: tuple[UnitLine, ...], roster: Roster, collected: Collection[Path]) -> tuple[UnitLine, ...]:
    """Return the lines, those of files of no use joined with their unit's, where it has no report that counts."""
    served = {line.name for line in lines if line.state not in (MISSING, *OF_NO_USE)}
    missing = {line.name: line for line in lines if line.state == MISSING}
    useless: dict[str, list[UnitLine]] = {}
    kept = []
    for line in lines:
        of_no_use = line.state in OF_NO_USE or not line.name
        unit = (roster.find(line.name) or unit_of_file(Path(line.path), roster, collected)) if of_no_use else None
        if unit and unit.unit.name not in served:
            useless.setdefault(unit.unit.name, []).append(line)
        else:
            kept.append(replace(line, code=unit.code, name=unit.unit.name) if unit else line)
    codes = {unit.unit.name: unit.code for unit in roster.units}
    joined = [_joined(missing.get(name, UnitLine(codes[name], name, MISSING)), files) for name, files in useless.items()]
    order = {name: number for number, name in enumerate(codes)}
    return tuple(sorted((*(line for line in kept if line.name not in useless), *joined), key=lambda line: order.get(line.name, len(order))))


def _joined(unit: UnitLine, files: list[UnitLine]) -> UnitLine:
    """Return the line of a unit that has handed in nothing but these files."""
    names, note = "、".join(line.file for line in files), "".join(line.reason for line in files)
    findings = tuple(finding for line in files for finding in line.findings)
    return replace(unit, state=UNUSABLE, file=names, note=note, findings=findings, path=files[0].path)


def _completed(line: UnitLine, phone: str, deadline: date | None, earlier: Mapping[str, UnitLine] | None) -> UnitLine:
    came = None
    with suppress(OSError, OverflowError, ValueError):  # a clock may be anything
        came = date.fromtimestamp(Path(line.path).stat().st_mtime) if line.path else None
    late = max((came - deadline).days, 0) if came and deadline else 0
    line = replace(line, phone=phone, came=came, late=late)
    return line if earlier is None else replace(line, change=_change(line, earlier.get(line.name)))


def _change(now: UnitLine, before: UnitLine | None) -> str:
    """Return in words what is new of a unit since the last collect."""
    if before is None or before.state == MISSING:
        return "" if now.state == MISSING else "新报送"
    if now.state == MISSING:
        return "已撤回"
    again = "重新报送" if (now.came, now.file) != (before.came, before.file) else ""
    moved = f"{before.state}→{now.state}" if now.state != before.state else ""
    return "，".join(filter(None, (again, moved)))
