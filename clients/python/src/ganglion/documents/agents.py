"""Agents, and the tasks they are given."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from .common import Json


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
    """How much it may hold at once."""
    status: Literal["alive", "paused", "draining", "lost", "left"]
    registered_at: datetime
    heartbeat_at: datetime
    """Its last sign of life."""
    slots_used: int
    """The slots that were taken when it was last heard of."""
    reliability: dict[str, Json]
    """How its attempts ended, by task type: `score`, `succeeded`, `failed`, `retried` and `latency`."""
    constraints: dict[str, Json] = field(default_factory=dict)
    """What it has, by task type."""
    slot_costs: dict[str, int] = field(default_factory=dict)
    """How many slots a task takes, by task type, where that is not one."""
    version: str | None = None
    labels: dict[str, str] = field(default_factory=dict)
    metadata: dict[str, Json] | None = None
    load: dict[str, float] = field(default_factory=dict)
    """What it said of its load last."""


@dataclass(frozen=True)
class TaskNote:
    """What a person, or an agent that supervises, says to whoever works on a task."""

    task_id: str
    number: int
    """From 1 on within the task."""
    text: str
    by: str
    at: datetime


@dataclass(frozen=True)
class HeartbeatAnswer:
    """What an agent is told when it says that it is alive."""

    status: Literal["alive", "paused", "draining"]
    cancel: tuple[str, ...]
    """Of the tasks that were named as running, those that are not the agent's any more: it can stop."""
    heartbeat_interval: timedelta
    lost_after: timedelta
    pause: bool
    """It gets nothing new until it is resumed."""
    drain: bool
    """It gets nothing new, and is to leave when it has done what it has."""
    guidance: tuple[TaskNote, ...]
    """What it is told of tasks that were named as running."""


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
    partial: Json = None
    """What earlier attempts reported as made, to go on from."""
    heartbeat_timeout: timedelta | None = None
    """The attempt has failed if it is not heard of for so long."""
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
    duplicates: tuple[str, ...]
    """Those of `accepted` that counted before, so that nothing has changed."""
    refused: tuple[RefusedAnswer, ...]
    cancel: tuple[str, ...]
    """Of the tasks that were named as running, those that are not the agent's any more: it can stop."""
    pause: bool
    """The agent gets nothing new until it is resumed."""
    drain: bool
    """The agent gets nothing new, and is to leave when it has done what it has."""
    guidance: tuple[TaskNote, ...]
    """What it is told of tasks that were named as running."""


@dataclass(frozen=True)
class TaskAnswer:
    """What became of an answer that was not refused."""

    status: Literal["accepted", "duplicate"]
    """`duplicate`: it was accepted before; nothing has changed."""
    escalation_id: str | None = None
    """Where a question is asked; only of one."""
