"""The client for asyncio."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, TypeVar

import httpx

from . import operations
from .binding import AsyncItems, describe
from .calls import Call, Listing, Script
from .durations import Duration
from .exchange import Attempt, Connection, Exchange

T = TypeVar("T")
P = ParamSpec("P")


def _call(operation: Callable[P, Call[T]]) -> Callable[Concatenate[AsyncClient, P], Coroutine[Any, Any, T]]:
    async def method(client: AsyncClient, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await client.send(operation(*args, **kwargs))

    describe(method, operation)
    return method


def _script(operation: Callable[P, Script[T]]) -> Callable[Concatenate[AsyncClient, P], Coroutine[Any, Any, T]]:
    async def method(client: AsyncClient, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await client.follow(operation(*args, **kwargs))

    describe(method, operation)
    return method


def _listing(operation: Callable[P, Listing[T]]) -> Callable[Concatenate[AsyncClient, P], AsyncItems[T]]:
    def method(client: AsyncClient, /, *args: P.args, **kwargs: P.kwargs) -> AsyncItems[T]:
        return AsyncItems(operation(*args, **kwargs), client.send)

    describe(method, operation)
    return method


class AsyncClient(Connection):
    """A client of the Ganglion service for asyncio: `Client`, with methods to be awaited.

    Lists are gone through with `async for`::

        async with AsyncClient() as client:
            started = await client.start({"name": "one", "steps": [{"id": "read", "task_type": "read"}]})
            async for event in client.history(started.id):
                ...
    """

    def __init__(
        self,
        url: str | Sequence[str] | None = None,
        *,
        retry_for: Duration = 30.0,
        timeout: Duration = 30.0,
        headers: Mapping[str, str] | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        super().__init__(url, retry_for, timeout, headers)
        self._http = httpx.AsyncClient(transport=transport)

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def send(self, call: Call[T]) -> T:
        """Make a call, again if need be, and give its result."""
        return await self._carry_out(self.exchange(call))

    async def send_once(self, call: Call[T]) -> T:
        """Make a call a single time, whatever becomes of it."""
        return await self._carry_out(self.attempt(call))

    async def follow(self, script: Script[T]) -> T:
        """Make the calls of a script."""
        try:
            call = next(script)
            while True:
                call = script.send(await self.send(call))
        except StopIteration as end:
            result: T = end.value
            return result

    async def _carry_out(self, exchange: Exchange[T]) -> T:
        try:
            step = next(exchange)
            while True:
                if isinstance(step, Attempt):
                    step = exchange.send(await self._attempt(step.request))
                else:
                    await asyncio.sleep(step.seconds)
                    step = next(exchange)
        except StopIteration as end:
            result: T = end.value
            return result

    async def _attempt(self, request: httpx.Request) -> httpx.Response | httpx.HTTPError:
        try:
            return await self._http.send(request)
        except httpx.HTTPError as error:
            return error

    start = _call(operations.start)
    workflow = _call(operations.workflow)
    wait_for_end = _script(operations.wait_for_end)
    run = _script(operations.run)
    run_task = _script(operations.run_task)
    workflows = _listing(operations.workflows)
    history = _listing(operations.history)
    plan = _call(operations.plan)
    step = _call(operations.step)
    check = _call(operations.check)
    explain = _call(operations.explain)
    cancel = _call(operations.cancel)
    retry = _call(operations.retry)
    add_steps = _call(operations.add_steps)
    do_step = _script(operations.do_step)
    complete_workflow = _call(operations.complete_workflow)
    fail_workflow = _call(operations.fail_workflow)
    register = _call(operations.register)
    agent = _call(operations.agent)
    agents = _listing(operations.agents)
    deregister = _call(operations.deregister)
    pause_agent = _call(operations.pause_agent)
    resume_agent = _call(operations.resume_agent)
    drain_agent = _call(operations.drain_agent)
    heartbeat = _call(operations.heartbeat)
    take = _call(operations.take)
    complete = _call(operations.complete)
    fail = _call(operations.fail)
    answer = _call(operations.answer)
    escalate = _call(operations.escalate)
    progress = _call(operations.progress)
    guide = _call(operations.guide)
    escalations = _listing(operations.escalations)
    escalation = _call(operations.escalation)
    claim = _call(operations.claim)
    release = _call(operations.release)
    reassign = _call(operations.reassign)
    comment = _call(operations.comment)
    resolve = _call(operations.resolve)
    preview_resolve = _call(operations.preview_resolve)
    resolve_many = _call(operations.resolve_many)
    task_types = _listing(operations.task_types)
    task_type = _call(operations.task_type)
    configure_task_type = _call(operations.configure_task_type)
    reset_task_type = _call(operations.reset_task_type)
    webhooks = _call(operations.webhooks)
    webhook = _call(operations.webhook)
    configure_webhook = _call(operations.configure_webhook)
    remove_webhook = _call(operations.remove_webhook)
    test_webhook = _call(operations.test_webhook)
    webhook_failures = _call(operations.webhook_failures)
    redeliver = _call(operations.redeliver)
    nodes = _listing(operations.nodes)
    overview = _call(operations.overview)
    health = _call(operations.health)
    readiness = _call(operations.readiness)
    metrics = _call(operations.metrics)
    contract = _call(operations.contract)
