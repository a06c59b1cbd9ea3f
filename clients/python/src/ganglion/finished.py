"""What became of a task."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .calls import encode, given
from .documents import Json
from .durations import Duration, wire

_LONGEST_CODE = 64
_LONGEST_MESSAGE = 4096


class TaskError(Exception):
    """Why an attempt at a task failed, as an agent tells it::

        raise TaskError("rate_limited", "The model asked for a pause.", retry_after=10)

    Args:
        code: For programs, up to 64 bytes; longer ones are cut.
        message: For people, up to 4096 bytes; longer ones are cut.
        retryable: Whether another attempt may do better.
        retry_after: How long the next attempt waits at least, in place of the wait of the plan's retry policy.
    """

    def __init__(
        self, code: str, message: str = "", *, retryable: bool = True, retry_after: Duration | None = None
    ) -> None:
        self.code = code
        self.message = message
        self.retryable = retryable
        self.retry_after = retry_after
        super().__init__(f"{code}: {message}" if message else code)

    def document(self) -> dict[str, object]:
        """The error as the API takes it."""
        return given(
            code=_cut(self.code, _LONGEST_CODE) or "agent_error",
            message=_cut(self.message, _LONGEST_MESSAGE),
            retryable=self.retryable,
            retry_after=None if self.retry_after is None else wire(self.retry_after),
        )


class TaskQuestion(BaseException):
    """What an agent asks a person in place of a result; `Task.ask` raises it.

    It ends the attempt without being a failure: the task waits for the answer, and then goes on with another attempt.
    It is no `Exception`, so that a function that catches what goes wrong in its work does not catch it.

    Args:
        question: For people, up to 4096 bytes, and what tells the questions of a task apart.
        options: What it may be answered with, each once; anything if there are none.
        context: What is needed to answer it.
    """

    def __init__(self, question: str, options: Sequence[Json] = (), context: Json = None) -> None:
        self.question = question
        self.options = tuple(options)
        self.context = context
        super().__init__(question)

    def document(self) -> dict[str, object]:
        """The question as the API takes it."""
        return given(question=self.question, options=list(self.options) or None, context=self.context)


@dataclass(frozen=True)
class FinishedTask:
    """A task that an agent has done, failed at or asks about; with `error` or `question`, `result` does not count."""

    task_id: str
    attempt: int
    result: Json = None
    error: TaskError | None = None
    question: TaskQuestion | None = None
    usage: Mapping[str, float] = field(default_factory=dict)
    """What the work cost, by unit: `{"tokens": 812}`."""

    @functools.cached_property
    def outcome(self) -> str:
        """The fields that say what became of it, as JSON without the braces around. Raises as `encode` does."""
        if self.error is not None:
            return f'"error":{encode(self.error.document())}'
        usage = f',"usage":{encode(dict(self.usage))}' if self.usage else ""
        if self.question is not None:
            return f'"question":{encode(self.question.document())}{usage}'
        return f'"result":{encode(self.result)}{usage}'

    @property
    def json(self) -> str:
        """The finished task as a take hands it in."""
        return f'{{"task_id":{encode(self.task_id)},"attempt":{self.attempt},{self.outcome}}}'


def _cut(text: str, length: int) -> str:
    """As many whole characters from the beginning as fit into so many bytes; what is no character is left out."""
    return text.encode(errors="ignore")[:length].decode(errors="ignore")
