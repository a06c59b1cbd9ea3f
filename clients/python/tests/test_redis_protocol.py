"""Agents beside Redis (docs/redis-protocol.md), and the example of one, against a real service and a real Redis."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from ganglion import Client, Conflict

from . import beside_redis
from .beside_redis import EXAMPLE, PREFIX, Beside, BesideAgent, Process
from .service import LIMIT


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Beside]:
    """A service that the tests here share."""
    yield from beside_redis.beside(tmp_path_factory.mktemp("beside"))


@pytest.fixture
def own_beside(tmp_path: Path) -> Iterator[Beside]:
    """One that the test may kill."""
    yield from beside_redis.beside(tmp_path)


@pytest.fixture
def client(beside: Beside) -> Iterator[Client]:
    with Client(beside.service.url) as client:
        yield client


def plan(*task_types: str, **more: Any) -> dict[str, Any]:
    steps = [
        {"id": f"s{number}", "task_type": task_type, "payload": {"text": "a b c"}, "retry": {"initial_backoff": "10ms"}}
        for number, task_type in enumerate(task_types)
    ]
    return {"name": "beside", "steps": steps, **more}


def example(beside: Beside) -> Process:
    return Process(str(EXAMPLE / "agent.py"), beside.redis.url)


def test_workflows_complete_through_the_example(beside: Beside, client: Client) -> None:
    agents = [example(beside), example(beside)]
    try:
        started = [client.start(plan("count_words", "count_words")).id for _ in range(20)]
        for workflow in started:
            ended = client.wait_for_end(workflow, timeout=LIMIT)
            assert ended.status == "completed"
            assert [step.result for step in ended.steps] == [{"words": 3}, {"words": 3}]
            assert [step.attempts for step in ended.steps] == [1, 1]
    finally:
        for agent in agents:
            agent.kill()


def test_a_task_of_an_agent_that_is_killed_is_given_to_another(beside: Beside, client: Client) -> None:
    stuck = f"""
import sys, threading
sys.path.insert(0, {str(EXAMPLE)!r})
import agent
def work(payload):
    print("holds it", flush=True)
    threading.Event().wait()
