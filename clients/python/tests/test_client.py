"""Every operation against a real service, on both clients."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from ganglion import (
    AgentLost,
    Conflict,
    FinishedTask,
    InvalidRequest,
    NotFound,
    StepNotCompleted,
    TaskError,
    WorkflowNotCompleted,
)

Name = Callable[[str], str]
NOBODY = "agent_00000000000000000000000000"


def plan(task_type: str, **fields: Any) -> dict[str, Any]:
    return {"name": "one-step", "steps": [{"id": "read", "task_type": task_type}], **fields}


def test_a_workflow_is_started_taken_completed_and_read(either_client: Any, unique: Name) -> None:
    client, read = either_client, unique("read")
    started = client.start(plan(read, input={"text": "Grüße 🙂"}, labels={"customer": "acme"}))
    assert started.status == "running"
    assert started.labels == {"customer": "acme"}
    assert started.step("read").status == "queued"
    assert isinstance(started.created_at, datetime)
    assert started.created_at.utcoffset() == timedelta(0)
    assert client.workflow(started.id).id == started.id

    agent = client.register("reader", [read], slots=2)
    assert agent.heartbeat_interval == timedelta(seconds=5)
    taken = client.take(agent.id, max=2, wait=10)
    (task,) = taken.tasks
    assert task.payload == {"input": {"text": "Grüße 🙂"}, "results": {}}
    assert client.progress(task.task_id, agent_id=agent.id, attempt=1, percent=50, extend=60).status == "accepted"

    answer = {"agent_id": agent.id, "attempt": 1, "result": {"kind": ["a", None, 1.5]}, "usage": {"tokens": 812}}
    assert client.complete(task.task_id, **answer).status == "accepted"
    assert client.complete(task.task_id, **answer).status == "duplicate"
    ended = client.wait_for_end(started.id, timeout=10)
    assert ended.status == "completed"
    assert ended.is_ended
    assert ended.output == {"read": {"kind": ["a", None, 1.5]}}
    assert ended.step("read").result == {"kind": ["a", None, 1.5]}
    with pytest.raises(KeyError):
        ended.step("write")

    events = list(client.history(started.id, page_size=2))
    assert [event.type for event in events][-2:] == ["step_completed", "workflow_completed"]
    assert {event.agent_id for event in events if event.type == "step_completed"} == {agent.id}


def test_a_key_starts_a_workflow_once(either_client: Any, unique: Name) -> None:
    read, key = unique("read"), unique("key")
    first = either_client.start(plan(read), idempotency_key=key)
    assert either_client.start(plan(read), idempotency_key=key).id == first.id
    assert either_client.start(plan(read)).id != first.id
    with pytest.raises(InvalidRequest) as raised:
        either_client.start(plan(read, input=1), idempotency_key=key)
    assert raised.value.type == "/problems/idempotency-key-reused"
    assert raised.value.errors[0].header == "Idempotency-Key"


def test_a_plan_that_is_not_accepted_is_told_with_every_place(either_client: Any, unique: Name) -> None:
    steps = [{"id": "a", "task_type": unique("read"), "after": ["b"]}, {"id": "c", "task_type": "t", "timeout": "1 s"}]
    with pytest.raises(InvalidRequest) as raised:
        either_client.start({"name": "wrong", "steps": steps})
    problem = raised.value
    assert (problem.status, problem.type, problem.title) == (422, "/problems/invalid-request", "Invalid request")
    assert problem.detail == "The body has 2 problems."
    assert [place.pointer for place in problem.errors] == ["/steps/0/after/0", "/steps/1/timeout"]
    assert "/steps/0/after/0: no step is called 'b'" in str(problem)
    with pytest.raises(InvalidRequest) as raised:
        list(either_client.workflows(page_size=0))
    assert raised.value.errors[0].parameter == "limit"


@pytest.mark.parametrize(
    ("operation", "kind"),
    [
        (lambda client: client.workflow("wf_x"), "/problems/unknown-workflow"),
        (lambda client: client.workflow("../agents?x"), "/problems/unknown-workflow"),
        (lambda client: client.agent("agent_x"), "/problems/unknown-agent"),
        (lambda client: client.escalation("esc_x"), "/problems/unknown-escalation"),
        (lambda client: client.complete("task_x", agent_id=NOBODY, attempt=1, result=1), "/problems/unknown-task"),
    ],
)
def test_what_is_not_there_is_not_found(either_client: Any, operation: Callable[[Any], Any], kind: str) -> None:
    with pytest.raises(NotFound) as raised:
        operation(either_client)
    assert raised.value.type == kind


def test_waiting_ends_with_news_or_with_the_time(either_client: Any, unique: Name) -> None:
    client, read = either_client, unique("read")
    started = client.start(plan(read), wait=timedelta(milliseconds=50))
    assert not started.is_ended
    assert client.workflow(started.id, wait=0.05, revision=started.revision).revision == started.revision
    assert client.wait_for_end(started.id, timeout=0.05).status == "running"
    cancelled = client.cancel(started.id)
    assert client.workflow(started.id, wait=30, revision=started.revision).revision == cancelled.revision


def test_lists_are_read_by_pages(either_client: Any, unique: Name) -> None:
    client, label = either_client, {"test": unique("lists"), "of": "pages"}
    ids = [client.start(plan(unique("read"), labels=label)).id for _ in range(5)]
    listed = client.workflows(labels=label, page_size=2)
    # Those of the same millisecond have no order.
    listed_ids = [workflow.id for workflow in listed]
    assert sorted(listed_ids) == sorted(ids)
    pages = list(listed.pages())
    assert pages[-1].next_cursor is None
    assert [item.id for page in pages for item in page.items] == listed_ids
    rest = client.workflows(labels=label, page_size=2, cursor=pages[0].next_cursor)
    assert [workflow.id for workflow in rest] == listed_ids[len(pages[0].items) :]
    assert list(client.workflows(labels=label, status="completed")) == []


def test_a_workflow_is_cancelled_once(either_client: Any, unique: Name) -> None:
    started = either_client.start(plan(unique("read")))
    cancelled = either_client.cancel(started.id, by="ops", reason="started twice by mistake")
    assert cancelled.status == "cancelled"
    last = list(either_client.history(started.id))[-1]
    assert (last.type, last.by, last.reason) == ("workflow_cancelled", "ops", "started twice by mistake")
    with pytest.raises(Conflict) as raised:
        either_client.cancel(started.id)
    assert raised.value.type == "/problems/workflow-ended"


def test_a_workflow_that_was_cancelled_is_tried_again(either_client: Any, unique: Name) -> None:
    started = either_client.start(plan(unique("read")))
    with pytest.raises(Conflict) as raised:
        either_client.retry(started.id)
    assert raised.value.type == "/problems/workflow-open"
    either_client.cancel(started.id)
    assert either_client.retry(started.id, by="ops", reason="by mistake").status == "running"
    retried = next(event for event in either_client.history(started.id) if event.type == "workflow_retried")
    assert (retried.by, retried.reason) == ("ops", "by mistake")
    assert either_client.overview().workflows["running"] >= 1
    either_client.cancel(started.id)


def test_run_gives_the_output_or_says_why_there_is_none(either_client: Any, unique: Name) -> None:
    client, read = either_client, unique("read")
    key = unique("run")
    started = client.start(plan(read), idempotency_key=key)
    agent = client.register("reader", [read])
    (task,) = client.take(agent.id, wait=10).tasks
    client.complete(task.task_id, agent_id=agent.id, attempt=1, result=42)
    assert client.run(plan(read), idempotency_key=key) == {"read": 42}

    steps = [{"id": "read", "task_type": read, "on_exhausted": "fail"}]
    failing = client.start({"name": "failing", "steps": steps}, idempotency_key=key + "f")
    (task,) = client.take(agent.id, wait=10).tasks
    client.fail(task.task_id, agent_id=agent.id, attempt=1, error=TaskError("no", "not today", retryable=False))
    with pytest.raises(WorkflowNotCompleted) as raised:
        client.run({"name": "failing", "steps": steps}, idempotency_key=key + "f")
    assert (raised.value.workflow_id, raised.value.status) == (failing.id, "failed")
    assert "not today" in raised.value.reason
    assert started.id != failing.id


def test_a_program_coordinates_a_workflow(either_client: Any, unique: Name) -> None:
    client, read, key = either_client, unique("read"), unique("external")
    start = {"name": "external", "coordinator": "external", "input": {"text": "it"}}
    started = client.start(start, idempotency_key=key)
    assert (started.coordinator, started.steps) == ("external", ())
    record = {"id": "plan", "result": {"pages": 2}}
    step = {"id": "read", "task_type": read, "payload": "${input.text}"}
    added = client.add_steps(started.id, [record, step])
    assert [(status.id, status.task_type, status.status) for status in added.steps] == [
        ("plan", None, "completed"),
        ("read", read, "queued"),
    ]
    with pytest.raises(Conflict) as raised:
        client.add_steps(started.id, [{**record, "result": None}])
    assert raised.value.type == "/problems/step-differs"
    assert raised.value.document["step"]["result"] == {"pages": 2}

    agent = client.register("reader", [read])
    (task,) = client.take(agent.id, wait=10).tasks
    client.complete(task.task_id, agent_id=agent.id, attempt=1, result=f"read {task.payload}")
    assert client.do_step(started.id, step) == "read it"
    assert client.start(start, idempotency_key=key).step("read").result == "read it"
    assert client.complete_workflow(started.id, output=None).status == "completed"
    assert client.complete_workflow(started.id, output=None).output is None

    other = client.start(start)
    assert client.fail_workflow(other.id, "no_sources", "Nothing was found.").failure.code == "no_sources"
    skipped = client.start(start)
    with pytest.raises(StepNotCompleted, match="skipped"):
        client.do_step(skipped.id, {"id": "never", "task_type": read, "when": "`false`"})


def test_an_agent_registers_lives_and_leaves(either_client: Any, unique: Name) -> None:
    client = either_client
    agent = client.register("reader", [unique("read"), unique("write")], slots=3)
    heard = client.heartbeat(agent.id)
    assert (heard.status, heard.cancel, heard.lost_after) == ("alive", (), timedelta(seconds=15))
    status = client.agent(agent.id)
    assert (status.name, status.slots, status.status) == ("reader", 3, "alive")
    assert set(status.capabilities) == {unique("read"), unique("write")}
    assert agent.id in {agent.id for agent in client.agents(page_size=1)}
    assert client.deregister(agent.id) is None
    assert client.agent(agent.id).status == "left"
    with pytest.raises(AgentLost):
        client.heartbeat(agent.id)
    with pytest.raises(AgentLost):
        client.take(agent.id)


def test_what_an_agent_says_of_itself_is_kept(either_client: Any, unique: Name) -> None:
    client, read = either_client, unique("read")
    capabilities = [{"task_type": read, "constraints": {"model": "big"}, "slot_cost": 2}, unique("write")]
    labels, metadata = {"ring": "canary"}, {"a": 1}
    agent = client.register("reader", capabilities, slots=3, version="1.2", labels=labels, metadata=metadata)
    client.heartbeat(agent.id, load={"cpu": 0.5})
    status = client.agent(agent.id)
    assert (status.constraints, status.slot_costs) == ({read: {"model": "big"}}, {read: 2})
    assert (status.version, status.labels, status.metadata) == ("1.2", labels, metadata)
    assert (status.load, status.slots_used, status.reliability) == ({"cpu": 0.5}, 0, {})


def test_one_request_hands_in_and_takes(either_client: Any, unique: Name) -> None:
    client, read = either_client, unique("read")
    steps = [{"id": f"s{number}", "task_type": read} for number in range(3)]
    started = client.start({"name": "three", "steps": steps})
    agent = client.register("reader", [read], slots=2)
    first, second = client.take(agent.id, max=2, wait=10).tasks
    finished = [
        FinishedTask(first.task_id, 1, result={"n": 1}, usage={"tokens": 5}),
        FinishedTask(second.task_id, 1, error=TaskError("busy", retry_after=timedelta(days=1))),
        FinishedTask(second.task_id, 7, result=None),
    ]
    answer = client.take(agent.id, finished=finished, wait=10)
    assert [task.step_id for task in answer.tasks] == ["s2"]
    assert answer.accepted == (first.task_id, second.task_id)
    (refused,) = answer.refused
    assert (refused.task_id, refused.attempt, refused.type) == (second.task_id, 7, "/problems/task-not-held")
    step = client.workflow(started.id).step(second.step_id)
    assert (step.status, step.failure.code) == ("backing_off", "busy")
    assert step.deadline > step.queued_at + timedelta(hours=23)

    client.cancel(started.id)
    held = answer.tasks[0].task_id
    assert client.heartbeat(agent.id, running=[held]).cancel == (held,)


def test_what_holds_for_a_task_type_is_set_and_explained(either_client: Any, unique: Name) -> None:
    client, read = either_client, unique("read")
    started = client.start(plan(read))
    limited = {"max_concurrency": 20, "rate": {"limit": 600, "per": "minute", "burst": 10, "key": "payload.account"}}
    configured = client.configure_task_type(read, {**limited, "paused": True})
    assert (configured.task_type, configured.waiting, configured.paused) == (read, 1, True)
    assert configured.settings.items() >= limited.items()
    assert configured.agents.alive == 0
    (why,) = client.explain(started.id).steps
    assert (why.step_id, why.status, why.reason, why.task_type) == ("read", "queued", "queue_paused", read)

    assert client.reset_task_type(read) is None
    assert not client.task_type(read).paused
    assert client.explain(started.id).steps[0].reason == "no_capable_agent"
    assert read in {task_type.task_type for task_type in client.task_types(page_size=2)}
    with pytest.raises(InvalidRequest) as raised:
        client.configure_task_type(read, {"max_concurrency": 0})
    assert raised.value.errors[0].pointer == "/max_concurrency"


def test_the_service_tells_of_itself(either_client: Any) -> None:
    client = either_client
    assert client.health().status == "ok"
    assert client.readiness().status == "ready"
    (node,) = client.nodes()
    assert (node.status, node.claims) == ("alive", 0)
    assert node.heartbeat_age < timedelta(seconds=10)
    assert "# TYPE ganglion_workflows_started_total counter" in client.metrics()
    assert client.contract().startswith("openapi: 3.1.0")


def test_what_cannot_be_sent_is_refused_before_it_is_sent(either_client: Any) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        either_client.start({"name": "x", "input": float("nan")})
    with pytest.raises(TypeError):
        either_client.start({"name": "x", "input": object()})
    with pytest.raises(ValueError, match="a duration is 0 or more seconds"):
        either_client.workflow("wf_x", wait=-1)


def test_a_plan_is_checked_and_read_again_and_so_is_a_step(either_client: Any, unique: Name) -> None:
    client, read = either_client, unique("read")
    assert client.check(plan(read)).task_types == (read,)
    with pytest.raises(InvalidRequest) as raised:
        client.check({"name": "odd", "steps": [{"id": "a", "task_type": read, "after": ["b"]}]})
    assert [problem.pointer for problem in raised.value.errors] == ["/steps/0/after/0"]
    started = client.start({**plan(read), "input": [1]})
    accepted = client.plan(started.id)
    assert (accepted.plan["steps"], accepted.input) == (plan(read)["steps"], [1])
    details = client.step(started.id, "read")
    assert (details.step, [attempt.attempt for attempt in details.attempts]) == (started.steps[0], [1])
    with pytest.raises(NotFound):
        client.step(started.id, "write")
