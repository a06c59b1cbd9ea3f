"""The service itself, for whoever runs it."""

from __future__ import annotations

from collections.abc import Mapping

from ganglion.calls import Call, Listing, document, get, listing, nothing, path, put, text
from ganglion.documents import Health, Node, Overview, TaskType


def nodes(*, page_size: int | None = None, cursor: str | None = None) -> Listing[Node]:
    """List the nodes that share the store, newest first.

    Args:
        page_size: How many come with one request, at most 1000.
        cursor: The page to begin with.
    """
    return listing("/v1/nodes", "nodes", Node, page_size, cursor)


def overview() -> Call[Overview]:
    """See in figures how everything stands, over all nodes."""
    return get("/v1/overview", document(Overview))


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


def task_types(*, page_size: int | None = None, cursor: str | None = None) -> Listing[TaskType]:
    """List the task types by their names, with how their tasks stand.

    Args:
        page_size: How many come with one request, at most 1000.
        cursor: The page to begin with.
    """
    return listing("/v1/task-types", "task_types", TaskType, page_size, cursor)


def task_type(task_type: str) -> Call[TaskType]:
    """Read how the tasks of a type stand, who is capable of them, and what is set for them."""
    return get(path("v1", "task-types", task_type), document(TaskType))


def configure_task_type(task_type: str, settings: Mapping[str, object]) -> Call[TaskType]:
    """Set what holds for the tasks of a type from now on, in place of all that was set before.

    Args:
        task_type: The task type.
        settings: As openapi.yaml has them: `paused`, `max_concurrency`, `rate`, `fairness`, `dispatch`, and the
            `timeout`, `queue_timeout` and `retry` of steps that give none.
    """
    return put(path("v1", "task-types", task_type), document(TaskType), settings)


def reset_task_type(task_type: str) -> Call[None]:
    """Take back what is set for a task type."""
    return Call("DELETE", path("v1", "task-types", task_type), nothing)
