"""Workers that lose answers, nodes and services."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

import httpx
import pytest

from ganglion import Agent, Client, Task

from .conftest import Running
from .plans import plan, types
from .service import LIMIT, Service

Name = Callable[[str], str]


class LosesAnswers(httpx.AsyncBaseTransport):
    """Loses the first three answers to each kind of request, after the service has done what was asked."""

    def __init__(self) -> None:
        self._inner = httpx.AsyncHTTPTransport()
        self.lost: Counter[str] = Counter()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        kind = request.url.path.rpartition("/")[2]
        if self.lost[kind] < 3:
            await response.aread()
            self.lost[kind] += 1
            raise httpx.ReadError("the connection was lost")
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


# With one slot, results go with the next take; with a poll open for more, by themselves.
@pytest.mark.parametrize(("slots", "kinds"), [(1, {"tasks"}), (16, {"tasks", "complete"})])
def test_lost_answers_make_no_duplicates(
    client: Client, running: Running, unique: Name, slots: int, kinds: set[str]
) -> None:
    agent = Agent("unlucky", slots=slots)
    calls: list[str] = []

    @agent.task(unique("once"))
    def once(task: Task) -> int:
        calls.append(task.id)
        return len(calls)

    transport = LosesAnswers()
    chain = plan(*[unique("once")] * 4)
    for number, step in enumerate(chain["steps"][1:]):
        step["after"] = [f"s{number}"]
    with running(agent, transport=transport):
        # One after the other: what ends at the same time would go together.
        ended = [client.wait_for_end(client.start(chain).id, timeout=LIMIT) for _ in range(3)]
    assert all(transport.lost[kind] == 3 for kind in kinds)
    assert [workflow.status for workflow in ended] == ["completed"] * 3
    assert len(calls) == len(set(calls)) == 12
    for workflow in ended:
        events = types(client, workflow.id)
        assert events.count("step_completed") == 4
        assert "answer_refused" not in events
        assert "attempt_failed" not in events


def test_a_worker_passes_over_a_node_that_is_away(
    client: Client, service: Service, running: Running, unique: Name, unused_url: str
) -> None:
    agent = Agent("passes")
    agent.task(unique("pass"))(lambda task: "done")
    with running(agent, [unused_url, service.url]):
        assert client.run(plan(unique("pass"))) == {"s0": "done"}


def test_a_service_that_is_killed_in_mid_work_takes_the_results_when_it_is_back(
    own_service: Service, running: Running
) -> None:
    agent = Agent("survivor", slots=8)
    begun = threading.Barrier(5)
    killed = threading.Event()
    calls: list[str] = []

    @agent.task("slow")
    def slow(task: Task) -> int:
        calls.append(task.id)
        begun.wait(LIMIT)
        assert killed.wait(LIMIT)
        return task.attempt

    with Client(own_service.url) as client, running(agent, own_service.url) as worker:
        started = [client.start(plan("slow", "slow")) for _ in range(2)]
        begun.wait(LIMIT)
        agent_id = worker.agent_id
        own_service.kill()
        killed.set()
        own_service.start()
        for workflow in started:
            ended = client.wait_for_end(workflow.id, timeout=LIMIT)
            assert ended.output == {"s0": 1, "s1": 1}
            assert types(client, workflow.id).count("step_completed") == 2
        assert len(calls) == len(set(calls)) == 4
        assert worker.agent_id == agent_id


def test_a_worker_that_was_lost_registers_again_and_drops_what_it_did(own_service: Service, running: Running) -> None:
    agent = Agent("lost", slots=1)
    begun = threading.Event()

    @agent.task("slow")
    def slow(task: Task) -> int:
        begun.set()
        assert task.cancelled.wait(LIMIT) if task.attempt == 1 else True
        return task.attempt

    with Client(own_service.url) as client, running(agent, own_service.url) as worker:
        started = client.start(plan("slow"))
        assert begun.wait(LIMIT)
        first = worker.agent_id
        assert first is not None
        # As if it had not been heard of: what it held goes to another, which here is itself.
        client.deregister(first)
        ended = client.wait_for_end(started.id, timeout=LIMIT)
        assert ended.output == {"s0": 2}
        assert worker.agent_id not in (None, first)
        assert "answer_refused" not in types(client, started.id)
