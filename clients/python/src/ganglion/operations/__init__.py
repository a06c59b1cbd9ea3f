"""The operations of the API, each once, for every client.

A function here gives the calls to make; `Client` and `AsyncClient` have a method for each, with the same arguments
and, in place of the calls, their result.
"""

from .agents import agent, agents, deregister, heartbeat, register, take
from .escalations import escalation, escalations, resolve
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
from .workflows import (
    cancel,
    check,
    explain,
    history,
    plan,
    run,
    run_task,
    start,
    step,
    wait_for_end,
    workflow,
    workflows,
)

__all__ = [
    "add_steps",
    "agent",
    "agents",
    "answer",
    "cancel",
    "check",
    "complete",
    "complete_workflow",
    "configure_task_type",
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
    "plan",
    "progress",
    "readiness",
    "register",
    "reset_task_type",
    "resolve",
    "run",
    "run_task",
    "start",
    "step",
    "take",
    "task_type",
    "task_types",
    "wait_for_end",
    "workflow",
    "workflows",
]
