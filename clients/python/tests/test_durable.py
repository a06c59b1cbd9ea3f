"""Graphs that coordinate workflows of their own, with the real LangGraph."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from langgraph.graph import START, StateGraph
from langgraph.types import Command, interrupt

from ganglion import Agent, Client, StepNotCompleted, Task, TaskError, WorkflowNotCompleted
from ganglion.langgraph import DurableGraph, pool_node

from .conftest import Running
from .held_pool import HeldPool, output_of, python
from .service import Service
from .test_langgraph import State, chain

Name = Callable[[str], str]

PROGRAM = """
import operator, sys
from typing import Annotated, Any, TypedDict
from langgraph.graph import START, StateGraph
from ganglion.langgraph import DurableGraph, pool_node

url, key, type, journal = sys.argv[1:]

class State(TypedDict, total=False):
    log: Annotated[list[Any], operator.add]

def local(name):
    def node(state):
        with open(journal, "a") as file:
            print(name, file=file)
        return {"log": [name]}
    return node

def pool(name):
    return pool_node(type, payload=lambda state: {"of": name, "log": state["log"]}, output="log", url=url)

builder = StateGraph(State)
nodes = ["l1", "p1", "p2", "l2", "p3"]
builder.add_sequence([(name, (local if name[0] == "l" else pool)(name)) for name in nodes])
builder.add_edge(START, nodes[0])
print(DurableGraph(builder.compile(), "durable", url=url).invoke({"log": []}, key=key)["log"], flush=True)
"""


def test_a_program_that_is_killed_at_every_node_has_each_nodes_work_done_once(
    client: Client, service: Service, running: Running, unique: Name, tmp_path: Path
) -> None:
    pool = HeldPool(unique("work"), lambda payload: str(payload["of"]))
    journal = tmp_path / "journal"
    arguments = [service.url, unique("order"), unique("work"), str(journal)]
    with running(pool.agent):
        output = pool.kill_at_each(["p1", "p2", "p3"], lambda: python(PROGRAM, *arguments))
    whole = ["l1", "p1", "p2", "l2", "p3"]
    assert output.strip() == str(whole)
    assert [payload["of"] for payload in pool.payloads] == ["p1", "p2", "p3"]
    assert pool.payloads[2]["log"] == whole[:-1]
    assert journal.read_text().split() == ["l1", "l2"]
    # A run that has ended gives its output again, and does nothing.
    assert output_of(lambda: python(PROGRAM, *arguments)) == output
    assert journal.read_text().split() == ["l1", "l2"]
    (summary,) = (workflow for workflow in client.workflows(status="completed") if workflow.name == "durable")
    workflow = client.workflow(summary.id)
    assert workflow.coordinator == "external"
    assert workflow.output == {"log": whole}
    assert [step.attempts for step in workflow.steps if step.task_type == unique("work")] == [1, 1, 1]


@pytest.mark.parametrize("is_async", [False, True])
def test_nodes_that_ended_are_not_run_again_after_one_that_raised(
    service: Service, unique: Name, is_async: bool
) -> None:
    calls: list[str] = []

    def before(state: State) -> State:
        calls.append("before")
        return {"log": [{"price": "${not an expression}"}]}

    def fails(state: State) -> State:
        calls.append("fails")
        if calls.count("fails") < 3:
            raise RuntimeError("killed")
        return {"log": ["good"]}

    graph = DurableGraph(chain(before, fails).compile(), "raises", url=service.url, deadline=3600)

    def run() -> Any:
        given = {"text": "it", "log": []}
        if is_async:
            return asyncio.run(graph.ainvoke(given, key=unique("raises")))
        return graph.invoke(given, key=unique("raises"))

    for _ in range(2):
        with pytest.raises(RuntimeError, match="killed"):
            run()
    output = {"text": "it", "log": [{"price": "${not an expression}"}, "good"]}
    assert run() == output
    assert run() == output
    assert calls == ["before", "fails", "fails", "fails"]


def test_what_no_node_changes_is_recorded_once(client: Client, service: Service, unique: Name) -> None:
    nodes = [lambda state: {"log": ["done"]} for _ in range(5)]
    builder: StateGraph[Any, Any, Any, Any] = StateGraph(State)
    builder.add_sequence([(f"{number} ü", node) for number, node in enumerate(nodes)])
    builder.add_edge(START, "0 ü")
    graph = DurableGraph(builder.compile(), unique("large"), url=service.url)
    text = "x" * 100_000
    assert graph.invoke({"text": text, "log": []}, key=unique("large")) == {"text": text, "log": ["done"] * 5}
    (summary,) = (workflow for workflow in client.workflows() if workflow.name == unique("large"))
    recorded = sum(len(str(step.result)) for step in client.workflow(summary.id).steps)
    # The input is in what starts the graph, three times, in an encoding that takes a third more.
    assert recorded < 5 * len(text)


def test_an_interrupt_waits_in_the_workflow(client: Client, service: Service, unique: Name) -> None:
    def ask(state: State) -> State:
        return {"log": [interrupt("First?"), interrupt("Second?")]}

    graph = DurableGraph(chain(ask).compile(), unique("asks"), url=service.url)
    key = unique("asks")
    waiting = graph.invoke({"log": []}, key=key)
    assert waiting["__interrupt__"][0]["value"] == "First?"
    assert graph.invoke({"log": []}, key=key)["__interrupt__"][0]["value"] == "First?"
    assert graph.invoke(Command(resume="one"), key=key)["__interrupt__"][0]["value"] == "Second?"
    assert [workflow.status for workflow in client.workflows() if workflow.name == unique("asks")] == ["running"]
    assert graph.invoke(Command(resume="two"), key=key) == {"log": ["one", "two"]}


def test_what_the_pool_cannot_do_fails_the_node_and_a_workflow_that_was_ended_stays_so(
    client: Client, service: Service, running: Running, unique: Name
) -> None:
    agent = Agent("pool")
    payloads: list[Any] = []

    @agent.task(unique("work"))
    def work(task: Task) -> None:
        payloads.append(task.payload)
        raise TaskError("damaged", "It cannot be read.", retryable=False)

    builder: StateGraph[Any, Any, Any, Any] = StateGraph(State)
    builder.add_node("work", pool_node(unique("work"), url=service.url, step={"on_exhausted": "skip"}))
    builder.add_edge(START, "work")
    graph = DurableGraph(builder.compile(), unique("fails"), url=service.url)
    given: Any = {"text": "${input}", "log": [{"${name}": "$${value}"}]}
    with running(agent), pytest.raises(StepNotCompleted, match="skipped"):
        graph.invoke(given, key=unique("fails"))
    assert payloads == [given]
    (workflow,) = (workflow for workflow in client.workflows() if workflow.name == unique("fails"))
    assert client.fail_workflow(workflow.id, "no_luck", "It cannot be read.").status == "failed"
    with pytest.raises(WorkflowNotCompleted, match="no_luck: It cannot be read"):
        graph.invoke({"text": ""}, key=unique("fails"))
