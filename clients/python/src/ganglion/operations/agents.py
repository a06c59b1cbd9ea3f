"""What agents say of themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ganglion.calls import (
    Call,
    Listing,
    document,
    encode,
    get,
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


def heartbeat(
    agent_id: str, *, running: Sequence[str] = (), load: Mapping[str, float] | None = None
) -> Call[HeartbeatAnswer]:
    """Say that an agent is alive.

    Args:
        agent_id: The id that `register` gave.
        running: The ids of the tasks that it works on.
        load: Figures that are shown with it.

    Raises:
        AgentLost: It was not heard of in time, and has to register again.
    """
    target = path("v1", "agents", agent_id, "heartbeat")
    body: dict[str, object] = {"running": list(running)}
    if load is not None:
        body["load"] = dict(load)
    return post(target, document(HeartbeatAnswer), body, is_repeatable=True)


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
