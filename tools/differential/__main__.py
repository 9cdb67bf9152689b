"""Print how the working tree's results differ from an earlier program's: `python -m tools.differential [--base COMMIT]`."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tools.differential.accepted import read_accepted
from tools.differential.comparing import Difference, compare_job
from tools.differential.jobs import blank_jobs, filling_jobs, gather, plan
from tools.differential.programs import ROOT, Program, build, resolve_commit, working_tree
from tools.differential.running import run_jobs

LANDED = "03455d8"
"""The commit of the last landing."""
BUILD = ROOT / "build" / "differential"
SHARED = ROOT.parent / "shared"


def main() -> int:
    """Run both programs over everything, print what differs, and return 1 if anything does that is not accepted."""
    parser = argparse.ArgumentParser(prog="python -m tools.differential", description=__doc__)
    parser.add_argument("--base", metavar="COMMIT", default=LANDED, help="the commit whose program to compare with (default: %(default)s)")
    parser.add_argument(
        "--program", metavar="XLTOOLS", type=Path, help="compare with this installed program instead; its results are not kept"
    )
    parser.add_argument(
        "--all", action="store_true", help="print every difference, not one for each output of an input; accepted ones, too"
    )
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes at once (default: %(default)s)")
    options = parser.parse_args()
    base = resolve_commit(options.base)
    folder = BUILD / base[:10]
    old, source = build(base, folder)
    inputs = folder / "inputs"
    prepared = inputs / "prepared"
    if not prepared.exists():
        _prepare(old, source, inputs, folder, options.jobs)
        prepared.touch()
    before = folder / "results"
    if options.program:
        old = Program(str(options.program), options.program.absolute().with_name("python"))
        before = BUILD / "program"
        shutil.rmtree(before, ignore_errors=True)
    after = BUILD / "working-tree"
    shutil.rmtree(after, ignore_errors=True)
    jobs = plan(inputs)
    for program, results in ((old, before), (working_tree(), after)):
        started = time.monotonic()
        count = run_jobs(program, jobs, inputs, results, options.jobs)
        print(f"{program.name}: ran {count} of {len(jobs)} jobs in {time.monotonic() - started:.0f} s", file=sys.stderr)
    # several jobs find the same in one file
    differences = dict.fromkeys(difference for job in jobs for difference in compare_job(job, before, after))
    return _report(len(jobs), differences, options.all)


def _prepare(program: Program, source: Path, inputs: Path, folder: Path, at_once: int) -> None:
    """Make the folder of the inputs: what is given, and workbooks that the old program fills with generated reports."""
    shutil.rmtree(inputs, ignore_errors=True)
    inputs.mkdir(parents=True)
    gather(inputs, source, SHARED)
    made = folder / "made"
    run_jobs(program, blank_jobs(), inputs, made, at_once)
    run_jobs(program, filling_jobs(inputs, made), inputs, made, at_once)
    shutil.copytree(made / "generated", inputs / "generated", ignore=shutil.ignore_patterns("*.json"))


def _report(jobs: int, differences: Iterable[Difference], everything: bool) -> int:
    """Print the differences and how many there are, and return the exit code."""
    accepted = read_accepted()
    reasons: Counter[str] = Counter()
    rest: dict[tuple[str, str], list[Difference]] = {}
    for difference in differences:
        entry = next((entry for entry in accepted if entry.covers(difference)), None)
        if entry:
            reasons[entry.reason] += 1
            if everything:
                print(f"accepted · {difference}")
        else:
            rest.setdefault((difference.input, difference.output), []).append(difference)
    for found in rest.values():
        for difference in found if everything else found[:1]:
            more = "" if everything or len(found) == 1 else f"  (and {len(found) - 1} more)"
            print(f"{difference}{more}")
    for reason, count in reasons.items():
        print(f"{count} accepted: {reason}")
    for entry in accepted:
        if entry.reason not in reasons:
            print(f"nothing is accepted any more by: {entry.reason}")
    for output, count in Counter(output for _, output in rest).most_common():
        print(f"{count} × {output}")
    left = sum(map(len, rest.values()))
    print(f"{jobs} jobs: {left} differences in {len(rest)} outputs; {sum(reasons.values())} more are accepted")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
