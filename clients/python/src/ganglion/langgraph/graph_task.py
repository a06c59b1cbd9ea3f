"""A compiled graph as an agent's function."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.pregel import Pregel
from langgraph.types import Command, Interrupt

from ganglion.calls import encode
from ganglion.documents import Json
from ganglion.finished import TaskQuestion
from ganglion.plain import to_json
from ganglion.task import Task

Graph = Pregel[Any, Any, Any, Any]


class GraphTask:
    """A compiled graph as a function of an agent: a task is a run of it::

        agent = Agent("reviewer-1", slots=4)
        agent.task("review")(GraphTask(builder.compile(checkpointer=saver)))
        Worker(agent).run()

    The payload is the graph's input, and the result is its output. Each node that has ended is told as progress, and
    what a node writes to the custom stream as `{"percent": …, "message": …}` too.

    An `interrupt(value)` asks a person: a `str` is the question; of a `dict`, `question` is the question and `options`
    what it may be answered with. The attempt ends with it. The answer is what `interrupt` gives then, in the next
    attempt. A task has a thread of its own: with a checkpointer that other processes have too, the next attempt goes on
    where the last one was, whatever ended it. Without one the graph is run from its beginning, with the answers that
    there are. An attempt with another payload begins anew.

    Graphs are run with asyncio: there `interrupt` and the custom stream need Python 3.11.

    Args:
        graph: What `compile` gave.
        config: The configuration of each run; the task's thread is added.
        result: Makes JSON of the graph's output.
    """

    def __init__(
        self, graph: Graph, *, config: RunnableConfig | None = None, result: Callable[[Any], Json] | None = None
    ) -> None:
        self._graph = graph
        self._config = config or RunnableConfig()
        self._result = result or to_json

    async def __call__(self, task: Task) -> Json:
        """Runs the graph, or goes on with it. Raises `TaskQuestion` for an interrupt that was not answered yet."""
        graph = self._graph
        if not graph.checkpointer:
            graph = graph.copy(update={"checkpointer": InMemorySaver()})
        # A person may have given the task another payload since the last attempt.
        thread = f"{task.id}-{hashlib.sha256(encode(task.payload).encode()).hexdigest()[:12]}"
        configurable = {**self._config.get("configurable", {}), "thread_id": thread}
        config = RunnableConfig(**{**self._config, "configurable": configurable})

        state = await graph.aget_state(config)
        is_begun = state.created_at is not None
        if is_begun and not state.next:
            return self._result(state.values)
        answers = await _Answers.known_to(task, by_interrupt=is_begun)
        interrupts: Sequence[Interrupt] = state.interrupts
        given: Any = None if is_begun else task.payload
        while True:
            if interrupts:
                given = Command(resume={interrupt.id: answers.to(interrupt) for interrupt in interrupts})
            output, interrupts = await self._run(graph, given, config, task)
            if not interrupts:
                return self._result(output)

    @staticmethod
    async def _run(graph: Graph, given: Any, config: RunnableConfig, task: Task) -> tuple[Any, Sequence[Interrupt]]:
        """Runs the graph until it ends or waits, and gives its output and what it waits for."""
        output: Any = None
        interrupts: list[Interrupt] = []
        # What a node did is stored before the next one begins, so that it is not done again.
        chunks: AsyncIterator[Any] = graph.astream(
            given, config, stream_mode=["updates", "custom", "values"], durability="sync"
        )
        async for mode, chunk in chunks:
            match mode, chunk:
                case "values", _:
                    output = chunk
                case "custom", {"percent": int(percent)} if 0 <= percent <= 100:
                    task.progress(percent, chunk.get("message"))
                case "custom", {"message": str(message)}:
                    task.progress(message=message)
                case "updates", {"__interrupt__": waiting}:
                    interrupts += waiting
                case "updates", dict():
                    task.progress(message=", ".join(map(str, chunk)))
        return output, interrupts


class _Answers:
    """What people answered to the interrupts of a graph.

    An interrupt has the same id in every attempt that goes on with a thread, and another one in a thread that begins
    anew. There, questions come in the same order as before, and so do their answers.
    """

    def __init__(self, by_interrupt: Mapping[Any, Json], in_order: Sequence[tuple[str, Json]]) -> None:
        self._by_interrupt = by_interrupt
        self._in_order = list(in_order)

    @staticmethod
    async def known_to(task: Task, *, by_interrupt: bool) -> _Answers:
        answers = task.assignment.answers
        if not by_interrupt:
            return _Answers({}, [(answered.question, answered.answer) for answered in answers])
        known = {}
        for answered in answers:
            escalation = await task.client.escalation(answered.escalation_id)
            if isinstance(escalation.context, dict):
                known[escalation.context.get("interrupt")] = answered.answer
        return _Answers(known, [])

    def to(self, interrupt: Interrupt) -> Json:
        """The answer to an interrupt. Raises `TaskQuestion` if there is none yet."""
        value = to_json(interrupt.value)
        question, options = value, ()
        if isinstance(value, dict):
            question, options = value.get("question", value), value.get("options", ())
        if not isinstance(question, str):
            question = encode(question)
        if interrupt.id in self._by_interrupt:
            return self._by_interrupt[interrupt.id]
        for place, (text, answer) in enumerate(self._in_order):
            if text == question:
                del self._in_order[place]
                return answer
        raise TaskQuestion(question, options, {"interrupt": interrupt.id, "value": value})
