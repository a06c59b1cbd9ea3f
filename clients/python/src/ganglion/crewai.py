"""CrewAI: a crew as an agent's function, and agents of a crew whose work the shared pool does.

Needs `pip install 'ganglion[crewai]'`.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import crewai
from crewai.agents.parser import AgentFinish
from crewai.core.providers.human_input import (
    AsyncExecutorContext,
    ExecutorContext,
    SyncHumanInputProvider,
    reset_provider,
    set_provider,
)
from pydantic import Field

from . import operations
from .async_client import AsyncClient
from .calls import Script, encode
from .client import Client
from .documents import Json
from .finished import TaskQuestion
from .plain import to_json
from .task import Task

__all__ = ["CrewTask", "PoolAgent"]


class CrewTask:
    """A crew as a function of an agent: a task is a run of it::

        agent = Agent("researchers-1", slots=2)
        agent.task("research")(CrewTask(lambda: Crew(agents=[…], tasks=[…])))
        Worker(agent).run()

    The payload is the crew's inputs, an object, and the result is its output: as JSON if its last task gives that,
    otherwise its text. Each task of the crew that has ended is told as progress, and the tokens as usage. A crew that
    is cancelled stops at its next step.

    Where a task of the crew has `human_input`, a person is asked whether what it gives is good, and the attempt ends.
    The answer is text: nothing if it is good, and otherwise what is to be done better. The next attempt goes on with
    it; what the crew's tasks gave before is not made again. (This is for sequential crews.)

    Args:
        make_crew: Makes the crew, anew for each task: a crew keeps what it did in itself.
        result: Makes JSON of the crew's output.
    """

    def __init__(
        self, make_crew: Callable[[], crewai.Crew], *, result: Callable[[crewai.CrewOutput], Json] | None = None
    ) -> None:
        self._make_crew = make_crew
        self._result = result or _output

    def __call__(self, task: Task) -> Json:
        """Runs the crew, or goes on with it. Raises `TaskQuestion` where a person is to be asked."""
        crew = self._make_crew()
        people = _People(crew, task)
        people.restore()
        _follow(crew, task)
        token = set_provider(people)
        try:
            output = crew.kickoff(inputs=task.payload)
        finally:
            reset_provider(token)
            usage = crew.calculate_usage_metrics()
            task.record_usage(prompt_tokens=usage.prompt_tokens, completion_tokens=usage.completion_tokens)
        if not isinstance(output, crewai.CrewOutput):
            raise TypeError("a crew that streams its output cannot be an agent")
        return self._result(output)


def _output(output: crewai.CrewOutput) -> Json:
    if output.pydantic is not None:
        return output.pydantic.model_dump(mode="json")
    return output.raw if output.json_dict is None else output.json_dict


def _follow(crew: crewai.Crew, task: Task) -> None:
    """Has the crew tell when a task of it has ended, and stop when the task is not the agent's any more."""
    step_callback, task_callback = crew.step_callback, crew.task_callback

    def after_step(step: Any) -> Any:
        task.raise_if_cancelled()
        return step_callback(step) if step_callback else None

    def after_task(output: Any) -> Any:
        task.raise_if_cancelled()
        done = sum(part.output is not None for part in crew.tasks)
        task.progress(100 * done // len(crew.tasks), f"{output.name or output.description}"[:500])
        return task_callback(output) if task_callback else None

    crew.step_callback, crew.task_callback = after_step, after_task


class _People(SyncHumanInputProvider):
    """Asks people by ending the attempt, and gives their answers in the next one.

    What has to be known then goes with the question, as its context: what the crew's tasks gave, and the messages of
    the one that asks.
    """

    def __init__(self, crew: crewai.Crew, task: Task) -> None:
        self._crew = crew
        self._task = task
        # The place of the crew's task that goes on, the messages it had, and what a person said to them.
        self._resumed: tuple[int, list[Any], str] | None = None

    def restore(self) -> None:
        """Puts the crew where it was when it asked last."""
        answers = self._task.assignment.answers
        if not answers:
            return
        asked = self._task.wait_for(self._task.client.escalation(answers[-1].escalation_id)).context
        feedback = answers[-1].answer
        outputs: dict[str, str] = asked["outputs"]
        if not isinstance(feedback, str) or not feedback.strip():
            outputs = {**outputs, str(asked["place"]): asked["output"]}
        else:
            self._resumed = (asked["place"], asked["messages"], feedback)
        for place, output in outputs.items():
            self._crew.tasks[int(place)].agent = _Recorded.giving(output)

    def setup_messages(self, context: ExecutorContext) -> bool:
        """Goes on with the messages of the attempt that asked."""
        if self._resumed is None or context.task is not self._crew.tasks[self._resumed[0]]:
            return False
        _, messages, feedback = self._resumed
        self._resumed = None
        context.messages.extend([*messages, context._format_feedback_message(feedback)])
        return True

    def handle_feedback(self, formatted_answer: AgentFinish, context: ExecutorContext) -> AgentFinish:
        """Asks whether an answer is good."""
        output = self._get_output_string(formatted_answer)
        place = next(place for place, part in enumerate(self._crew.tasks) if part is context.task)
        outputs = {str(place): part.output.raw for place, part in enumerate(self._crew.tasks) if part.output}
        state = {"place": place, "output": output, "outputs": outputs, "messages": to_json(context.messages)}
        description = self._crew.tasks[place].description
        raise TaskQuestion(
            f"{description}\n\nIs this good? If not, what is to be better?\n\n{output}"[:2000], (), state
        )

    async def handle_feedback_async(self, formatted_answer: AgentFinish, context: AsyncExecutorContext) -> AgentFinish:
        """The same: asking takes no time."""
        return self.handle_feedback(formatted_answer, context)


class _NoModel(crewai.BaseLLM):
    """The model of an agent that thinks elsewhere."""

    def __init__(self, **fields: Any) -> None:
        super().__init__(**{"model": "none", **fields})

    def call(self, messages: Any, *arguments: Any, **keywords: Any) -> Any:
        """Raises `NotImplementedError`."""
        raise NotImplementedError("an agent whose work is done elsewhere has no model")


class _Recorded(crewai.Agent):
    """An agent that gives what was given before."""

    output: str = ""

    @staticmethod
    def giving(output: str) -> _Recorded:
        return _Recorded(role="recorded", goal="", backstory="", llm=_NoModel(), output=output)

    def execute_task(self, task: Any, context: str | None = None, tools: Any = None) -> str:
        """Gives it."""
        return self.output

    async def aexecute_task(self, task: Any, context: str | None = None, tools: Any = None) -> str:
        """Gives it."""
        return self.output


class PoolAgent(crewai.Agent):
    """An agent of a crew whose tasks the agents of a task type do, each as a workflow of one step::

        researcher = PoolAgent(task_type="research", role="Researcher", goal="…", backstory="…", run_key="order-4711")

    The payload is an object with `description`, `expected_output` and `context` (what the tasks before gave) of the
    crew's task, and the agent's `role`, `goal` and `backstory`. The result is the task's output: text, or other JSON
    as text.

    A crew that is run again under the same `run_key`, after a crash, gets what its tasks gave before for as long as the
    service remembers it, which is a day. Two tasks of a crew that are the same in all of the payload are one.
    """

    task_type: str
    """What is asked for."""
    run_key: str = Field(default_factory=lambda: str(uuid.uuid4()))
    """What tells this run of the crew from others."""
    url: str | Sequence[str] | None = None
    """Where the service is, as with `Client`."""
    step: Mapping[str, Any] = {}
    """More of the step, as in a plan: `{"timeout": "30s", "on_exhausted": "fail"}`."""
    llm: Any = Field(default_factory=_NoModel)

    def execute_task(self, task: crewai.Task, context: str | None = None, tools: Any = None) -> str:
        """Has the pool do a task. Raises `WorkflowNotCompleted` if it fails."""
        with Client(self.url) as client:
            return _text(client.follow(self._script(task, context)))

    async def aexecute_task(self, task: crewai.Task, context: str | None = None, tools: Any = None) -> str:
        """Has the pool do a task. Raises `WorkflowNotCompleted` if it fails."""
        async with AsyncClient(self.url) as client:
            return _text(await client.follow(self._script(task, context)))

    def _script(self, task: crewai.Task, context: str | None) -> Script[Json]:
        payload = {
            "description": task.description,
            "expected_output": task.expected_output,
            "context": context or "",
            "role": self.role,
            "goal": self.goal,
            "backstory": self.backstory,
        }
        place = encode([self.run_key, self.task_type, payload])
        key = f"crewai-{hashlib.sha256(place.encode()).hexdigest()}"
        return operations.run_task(self.task_type, payload, step=self.step, idempotency_key=key)


def _text(result: Json) -> str:
    return result if isinstance(result, str) else json.dumps(result, ensure_ascii=False)
