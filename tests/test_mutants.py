"""What `make mutants` changes and which tests it runs: all of it is there."""

from __future__ import annotations

import pytest

from tools.mutants import ROOMS, ROOT, module_paths


@pytest.mark.parametrize("name", ROOMS)
def test_the_modules_and_the_tests_of_a_room_are_there(name: str) -> None:
    assert module_paths(ROOMS[name])
    assert [test for test in ROOMS[name].tests if not (ROOT / "tests" / test).is_file()] == []


def test_no_module_is_in_two_rooms() -> None:
    paths = [path for room in ROOMS.values() for path in module_paths(room)]
    assert len(set(paths)) == len(paths)
