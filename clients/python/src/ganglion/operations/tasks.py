"""What agents say of single tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ganglion.calls import Call, document, encode, given, path, post
from ganglion.documents import Json, TaskAnswer
from ganglion.durations import Duration, wire
from ganglion.finished import FinishedTask, TaskError, TaskQuestion


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
    partial: Json = None,
    usage: Mapping[str, float] | None = None,
    fingerprint: str | None = None,
    tool_call: str | None = None,
) -> Call[TaskAnswer]:
    """Say how far an attempt is.

    Args:
        task_id: The task.
        agent_id: The agent that was given it.
        attempt: Which attempt it was given.
        percent: From 0 to 100.
        message: For people.
        extend: Sets the attempt's deadline this far from now.
        partial: What the work has made up to now, at most 256 KiB, for the next attempt to go on from.
        usage: What the attempt has cost up to now, by unit; counted once, with its answer.
        fingerprint: Another text whenever the work has got further.
        tool_call: What tool the agent calls, and with what.

    Raises:
        Conflict: The attempt is over: the agent can stop.
    """
    body = given(
        agent_id=agent_id,
        attempt=attempt,
        percent=percent,
        message=message,
        extend=None if extend is None else wire(extend),
        partial=partial,
        usage=dict(usage or {}) or None,
        fingerprint=fingerprint,
        tool_call=tool_call,
    )
    return post(path("v1", "tasks", task_id, "progress"), document(TaskAnswer), body, is_repeatable=False)


def guide(task_id: str, *, text: str, by: str) -> Call[TaskAnswer]:
    """Tell whoever works on a task something.

    The agent that has it is told with its next request, at once if it waits for tasks; whoever takes it later is told
    then.

    Args:
        task_id: The task.
        text: The note, at most 4096 bytes.
        by: Who says so.

    Raises:
        Conflict: Nobody works on the task, or soon will; or too many notes wait.
    """
    body = {"text": text, "by": by}
    return post(path("v1", "tasks", task_id, "guidance"), document(TaskAnswer), body, is_repeatable=True)
