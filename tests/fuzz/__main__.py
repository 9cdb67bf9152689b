"""`python -m tests.fuzz`: runs the fuzzer and prints what it found."""

from __future__ import annotations

import argparse

from tests.fuzz.originals import KINDS
from tests.fuzz.runner import run

parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
parser.add_argument("--cases", type=int, default=1000, help="how many in total")
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--kind", choices=KINDS, action="append", help="only this kind of file; may be given several times")
parser.add_argument("--first", type=int, default=0, help="the number of the first case of each kind")
options = parser.parse_args()

kinds = options.kind or KINDS
faults = 0
for kind in kinds:
    tally = run(kind, options.seed, range(options.first, options.first + options.cases // len(kinds)))
    faults += len(tally.faults)
    print("\n".join([str(tally), *tally.faults]), flush=True)
raise SystemExit(1 if faults else 0)
