"""Runs agents and coordinators as processes of their own, and tells what they did as one JSON object.

example: python -m pattern --socket /tmp/redis.sock --workflows 5000 --concurrency 200 --results own
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import sys
import time

import redis

from . import agent
from .coordinator import Coordinator
from .mailbox import OwnStream, SharedStream
from .plan import AGENTS, DOCUMENT, STEPS, agent_queue, connect

try:
    from uvloop import run
except ImportError:
    from asyncio import run

PROCESSES = 2
"""Of coordinators, and as many of agents: on two cores more of them only wait for each other."""


async def run_agents(socket: str, first: int, count: int) -> None:
    """Some agents on one loop, of each type in turn."""
    client = connect(socket)
    types = list(STEPS)
    numbers = range(first, first + count)
    await asyncio.gather(*(agent.work(client, f"agent-{number}", types[number % len(types)]) for number in numbers))


class Load:
    """One process's share: as many workflows at a time as it is told, each followed by the next one."""

    def __init__(self, socket: str, results: str) -> None:
        self._client = connect(socket)
        self._shared = SharedStream(self._client, f"process-{os.getpid()}") if results == "shared" else None
        self._started = 0
        self._latencies: list[float] = []
        self._errors = 0

    async def run(self, workflows: int, warm_up: int, concurrency: int, barrier) -> tuple:
        """When it began and ended, how long each workflow took, in seconds, and how many went wrong."""
        reader = asyncio.ensure_future(self._shared.deliver()) if self._shared else None
        await self._complete(warm_up, concurrency)
        self._latencies, self._errors = [], 0
        barrier.wait()
        start = time.monotonic()
        await self._complete(workflows, concurrency)
        end = time.monotonic()
        if reader is not None:
            reader.cancel()
        return start, end, self._latencies, self._errors

    async def _complete(self, count: int, concurrency: int) -> None:
        limit = self._started + count
        await asyncio.gather(*(self._follow(limit) for _ in range(min(count, concurrency))))

    async def _follow(self, limit: int) -> None:
        while self._started < limit:
            self._started += 1
            workflow = f"{os.getpid()}-{self._started}"
            start = time.monotonic()
            try:
                box = self._shared.box(workflow) if self._shared else OwnStream(self._client, workflow)
                output = await Coordinator(self._client, workflow, DOCUMENT, box).run()
            except Exception as error:
                if not self._errors:
                    print(f"pattern: {error!r}", file=sys.stderr)
                self._errors += 1
                continue
            if output == {"ok": True}:
                self._latencies.append(time.monotonic() - start)
            else:
                self._errors += 1


def agents_process(socket: str, first: int, count: int) -> None:
    run(run_agents(socket, first, count))


def load_process(options: argparse.Namespace, shares: tuple, barrier, results) -> None:
    async def main() -> tuple:
        return await Load(options.socket, options.results).run(*shares, barrier)

    results.put(run(main()))


def share(total: int, number: int) -> int:
    """The part of a process: all are equal, but the first has what is left over."""
    return total // PROCESSES + (total % PROCESSES if number == 0 else 0)


def measure(options: argparse.Namespace) -> dict:
    # The processes are forks of this one, and import nothing anew.
    startup = time.process_time()
    multiprocessing.set_start_method("fork")
    with redis.Redis(unix_socket_path=options.socket) as client:
        for step in STEPS:
            client.xgroup_create(agent_queue(step), AGENTS, id="0", mkstream=True)
    each = options.agents // PROCESSES
    agents = [
        multiprocessing.Process(target=agents_process, args=(options.socket, number * each, each))
        for number in range(PROCESSES)
    ]
    barrier, results = multiprocessing.Barrier(PROCESSES), multiprocessing.Queue()
    totals = (options.workflows, options.warm_up, options.concurrency)
    loads = [
        multiprocessing.Process(
            target=load_process, args=(options, tuple(share(total, number) for total in totals), barrier, results))
        for number in range(PROCESSES)
    ]
    for process in agents + loads:
        process.daemon = True
        process.start()
    parts = [results.get() for _ in loads]
    for process in loads:
        process.join()
    for process in agents:
        process.terminate()
        process.join()
    seconds = max(part[1] for part in parts) - min(part[0] for part in parts)
    latencies = sorted(latency * 1000 for part in parts for latency in part[2])
    return {
        "workflows": len(latencies), "errors": sum(part[3] for part in parts), "seconds": seconds,
        "workflows_per_second": len(latencies) / seconds,
        "p50_ms": percentile(latencies, 50), "p99_ms": percentile(latencies, 99), "startup_cpu_seconds": startup,
    }


def percentile(ascending: list[float], percent: int) -> float:
    """The nearest-rank method, as `ganglion bench` has it."""
    return ascending[max(0, -(-percent * len(ascending) // 100) - 1)] if ascending else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(prog="pattern", description=__doc__)
    parser.add_argument("--socket", required=True, help="Redis's unix socket")
    parser.add_argument("--workflows", type=int, default=5000)
    parser.add_argument("--warm-up", type=int, default=500)
    parser.add_argument("--concurrency", type=int, default=200)
    parser.add_argument("--agents", type=int, default=8)
    parser.add_argument("--results", choices=["own", "shared"], default="own")
    print(json.dumps(measure(parser.parse_args())))


if __name__ == "__main__":
    main()
