"""Children, and what they and all their descendants cost."""

import json
import os
import signal
import socket
import subprocess
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


class Failure(Exception):
    """A program that ended early, or did not do what it was to do in time."""


class Program:
    """A child in a process group of its own, which ends with the `with` block, whatever happens in it."""

    STOP_TIMEOUT = 30

    def __init__(
        self, arguments: list, log: Path, environment: dict | None = None, directory: Path | None = None,
        captures: bool = False,
    ) -> None:
        """Standard error goes to the log; so does standard output, unless it is captured for `result`."""
        self.log = log
        with open(log, "wb") as file:
            self._process = subprocess.Popen(
                [str(argument) for argument in arguments], stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if captures else file, stderr=file, env=os.environ | (environment or {}),
                cwd=directory, start_new_session=True)
        self.pid = self._process.pid
        self.cpu_seconds = 0.0
        """Of the child and all of its own children that it has waited for; known when it has ended."""

    def __enter__(self) -> "Program":
        return self

    def __exit__(self, *_) -> None:
        if self._process.returncode is None:
            os.kill(self.pid, signal.SIGTERM)
            self._wait(self.STOP_TIMEOUT)
        self._kill()
        if self._process.stdout:
            self._process.stdout.close()

    def result(self, timeout: float) -> dict:
        """The JSON object in the last line of standard output, once the program has ended."""
        text = self._output(timeout)
        try:
            return json.loads(text.strip().split("\n")[-1])
        except ValueError:
            raise Failure(f"printed no JSON: {text.strip()[-200:]}") from None

    def _output(self, timeout: float) -> str:
        timer = threading.Timer(timeout, self._kill)
        timer.start()
        text = self._process.stdout.read().decode(errors="replace")
        self._wait(timeout)
        timer.cancel()
        code = self._process.returncode
        if code == -signal.SIGKILL:
            raise Failure(f"did not end within {timeout:.0f} s, and was killed")
        if code != 0:
            raise Failure(f"exit code {code}: {self._last_words() or text.strip()[-200:]}")
        return text

    def wait_until_it_logs(self, word: str, timeout: float) -> None:
        self._wait_until(lambda: word in self.log.read_text(errors="replace"), f"said no '{word}'", timeout)

    def wait_until_it_listens(self, address: tuple | str, timeout: float) -> None:
        """Until a connection is accepted: by a port, or a path of a unix socket."""
        family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET

        def listens() -> bool:
            with socket.socket(family) as probe:
                return probe.connect_ex(address) == 0

        self._wait_until(listens, f"does not listen on {address}", timeout)

    def _wait_until(self, condition, complaint: str, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        while not condition():
            if self._process.poll() is not None:
                raise Failure(f"ended at once: {self._last_words()}")
            if time.monotonic() > deadline:
                raise Failure(f"{complaint} within {timeout:.0f} s: {self._last_words()}")
            time.sleep(0.02)

    def _kill(self) -> None:
        """Kills all that is left of the group."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def _wait(self, timeout: float) -> None:
        timer = threading.Timer(timeout, self._kill)
        timer.start()
        _, status, usage = os.wait4(self.pid, 0)
        timer.cancel()
        self._process.returncode = os.waitstatus_to_exitcode(status)
        self.cpu_seconds = usage.ru_utime + usage.ru_stime

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").strip().split("\n")
        return lines[-1][-200:]


@dataclass
class Process:
    """A line of /proc/<pid>/stat (proc(5))."""

    pid: int
    name: str
    parent: int
    own_cpu_seconds: float
    children_cpu_seconds: float
    """Of those that it has waited for."""

    @staticmethod
    def read(pid: int) -> "Process | None":
        try:
            text = Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            return None
        # The name stands in parentheses, and may hold any character.
        name, rest = text[text.index("(") + 1:text.rindex(")")], text[text.rindex(")") + 2:].split()
        own, children = sum(map(int, rest[11:13])), sum(map(int, rest[13:15]))
        return Process(pid, name, int(rest[1]), own / TICK, children / TICK)

    @property
    def cpu_seconds(self) -> float:
        return self.own_cpu_seconds + self.children_cpu_seconds

    @property
    def memory(self) -> int:
        """Bytes, with the part of what it shares with others: a page that five have counts for a fifth in each."""
        try:
            for line in Path(f"/proc/{self.pid}/smaps_rollup").read_text().split("\n"):
                if line.startswith("Pss:"):
                    return int(line.split()[1]) * 1024
            return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * PAGE
        except OSError:
            return 0


def everyone() -> dict[int, Process]:
    """All processes of the machine."""
    processes = (Process.read(int(entry)) for entry in os.listdir("/proc") if entry.isdigit())
    return {process.pid: process for process in processes if process}


def family(roots: set[int], processes: dict[int, Process] | None = None) -> list[Process]:
    """Processes and all their living descendants."""
    processes = processes or everyone()

    def belongs(process: Process) -> bool:
        while process.pid not in roots:
            if process.parent not in processes:
                return False
            process = processes[process.parent]
        return True

    return [process for process in processes.values() if belongs(process)]


class Watch:
    """Looks at a load program and its servers again and again, and keeps what they cost."""

    INTERVAL = 0.1
    LOOKS_PER_MEMORY = 5
    REDIS = "redis-server"

    def __init__(self, load: Program, servers: list[Program]) -> None:
        self._load = load.pid
        self._roots = {load.pid, *(server.pid for server in servers)}
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._first_redis: int | None = None
        self._cpu: dict[int, float] = {}
        self.memory = 0
        """The most at a time, of all but Redis."""
        self.redis_memory = 0

    @property
    def load_cpu_seconds(self) -> float:
        """Of the load and all its descendants, as they were when they were last seen."""
        return sum(self._cpu.values())

    @property
    def redis_growth(self) -> int:
        """From the first look to the largest."""
        return self.redis_memory - (self._first_redis or 0)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._end.set()
        self._thread.join()

    def _run(self) -> None:
        looks = 0
        while not self._end.is_set():
            processes = everyone()
            for process in family({self._load}, processes):
                self._cpu[process.pid] = process.own_cpu_seconds
            if looks % self.LOOKS_PER_MEMORY == 0:
                self._measure(family(self._roots, processes))
            looks += 1
            self._end.wait(self.INTERVAL)

    def _measure(self, processes: list[Process]) -> None:
        redis = sum(process.memory for process in processes if process.name == self.REDIS)
        self.memory = max(self.memory, sum(process.memory for process in processes if process.name != self.REDIS))
        self.redis_memory = max(self.redis_memory, redis)
        if redis and self._first_redis is None:
            self._first_redis = redis


def cpu_seconds(programs: list[Program]) -> float:
    """Of programs that are alive, with their descendants."""
    return sum(process.cpu_seconds for process in family({program.pid for program in programs}))


def busy_seconds() -> float:
    """Of all cores since the start of the machine: user, nice and system of /proc/stat."""
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()
    return sum(map(int, fields[1:4])) / TICK


class Others:
    """How busy the machine was with what does not belong to the measurement, in per cent of all its cores."""

    def __init__(self) -> None:
        self.percent = 0.0

    @contextmanager
    def measured(self):
        """For as long as the block lasts; all children of this process belong to the measurement."""
        start, busy, own = time.monotonic(), busy_seconds(), self._own()
        yield
        others = (busy_seconds() - busy) - (self._own() - own)
        self.percent = max(0.0, others / (time.monotonic() - start) / (os.cpu_count() or 1) * 100)

    @staticmethod
    def _own() -> float:
        return sum(process.cpu_seconds for process in family({os.getpid()}))


def free_port() -> int:
    """A port that nothing listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
