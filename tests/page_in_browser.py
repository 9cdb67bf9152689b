"""What people do in the page, and what it then shows; the same of the command line, to compare it with."""

from __future__ import annotations

import json
import subprocess
import tarfile
from pathlib import Path
from typing import Any

from tests.conftest import Run
from tests.devtools import Chromium
from tests.needed import need_program

STATE = "document.querySelector('#state').dataset.state"


def packed(package: str, name: str, folder: Path) -> bytes:
    """A file of a package from npm."""
    subprocess.run([need_program("npm"), "pack", package, "--silent", "--pack-destination", folder], check=True, stdout=subprocess.DEVNULL)
    with tarfile.open(next(folder.glob("*.tgz"))) as opened:
        found = opened.extractfile(f"package/{name}")
        assert found
        return found.read()


def give(browser: Chromium, *files: Path, input: str = "#files") -> None:
    """Choose files and wait until they are checked."""
    browser.evaluate("document.querySelector('#state').dataset.state = 'ready'")
    browser.give(input, *files)
    browser.wait(f"['done', 'failed'].includes({STATE})")


def click(browser: Chromium, action: str, number: int = 0) -> str:
    """Click one of the buttons of an action, and return the state that follows."""
    browser.evaluate("document.querySelector('#state').dataset.state = 'ready'")
    browser.evaluate(f"document.querySelectorAll('[data-action={action}]')[{number}].click()")
    browser.wait(f"['done', 'failed'].includes({STATE})")
    return str(browser.evaluate(STATE))


def shown(browser: Chromium) -> list[Any]:
    """The findings of each report in the page: number, code, severity and key."""
    script = """[...document.querySelectorAll('[data-report]')].map(report => [...report.querySelectorAll('[data-finding]')]
        .map(({dataset: told}) => [Number(told.finding), told.code, told.severity, told.key]).sort((a, b) => a[0] - b[0]))"""
    found: list[Any] = browser.evaluate(script)
    return found


def printed(run: Run, *arguments: object) -> list[Any]:
    """The same of the command line."""
    reports = json.loads(run("check", *arguments, "--format", "json").out)["reports"]
    return [[[finding[key] for key in ("id", "code", "severity", "key")] for finding in report["findings"]] for report in reports]


def tab_to(browser: Chromium, selector: str) -> int:
    """Press Tab until the focus is on an element, and return how often."""
    for times in range(1, 60):
        browser.press("Tab")
        if browser.evaluate(f"document.activeElement.matches('{selector}')"):
            return times
    raise AssertionError(f"Tab never comes to {selector}")


def judge(browser: Chromium, axe: str) -> list[Any]:
    """What axe-core has against the page that is open, on a screen and on a telephone."""
    browser.evaluate(f"{axe}; 0")
    found: list[Any] = []
    for width in (1400, 390):
        browser.show(width, 900)
        found += browser.evaluate("axe.run().then(told => told.violations.map(fault => [fault.id, fault.nodes.map(node => node.html)]))")
    return found
