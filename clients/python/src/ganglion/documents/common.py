"""What all documents have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeAlias, TypeVar

Json: TypeAlias = Any
"""What JSON can hold: `None`, booleans, numbers, strings, lists, and dictionaries whose keys are strings."""

T = TypeVar("T")

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
