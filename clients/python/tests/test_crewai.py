"""Crews as agents, and crews whose work the pool does, with the real CrewAI and a model that says what it is told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import crewai
import pytest
from pydantic import BaseModel

from ganglion import Agent, Client, Task, TaskError, WorkflowNotCompleted
from ganglion.crewai import CrewTask, PoolAgent

from .conftest import Running
from .held_pool import HeldPool, python
from .plans import escalated, plan
from .service import LIMIT, Service

Name = Callable[[str], str]


class Model(crewai.BaseLLM):
    """Answers with what a function makes of the messages."""

    def __init__(self, answer: Callable[[str], str], **fields: Any) -> None:
        super().__init__(**{"model": "fake", **fields})
        self._answer = answer

    def call(self, messages: Any, *arguments: Any, **keywords: Any) -> str:
        self._track_token_usage_internal({"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15})
        return f"Thought: I know it.\nFinal Answer: {self._answer(messages[-1]['content'])}"

    def supports_function_calling(self) -> bool:
        return False


def crew(model: Model, *descriptions: str, **last: Any) -> crewai.Crew:
    """A crew of one agent and its tasks, one after the other."""
    agent = crewai.Agent(role="Writer", goal="To write", backstory="None", llm=model)
    tasks = [crewai.Task(description=text, expected_output="text", agent=agent) for text in descriptions]
    for name, value in last.items():
        setattr(tasks[-1], name, value)
    return crewai.Crew(agents=[agent], tasks=tasks)


def crew_agent(task_type: str, make_crew: Callable[[], crewai.Crew], slots: int = 1) -> Agent:
    agent = Agent("crew", slots=slots)
    agent.task(task_type)(CrewTask(make_crew))
    return agent


def test_a_crew_does_a_task_and_tells_how_far_it_is(client: Client, running: Running, unique: Name) -> None:
    seen = threading.Event()

    def answer(prompt: str) -> str:
        if "Sum up" in prompt:
            assert seen.wait(LIMIT)
            return "The sum"
        return "The text"

    agent = crew_agent(unique("crew"), lambda: crew(Model(answer), "Write about {topic}", "Sum up"))
    with running(agent):
        started = client.start(plan(unique("crew"), payload={"topic": "leases"}))
        workflow = started
        while not workflow.steps[0].progress:
            workflow = client.workflow(started.id, wait=LIMIT, revision=workflow.revision)
        seen.set()
        ended = client.wait_for_end(started.id, timeout=LIMIT)
    progress = workflow.steps[0].progress
    assert progress is not None
    assert (progress.percent, progress.message) == (50, "Write about leases")
    assert ended.output == {"s0": "The sum"}


class Verdict(BaseModel):
    good: bool


def test_output_that_is_json_is_the_result_as_json(client: Client, running: Running, unique: Name) -> None:
    def make() -> crewai.Crew:
        return crew(Model(lambda prompt: '{"good": true}'), "Judge", output_pydantic=Verdict)

    with running(crew_agent(unique("json"), make)):
        assert client.run(plan(unique("json"), payload={})) == {"s0": {"good": True}}


def test_people_are_asked_and_what_was_given_before_is_not_made_again(
    client: Client, running: Running, unique: Name
) -> None:
    prompts: list[str] = []

    def answer(prompt: str) -> str:
        prompts.append(prompt)
        return f"answer {len(prompts)}"

    def make() -> crewai.Crew:
        made = crew(Model(answer), "First", "Second", "Third")
        made.tasks[1].human_input = True
        return made

    feedback = ["Make it shorter", "Better, but shorter still", ""]
    shown = []
    with running(crew_agent(unique("people"), make)):
        started = client.start(plan(unique("people"), payload={}))
        while escalation := escalated(client, started.id):
            assert escalation.kind == "question", escalation.error
            shown.append((escalation.question or "").splitlines()[-1])
            said = feedback[len(shown) - 1]
            client.resolve(escalation.id, "answer", by="editor", reason="read it", answer=said)
    assert shown == ["answer 2", "answer 3", "answer 4"]
    assert "First" in prompts[0]
    assert "Second" in prompts[1]
    assert "Make it shorter" in prompts[2]
    assert "shorter still" in prompts[3]
    assert "Third" in prompts[4]
    assert "answer 4" in prompts[4]
    assert client.workflow(started.id).output == {"s0": "answer 5"}


def test_a_crew_that_is_cancelled_stops_at_its_next_step(client: Client, running: Running, unique: Name) -> None:
    begun, cancelled = threading.Event(), threading.Event()
    prompts: list[str] = []

    def answer(prompt: str) -> str:
        prompts.append(prompt)
        begun.set()
        assert cancelled.wait(LIMIT)
        return "text"

    def make() -> crewai.Crew:
        return crew(Model(answer), "First", "Second")

    agent = crew_agent(unique("stops"), make)
    run: list[Task] = []
    function = agent.functions[unique("stops")]

    def observed(task: Task) -> object:
        run.append(task)
        return function(task)

    agent.functions[unique("stops")] = observed
    with running(agent):
        started = client.start(plan(unique("stops"), payload={}))
        assert begun.wait(LIMIT)
        client.cancel(started.id)
        assert run[0].cancelled.wait(LIMIT)
        cancelled.set()
    assert len(prompts) == 1


@pytest.fixture
def writers(running: Running, unique: Name) -> Any:
    """Runs a pool that writes, and gives the payloads that it saw."""
    agent = Agent("writers", slots=2)
    payloads: list[Any] = []

    @agent.task(unique("write"))
    def write(task: Task) -> Any:
        payloads.append(task.payload)
        if "impossible" in task.payload["description"]:
            raise TaskError("impossible", "Nobody can.", retryable=False)
        return f"text {len(payloads)}" if len(payloads) < 3 else {"text": len(payloads)}

    with running(agent):
        yield payloads


def pool_crew(task_type: str, url: str, *descriptions: str, **fields: Any) -> crewai.Crew:
    agent = PoolAgent(
        task_type=task_type,
        role="Writer",
        goal="To write about {topic}",
        backstory="None",
        url=url,
        step={"on_exhausted": "fail"},
        **fields,
    )
    tasks = [crewai.Task(description=text, expected_output="text", agent=agent) for text in descriptions]
    return crewai.Crew(agents=[agent], tasks=tasks)


@pytest.mark.parametrize("is_async", [False, True])
def test_the_pool_does_the_tasks_of_a_crew(service: Service, unique: Name, writers: Any, is_async: bool) -> None:
    made = pool_crew(unique("write"), service.url, "Write about {topic}", "Sum up", "As JSON")
    inputs = {"topic": "leases"}
    if is_async:
        import asyncio

        output: Any = asyncio.run(made.akickoff(inputs=inputs))
    else:
        output = made.kickoff(inputs=inputs)
    assert output.raw == '{"text": 3}'
    assert writers[0] == {
        "description": "Write about leases",
        "expected_output": "text",
        "context": "",
        "role": "Writer",
        "goal": "To write about leases",
        "backstory": "None",
    }
    assert writers[1]["context"] == "text 1"
    assert len(writers) == 3


def test_a_crew_that_is_run_again_under_its_key_has_nothing_done_again(
    service: Service, unique: Name, writers: Any
) -> None:
    for _ in range(2):
        output: Any = pool_crew(unique("write"), service.url, "One", "Two", run_key=unique("order")).kickoff()
        assert output.raw == "text 2"
    assert len(writers) == 2
    pool_crew(unique("write"), service.url, "One", "Two").kickoff()
    assert len(writers) == 4


PROGRAM = """
import sys
import crewai
from ganglion.crewai import PoolAgent

