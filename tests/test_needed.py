"""A test that cannot run is skipped on somebody's own machine and fails in continuous integration."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests import needed


@pytest.mark.parametrize("need", [needed.need_program, needed.need_module])
def test_what_is_missing_skips_a_test_and_fails_it_in_continuous_integration(need: object, monkeypatch: pytest.MonkeyPatch) -> None:
    assert callable(need)
    monkeypatch.setattr(needed, "MUST_BE_THERE", False)
    with pytest.raises(pytest.skip.Exception, match="no_such_thing is not installed"):
        need("no_such_thing")
    monkeypatch.setattr(needed, "MUST_BE_THERE", True)
    with pytest.raises(pytest.fail.Exception, match="no_such_thing is missing"):
        need("no_such_thing")


def test_no_test_skips_itself() -> None:
    own = {Path(needed.__file__), Path(__file__)}
    skipping = re.compile(r"\bimportorskip\b|\bskipif\b|\bpytest\.skip\b|\bmark\.skip\b|\bmark\.xfail\b")
    modules = (path for path in Path(__file__).parent.rglob("*.py") if path not in own)
    assert [path.name for path in modules if skipping.search(path.read_text(encoding="utf-8"))] == []


def test_what_several_test_modules_need_stands_in_none_of_them() -> None:
    imports = re.compile(r"^\s*(?:from|import) tests\.(?:\w+\.)*test_\w+", re.MULTILINE)
    sources = {path.name: path.read_text(encoding="utf-8") for path in Path(__file__).parent.rglob("*.py")}
    assert {name for name, source in sources.items() if imports.search(source)} == set()
