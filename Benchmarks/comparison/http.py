"""The HTTP part: the same two routes on several servers, with wrk on the same machine."""

import statistics
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Callable

from .installation import BENCHMARKS, Unavailable, swift_program, system_program
from .options import Options
from .processes import Failure, Others, Program, cpu_seconds, free_port
from .progress import say
from .table import Table, number, times

CONNECTIONS = [64, 256]
THREADS = 2
ECHO_BYTES = 1024
SECONDS = 8
WARM_UP_SECONDS = 1
OURS = "Ganglion's HTTP"


@dataclass
class Server:
    """A program that listens on a port, and where it has the two routes."""

    name: str
    command: Callable[[int, Path], list]
    hello: str = "/hello"
    echo: str | None = "/echo"


def servers() -> list[Server]:
    return [
        Server(OURS, lambda port, folder: [swift_program("http-server"), port]),
        Server("Hummingbird 2.28.1", lambda port, folder: [swift_program("hummingbird-server", "HTTPPeers"), port]),
        Server(
            "ganglion serve",
            lambda port, folder: [
                swift_program("ganglion"), "serve", "--listen", f"127.0.0.1:{port}", "--data", folder / "data",
                "--log-level", "error",
            ], hello="/healthz", echo=None),
    ]


@dataclass(frozen=True)
class Case:
    """What is asked for, and over how many connections."""

    route: str
    connections: int

    @property
    def title(self) -> str:
        return "GET hello" if self.route == "hello" else "POST 1 KB, echoed"


CASES = [Case(route, connections) for route in ["hello", "echo"] for connections in CONNECTIONS]


def measure(options: Options) -> dict:
    """Rounds of all servers in turn, so that what disturbs the machine for a while disturbs all of them."""
    figures: dict[tuple[str, Case], list[dict]] = {}
    unavailable: dict[str, str] = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="compare-")))
        running = {}
        for server in servers():
            try:
                system_program("wrk", "wrk")
                running[server.name] = start(server, folder, stack)
            except (Unavailable, Failure) as reason:
                say(f"{server.name} cannot be measured: {reason}")
                unavailable[server.name] = str(reason)
        cases = [
            (case, server) for case in CASES for server in servers()
            if server.name in running and (case.route == "hello" or server.echo)
        ]
        for turn in range(options.rounds):
            for index, (case, server) in enumerate(cases):
                if server.name in unavailable:
                    continue
                place = f"http {turn * len(cases) + index + 1}/{options.rounds * len(cases)}"
                say(f"{place}: {server.name}, {case.title}, {case.connections} connections")
                try:
                    if turn == 0:
                        load(server, case, *running[server.name], WARM_UP_SECONDS)
                    one = load(server, case, *running[server.name], options.scaled(SECONDS))
                    figures.setdefault((server.name, case), []).append(one)
                except Failure as reason:
                    say(f"{server.name} failed: {reason}")
                    unavailable[server.name] = str(reason)
    return report(figures, unavailable)


def start(server: Server, folder: Path, stack: ExitStack) -> tuple[Program, int]:
    port = free_port()
    program = stack.enter_context(Program(server.command(port, folder), folder / f"{port}.log"))
    program.wait_until_it_listens(("127.0.0.1", port), 20)
    return program, port


def load(server: Server, case: Case, program: Program, port: int, seconds: int) -> dict:
    """What wrk saw, and the CPU that the server took for each request meanwhile."""
    path = server.hello if case.route == "hello" else server.echo
    command = [
        system_program("wrk", "wrk"), "-t", THREADS, "-c", case.connections, "-d", f"{seconds}s",
        "-s", BENCHMARKS / "load.lua", f"http://127.0.0.1:{port}{path}", "--",
        ECHO_BYTES if case.route == "echo" else 0,
    ]
    others = Others()
    with others.measured(), Program(command, program.log.with_suffix(".wrk"), captures=True) as wrk:
        before = cpu_seconds([program])
        seen = wrk.result(seconds + 30)
        cpu = cpu_seconds([program]) - before
    requests = max(1, seen["requests"])
    return {
        "requests_per_second": seen["requests"] / seen["seconds"], "cpu_us": cpu / requests * 1e6,
        "p50_ms": seen["p50_ms"], "p99_ms": seen["p99_ms"], "errors": seen["refused"] + seen["broken"],
        "others_percent": others.percent,
    }


def report(figures: dict, unavailable: dict) -> dict:
    """The median of each figure over the rounds, by server and case."""
    rows = []
    for (name, case), rounds in figures.items():
        row = {"server": name, "request": case.title, "connections": case.connections, "rounds": rounds}
        for figure in rounds[0]:
            row[figure] = statistics.median(one[figure] for one in rounds)
        row["errors"] = sum(one["errors"] for one in rounds)
        rows.append(row)
    return {"rows": rows, "unavailable": unavailable}


def lines(result: dict) -> list[str]:
    table = Table([
        "request", "connections", "server", "requests/s", "CPU µs/request", "P50 ms", "P99 ms", "errors",
        "rate ours/this", "CPU this/ours"])
    for row in result["rows"]:
        ours = next((other for other in result["rows"] if other["server"] == OURS and same_case(row, other)), None)
        table.add([
            row["request"], row["connections"], row["server"], number(row["requests_per_second"], 0),
            number(row["cpu_us"], 1), number(row["p50_ms"], 2), number(row["p99_ms"], 2), row["errors"],
            times(ours and ours["requests_per_second"], row["requests_per_second"]),
            times(row["cpu_us"], ours and ours["cpu_us"])])
    for name, reason in result["unavailable"].items():
        table.add(["", "", name, "not measured"])
        table.note(f"{name}: {reason}")
    busiest = max((row["others_percent"] for row in result["rows"]), default=0)
    table.note(f"Other programs had at most {busiest:.0f}% of the machine during a measurement (medians).")
    return table.lines()


def same_case(one: dict, other: dict) -> bool:
    return (one["request"], one["connections"]) == (other["request"], other["connections"])
