"""Nodes of a graph whose work the shared pool does."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from langchain_core.runnables import RunnableConfig, RunnableLambda

from ganglion import operations
from ganglion.async_client import AsyncClient
from ganglion.calls import Script, encode
from ganglion.client import Client
from ganglion.documents import Json
from ganglion.plain import to_json

WORKFLOW = "ganglion_workflow"
"""Where a run's configuration has the workflow that the run is, if it is a durable one."""


def pool_node(
    task_type: str,
    *,
    payload: Callable[[Any], Json] | None = None,
    output: str | None = None,
    step: Mapping[str, object] | None = None,
    url: str | Sequence[str] | None = None,
) -> RunnableLambda[Any, Any]:
    """A node whose work the agents of a task type do: a workflow of one step, whose end the node waits for::

        builder.add_node("extract", pool_node("extract", payload=lambda state: {"text": state["text"]}, output="facts"))

    A graph with a checkpointer that goes on after a crash waits for the workflow that it had started, for as long as
    the service remembers its key, which is a day: the work is not done again. `payload` has to give the same for the
    same state then. In a `DurableGraph` the work is a step of the graph's own workflow, and remembered as long as that.

    Args:
        task_type: What is asked for.
        payload: Makes the task's payload of the node's state; if left out, the whole state as JSON.
        output: The key of the state that the result becomes; if left out, the result is the node's update.
        step: More of the step, as in a plan: `{"timeout": "30s", "on_exhausted": "fail"}`.
        url: Where the service is, as with `Client`.

    Raises:
        WorkflowNotCompleted, StepNotCompleted: From the node, if the task fails. A task that is escalated waits for its
            resolution.
    """
    make_payload = payload or to_json

    def script(state: Any, config: RunnableConfig) -> Script[Json]:
        key = _key(config)
        if workflow := config["configurable"].get(WORKFLOW):
            given = literal(make_payload(state))
            work = {**(step or {}), "id": f"{task_type[:40]}_{key[:16]}", "task_type": task_type, "payload": given}
            return operations.do_step(workflow, work)
        return operations.run_task(task_type, make_payload(state), step=step, idempotency_key=f"langgraph-{key}")

    def update(result: Json) -> Any:
        return result if output is None else {output: result}

    def work(state: Any, config: RunnableConfig) -> Any:
        with Client(url) as client:
            return update(client.follow(script(state, config)))

    async def work_async(state: Any, config: RunnableConfig) -> Any:
        # A client belongs to one event loop, and a node to no particular one.
        async with AsyncClient(url) as client:
            return update(await client.follow(script(state, config)))

    return RunnableLambda(work, afunc=work_async, name=task_type)


def literal(value: Json) -> Json:
    """JSON as a template that gives it; names are no templates."""
    if isinstance(value, str):
        return value.replace("${", "$${")
    if isinstance(value, list):
        return [literal(item) for item in value]
    if isinstance(value, dict):
        return {name: literal(item) for name, item in value.items()}
    return value


def _key(config: RunnableConfig) -> str:
    """What tells this execution of a node from all others, and is the same when it is begun again after a crash.

    The namespace holds the names and the ids of the tasks of LangGraph around it, which follow from the checkpoint that
    they began with.
    """
    configurable = config["configurable"]
    place = [configurable.get("thread_id"), configurable["checkpoint_ns"]]
    return hashlib.sha256(encode(place).encode()).hexdigest()
