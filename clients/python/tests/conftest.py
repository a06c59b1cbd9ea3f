"""What tests are given: a service, clients of it, and names that no other test has."""

from __future__ import annotations

import asyncio
import importlib.util
import itertools
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

# CrewAI tells its makers of each run unless it is told not to.
os.environ |= {"CREWAI_DISABLE_TELEMETRY": "true", "CREWAI_TRACING_ENABLED": "false", "OTEL_SDK_DISABLED": "true"}

from ganglion import Agent, AsyncClient, AsyncItems, Client, Worker

from .service import LIMIT, Service

# There is no CrewAI for Python 3.14.
collect_ignore = [] if importlib.util.find_spec("crewai") else ["test_crewai.py"]

_numbers = itertools.count()


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that many tests share."""
    service = Service(tmp_path_factory.mktemp("data"))
    yield service
    service.close()


@pytest.fixture
def own_service(tmp_path: Path) -> Iterator[Service]:
    """A service that the test may kill. Agents are lost soon."""
    service = Service(tmp_path / "data", ["--agent-heartbeat", "200ms", "--agent-lost-after", "3s"])
    yield service
    service.close()


class OnLoop:
    """An `AsyncClient` behind the methods of a `Client`, so that tests are written once for both."""

    def __init__(self, client: AsyncClient, loop: asyncio.AbstractEventLoop) -> None:
        self._client = client
        self._loop = loop

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._client, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            result = method(*args, **kwargs)
            return (
                _Listed(result, self._loop) if isinstance(result, AsyncItems) else self._loop.run_until_complete(result)
            )

        return call


class _Listed:
    def __init__(self, items: AsyncItems[Any], loop: asyncio.AbstractEventLoop) -> None:
        self._items = items
        self._loop = loop

    def __iter__(self) -> Iterator[Any]:
        async def collect() -> list[Any]:
            return [item async for item in self._items]

        return iter(self._loop.run_until_complete(collect()))

    def pages(self) -> Iterator[Any]:
        async def collect() -> list[Any]:
            return [page async for page in self._items.pages()]

        return iter(self._loop.run_until_complete(collect()))


MakeClient = Callable[..., Any]


@pytest.fixture(params=["blocking", "asyncio"])
def make_client(request: pytest.FixtureRequest) -> Iterator[MakeClient]:
    """Makes clients of both kinds with the same methods, and closes them."""
    if request.param == "blocking":
        made: list[Client] = []

        def make(*args: Any, **kwargs: Any) -> Client:
            made.append(Client(*args, **kwargs))
            return made[-1]

        yield make
        for client in made:
            client.close()
        return

    with asyncio.Runner() if hasattr(asyncio, "Runner") else _Runner() as runner:
        loop = runner.get_loop()
        opened: list[AsyncClient] = []

        def make_async(*args: Any, **kwargs: Any) -> OnLoop:
            opened.append(AsyncClient(*args, **kwargs))
            return OnLoop(opened[-1], loop)

        yield make_async
        for async_client in opened:
            loop.run_until_complete(async_client.aclose())


class _Runner:
    """`asyncio.Runner`, which Python 3.10 does not have."""

    def __enter__(self) -> _Runner:
        self._loop = asyncio.new_event_loop()
        return self

    def get_loop(self) -> asyncio.AbstractEventLoop:
        return self._loop

    def __exit__(self, *_: object) -> None:
        self._loop.close()


@pytest.fixture
def either_client(make_client: MakeClient, service: Service) -> Any:
    """A client of each kind of the shared service."""
    return make_client(service.url)


@pytest.fixture
def client(service: Service) -> Iterator[Client]:
    """A client of the shared service."""
    with Client(service.url) as client:
        yield client


@pytest.fixture
def unique() -> Callable[[str], str]:
    """Makes names that no other test has: tests share queues with nobody."""
    number = next(_numbers)
    return lambda name: f"{name}_{number}"


@pytest.fixture
def unused_url() -> Iterator[str]:
    """At which nobody listens."""
    with socket.socket() as bound:
        # Bound and not listening: refused, and nobody else's meanwhile.
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"


Running = Callable[..., AbstractContextManager[Worker]]


@pytest.fixture
def running(service: Service) -> Running:
    """Runs a worker in a thread for as long as the block lasts; ends it in order, and tells what it raised."""

    @contextmanager
    def run(agent: Agent, url: str | list[str] | None = None, **options: Any) -> Iterator[Worker]:
        worker = Worker(agent, url or service.url, **options)
        errors: list[BaseException] = []

        def work() -> None:
            try:
                worker.run()
            except BaseException as error:
                errors.append(error)

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        try:
            yield worker
        finally:
            worker.stop()
            thread.join(LIMIT)
        assert not thread.is_alive(), "the worker did not end"
        if errors:
            raise errors[0]

    return run
