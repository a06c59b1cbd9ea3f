"""Agents over plain HTTP: threads that take tasks and answer them as their payloads say."""

from __future__ import annotations

import threading
import time
import urllib.error
from collections.abc import Callable
from typing import Any

from cluster import call

Work = Callable[[dict[str, Any]], dict[str, Any]]
"""What an agent does with a task: `{"result": …}`, `{"error": …}` or `{"question": …}`."""


def obey(task: dict[str, Any]) -> dict[str, Any]:
    """Does what the payload asks for: `fail` so many times, `ask`, `seconds` of work, and gives `result`."""
    payload = task["payload"] if isinstance(task["payload"], dict) else {}
    time.sleep(float(payload.get("seconds", 0)))
    if payload.get("ask") and "answer" not in task:
        return {"question": {"question": payload["ask"], "options": payload.get("options"), "context": payload}}
    if task["attempt"] <= payload.get("fail", 0):
        return {"error": {"code": "torn", "message": "a page is missing", "retryable": payload.get("again", True)}}
    return {"result": payload.get("result", {"answer": task.get("answer"), "of": task["step_id"]})}


class Agent:
    """One that works until it is stopped, at whichever node answers."""

    def __init__(
        self, urls: list[str], name: str, capabilities: list[str], slots: int = 2, work: Work = obey
    ) -> None:
        self._urls, self._name, self._capabilities, self._slots = urls, name, capabilities, slots
        self._work = work
        self._is_stopping = threading.Event()
        self._running: dict[str, threading.Thread] = {}
        self._finished: list[dict[str, Any]] = []
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._is_stopping.set()

    def _call(self, path: str, body: Any) -> Any:
        try:
            return call(self._urls[0], path, body)
        except urllib.error.HTTPError:
            raise
        except OSError:
            self._urls = [*self._urls[1:], self._urls[0]]
            time.sleep(0.1)
            return None

    def _run(self) -> None:
        agent: str | None = None
        while not self._is_stopping.is_set():
            try:
                if agent is None:
                    body = {"name": self._name, "capabilities": self._capabilities, "slots": self._slots}
                    registered = self._call("/v1/agents", body)
                    agent = registered and registered["id"]
                    continue
                # In this order: what is finished meanwhile is named twice, and not lost between the two.
                running = list(self._running)
                finished, self._finished = self._finished, []
                body = {"max": max(0, self._slots - len(running)), "running": running, "finished": finished}
                # One that works looks soon for what is finished; one that is idle waits for tasks.
                taken = self._call(f"/v1/agents/{agent}/tasks?wait={'50ms' if self._running else '1s'}", body)
            except urllib.error.HTTPError as error:
                if error.code == 410:
                    agent = None
                continue
            if taken is None:
                self._finished = finished + self._finished
                continue
            for task in taken["tasks"]:
                thread = threading.Thread(target=self._do, args=(task,), daemon=True)
                self._running[task["task_id"]] = thread
                thread.start()

    def _do(self, task: dict[str, Any]) -> None:
        answer = {name: value for name, value in self._work(task).items() if value is not None}
        if question := answer.get("question"):
            answer["question"] = {name: value for name, value in question.items() if value is not None}
        self._finished.append({"task_id": task["task_id"], "attempt": task["attempt"], **answer})
        self._running.pop(task["task_id"], None)
