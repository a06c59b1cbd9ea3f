"""Workflows, their steps, and what happened to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from .common import Failure, Json, ResolutionAction
from .escalations import Attempt

WorkflowState = Literal["running", "escalated", "paused", "completed", "failed", "cancelled"]
StepState = Literal[
    "pending",
    "queued",
    "running",
    "backing_off",
    "waiting",
    "escalated",
    "completed",
    "skipped",
    "failed",
    "cancelled",
]


@dataclass(frozen=True)
class Progress:
    """How far an attempt is, as its agent said last."""

    at: datetime
    percent: int | None = None
    message: str | None = None
    usage: dict[str, float] | None = None
    """What the attempt had cost by then, by unit."""


@dataclass(frozen=True)
class Note:
    """What somebody told whoever works on a step's task, and no agent has acknowledged yet."""

    number: int
    text: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Stuck:
    """Why an attempt seems to get nowhere."""

    since: datetime
    """When something new was reported last."""
    reason: str


@dataclass(frozen=True)
class StepStatus:
    """A step of a workflow as committed last."""

    id: str
    status: StepState
    attempts: int
    """How many attempts were made, the current one included."""
    task_type: str | None = None
    """What is asked for; `None` of a step that the program which coordinates an external workflow has done."""
    result: Json = None
    """What the step gave; only with `completed`."""
    failure: Failure | None = None
    """Why the last attempt, or the step, did not succeed."""
    escalation_id: str | None = None
    """The open escalation; only with `escalated`."""
    agent_id: str | None = None
    """Who has or had the last attempt."""
    progress: Progress | None = None
    task_id: str | None = None
    """What agents know its task by, as long as that is open."""
    partial: Json = None
    """What attempts have made up to now."""
    guidance: tuple[Note, ...] = ()
    stuck: Stuck | None = None
    deadline: datetime | None = None
    """When the current wait (for an agent, its answer, or the next attempt) ends by itself."""
    queued_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def is_ended(self) -> bool:
        """Whether it will stay as it is."""
        return self.status in ("completed", "skipped", "failed", "cancelled")


@dataclass(frozen=True)
class Quarantine:
    """Why nobody goes on with a workflow, and where a person is asked what becomes of it."""

    escalation_id: str
    error: Failure


@dataclass(frozen=True)
class WorkflowStatus:
    """A workflow as committed last."""

    id: str
    name: str
    status: WorkflowState
    revision: int
    """Grows by one with every committed transition."""
    checkpoint_at: datetime
    created_at: datetime
    node: str | None
    """The node that coordinates it, or did so last."""
    takeovers: int
    """How often another node took it over."""
    labels: dict[str, str]
    steps: tuple[StepStatus, ...]
    """In the plan's order."""
    output: Json
    """What it gave; `None` until it is completed."""
    coordinator: Literal["external"] | None = None
    """Set if a program of somebody else says what happens next."""
    ended_at: datetime | None = None
    failure: Failure | None = None
    """Why it failed."""
    quarantine: Quarantine | None = None

    @property
    def is_ended(self) -> bool:
        """Whether it is completed, failed or cancelled, and will stay so."""
        return self.status in ("completed", "failed", "cancelled")

    def step(self, step_id: str) -> StepStatus:
        """The step of this id. Raises `KeyError` if the plan has none."""
        for step in self.steps:
            if step.id == step_id:
                return step
        raise KeyError(step_id)


@dataclass(frozen=True)
class AddedSteps:
    """What became of steps that were to be added to an external workflow."""

    workflow_id: str
    status: WorkflowState
    """Where the workflow stands."""
    revision: int
    steps: tuple[StepStatus, ...]
    """In the order in which they were sent."""


@dataclass(frozen=True)
class AcceptedPlan:
    """What a workflow was started with; together it starts the same again."""

    workflow_id: str
    plan: dict[str, Json]
    """With what the settings of its task types gave to its steps, and the steps that were added."""
    input: Json


@dataclass(frozen=True)
class CheckedPlan:
    """A plan that is in order."""

    name: str
    steps: int
    """How many there are."""
    task_types: tuple[str, ...]
    """What its steps ask for."""


@dataclass(frozen=True)
class StepDetails:
    """A step with all that it was given and all its attempts."""

    workflow_id: str
    revision: int
    step: StepStatus
    attempts: tuple[Attempt, ...]
    """The current one last."""
    payload: Json = None
    """What the task is given; `None` before its first attempt."""


@dataclass(frozen=True)
class WorkflowSummary:
    """A workflow in a list."""

    id: str
    name: str
    status: WorkflowState
    revision: int
    created_at: datetime
    labels: dict[str, str]
    ended_at: datetime | None = None


@dataclass(frozen=True)
class HistoryEvent:
    """Something that happened to a workflow."""

    id: str
    """The event's place in the history."""
    type: str
    """`workflow_started`, `step_queued`, `attempt_failed`, `step_completed` …"""
    at: datetime
    step_id: str | None = None
    attempt: int | None = None
    agent_id: str | None = None
    error: Failure | None = None
    escalation_id: str | None = None
    action: ResolutionAction | None = None
    by: str | None = None
    reason: str | None = None
    assignee: str | None = None
    """Whose an escalation is now."""
    until: datetime | None = None
    """When the next attempt is due."""


@dataclass(frozen=True)
class BusyAgent:
    """An agent that has no free slot."""

    agent_id: str
    name: str
    slots: int
    held: int
    """Tasks of any type that it had when it was last heard of."""


@dataclass(frozen=True)
class StepExplanation:
    """What holds a step up, and what would help. Which of the figures there are depends on the reason."""

    step_id: str
    status: StepState
    reason: str
    """`waits_for_steps`, `waits_for_human`, `backing_off`, `working`, `queue_paused`, `no_capable_agent`,
    `unmet_requirement`, `concurrency_limit`, `rate_limit`, `waits_for_agent`, `all_busy` or `next_take`."""
    detail: str
    """The reason in words, for people."""
    help: str
    """What would help."""
    task_type: str | None = None
    since: datetime | None = None
    """Since when the question is asked, the agent works, or the task waits."""
    steps: tuple[str, ...] = ()
    """The steps that it waits for."""
    escalation_id: str | None = None
    until: datetime | None = None
    error: Failure | None = None
    heard_at: datetime | None = None
    """When the agent that works on it was last heard of."""
    agent_id: str | None = None
    waiting: int | None = None
    """Tasks of the type that no agent has yet, this one included."""
    missing: tuple[str, ...] = ()
    """What the step requires and the agent that has most of it does not have."""
    limit: int | None = None
    running: int | None = None
    key: str | None = None
    """The key whose rate is used up."""
    next_free_at: datetime | None = None
    draining: int | None = None
    """Agents that are capable of the type and take nothing new."""
    agents: tuple[BusyAgent, ...] = ()
    """Some of the agents that are capable of the type, those with the most tasks first."""
    agents_able: int | None = None
    free_slots: int | None = None


@dataclass(frozen=True)
class Explanation:
    """Why a workflow is not further on: one reason for each open step, in the plan's order."""

    workflow_id: str
    status: WorkflowState
    at: datetime
    steps: tuple[StepExplanation, ...]
