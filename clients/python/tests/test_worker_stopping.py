"""Workers whose tasks are cancelled, and that stop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import httpx
import pytest

from ganglion import Agent, Client, Task, TaskCancelled, Worker

from .conftest import Running
from .plans import plan, types
from .service import LIMIT, Service

Name = Callable[[str], str]


@pytest.mark.parametrize("kind", ["async", "thread"])
def test_cancelling_a_workflow_reaches_its_functions(client: Client, running: Running, unique: Name, kind: str) -> None:
    agent = Agent("cancel")
    begun, stopped = threading.Event(), threading.Event()

    if kind == "async":

        @agent.task(unique("endless"))
        async def endless(task: Task) -> None:
            begun.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                stopped.set()
                raise
    else:

        @agent.task(unique("endless"))
        def endless_thread(task: Task) -> None:
            begun.set()
            assert task.cancelled.wait(LIMIT)
            with pytest.raises(TaskCancelled):
                task.raise_if_cancelled()
            stopped.set()
            task.raise_if_cancelled()

    @agent.task(unique("next"))
    def following(task: Task) -> str:
        return "the slot is free"

    with running(agent):
        started = client.start(plan(unique("endless")))
        assert begun.wait(LIMIT)
        client.cancel(started.id)
        assert stopped.wait(LIMIT)
        assert client.run(plan(unique("next"))) == {"s0": "the slot is free"}
    assert "answer_refused" not in types(client, started.id)


def test_a_report_of_an_attempt_that_is_over_stops_the_function(running: Running) -> None:
    agent = Agent("over", slots=1)
    stopped = threading.Event()
    asked: list[str] = []
    orders: dict[str, object] = {"pause": False, "drain": False, "guidance": []}

    @agent.task("over")
    def over(task: Task) -> None:
        task.progress(50)
        assert task.cancelled.wait(LIMIT)
        stopped.set()

    def answer(request: httpx.Request) -> httpx.Response:
        """A service that says only to reports that the attempt is over."""
        asked.append(request.url.path.rpartition("/")[2])
        match asked[-1]:
            case "agents":
                body = {"id": "agent_1", "heartbeat_interval": "5s", "lost_after": "15s"}
                return httpx.Response(201, json=body)
            case "tasks":
                names = dict.fromkeys(("task_id", "workflow_id", "step_id", "task_type"), "over")
                task = {**names, "attempt": 1, "payload": None, "deadline": "2026-11-23T17:00:00.000Z"}
                tasks = [] if asked.count("tasks") > 1 else [task]
                none: dict[str, list[str]] = {key: [] for key in ("accepted", "duplicates", "refused", "cancel")}
                return httpx.Response(200, json={"tasks": tasks, **none, **orders})
            case "heartbeat":
                heard: dict[str, object] = {
                    "status": "alive",
                    "heartbeat_interval": "5s",
                    "lost_after": "15s",
                    "cancel": [],
                    **orders,
                }
                return httpx.Response(200, json=heard)
            case "progress" if asked.count("progress") == 1:
                return httpx.Response(503, headers={"Retry-After": "0"})
            case "progress":
                return httpx.Response(409, json={"type": "/problems/attempt-over"})
            case _:
                return httpx.Response(204)

    with running(agent, "http://scripted", transport=httpx.MockTransport(answer)):
        assert stopped.wait(LIMIT)
    assert asked.count("progress") == 2
    assert not {"complete", "fail"} & set(asked)


def test_a_worker_that_stops_ends_its_work_and_leaves(client: Client, running: Running, unique: Name) -> None:
    agent = Agent("drain", slots=1)
    begun, stopping = threading.Event(), threading.Event()

    @agent.task(unique("drain"))
    def drain(task: Task) -> str:
        begun.set()
        assert stopping.wait(LIMIT)
        return "ended well"

    with running(agent) as worker:
        first = client.start(plan(unique("drain")))
        assert begun.wait(LIMIT)
        second = client.start(plan(unique("drain")))
        agent_id = worker.agent_id
        assert agent_id is not None
        worker.stop()
        stopping.set()
    assert client.workflow(first.id).output == {"s0": "ended well"}
    assert client.workflow(second.id).step("s0").attempts == 1
    assert client.workflow(second.id).step("s0").status == "queued"
    assert client.agent(agent_id).status == "left"
    assert worker.agent_id is None


def test_functions_that_do_not_end_in_time_are_cancelled_and_their_tasks_given_to_others(
    client: Client, running: Running, unique: Name
) -> None:
    agent = Agent("impatient", slots=2)
    begun = threading.Barrier(3)
    never = threading.Event()
    cancelled: list[Task] = []

    @agent.task(unique("deaf"))
    def deaf(task: Task) -> None:
        begun.wait(LIMIT)
        never.wait(LIMIT)

    @agent.task(unique("polite"))
    async def polite(task: Task) -> None:
        await asyncio.to_thread(begun.wait, LIMIT)
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.append(task)

    with running(agent, grace=0.01):
        started = client.start(plan(unique("deaf"), unique("polite")))
        begun.wait(LIMIT)
    never.set()
    assert len(cancelled) == 1
    steps = client.workflow(started.id, wait=LIMIT, revision=0).steps
    assert {step.status for step in steps} <= {"backing_off", "queued"}
    assert {event.error.code for event in client.history(started.id) if event.error} == {"agent_lost"}


def test_a_worker_in_a_loop_is_cancelled_as_a_task(client: Client, service: Service, unique: Name) -> None:
    agent = Agent("loop")
    stopped = []

    async def main() -> None:
        begun = asyncio.Event()

        @agent.task(unique("loop"))
        async def endless(task: Task) -> None:
            begun.set()
            try:
                await asyncio.Event().wait()
            finally:
                stopped.append(task)

        worker = Worker(agent, service.url)
        run = asyncio.create_task(worker.run_async())
        client.start(plan(unique("loop")))
        await asyncio.wait_for(begun.wait(), LIMIT)
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(run, 4)
        with pytest.raises(RuntimeError, match="runs once"):
            await worker.run_async()

    asyncio.run(main())
    assert len(stopped) == 1
