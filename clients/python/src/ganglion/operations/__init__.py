"""The operations of the API, each once, for every client.

A function here gives the calls to make; `Client` and `AsyncClient` have a method for each, with the same arguments
and, in place of the calls, their result.
"""

from .agents import agent, agents, deregister, heartbeat, register, take
from .escalations import (
    claim,
    comment,
    escalation,
    escalations,
    preview_resolve,
    reassign,
    release,
    resolve,
    resolve_many,
)
from .external import add_steps, complete_workflow, do_step, fail_workflow
from .service import (
    configure_task_type,
    contract,
    health,
    metrics,
    nodes,
    readiness,
    reset_task_type,
    task_type,
    task_types,
)
from .tasks import answer, complete, escalate, fail, progress
from .webhooks import (
    configure_webhook,
    redeliver,
    remove_webhook,
    test_webhook,
    webhook,
    webhook_failures,
    webhooks,
)
from .workflows import cancel, explain, history, run, run_task, start, wait_for_end, workflow, workflows

__all__ = [
    "add_steps",
    "agent",
    "agents",
    "answer",
    "cancel",
    "claim",
    "comment",
    "complete",
    "complete_workflow",
    "configure_task_type",
    "configure_webhook",
    "contract",
    "deregister",
    "do_step",
    "escalate",
    "escalation",
    "escalations",
    "explain",
    "fail",
    "fail_workflow",
    "health",
    "heartbeat",
    "history",
    "metrics",
    "nodes",
    "preview_resolve",
    "progress",
    "readiness",
    "reassign",
    "redeliver",
    "register",
    "release",
    "remove_webhook",
    "reset_task_type",
    "resolve",
    "resolve_many",
    "run",
    "run_task",
    "start",
    "take",
    "task_type",
    "task_types",
    "test_webhook",
    "wait_for_end",
    "webhook",
    "webhook_failures",
    "webhooks",
    "workflow",
    "workflows",
]
