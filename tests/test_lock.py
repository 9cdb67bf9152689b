"""What is installed: ranges in pyproject.toml, one version of each package in the lock, and a page that lists them."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, distribution

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from tools.lock import LOCK, normalized, read_lock
from tools.make_dependencies_page import CI, GROUPS, NAME, PAGE, PROJECT, USES, dependencies_page, licence, ranges, required

LOCKED = read_lock()
EXTRAS = frozenset(GROUPS) - {""}
ROW = re.compile(r"^\| ([\w-]+) \| ([\d.]+) \| ([^|]+) \|", re.MULTILINE)
ROWS = {name: (version, stated) for name, version, stated in ROW.findall(PAGE.read_text(encoding="utf-8"))}


def _installed(name: str) -> str | None:
    try:
        return distribution(name).version
    except PackageNotFoundError:
        return None


AS_LOCKED = [name for name, version in LOCKED.items() if _installed(name) == version]
"""The packages that can be asked here for what the lock has of them; in continuous integration all but those that build."""


def _build() -> list[Requirement]:
    return [Requirement(line) for line in tomllib.loads(PROJECT.read_text(encoding="utf-8"))["build-system"]["requires"]]


def test_the_lock_meets_every_range() -> None:
    for need in [*ranges(EXTRAS), *_build()]:
        if need.name != NAME:
            assert need.specifier.contains(LOCKED[normalized(need.name)]), need


def test_every_range_has_both_bounds() -> None:
    for need in [*ranges(EXTRAS), *_build()]:
        if need.name != NAME:
            assert {part.operator for part in need.specifier} == {">=", "<"}, need


@pytest.mark.parametrize("name", [NAME, *AS_LOCKED])
def test_the_lock_lacks_nothing_that_a_package_needs_and_meets_its_ranges(name: str) -> None:
    lines = [] if name == NAME else distribution(name).requires or []
    for need in map(Requirement, lines):
        if need.marker is None or need.marker.evaluate({**CI, "extra": ""}):
            assert need.specifier.contains(LOCKED[normalized(need.name)], prereleases=True), need
    assert {other for other, _ in required(name, EXTRAS if name == NAME else frozenset())} <= LOCKED.keys() | {NAME}


def test_the_lock_holds_names_and_versions_and_nothing_else() -> None:
    lines = LOCK.read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert pins == [f"{normalized(name)}=={Version(version)}" for name, version in sorted(LOCKED.items())]
    assert not re.search(r"https?:|file:|/(?!constraints|dependencies|lock)\w+/", "\n".join(lines))


def test_continuous_integration_installs_what_is_locked() -> None:
    script = (LOCK.parent / "run").read_text(encoding="utf-8")
    assert script.index('export PIP_CONSTRAINT="$PWD/.ci/constraints.txt"') < script.index("\nmake lint\nmake test\n")


def test_the_page_lists_what_is_locked() -> None:
    building = dict(re.findall(r"([\w-]+) ([\d.]+)", PAGE.read_text(encoding="utf-8").rpartition("above: ")[2].rstrip(".\n")))
    assert {name: version for name, (version, _) in ROWS.items()} | building == LOCKED
    assert ROWS.keys() >= USES.keys()


def test_the_page_says_of_each_package_what_its_own_metadata_says() -> None:
    assert {name: ROWS[name][1] for name in AS_LOCKED if name in ROWS} == {
        name: licence(distribution(name)) for name in AS_LOCKED if name in ROWS
    }
    if set(AS_LOCKED) >= ROWS.keys():
        assert PAGE.read_text(encoding="utf-8") == dependencies_page(), "run python -m tools.make_dependencies_page"
