"""What can go wrong between a program and the service, told apart by what is known of the call's effect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class GanglionError(Exception):
    """A call to the service has no result."""


class Unreachable(GanglionError):
    """The service was not reached: the call had no effect."""


class NoAnswer(GanglionError):
    """The call was sent and not answered, or not in time: whether it had an effect is unknown."""


class UnexpectedAnswer(GanglionError):
    """The answer is not what the API's contract says."""


@dataclass(frozen=True)
class ProblemPlace:
    """Where a request is wrong, and what is allowed there. One of the three places is set."""

    detail: str
    pointer: str | None = None
    """A JSON pointer into the body (RFC 6901): `/steps/2/after/0`."""
    header: str | None = None
    """The name of a header."""
    parameter: str | None = None
    """The name of a query parameter."""

    def __str__(self) -> str:
        return f"{self.pointer or self.header or self.parameter or '/'}: {self.detail}"


class Problem(GanglionError):
    """The service answered that it did not do it, and why: a problem document (RFC 9457).

    The subclasses are for `except`; `type` says exactly which problem it is.
    """

    status: int
    """The HTTP status: 404, 409, 422, 503 …"""
    type: str
    """What kind of problem it is, for programs to compare: `/problems/unknown-workflow`."""
    title: str
    """The kind in words."""
    detail: str
    """What is wrong this time."""
    errors: tuple[ProblemPlace, ...]
    """Each place of the request that is wrong."""
    retry_after: float | None
    """After how many seconds the service asks to come back."""
    document: Mapping[str, Any]
    """The whole document, for what some kinds add, such as `accepted_result`; empty if there was none."""

    def __init__(
        self, status: int, document: Mapping[str, Any], *, reason: str = "", retry_after: float | None = None
    ) -> None:
        self.status = status
        self.type = str(document.get("type", "about:blank"))
        self.title = str(document.get("title", reason or f"Status {status}"))
        self.detail = str(document.get("detail", ""))
        places = document.get("errors")
        self.errors = tuple(
            ProblemPlace(place["detail"], place.get("pointer"), place.get("header"), place.get("parameter"))
            for place in (places if isinstance(places, list) else [])
            if isinstance(place, dict) and "detail" in place
        )
        self.retry_after = retry_after
        self.document = document
        super().__init__("\n  ".join([f"{self.title} ({status}): {self.detail}", *map(str, self.errors)]))

    @staticmethod
    def of(status: int, document: Mapping[str, Any], *, reason: str = "", retry_after: float | None = None) -> Problem:
        """The problem as the subclass of its status."""
        kind = _BY_STATUS.get(status, Problem)
        return kind(status, document, reason=reason, retry_after=retry_after)


class NotFound(Problem):
    """404: there is no such workflow, agent, task or escalation."""


class Conflict(Problem):
    """409: it is too late, or somebody else was faster."""


class AgentLost(Problem):
    """410: the agent is lost or has left; it has to register again."""


class InvalidRequest(Problem):
    """400 or 422: the request is not what the operation takes; `errors` names every place."""


class Unavailable(Problem):
    """429 or 503: not now; nothing was done, as far as is known."""


_BY_STATUS: dict[int, type[Problem]] = {
    400: InvalidRequest,
    404: NotFound,
    409: Conflict,
    410: AgentLost,
    422: InvalidRequest,
    429: Unavailable,
    503: Unavailable,
}


class WorkflowNotCompleted(GanglionError):
    """A workflow that was run to its end failed or was cancelled."""

    def __init__(self, workflow_id: str, status: str, reason: str) -> None:
        self.workflow_id = workflow_id
        self.status = status
        self.reason = reason
        super().__init__(f"The workflow {workflow_id} {status}{': ' if reason else ''}{reason}")


class StepNotCompleted(GanglionError):
    """A step that was to be done has ended without a result."""

    def __init__(self, step_id: str, status: str, reason: str) -> None:
        self.step_id = step_id
        self.status = status
        self.reason = reason
        super().__init__(f"The step '{step_id}' is {status}{': ' if reason else ''}{reason}")


class TaskCancelled(BaseException):
    """The task is not the agent's any more: `Task.raise_if_cancelled` was called.

    Like `asyncio.CancelledError` it is no `Exception`, so that a function that catches what goes wrong in its work
    does not catch it.
    """
