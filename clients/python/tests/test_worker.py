"""Workers against a real service."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

from ganglion import Agent, Client, InvalidRequest, Task, TaskError, Worker

from .conftest import Running
from .plans import escalated, plan
from .service import LIMIT, Service

Name = Callable[[str], str]


def test_functions_of_every_kind_do_tasks(client: Client, running: Running, unique: Name) -> None:
    agent = Agent("mixed", slots=4)

    @agent.task(unique("plain"))
    def plain(task: Task) -> dict[str, Any]:
        assert (task.type, task.attempt) == (unique("plain"), 1)
        return {"id": task.id, "in_main": threading.current_thread() is threading.main_thread()}

    @agent.task(unique("async"))
    async def asynchronous(task: Task) -> str:
        await asyncio.sleep(0)
        return f"{task.payload['input']}!"

    class Callee:
        async def __call__(self, task: Task) -> None:
            await asyncio.sleep(0)

    agent.task(unique("object"))(Callee())
    with running(agent):
        started = client.start({**plan(*map(unique, ("plain", "async", "object"))), "input": "grüß"})
        ended = client.wait_for_end(started.id, timeout=LIMIT)
    assert ended.status == "completed"
    results = [step.result for step in ended.steps]
    assert results == [{"id": results[0]["id"], "in_main": False}, "grüß!", None]
    assert plain.__name__ == "plain"


def test_a_single_task_is_done_for_whoever_asks(client: Client, running: Running, unique: Name) -> None:
    agent = Agent("single")
    agent.task(unique("echo"))(lambda task: [task.payload, task.attempt])
    with running(agent):
        for _ in range(2):
            assert client.run_task(unique("echo"), {"text": "${input}"}, idempotency_key=unique("echo")) == [
                {"text": "${input}"},
                1,
            ]
        with pytest.raises(InvalidRequest) as raised:
            client.run_task(unique("echo"), None, step={"timeout": "never"})
    assert raised.value.errors[0].pointer == "/steps/0/timeout"


def test_what_goes_wrong_is_told(client: Client, running: Running, unique: Name) -> None:
    agent = Agent("wrong", slots=4)

    @agent.task(unique("told"))
    def told(task: Task) -> None:
        raise TaskError("unreadable", "The document is not text. " + "ä" * 4096, retryable=False)

    @agent.task(unique("odd"))
    async def odd(task: Task) -> None:
        raise LookupError("no such page")

    @agent.task(unique("exit"))
    def leave(task: Task) -> None:
        raise SystemExit(3)

    @agent.task(unique("set"))
    def not_json(task: Task) -> object:
        return {1, 2}

    names = [unique(name) for name in ("told", "odd", "exit", "set")]
    with running(agent):
        started = client.start(plan(*names, retry={"max_attempts": 1}))
        assert escalated(client, started.id)
    failures = [step.failure for step in client.workflow(started.id).steps if step.failure]
    assert [failure.code for failure in failures] == ["unreadable", "agent_error", "agent_error", "result_not_json"]
    assert failures[0].message.startswith("The document is not text. ä")
    assert [failure.message for failure in failures[1:3]] == ["LookupError: no such page", "SystemExit: 3"]
    assert "set is not JSON serializable" in failures[3].message


def test_an_attempt_that_failed_is_made_again_when_it_asked_for(client: Client, running: Running, unique: Name) -> None:
    agent = Agent("second")

    @agent.task(unique("second"))
    def second(task: Task) -> int:
        if task.attempt == 1:
            raise TaskError("busy", "The model asked for a pause.", retry_after=0.05)
        return task.attempt

    with running(agent):
        assert client.run(plan(unique("second"))) == {"s0": 2}


def test_a_result_that_the_service_does_not_take_fails_the_attempt(
    client: Client, running: Running, unique: Name
) -> None:
    agent = Agent("large", slots=2)

    @agent.task(unique("large"))
    def large(task: Task) -> str:
        return "x" * (2 << 20)

    @agent.task(unique("small"))
    def small(task: Task) -> str:
        return "y"

    with running(agent):
        started = client.start(plan(unique("large"), unique("small"), on_exhausted="skip"))
        ended = client.wait_for_end(started.id, timeout=LIMIT)
    assert [step.status for step in ended.steps] == ["skipped", "completed"]
    failure = ended.step("s0").failure
    assert failure is not None
    assert failure.code == "result_refused"


def test_as_many_tasks_run_at_a_time_as_there_are_slots(client: Client, running: Running, unique: Name) -> None:
    agent = Agent("slots", slots=3)
    barrier = threading.Barrier(3)
    lock = threading.Lock()
    at_work = 0
    most = 0

    @agent.task(unique("meet"))
    def meet(task: Task) -> None:
        nonlocal at_work, most
        with lock:
            at_work += 1
            most = max(most, at_work)
        barrier.wait(LIMIT)
        with lock:
            at_work -= 1

    with running(agent):
        ended = client.wait_for_end(client.start(plan(*[unique("meet")] * 9)).id, timeout=LIMIT)
    assert ended.status == "completed"
    assert most == 3


def test_progress_and_usage_are_told(client: Client, running: Running, unique: Name) -> None:
    agent = Agent("progress", slots=2)
    seen = threading.Event()

    @agent.task(unique("long"))
    def long(task: Task) -> int:
        task.record_usage(tokens=1, dollars=0.25)
        task.record_usage(tokens=2, wrong=float("nan"))
        task.progress(10, "begun")
        task.progress(50, "half of it", extend=3600)
        task.progress(extend=7200)
        assert seen.wait(LIMIT)
        assert task.usage == {"tokens": 3, "dollars": 0.25}
        return 1

    with running(agent):
        started = client.start(plan(unique("long"), timeout="60s"))
        workflow = started
        while not (workflow.steps[0].progress and workflow.steps[0].progress.percent == 50):
            workflow = client.workflow(started.id, wait=LIMIT, revision=workflow.revision)
        seen.set()
        client.wait_for_end(started.id, timeout=LIMIT)
    step = workflow.steps[0]
    assert step.progress is not None
    assert step.deadline is not None
    assert step.started_at is not None
    assert step.progress.message == "half of it"
    assert (step.deadline - step.started_at).total_seconds() > 3000
    with pytest.raises(ValueError, match="from 0 to 100 percent"):
        Task.progress(object.__new__(Task), 101)


def test_notes_reach_the_function_and_the_next_attempt_goes_on_from_what_was_made(
    client: Client, running: Running, unique: Name
) -> None:
    agent = Agent("reader", slots=2)
    partials: list[object] = []

    @agent.task(unique("read"))
    async def read(task: Task) -> str:
        partials.append(task.partial)
        if task.attempt == 1:
            task.progress(partial={"pages": 2}, fingerprint="page 2", tool_call="read(2)")
            # Read only after the report: its answer is what says that it is stored.
            while (await task.client.workflow(task.assignment.workflow_id)).steps[0].partial is None:
                pass
            raise TaskError("tired")
        async for note in task.guidance():
            return note.text
        raise AssertionError

    with running(agent):
        started = client.start(plan(unique("read"), heartbeat_timeout="2s", retry={"initial_backoff": "0ms"}))
        workflow = started
        while workflow.steps[0].attempts < 2 or workflow.steps[0].status != "running":
            workflow = client.workflow(started.id, wait=LIMIT, revision=workflow.revision)
        task_id = workflow.steps[0].task_id
        assert task_id is not None
        assert client.guide(task_id, text="enough", by="maria").status == "accepted"
        ended = client.wait_for_end(started.id, timeout=LIMIT)
    assert ended.steps[0].result == "enough"
    assert partials == [None, {"pages": 2}]


def test_a_worker_that_is_drained_finishes_what_it_has_and_leaves(
    client: Client, running: Running, unique: Name
) -> None:
    agent = Agent("leaver", slots=2)
    begun, go_on = threading.Event(), threading.Event()

    @agent.task(unique("slow"))
    def slow(task: Task) -> int:
        begun.set()
        assert go_on.wait(LIMIT)
        return task.attempt

    with running(agent) as worker:
        started = client.start(plan(unique("slow")))
        assert begun.wait(LIMIT)
        agent_id = worker.agent_id
        assert agent_id is not None
        assert client.drain_agent(agent_id).status == "draining"
        go_on.set()
        assert client.wait_for_end(started.id, timeout=LIMIT).steps[0].result == 1
        # By itself, and not because it is stopped.
        while client.agent(agent_id).status != "left":
            client.workflow(started.id)


def test_a_function_asks_and_goes_on_with_the_answer(client: Client, running: Running, unique: Name) -> None:
    agent = Agent("asks")

    @agent.task(unique("asks"))
    def asks(task: Task) -> list[Any]:
        task.record_usage(tokens=1)
        kind = task.ask("Which kind?", options=["lease", "license"], context={"attempt": task.attempt})
        return [kind, task.ask("How many?"), task.attempt]

    asked = []
    with running(agent):
        started = client.start(plan(unique("asks")))
        while escalation := escalated(client, started.id):
            asked.append((escalation.question, escalation.options, escalation.context))
            answer = "license" if escalation.options else 3
            client.resolve(escalation.id, "answer", by="test", reason="asked", answer=answer)
    assert asked == [("Which kind?", ("lease", "license"), {"attempt": 1}), ("How many?", (), None)]
    assert client.workflow(started.id).output == {"s0": ["license", 3, 3]}


def test_a_question_that_is_not_json_fails_the_attempt(client: Client, running: Running, unique: Name) -> None:
    agent = Agent("asks")

    @agent.task(unique("asks"))
    async def asks(task: Task) -> None:
        task.ask("Which?", context=object())

    with running(agent):
        escalation = escalated(client, client.start(plan(unique("asks"))).id)
    assert escalation is not None
    assert escalation.error is not None
    assert escalation.error.code == "result_not_json"


def test_an_agent_that_the_service_does_not_take_is_told_why(service: Service) -> None:
    agent = Agent("x" * 200)
    agent.task("read")(lambda task: None)
    with pytest.raises(InvalidRequest) as raised:
        Worker(agent, service.url).run()
    assert raised.value.errors[0].pointer == "/name"


def test_mistakes_are_told_before_anything_is_sent() -> None:
    agent = Agent("empty")
    with pytest.raises(ValueError, match="has no function"):
        Worker(agent)
    agent.task("read")(lambda task: None)
    with pytest.raises(ValueError, match="already"):
        agent.task("read")(lambda task: None)
    with pytest.raises(ValueError, match="1 to 1000 slots"):
        Agent("none", slots=0)
