"""Writes down what a worker's state decides, in a line each, so that tests read as transcripts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from ganglion import (
    FinishedTask,
    GanglionError,
    HeartbeatAnswer,
    RefusedAnswer,
    RegisteredAgent,
    TaskAssignment,
    TaskError,
    TaskNote,
    TaskTakeAnswer,
)
from ganglion.worker_state import WorkerState
from ganglion.worker_steps import (
    Abandon,
    Action,
    Cancel,
    Discard,
    Drain,
    Guide,
    HandIn,
    Heartbeat,
    Key,
    Leave,
    Request,
    Start,
    Take,
)

INTERVAL, LOST_AFTER = timedelta(seconds=0.5), timedelta(seconds=15)


class Transcript:
    """A worker's state, told what happens in few words: `a` is the first attempt at a task, `a#2` the second."""

    def __init__(self, slots: int = 1) -> None:
        self.state = WorkerState(slots, wait=20.0)
        self.now = 0.0

    @staticmethod
    def polling(slots: int = 1) -> Transcript:
        """A worker that has registered with request 1, and waits for tasks with request 2."""
        worker = Transcript(slots)
        worker.next()
        worker.registered(1)
        worker.next()
        return worker

    def next(self) -> list[str]:
        """What is done and asked for now."""
        lines = []
        while True:
            lines += [_line(action) for action in self.state.take_actions()]
            request = self.state.next_request(self.now)
            if request is None:
                return lines + [_line(action) for action in self.state.take_actions()]
            lines.append(f"{request[0]} {_request(request[1])}")

    def registered(self, number: int) -> None:
        self.state.registered(number, RegisteredAgent("agent", INTERVAL, LOST_AFTER), self.now)

    def took(
        self,
        number: int,
        tasks: Iterable[str] = (),
        *,
        accepted: Iterable[str] = (),
        refused: Iterable[tuple[str, int]] = (),
        cancel: Iterable[str] = (),
        drain: bool = False,
        timeout: float | None = None,
    ) -> None:
        refusals = [RefusedAnswer(*_key(name), "/problems/x", "X", status, "why") for name, status in refused]
        heard = None if timeout is None else timedelta(seconds=timeout)
        given = tuple(replace(_task(name), heartbeat_timeout=heard) for name in tasks)
        answer = TaskTakeAnswer(
            given, tuple(accepted), (), tuple(refusals), tuple(cancel), pause=False, drain=drain, guidance=()
        )
        self.state.took(number, answer, self.now)

    def ended(self, name: str, error: TaskError | None = None, result: object = None) -> None:
        self.state.ended(FinishedTask(*_key(name), result=result, error=error))

    def heard(self, number: int, cancel: Iterable[str] = (), notes: Iterable[tuple[str, int]] = ()) -> None:
        told = tuple(TaskNote(task, note, "do", "ops", datetime.now(timezone.utc)) for task, note in notes)
        answer = HeartbeatAnswer("alive", tuple(cancel), INTERVAL, LOST_AFTER, pause=False, drain=False, guidance=told)
        self.state.heard(number, answer, self.now)

    def handed_in(self, number: int) -> None:
        self.state.handed_in(number, self.now)

    def failed(self, number: int, error: GanglionError) -> None:
        self.state.failed(number, error, 1.0, self.now)

    def wake(self) -> None:
        """Lets time pass until there is something to do."""
        wake_at = self.state.wake_at(self.now)
        assert wake_at is not None
        self.now = wake_at


def _key(name: str) -> Key:
    task_id, _, attempt = name.partition("#")
    return Key(task_id, int(attempt or 1))


def _task(name: str) -> TaskAssignment:
    task_id, attempt = _key(name)
    return TaskAssignment(task_id, "wf", "step", "type", attempt, None, datetime.now(timezone.utc))


def _finished(task: FinishedTask) -> str:
    suffix = f"!{task.error.code}" if task.error else "?" if task.question else ""
    return f"{task.task_id}#{task.attempt}{suffix}"


def _request(request: Request) -> str:
    match request:
        case Take(max, wait, running, finished, acknowledged):
            parts = [f"take {max}", *(["wait"] if wait else [])]
            parts += [f"running {' '.join(running)}"] if running else []
            parts += [f"finished {' '.join(map(_finished, finished))}"] if finished else []
            return ", ".join(parts + _receipts(acknowledged))
        case Heartbeat(running, prints, acknowledged):
            names = [f"{task}={prints[task]}" if task in prints else task for task in running]
            return " ".join(["heartbeat", *names, *_receipts(acknowledged)])
        case HandIn(finished_task):
            return f"hand in {_finished(finished_task)}"
        case _:
            return type(request).__name__.lower()


def _receipts(acknowledged: tuple[tuple[str, int, int], ...]) -> list[str]:
    noted = [f"{task}#{attempt}:{number}" for task, attempt, number in acknowledged]
    return [f"acknowledged {' '.join(noted)}"] if noted else []


def _line(action: Action) -> str:
    match action:
        case Start(assignment):
            return f"start {assignment.task_id}#{assignment.attempt}"
        case Cancel(key) | Leave(key):
            return f"{type(action).__name__.lower()} {key.task_id}#{key.attempt}"
        case Guide(key, note):
            return f"guide {key.task_id}#{key.attempt}: {note.number}"
        case Drain():
            return "drain"
        case Abandon(number):
            return f"abandon {number}"
        case Discard(finished, _):
            return f"discard {_finished(finished)}"
