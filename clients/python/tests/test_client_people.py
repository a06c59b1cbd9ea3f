"""Both clients, and what people are asked and told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ganglion import (
    Conflict,
    FinishedTask,
    InvalidRequest,
    NotFound,
    TaskError,
    TaskQuestion,
)

Name = Callable[[str], str]
NOBODY = "agent_00000000000000000000000000"


def plan(task_type: str, **fields: Any) -> dict[str, Any]:
    return {"name": "one-step", "steps": [{"id": "read", "task_type": task_type}], **fields}


def test_people_look_after_escalations_and_resolve_many(either_client: Any, unique: Name) -> None:
    client = either_client
    kind = unique("kind")
    agent = client.register("one", [kind])
    error = TaskError("damaged", "The text ends early.", retryable=False)
    for _ in range(2):
        client.start(plan(kind, name=kind))
        (task,) = client.take(agent.id, wait=10).tasks
        client.fail(task.task_id, agent_id=agent.id, attempt=task.attempt, error=error)
    newest, oldest = client.escalations(workflow_name=kind, kind="exhausted", claimed=False, newer_than=3600)
    claimed = client.claim(newest.id, by="ann", duration=600, version=newest.version)
    assert (claimed.claim.by, claimed.version) == ("ann", 2)
    with pytest.raises(Conflict) as refused:
        client.resolve(newest.id, "skip", by="bob", reason="now")
    assert refused.value.type == "/problems/claimed"
    assert client.release(newest.id, by="ann").claim is None
    assert client.reassign(newest.id, "law", by="ann").assignee == "law"
    assert [comment.text for comment in client.comment(newest.id, "see page 3", by="ann").comments] == ["see page 3"]
    shown = client.preview_resolve({"workflow_name": kind})
    assert [line.id for line in shown.escalations] == [newest.id, oldest.id]
    client.comment(oldest.id, "wait", by="bob")
    done = client.resolve_many(shown.escalations, "skip", by="ops", reason="all")
    assert [result.outcome for result in done.results] == ["resolved", "refused"]


def test_a_webhook_is_set_tried_and_taken_back(either_client: Any, unique: Name) -> None:
    client = either_client
    name = unique("hook")
    hook = client.configure_webhook(name, "http://127.0.0.1:9/", events=["workflow_failed"], secret="0123456789abcdef")
    assert (hook.signed, hook.events, hook.template) == (True, ("workflow_failed",), "json")
    assert hook in client.webhooks()
    assert client.webhook(name) == hook
    assert client.test_webhook(name)["delivered"] is False
    assert client.webhook_failures(name) == ()
    assert client.redeliver(name)["redelivered"] == 0
    client.remove_webhook(name)
    with pytest.raises(NotFound):
        client.webhook(name)


def test_an_escalation_is_resolved_once(either_client: Any, unique: Name) -> None:
    client, read = either_client, unique("read")
    started = client.start(plan(read, steps=[{"id": "read", "task_type": read, "payload": {"page": 1}}]))
    agent = client.register("reader", [read])

    def fail() -> Any:
        (task,) = client.take(agent.id, wait=10).tasks
        error = TaskError("damaged", "The text ends early.", retryable=False)
        client.fail(task.task_id, agent_id=agent.id, attempt=task.attempt, error=error)
        (escalation,) = client.escalations(workflow_id=started.id)
        assert (escalation.kind, escalation.error.code, escalation.payload) == ("exhausted", "damaged", task.payload)
        assert escalation.attempts[-1].agent_id == agent.id
        return escalation

    first = fail()
    resolved = client.resolve(first.id, "retry", by="ops", reason="scan replaced", payload={"page": 2})
    assert (resolved.status, resolved.resolution.action, resolved.resolution.by) == ("resolved", "retry", "ops")
    with pytest.raises(Conflict) as raised:
        client.resolve(first.id, "skip", by="ops", reason="too late")
    assert raised.value.type == "/problems/already-resolved"

    second = fail()
    assert second.payload == {"page": 2}
    client.resolve(second.id, "complete", by="ops", reason="read it myself", result=None)
    ended = client.wait_for_end(started.id, timeout=10)
    assert ended.output == {"read": None}
    assert client.escalation(second.id).resolution.reason == "read it myself"
    listed = client.escalations(status="resolved", workflow_id=started.id)
    assert {escalation.id for escalation in listed} == {first.id, second.id}


def test_a_question_is_answered_once_and_the_task_given_again(either_client: Any, unique: Name) -> None:
    client, read = either_client, unique("read")
    started = client.start(plan(read))
    agent = client.register("reader", [read])
    (task,) = client.take(agent.id, wait=10).tasks
    assert task.answers == ()
    question = {"question": "Which kind?", "options": ["lease", None], "context": {"page": 4}, "usage": {"tokens": 3}}
    asked = client.escalate(task.task_id, agent_id=agent.id, attempt=1, **question)
    again = client.escalate(task.task_id, agent_id=agent.id, attempt=1, **question)
    assert (asked.status, again.status) == ("accepted", "duplicate")
    assert asked.escalation_id is not None

    escalation = client.escalation(asked.escalation_id)
    assert (escalation.kind, escalation.question, escalation.error) == ("question", "Which kind?", None)
    assert (escalation.options, escalation.context) == (("lease", None), {"page": 4})
    assert escalation.attempts[0].question == "Which kind?"
    with pytest.raises(InvalidRequest):
        client.resolve(escalation.id, "answer", by="ops", reason="odd", answer="rent")
    resolved = client.resolve(escalation.id, "answer", by="ops", reason="page 4 says so", answer=None)
    assert (resolved.resolution.action, resolved.resolution.answer) == ("answer", None)

    (task,) = client.take(agent.id, wait=10).tasks
    assert (task.attempt, task.answer, task.escalation_id) == (2, None, escalation.id)
    assert [(answered.question, answered.answer) for answered in task.answers] == [("Which kind?", None)]
    second = FinishedTask(task.task_id, 2, question=TaskQuestion("And now?"))
    answer = client.take(agent.id, finished=[second])
    assert answer.accepted == (task.task_id,)
    assert [escalation.question for escalation in client.escalations(workflow_id=started.id)] == ["And now?"]
