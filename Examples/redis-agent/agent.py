"""An agent beside Redis, which counts words: `python agent.py redis://127.0.0.1:6379` (docs/redis-protocol.md)."""

import json
import sys
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import redis

PREFIX = "ganglion:{p0}:default:"
UNREACHABLE = (redis.ConnectionError, redis.TimeoutError)
scripts: dict[str, Any] = {}


def call(server: Any, name: str, *arguments: str | int) -> Any:
    """Runs a published script. Each may be run twice; one that is outdated says so, and has done nothing."""
    while True:
        try:
            if name not in scripts and (source := server.hget(PREFIX + "agent_scripts", name)):
                scripts[name] = server.register_script(source)
            if name in scripts:
                return json.loads(scripts[name]([PREFIX], arguments))
        except UNREACHABLE as error:
            print("trying again:", error, file=sys.stderr, flush=True)
        except redis.ResponseError as error:
            if not str(error).startswith("OUTDATED"):
                raise
            scripts.pop(name, None)
        time.sleep(0.2)


def listen(server: Any, agent: str, running: dict[str, Any], seconds: float) -> bool:
    """Waits until there is something to take, to stop or to learn, and tells whether there was."""
    try:
        told = server.blpop([PREFIX + "agent_inbox:" + agent], max(0.01, min(seconds, 10)))
    except UNREACHABLE:
        return False
    if told and told[1].startswith(b"reply "):
        verdict = json.loads(told[1].split(b" ", 2)[2])
        print(verdict["task_id"], verdict["attempt"], verdict["outcome"], flush=True)
        running.pop(verdict["task_id"], None)
    return bool(told) and not told[1].startswith(b"again ")


def live(server: Any, pool: ThreadPoolExecutor, task_type: str, work: Callable[[Any], Any], slots: int) -> None:
    """The life of one agent: it ends if Redis has not heard of it for too long."""
    agent, running = "agent_0" + uuid.uuid4().hex[:25], dict[str, Any]()
    heartbeat = call(server, "register", agent, task_type, slots, task_type)["heartbeat_ms"]

    def answer(task: Any, kind: str, value: Any) -> None:
        running[task["task_id"]] = (task["task_id"], task["attempt"], kind, json.dumps(value, allow_nan=False))
        call(server, "answer", agent, *running[task["task_id"]])

    def do(task: Any) -> None:
        try:
            answer(task, "result", work(task["payload"]))
        except Exception as error:
            answer(task, "error", {"code": "failed", "message": repr(error)[:1000]})

    while (taken := call(server, "take", agent, slots - len(running), *running))["status"] in ("alive", "draining"):
        for task in taken["tasks"]:  # None of those that it named as its own: none is done twice here.
            running[task["task_id"]] = None
            pool.submit(do, task)
        for task_id in taken["cancel"]:
            running.pop(task_id, None)
        if not listen(server, agent, running, min(heartbeat, taken.get("again_in_ms", heartbeat)) / 1000):
            for unanswered in filter(None, list(running.values())):
                call(server, "answer", agent, *unanswered)  # Until it is told what became of it.


if __name__ == "__main__":
    with redis.from_url(sys.argv[1], socket_timeout=30) as connection, ThreadPoolExecutor(1) as threads:
        while True:
            live(connection, threads, "count_words", lambda payload: {"words": len(payload["text"].split())}, 1)
