"""Starts workflows in a closed loop, and tells how long they took as one JSON object.

Results come by Redis's publish and subscribe: one connection for all that is under way, read
whenever it has something.

example: REDIS_SOCKET=/tmp/redis.sock python -m celery_chord.load --workflows 2000 --concurrency 200
"""

import argparse
import json
import time

from celery.utils import uuid

from .tasks import app, contract_review


class Load:
    """Keeps so many workflows under way until all are done."""

    def __init__(self, concurrency: int) -> None:
        self._concurrency = concurrency
        self._open = 0
        self.latencies: list[float] = []
        self.errors = 0

    def complete(self, count: int) -> None:
        started = 0
        self.latencies, self.errors = [], 0
        while started < count or self._open:
            while started < count and self._open < self._concurrency:
                self._start()
                started += 1
            app.backend.result_consumer.drain_events(timeout=60)

    def _start(self) -> None:
        start = time.monotonic()

        def ended(result) -> None:
            self._open -= 1
            if result.result == {"ok": True}:
                self.latencies.append(time.monotonic() - start)
            else:
                self.errors += 1

        self._open += 1
        # Listened to before it is sent: a result that came first would be missed.
        workflow = uuid()
        app.AsyncResult(workflow).then(ended, on_error=ended)
        contract_review().apply_async(task_id=workflow)


def percentile(ascending: list[float], percent: int) -> float:
    """The nearest-rank method, as `ganglion bench` has it."""
    return ascending[max(0, -(-percent * len(ascending) // 100) - 1)] if ascending else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(prog="celery_chord.load", description=__doc__)
    parser.add_argument("--workflows", type=int, default=2000)
    parser.add_argument("--warm-up", type=int, default=200)
    parser.add_argument("--concurrency", type=int, default=200)
    options = parser.parse_args()
    startup = time.process_time()
    load = Load(options.concurrency)
    load.complete(options.warm_up)
    start = time.monotonic()
    load.complete(options.workflows)
    seconds = time.monotonic() - start
    latencies = sorted(latency * 1000 for latency in load.latencies)
    print(json.dumps({
        "workflows": len(latencies), "errors": load.errors, "seconds": seconds,
        "workflows_per_second": len(latencies) / seconds,
        "p50_ms": percentile(latencies, 50), "p99_ms": percentile(latencies, 99), "startup_cpu_seconds": startup,
    }))


if __name__ == "__main__":
    main()
