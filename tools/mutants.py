"""Measures the tests: changes the code in one place at a time, and sees whether a test fails. `make mutants`, see CONTRIBUTING.md.

The changes are those of cosmic-ray. Which places are taken depends on their lines alone, so that code that moves or is written
elsewhere leaves the sample as it is. What was found is kept in build/mutants.jsonl; a run that was broken off goes on where it was.
"""

from __future__ import annotations

import argparse
import ast
import compileall
import json
import os
import py_compile
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from queue import SimpleQueue

ROOT = Path(__file__).parent.parent
BUILD = ROOT / "build"
RESULTS = BUILD / "mutants.jsonl"
LEFT_OUT = (".git", ".venv", "build", "dist", "demo", ".*_cache", "__pycache__")
"""What a copy of the tree does not need."""
SEED = "xltools"
SAMPLE = 100
"""The mutants of each room."""
WORKERS = 2


@dataclass(frozen=True)
class Room:
    """Packages and modules, and the tests that judge them: those that are soonest done first."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]


ROOMS = {
    "rules": Room(
        ("xltools.rules",),
        (
            "test_rules.py",
            "test_rules_values.py",
            "test_rules_totals.py",
            "test_rules_repair.py",
            "test_rules_completeness.py",
            "test_rules_narrative.py",
            "test_rules_citations.py",
            "test_rules_prose_tables.py",
            "test_prose_claims.py",
            "test_prose_kinds.py",
            "test_prose_changed.py",
            "test_rules_yearly.py",
            "test_children.py",
            "test_editions.py",
            "test_form_2019.py",
            "test_rules_explanations.py",
            "test_forms_of_offices.py",
            "test_weights_and_conditions.py",
            "test_hand_ins.py",
            "test_unread.py",
            "test_samples.py",
            "test_anomalies.py",
            "test_anomalous_sections.py",
            "test_reports_as_text.py",
            "test_rollup.py",
            "test_docs.py",
        ),
    ),
    "readers": Room(
        ("xltools.readers.workbook",),
        (
            "test_rules_explanations.py",
            "test_form_2019.py",
            "test_sheet_xml.py",
            "test_active_content.py",
            "test_shown_cells.py",
            "test_reader.py",
            "test_typed_numbers.py",
            "test_read_totals.py",
            "test_other_versions.py",
            "test_spreadsheet_limits.py",
            "test_gate.py",
            "test_passwords.py",
            "test_provenance.py",
            "test_tampering.py",
            "test_moved_cells.py",
            "test_plain_workbooks.py",
            "test_released.py",
            "test_wrong_files.py",
            "test_damaged_files.py",
        ),
    ),
    "published": Room(
        ("xltools.readers.published",),
        (
            "test_pdf_drawn.py",
            "test_pdf_seen.py",
            "test_pdf_pages.py",
            "test_import_text.py",
            "test_import_markdown.py",
            "test_text_lines.py",
            "test_import_html.py",
            "test_page_tables.py",
            "test_import_docx.py",
            "test_word_numbers.py",
            "test_word_refused.py",
            "test_import_sheets.py",
            "test_official_tables.py",
            "test_official_headings.py",
            "test_fee_units.py",
            "test_tables_as_text.py",
            "test_titles.py",
            "test_outline.py",
            "test_anomalies.py",
            "test_anomalous_sections.py",
            "test_reports_as_text.py",
            "test_published_truth.py",
            "test_unseen_layouts.py",
            "test_mutated_tables.py",
            "test_pdf_refused.py",
            "test_import_command.py",
        ),
    ),
    "documents": Room(
        ("xltools.documents",),
        ("test_blocks.py", "test_letters.py", "test_office_skeletons.py", "test_placeholders.py", "test_samples.py", "test_own_form.py", "test_export_docx.py", "test_reference_docx.py", "test_wide_tables.py", "test_forms_from_elsewhere.py", "test_export_html.py", "test_forms_of_offices.py", "test_sandbox.py"),
    ),
    "workbook": Room(
        ("xltools.workbook",),
        (
            "test_samples.py",
            "test_template.py",
            "test_provenance.py",
            "test_new_form.py",
            "test_rules_explanations.py",
            "test_county_sample.py",
            "test_recalculation.py",
            "test_hand_out.py",
            "test_weights_and_conditions.py",
            "test_unread.py",
            "test_spreadsheet_limits.py",
            "test_annotator.py",
            "test_annotate_command.py",
            "test_comparing.py",
            "test_annotated_copies_lose_nothing.py",
        ),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One change of one module: `occurrence` is the number of the place among those where `operator` can change something."""

    room: str
    path: str
    line: int
    operator: str
    occurrence: int
    before: str
    after: str
    digest: str
    """The SHA-256 of the module as it is."""


