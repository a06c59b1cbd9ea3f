"""A checkpointer that stores in Ganglion."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import ChannelVersions, Checkpoint, CheckpointMetadata, get_checkpoint_metadata
from langgraph.checkpoint.memory import InMemorySaver

from ganglion import operations
from ganglion.async_client import AsyncClient
from ganglion.calls import Call
from ganglion.client import Client
from ganglion.documents import AddedSteps, StepStatus, WorkflowStatus


class WorkflowSaver(InMemorySaver):
    """Keeps the checkpoints of a graph's run as steps of the external workflow that the run is.

    What the graph stores is recorded by the service before the graph goes on, and mirrored in memory, where it is read.
    A saver that is made of a workflow that is there already begins with what was recorded. One process at a time runs
    the graph of a workflow.

    A record is one request: what a node gives is at most the largest body that the service takes, which is 1 MiB less a
    third for its encoding, unless that is set otherwise.

    Args:
        workflow: The workflow as it stands, with its steps; its id is the thread.
        client: What records: a `Client` for `invoke`, an `AsyncClient` for `ainvoke`.
    """

    def __init__(self, workflow: WorkflowStatus, client: Client | AsyncClient) -> None:
        super().__init__()
        self._workflow_id = workflow.id
        self._client = client
        for step in workflow.steps:
            self._replay(step)

    def _replay(self, step: StepStatus) -> None:
        record = step.result.get(_RECORD) if isinstance(step.result, dict) else None
        if step.task_type is not None or record is None:
            return
        values = self.serde.loads_typed((record["type"], base64.b64decode(record["data"])))
        if record["kind"] == "checkpoint":
            super().put(*values)
        else:
            super().put_writes(*values)

    def put(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Stores a checkpoint."""
        call, values = self._checkpoint(config, checkpoint, metadata, new_versions)
        self._send(call)
        return super().put(*values)

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Stores a checkpoint."""
        call, values = self._checkpoint(config, checkpoint, metadata, new_versions)
        await self._send_async(call)
        return super().put(*values)

    def put_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Stores what a node gave."""
        call, values = self._writes(config, writes, task_id, task_path)
        self._send(call)
        super().put_writes(*values)

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Stores what a node gave."""
        call, values = self._writes(config, writes, task_id, task_path)
        await self._send_async(call)
        super().put_writes(*values)

    def _checkpoint(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> tuple[Call[AddedSteps], tuple[RunnableConfig, Checkpoint, CheckpointMetadata, ChannelVersions]]:
        # Only what has changed: the rest is in the records before.
        changed = {name: value for name, value in checkpoint["channel_values"].items() if name in new_versions}
        stored = checkpoint.copy()
        stored["channel_values"] = changed
        values = (_place(config), stored, get_checkpoint_metadata(config, metadata), new_versions)
        return self._record("checkpoint", "checkpoint", values), values

    def _writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str
    ) -> tuple[Call[AddedSteps], tuple[RunnableConfig, list[tuple[str, Any]], str, str]]:
        values = (_place(config), list(writes), task_id, task_path)
        return self._record("writes", task_path.rpartition(", ")[2], values), values

    def _record(self, kind: str, name: str, values: Any) -> Call[AddedSteps]:
        encoding, data = self.serde.dumps_typed(values)
        # What is stored is what it is called by: the same twice is once.
        digest = hashlib.sha256(data).hexdigest()[:24]
        step_id = f"{re.sub('[^A-Za-z0-9_-]', '_', name)[:38] or kind}_{digest}"
        record = {"kind": kind, "type": encoding, "data": base64.b64encode(data).decode()}
        step = {"id": step_id if step_id[0].isalpha() else f"_{step_id}", "result": {_RECORD: record}}
        return operations.add_steps(self._workflow_id, [step])

    def _send(self, call: Call[AddedSteps]) -> None:
        if not isinstance(self._client, Client):
            raise TypeError("a saver with an AsyncClient stores for 'ainvoke' only")
        self._client.send(call)

    async def _send_async(self, call: Call[AddedSteps]) -> None:
        if not isinstance(self._client, AsyncClient):
            raise TypeError("a saver with a Client stores for 'invoke' only")
        await self._client.send(call)


_RECORD = "langgraph"
"""The field of a step's result by which records of a graph are known."""


def _place(config: RunnableConfig) -> RunnableConfig:
    """What of a configuration says which checkpoint is meant."""
    names = ("thread_id", "checkpoint_ns", "checkpoint_id")
    configurable = config["configurable"]
    return {
        "configurable": {"checkpoint_ns": "", **{name: configurable[name] for name in names if name in configurable}}
    }
