"""What agents say of themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from ganglion.calls import (
    Call,
    Listing,
    document,
    encode,
    get,
    given,
    listing,
    nothing,
    path,
    post,
    wait_parameter,
    wait_seconds,
)
from ganglion.documents import AgentStatus, HeartbeatAnswer, RegisteredAgent, TaskTakeAnswer
from ganglion.durations import Duration
from ganglion.finished import FinishedTask


def register(
    name: str,
    capabilities: Sequence[str | Mapping[str, object]],
    *,
    slots: int = 1,
    version: str | None = None,
    labels: Mapping[str, str] | None = None,
    metadata: Mapping[str, object] | None = None,
) -> Call[RegisteredAgent]:
    """Register an agent. `Worker` does this and all else that an agent does.

    When it is unknown whether that came through, it is not tried again; an agent that nobody is will soon be lost.

    Args:
        name: What it is called.
        capabilities: The task types that it can do; in place of a name may stand a mapping with `task_type`, the
            `constraints` that it meets, for steps that require something, and the `slot_cost` of a task.
        slots: How much it may hold at once, at most 1000.
        version: Of its program; tasks can be dispatched by it.
        labels: Names and values; tasks can be dispatched by them too.
        metadata: For whoever reads it.
    """
    body: dict[str, object] = {"name": name, "capabilities": list(capabilities), "slots": slots}
    optional = {"version": version, "labels": labels, "metadata": metadata}
    body.update({field: value for field, value in optional.items() if value is not None})
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
    return listing("/v1/agents", "agents", AgentStatus, page_size, cursor)


def deregister(agent_id: str) -> Call[None]:
    """Take an agent out of the registry. What it holds goes back to the queues at once."""
    return Call("DELETE", path("v1", "agents", agent_id), nothing)


def pause_agent(agent_id: str) -> Call[AgentStatus]:
    """Have an agent take nothing new until it is resumed; what it has it finishes."""
    return post(path("v1", "agents", agent_id, "pause"), document(AgentStatus), {}, is_repeatable=True)


def resume_agent(agent_id: str) -> Call[AgentStatus]:
    """Have an agent take tasks again."""
    return post(path("v1", "agents", agent_id, "resume"), document(AgentStatus), {}, is_repeatable=True)


def drain_agent(agent_id: str) -> Call[AgentStatus]:
    """Have an agent finish what it has, and leave."""
    return post(path("v1", "agents", agent_id, "drain"), document(AgentStatus), {}, is_repeatable=True)


def heartbeat(
    agent_id: str,
    *,
    running: Sequence[str] = (),
    fingerprints: Mapping[str, str] | None = None,
    acknowledged: Sequence[Acknowledgement] = (),
    load: Mapping[str, float] | None = None,
) -> Call[HeartbeatAnswer]:
    """Say that an agent is alive.

    Args:
        agent_id: The id that `register` gave.
        running: The ids of the tasks that it works on.
        fingerprints: Of some of these, by their ids: another text whenever one has got further.
        acknowledged: What it has taken note of, each as the id of a task, an attempt, and the number of a note.
        load: Figures that are shown with it.

    Raises:
        AgentLost: It was not heard of in time, and has to register again.
    """
    target = path("v1", "agents", agent_id, "heartbeat")
    prints = fingerprints or {}
    named = [{"task_id": task, "fingerprint": prints[task]} if task in prints else task for task in running]
    body = {"running": named, **given(acknowledged=_receipts(acknowledged) or None, load=load)}
    # Sent twice it would count twice for whether a task gets anywhere.
    return post(target, document(HeartbeatAnswer), body, is_repeatable=not prints)


Acknowledgement: TypeAlias = tuple[str, int, int]
"""The id of a task, an attempt, and the number of the last note that was taken note of."""


def _receipts(acknowledged: Sequence[Acknowledgement]) -> list[dict[str, object]]:
    return [{"task_id": task, "attempt": attempt, "number": number} for task, attempt, number in acknowledged]


def take(
    agent_id: str,
    *,
    max: int = 1,
    running: Sequence[str] = (),
    finished: Sequence[FinishedTask] = (),
    acknowledged: Sequence[Acknowledgement] = (),
    wait: Duration = 0.0,
) -> Call[TaskTakeAnswer]:
    """Hand in finished tasks and take new ones.

    Args:
        agent_id: The id that `register` gave.
        max: How many new tasks the agent wants.
        running: All that it works on: a task that it holds and does not name is given to it again.
        finished: What it hands in. Handing in again what counted before changes nothing.
        acknowledged: What it has taken note of, as with `heartbeat`.
        wait: How long to wait for a task, at most 60 s.

    Raises:
        AgentLost: It was not heard of in time, and has to register again; what it handed in counts.
    """
    limit = wait_seconds(wait)
    # The finished ones are JSON already.
    noted = f',"acknowledged":{encode(_receipts(acknowledged))}' if acknowledged else ""
    done = ",".join(task.json for task in finished)
    body = f'{{"max":{max},"running":{encode(list(running))},"finished":[{done}]{noted}}}'
    return post(
        path("v1", "agents", agent_id, "tasks"),
        document(TaskTakeAnswer),
        body,
        is_repeatable=True,
        values=[("wait", wait_parameter(limit))],
        wait=limit,
    )
