"""A coordinator: one workflow, from its start to its output, with a checkpoint before anybody is told of a step."""

import json

from redis.asyncio import Redis

from .mailbox import Mailbox
from .plan import LAST_STEP, STEPS, agent_queue, encoded, state_key


class Escalation(Exception):
    """A step that was tried as often as it may be."""


class Coordinator:
    """Every transition is one transaction and one round trip: the checkpoint, and the tasks that it makes due."""

    PATIENCE = 30.0
    """Seconds without any answer after which the open tasks are sent again."""
    ATTEMPTS = 3
    RETENTION = 7 * 24 * 3600

    def __init__(self, redis: Redis, workflow: str, text: str, mailbox: Mailbox) -> None:
        self._redis = redis
        self._workflow = workflow
        self._text = text
        self._mailbox = mailbox
        self._attempts: dict[str, int] = {}
        self._results: dict[str, object] = {}

    async def run(self) -> object:
        """The output of the last step."""
        await self._commit({"input": encoded({"document": self._text})}, self._due())
        while LAST_STEP not in self._results:
            answers = await self._mailbox.answers(self.PATIENCE)
            completed = [step for step in map(self._accept, answers) if step is not None]
            if completed:
                checkpoint = {f"result:{step}": encoded(self._results[step]) for step in completed}
                await self._commit(checkpoint, self._due())
            elif not answers:
                await self._commit({}, self._open())
        return self._results[LAST_STEP]

    def _accept(self, answer: dict) -> str | None:
        """The step that an answer completes; none if it is a duplicate, or too late."""
        step = answer[b"step"].decode()
        if step in self._results or int(answer[b"attempt"]) != self._attempts[step]:
            return None
        self._results[step] = json.loads(answer[b"result"])
        return step

    def _due(self) -> list[str]:
        return [
            name for name, step in STEPS.items()
            if name not in self._attempts and all(before in self._results for before in step.after)
        ]

    def _open(self) -> list[str]:
        return [step for step in self._attempts if step not in self._results]

    async def _commit(self, checkpoint: dict, tasks: list[str]) -> None:
        has_ended = LAST_STEP in self._results
        checkpoint["status"] = "completed" if has_ended else "running"
        async with self._redis.pipeline(transaction=True) as pipeline:
            for step in tasks:
                attempt = self._attempts[step] = self._attempts.get(step, 0) + 1
                if attempt > self.ATTEMPTS:
                    raise Escalation(f"{step} of {self._workflow}")
                checkpoint[f"attempt:{step}"] = attempt
                pipeline.xadd(agent_queue(step), {
                    "workflow": self._workflow, "reply_to": self._mailbox.address, "attempt": attempt,
                    "payload": encoded(STEPS[step].payload(self._text, self._results)),
                })
            pipeline.hset(state_key(self._workflow), mapping=checkpoint)
            if has_ended:
                pipeline.expire(state_key(self._workflow), self.RETENTION)
                self._mailbox.closing(pipeline)
            await pipeline.execute()
