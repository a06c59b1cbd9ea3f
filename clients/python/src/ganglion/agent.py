"""What an agent can do, as functions."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import TypeVar

from .task import Task

Function = TypeVar("Function", bound=Callable[[Task], object])


class Agent:
    """A set of functions that do tasks, by the task type that each is for.

    A function is given a `Task` and returns the result, which is any JSON. It may be `async` or not; one that is not
    runs in a thread of its own. A `TaskError` that it raises is the attempt's failure; any other exception becomes one
    with the code `agent_error`, which may be tried again::

        agent = Agent("extractor-1", slots=4)

        @agent.task("extract")
        def extract(task: Task) -> dict[str, int]:
            return {"words": len(task.payload["text"].split())}

    Args:
        name: What the agent is called in the registry.
        slots: How many tasks it works on at a time, from 1 to 1000.
        version: Of its program; tasks can be dispatched by it.
        labels: Names and values; tasks can be dispatched by them too.
        metadata: For whoever reads of the agent.
    """

    def __init__(
        self,
        name: str,
        *,
        slots: int = 1,
        version: str | None = None,
        labels: Mapping[str, str] | None = None,
        metadata: Mapping[str, object] | None = None,
    ) -> None:
        if not 1 <= slots <= 1000:
            raise ValueError(f"an agent has 1 to 1000 slots, not {slots}")
        self.name = name
        self.slots = slots
        self.version = version
        self.labels = labels
        self.metadata = metadata
        self.functions: dict[str, Callable[[Task], object]] = {}
        self.constraints: dict[str, Mapping[str, object]] = {}

    @property
    def capabilities(self) -> list[str | Mapping[str, object]]:
        """Its task types as it registers them."""
        return [
            {"task_type": task_type, "constraints": self.constraints[task_type]}
            if task_type in self.constraints
            else task_type
            for task_type in self.functions
        ]

    def task(
        self, task_type: str, *, constraints: Mapping[str, object] | None = None
    ) -> Callable[[Function], Function]:
        """Makes the decorated function the one that does tasks of this type. It stays a function as it was.

        Args:
            task_type: The task type.
            constraints: What the agent has for it, for steps that require something: `{"model": "large"}`.
        """

        def add(function: Function) -> Function:
            if task_type in self.functions:
                raise ValueError(f"the agent {self.name!r} has a function for {task_type!r} already")
            self.functions[task_type] = function
            if constraints is not None:
                self.constraints[task_type] = constraints
            return function

        return add


def is_async(function: Callable[[Task], object]) -> bool:
    """Whether calling it gives something to be awaited; it may also be an object that is called."""
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(type(function).__call__)
