"""The workflows part: the same four tasks under three coordinators, everything on this machine."""

import statistics
from abc import ABC, abstractmethod
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from .installation import BENCHMARKS, FOLDER, Unavailable, python, swift_program, system_program
from .options import Options
from .processes import Failure, Others, Program, Watch, cpu_seconds
from .progress import say
from .table import Table, number, times

CONCURRENCY = [200, 500]
AGENTS = 8
OURS = "ganglion bench"


class Peer(ABC):
    """Something that runs workflows: servers, and a load program that tells on standard output what it saw."""

    name: str
    workflows: int
    """How many are measured: about ten seconds or more of work."""

    @abstractmethod
    def prepare(self) -> None:
        """Installs what it needs; throws `Unavailable`."""

    @abstractmethod
    def servers(self, folder: Path, stack: ExitStack) -> list[Program]:
        """Starts what is to be ready before the load."""

    @abstractmethod
    def load(self, folder: Path, workflows: int, warm_up: int, concurrency: int) -> Program:
        """Starts the load."""


class Ganglion(Peer):
    """The service with a Redis that it starts, and agents and clients in another process that speak HTTP to it."""

    name = OURS
    workflows = 20_000

    def prepare(self) -> None:
        swift_program("ganglion")

    def servers(self, folder: Path, stack: ExitStack) -> list[Program]:
        return []

    def load(self, folder: Path, workflows: int, warm_up: int, concurrency: int) -> Program:
        command = [
            swift_program("ganglion"), "bench", "--workflows", workflows, "--concurrency", concurrency,
            "--agents", AGENTS, "--json",
        ]
        return Program(command, folder / "load.log", captures=True)


class PythonPeer(Peer):
    """A program in the venv, and a Redis with the settings of Ganglion's own, by a unix socket as well."""

    def prepare(self) -> None:
        python()
        system_program("redis-server", "redis-server")

    def servers(self, folder: Path, stack: ExitStack) -> list[Program]:
        command = [
            system_program("redis-server", "redis-server"), "--port", 0, "--unixsocket", self.socket(folder),
            "--dir", folder, "--appendonly", "yes", "--appendfsync", "everysec", "--save", "",
        ]
        redis = stack.enter_context(Program(command, folder / "redis.log"))
        redis.wait_until_it_listens(self.socket(folder), 20)
        return [redis]

    @staticmethod
    def socket(folder: Path) -> str:
        return str(folder / "redis.sock")

    def program(self, arguments: list, folder: Path, log: str, captures: bool) -> Program:
        return Program(
            [python(), "-m", *arguments], folder / log,
            {"REDIS_SOCKET": self.socket(folder), "PYTHONPYCACHEPREFIX": str(FOLDER / "pycache")},
            BENCHMARKS / "peers", captures)

    @staticmethod
    def amounts(workflows: int, warm_up: int, concurrency: int) -> list:
        return ["--workflows", workflows, "--warm-up", warm_up, "--concurrency", concurrency]


class Pattern(PythonPeer):
    """The published pattern: a coordinator for each workflow, in asyncio, on Redis Streams."""

    workflows = 10_000

    def __init__(self, name: str, results: str) -> None:
        self.name = name
        self._results = results

    def load(self, folder: Path, workflows: int, warm_up: int, concurrency: int) -> Program:
        options = ["--socket", self.socket(folder), "--agents", AGENTS, "--results", self._results]
        arguments = ["pattern", *options, *self.amounts(workflows, warm_up, concurrency)]
        return self.program(arguments, folder, "load.log", captures=True)


class Celery(PythonPeer):
    """Celery with Redis as broker and result store: a chain with a chord in it."""

    name = "Celery"
    workflows = 1_500

    def servers(self, folder: Path, stack: ExitStack) -> list[Program]:
        servers = super().servers(folder, stack)
        arguments = [
            "celery", "-A", "celery_chord.tasks", "worker", "--concurrency", 2, "--loglevel", "WARNING",
            "--without-gossip", "--without-mingle", "--without-heartbeat",
        ]
        worker = stack.enter_context(self.program(arguments, folder, "worker.log", captures=False))
        worker.wait_until_it_logs("celery_chord is ready", 60)
        return servers + [worker]

    def load(self, folder: Path, workflows: int, warm_up: int, concurrency: int) -> Program:
        arguments = ["celery_chord.load", *self.amounts(workflows, warm_up, concurrency)]
        return self.program(arguments, folder, "load.log", captures=True)


