"""What an agent can do, as functions."""

from __future__ import annotations

import inspect
from collections.abc import Callable
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
    """

    def __init__(self, name: str, *, slots: int = 1) -> None:
        if not 1 <= slots <= 1000:
            raise ValueError(f"an agent has 1 to 1000 slots, not {slots}")
        self.name = name
        self.slots = slots
        self.functions: dict[str, Callable[[Task], object]] = {}

    def task(self, task_type: str) -> Callable[[Function], Function]:
        """Makes the decorated function the one that does tasks of this type. It stays a function as it was."""

        def add(function: Function) -> Function:
            if task_type in self.functions:
                raise ValueError(f"the agent {self.name!r} has a function for {task_type!r} already")
            self.functions[task_type] = function
            return function

        return add


def is_async(function: Callable[[Task], object]) -> bool:
    """Whether calling it gives something to be awaited; it may also be an object that is called."""
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(type(function).__call__)
