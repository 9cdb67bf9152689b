"""A broken form is one clear error that names file, table and key.

Each case is two files in broken_forms/: NAME.toml, the form, and NAME.txt, the place and the reason that the error gives.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from xltools.errors import FormError
from xltools.form.definition import Form
from xltools.form.loader import load_form
from xltools.form.soundness import FACT_NAMES
from xltools.form.unit import Unit
from xltools.report.filled import Report
from xltools.report.placeholders import facts

FOLDER = Path(__file__).parent / "broken_forms"
CASES = sorted(FOLDER.glob("*.toml"))


def test_a_sound_form_loads_from_a_folder_of_any_name() -> None:
    assert load_form(str(Path(__file__).parent / "forms" / "tiny")).id == "hotline"


@pytest.mark.parametrize("case", CASES, ids=[case.stem for case in CASES])
def test_a_broken_form_is_refused_with_its_place_and_reason(case: Path, tmp_path: Path) -> None:
    form = tmp_path / "form.toml"
    shutil.copyfile(case, form)
    place_and_reason = case.with_suffix(".txt").read_text(encoding="utf-8").rstrip("\n")
    with pytest.raises(FormError) as fault:
        load_form(str(tmp_path))
    assert str(fault.value) == f"表式文件有误：{form}{place_and_reason}。请改正后重试。"


def test_every_case_has_its_expected_error_and_every_error_its_case() -> None:
    assert {case.stem for case in CASES} == {expected.stem for expected in FOLDER.glob("*.txt")}


def test_a_form_saved_by_a_windows_editor_with_a_byte_order_mark_is_read(tmp_path: Path, form: Form) -> None:
    text = (form.folder / "form.toml").read_text(encoding="utf-8")
    (tmp_path / "form.toml").write_text(text, encoding="utf-8-sig")
    assert load_form(str(tmp_path)).figures.keys() == form.figures.keys()


def test_no_figure_may_take_a_name_that_stands_for_the_unit(form: Form) -> None:
    assert set(FACT_NAMES) == facts(Report(form, 2024, Unit(), {}, {})).keys()
