"""What the service answers with, as frozen dataclasses. Fields that an answer may leave out are `None` then.

The names are those of the schemas in openapi.yaml. What a newer service adds is ignored, and a status that it adds is
passed on as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, Literal, TypeAlias, TypeVar

Json: TypeAlias = Any
"""What JSON can hold: `None`, booleans, numbers, strings, lists, and dictionaries whose keys are strings."""

T = TypeVar("T")

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
ResolutionAction = Literal["retry", "complete", "skip", "fail", "answer", "answered", "cancelled"]


@dataclass(frozen=True)
class Page(Generic[T]):
    """A part of a list."""

    items: tuple[T, ...]
    next_cursor: str | None
    """The `cursor` of the next page; `None` at the end."""


@dataclass(frozen=True)
class Failure:
    """Why something did not succeed."""

    code: str
    """For programs. The service's own are `timeout`, `queue_timeout`, `agent_lost` and a few more."""
    message: str
    """For people."""


@dataclass(frozen=True)
class Progress:
    """How far an attempt is, as its agent said last."""

    at: datetime
    percent: int | None = None
    message: str | None = None


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
    until: datetime | None = None
    """When the next attempt is due."""


@dataclass(frozen=True)
class RegisteredAgent:
    """What an agent is told when it registers."""

    id: str
    heartbeat_interval: timedelta
    """How often it should be heard of."""
    lost_after: timedelta
    """How long after its last sign of life it is lost."""


@dataclass(frozen=True)
class AgentStatus:
    """An agent in the registry."""

    id: str
    name: str
    capabilities: tuple[str, ...]
    """The task types that it can do."""
    slots: int
    """How many tasks it may hold at once."""
    status: Literal["alive", "draining", "lost", "left"]
    registered_at: datetime
    heartbeat_at: datetime
    """Its last sign of life."""


@dataclass(frozen=True)
class HeartbeatAnswer:
    """What an agent is told when it says that it is alive."""

    status: Literal["alive", "draining"]
    cancel: tuple[str, ...]
    """Of the tasks that were named as running, those that are not the agent's any more: it can stop."""
    heartbeat_interval: timedelta
    lost_after: timedelta


@dataclass(frozen=True)
class AnsweredQuestion:
    """What an earlier attempt at a task asked, and its answer."""

    escalation_id: str
    question: str
    answer: Json


@dataclass(frozen=True)
class TaskAssignment:
    """A task that an agent is given."""

    task_id: str
    """The same over all attempts: what to recognise the work by in systems that must not do it twice."""
    workflow_id: str
    step_id: str
    task_type: str
    attempt: int
    payload: Json
    deadline: datetime
    """When the attempt times out."""
    answer: Json = None
    """What the task's last question was answered with."""
    escalation_id: str | None = None
    """The question that it answers."""
    answers: tuple[AnsweredQuestion, ...] = ()
    """All that was asked of this step's people and answered, oldest first."""
    traceparent: str | None = None
    """The W3C trace context of the request that started the workflow."""


@dataclass(frozen=True)
class RefusedAnswer:
    """Why one of the finished tasks was not accepted. The others are not touched by it."""

    task_id: str
    attempt: int
    type: str
    """What kind of problem it is: `/problems/already-answered`."""
    title: str
    status: int
    """503: not decided, to be handed in again. All others are final."""
    detail: str
    accepted_attempt: int | None = None
    """The attempt whose result was accepted instead."""


@dataclass(frozen=True)
class TaskTakeAnswer:
    """What a take gives."""

    tasks: tuple[TaskAssignment, ...]
    accepted: tuple[str, ...]
    """The finished ones that count, or counted before."""
    refused: tuple[RefusedAnswer, ...]
    cancel: tuple[str, ...]
    """Of the tasks that were named as running, those that are not the agent's any more: it can stop."""


@dataclass(frozen=True)
class TaskAnswer:
    """What became of an answer that was not refused."""

    status: Literal["accepted", "duplicate"]
    """`duplicate`: it was accepted before; nothing has changed."""
    escalation_id: str | None = None
    """Where a question is asked; only of one."""


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
    kind: Literal["exhausted", "question", "poisoned"]
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


@dataclass(frozen=True)
class Node:
    """One incarnation of a server process."""

    id: str
    status: Literal["alive", "left", "lost"]
    started_at: datetime
    heartbeat_at: datetime
    heartbeat_age: timedelta
    workflows: int
    """How many workflows it owns."""
    coordinators: int
    """How many of them it had in memory at its last heartbeat."""
    loops: int
    claims: int
    """How many workflows its process took over from nodes that were gone."""
    fenced_commits: int
    """How many of its commits were refused because another node owned the workflow."""
    host: str
    pid: int
    version: str


@dataclass(frozen=True)
class Health:
    """`ok`, or `ready`."""

    status: str
