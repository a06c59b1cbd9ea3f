"""Graphs as agents, and nodes that the pool does, with the real LangGraph."""

from __future__ import annotations

import asyncio
import operator
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Annotated, Any, TypedDict
from uuid import UUID

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.config import get_stream_writer
from langgraph.graph import END, START, StateGraph
from langgraph.types import Send, interrupt

from ganglion import Agent, Client, Task, TaskError, WorkflowNotCompleted
from ganglion.langgraph import GraphTask, pool_node
from ganglion.plain import to_json

from .conftest import Running
from .plans import escalated, plan
from .service import LIMIT, Service

Name = Callable[[str], str]
# Before, tasks of asyncio could not be given a context, which is where LangGraph keeps these.
needs_context = pytest.mark.skipif(sys.version_info < (3, 11), reason="no interrupts or streams in async graphs")


class State(TypedDict, total=False):
    text: str
    log: Annotated[list[Any], operator.add]


def chain(*nodes: Any, state: Any = State) -> StateGraph[Any, Any, Any, Any]:
    """A graph of nodes one after the other, which are called as their functions are."""
    builder: StateGraph[Any, Any, Any, Any] = StateGraph(state)
    builder.add_sequence([(getattr(node, "__name__", "inner"), node) for node in nodes])
    builder.add_edge(START, getattr(nodes[0], "__name__", "inner"))
    builder.add_edge(getattr(nodes[-1], "__name__", "inner"), END)
    return builder


def graph_agent(task_type: str, graph: Any) -> Agent:
    agent = Agent("graph", slots=4)
    agent.task(task_type)(GraphTask(graph))
    return agent


@needs_context
def test_a_graph_does_a_task_and_tells_how_far_it_is(client: Client, running: Running, unique: Name) -> None:
    seen = threading.Event()

    def first(state: State) -> State:
        return {"log": [f"first of {state['text']}"]}

    def second(state: State) -> State:
        get_stream_writer()({"percent": 60, "message": "at work"})
        assert seen.wait(LIMIT)
        return {"log": ["second"]}

    with running(graph_agent(unique("graph"), chain(first, second).compile())):
        started = client.start({**plan(unique("graph"), payload="${input}"), "input": {"text": "it"}})
        workflow = started
        while not (workflow.steps[0].progress and workflow.steps[0].progress.percent == 60):
            workflow = client.workflow(started.id, wait=LIMIT, revision=workflow.revision)
        seen.set()
        ended = client.wait_for_end(started.id, timeout=LIMIT)
    assert workflow.steps[0].progress is not None
    assert workflow.steps[0].progress.message == "at work"
    assert ended.output == {"s0": {"text": "it", "log": ["first of it", "second"]}}


@needs_context
@pytest.mark.parametrize("is_kept", [False, True])
@pytest.mark.parametrize("is_nested", [False, True])
def test_an_interrupt_asks_and_its_answer_resumes(
    client: Client, running: Running, unique: Name, is_kept: bool, is_nested: bool
) -> None:
    paid: list[str] = []

    def pay(state: State) -> State:
        paid.append("paid")
        return {"log": ["paid"]}

    def ask(state: State) -> State:
        # The same words each time: only their order, or the interrupt, tells them apart.
        return {"log": [interrupt({"question": "Go on?", "options": ["yes", "no"]}) for _ in range(3)]}

    def ask_openly(state: State) -> State:
        return {"log": [interrupt("Which?"), interrupt({"figures": [1, 2]})]}

    builder = chain(pay, chain(ask, ask_openly).compile()) if is_nested else chain(pay, ask, ask_openly)
    graph = builder.compile(checkpointer=InMemorySaver() if is_kept else None)
    answers: list[Any] = ["yes", "no", "yes", {"which": 1}, None]
    questions = []
    with running(graph_agent(unique("asks"), graph)):
        started = client.start(plan(unique("asks"), payload={}))
        while escalation := escalated(client, started.id):
            questions.append(escalation.question)
            answer = answers[len(questions) - 1]
            client.resolve(escalation.id, "answer", by="test", reason="asked", answer=answer)
    assert questions == ["Go on?"] * 3 + ["Which?", '{"figures":[1,2]}']
    log = client.workflow(started.id).output["s0"]["log"]
    assert [entry for entry in log if entry != "paid"] == answers
    assert len(paid) == (1 if is_kept else 6)


