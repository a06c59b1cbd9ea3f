"""`ganglion serve` as a process: it may be killed, told to stop, and started again at the same address."""

from __future__ import annotations

import os
import queue
import re
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
LIMIT = 30.0
"""How long anything here may take, in seconds."""


def binary() -> str:
    """The program under test."""
    if path := os.environ.get("GANGLION_BINARY"):
        return path
    for configuration in ("release", "debug"):
        path_here = ROOT / ".build" / configuration / "ganglion"
        if path_here.exists():
            return str(path_here)
    raise FileNotFoundError("no ganglion to test: run `swift build`, or name one in GANGLION_BINARY")


class Service:
    """A service on a Redis of its own in a folder, or on one that the options name."""

    def __init__(self, data: Path | None, options: Sequence[str] = ()) -> None:
        self._command = [binary(), "serve", *(["--data", str(data)] if data else []), *options]
        self._process: subprocess.Popen[str] | None = None
        self._lines: queue.Queue[str | None] = queue.Queue()
        self.address = "127.0.0.1:0"
        self.start()

    @property
    def url(self) -> str:
        return f"http://{self.address}"

    def start(self) -> None:
        """Starts it, and returns when it listens."""
        process = subprocess.Popen(
            [*self._command, "--listen", self.address],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._process = process
        self._lines = queue.Queue()
        threading.Thread(target=self._read, args=(process, self._lines), daemon=True).start()
        self.address = self.line(r"listening address=(\S+)")[1]

    @staticmethod
    def _read(process: subprocess.Popen[str], lines: queue.Queue[str | None]) -> None:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                lines.put(line)
        lines.put(None)

    def line(self, pattern: str) -> re.Match[str]:
        """The next line of the log that matches, once it is there."""
        end = time.monotonic() + LIMIT
        seen = []
        while (line := self._lines.get(timeout=max(0.0, end - time.monotonic()))) is not None:
            if match := re.search(pattern, line):
                return match
            seen.append(line)
        raise AssertionError(f"the service ended without {pattern!r}:\n{''.join(seen)}")

    def kill(self) -> None:
        """SIGKILL; it is gone when this returns. Its Redis lives on for the next start."""
        self._end(signal.SIGKILL)

    def terminate(self) -> int:
        """SIGTERM. Gives its exit status once it has ended."""
        return self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> int:
        assert self._process is not None
        self._process.send_signal(number)
        status = self._process.wait(LIMIT)
        self._process = None
        return status

    def close(self) -> None:
        # Its Redis is stopped only by a service that may end in peace.
        if self._process is None:
            self.start()
        self.terminate()