def module_paths(room: Room) -> list[Path]:
    """Return the files of a room's modules. Raises FileNotFoundError for a module that is not there."""
    found: list[Path] = []
    for name in room.modules:
        path = ROOT / name.replace(".", "/")
        files = sorted(path.rglob("*.py")) if path.is_dir() else [path.with_suffix(".py")]
        if not all(file.is_file() for file in files):
            raise FileNotFoundError(f"tools/mutants.py: no module {name}")
        found += files
    return found


# ------------------------------------------------------------------------------------------------------ which mutants


def sample(name: str, count: int) -> list[Mutant]:
    """Return so many mutants of a room, the same for the same code, each at a place of its own."""
    places: dict[object, list[tuple[str, str, Path, int, str, int]]] = {}
    for path in module_paths(ROOMS[name]):
        source = path.read_text(encoding="utf-8")
        for operator, occurrence, (line, column), end in _changes(source):
            text = f"{SEED} {source.splitlines()[line - 1].strip()} {column}"
            choice = (_rank(text), _rank(f"{text} {operator}"), path, line, operator, occurrence)
            places.setdefault((path, line, column, end), []).append(choice)
    chosen = (_mutant(name, *change) for _, _, *change in sorted(min(choices) for choices in places.values()))
    return list(islice(filter(None, chosen), count))


