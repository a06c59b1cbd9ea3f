"""One run of a worker: carries out what its state decides, on one event loop."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import logging
import random
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any

from . import operations
from .agent import Agent, is_async
from .async_client import AsyncClient
from .documents import TaskAssignment
from .errors import GanglionError, Problem, TaskCancelled
from .exchange import backoff
from .finished import FinishedTask, TaskError, TaskQuestion
from .task import Task
from .worker_state import WorkerState
from .worker_steps import (
    Abandon,
    Action,
    Cancel,
    Deregister,
    Discard,
    Drain,
    Guide,
    HandIn,
    Heartbeat,
    Key,
    Leave,
    Register,
    Request,
    Start,
    Take,
)

logger = logging.getLogger("ganglion.worker")


class WorkerSession:
    """One run of a worker."""

    def __init__(self, agent: Agent, client: AsyncClient, wait: float) -> None:
        self._agent = agent
        self._client = client
        self._state = WorkerState(agent.slots, wait)
        self._loop = asyncio.get_running_loop()
        self._start = time.monotonic()
        self._news = asyncio.Event()
        self._mistake: Exception | None = None
        self._tasks: dict[Key, Task] = {}
        # What runs in the background, so that it can be cancelled; functions in threads have nothing here.
        self._functions: dict[Key, asyncio.Task[None]] = {}
        self._requests: dict[int, asyncio.Task[None]] = {}
        self._reporters: dict[Key, asyncio.Task[None]] = {}

    @property
    def agent_id(self) -> str | None:
        """The id under which the worker is registered at this time."""
        return self._state.agent.id if self._state.agent else None

    @property
    def _now(self) -> float:
        return time.monotonic() - self._start

    def stop(self, grace: float) -> None:
        """Takes nothing new, and ends once functions have ended, which are cancelled after so many seconds."""
        self._state.stop(self._now, grace)
        self._news.set()

    async def run(self) -> None:
        """Works until it is stopped. Raises a `Problem` if the service does not take the agent as it is."""
        try:
            while True:
                self._news.clear()
                while request := self._state.next_request(self._now):
                    self._requests[request[0]] = asyncio.create_task(self._send(*request))
                for action in self._state.take_actions():
                    self._perform(action)
                if self._state.is_over:
                    break
                await self._wait_for_news()
                if self._mistake is not None:
                    raise self._mistake
        finally:
            await self._end()
        if self._state.fatal_error is not None:
            raise self._state.fatal_error

    async def _wait_for_news(self) -> None:
        wake_at = self._state.wake_at(self._now)
        timeout = None if wake_at is None else max(0.0, wake_at - self._now)
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._news.wait(), timeout)

    async def _end(self) -> None:
        """Nothing is left running, save functions that do not stop."""
        for key in list(self._tasks):
            self._cancel(key)
        background = [*self._requests.values(), *self._reporters.values()]
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)

    # Tasks

    def _perform(self, action: Action) -> None:
        match action:
            case Start(assignment):
                self._begin(assignment)
            case Cancel(key):
                logger.info("stopping the task %s, attempt %d", *key)
                self._cancel(key)
            case Guide(key, note):
                if task := self._tasks.get(key):
                    task.hear(note)
            case Drain():
                logger.info("an operator drains the agent: the worker ends when it has done what it has")
            case Leave(key):
                logger.warning("the task %s, attempt %d, did not stop, and is left behind", *key)
            case Abandon(number):
                if request := self._requests.pop(number, None):
                    request.cancel()
            case Discard(finished, reason):
                logger.warning(
                    "what was done for the task %s, attempt %d, does not count: %s",
                    finished.task_id,
                    finished.attempt,
                    reason,
                )

    def _begin(self, assignment: TaskAssignment) -> None:
        key = Key(assignment.task_id, assignment.attempt)
        task = Task(assignment, self._client, self._loop, lambda task: self._from_any_thread(self._report, key, task))
        self._tasks[key] = task
        function = self._agent.functions[assignment.task_type]
        if is_async(function):
            self._functions[key] = asyncio.create_task(self._work(function, task))
        else:
            context = contextvars.copy_context()
            # Not a thread of a pool: one whose function never ends must not keep the process from ending.
            threading.Thread(
                target=context.run, args=(self._work_in_thread, function, task), name=f"task {task.id}", daemon=True
            ).start()

    def _cancel(self, key: Key) -> None:
        if task := self._tasks.get(key):
            task.cancelled.set()
        if function := self._functions.get(key):
            function.cancel()

    async def _work(self, function: Callable[[Task], Any], task: Task) -> None:
        try:
            finished = _succeeded(task, await function(task))
        # Cancelling is the worker's own doing, and nobody wants to know of it; what a function does by itself is told.
        except (Exception, asyncio.CancelledError, TaskCancelled, TaskQuestion) as error:
            finished = _failed(task, error)
        self._ended(finished)

    def _work_in_thread(self, function: Callable[[Task], Any], task: Task) -> None:
        try:
            finished = _succeeded(task, function(task))
        # Also what ends a thread only, such as SystemExit: the service has to be told.
        except BaseException as error:
            finished = _failed(task, error)
        self._from_any_thread(self._ended, finished)

    def _from_any_thread(self, function: Callable[..., None], *arguments: object) -> None:
        # A function that did not stop in time may end after the loop.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(function, *arguments)

    def _ended(self, finished: FinishedTask) -> None:
        key = Key(finished.task_id, finished.attempt)
        self._tasks.pop(key, None)
        self._functions.pop(key, None)
        if reporter := self._reporters.pop(key, None):
            reporter.cancel()
        self._state.ended(finished)
        self._news.set()

    # Reports

    def _report(self, key: Key, task: Task) -> None:
        """Sends what a task says of itself, unless that is being done already, or it has ended meanwhile."""
        if task.fingerprint is not None:
            self._state.told(key, task.fingerprint)
            self._news.set()
        if key in self._tasks and key not in self._reporters:
            self._reporters[key] = asyncio.create_task(self._send_reports(key, task))

    async def _send_reports(self, key: Key, task: Task) -> None:
        failures = 0
        while (report := task.take_report()) and (agent := self.agent_id):
            call = operations.progress(
                task.id,
                agent_id=agent,
                attempt=task.attempt,
                percent=report.percent,
                message=report.message,
                extend=report.extend,
                partial=report.partial,
                usage=task.usage,
                fingerprint=report.fingerprint,
                tool_call=report.tool_call,
            )
            try:
                await self._client.send_once(call)
            except Problem as error:
                if error.status in (404, 409, 410):
                    self._state.over(key)
                    self._news.set()
                    break
                if error.status != 429 and error.status < 500:
                    logger.warning("a report of the task %s was refused: %s", task.id, error)
                    continue
                failures += 1
                task.give_back(report)
                await asyncio.sleep(backoff(failures, error.retry_after, random.random()))
            except GanglionError:
                failures += 1
                task.give_back(report)
                await asyncio.sleep(backoff(failures, None, random.random()))
        self._reporters.pop(key, None)

    # Requests

    async def _send(self, number: int, request: Request) -> None:
        try:
            await self._exchange(number, request)
        except GanglionError as error:
            logger.warning("%s failed: %s", type(request).__name__.lower(), error)
            self._state.failed(number, error, random.random(), self._now)
        except Exception as error:
            # A mistake in this program must end the worker, and not leave it waiting for ever.
            self._mistake = error
        self._requests.pop(number, None)
        self._news.set()

    async def _exchange(self, number: int, request: Request) -> None:
        agent_id = self.agent_id or ""
        once = self._client.send_once
        match request:
            case Register():
                agent = self._agent
                registration = operations.register(
                    agent.name,
                    agent.capabilities,
                    slots=agent.slots,
                    version=agent.version,
                    labels=agent.labels,
                    metadata=agent.metadata,
                )
                registered = await once(registration)
                logger.info("registered as %s", registered.id)
                self._state.registered(number, registered, self._now)
            case Take(max, wait, running, finished, acknowledged):
                take = operations.take(
                    agent_id, max=max, running=running, finished=finished, acknowledged=acknowledged, wait=wait
                )
                self._state.took(number, await once(take), self._now)
            case Heartbeat(running, fingerprints, acknowledged):
                beat = operations.heartbeat(
                    agent_id, running=running, fingerprints=fingerprints, acknowledged=acknowledged
                )
                self._state.heard(number, await once(beat), self._now)
            case HandIn(finished):
                await once(operations.answer(finished, agent_id=agent_id))
                self._state.handed_in(number, self._now)
            case Deregister():
                await once(operations.deregister(agent_id))
                self._state.deregistered(number, self._now)


def _succeeded(task: Task, result: object, question: TaskQuestion | None = None) -> FinishedTask:
    finished = FinishedTask(task.id, task.attempt, result, question=question, usage=task.usage)
    try:
        # Whether it is JSON is found out here, while there is somebody to tell.
        _ = finished.outcome
    except (TypeError, ValueError, RecursionError) as error:
        if isinstance(result, Coroutine):
            result.close()
        reason = f"what the function gives is not JSON: {error}"
        return FinishedTask(task.id, task.attempt, error=TaskError("result_not_json", reason, retryable=False))
    return finished


def _failed(task: Task, error: BaseException) -> FinishedTask:
    if isinstance(error, TaskQuestion):
        return _succeeded(task, None, error)
    if not isinstance(error, TaskError):
        if not task.cancelled.is_set():
            logger.warning("the task %s, attempt %d, failed", task.id, task.attempt, exc_info=error)
        error = TaskError("agent_error", f"{type(error).__name__}: {error}")
    return FinishedTask(task.id, task.attempt, error=error)