PEERS: list[Peer] = [
    Ganglion(),
    Pattern("Python pattern, as published", "own"),
    Pattern("Python pattern, shared results", "shared"),
    Celery(),
]


def measure(options: Options) -> dict:
    """Rounds of all peers in turn, so that what disturbs the machine for a while disturbs all of them."""
    figures: dict[tuple[str, int], list[dict]] = {}
    unavailable: dict[str, str] = {}
    for peer in PEERS:
        try:
            peer.prepare()
        except Unavailable as reason:
            say(f"{peer.name} cannot be measured: {reason}")
            unavailable[peer.name] = str(reason)
    cases = [(concurrency, peer) for concurrency in CONCURRENCY for peer in PEERS if peer.name not in unavailable]
    for turn in range(options.rounds):
        for index, (concurrency, peer) in enumerate(cases):
            if peer.name in unavailable:
                continue
            place = f"workflows {turn * len(cases) + index + 1}/{options.rounds * len(cases)}"
            count = options.scaled(peer.workflows)
            say(f"{place}: {peer.name}, {count:,} workflows, {concurrency} at a time")
            try:
                figures.setdefault((peer.name, concurrency), []).append(run(peer, count, concurrency))
            except Failure as reason:
                say(f"{peer.name} failed: {reason}")
                unavailable[peer.name] = str(reason)
    return report(figures, unavailable)


def run(peer: Peer, workflows: int, concurrency: int) -> dict:
    """One measurement. What is counted as CPU is all of the load program and its descendants, less what a Python
    program took to import its modules, and that of the servers meanwhile; so it is divided by all workflows, those of
    the warm-up as well."""
    # As `ganglion bench` has it.
    warm_up = max(concurrency, workflows // 10)
    others = Others()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="compare-")))
        stack.enter_context(others.measured())
        servers = peer.servers(folder, stack)
        before = cpu_seconds(servers)
        load = stack.enter_context(peer.load(folder, workflows, warm_up, concurrency))
        with Watch(load, servers) as watch:
            seen = load.result(300)
        # A Redis that the load has started may outlive it, and then is not among the children that it waited for.
        own = max(load.cpu_seconds, watch.load_cpu_seconds) - seen.get("startup_cpu_seconds", 0)
        cpu = cpu_seconds(servers) - before + own
    total = workflows + warm_up
    return {
        "workflows_per_second": seen["workflows_per_second"], "p50_ms": seen["p50_ms"], "p99_ms": seen["p99_ms"],
        "errors": seen["errors"], "cpu_ms": cpu / total * 1e3, "memory_mb": watch.memory / 1e6,
        "redis_kb": watch.redis_growth / total / 1e3, "others_percent": others.percent,
    }


def report(figures: dict, unavailable: dict) -> dict:
    """The median of each figure over the rounds, by peer and concurrency."""
    rows = []
    for (name, concurrency), rounds in figures.items():
        if not rounds:
            continue
        row = {"peer": name, "concurrency": concurrency, "rounds": rounds}
        for figure in rounds[0]:
            row[figure] = statistics.median(one[figure] for one in rounds)
        row["errors"] = sum(one["errors"] for one in rounds)
        rows.append(row)
    return {"rows": rows, "unavailable": unavailable}


def lines(result: dict) -> list[str]:
    table = Table([
        "at a time", "coordinated by", "workflows/s", "P50 ms", "P99 ms", "errors", "CPU ms/workflow", "MB",
        "Redis KB each", "rate ours/this", "CPU this/ours"])
    for row in result["rows"]:
        ours = next(
            (other for other in result["rows"]
             if other["peer"] == OURS and other["concurrency"] == row["concurrency"]), None)
        table.add([
            row["concurrency"], row["peer"], number(row["workflows_per_second"], 0), number(row["p50_ms"], 0),
            number(row["p99_ms"], 0), row["errors"], number(row["cpu_ms"], 2), number(row["memory_mb"], 0),
            number(row["redis_kb"], 1), times(ours and ours["workflows_per_second"], row["workflows_per_second"]),
            times(row["cpu_ms"], ours and ours["cpu_ms"])])
    for name, reason in result["unavailable"].items():
        table.add(["", name, "not measured"])
        table.note(f"{name}: {reason}")
    busiest = max((row["others_percent"] for row in result["rows"]), default=0)
    table.note(f"Other programs had at most {busiest:.0f}% of the machine during a measurement (medians).")
    return table.lines()
