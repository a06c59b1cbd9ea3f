"""What a worker asks of the service, what it does beside that, and what it keeps in mind meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from .documents import TaskAssignment, TaskNote
from .finished import FinishedTask


class Key(NamedTuple):
    """One attempt at a task."""

    task_id: str
    attempt: int


# Requests


@dataclass(frozen=True)
class Register:
    """Become an agent."""


@dataclass(frozen=True)
class Take:
    """Hand in and take; a poll if it wants tasks."""

    max: int
    wait: float
    running: tuple[str, ...]
    finished: tuple[FinishedTask, ...]
    acknowledged: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True)
class Heartbeat:
    """Say that the agent is alive."""

    running: tuple[str, ...]
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    acknowledged: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True)
class HandIn:
    """Hand in one task by itself."""

    finished: FinishedTask


@dataclass(frozen=True)
class Deregister:
    """Leave."""


Request: TypeAlias = Register | Take | Heartbeat | HandIn | Deregister


# Actions


@dataclass(frozen=True)
class Start:
    """Begin to work on a task."""

    assignment: TaskAssignment


@dataclass(frozen=True)
class Cancel:
    """The function is to stop."""

    key: Key


@dataclass(frozen=True)
class Guide:
    """The function is told something."""

    key: Key
    note: TaskNote


@dataclass(frozen=True)
class Drain:
    """An operator wants the worker to end; for its log."""


@dataclass(frozen=True)
class Leave:
    """The function did not stop: nobody waits for it any more."""

    key: Key


@dataclass(frozen=True)
class Abandon:
    """Nobody waits any more for the answer to the request of that number."""

    number: int


@dataclass(frozen=True)
class Discard:
    """What a function did is given up."""

    finished: FinishedTask
    reason: str


Action: TypeAlias = Start | Cancel | Guide | Drain | Leave | Abandon | Discard


# What is kept in mind


@dataclass
class Running:
    """A function that was begun and has not ended."""

    number: int
    """Requests with a higher number name it."""
    is_abandoned: bool = False
    """It is not the agent's any more: nobody wants to know what becomes of it."""
    heartbeat_timeout: float | None = None
    """It has to be heard of so often, in seconds."""
    fingerprint: str | None = None
    """What its function says of it."""
    last_note: int = 0
    """The number of the last note that its function has."""

    @property
    def needs_heartbeats(self) -> bool:
        """A take names it too, but the service repeats that only now and then, and it says nothing of it."""
        return not self.is_abandoned and (self.heartbeat_timeout is not None or self.fingerprint is not None)


@dataclass(eq=False)
class Kept:
    """Something finished that is to be handed in."""

    finished: FinishedTask
    goes_alone: bool = False
    """The service refused a request that it was part of, and so it goes by itself."""
    failures: int = 0
    not_before: float = 0.0

    @property
    def key(self) -> Key:
        """Which attempt it was."""
        return Key(self.finished.task_id, self.finished.attempt)


@dataclass
class InFlight:
    """A request that was not answered yet."""

    request: Request
    sent_at: float
    kept: list[Kept] = field(default_factory=list)

    @property
    def is_poll(self) -> bool:
        """It asks for tasks."""
        return isinstance(self.request, Take) and self.request.max > 0

    @property
    def is_sign_of_life(self) -> bool:
        """While it is under way no heartbeat is needed."""
        return isinstance(self.request, Take | Heartbeat | Deregister)
