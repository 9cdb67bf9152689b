"""A real browser that a test drives: headless Chromium by its DevTools protocol over a pipe, without a network and without another library."""

from __future__ import annotations

import fcntl
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from types import TracebackType
from typing import Any, Self

import psutil

from tests.browser import OPTIONS
from tests.needed import need_program

NO_NETWORK = ("--proxy-server=127.0.0.1:9", "--proxy-bypass-list=<-loopback>", "--host-resolver-rules=MAP * ~NOTFOUND")
"""Whatever a page would fetch fails."""


class BrowserError(Exception):
    """What the browser or a page's script complains of."""


class Chromium:
    """A running browser with one page; `requests` are the addresses that the page asked for."""

    def __init__(self, command: str, downloads: Path, *options: str) -> None:
        self.profile = mkdtemp()
        (read, self._out), (self._in, write) = _pipe(), _pipe()
        # the browser reads from 3 and writes to 4
        launch = ["bash", "-c", f'exec "$@" 3<&{read} 4>&{write}', "bash", command, *OPTIONS, *NO_NETWORK, *options]
        self._process = subprocess.Popen(
            [*launch, "--remote-debugging-pipe", f"--user-data-dir={self.profile}"],
            pass_fds=(read, write),
            stderr=subprocess.DEVNULL,
        )
        os.close(read)
        os.close(write)
        self._buffer, self._number = b"", 0
        self._session: str | None = None
        self._worker: str | None = None
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
        self.call("Target.setAutoAttach", autoAttach=True, waitForDebuggerOnStart=False, flatten=True)
        for domain in ("Page", "Runtime", "Network", "DOM", "Log"):
            self.call(f"{domain}.enable")
        self.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(downloads), eventsEnabled=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._out)
        os.close(self._in)
        shutil.rmtree(self.profile, ignore_errors=True)

    def call(self, method: str, seconds: float = 120, **parameters: Any) -> Any:
        """The result of a method of the protocol."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session and not method.startswith("Browser."):
            message["sessionId"] = self._session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._out, data) :]
        end = time.monotonic() + seconds
        while True:
            answer = self._next(end)
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise BrowserError(f"{method}: {answer['error']}")
                return answer["result"]
            self._note(answer)

    def _next(self, end: float) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            if not select.select([self._in], [], [], max(0, end - time.monotonic()))[0]:
                raise BrowserError("the browser does not answer")
            data = os.read(self._in, 1 << 20)
            if not data:
                raise BrowserError("the browser has gone")
            self._buffer += data
        line, self._buffer = self._buffer.split(b"\0", 1)
        found: dict[str, Any] = json.loads(line)
        return found

    def _note(self, event: dict[str, Any]) -> None:
        told = event.get("params", {})
        if event.get("method") == "Network.requestWillBeSent":
            self.requests.append(told["request"]["url"])
        elif event.get("method") == "Target.attachedToTarget":
            self._worker = told["sessionId"]
        elif event.get("method") == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(told["exceptionDetails"], ensure_ascii=False)[:2000])
        elif event.get("method") == "Log.entryAdded" and told["entry"]["level"] == "error":
            self.complaints.append(told["entry"]["text"])

    def open(self, path: Path) -> None:
        """Open a file as a double click does, and wait until it has loaded."""
        self.call("Page.navigate", url=path.as_uri())
        self.wait("document.readyState === 'complete' && location.href.startsWith('file:')")

    def evaluate(self, script: str, seconds: float = 120) -> Any:
        """The value of a script, of a promise its result."""
        done = self.call("Runtime.evaluate", seconds, expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in done:
            raise BrowserError(json.dumps(done["exceptionDetails"], ensure_ascii=False)[:3000])
        return done["result"].get("value")

    def wait(self, script: str, seconds: float = 150) -> None:
        """Wait until a script says true."""
        end = time.monotonic() + seconds
        while not self.evaluate(f"Boolean({script})"):
            if time.monotonic() > end:
                raise BrowserError(f"never true: {script}; {self.complaints}")
            time.sleep(0.1)

    def in_worker(self, script: str) -> None:
        """Run a script in the worker of the page."""
        session, self._session = self._session, self._worker
        try:
            self.evaluate(script)
        finally:
            self._session = session

    def give(self, selector: str, *files: Path) -> None:
        """Put files into an input, as choosing them does."""
        root = self.call("DOM.getDocument")["root"]["nodeId"]
        node = self.call("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        self.call("DOM.setFileInputFiles", nodeId=node, files=[str(file) for file in files])

    def press(self, key: str) -> None:
        """Press a key and let it go."""
        text = {"Enter": "\r", " ": " "}.get(key, "")
        self.call(
            "Input.dispatchKeyEvent",
            type="keyDown",
            key=key,
            code=key,
            windowsVirtualKeyCode={"Enter": 13, "Tab": 9}.get(key, 0),
            text=text,
        )
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, code=key, windowsVirtualKeyCode={"Enter": 13, "Tab": 9}.get(key, 0))

    def type(self, text: str) -> None:
        """Type a text into what has the focus."""
        self.call("Input.insertText", text=text)

    def memory(self) -> int:
        """The bytes that the processes of its pages hold, once garbage is collected."""
        self.call("HeapProfiler.collectGarbage")
        family = psutil.Process(self._process.pid).children(recursive=True)
        return sum(process.memory_info().rss for process in family if "--type=renderer" in process.cmdline())

    def show(self, width: int, height: int) -> None:
        """Give the window this size."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)


def _pipe() -> list[int]:
    """A pipe whose ends are none of the descriptors that the browser expects."""
    ends = []
    for end in os.pipe():
        ends.append(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10))
        os.close(end)
    return ends


@contextmanager
def driven(downloads: Path, *options: str) -> Iterator[Chromium]:
    """A browser that is ended in any case; what is downloaded comes into the folder."""
    with Chromium(need_program("chromium"), downloads, *options) as browser:
        yield browser


def downloaded(folder: Path, name: str, seconds: float = 60) -> Path:
    """The file of this name, once the browser has written it whole."""
    end = time.monotonic() + seconds
    while not ((folder / name).exists() and not list(folder.glob("*.crdownload"))):
        if time.monotonic() > end:
            raise BrowserError(f"no {name} among {sorted(path.name for path in folder.iterdir())}")
        time.sleep(0.1)
    return folder / name