@needs_context
def test_interrupts_at_the_same_time_are_asked_one_after_the_other(
    client: Client, running: Running, unique: Name
) -> None:
    builder: StateGraph[Any, Any, Any, Any] = StateGraph(State)
    for name in ("left", "right"):
        builder.add_node(name, lambda state, name=name: {"log": [(name, interrupt(f"{name}?"))]})
        builder.add_edge(START, name)
    with running(graph_agent(unique("both"), builder.compile(checkpointer=InMemorySaver()))):
        started = client.start(plan(unique("both"), payload={}))
        while escalation := escalated(client, started.id):
            client.resolve(escalation.id, "answer", by="test", reason="asked", answer=f"to {escalation.question}")
    log = client.workflow(started.id).output["s0"]["log"]
    assert sorted(log) == [["left", "to left?"], ["right", "to right?"]]


def test_another_attempt_goes_on_where_the_last_one_was(client: Client, running: Running, unique: Name) -> None:
    calls: list[str] = []

    def before(state: State) -> State:
        calls.append("before")
        return {"log": ["before"]}

    def fails(state: State) -> State:
        calls.append("fails")
        if state.get("text") == "good":
            return {"log": ["good"]}
        if calls.count("fails") == 1:
            raise TaskError("busy", "The model asked for a pause.", retry_after=0.01)
        raise TaskError("damaged", "It cannot be read.", retryable=False)

    graph = chain(before, fails).compile(checkpointer=InMemorySaver())
    with running(graph_agent(unique("fails"), graph)):
        started = client.start(plan(unique("fails"), payload={"text": "bad"}))
        escalation = escalated(client, started.id)
        assert escalation is not None
        assert [attempt.error and attempt.error.code for attempt in escalation.attempts] == ["busy", "damaged"]
        assert calls == ["before", "fails", "fails"]
        # Another payload is other work.
        client.resolve(escalation.id, "retry", by="test", reason="mended", payload={"text": "good"})
        ended = client.wait_for_end(started.id, timeout=LIMIT)
    assert ended.output == {"s0": {"text": "good", "log": ["before", "good"]}}
    assert calls == ["before", "fails", "fails", "before", "fails"]


def test_another_worker_goes_on_with_what_one_left(client: Client, running: Running, unique: Name) -> None:
    calls: list[str] = []
    begun = threading.Event()

    async def before(state: State) -> State:
        calls.append("before")
        return {"log": ["before"]}

    async def slow(state: State) -> State:
        calls.append("slow")
        begun.set()
        if calls.count("slow") == 1:
            await asyncio.Event().wait()
        return {"log": ["slow"]}

    graph = chain(before, slow).compile(checkpointer=InMemorySaver())
    with running(graph_agent(unique("moves"), graph), grace=0):
        started = client.start(plan(unique("moves"), payload={}))
        assert begun.wait(LIMIT)
    with running(graph_agent(unique("moves"), graph)):
        ended = client.wait_for_end(started.id, timeout=LIMIT)
    assert ended.output == {"s0": {"log": ["before", "slow"]}}
    assert calls == ["before", "slow", "slow"]


class Chat(TypedDict, total=False):
    messages: Annotated[list[Any], operator.add]
    more: Any


def test_messages_are_json(client: Client, running: Running, unique: Name) -> None:
    def answer(state: Chat) -> Chat:
        return {"messages": [HumanMessage("Hello"), AIMessage("Hi")]}

    with running(graph_agent(unique("chat"), chain(answer, state=Chat).compile())):
        output = client.run(plan(unique("chat"), payload={"messages": []}))
    messages = output["s0"]["messages"]
    assert [(message["type"], message["content"]) for message in messages] == [("human", "Hello"), ("ai", "Hi")]


def test_state_is_made_json_or_said_not_to_be() -> None:
    @dataclass
    class Point:
        x: int

    values = [Point(1), {2}, UUID(int=0), datetime(2026, 1, 1, tzinfo=timezone.utc), (None, 0.5)]
    assert to_json(values) == [
        {"x": 1},
        [2],
        "00000000-0000-0000-0000-000000000000",
        "2026-01-01T00:00:00+00:00",
        [None, 0.5],
    ]
    with pytest.raises(TypeError, match="object cannot be JSON"):
        to_json(object())


