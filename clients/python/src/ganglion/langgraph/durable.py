"""A graph that coordinates a workflow of its own, and survives its process."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.pregel import Pregel
from langgraph.types import Command, StateSnapshot

from ganglion.async_client import AsyncClient
from ganglion.client import Client
from ganglion.documents import Json, WorkflowStatus
from ganglion.durations import Duration, wire
from ganglion.errors import WorkflowNotCompleted
from ganglion.plain import to_json

from .pool_node import WORKFLOW
from .saver import WorkflowSaver

Graph = Pregel[Any, Any, Any, Any]


class DurableGraph:
    """A graph whose runs are workflows, each coordinated by the program that runs it::

        graph = DurableGraph(builder.compile(), "research")
        output = graph.invoke({"topic": "leases"}, key="order-4711")

    What a node gives is a step of the workflow, and so is what the pool does for a node (`pool_node`). A program that
    is killed and runs the same key again goes on at the node where it was: nodes that had ended are not run again, and
    work that the pool has begun or done is waited for and not begun again. A run that has ended gives its output again.

    A node that raises leaves its workflow running, to be run again; `Client.fail_workflow` and `cancel` end it. An
    interrupt is in the output, under `__interrupt__`, and the workflow goes on with `invoke(Command(resume=…), key=…)`.

    Args:
        graph: What `compile` gave, without a checkpointer.
        name: What its workflows are called.
        url: Where the service is, as with `Client`.
        deadline: After how long from its start a workflow fails by itself; `None`: never.
    """

    def __init__(
        self, graph: Graph, name: str, *, url: str | Sequence[str] | None = None, deadline: Duration | None = None
    ) -> None:
        self._graph = graph
        self._name = name
        self._url = url
        self._deadline = deadline

    def invoke(self, given: Any, *, key: str, config: RunnableConfig | None = None) -> Json:
        """Runs the graph, or goes on with it, and gives its output as JSON.

        Args:
            given: The graph's input; or a `Command` for a run that was interrupted.
            key: Which run it is: the input counts when the key comes for the first time.
            config: The configuration of the run; its thread is the workflow.

        Raises:
            WorkflowNotCompleted: The workflow failed or was cancelled.
        """
        with Client(self._url) as client:
            workflow = client.start(self._plan(given, key), idempotency_key=key)
            if workflow.is_ended:
                return _output(workflow)
            graph = self._graph.copy(update={"checkpointer": WorkflowSaver(workflow, client)})
            whole = _config(config, workflow)
            output = graph.invoke(_next(graph.get_state(whole), given), whole, durability="sync")
            if not graph.get_state(whole).next:
                return _output(client.complete_workflow(workflow.id, output=to_json(output)))
            return to_json(output)

    async def ainvoke(self, given: Any, *, key: str, config: RunnableConfig | None = None) -> Json:
        """The same, to be awaited."""
        async with AsyncClient(self._url) as client:
            workflow = await client.start(self._plan(given, key), idempotency_key=key)
            if workflow.is_ended:
                return _output(workflow)
            graph = self._graph.copy(update={"checkpointer": WorkflowSaver(workflow, client)})
            whole = _config(config, workflow)
            output = await graph.ainvoke(_next(await graph.aget_state(whole), given), whole, durability="sync")
            if not (await graph.aget_state(whole)).next:
                return _output(await client.complete_workflow(workflow.id, output=to_json(output)))
            return to_json(output)

    def _plan(self, given: Any, key: str) -> dict[str, object]:
        plan: dict[str, object] = {"name": self._name, "coordinator": "external", "input": {"key": key}}
        if self._deadline is not None:
            plan["deadline"] = wire(self._deadline)
        return plan


def _config(config: RunnableConfig | None, workflow: WorkflowStatus) -> RunnableConfig:
    whole = RunnableConfig() if config is None else config.copy()
    whole["configurable"] = {**whole.get("configurable", {}), "thread_id": workflow.id, WORKFLOW: workflow.id}
    return whole


def _next(state: StateSnapshot, given: Any) -> Any:
    """What the graph goes on with: what it is given, unless it has that already."""
    return given if state.created_at is None or isinstance(given, Command) else None


def _output(workflow: WorkflowStatus) -> Json:
    if workflow.status != "completed":
        reason = f"{workflow.failure.code}: {workflow.failure.message}" if workflow.failure else ""
        raise WorkflowNotCompleted(workflow.id, workflow.status, reason)
    return workflow.output
