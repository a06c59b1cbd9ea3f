"""An agent: takes tasks of its type in batches, does nothing, and answers them all in one round trip."""

import json

from redis.asyncio import Redis

from .plan import AGENTS, agent_queue, encoded, result_stream

BATCH = 32
"""As many tasks as an agent of `ganglion bench` takes at a time."""


async def work(redis: Redis, name: str, task_type: str) -> None:
    """Works until it is cancelled. An answer and its acknowledgement are one transaction."""
    queue = agent_queue(task_type)
    while True:
        taken = await redis.xreadgroup(AGENTS, name, {queue: ">"}, count=BATCH, block=0)
        async with redis.pipeline(transaction=True) as answer:
            for entry, task in taken[0][1]:
                payload = json.loads(task[b"payload"])
                answer.xadd(result_stream(task[b"reply_to"].decode()), {
                    "workflow": task[b"workflow"], "step": task_type, "attempt": task[b"attempt"],
                    "result": encoded(perform(payload)),
                })
            entries = [entry for entry, _ in taken[0][1]]
            answer.xack(queue, AGENTS, *entries)
            answer.xdel(queue, *entries)
            await answer.execute()


def perform(payload: dict) -> dict:
    """What the agent is there for: nothing."""
    return {"ok": True}