def _rank(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _mutant(room: str, path: Path, line: int, operator: str, occurrence: int) -> Mutant | None:
    """Return a mutant; None where the changed code means the same, or is no Python."""
    source = path.read_text(encoding="utf-8")
    changed = _changed(source, operator, occurrence)
    try:
        if ast.dump(ast.parse(changed)) == ast.dump(ast.parse(source)):
            return None
    except SyntaxError:
        return None
    before, after = next(pair for pair in zip(source.splitlines(), changed.splitlines(), strict=False) if pair[0] != pair[1])
    where = path.relative_to(ROOT).as_posix()
    return Mutant(room, where, line, operator, occurrence, before.strip(), after.strip(), sha256(source.encode()).hexdigest())


def _changed(source: str, operator: str, occurrence: int) -> str:
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.operators.provider import OperatorProvider

    return str(mutate_code(source, OperatorProvider()[operator](), occurrence))


def _changes(source: str) -> Iterator[tuple[str, int, tuple[int, int], tuple[int, int]]]:
    """Yield what cosmic-ray can change in a module: operator, number of the place, where it begins and ends; nothing in annotations."""
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.operators.provider import OperatorProvider

    operators = OperatorProvider()
    nodes = list(ast_nodes(get_ast(source)))
    for name in operators:
        if not operators[name].arguments():
            operator = operators[name]()
            positions = [(position, node) for node in nodes for position in operator.mutation_positions(node)]
            for occurrence, ((start, end), node) in enumerate(positions):
                if not _is_annotation(node):
                    yield name, occurrence, start, end


def _is_annotation(node: object) -> bool:
    """Tell whether a node stands in an annotation, which no test can see."""
    while (parent := getattr(node, "parent", None)) is not None:
        if (parent.type == "annassign" and node is parent.children[1]) or (parent.type == "tfpdef" and node is parent.children[2]):
            return True
        if parent.type == "funcdef" and node is parent.annotation:
            return True
        node = parent
    return False


# ------------------------------------------------------------------------------------------------------- what becomes of them


class Copy:
    """A copy of the tree in which one mutant after the other is tested; the tree itself is never touched."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT_OUT))
        # compiled code that is known by its source's content: a mutant is as old and as long as what it replaces
        compileall.compile_dir(folder / "xltools", quiet=1, invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH)

    def passes(self, room: str, processor: int | None = None) -> bool:
        """Run the room's tests but for the trials, within so many seconds of processor time for a process, and tell whether all pass."""
        tests = [f"tests/{test}" for test in ROOMS[room].tests]
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-n", "0", "-m", "not trial", "-p", "no:cacheprovider", *tests]
        # without office engines and browsers on the path the tests that start them are skipped
        kept = {name: value for name, value in os.environ.items() if name not in ("CI", "PYTHONDONTWRITEBYTECODE")}
        environment = {**kept, "PATH": str(Path(sys.executable).parent), "PYTHONPATH": str(self.folder)}
        process = subprocess.Popen(
            command, cwd=self.folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        if processor:
            resource.prlimit(process.pid, resource.RLIMIT_CPU, (processor, processor))
            resource.prlimit(process.pid, resource.RLIMIT_AS, (MEMORY, MEMORY))
        try:
            return process.wait(processor * WAITING if processor else None) == 0
        except subprocess.TimeoutExpired:
            return False
        finally:
            _end(process)

    def survives(self, mutant: Mutant, processor: int) -> bool:
        """Tell whether the room's tests pass with the change."""
        path = self.folder / mutant.path
        original = path.read_text(encoding="utf-8")
        try:
            path.write_text(_changed(original, mutant.operator, mutant.occurrence), encoding="utf-8")
            return self.passes(mutant.room, processor)
        finally:
            path.write_text(original, encoding="utf-8")


MEMORY = 8 * 1024**3
"""The address space of a process with a mutant in it."""
WAITING = 8
"""How many times its processor time a process may take altogether: others are at work, too, or it waits for what never comes."""


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process with all that it started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()


def _read_results() -> dict[Mutant, bool]:
    """Return which mutants were tested, and whether they survived."""
    lines = RESULTS.read_text(encoding="utf-8").splitlines() if RESULTS.exists() else []
    results = (json.loads(line) for line in lines)
    return {Mutant(**result["mutant"]): result["survived"] for result in results}


def _limit(room: str, copy: Copy) -> int:
    """Return the processor seconds that a mutant of a room may take: a multiple of what its tests take, which must pass."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    if not copy.passes(room):
        raise SystemExit(f"{room}: its tests fail as they are.")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 10 + 3 * round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def _test(mutant: Mutant, copies: SimpleQueue[Copy], processor: int) -> None:
    """Test one mutant in a free copy and write down what became of it."""
    copy = copies.get()
    try:
        result = {"mutant": asdict(mutant), "survived": copy.survives(mutant, processor)}
    finally:
        copies.put(copy)
    with RESULTS.open("a", encoding="utf-8") as file:
        file.write(json.dumps(result, ensure_ascii=False) + "\n")


def _report(name: str, survived: Mapping[Mutant, bool]) -> None:
    killed = sum(not alive for alive in survived.values())
    print(f"{name}: {killed} of {len(survived)} killed ({killed / max(len(survived), 1):.0%}), {len(survived) - killed} survived")
    for mutant in survived:
        if survived[mutant]:
            print(f"  {mutant.path}:{mutant.line} {mutant.operator}\n    - {mutant.before}\n    + {mutant.after}", flush=True)


def main() -> int:
    """Test the mutants that were not tested yet, and print for each room how many were killed, and which were not."""
    parser = argparse.ArgumentParser(prog="python -m tools.mutants", description=__doc__)
    parser.add_argument("--room", choices=ROOMS, action="append", help="only this room; may be given several times")
    parser.add_argument("--sample", type=int, default=SAMPLE, help="how many mutants of each room")
    parser.add_argument("--again", action="store_true", help="test those that survived once more")
    options = parser.parse_args()

    rooms = {name: sample(name, options.sample) for name in options.room or ROOMS}
    done = {mutant for mutant, survived in _read_results().items() if not (survived and options.again)}
    copies: SimpleQueue[Copy] = SimpleQueue()
    for number in range(WORKERS):
        copies.put(Copy(BUILD / "mutants" / str(number)))
    for name, mutants in rooms.items():
        if left := [mutant for mutant in mutants if mutant not in done]:
            copy = copies.get()
            limit = _limit(name, copy)
            copies.put(copy)
            with ThreadPoolExecutor(WORKERS) as pool:
                list(pool.map(lambda mutant: _test(mutant, copies, limit), left))  # noqa: B023 - all are done before the next room
        results = _read_results()
        _report(name, {mutant: results[mutant] for mutant in mutants})
    return 0


if __name__ == "__main__":
    sys.exit(main())