def extractor(task_type: str) -> tuple[Agent, list[Any]]:
    agent = Agent("extractor", slots=4)
    payloads: list[Any] = []

    @agent.task(task_type)
    def extract(task: Task) -> list[str]:
        payloads.append(task.payload)
        if task.payload == {"text": "bad"}:
            raise TaskError("damaged", "It cannot be read.", retryable=False)
        return [f"fact about {task.payload['text']}"]

    return agent, payloads


@pytest.mark.parametrize("is_async", [False, True])
def test_the_pool_does_a_node(service: Service, running: Running, unique: Name, is_async: bool) -> None:
    agent, payloads = extractor(unique("extract"))
    node = pool_node(unique("extract"), output="log", url=service.url, step={"on_exhausted": "fail"})
    builder: StateGraph[Any, Any, Any, Any] = StateGraph(State)
    builder.add_node("extract", node)
    builder.add_edge(START, "extract")
    graph = builder.compile()

    def run(state: State) -> Any:
        return asyncio.run(graph.ainvoke(state)) if is_async else graph.invoke(state)

    with running(agent):
        assert run({"text": "a", "log": []}) == {"text": "a", "log": ["fact about a"]}
        assert payloads == [{"text": "a", "log": []}]
        # Another run is other work, even of the same state.
        run({"text": "a", "log": []})
        assert len(payloads) == 2


def test_a_task_that_fails_fails_the_node(service: Service, running: Running, unique: Name) -> None:
    agent, _ = extractor(unique("extract"))
    node = pool_node(
        unique("extract"),
        payload=lambda state: {"text": state["text"]},
        url=service.url,
        step={"on_exhausted": "fail"},
    )
    builder: StateGraph[Any, Any, Any, Any] = StateGraph(State)
    builder.add_node("extract", node)
    builder.add_edge(START, "extract")
    with running(agent), pytest.raises(WorkflowNotCompleted, match="It cannot be read"):
        builder.compile().invoke({"text": "bad"})


def test_each_of_many_nodes_at_once_is_a_task_of_its_own(service: Service, running: Running, unique: Name) -> None:
    agent, payloads = extractor(unique("extract"))
    builder: StateGraph[Any, Any, Any, Any] = StateGraph(State)
    builder.add_node("extract", pool_node(unique("extract"), output="log", url=service.url))
    builder.add_conditional_edges(START, lambda state: [Send("extract", {"text": letter}) for letter in "abcab"])
    with running(agent):
        output = builder.compile().invoke({"text": "", "log": []})
    assert output["log"] == [f"fact about {letter}" for letter in "abcab"]
    assert len(payloads) == 5


def test_a_graph_that_goes_on_after_a_crash_has_no_work_done_again(
    client: Client, service: Service, running: Running, unique: Name
) -> None:
    agent = Agent("slow")
    begun, crashed = threading.Event(), threading.Event()
    calls: list[str] = []

    @agent.task(unique("extract"))
    def extract(task: Task) -> list[str]:
        calls.append(task.id)
        begun.set()
        assert crashed.wait(LIMIT)
        return [f"fact about {task.payload['text']}"]

    def crash(state: State) -> State:
        assert begun.wait(LIMIT)
        if not crashed.is_set():
            raise RuntimeError("killed")
        return {"log": ["after"]}

    builder: StateGraph[Any, Any, Any, Any] = StateGraph(State)
    node = pool_node(unique("extract"), payload=lambda state: {"text": state["text"]}, output="log", url=service.url)
    builder.add_node("extract", node)
    builder.add_node("crash", crash)
    builder.add_edge(START, "extract")
    builder.add_edge(START, "crash")
    graph = builder.compile(checkpointer=InMemorySaver())

    thread: Any = {"configurable": {"thread_id": "1"}}
    with running(agent):
        with pytest.raises(RuntimeError, match="killed"):
            asyncio.run(graph.ainvoke({"text": "a"}, thread))
        crashed.set()
        output = graph.invoke(None, thread)
    assert sorted(output["log"]) == ["after", "fact about a"]
    assert len(calls) == 1
    (workflow,) = (workflow for workflow in client.workflows() if workflow.name == unique("extract"))
    assert workflow.status == "completed"
