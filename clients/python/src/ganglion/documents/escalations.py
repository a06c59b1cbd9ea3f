"""Questions to people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from .common import Failure, Json, ResolutionAction


@dataclass(frozen=True)
class Attempt:
    """An attempt at a step, in an escalation."""

    attempt: int
    queued_at: datetime
    agent_id: str | None = None
    error: Failure | None = None
    question: str | None = None
    """What it asked in place of a result."""
    started_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True)
class Resolution:
    """What became of an escalation."""

    action: ResolutionAction
    at: datetime
    by: str | None = None
    reason: str | None = None
    answer: Json = None
    """What a question was answered with."""


@dataclass(frozen=True)
class Escalation:
    """A question to a person."""

    id: str
    status: Literal["open", "resolved"]
    opened_at: datetime
    workflow_id: str
    kind: Literal["exhausted", "question", "stuck", "poisoned"]
    """`exhausted`: a step ran out of attempts. `question`: its agent asks. `poisoned`: nobody could go on with the
    workflow."""
    attempts: tuple[Attempt, ...]
    error: Failure | None = None
    """Why the step, or the workflow, cannot go on; not if it is a `question`."""
    question: str | None = None
    """What the agent asks; only if it is a `question`."""
    options: tuple[Json, ...] = ()
    """What it may be answered with; anything if there are none."""
    context: Json = None
    """What is needed to answer it."""
    step_id: str | None = None
    task_id: str | None = None
    node: str | None = None
    """The node that could not go on with the workflow; only if it is `poisoned`."""
    payload: Json = None
    """What the task was given."""
    resolution: Resolution | None = None
