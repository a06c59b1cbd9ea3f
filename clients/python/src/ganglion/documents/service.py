"""The service itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from .common import Json


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
class Overview:
    """How everything stands. `finished` and `durations` only grow: rates are differences of two of these."""

    at: datetime
    workflows: dict[str, int]
    """How many there are of each status."""
    escalations: dict[str, int]
    """`open`."""
    agents: dict[str, int]
    """`alive`, their `slots`, and how many are taken: `running`."""
    nodes: dict[str, int]
    """`alive`."""
    finished: dict[str, int]
    """How many workflows ended as `completed`, `failed` or `cancelled`."""
    durations: dict[str, list[int]]
    """How many of those that were completed took up to each of `bounds_ms`, and at last how many took longer:
    `counts`."""


@dataclass(frozen=True)
class Health:
    """`ok`, or `ready`."""

    status: str


@dataclass(frozen=True)
class Pool:
    """The agents that are capable of a type, all together. An agent's slots are for all that it can do."""

    alive: int
    draining: int
    slots: int
    held: int
    """Tasks of any type that they had when they were last heard of."""


@dataclass(frozen=True)
class TaskType:
    """How the tasks of a type stand, who is capable of them, and what is set for them."""

    task_type: str
    waiting: int
    """Tasks that no agent has yet."""
    running: int
    """Tasks that agents have."""
    agents: Pool
    limited_keys: int
    """Keys with tasks that wait for nothing but their rate."""
    paused: bool
    settings: Json
    """What is set, as `configure_task_type` takes it."""
    oldest_waiting_at: datetime | None = None
    oldest_waiting_age: timedelta | None = None
    next_free_at: datetime | None = None
    """When the next task may be taken, if tasks wait for a rate. It may be past."""