agent.work = work
agent.live("agent_0" + agent.uuid.uuid4().hex[:25], agent.ThreadPoolExecutor(1))
"""
    killed = Process("-c", stuck, beside.redis.url)
    workflow = client.start(plan("count_words")).id
    killed.line("holds it")
    killed.kill()
    other = example(beside)
    try:
        ended = client.wait_for_end(workflow, timeout=LIMIT)
        assert ended.status == "completed"
        types = [event.type for event in client.history(workflow)]
        assert types.count("step_started") == 2
    finally:
        other.kill()


def test_the_example_survives_restarts_of_redis_and_of_the_service(own_beside: Beside) -> None:
    agent = example(own_beside)
    try:
        with Client(own_beside.service.url) as client:
            first = client.start(plan("count_words")).id
            assert client.wait_for_end(first, timeout=LIMIT).status == "completed"
            own_beside.redis.kill()
            own_beside.redis.start()
            own_beside.service.kill()
            # As if another version had published its own.
            own_beside.connection.hset(PREFIX + "agent_scripts", "version", "another")
            own_beside.service.start()
            second = client.start(plan("count_words")).id
            assert client.wait_for_end(second, timeout=LIMIT).status == "completed"
    finally:
        agent.kill()


def test_the_example_goes_on_when_redis_was_emptied(own_beside: Beside) -> None:
    agent = example(own_beside)
    try:
        with Client(own_beside.service.url) as client:
            first = client.start(plan("count_words")).id
            assert client.wait_for_end(first, timeout=LIMIT).status == "completed"
            own_beside.connection.flushall()
            second = client.start(plan("count_words")).id
            assert client.wait_for_end(second, timeout=LIMIT).status == "completed"
    finally:
        agent.kill()


def test_an_answer_is_taken_in_when_there_is_a_node_again(own_beside: Beside) -> None:
    agent = own_beside.agent("alone")
    with Client(own_beside.service.url) as client:
        workflow = client.start(plan("alone")).id
        [task] = agent.take()["tasks"]
        own_beside.service.kill()
        assert agent.answer(task, "result", "1")["outcome"] == "sent"
        own_beside.service.start()
        ended = client.wait_for_end(workflow, timeout=LIMIT)
        assert [step.result for step in ended.steps] == [1]
        assert agent.verdict_on(task, "result", "1")["outcome"] == "duplicate"


def twenty_times(beside: Beside, agent: BesideAgent, task: dict[str, Any]) -> Counter[str]:
    """Hands the same answer in by three threads, over HTTP and over Redis."""
    outcomes: list[str] = []

    def over_http(times: int) -> None:
        with Client(beside.service.url) as client:
            for _ in range(times):
                answer = client.complete(task["task_id"], agent_id=agent.id, attempt=task["attempt"], result=[1])
                outcomes.append(answer.status)

    def over_redis(times: int) -> None:
        outcomes.extend(verdict["outcome"] for verdict in agent.verdicts_on(task, "result", "[1]", times))

    threads = [threading.Thread(target=over_http, args=(5,)) for _ in range(2)]
    threads.append(threading.Thread(target=over_redis, args=(10,)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LIMIT)
    return Counter(outcomes)


@pytest.mark.parametrize("steps", [1, 2])
def test_of_twenty_answers_one_is_accepted_and_the_others_are_told_so(
    beside: Beside, client: Client, steps: int
) -> None:
    agent = beside.agent(f"twenty_{steps}")
    for _ in range(10):
        workflow = client.start(plan(f"twenty_{steps}", *["nobody"] * (steps - 1))).id
        [task] = agent.take()["tasks"]
        assert twenty_times(beside, agent, task) == {"accepted": 1, "duplicate": 19}
        types = [event.type for event in client.history(workflow)]
        assert types.count("step_completed") == 1


def test_an_answer_for_an_ended_workflow_does_no_harm(beside: Beside, client: Client) -> None:
    agent = beside.agent("ended")
    workflow = client.start(plan("ended")).id
    [task] = agent.take()["tasks"]
    # By then the workflow knows who is to be told to stop.
    assert agent.verdict_on(task, "progress", "{}")["outcome"] == "accepted"
    client.cancel(workflow, by="ops")
    assert agent.told() == ("stop", agent.id)
    assert agent.take(1, task["task_id"]) == {"status": "alive", "tasks": [], "cancel": [task["task_id"]]}
    before = client.workflow(workflow)
    verdict = agent.verdict_on(task, "result", "1")
    assert verdict == {
        "task_id": task["task_id"],
        "attempt": 1,
        "outcome": "already_answered",
        "status": "cancelled",
    }
    assert client.workflow(workflow) == before
    unknown = {**task, "task_id": "task_0_" + "0" * 26 + "_0"}
    assert agent.verdict_on(unknown, "result", "1")["outcome"] == "unknown_task"


def test_the_same_error_is_a_duplicate_and_another_result_is_told_what_was_accepted(
    beside: Beside, client: Client
) -> None:
    agent = beside.agent("outcomes")
    failing = plan("outcomes")
    failing["steps"][0]["retry"] = {"max_attempts": 1}
    failing["steps"][0]["on_exhausted"] = "fail"
    workflow = client.start(failing).id
    [task] = agent.take()["tasks"]
    error = json.dumps({"code": "no_model", "message": 'out of "credit"'})
    assert [agent.verdict_on(task, "error", error)["outcome"] for _ in range(2)] == ["accepted", "duplicate"]
    assert client.wait_for_end(workflow, timeout=LIMIT).status == "failed"
    client.start(plan("outcomes", "nobody"))
    [task] = agent.take()["tasks"]
    assert agent.verdict_on(task, "progress", '{"percent": 50}')["outcome"] == "accepted"
    assert agent.verdict_on(task, "result", " [1, 2] ")["outcome"] == "accepted"
    assert agent.verdict_on(task, "result", "[2]") == {
        "task_id": task["task_id"],
        "attempt": 1,
        "outcome": "already_answered",
        "accepted_attempt": 1,
        "status": "completed",
    }
    stranger = beside.agent("outcomes")
    client.start(plan("outcomes"))
    [task] = agent.take()["tasks"]
    assert stranger.verdict_on(task, "result", "1")["outcome"] == "not_held"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("result", b""),
        ("result", b"{"),
        ("result", b"NaN"),
        ("result", b'"\xff"'),
        ("result", b'1}, "agent": "x"'),
        ("result", b"1\x00"),
        ("error", b'{"code": 7}'),
        ("error", b"[]"),
        ("question", b'{"question": "", "more": 1}'),
        ("progress", b'{"percent": 101}'),
    ],
)
def test_a_malformed_answer_does_no_harm_and_is_told(beside: Beside, client: Client, kind: str, value: bytes) -> None:
    agent = beside.agent("malformed")
    workflow = client.start(plan("malformed")).id
    [task] = agent.take()["tasks"]
    verdict = agent.verdict_on(task, kind, value)
    assert verdict["outcome"] == "malformed"
    assert all(problem["detail"] for problem in verdict["problems"])
    assert verdict["problems"]
    assert agent.verdict_on(task, "result", '{"ä": null}')["outcome"] == "accepted"
    assert client.wait_for_end(workflow, timeout=LIMIT).steps[0].result == {"ä": None}


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("take", ["agent_x", "1"]),
        ("take", ["AGENT", "-1"]),
        ("take", ["AGENT", "1001"]),
        ("take", ["AGENT", "1e1"]),
        ("take", []),
        ("answer", ["AGENT", "task_0_1", "1", "result", "1"]),
        ("answer", ["AGENT", "TASK", "0", "result", "1"]),
        ("answer", ["AGENT", "TASK", "1", "joy", "1"]),
        ("answer", ["AGENT", "TASK", "1", "result"]),
        ("answer", ["AGENT", "TASK", "1", "result", "1" * (1024 * 1024 + 1)]),
        ("register", ["AGENT", "", "1", "a"]),
        ("register", ["AGENT", "name", "0", "a"]),
        ("register", ["AGENT", "name", "1"]),
        ("register", ["AGENT", "name", "1", "a b"]),
        ("register", ["agent_8" + "0" * 25, "name", "1", "a"]),
        ("leave", [""]),
    ],
)
def test_arguments_that_are_wrong_are_refused(beside: Beside, name: str, arguments: list[str]) -> None:
    known = {"AGENT": "agent_0" + "1" * 25, "TASK": "task_0_" + "0" * 26 + "_0"}
    with pytest.raises(redis.ResponseError, match=r"^INVALID "):
        beside.run(name, *(known.get(argument, argument) for argument in arguments))
    assert beside.run("take", known["AGENT"], 1) == {"status": "unknown", "tasks": [], "cancel": []}


def test_an_outdated_script_does_nothing(beside: Beside) -> None:
    with pytest.raises(redis.ResponseError, match=r"^OUTDATED "):
        beside.connection.eval(beside.script("take").replace("local version = '", "local version = 'x"), 1, PREFIX)


def test_an_agent_that_registers_is_told_how_often_it_is_to_be_heard_of(beside: Beside, client: Client) -> None:
    agent = BesideAgent(beside)
    for _ in range(2):
        terms = beside.run("register", agent.id, "beside", 3, "told", "more")
        assert terms == {"heartbeat_ms": 200, "lost_after_ms": 1500}
    registered = client.agent(agent.id)
    assert (registered.name, registered.slots, registered.capabilities) == ("beside", 3, ("told", "more"))


def test_a_script_is_found_by_its_digest(beside: Beside) -> None:
    for name in ("register", "take", "answer", "leave"):
        digest = str(beside.connection.hget(PREFIX + "agent_scripts", name + "_sha"), "ascii")
        assert beside.connection.script_load(beside.script(name)) == digest


def test_waiting_agents_are_called_one_for_each_task(beside: Beside, client: Client) -> None:
    agents = [beside.agent("called") for _ in range(2)]
    for agent in agents:
        assert agent.take()["tasks"] == []
    for _ in agents:
        client.start(plan("called"))
    assert [agent.told() for agent in agents] == [("task", "called")] * 2
    assert [len(agent.take(2)["tasks"]) for agent in agents] == [1, 1]


def test_what_was_given_and_is_not_named_is_given_again(beside: Beside, client: Client) -> None:
    agent = beside.agent("again")
    workflow = client.start({**plan("again"), "input": {}}).id
    [task] = agent.take()["tasks"]
    assert task["payload"] == {"text": "a b c"}
    assert (task["workflow_id"], task["step_id"], task["task_type"]) == (workflow, "s0", "again")
    [again] = agent.take()["tasks"]
    # Redis counts idle times in whole milliseconds.
    assert abs(again["deadline_ms"] - task["deadline_ms"]) <= 1
    assert {**again, "deadline_ms": task["deadline_ms"]} == task
    assert agent.take(1, task["task_id"])["tasks"] == []


def test_limits_hold_for_agents_beside_redis(beside: Beside, client: Client) -> None:
    agents = [beside.agent("limited", slots=8) for _ in range(2)]
    client.configure_task_type("limited", {"max_concurrency": 3})
    started = [client.start(plan("limited")).id for _ in range(5)]
    held = [task for agent in agents for task in agent.take(8)["tasks"]]
    assert len(held) == 3
    client.configure_task_type("limited", {"paused": True})
    assert agents[0].verdict_on(held[0], "result", "1")["outcome"] == "accepted"
    assert agents[1].take(8)["tasks"] == []
    client.configure_task_type("limited", {"rate": {"limit": 1, "per": "minute"}})
    assert len(agents[1].take(8)["tasks"]) == 1
    assert agents[1].take(8)["again_in_ms"] > 50_000
    client.reset_task_type("limited")
    assert sum(client.workflow(workflow).status == "completed" for workflow in started) == 1


def test_a_question_is_answered_and_given_with_the_next_attempt(beside: Beside, client: Client) -> None:
    agent = beside.agent("asking")
    client.start(plan("asking"))
    [task] = agent.take()["tasks"]
    asked = agent.verdict_on(task, "question", '{"question": "which?"}')
    assert asked["outcome"] == "accepted"
    client.resolve(asked["escalation_id"], action="answer", answer="this", by="ops", reason="so it is")
    [task] = agent.take()["tasks"]
    assert (task["attempt"], task["answers"][0]["answer"]) == (2, "this")


def test_what_an_agent_held_that_leaves_is_given_to_another(beside: Beside, client: Client) -> None:
    leaving = beside.agent("leaving")
    client.start(plan("leaving"))
    [task] = leaving.take()["tasks"]
    staying = beside.agent("leaving")
    assert staying.take()["tasks"] == []
    assert beside.run("leave", leaving.id) == {"status": "left"}
    assert staying.told() == ("task", "leaving")
    [again] = staying.take()["tasks"]
    assert (again["task_id"], again["attempt"]) == (task["task_id"], 2)
    assert leaving.take()["status"] == "gone"


def test_an_agent_may_speak_http_as_well(beside: Beside, client: Client) -> None:
    agent = BesideAgent(beside)
    agent.id = client.register("both", ["both"]).id
    client.start(plan("both", "nobody"))
    [task] = agent.take()["tasks"]
    with pytest.raises(Conflict):
        client.complete(task["task_id"], agent_id=agent.id, attempt=2, result=1)
    assert client.complete(task["task_id"], agent_id=agent.id, attempt=1, result=1).status == "accepted"
    assert agent.verdict_on(task, "result", "1")["outcome"] == "duplicate"
    assert client.agent(agent.id).status == "alive"


def test_an_access_list_as_documented_is_enough(beside: Beside, client: Client) -> None:
    text = (EXAMPLE.parents[1] / "docs" / "redis-protocol.md").read_text()
    rules = text.rpartition("`+@read")[2].partition("`")[0]
    beside.connection.execute_command(
        "ACL", "SETUSER", "agent", "on", "nopass", "~ganglion:*", "&ganglion:*", *f"+@read{rules}".split()
    )
    outside = redis.from_url(beside.redis.url, username="agent", password="")
    listed = BesideAgent(beside)
    for name, arguments in (
        ("register", (listed.id, "listed", 1, "listed")),
        ("take", (listed.id, 1)),
        ("answer", (listed.id, "task_0_" + "0" * 26 + "_0", 1, "result", "1")),
        ("leave", (listed.id,)),
    ):
        assert outside.register_script(beside.script(name))([PREFIX], arguments)
    assert outside.blpop([f"{PREFIX}agent_inbox:{listed.id}"], 0.01) is None
    outside.close()
