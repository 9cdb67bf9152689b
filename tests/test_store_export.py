"""The store's tables as files: what a clerk sees who opens them in Excel, and an analyst who loads them."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet
import pytest

from tests.engines import LIBREOFFICE
from tests.needed import need_program
from tests.reports import FORM
from tests.taken import judged, roster, taken, unreadable
from xltools.county.store.access import Store, open_store
from xltools.county.store.export import TABLES, export_data
from xltools.errors import XltoolsError
from xltools.output.csv import kept

NAMES = {table.name for table in TABLES}
CODES = roster(("0012", "甲局"), ("113609820147483120", "=乙局"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "county.sqlite") as opened:
        opened.describe(FORM)
        odd = {"disclosure.fees.amount": "1-2", "disclosure.coercion.decisions": "@约三件"}
        opened.enroll(CODES)
        opened.put([taken("/in/a.xlsx", figures=odd), taken("/in/b.xlsx", "=乙局", texts={"other": "=1+1\n第二段"})])
        opened.put([taken("/in/a.xlsx", figures=odd, received=5, modified=2), unreadable("/in/c.xlsx")])
        judged(opened)
        yield opened


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_table_is_a_file_of_each_kind(store: Store, tmp_path: Path) -> None:
    export_data(store, tmp_path / "new" / "data")
    written = {path.name for path in (tmp_path / "new" / "data").iterdir()}
    assert written == {f"{name}.{ending}" for name in NAMES for ending in ("csv", "parquet")}


def test_csv_and_parquet_hold_the_same(store: Store, tmp_path: Path) -> None:
    export_data(store, tmp_path)
    for table in TABLES:
        loaded = pyarrow.parquet.read_table(tmp_path / f"{table.name}.parquet")
        assert loaded.column_names == [column.name for column in table.columns]
        assert loaded.num_rows == len(rows(tmp_path, table.name))
    figures = pyarrow.parquet.read_table(tmp_path / "figures.parquet").to_pylist()
    received = [row for row in figures if row["cell"] == "requests.received.total"]
    assert [(row["code"], row["unit"], row["year"], row["state"], row["value"]) for row in received] == [
        ("0012", "甲局", 2024, "superseded", 12.0),
        ("113609820147483120", "=乙局", 2024, "current", 12.0),
        ("0012", "甲局", 2024, "current", 5.0),
    ]
    assert received[0]["label"] == FORM.figures["requests.received.total"].label


def test_times_are_times_for_a_program_that_analyses(store: Store, tmp_path: Path) -> None:
    export_data(store, tmp_path)
    for name in ("files", "reports"):
        table = pyarrow.parquet.read_table(tmp_path / f"{name}.parquet")
        for column in ("modified", "taken_at"):
            assert table.schema.field(column).type == pyarrow.timestamp("ms", "UTC")
            shown = [row[column] for row in rows(tmp_path, name)]
            assert [moment.isoformat() for moment in table[column].to_pylist()] == shown != []


def test_excel_is_told_of_chinese_and_codes_stay_text(store: Store, tmp_path: Path) -> None:
    export_data(store, tmp_path)
    data = (tmp_path / "units.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in data
    assert [(row["code"], row["name"]) for row in rows(tmp_path, "units")] == [('="0012"', "甲局"), ('="113609820147483120"', "'=乙局")]


def test_nothing_that_staff_typed_is_calculated_or_made_a_date(store: Store, tmp_path: Path) -> None:
    export_data(store, tmp_path)
    typed = {row["text"] for row in rows(tmp_path, "figures")}
    assert typed == {"", '="1-2"', "'@约三件"}
    assert "'=1+1\n第二段" in {row["text"] for row in rows(tmp_path, "texts")}


def test_numbers_stay_numbers(store: Store, tmp_path: Path) -> None:
    export_data(store, tmp_path)
    unbalanced = next(row for row in rows(tmp_path, "findings") if row["name"] == "unbalanced")
    assert all(unbalanced[key].lstrip("-").isdigit() for key in ("year", "number", "actual", "expected", "difference"))
    assert {row["value"] for row in rows(tmp_path, "figures")} >= {"0", "5", "12"}


@pytest.mark.parametrize("text", ["0012", "11360982014748312000", "1-2", "3/4", "1E5", "10:30", " 12", "(12)", "-5", "2024年1月", "12%"])
def test_what_a_spreadsheet_would_convert_is_kept(text: str) -> None:
    assert kept(text) == f'="{text}"'


@pytest.mark.parametrize("text", ["", "甲局", "D5", "12件", "requests.received.total", "a,b", '1"2', "11360982MB1234567X"])
def test_plain_text_is_left_alone(text: str) -> None:
    assert kept(text) == text


@pytest.mark.parametrize("text", ["=1", "+1", "@A1", "-a", '-1"&A1&"', "\t12", "\n12"])
def test_a_formula_gets_an_apostrophe(text: str) -> None:
    assert kept(text) == f"'{text}"


@pytest.mark.trial
def test_a_spreadsheet_program_shows_the_code_itself(store: Store, tmp_path: Path) -> None:
    export_data(store, tmp_path)
    utf8 = "Text - txt - csv (StarCalc):44,34,76,1"
    arguments = [need_program(*LIBREOFFICE), f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", f"--infilter={utf8}"]
    subprocess.run([*arguments, "--convert-to", "xlsx", "--outdir", tmp_path, tmp_path / "units.csv"], check=True, capture_output=True)
    import openpyxl

    _, first, second = openpyxl.load_workbook(tmp_path / "units.xlsx", data_only=True).active.iter_rows(max_col=2, values_only=True)
    assert (first, second[0]) == (("0012", "甲局"), "113609820147483120")


def test_the_same_store_gives_the_same_files(store: Store, tmp_path: Path) -> None:
    for name in ("one", "two"):
        export_data(store, tmp_path / name)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_where_one_table_fails_no_file_changes(store: Store, tmp_path: Path) -> None:
    export_data(store, tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.glob("*.csv")}
    store.put([taken("/in/d.xlsx", "丁局")])
    store.database.execute("DROP VIEW current_reports")
    store.database.execute("ALTER TABLE cells RENAME COLUMN position TO place")
    with pytest.raises(Exception, match="position"):
        export_data(store, tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.glob("*.csv")} == before
    assert not list(tmp_path.glob(".xltools-*"))


def test_without_pyarrow_the_csv_files_are_written_and_the_rest_is_one_line(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(XltoolsError) as told:
        export_data(store, tmp_path / "data")
    assert str(told.value) == "没有写 Parquet：没有安装 data 组件。请按 README 的“安装”一节加装。"
    assert {path.name for path in (tmp_path / "data").iterdir()} == {f"{name}.csv" for name in NAMES}


def test_a_folder_that_cannot_be_made_is_one_line(store: Store, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("", encoding="utf-8")
    with pytest.raises(XltoolsError, match=r"^无法写入 .*所给位置中有文件名被当作文件夹。请检查文件夹名。$"):
        export_data(store, tmp_path / "data")
