"""What both sides share: the names of the keys, and the plan of four steps that `ganglion bench` has as well."""

import json
from typing import Callable, NamedTuple

from redis.asyncio import Redis

AGENTS = "agents"


def agent_queue(task_type: str) -> str:
    """The stream that agents of a type take tasks from, as one consumer group."""
    return f"agent_queue:{task_type}"


def result_stream(owner: str) -> str:
    """The stream that answers for a coordinator, or for all of a process, come by."""
    return f"coordinator_result:{owner}"


def state_key(workflow: str) -> str:
    """The hash with a workflow's checkpoint."""
    return f"coordinator_state:{workflow}"


class Step(NamedTuple):
    """A step, whose task has the step's name as its type."""

    after: tuple[str, ...]
    payload: Callable[[str, dict], dict]


STEPS = {
    "classify": Step((), lambda text, results: {"text": text}),
    "extract": Step(("classify",), lambda text, results: {"text": text, "kind": results["classify"]}),
    "validate": Step(("classify",), lambda text, results: {"kind": results["classify"]}),
    "summarize": Step(
        ("extract", "validate"), lambda text, results: {"text": text, "extraction": results["extract"]}),
}
LAST_STEP = "summarize"
DOCUMENT = "This agreement is made between the parties named above. " * 18


def encoded(value: object) -> str:
    """JSON without spaces."""
    return json.dumps(value, separators=(",", ":"))


def connect(socket: str) -> Redis:
    """A client with as many connections as are in use at a time: a blocking read has one to itself."""
    return Redis(unix_socket_path=socket, max_connections=10_000)
