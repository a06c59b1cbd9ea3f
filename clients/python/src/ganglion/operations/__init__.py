"""The operations of the API, each once, for every client.

A function here gives the calls to make; `Client` and `AsyncClient` have a method for each, with the same arguments
and, in place of the calls, their result.
"""

from .agents import (
    agent,
    agents,
    deregister,
    drain_agent,
    heartbeat,
    pause_agent,
    register,
    resume_agent,
    take,
)
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
from .tasks import answer, complete, escalate, fail, guide, progress
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
    "drain_agent",
    "escalate",
    "escalation",
    "escalations",
    "explain",
    "fail",
    "fail_workflow",
    "guide",
    "health",
    "heartbeat",
    "history",
    "metrics",
    "nodes",
    "pause_agent",
    "plan",
    "progress",
    "readiness",
    "register",
    "reset_task_type",
    "resolve",
    "resume_agent",
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
