"""The operations of the API, each once, for every client.

A function here gives the calls to make; `Client` and `AsyncClient` have a method for each, with the same arguments
and, in place of the calls, their result.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, TypeVar

from .calls import (
    Call,
    Listing,
    Script,
    document,
    encode,
    get,
    given,
    nothing,
    page,
    path,
    post,
    text,
    wait_parameter,
    wait_seconds,
)
from .documents import (
    AddedSteps,
    AgentStatus,
    Escalation,
    Health,
    HeartbeatAnswer,
    HistoryEvent,
    Json,
    Node,
    RegisteredAgent,
    TaskAnswer,
    TaskTakeAnswer,
    WorkflowState,
    WorkflowStatus,
    WorkflowSummary,
)
from .durations import LONGEST_WAIT, Duration, seconds, wire
from .errors import StepNotCompleted, WorkflowNotCompleted
from .finished import FinishedTask, TaskError, TaskQuestion

T = TypeVar("T")

NOT_GIVEN: Final[Any] = object()
"""Stands for an argument that was left out, where `None` is one that can be given: JSON's `null`."""

# Workflows


def start(
    plan: Mapping[str, object],
    *,
    idempotency_key: str | None = None,
    traceparent: str | None = None,
    wait: Duration = 0.0,
) -> Call[WorkflowStatus]:
    """Start a workflow.

    The same key with the same plan starts nothing a second time and gives the workflow that was started. Without a
    key one is made, so that the call can be repeated when its outcome is unknown.

    Args:
        plan: The workflow's `name`, `input`, `steps` and so on, as openapi.yaml has them.
        idempotency_key: Up to 255 visible ASCII characters; remembered for a day.
        traceparent: The W3C trace context that every task is to carry.
        wait: How long to wait for the workflow's end, at most 60 s.

    Raises:
        InvalidRequest: The plan is not accepted; `errors` names every place. Or the key came with another plan.
    """
    limit = wait_seconds(wait)
    headers = {"Idempotency-Key": idempotency_key or str(uuid.uuid4())}
    if traceparent is not None:
        headers["traceparent"] = traceparent
    return post(
        "/v1/workflows",
        document(WorkflowStatus),
        plan,
        is_repeatable=True,
        values=[("wait", wait_parameter(limit))],
        headers=headers,
        wait=limit,
    )


def workflow(workflow_id: str, *, wait: Duration = 0.0, revision: int | None = None) -> Call[WorkflowStatus]:
    """Read a workflow, or wait for news of it.

    Args:
        workflow_id: The id that `start` gave.
        wait: How long to wait for the workflow's end, at most 60 s.
        revision: With `wait`: wait only until the workflow's revision is higher than this.
    """
    limit = wait_seconds(wait)
    values = [("wait", wait_parameter(limit)), ("revision", revision)]
    return get(path("v1", "workflows", workflow_id), document(WorkflowStatus), values, wait=limit)


def wait_for_end(workflow_id: str, *, timeout: Duration | None = None) -> Script[WorkflowStatus]:
    """Wait until a workflow has ended, however often it has to be asked for.

    Args:
        workflow_id: The id that `start` gave.
        timeout: After how long to give it as it stands then; `None`: never.
    """
    end = None if timeout is None else time.monotonic() + seconds(timeout)
    while True:
        left = LONGEST_WAIT if end is None else max(0.0, end - time.monotonic())
        status: WorkflowStatus = yield workflow(workflow_id, wait=min(left, LONGEST_WAIT / 2))
        if status.is_ended or left == 0:
            return status


def run(
    plan: Mapping[str, object], *, idempotency_key: str | None = None, traceparent: str | None = None
) -> Script[Json]:
    """Start a workflow, wait until it has ended, and give its output.

    With a key, a program that was interrupted runs it again and gets what the first run gave.

    Args:
        plan: As with `start`.
        idempotency_key: As with `start`.
        traceparent: As with `start`.

    Raises:
        WorkflowNotCompleted: It failed or was cancelled.
    """
    started: WorkflowStatus = yield start(plan, idempotency_key=idempotency_key, traceparent=traceparent)
    ended = started if started.is_ended else (yield from wait_for_end(started.id))
    if ended.status != "completed":
        reason = f"{ended.failure.code}: {ended.failure.message}" if ended.failure else ""
        raise WorkflowNotCompleted(ended.id, ended.status, reason)
    return ended.output


