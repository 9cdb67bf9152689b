"""check_office: an office's report held against those of the units below it, from a store, a folder or files."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from xltools.checks.batch import read_last
from xltools.county.county_year import NOT_IN_ROSTER
from xltools.county.store.access import STORE_KINDS, open_store
from xltools.errors import UnreadableFileError, XltoolsError
from xltools.form.loader import find_form
from xltools.form.unit import plain_name
from xltools.numerals import grouped
from xltools.output import Checked, checked
from xltools.readers.dispatch import find_files, read_report, read_reports
from xltools.report.doubles import find_branches
from xltools.report.filled import Report
from xltools.report.provenance import Part, Provenance
from xltools.report.sums import gather_children, outdated, part_of, sort_out
from xltools.rules.review import review


def check_office(file: Path, form_name: str | None, previous: Path | None, below: Path, tell: Callable[[str], None]) -> Checked:
    """Return the findings of an office's report, held against the units below it; `tell` takes what was passed over. Raise XltoolsError."""
    if not below.exists():
        raise XltoolsError(f"没有找到 {below}。请给出放下级报告的文件夹，或 xltools collect --store 存的文件。")
    report = read_report(file, find_form(form_name))
    is_store = below.suffix.lower() in STORE_KINDS
    if is_store:
        parts, expected, present = _stored(below, report, form_name)
    else:
        files = [other for other in find_files(below) if other.resolve() != file.resolve()]
        parts, expected, present = list(_in_files(below, report, files, form_name, tell)), [], []
    # what the office's report itself, where it is a sum, says is not in the roster
    outside = {plain_name(one.unit) for one in (report.provenance or Provenance()).left_out if one.reason == NOT_IN_ROSTER}
    parts = [part._replace(reason=part.reason or NOT_IN_ROSTER) if plain_name(part.counted.unit) in outside else part for part in parts]
    sorted_out = sort_out(report.form, report.unit.name, parts)
    left_out = [part for part in sorted_out if part.reason and not (is_store and part.reason == NOT_IN_ROSTER)]
    for line in (*(f"{part.file} {part.reason}" for part in left_out), *outdated(sorted_out, present)):
        tell(line)
    children = gather_children(report.form, (part for part in sorted_out if not part.reason), expected)
    if not children.count:
        raise XltoolsError(
            f"{below} 中没有可以相加的{report.year or ''}年度下级报告。"
            "请给出放该年度下级报告的文件夹，或先用 xltools collect --store 收集该年度的报告。"
        )
    return checked(str(file), review(report, read_last(form_name, previous), children), keep=True)


def _stored(source: Path, report: Report, form_name: str | None) -> tuple[list[Part], list[str], list[tuple[str, bool, str, str]]]:
    """Return the parts of the year of the office's report in a store, the units of its roster, which should report, and all that counts."""
    find = find_form(form_name)
    with open_store(source, create=False) as store:
        roster = [unit.name for unit in store.units() if unit.in_roster and plain_name(unit.name) != plain_name(report.unit.name)]
        added = report.provenance.added if report.provenance else ()
        counted = {plain_name(report.unit.name), *(plain_name(one.unit) for one in added)}
        if report.provenance and counted.isdisjoint(map(plain_name, roster)):
            roster = []  # another office's
        own = store.files_of(report.unit.name)
        parts = []
        for stored in store.current(report.year, report.form.family):
            name = stored.name
            is_named = not counted.isdisjoint(map(plain_name, (name, name if stored.branch else stored.name_in_report)))
            belongs = is_named or ((stored.in_roster or not roster) and (not own or not own.isdisjoint(stored.files)))
            reason = "" if belongs else NOT_IN_ROSTER
            told = stored.report(find)
            parts.append(part_of(told, report.form, stored.sha256, unit=name, code=stored.code, file=stored.file, reason=reason))
        return parts, roster, list(store.contents(report.year, report.form.family)) if report.year else []


def _in_files(source: Path, report: Report, files: Sequence[Path], form_name: str | None, tell: Callable[[str], None]) -> Iterator[Part]:
    """Yield the reports in files as parts, the newest first; those of another year, and all but the newest of a unit, have a reason."""
    found = []
    for file, child in read_reports(
        sorted(files, key=lambda file: (-file.stat().st_mtime_ns if file.exists() else 0, str(file))), form_name
    ):
        if isinstance(child, UnreadableFileError):
            tell(str(child))
            continue
        place = file.resolve().relative_to(source.resolve()) if source.is_dir() else Path(file.name)
        part = part_of(child, report.form, hashlib.sha256(file.read_bytes()).hexdigest(), file=str(place))
        found.append(((plain_name(part.name) or part.file, child.form.family, bool(child.provenance), child.year), part))
    for (*_, year), alike in grouped(found).items():
        first: dict[str, Part] = {}  # the one that counts, by the branch of its unit
        for branch, part in zip(find_branches([(one.file, one.name, one.counted.report) for one in alike]), alike, strict=True):
            reason = "" if first.setdefault(branch, part) is part else f"与 {first[branch].file} 是同一单位的报告，计入的是较新的那一份。"
            reason = reason if year == report.year else f"报告年度为{year or '空白'}，没有计入。"
            counted = part.counted._replace(unit=f"{part.name}（{branch}）" if branch else part.name)
            yield part._replace(counted=counted, reason=reason)
