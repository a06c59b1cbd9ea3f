"""What makes an agent of functions work."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from collections.abc import Iterator, Mapping, Sequence

import httpx

from .agent import Agent
from .async_client import AsyncClient
from .durations import LONGEST_WAIT, Duration, seconds
from .worker_session import WorkerSession


class Worker:
    """Takes tasks for an agent, has its functions do them, and hands in what they give::

        Worker(agent).run()

    What is finished is handed in until the service accepts or refuses it, however often it goes away meanwhile. A
    worker that the service has given up registers again, under a new id. When a task is not the agent's any more, its
    function is cancelled. A worker runs once.

    Functions that are `async` share the worker's event loop: one that blocks it keeps the worker's heartbeats from
    being sent.

    Args:
        agent: The functions.
        url: Where the service is, as with `Client`.
        grace: How long functions may go on once the worker is to stop, in seconds; after that they are cancelled.
        wait: How long a request waits at the service for a task, from 1 to 60 seconds.
        headers: Sent with every request.
        transport: How requests are sent, as with `AsyncClient`.
    """

    def __init__(
        self,
        agent: Agent,
        url: str | Sequence[str] | None = None,
        *,
        grace: Duration = 20.0,
        wait: Duration = 20.0,
        headers: Mapping[str, str] | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        if not agent.functions:
            raise ValueError(f'the agent {agent.name!r} has no function; decorate one with @agent.task("…")')
        self._agent = agent
        self._grace = seconds(grace)
        self._wait = min(max(seconds(wait), 1.0), LONGEST_WAIT)
        # An agent that does not hear for long enough is lost: it asks again rather than wait for a server that hangs.
        self._client = AsyncClient(url, timeout=10.0, headers=headers, transport=transport)
        self._lock = threading.Lock()
        self._stop_within: float | None = None
        self._session: WorkerSession | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def agent_id(self) -> str | None:
        """The id under which the worker is registered at this time; `None` before and after."""
        return self._session.agent_id if self._session else None

    def run(self) -> None:
        """Works until `stop`, SIGTERM or SIGINT; a second signal cancels the functions at once.

        Raises:
            Problem: The service does not take the agent as it is.
        """

        async def run() -> None:
            with self._signals():
                await self.run_async()

        asyncio.run(run())

    async def run_async(self) -> None:
        """The same, in a program that has an event loop, and without signals.

        Cancelling it cancels the functions, hands in what is finished and leaves the registry, in a few seconds.
        """
        with self._lock:
            if self._loop is not None:
                raise RuntimeError("a worker runs once")
            self._loop = asyncio.get_running_loop()
            self._session = session = WorkerSession(self._agent, self._client, self._wait)
            if self._stop_within is not None:
                session.stop(self._stop_within)
        # To end well takes requests, which a cancelled task could not make.
        run = asyncio.create_task(session.run())
        try:
            await asyncio.shield(run)
        except asyncio.CancelledError:
            session.stop(0.0)
            await run
            raise
        finally:
            await self._client.aclose()

    def stop(self, grace: Duration | None = None) -> None:
        """Ends `run` from any thread: nothing new is taken, and functions may end their work.

        Args:
            grace: How long they may go on, in place of the worker's own; calling again can only shorten it.
        """
        within = self._grace if grace is None else seconds(grace)
        with self._lock:
            self._stop_within = within if self._stop_within is None else min(self._stop_within, within)
            # A loop that has ended needs no stopping.
            with contextlib.suppress(RuntimeError):
                if self._loop is not None and self._session is not None:
                    self._loop.call_soon_threadsafe(self._session.stop, within)

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        """Has signals stop the worker, where they can be had: in the main thread, and not on Windows."""
        loop = asyncio.get_running_loop()
        asked = False

        def stop() -> None:
            nonlocal asked
            self.stop(0.0 if asked else None)
            asked = True

        signals = []
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                with contextlib.suppress(NotImplementedError):
                    loop.add_signal_handler(number, stop)
                    signals.append(number)
        try:
            yield
        finally:
            for number in signals:
                loop.remove_signal_handler(number)
