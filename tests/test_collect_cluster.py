"""`collect --cluster`: the same on a cluster as on one machine, with a real scheduler and real workers on this machine's loopback."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.reports import balanced_figures, report
from xltools.form.unit import Unit
from xltools.workbook.locked_workbook import write_workbook

REPORTS = 120
WAIT = 150.0


class Cluster:
    """A scheduler and two workers, each a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "scheduler.json"
        quiet = {**os.environ, "DASK_LOGGING__DISTRIBUTED": "error", "DASK_DISTRIBUTED__WORKER__DAEMON": "False"}
        options = ["--scheduler-file", str(self.file), "--no-dashboard", "--host", "127.0.0.1"]
        self._start = lambda name, *more: subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.dask_{name}", *options, *more],
            env=quiet, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.scheduler = self._start("scheduler", "--port", "0")
        self.workers = [self._start("worker", "--nworkers", "1", "--nthreads", "1", "--no-nanny") for _ in range(2)]

    @property
    def address(self) -> str:
        """Where the scheduler is, once it and both workers are there."""
        from distributed import Client

        while not self.file.exists() or not self.file.read_text():
            assert self.scheduler.poll() is None, "the scheduler has ended"
            time.sleep(0.05)
        address: str = json.loads(self.file.read_text())["address"]
        with Client(address, timeout=WAIT) as client:
            client.wait_for_workers(2, timeout=WAIT)
        return address

    def stop(self) -> None:
        """Ends the processes that were started here."""
        for process in (*self.workers, self.scheduler):
            process.kill()
        for process in (*self.workers, self.scheduler):
            process.wait(timeout=WAIT)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    folder = tmp_path / "cluster"
    folder.mkdir()
    cluster = Cluster(folder)
    yield cluster
    cluster.stop()


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of many reports, one of them broken."""
    folder = tmp_path_factory.mktemp("in")
    for number in range(REPORTS):
        unit = Unit(name=f"示例县第{number}局")
        (folder / f"{number:03d}.xlsx").write_bytes(write_workbook(report(balanced_figures(number), unit=unit)))
    (folder / "broken.xlsx").write_bytes(b"PK\x03\x04")
    return folder


def collect(reports: Path, folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    folder.mkdir()
    command = [sys.executable, "-m", "xltools", "collect", str(reports), "--unit", "示例县人民政府", "--year", "2024", "--no-copies"]
    return subprocess.Popen(
        [*command, "--store", "s.sqlite", "-o", "c.xlsx", *arguments], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def ended(process: subprocess.Popen[bytes]) -> str:
    """What a collector printed, once it has ended well; one file is unreadable."""
    out, err = process.communicate()
    assert process.returncode == 2, err.decode("utf-8")
    assert "Traceback" not in err.decode("utf-8")
    return out.decode("utf-8")


def contents(folder: Path) -> tuple[object, ...]:
    """The roll-up and the summary byte for byte, and everything in the store but the time of day."""
    with closing(sqlite3.connect(folder / "s.sqlite")) as store:
        dump = [line for line in store.iterdump() if not line.startswith('INSERT INTO "files"')]
        reports = store.execute("SELECT unit_name, year, sha256, json, state FROM reports ORDER BY id").fetchall()
    figures = [line for line in dump if line.startswith(('INSERT INTO "figures"', 'INSERT INTO "findings"', 'INSERT INTO "texts"'))]
    return (folder / "c.xlsx").read_bytes(), (folder / "c-汇总情况.xlsx").read_bytes(), reports, figures


@pytest.mark.trial
def test_a_cluster_gives_what_one_machine_gives_and_loses_nothing_with_a_worker(tmp_path: Path, reports: Path, cluster: Cluster) -> None:
    address = cluster.address
    here = ended(collect(reports, tmp_path / "here", "--jobs", "2"))
    assert ended(collect(reports, tmp_path / "there", "--cluster", address)) == here
    assert contents(tmp_path / "there") == contents(tmp_path / "here")

    process = collect(reports, tmp_path / "killed", "--cluster", address)
    store = tmp_path / "killed" / "s.sqlite"
    while not (store.exists() and _taken(store)) and process.poll() is None:
        time.sleep(0.01)
    os.kill(cluster.workers[0].pid, signal.SIGKILL)
    assert ended(process) == here
    assert contents(tmp_path / "killed") == contents(tmp_path / "here")


def _taken(store: Path) -> int:
    try:
        with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as database:
            return len(database.execute("SELECT path FROM files").fetchall())
    except sqlite3.Error:
        return 0
