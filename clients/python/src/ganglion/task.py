"""A task that a function of an agent works on."""

from __future__ import annotations

import asyncio
import logging
import math
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from .async_client import AsyncClient
from .documents import Json, TaskAssignment, TaskNote
from .durations import Duration, seconds
from .errors import TaskCancelled
from .finished import TaskQuestion

T = TypeVar("T")

logger = logging.getLogger("ganglion.worker")


@dataclass(frozen=True)
class Report:
    """How far a task is, as far as it was said."""

    percent: int | None = None
    message: str | None = None
    extend: Duration | None = None
    partial: Json = None
    fingerprint: str | None = None
    tool_call: str | None = None

    def then(self, newer: Report) -> Report:
        """The newer report; a deadline that it does not move is moved as this one says, and what it does not make
        anew is as it was."""
        return Report(
            newer.percent,
            newer.message,
            self.extend if newer.extend is None else newer.extend,
            self.partial if newer.partial is None else newer.partial,
            self.fingerprint if newer.fingerprint is None else newer.fingerprint,
            newer.tool_call,
        )


class Task:
    """A task, and what its function may say of it. All of it may be used from any thread.

    When the task is not the agent's any more, because its workflow was cancelled or the attempt timed out, an `async`
    function is cancelled as asyncio cancels. A function in a thread cannot be stopped from outside: it calls
    `raise_if_cancelled` now and then, or looks at `cancelled`. What it gives after that is thrown away.
    """

    def __init__(
        self,
        assignment: TaskAssignment,
        client: AsyncClient,
        loop: asyncio.AbstractEventLoop,
        report: Callable[[Task], None],
    ) -> None:
        self.assignment = assignment
        """The task as the service gave it."""
        self.client = client
        """The worker's client of the service that gave it: for functions that are `async`, and for `wait_for`."""
        self._loop = loop
        self.cancelled = threading.Event()
        """Is set when the task is not the agent's any more, or the worker is stopping and the time is over."""
        self._report = report
        self._lock = threading.Lock()
        self._usage: dict[str, float] = {}
        self._shown = Report()
        self._news: Report | None = None
        self.fingerprint: str | None = None
        """What was said last of how far it is."""
        self._notes: list[TaskNote] = []
        self._has_notes = asyncio.Event()

    @property
    def id(self) -> str:
        """The same over all attempts: what to recognise the work by in systems that must not do it twice."""
        return self.assignment.task_id

    @property
    def type(self) -> str:
        """What is asked for."""
        return self.assignment.task_type

    @property
    def attempt(self) -> int:
        """Which attempt this is, from 1."""
        return self.assignment.attempt

    @property
    def payload(self) -> Json:
        """What the plan gives to the task."""
        return self.assignment.payload

    @property
    def partial(self) -> Json:
        """What earlier attempts reported as made, to go on from."""
        return self.assignment.partial

    @property
    def deadline(self) -> datetime:
        """When the attempt times out, as it was when the task was taken; on the clock of the service."""
        return self.assignment.deadline

    def progress(
        self,
        percent: int | None = None,
        message: str | None = None,
        *,
        extend: Duration | None = None,
        partial: Json = None,
        fingerprint: str | None = None,
        tool_call: str | None = None,
    ) -> None:
        """Says how far the task is, and what it has cost. Never waits: the newest report is sent in the background, and
        takes the place of those before it.

        Args:
            percent: From 0 to 100.
            message: For people, up to 4096 bytes.
            extend: Sets the attempt's deadline this far from the time at which the service hears it.
            partial: What the work has made up to now, at most 256 KiB: the next attempt has it as `partial`.
            fingerprint: A line of at most 128 bytes that is another one whenever the work has got further. Heartbeats
                tell it as well.
            tool_call: What tool is called, and with what, in at most 256 bytes.
        """
        if percent is not None and not 0 <= percent <= 100:
            raise ValueError(f"a progress is from 0 to 100 percent, not {percent}")
        if extend is not None and seconds(extend) <= 0:
            raise ValueError("a deadline is extended by more than 0 seconds")
        with self._lock:
            # What only moves the deadline leaves what people see as it is.
            if percent is not None or message is not None:
                self._shown = Report(percent, message)
            report = Report(self._shown.percent, self._shown.message, extend, partial, fingerprint, tool_call)
            self.fingerprint = self.fingerprint if fingerprint is None else fingerprint
            self._news = report if self._news is None else self._news.then(report)
        self._report(self)

    def take_guidance(self) -> list[TaskNote]:
        """What people and supervising agents have said of the task since the last time. Never waits."""
        with self._lock:
            notes, self._notes = self._notes, []
            return notes

    async def guidance(self) -> AsyncIterator[TaskNote]:
        """The same as it comes, for `async` functions: `async for note in task.guidance()`. Goes on until the loop over
        it is left or cancelled."""
        while True:
            self._has_notes.clear()
            for note in self.take_guidance():
                yield note
            await self._has_notes.wait()

    def ask(self, question: str, *, options: Sequence[Json] = (), context: Json = None) -> Json:
        """Asks a person, and gives the answer.

        The first time this raises `TaskQuestion`, which the function is to let through: the attempt is over, and its
        slot is free for other work. Once the question is answered the function begins anew, maybe at another agent,
        and then the same question has its answer.

        Args:
            question: What is asked; the answer is found by it, so that each question of a task is another text.
            options: What it may be answered with, each once; anything if there are none.
            context: What is needed to answer it.
        """
        for answered in reversed(self.assignment.answers):
            if answered.question == question:
                return answered.answer
        raise TaskQuestion(question, options, context)

    def record_usage(self, **amounts: float) -> None:
        """Adds to what the work costs, by unit, to be told with the result: `task.record_usage(tokens=812)`.

        An amount that is not finite or below 0 is logged and not counted: work that is done is not lost over it.
        """
        for unit, amount in amounts.items():
            if not math.isfinite(amount) or amount < 0:
                logger.warning("task %s: %s is no amount of %s", self.id, amount, unit)
                continue
            with self._lock:
                self._usage[unit] = self._usage.get(unit, 0) + amount

    def raise_if_cancelled(self) -> None:
        """Raises `TaskCancelled` if the task is not the agent's any more."""
        if self.cancelled.is_set():
            raise TaskCancelled(f"the task {self.id} was cancelled")

    def wait_for(self, call: Coroutine[Any, Any, T]) -> T:
        """Makes a call with `client`, for functions in threads: `task.wait_for(task.client.agent("…"))`."""
        return asyncio.run_coroutine_threadsafe(call, self._loop).result()

    @property
    def usage(self) -> dict[str, float]:
        """What the work has cost up to now, by unit."""
        with self._lock:
            return dict(self._usage)

    def hear(self, note: TaskNote) -> None:
        """Hands over a note; for the worker, on its loop."""
        with self._lock:
            self._notes.append(note)
        self._has_notes.set()

    def take_report(self) -> Report | None:
        """What was said since the last time; for the worker."""
        with self._lock:
            news, self._news = self._news, None
            return news

    def give_back(self, report: Report) -> None:
        """Keeps a report that could not be sent; for the worker."""
        with self._lock:
            self._news = report if self._news is None else report.then(self._news)