def workflows(
    *,
    status: WorkflowState | None = None,
    labels: Mapping[str, str] | None = None,
    page_size: int | None = None,
    cursor: str | None = None,
) -> Listing[WorkflowSummary]:
    """List workflows, newest first.

    Args:
        status: Only those that stand so.
        labels: Only those that have all of these labels.
        page_size: How many come with one request, at most 1000.
        cursor: The page to begin with.
    """
    filters = [("status", status), *(("label", f"{name}:{value}") for name, value in (labels or {}).items())]
    return _listing("/v1/workflows", "workflows", WorkflowSummary, page_size, cursor, filters)


def history(workflow_id: str, *, page_size: int | None = None, cursor: str | None = None) -> Listing[HistoryEvent]:
    """Read what happened to a workflow, oldest first.

    Args:
        workflow_id: The id that `start` gave.
        page_size: How many come with one request, at most 1000.
        cursor: The page to begin with.
    """
    return _listing(path("v1", "workflows", workflow_id, "history"), "events", HistoryEvent, page_size, cursor)


def cancel(workflow_id: str, *, by: str | None = None, reason: str | None = None) -> Call[WorkflowStatus]:
    """Cancel a workflow: agents that work on it are told to stop.

    Args:
        workflow_id: The id that `start` gave.
        by: Who does it, for the history.
        reason: Why, for the history.

    Raises:
        Conflict: It has ended already.
    """
    target = path("v1", "workflows", workflow_id, "cancel")
    return post(target, document(WorkflowStatus), given(by=by, reason=reason), is_repeatable=False)


# External workflows


def add_steps(workflow_id: str, steps: Sequence[Mapping[str, object]], *, wait: Duration = 0.0) -> Call[AddedSteps]:
    """Add steps to an external workflow, one that was started with `"coordinator": "external"`.

    All are added or none. A step that is there already is not added again, but given as it stands.

    Args:
        workflow_id: The id that `start` gave.
        steps: Each as in a plan, for an agent; or with `id` and `result`, for work that the program has done.
        wait: How long to wait until all of them have ended, at most 60 s.

    Raises:
        Conflict: A step of the same id is not the same (`/problems/step-differs`; its `document` has the `step` that is
            there), the workflow is not external, or it has ended.
    """
    limit = wait_seconds(wait)
    return post(
        path("v1", "workflows", workflow_id, "steps"),
        document(AddedSteps),
        {"steps": list(steps)},
        is_repeatable=True,
        values=[("wait", wait_parameter(limit))],
        wait=limit,
    )


def do_step(workflow_id: str, step: Mapping[str, object]) -> Script[Json]:
    """Have an agent do a step of an external workflow, and give its result, which may be there already.

    Args:
        workflow_id: The id that `start` gave.
        step: As in a plan.

    Raises:
        StepNotCompleted: It was skipped, it failed, or the workflow has ended.
        Conflict: As with `add_steps`.
    """
    while True:
        added: AddedSteps = yield add_steps(workflow_id, [step], wait=LONGEST_WAIT / 2)
        (status,) = added.steps
        if status.status == "completed":
            return status.result
        if status.is_ended:
            reason = f"{status.failure.code}: {status.failure.message}" if status.failure else ""
            raise StepNotCompleted(status.id, status.status, reason)


def complete_workflow(workflow_id: str, *, output: Json = NOT_GIVEN) -> Call[WorkflowStatus]:
    """End an external workflow well. Doing it again with the same output is no error.

    Args:
        workflow_id: The id that `start` gave.
        output: Any JSON; if left out, every step's result by its id.

    Raises:
        Conflict: The workflow is not external, or has ended otherwise.
    """
    body = {} if output is NOT_GIVEN else {"output": output}
    target = path("v1", "workflows", workflow_id, "complete")
    return post(target, document(WorkflowStatus), body, is_repeatable=True)


def fail_workflow(workflow_id: str, code: str, message: str) -> Call[WorkflowStatus]:
    """End an external workflow that did not succeed. Doing it again with the same error is no error.

    Args:
        workflow_id: The id that `start` gave.
        code: Why, for programs.
        message: Why, for people.

    Raises:
        Conflict: The workflow is not external, or has ended otherwise.
    """
    body = {"error": {"code": code, "message": message}}
    return post(path("v1", "workflows", workflow_id, "fail"), document(WorkflowStatus), body, is_repeatable=True)


# Agents


def register(name: str, capabilities: Sequence[str], *, slots: int = 1) -> Call[RegisteredAgent]:
    """Register an agent. `Worker` does this and all else that an agent does.

    When it is unknown whether that came through, it is not tried again; an agent that nobody is will soon be lost.

    Args:
        name: What it is called.
        capabilities: The task types that it can do.
        slots: How many tasks it may hold at once, at most 1000.
    """
    body = {"name": name, "capabilities": list(capabilities), "slots": slots}
    return post("/v1/agents", document(RegisteredAgent), body, is_repeatable=False)


