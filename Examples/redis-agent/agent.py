"""An agent beside Redis, which counts words: `python agent.py redis://127.0.0.1:6379` (docs/redis-protocol.md)."""

import json
import sys
import time
import uuid
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

import redis
from redis.backoff import ConstantBackoff
from redis.retry import Retry

PREFIX = "ganglion:{p0}:default:"
# Whatever is asked may be asked again when a connection breaks.
again = Retry(ConstantBackoff(0.2), -1)
server: Any = redis.from_url(sys.argv[1], decode_responses=True, socket_timeout=30, retry=again)


def call(name: str, *arguments: str | int) -> Any:
    """Runs a published script. If Redis does not know it, or it is outdated, nothing was done yet."""
    while True:
        try:
            sha = server.hget(PREFIX + "agent_scripts", name + "_sha") or ""
            return json.loads(server.evalsha(sha, 1, PREFIX, *arguments))
        except redis.ResponseError as error:
            if str(error).startswith("INVALID"):
                raise
            server.script_load(server.hget(PREFIX + "agent_scripts", name) or "")
            time.sleep(0.2)


def work(payload: Any) -> str:
    """What the agent is for: its result as JSON."""
    return json.dumps({"words": len(payload["text"].split())}, allow_nan=False)


def answer(agent: str, key: tuple[str, int], done: Future[str]) -> None:
    """Says what came of a task, as often as need be: the first time counts."""
    failure = {"code": "failed", "message": repr(done.exception())[:1000]}
    call("answer", agent, *key, *(("error", json.dumps(failure)) if done.exception() else ("result", done.result())))


def live(agent: str, pool: ThreadPoolExecutor) -> None:
    """The life of one agent: it ends if Redis has not heard of it for too long."""
    held: dict[tuple[str, int], Future[str]] = {}  # By task and attempt. What is in it is not begun again.
    heartbeat = call("register", agent, "word counter", 1, "count_words")["heartbeat_ms"]
    while (taken := call("take", agent, 1, *{task for task, _ in held}))["status"] not in ("unknown", "gone"):
        held = {key: done for key, done in held.items() if key[0] not in taken["cancel"]}
        for task in taken["tasks"]:
            key = (task["task_id"], task["attempt"])
            held[key] = pool.submit(work, task["payload"])
            held[key].add_done_callback(partial(answer, agent, key))
        pause = max(10, min(heartbeat, taken.get("again_in_ms", heartbeat), 10_000)) / 1000
        word = (server.blpop(PREFIX + "agent_inbox:" + agent, pause) or ("", "again"))[1]
        if word.startswith("reply "):
            verdict = json.loads(word.split(" ", 2)[2])
            print(verdict["task_id"], verdict["attempt"], verdict["outcome"], flush=True)
            held.pop((verdict["task_id"], verdict["attempt"]), None)
        for key in [key for key in held if word.startswith("again") and held[key].done()]:
            answer(agent, key, held[key])  # Nobody has said yet what became of it.


if __name__ == "__main__":
    with ThreadPoolExecutor(1) as threads:
        while True:
            live("agent_0" + uuid.uuid4().hex[:25], threads)
