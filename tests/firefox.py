"""Firefox as a test drives it: WebDriver BiDi over a web socket, without a network."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tornado.websocket import WebSocketClientConnection, websocket_connect

from tests.needed import need_program

SETTINGS = {"remote.active-protocols": 1, "browser.download.folderList": 2, "network.proxy.type": 1} | {
    f"network.proxy.{kind}": value for kind, value in (("http", "127.0.0.1"), ("http_port", 9), ("ssl", "127.0.0.1"), ("ssl_port", 9))
}
"""Whatever a page would fetch goes to a port where nobody listens."""
SECONDS = 300


class Firefox:
    """A page in a running Firefox."""

    def __init__(self, socket: WebSocketClientConnection) -> None:
        self._socket, self._number, self._context = socket, 0, ""

    async def call(self, method: str, **parameters: Any) -> Any:
        """The result of a command of the protocol."""
        self._number += 1
        await self._socket.write_message(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while (answer := json.loads(await self._socket.read_message() or "{}")).get("id") != self._number:
            pass
        assert answer["type"] == "success", answer
        return answer["result"]

    async def open(self, path: Path) -> None:
        """Open a file as a double click does."""
        await self.call("session.new", capabilities={})
        self._context = (await self.call("browsingContext.getTree"))["contexts"][0]["context"]
        await self.call("browsingContext.navigate", context=self._context, url=path.as_uri(), wait="complete")

    async def evaluate(self, script: str) -> Any:
        """The value of a script, written as JSON."""
        target = {"context": self._context}
        done = await self.call("script.evaluate", expression=f"JSON.stringify({script}) ?? 'null'", target=target, awaitPromise=True)
        assert done["type"] == "success", done
        return json.loads(done["result"]["value"])

    async def wait(self, script: str) -> None:
        """Wait until a script says true."""
        while not await self.evaluate(f"Boolean({script})"):
            await asyncio.sleep(0.2)

    async def give(self, selector: str, *files: Path) -> None:
        """Put files into an input, as choosing them does."""
        found = await self.call("browsingContext.locateNodes", context=self._context, locator={"type": "css", "value": selector})
        node = {"sharedId": found["nodes"][0]["sharedId"]}
        await self.call("input.setFiles", context=self._context, element=node, files=[str(file) for file in files])


def with_firefox(job: Callable[[Firefox], Awaitable[None]], downloads: Path) -> None:
    """Do a job with a Firefox that is ended in any case; what is downloaded comes into the folder."""
    command = need_program("firefox-esr", "firefox")
    settings = SETTINGS | {"browser.download.dir": str(downloads)}
    with TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in settings.items())
        Path(profile, "user.js").write_text("\n".join(lines), encoding="utf-8")
        options = ("--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0")
        with subprocess.Popen([command, *options], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
            try:
                assert process.stderr
                address = next(found[0] for line in process.stderr if (found := re.search(r"ws://\S+", line)))
                asyncio.run(asyncio.wait_for(_do(job, f"{address}/session"), SECONDS))
            finally:
                process.kill()


async def _do(job: Callable[[Firefox], Awaitable[None]], address: str) -> None:
    socket = await websocket_connect(address, max_message_size=1 << 28)
    try:
        await job(Firefox(socket))
    finally:
        socket.close()
        await socket.read_message()