def agent(agent_id: str) -> Call[AgentStatus]:
    """Read an agent. Those that are lost or have left are remembered for a day."""
    return get(path("v1", "agents", agent_id), document(AgentStatus))


def agents(*, page_size: int | None = None, cursor: str | None = None) -> Listing[AgentStatus]:
    """List agents, newest first.

    Args:
        page_size: How many come with one request, at most 1000.
        cursor: The page to begin with.
    """
    return _listing("/v1/agents", "agents", AgentStatus, page_size, cursor)


def deregister(agent_id: str) -> Call[None]:
    """Take an agent out of the registry. What it holds goes back to the queues at once."""
    return Call("DELETE", path("v1", "agents", agent_id), nothing)


def heartbeat(agent_id: str, *, running: Sequence[str] = ()) -> Call[HeartbeatAnswer]:
    """Say that an agent is alive.

    Args:
        agent_id: The id that `register` gave.
        running: The ids of the tasks that it works on.

    Raises:
        AgentLost: It was not heard of in time, and has to register again.
    """
    target = path("v1", "agents", agent_id, "heartbeat")
    return post(target, document(HeartbeatAnswer), {"running": list(running)}, is_repeatable=True)


def take(
    agent_id: str,
    *,
    max: int = 1,
    running: Sequence[str] = (),
    finished: Sequence[FinishedTask] = (),
    wait: Duration = 0.0,
) -> Call[TaskTakeAnswer]:
    """Hand in finished tasks and take new ones.

    Args:
        agent_id: The id that `register` gave.
        max: How many new tasks the agent wants.
        running: All that it works on: a task that it holds and does not name is given to it again.
        finished: What it hands in. Handing in again what counted before changes nothing.
        wait: How long to wait for a task, at most 60 s.

    Raises:
        AgentLost: It was not heard of in time, and has to register again; what it handed in counts.
    """
    limit = wait_seconds(wait)
    # The finished ones are JSON already.
    body = f'{{"max":{max},"running":{encode(list(running))},"finished":[{",".join(task.json for task in finished)}]}}'
    return post(
        path("v1", "agents", agent_id, "tasks"),
        document(TaskTakeAnswer),
        body,
        is_repeatable=True,
        values=[("wait", wait_parameter(limit))],
        wait=limit,
    )


# Tasks


def complete(
    task_id: str, *, agent_id: str, attempt: int, result: Json, usage: Mapping[str, float] | None = None
) -> Call[TaskAnswer]:
    """Hand in a result. The first one that is accepted is the task's.

    Args:
        task_id: The task.
        agent_id: The agent that was given it.
        attempt: Which attempt it was given.
        result: Any JSON.
        usage: What the work cost, by unit: `{"tokens": 812}`.

    Raises:
        Conflict: Another answer was accepted, the attempt was never given to this agent, or the step has ended.
    """
    return answer(FinishedTask(task_id, attempt, result, usage=usage or {}), agent_id=agent_id)


def fail(task_id: str, *, agent_id: str, attempt: int, error: TaskError) -> Call[TaskAnswer]:
    """Say that an attempt failed. Only the current attempt can fail.

    Args:
        task_id: The task.
        agent_id: The agent that was given it.
        attempt: Which attempt it was given.
        error: Why, and whether another attempt may do better.

    Raises:
        Conflict: The attempt is not the current one, or was never given to this agent.
    """
    return answer(FinishedTask(task_id, attempt, error=error), agent_id=agent_id)


def answer(finished: FinishedTask, *, agent_id: str) -> Call[TaskAnswer]:
    """Hand in a finished task by itself: `complete`, `fail` or `escalate`, as it went."""
    if question := finished.question:
        return escalate(
            finished.task_id,
            agent_id=agent_id,
            attempt=finished.attempt,
            question=question.question,
            options=question.options,
            context=question.context,
            usage=finished.usage,
        )
    body = f'{{"agent_id":{encode(agent_id)},"attempt":{finished.attempt},{finished.outcome}}}'
    verb = "complete" if finished.error is None else "fail"
    return post(path("v1", "tasks", finished.task_id, verb), document(TaskAnswer), body, is_repeatable=True)


