"""Run jobs with a program, several at once, and keep what they print and write in a folder for each job."""

from __future__ import annotations

import hashlib
import json
import queue
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools.differential.jobs import OUT, Job
from tools.differential.programs import Driver, Printed, Program

PRINTED = "printed.json"
"""The file in a job's folder that holds what was printed, and what it depended on."""
DIED = Printed(-1, "", "the process died or took too long")


def run_jobs(program: Program, jobs: Sequence[Job], inputs: Path, results: Path, at_once: int) -> int:
    """Run those jobs whose results are not there yet, and return how many these were."""
    digests: dict[str, str] = {}
    waiting: queue.SimpleQueue[tuple[Job, str]] = queue.SimpleQueue()
    for job in jobs:
        key = _key(job, inputs, digests)
        if _known(results / job.name) != key:
            waiting.put((job, key))
    count = waiting.qsize()
    with ThreadPoolExecutor(at_once) as pool:
        for worker in [pool.submit(_work, program, waiting, inputs, results) for _ in range(min(at_once, count))]:
            worker.result()
    return count


def read_printed(folder: Path) -> list[Printed]:
    """Return what each command of a job printed."""
    return [Printed(*printed) for printed in json.loads((folder / PRINTED).read_text(encoding="utf-8"))["printed"]]


def _key(job: Job, inputs: Path, digests: dict[str, str]) -> str:
    """Return a digest of all that the results of a job depend on, the program apart."""
    for file in job.reads:
        if file not in digests:
            digests[file] = hashlib.sha256((inputs / file).read_bytes()).hexdigest()
    return hashlib.sha256(json.dumps([job.commands, [digests[file] for file in job.reads]]).encode()).hexdigest()


def _known(folder: Path) -> str | None:
    file = folder / PRINTED
    return str(json.loads(file.read_text(encoding="utf-8"))["key"]) if file.exists() else None


def _work(program: Program, waiting: queue.SimpleQueue[tuple[Job, str]], inputs: Path, results: Path) -> None:
    """Run waiting jobs in one process until none is left; a process that dies is replaced."""
    driver = Driver(program)
    while True:
        try:
            job, key = waiting.get_nowait()
        except queue.Empty:
            break
        folder = results / job.name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        commands = [[argument.replace(f"{OUT}/", f"{folder}/") for argument in command] for command in job.commands]
        printed = driver.run(inputs, commands)
        if printed is None:
            driver.close()
            driver = Driver(program)
            printed = [DIED]
        said = [
            [one.code, *(text.replace(f"{folder}/", f"{OUT}/").replace(str(folder), OUT) for text in (one.out, one.err))] for one in printed
        ]
        (folder / PRINTED).write_text(json.dumps({"key": key, "printed": said}, ensure_ascii=False), encoding="utf-8")
    driver.close()
