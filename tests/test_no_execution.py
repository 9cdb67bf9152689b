"""Nothing that is read is run: Python itself tells of every process, connection, unpickling and evaluation while files are worked on."""

from __future__ import annotations

import ast
import os
import shutil
import sqlite3
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.engines import LIBREOFFICE, convert
from tests.fuzz.originals import originals
from tests.needed import has_program
from xltools.county.store.database import connect
from xltools.errors import UnreadableFileError

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "samples" / "faulty-2024" / "faulty-2024"
LISTENING = """
import sys

FORBIDDEN = ("pickle.", "marshal.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.startfile", "subprocess.",
             "socket.", "urllib.", "http.", "ftplib.", "smtplib.", "ctypes.dlopen", "sqlite3.enable_load_extension",
             "sqlite3.load_extension", "webbrowser.", "code.__new__", "exec", "compile")
SKELETONS = ("report.md.j2", "default.md.j2")

def allowed(event, values):
    # Jinja's own compiling, of a skeleton
    if event == "compile" and str(values[1]).endswith(SKELETONS) or event == "exec" and values[0].co_filename.endswith(SKELETONS):
        return True
    # a PDF is read in a process of its own
    if event == "subprocess.Popen" and list(values[1])[1:4] == ["-P", "-m", "xltools.readers.published.pdf_process"]:
        return True
    frame, files = sys._getframe(), []
    while frame:
        files.append(frame.f_code.co_filename)
        frame = frame.f_back
    # a module that is imported, with what it makes while it is
    if any(file.startswith("<frozen importlib") for file in files):
        return True
    # annotations of our own, which say how a reading is taken out of the store
    if event in ("compile", "exec") and any(file.endswith("/typing.py") for file in files):
        return True
    # what our own processes are, and give each other: the modules for that stand before any of ours
    first = next((at for at, file in enumerate(files) if "/xltools/" in file), len(files))
    return event.startswith(("os.", "subprocess.", "socket.", "pickle.find_class")) and any("multiprocessing" in file for file in files[:first])

def listen(event, values):
    if event.startswith(FORBIDDEN) and not allowed(event, values):
        sys.stderr.write(f"AUDIT {event} {values!r:.300}\\n")

from xltools.cli import main

if sys.argv[1] == "unpickle":  # for this listener's own test
    import pickle
    sys.addaudithook(listen)
    pickle.loads(b"cos\\nsystem\\n.")
else:
    sys.addaudithook(listen)
    main(sys.argv[1:])
"""


def _listened(folder: Path, *arguments: object) -> list[str]:
    """What Python told of while a command ran that had to succeed."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", LISTENING, *map(str, arguments)], cwd=folder, env=environment, capture_output=True, text=True, timeout=120
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode in (0, 1, 2), done.stderr  # the sample county has a file that cannot be read
    return [line for line in done.stderr.splitlines() if line.startswith("AUDIT")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a file of every kind that is read."""
    folder = tmp_path_factory.mktemp("kinds")
    for suffix in (".xlsx", ".docx", ".json"):
        shutil.copy(SAMPLE.with_suffix(suffix), folder)
    for original in (originals("html")[0], *originals("txt")):
        (folder / original.name).write_bytes(original.data)
    if has_program(*LIBREOFFICE):
        for suffix, source in (("xls", ".xlsx"), ("ods", ".xlsx"), ("pdf", ".docx")):
            convert([folder / f"faulty-2024{source}"], suffix, folder)
    shutil.copytree(ROOT / "samples" / "county" / "2024", folder / "county")
    return folder


def test_the_listener_hears(tmp_path: Path) -> None:
    assert any("pickle.find_class" in line for line in _listened(tmp_path, "unpickle"))


@pytest.mark.trial
def test_nothing_is_run_while_files_are_checked(folder: Path) -> None:
    files = sorted(path.name for path in folder.iterdir() if path.is_file())
    assert {Path(name).suffix for name in files} >= {".xlsx", ".docx", ".json", ".html", ".md", ".txt"}
    assert _listened(folder, "check", *files, "--format", "json", "-o", "found.json") == []
    assert _listened(folder, "check", "faulty-2024.xlsx", "--annotate", "copies", "-o", "found.txt") == []


@pytest.mark.trial
def test_nothing_is_run_while_a_report_is_exported(folder: Path) -> None:
    for suffix in ("docx", "html", "json"):
        assert _listened(folder, "export", "faulty-2024.xlsx", "--draft", "-o", f"out.{suffix}") == []


@pytest.mark.trial
def test_nothing_is_run_but_the_skeleton_of_a_form_from_elsewhere(folder: Path) -> None:
    form = ROOT / "tests" / "forms" / "tiny"
    assert _listened(folder, "template", "--form", form, "--year", 2024, "--unit", "某局", "--zeros", "-o", "own.xlsx") == []
    assert _listened(folder, "export", "own.xlsx", "--form", form, "--draft", "-o", "own.docx") == []


@pytest.mark.trial
def test_nothing_is_run_while_reports_are_collected(folder: Path) -> None:
    roster = ROOT / "samples" / "county" / "units.csv"
    collect = ("collect", "county", "--roster", roster, "--unit", "示例县人民政府", "--year", 2024, "--jobs", 1, "--store", "county.sqlite")
    assert _listened(folder, *collect, "-o", "rollup.xlsx", "--data", "data") == []
    assert _listened(folder, *collect, "-o", "rollup.xlsx") == []