def escalate(
    task_id: str,
    *,
    agent_id: str,
    attempt: int,
    question: str,
    options: Sequence[Json] = (),
    context: Json = None,
    usage: Mapping[str, float] | None = None,
) -> Call[TaskAnswer]:
    """Ask a person in place of a result: the attempt is over, and another one goes on with the answer.

    Args:
        task_id: The task.
        agent_id: The agent that was given it.
        attempt: Which attempt it was given.
        question: For people, and what tells the questions of a task apart.
        options: What it may be answered with, each once; anything if there are none.
        context: What is needed to answer it.
        usage: What the work cost, by unit.

    Raises:
        Conflict: The step has asked as often as it may (`/problems/too-many-questions`), or as with `complete`.
    """
    asked = TaskQuestion(question, options, context).document()
    body = {"agent_id": agent_id, "attempt": attempt, **asked, **given(usage=dict(usage or {}) or None)}
    return post(path("v1", "tasks", task_id, "escalate"), document(TaskAnswer), body, is_repeatable=True)


def progress(
    task_id: str,
    *,
    agent_id: str,
    attempt: int,
    percent: int | None = None,
    message: str | None = None,
    extend: Duration | None = None,
) -> Call[TaskAnswer]:
    """Say how far an attempt is.

    Args:
        task_id: The task.
        agent_id: The agent that was given it.
        attempt: Which attempt it was given.
        percent: From 0 to 100.
        message: For people.
        extend: Sets the attempt's deadline this far from now.

    Raises:
        Conflict: The attempt is over: the agent can stop.
    """
    body = given(
        agent_id=agent_id,
        attempt=attempt,
        percent=percent,
        message=message,
        extend=None if extend is None else wire(extend),
    )
    return post(path("v1", "tasks", task_id, "progress"), document(TaskAnswer), body, is_repeatable=False)


# Escalations


def escalations(
    *,
    status: Literal["open", "resolved"] = "open",
    workflow_id: str | None = None,
    page_size: int | None = None,
    cursor: str | None = None,
) -> Listing[Escalation]:
    """List escalations, newest first.

    Args:
        status: Those that wait for a person, or those that were resolved.
        workflow_id: Only those of this workflow.
        page_size: How many come with one request, at most 1000.
        cursor: The page to begin with.
    """
    filters = [("status", status), ("workflow_id", workflow_id)]
    return _listing("/v1/escalations", "escalations", Escalation, page_size, cursor, filters)


def escalation(escalation_id: str) -> Call[Escalation]:
    """Read an escalation."""
    return get(path("v1", "escalations", escalation_id), document(Escalation))


def resolve(
    escalation_id: str,
    action: Literal["retry", "complete", "skip", "fail", "answer"],
    *,
    by: str,
    reason: str,
    payload: Json = NOT_GIVEN,
    result: Json = NOT_GIVEN,
    answer: Json = NOT_GIVEN,
) -> Call[Escalation]:
    """Resolve an escalation, once.

    Args:
        escalation_id: The escalation.
        action: `retry` begins a new round of attempts; `complete` takes `result` as the step's; `skip` goes on
            without a result; `fail` fails the workflow; `answer` gives an agent's question its `answer`.
        by: Who does it.
        reason: Why.
        payload: With `retry`: takes the place of the former payload.
        result: With `complete`: any JSON, which may be `None`.
        answer: With `answer`: one of the question's options, if it has some; otherwise any JSON.

    Raises:
        Conflict: Somebody was faster.
    """
    values = {"payload": payload, "result": result, "answer": answer}
    body = {"action": action, "by": by, "reason": reason}
    body |= {name: value for name, value in values.items() if value is not NOT_GIVEN}
    return post(path("v1", "escalations", escalation_id, "resolve"), document(Escalation), body, is_repeatable=False)


# Operations


def nodes(*, page_size: int | None = None, cursor: str | None = None) -> Listing[Node]:
    """List the nodes that share the store, newest first.

    Args:
        page_size: How many come with one request, at most 1000.
        cursor: The page to begin with.
    """
    return _listing("/v1/nodes", "nodes", Node, page_size, cursor)


def health() -> Call[Health]:
    """Whether the process lives. Says nothing about Redis."""
    return get("/healthz", document(Health))


def readiness() -> Call[Health]:
    """Whether the node takes requests. Raises `Unavailable`, after retries, if it does not."""
    return get("/readyz", document(Health))


def metrics() -> Call[str]:
    """The node's figures in Prometheus's text format."""
    return get("/metrics", text)


def contract() -> Call[str]:
    """The contract of the API that the node serves, as YAML."""
    return get("/openapi.yaml", text)


def _listing(
    path: str,
    name: str,
    kind: type[T],
    page_size: int | None,
    cursor: str | None,
    filters: Sequence[tuple[str, object | None]] = (),
) -> Listing[T]:
    return Listing(
        lambda cursor: get(path, page(name, kind), [*filters, ("limit", page_size), ("cursor", cursor)]), cursor
    )
