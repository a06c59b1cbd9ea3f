"""A pool whose work begins and ends when a test says so, and programs that are killed meanwhile."""

from __future__ import annotations

import queue
import subprocess
import sys
from collections.abc import Callable, Iterable
from typing import Any

from ganglion import Agent, Task

from .service import LIMIT


class HeldPool:
    """An agent whose every task waits to be let go."""

    def __init__(self, task_type: str, name: Callable[[Any], str]) -> None:
        self.agent = Agent("pool", slots=2)
        self.payloads: list[Any] = []
        self._name = name
        self._begun: queue.Queue[str] = queue.Queue()
        self._go: queue.Queue[None] = queue.Queue()
        self.agent.task(task_type)(self._work)

    def _work(self, task: Task) -> Any:
        self.payloads.append(task.payload)
        self._begun.put(self._name(task.payload))
        self._go.get(timeout=LIMIT)
        return [self._name(task.payload)]

    def kill_at_each(self, names: Iterable[str], program: Callable[[], subprocess.Popen[str]]) -> str:
        """Runs a program, kills it whenever the pool has begun the task of the next name, and gives what its last run
        puts out."""
        for name in names:
            with program() as process:
                # It goes on with what was killed at the task before, and comes to this one.
                assert self._begun.get(timeout=LIMIT) == name
                process.kill()
            self._go.put(None)
        return output_of(program)


def output_of(program: Callable[[], subprocess.Popen[str]]) -> str:
    """What a program puts out that runs to its end."""
    with program() as process:
        output, _ = process.communicate(timeout=LIMIT)
    assert process.returncode == 0
    return output


def python(text: str, *arguments: str) -> subprocess.Popen[str]:
    """Runs Python."""
    return subprocess.Popen([sys.executable, "-c", text, *arguments], stdout=subprocess.PIPE, text=True)
