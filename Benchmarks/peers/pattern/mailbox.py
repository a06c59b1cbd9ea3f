"""How answers reach a coordinator: by a stream of its own, as published, or by one that its process shares."""

import asyncio
from typing import Protocol

from redis.asyncio import Redis

from .plan import result_stream


class Mailbox(Protocol):
    """Where a coordinator waits for answers."""

    address: str
    """The stream's owner, which agents are told."""

    async def answers(self, timeout: float) -> list[dict]:
        """Answers that have come, at least one; none when nothing came for so many seconds."""

    def closing(self, pipeline) -> None:
        """Adds what there is to be done when the workflow ends."""


class OwnStream:
    """A stream for each workflow, with a blocking read on a connection of its own: the published design."""

    def __init__(self, redis: Redis, workflow: str) -> None:
        self.address = workflow
        self._redis = redis
        self._stream = result_stream(workflow)
        self._last = b"0"

    async def answers(self, timeout: float) -> list[dict]:
        read = await self._redis.xread({self._stream: self._last}, block=int(timeout * 1000))
        if not read:
            return []
        entries = read[0][1]
        self._last = entries[-1][0]
        return [fields for _, fields in entries]

    def closing(self, pipeline) -> None:
        pipeline.delete(self._stream)


class SharedStream:
    """One stream and one reader for all workflows of a process, which reads many answers in one round trip."""

    BATCH = 256

    def __init__(self, redis: Redis, process: str) -> None:
        self.address = process
        self._redis = redis
        self._stream = result_stream(process)
        self._boxes: dict[bytes, "SharedStream.Box"] = {}

    async def deliver(self) -> None:
        """Hands answers out until it is cancelled. What was handed out is trimmed with the next read."""
        last = b"0"
        while True:
            async with self._redis.pipeline(transaction=False) as pipeline:
                pipeline.xtrim(self._stream, minid=last)
                pipeline.xread({self._stream: last}, count=self.BATCH, block=0)
                _, read = await pipeline.execute()
            entries = read[0][1]
            last = entries[-1][0]
            for _, fields in entries:
                box = self._boxes.get(fields[b"workflow"])
                if box is not None:
                    box.put(fields)

    def box(self, workflow: str) -> "SharedStream.Box":
        """The mailbox of a workflow, until it is closed."""
        box = SharedStream.Box(self, workflow.encode())
        self._boxes[workflow.encode()] = box
        return box

    class Box:
        """A workflow's part of the shared stream."""

        def __init__(self, stream: "SharedStream", workflow: bytes) -> None:
            self.address = stream.address
            self._stream = stream
            self._workflow = workflow
            self._answers: list[dict] = []
            self._waiter: asyncio.Future | None = None

        def put(self, fields: dict) -> None:
            self._answers.append(fields)
            self._wake()

        def _wake(self) -> None:
            if self._waiter is not None and not self._waiter.done():
                self._waiter.set_result(None)

        async def answers(self, timeout: float) -> list[dict]:
            if not self._answers:
                loop = asyncio.get_running_loop()
                self._waiter = loop.create_future()
                timer = loop.call_later(timeout, self._wake)
                await self._waiter
                timer.cancel()
            answers, self._answers = self._answers, []
            return answers

        def closing(self, pipeline) -> None:
            del self._stream._boxes[self._workflow]
