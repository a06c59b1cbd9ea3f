"""A Redis that tests may reach themselves, a service on it, and agents that speak its protocol."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import redis

from .service import LIMIT, ROOT, Service

PREFIX = "ganglion:{p0}:default:"
EXAMPLE = ROOT / "Examples" / "redis-agent"


class RedisServer:
    """A redis-server with an append-only file: what it has is there again after a kill."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir()
        self.url = f"unix://{folder}/redis.sock"
        self.start()

    def start(self) -> None:
        """Starts it, and returns when it takes commands."""
        options = {
            "port": "0",
            "unixsocket": f"{self._folder}/redis.sock",
            "dir": str(self._folder),
            "appendonly": "yes",
            "appendfsync": "always",
            "save": "",
        }
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        self._process = subprocess.Popen(["redis-server", *words], stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if "eady to accept connections" in line:
                break
        # It must not wait for somebody to read its log.
        threading.Thread(target=self._process.communicate, daemon=True).start()

    def kill(self) -> None:
        """SIGKILL; it is gone when this returns."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(LIMIT)


SOON_LOST = ("--agent-heartbeat", "200ms", "--agent-lost-after", "1500ms")


class Beside:
    """A service whose Redis the test reaches too."""

    def __init__(self, folder: Path, options: Sequence[str] = SOON_LOST) -> None:
        self.redis = RedisServer(folder / "redis")
        self.service = Service(None, ["--redis", self.redis.url, *options])
        self.connection: Any = redis.from_url(self.redis.url, socket_timeout=2 * LIMIT)

    def script(self, name: str) -> str:
        """A published script, once there is one."""
        while (source := self.connection.hget(PREFIX + "agent_scripts", name)) is None:
            self.service.line("the node is ready")
        return str(source, "utf-8")

    def run(self, name: str, *arguments: Any) -> Any:
        """Runs a published script, as it is now."""
        return json.loads(self.connection.eval(self.script(name), 1, PREFIX, *arguments))

    def agent(self, *task_types: str, slots: int = 1) -> BesideAgent:
        """A registered agent."""
        agent = BesideAgent(self)
        self.run("register", agent.id, "beside", slots, *task_types)
        return agent

    def close(self) -> None:
        self.connection.close()
        self.service.close()
        self.redis.kill()


class BesideAgent:
    """An agent that does what a test says."""

    def __init__(self, beside: Beside) -> None:
        self._beside = beside
        self.id = "agent_0" + uuid4().hex[:25]

    def take(self, wanted: int = 1, *running: str) -> Any:
        return self._beside.run("take", self.id, wanted, *running)

    def answer(self, task: dict[str, Any], kind: str, value: str | bytes) -> Any:
        return self._beside.run("answer", self.id, task["task_id"], task["attempt"], kind, value)

    def told(self) -> tuple[str, str]:
        """The next word that it is told, and what follows that."""
        word = self._beside.connection.blpop([f"{PREFIX}agent_inbox:{self.id}"], LIMIT)
        assert word is not None, "the agent was told nothing"
        first, _, rest = str(word[1], "utf-8").partition(" ")
        return first, rest

    def verdicts_on(self, task: dict[str, Any], kind: str, value: str | bytes, times: int) -> list[Any]:
        """Answers so often, and waits for what becomes of each."""
        verdicts: list[Any] = []
        to_send, waiting = times, 0
        while len(verdicts) < times:
            for _ in range(to_send):
                verdict = self.answer(task, kind, value)
                if verdict["outcome"] == "sent":
                    waiting += 1
                else:
                    verdicts.append(verdict)
            to_send = 0
            if not waiting:
                continue
            first, rest = self.told()
            if first == "reply":
                verdicts.append(json.loads(rest.partition(" ")[2]))
            waiting -= first in {"reply", "again"}
            to_send = int(first == "again")
        return verdicts

    def verdict_on(self, task: dict[str, Any], kind: str, value: str | bytes) -> Any:
        """Answers, and waits for what becomes of that."""
        return self.verdicts_on(task, kind, value, 1)[0]


class Process:
    """A program of an agent, and what it says."""

    def __init__(self, *command: str) -> None:
        self._process = subprocess.Popen([sys.executable, "-u", *command], stdout=subprocess.PIPE, text=True)

    def line(self, pattern: str) -> re.Match[str]:
        """The next line that matches."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if match := re.search(pattern, line):
                return match
        raise AssertionError(f"the agent ended without {pattern!r}")

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(LIMIT)
        assert self._process.stdout is not None
        self._process.stdout.close()


def beside(folder: Path) -> Iterator[Beside]:
    beside = Beside(folder)
    yield beside
    beside.close()