# --------------------------------------------------------------------------------------------------------------- stores

TRIGGER = "CREATE TRIGGER more AFTER INSERT ON files BEGIN DELETE FROM reports; END"
REFUSED = {
    "a trigger": [TRIGGER],
    "an index": ["CREATE INDEX more ON files (abs(size))"],
    "a view for a table": ["ALTER TABLE texts RENAME TO kept", "CREATE VIEW texts AS SELECT * FROM kept"],
    "another column": ["ALTER TABLE texts ADD COLUMN more"],
    "another view": ["DROP VIEW missing_reports", "CREATE VIEW missing_reports AS SELECT 1"],
}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """An empty store."""
    path = tmp_path / "a.sqlite"
    connect(path, create=True, timeout=1).close()
    return path


@pytest.mark.parametrize("statements", REFUSED.values(), ids=REFUSED)
def test_a_store_of_another_structure_is_refused(store: Path, statements: list[str]) -> None:
    _change(store, statements)
    with pytest.raises(UnreadableFileError, match="数据库文件被其他程序改动"):
        connect(store, create=False, timeout=1)


def test_a_store_with_views_and_tables_of_its_owner_is_used(store: Path) -> None:
    _change(store, ["CREATE VIEW mine AS SELECT count(*) FROM reports", "CREATE TABLE notes (text)", "CREATE INDEX n ON notes (text)"])
    connect(store, create=False, timeout=1).close()


def test_a_store_trusts_neither_its_schema_nor_the_sizes_of_its_cells(store: Path) -> None:
    database = connect(store, create=False, timeout=1)
    assert [database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("trusted_schema", "cell_size_check")] == [0, 1]
    database.close()


def _change(path: Path, statements: list[str]) -> None:
    database = sqlite3.connect(path)
    for statement in statements:
        database.execute(statement)
    database.commit()
    database.close()


# --------------------------------------------------------------------------------------------------------------- source

FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__", "literal_eval", "system", "popen"}
FORBIDDEN_MODULES = {
    "pickle",
    "marshal",
    "shelve",
    "subprocess",
    "socket",
    "ctypes",
    "urllib.request",
    "http",
    "xml.dom",
    "xml.sax",
    "yaml",
    "runpy",
}

STANDARD = ("documents/docx_package.py", "readers/published/word_package.py", "readers/workbook/ods.py", "readers/workbook/xlsx.py")
"""The modules that parse XML by the standard library, which fetches nothing; the gate lets no document type through to them."""

PDF_PROCESS = ("readers/published/pdf.py", "subprocess")
"""The one process that xltools starts besides copies of itself."""


@cache
def _calls() -> tuple[tuple[str, str, ast.Call], ...]:
    """Every call in the source of xltools: its file, the function's last name, the call."""
    calls = ((path, node) for path, tree in _sources() for node in ast.walk(tree) if isinstance(node, ast.Call))
    return tuple((path, ast.unparse(call.func).rpartition(".")[2], call) for path, call in calls)


@cache
def _sources() -> tuple[tuple[str, ast.Module], ...]:
    package = ROOT / "xltools"
    return tuple(
        (path.relative_to(package).as_posix(), ast.parse(path.read_text(encoding="utf-8"))) for path in sorted(package.rglob("*.py"))
    )


def test_the_source_calls_nothing_that_runs_what_it_is_given() -> None:
    found = {(path, name) for path, name, call in _calls() if name in FORBIDDEN_CALLS}
    # regular expressions, and the pages of a PDF's text, are compiled as well
    assert {name for _, name in found} <= {"compile"}
    for path, name, call in _calls():
        if name == "compile":
            assert isinstance(call.func, ast.Attribute), path
            assert ast.unparse(call.func) == "re.compile", path


def test_the_source_imports_nothing_that_unpickles_fetches_or_starts() -> None:
    for path, tree in _sources():
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                bad = any(name == module or name.startswith(f"{module}.") for module in FORBIDDEN_MODULES)
                assert not bad or (path, name) == PDF_PROCESS, path


def test_every_parser_of_xml_knows_neither_entities_nor_network() -> None:
    made = {
        (path, name): {word.arg: ast.unparse(word.value) for word in call.keywords} for path, name, call in _calls() if "Parser" in name
    }
    # those of the standard library fetch nothing; and there are no entities where nothing is declared, which the gate has seen to
    lxml = {place: options for place, options in made.items() if place[1] in ("XMLParser", "HTMLParser") and place[0] not in STANDARD}
    assert {path for path, _ in lxml} == {"readers/published/web.py"}
    for (_, name), options in lxml.items():
        assert options["no_network"] == "True"
        assert name == "HTMLParser" or options["resolve_entities"] == "False"
    assert {path for path, name in made if name in ("ParserCreate", "XMLParser")} - {path for path, _ in lxml} == set(STANDARD)
    for path, name, call in _calls():  # no parser is left to its defaults
        if name in ("fromstring", "XML", "HTML", "parse", "iterparse") and "etree" in ast.unparse(call.func):
            assert len(call.args) > 1, path
