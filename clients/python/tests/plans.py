"""Plans for tests, and what became of them."""

from __future__ import annotations

from typing import Any

from ganglion import Client, Escalation

from .service import LIMIT


def plan(*task_types: str, **step: Any) -> dict[str, Any]:
    return {
        "name": "test",
        "steps": [
            {"id": f"s{number}", "task_type": task_type, "retry": {"initial_backoff": "10ms"}, **step}
            for number, task_type in enumerate(task_types)
        ],
    }


def types(client: Client, workflow_id: str) -> list[str]:
    return [event.type for event in client.history(workflow_id)]


def escalated(client: Client, workflow_id: str) -> Escalation | None:
    """What the workflow waits for, once it waits for people only; `None` if it ends."""
    workflow = client.workflow(workflow_id)
    while workflow.status == "running":
        workflow = client.workflow(workflow_id, wait=LIMIT, revision=workflow.revision)
    return next(iter(client.escalations(workflow_id=workflow_id)), None)
