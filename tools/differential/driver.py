"""Run commands of whichever xltools the running Python has installed. Used as a script, by the Python of either program.

Each line of standard input is a JSON object: `folder` to run in, and `commands`, a list of argument lists. One line of JSON answers it:
for every command its exit code and what it printed. Only the entry point `xltools.cli:main` is used, so that any version can be driven.
"""

from __future__ import annotations

import io
import json
import os
import sys
import traceback

CRASHED = 70
"""The exit code recorded for a command that ended in a traceback."""


def run(arguments: list[str]) -> tuple[int, str, str]:
    """Run one command in this process, and return its exit code, output and messages."""
    from xltools.cli import main

    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    sys.stdout, sys.stderr = out, err
    code = CRASHED
    try:
        main(arguments)
    except SystemExit as stop:
        code = int(stop.code or 0)
    except BaseException:  # a crash is a result like any other here
        err.write(traceback.format_exc())
    finally:
        sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
    return code, _text(out), _text(err)


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    return stream.buffer.getvalue().decode("utf-8", "replace")  # type: ignore[attr-defined]


def main() -> None:
    """Answer every line of standard input, until it ends."""
    import xltools

    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints past sys.stdout must not disturb the answers
    print(json.dumps({"xltools": xltools.__file__}), file=answers, flush=True)
    for line in sys.stdin:
        task = json.loads(line)
        os.chdir(task["folder"])
        print(json.dumps([run(arguments) for arguments in task["commands"]]), file=answers, flush=True)


if __name__ == "__main__":
    main()
