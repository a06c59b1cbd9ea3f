"""Each answer is handed in twenty times, by three transports at once: one counts, and the others are told so.

    GANGLION_ANSWERS=10000 .build/python/bin/pytest -s clients/python/tests/test_duplicates.py

says how it went with so many answers.
"""

from __future__ import annotations

import json
import os
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ganglion import Client, FinishedTask

from .beside_redis import Beside, BesideAgent
from .service import LIMIT

ANSWERS = int(os.environ.get("GANGLION_ANSWERS", "200"))
AT_ONCE = 100
"""How many tasks are open at a time. What an agent is told of them has room in its inbox."""
TIMES = {"HTTP complete": 7, "HTTP take": 7, "Redis": 6}
"""How often each transport hands in one answer."""

Outcomes = list[tuple[str, str]]
"""Tasks, and what was told of an answer."""


def complete(client: Client, agent: str, tasks: Sequence[Any], outcomes: Outcomes) -> None:
    for task in tasks:
        answer = client.complete(task["task_id"], agent_id=agent, attempt=task["attempt"], result=result(task))
        outcomes.append((task["task_id"], answer.status))


def take(client: Client, agent: str, tasks: Sequence[Any], outcomes: Outcomes) -> None:
    for some in batches(tasks, 20):
        finished = [FinishedTask(task["task_id"], task["attempt"], result=result(task)) for task in some]
        answer = client.take(agent, max=0, finished=finished)
        told = Counter(answer.accepted)
        duplicates = Counter(answer.duplicates)
        assert told == Counter(task["task_id"] for task in some), answer.refused
        outcomes.extend((task, "duplicate") for task in duplicates.elements())
        outcomes.extend((task, "accepted") for task in (told - duplicates).elements())


def answer_beside(agent: BesideAgent, tasks: Sequence[Any], outcomes: Outcomes) -> None:
    """Answers, and waits until it was told what became of each of them."""
    by_id = {task["task_id"]: task for task in tasks}

    def answer(task: Any) -> int:
        verdict = agent.answer(task, "result", json.dumps(result(task)))
        if verdict["outcome"] == "sent":
            return 1
        outcomes.append((task["task_id"], verdict["outcome"]))
        return 0

    waiting = sum(answer(task) for task in tasks)
    while waiting:
        word, rest = agent.told()
        if word == "reply":
            verdict = json.loads(rest.partition(" ")[2])
            outcomes.append((verdict["task_id"], verdict["outcome"]))
            waiting -= 1
        elif word == "again":
            waiting += answer(by_id[rest.partition(" ")[2]]) - 1


def result(task: Any) -> Any:
    return task["payload"]["n"]


def batches(tasks: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for first in range(0, len(tasks), size):
        yield tasks[first : first + size]


class Handing:
    """Hands answers in, and counts what was told of them."""

    def __init__(self, beside: Beside, client: Client) -> None:
        self._agent = beside.agent("duplicated", slots=AT_ONCE)
        self._client = client
        self.told: dict[str, Counter[str]] = {transport: Counter() for transport in TIMES}

    def tasks(self, numbers: Iterable[int]) -> dict[str, Any]:
        """Starts a workflow for each, of which half end with the answer, and takes their tasks."""

        def start(number: int) -> None:
            step = {"id": "answered", "task_type": "duplicated", "payload": {"n": number}}
            steps = [step, {"id": "open", "task_type": "nobody"}] if number % 2 else [step]
            self._client.start({"name": "duplicates", "steps": steps})

        with ThreadPoolExecutor(4) as pool:
            for _ in pool.map(start, numbers):
                pass
        return {task["task_id"]: task for task in self._agent.take(AT_ONCE)["tasks"]}

    def hand_in(self, tasks: dict[str, Any], order: random.Random) -> None:
        """Twenty times each, all transports at once, each in an order of its own."""
        outcomes: dict[str, Outcomes] = {transport: [] for transport in TIMES}
        http = self._client, self._agent.id
        ways: dict[str, Callable[[Sequence[Any]], None]] = {
            "HTTP complete": lambda some: complete(*http, some, outcomes["HTTP complete"]),
            "HTTP take": lambda some: take(*http, some, outcomes["HTTP take"]),
            "Redis": lambda some: answer_beside(self._agent, some, outcomes["Redis"]),
        }
        start = threading.Barrier(len(ways))
        copies = {transport: list(tasks.values()) * times for transport, times in TIMES.items()}
        for some in copies.values():
            order.shuffle(some)

        def run(transport: str) -> None:
            start.wait(LIMIT)
            ways[transport](copies[transport])

        with ThreadPoolExecutor(len(ways)) as pool:
            for _ in pool.map(run, ways):
                pass
        by_task: dict[str, Counter[str]] = {task: Counter() for task in tasks}
        for transport, list_of_outcomes in outcomes.items():
            for task, outcome in list_of_outcomes:
                by_task[task][outcome] += 1
                self.told[transport][outcome] += 1
        wrong = {task: told for task, told in by_task.items() if told != {"accepted": 1, "duplicate": 19}}
        assert not wrong

    def check(self, tasks: Iterable[Any]) -> None:
        """What the workflows say themselves: one result, the one that was handed in."""
        for task in tasks:
            step = self._client.workflow(task["workflow_id"]).steps[0]
            assert (step.result, step.attempts) == (result(task), 1)
            types = [event.type for event in self._client.history(task["workflow_id"])]
            assert types.count("step_completed") == 1


@pytest.mark.timeout(60 + ANSWERS // 2)
def test_of_twenty_answers_by_three_transports_one_counts_and_each_other_is_told_so(tmp_path: Path) -> None:
    beside = Beside(tmp_path, options=())
    order = random.Random(ANSWERS)
    try:
        # An answer that was sent twice after all would be counted as one.
        with Client(beside.service.url, retry_for=0) as client:
            handing, seconds = Handing(beside, client), 0.0
            for numbers in batches(range(ANSWERS), AT_ONCE):
                tasks = handing.tasks(numbers)
                assert len(tasks) == len(numbers)
                began = time.monotonic()
                handing.hand_in(tasks, order)
                seconds += time.monotonic() - began
                handing.check(tasks.values())
    finally:
        beside.close()
    told = sum(handing.told.values(), Counter[str]())
    assert told == {"accepted": ANSWERS, "duplicate": 19 * ANSWERS}
    for transport, counts in handing.told.items():
        sys.stdout.write(
            f"\n{transport}: {counts['accepted']} accepted, {counts['duplicate']} told that they are duplicates"
        )
        assert counts["accepted"] > 0
    sys.stdout.write(f"\n{20 * ANSWERS} answers in {seconds:.1f} s\n")
