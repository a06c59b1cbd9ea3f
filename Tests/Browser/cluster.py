"""Three nodes on one Redis, as processes that may be killed."""

from __future__ import annotations

import json
import os
import queue
import re
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 30.0
"""How long anything here may take, in seconds."""


def binary() -> str:
    """The program under test."""
    return os.environ.get("GANGLION_BINARY") or str(ROOT / ".build" / "debug" / "ganglion")


def call(url: str, path: str, body: Any = None, method: str | None = None) -> Any:
    """What the service answers; raises `urllib.error.HTTPError` for what it refuses."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{url}{path}", data, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request, timeout=LIMIT + 30) as response:
        text = response.read()
    return json.loads(text) if text else None


class Node:
    """A node at an address of its own."""

    def __init__(self, redis: str, *options: str, listen: str = "127.0.0.1:0") -> None:
        command = [binary(), "serve", "--redis", redis, "--listen", listen, *options]
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self.address = self._line(r"listening address=(\S+)")[1]
        self.url = f"http://{self.address}"

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def _line(self, pattern: str) -> re.Match[str]:
        seen = []
        while (line := self._lines.get(timeout=LIMIT)) is not None:
            if match := re.search(pattern, line):
                return match
            seen.append(line)
        raise AssertionError(f"the node ended without {pattern!r}:\n{''.join(seen)}")

    def kill(self) -> None:
        """SIGKILL; it is gone when this returns."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(LIMIT)

    def stop(self) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait(LIMIT)


class Cluster:
    """A redis-server in a folder, and nodes on it."""

    def __init__(self, folder: Path, nodes: int = 3) -> None:
        self.socket = folder / "redis.sock"
        self._redis = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", str(self.socket), "--save", "", "--dir", str(folder)],
            stdout=subprocess.DEVNULL,
        )
        until(self.socket.exists)
        self.nodes = [self.add() for _ in range(nodes)]

    def add(self, listen: str = "127.0.0.1:0") -> Node:
        """One more node."""
        return Node(f"unix://{self.socket}", listen=listen)

    @property
    def url(self) -> str:
        return self.nodes[0].url

    def stop(self) -> None:
        for node in self.nodes:
            node.stop()
        self._redis.terminate()
        self._redis.wait(LIMIT)


def until(condition: Any, limit: float = LIMIT) -> Any:
    """What the condition gives once that is something."""
    end = time.monotonic() + limit
    while not (found := condition()):
        if time.monotonic() > end:
            raise AssertionError("it did not come to pass")
        time.sleep(0.02)
    return found


def problem(error: urllib.error.HTTPError) -> Any:
    """The document that a refusal came with."""
    return json.loads(error.read())
