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


EscalationKind = Literal["exhausted", "question", "stuck", "no_agent", "poisoned"]


@dataclass(frozen=True)
class Claim:
    """Who looks after an escalation; nobody else resolves it until then."""

    by: str
    at: datetime
    until: datetime


@dataclass(frozen=True)
class Vote:
    """What one of several people decided."""

    by: str
    action: ResolutionAction
    at: datetime
    reason: str | None = None
    payload: Json = None
    result: Json = None
    answer: Json = None


@dataclass(frozen=True)
class Comment:
    """What somebody said about an escalation."""

    by: str
    at: datetime
    text: str


@dataclass(frozen=True)
class Escalation:
    """A question to a person."""

    id: str
    status: Literal["open", "resolved"]
    version: int
    """One higher with every change."""
    opened_at: datetime
    workflow_id: str
    kind: EscalationKind
    """`exhausted`: a step ran out of attempts. `no_agent`: no agent took its task in time. `stuck`: its agent gets
    nowhere. `question`: its agent asks. `poisoned`: nobody could go on with the workflow."""
    attempts: tuple[Attempt, ...]
    tier: int
    """How far up the ladder of people who are asked it has come."""
    quorum: int
    """How many people have to decide the same."""
    votes: tuple[Vote, ...]
    comments: tuple[Comment, ...]
    links: dict[str, str]
    workflow_name: str | None = None
    labels: dict[str, str] | None = None
    assignee: str | None = None
    """Whose it is: a person or a group."""
    claim: Claim | None = None
    actions: tuple[ResolutionAction, ...] = ()
    """What it may be resolved with, while it is open."""
    task_type: str | None = None
    results: Json = None
    """What the workflow's steps have given so far; only of one that was read by itself."""
    results_omitted: tuple[str, ...] = ()
    """The steps whose results are too long to be shown here."""
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


@dataclass(frozen=True)
class EscalationLine:
    """What tells an escalation from others, as it was seen."""

    id: str
    version: int
    kind: EscalationKind
    opened_at: datetime
    workflow_id: str
    workflow_name: str | None = None
    step_id: str | None = None
    assignee: str | None = None
    claim: Claim | None = None


@dataclass(frozen=True)
class BulkPreview:
    """What a filter finds."""

    escalations: tuple[EscalationLine, ...]
    more: bool
    """Whether there may be more than were asked for."""


@dataclass(frozen=True)
class BulkOutcome:
    """What became of one of many."""

    id: str
    outcome: Literal["resolved", "voted", "refused"]
    problem: Json = None
    """Why it was refused: a problem document."""


@dataclass(frozen=True)
class BulkResults:
    """What became of many, in the order of the request."""

    results: tuple[BulkOutcome, ...]
    resolved: int
    voted: int
    refused: int