url, key, task_type = sys.argv[1:]
agent = PoolAgent(task_type=task_type, role="Writer", goal="To write", backstory="None", url=url, run_key=key)
tasks = [crewai.Task(description=text, expected_output="text", agent=agent) for text in ("One", "Two", "Three")]
print(crewai.Crew(agents=[agent], tasks=tasks).kickoff().raw, flush=True)
"""


def test_a_crew_that_is_killed_at_every_task_has_each_tasks_work_done_once(
    service: Service, running: Running, unique: Name
) -> None:
    pool = HeldPool(unique("write"), lambda payload: str(payload["description"]))
    arguments = [service.url, unique("order"), unique("write")]
    with running(pool.agent):
        output = pool.kill_at_each(["One", "Two", "Three"], lambda: python(PROGRAM, *arguments))
    assert output.splitlines()[-1] == '["Three"]'
    assert [payload["description"] for payload in pool.payloads] == ["One", "Two", "Three"]
    assert pool.payloads[2]["context"].endswith('["Two"]')


def test_a_task_that_fails_fails_the_crew(service: Service, unique: Name, writers: Any) -> None:
    with pytest.raises(WorkflowNotCompleted, match="Nobody can"):
        pool_crew(unique("write"), service.url, "Do the impossible").kickoff()
