"""What a worker knows and what it does next, without doing anything itself: it reads no clock and sends nothing.

Times are seconds since the worker's beginning. Whoever owns the state tells it what happened, carries out
`take_actions()`, sends what `next_request(now)` gives until it gives nothing, and comes back with each answer, or at
`wake_at(now)`.

At most one take that wants tasks is under way, the poll. What is finished goes with the next poll, which hands in and
takes in one request; while a poll is open it goes by itself and at once. Of such requests there is one at a time too,
so that what finishes meanwhile collects and goes together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from .documents import HeartbeatAnswer, RegisteredAgent, TaskAssignment, TaskNote, TaskTakeAnswer
from .errors import GanglionError, Problem
from .exchange import backoff
from .finished import FinishedTask, TaskError
from .worker_steps import (
    Abandon,
    Action,
    Cancel,
    Deregister,
    Discard,
    Drain,
    Guide,
    HandIn,
    Heartbeat,
    InFlight,
    Kept,
    Key,
    Leave,
    Register,
    Request,
    Running,
    Start,
    Take,
)

BYTES_PER_TAKE = 256 * 1024
"""The most that the results in one request make, unless a single one is larger: the service takes bodies of 1 MiB."""
TASKS_PER_TAKE = 1000
"""The most tasks that one request may name in each of its lists."""
TOO_MANY_QUESTIONS = "/problems/too-many-questions"
"""Why a question is not taken although the attempt goes on."""
LONGEST_SILENCE = 1.0
"""How long a worker goes without asking which of its tasks to stop, in seconds. An open poll is told at once."""
TIME_TO_STOP = 2.0
"""How long functions that were cancelled may take to end, in seconds, once the worker waits for nothing else."""


class WorkerState:
    """The state of one run of a worker.

    Args:
        slots: How many tasks it works on at a time.
        wait: How long a poll waits for a task, in seconds.
    """

    def __init__(self, slots: int, wait: float) -> None:
        self._slots = slots
        self._wait = wait
        self.agent: RegisteredAgent | None = None
        self.fatal_error: GanglionError | None = None
        """Why the worker cannot go on."""
        self._running: dict[Key, Running] = {}
        self._kept: list[Kept] = []
        self._in_flight: dict[int, InFlight] = {}
        self._failures = 0
        self._paused_until = 0.0
        self._heard_at = 0.0
        # When the functions' time is over; None until the worker is to stop.
        self._grace_end: float | None = None
        # When functions that were cancelled for the worker to stop are left behind.
        self._patience_end: float | None = None
        self._is_draining = False
        # When the last heartbeat was sent, and the last one that told how far tasks are.
        self._beat_at = 0.0
        self._told_at: float | None = None
        # Notes that functions have, and that the service is to be told so of with the next request.
        self._receipts: list[tuple[str, int, int]] = []
        self._actions: list[Action] = []
        self._last_number = 0

    @property
    def is_stopping(self) -> bool:
        """Nothing new is taken."""
        return self._grace_end is not None or self._is_draining or self.fatal_error is not None

    @property
    def is_over(self) -> bool:
        """Nothing is left to be done."""
        if not self.is_stopping or self._running or self._in_flight:
            return False
        return self.agent is None or self.fatal_error is not None

    @property
    def _is_grace_over(self) -> bool:
        return self._patience_end is not None

    # What happens

    def stop(self, now: float, grace: float) -> None:
        """The worker is to stop: it takes nothing new, and leaves once its functions have ended. May be hurried."""
        if self._grace_end is None:
            self._abandon_polls()
        end = now + grace
        self._grace_end = end if self._grace_end is None else min(self._grace_end, end)

    def drain(self) -> None:
        """An operator wants the worker to leave: it takes nothing new, and functions have all the time they need."""
        if not self._is_draining:
            self._is_draining = True
            self._actions.append(Drain())
            self._abandon_polls()

    def told(self, key: Key, fingerprint: str) -> None:
        """A function says how far it is: heartbeats tell it."""
        if running := self._running.get(key):
            running.fingerprint = fingerprint

    def ended(self, finished: FinishedTask) -> None:
        """A function has ended."""
        running = self._running.pop(Key(finished.task_id, finished.attempt), None)
        if running is None or running.is_abandoned:
            return
        # It was the worker that stopped it: the next attempt is made as soon as the agent has left.
        if self._is_grace_over and finished.error is not None:
            return
        self._kept.append(Kept(finished))

    def over(self, key: Key) -> None:
        """The service has said otherwise than to a take or a heartbeat that the attempt is over."""
        running = self._running.get(key)
        if running is not None and not running.is_abandoned:
            self._abandon(key, running)

    def registered(self, number: int, agent: RegisteredAgent, now: float) -> None:
        """Answers `Register`."""
        if self._finish(number, now):
            self.agent = agent

    def heard(self, number: int, answer: HeartbeatAnswer, now: float) -> None:
        """Answers `Heartbeat`."""
        if self._finish(number, now) and self.agent is not None:
            self._stop_tasks(answer.cancel, number)
            self._guide(answer.guidance)
            if answer.drain:
                self.drain()
            self.agent = replace(self.agent, heartbeat_interval=answer.heartbeat_interval, lost_after=answer.lost_after)

    def handed_in(self, number: int, now: float) -> None:
        """Answers `HandIn`: accepted, now or before."""
        self._finish(number, now)

    def deregistered(self, number: int, now: float) -> None:
        """Answers `Deregister`."""
        if self._finish(number, now):
            self.agent = None

    def took(self, number: int, answer: TaskTakeAnswer, now: float) -> None:
        """Answers `Take`."""
        flight = self._finish(number, now)
        if flight is None or not isinstance(flight.request, Take):
            return
        refusals = {Key(refused.task_id, refused.attempt): refused for refused in answer.refused}
        for item in flight.kept:
            if refusal := refusals.get(item.key):
                self._refused(item, refusal.status, refusal.type, refusal.detail, None, 1.0, now)
        # Before new tasks are begun: one of them may be the next attempt at what is to be stopped.
        self._stop_tasks(answer.cancel, number)
        has_started = self._start(answer.tasks)
        self._guide(answer.guidance)
        if answer.drain:
            self.drain()
        has_news = has_started or flight.kept or answer.refused or answer.cancel or answer.guidance
        # A service that is about to end does not hold an answer back. It need not be asked without a pause.
        if flight.is_poll and not has_news and now - flight.sent_at < flight.request.wait / 2:
            self._pause(None, 1.0, now)

    def failed(self, number: int, error: GanglionError, jitter: float, now: float) -> None:
        """A request has no result. `jitter` is a random number from 0 to 1."""
        flight = self._in_flight.pop(number, None)
        if flight is None:
            return
        problem = error if isinstance(error, Problem) else None
        asked = problem.retry_after if problem else None
        is_final = problem is not None and not _is_transient(problem.status)
        if isinstance(flight.request, HandIn):
            for item in flight.kept:
                # Without an answer it is as if the service had asked to come again.
                status, kind = (problem.status, problem.type) if problem else (503, "")
                self._refused(item, status, kind, str(error), asked, jitter, now)
        elif isinstance(flight.request, Deregister):
            # Nothing is left that would be worth another try: an agent that holds nothing is missed by nobody.
            self.agent = None
        elif problem is not None and is_final:
            self._failed_for_good(flight, problem, now)
        elif self._is_grace_over:
            for item in [*flight.kept, *self._kept]:
                self._actions.append(Discard(item.finished, "the service could not be reached"))
            self._kept = []
        else:
            self._kept[:0] = flight.kept
            self._pause(asked, jitter, now)

    def _failed_for_good(self, flight: InFlight, problem: Problem, now: float) -> None:
        is_gone = problem.status == 410 or problem.type == "/problems/unknown-agent"
        if is_gone and not isinstance(flight.request, Register):
            self._kept[:0] = flight.kept
            self._lose_agent()
        elif not flight.kept:
            self._fail(problem, now)
        else:
            # One of them is not acceptable, and it is not said which.
            self._kept += [replace(item, goes_alone=True) for item in flight.kept]

    def _lose_agent(self) -> None:
        """The service does not know the agent any more; what it held is given to others."""
        self.agent = None
        self._give_up_all()
        self._actions += [Discard(item.finished, "the agent was lost") for item in self._kept]
        self._kept = []

    def _fail(self, error: GanglionError, now: float) -> None:
        self.fatal_error = error
        self._patience_end = now + TIME_TO_STOP
        self._give_up_all()

    def _give_up_all(self) -> None:
        for key, running in self._running.items():
            if not running.is_abandoned:
                self._abandon(key, running)
        for number in list(self._in_flight):
            self._abandon_request(number)

    def _abandon(self, key: Key, running: Running) -> None:
        running.is_abandoned = True
        self._actions.append(Cancel(key))

    def _abandon_polls(self) -> None:
        for number in [number for number, flight in self._in_flight.items() if flight.is_poll]:
            self._abandon_request(number)

    def _abandon_request(self, number: int) -> None:
        """Ends a request without its answer. What it carried is kept."""
        self._kept[:0] = self._in_flight.pop(number).kept
        self._actions.append(Abandon(number))

    def _finish(self, number: int, now: float) -> InFlight | None:
        """An answer came: the service is there."""
        flight = self._in_flight.pop(number, None)
        if flight is not None:
            self._failures = 0
            if flight.is_sign_of_life or isinstance(flight.request, Register):
                self._heard_at = now
        return flight

    def _pause(self, asked: float | None, jitter: float, now: float) -> None:
        self._failures += 1
        self._paused_until = now + backoff(self._failures, asked, jitter)

    def _start(self, tasks: Iterable[TaskAssignment]) -> bool:
        if self.is_stopping:
            return False
        kept = {item.key for item in [*self._kept, *self._items_in_flight()]}
        has_started = False
        for task in tasks:
            key = Key(task.task_id, task.attempt)
            # One that is given again is not begun again.
            if key not in self._running and key not in kept:
                timeout = None if task.heartbeat_timeout is None else task.heartbeat_timeout.total_seconds()
                self._running[key] = Running(self._next_number(), heartbeat_timeout=timeout)
                self._actions.append(Start(task))
                has_started = True
        return has_started

    def _guide(self, notes: Iterable[TaskNote]) -> None:
        """Hands notes to their functions, each once, and acknowledges them as often as they are told."""
        for note in notes:
            for key, running in self._running.items():
                if key.task_id != note.task_id or running.is_abandoned:
                    continue
                if note.number > running.last_note:
                    running.last_note = note.number
                    self._actions.append(Guide(key, note))
                self._receipts.append((*key, note.number))

    def _stop_tasks(self, ids: Iterable[str], named_before: int) -> None:
        """Stops tasks that a request named and that are not the agent's any more."""
        stopped = set(ids)
        for key, running in self._running.items():
            if key.task_id in stopped and running.number < named_before and not running.is_abandoned:
                self._abandon(key, running)

    def _refused(
        self, item: Kept, status: int, kind: str, detail: str, asked: float | None, jitter: float, now: float
    ) -> None:
        """The service did not take what is finished: it is kept, made a failure that it can take, or given up."""
        finished = item.finished
        if _is_transient(status) and not self._is_grace_over:
            item.failures += 1
            item.not_before = now + backoff(item.failures, asked, jitter)
            self._kept.append(item)
        elif finished.error is None and (status in (400, 413, 422) or kind == TOO_MANY_QUESTIONS):
            # Without it the attempt would only end with its timeout.
            what = "result" if finished.question is None else "question"
            error = TaskError(f"{what}_refused", f"The service does not take the {what}: {detail}", retryable=False)
            self._kept.append(Kept(FinishedTask(*item.key, error=error), goes_alone=True))
        else:
            self._actions.append(Discard(finished, detail))

    # What is to be done

    def take_actions(self) -> list[Action]:
        """What is to be done beside requests, once."""
        actions, self._actions = self._actions, []
        return actions

    def wake_at(self, now: float) -> float | None:
        """When there is something to do although nothing has happened."""
        times = [item.not_before for item in self._kept]
        times += [self._paused_until, self._grace_end or 0.0, self._patience_end or 0.0]
        if self.agent is not None and not self._is_sign_of_life_under_way:
            times.append(self._heartbeat_at(self.agent))
        if (due := self._task_heartbeat_at()) is not None:
            times.append(due)
        return min((time for time in times if time > now), default=None)

    def next_request(self, now: float) -> tuple[int, Request] | None:
        """The next request to be sent, with its number; `None` if there is nothing to be sent at this time."""
        self._advance(now)
        if self.fatal_error is not None or now < self._paused_until:
            return None
        if self.agent is None:
            is_under_way = any(isinstance(flight.request, Register) for flight in self._in_flight.values())
            return None if self.is_stopping or is_under_way else self._sent(Register(), [], now)
        if request := self._poll(now) or self._hand_in(now):
            return request
        if self.is_stopping and not (self._running or self._kept or self._in_flight):
            return self._sent(Deregister(), [], now)
        is_silent = now >= self._heartbeat_at(self.agent) and not self._is_sign_of_life_under_way
        due = self._task_heartbeat_at()
        return self._heartbeat(self.agent, now) if is_silent or (due is not None and due <= now) else None

    def _heartbeat(self, agent: RegisteredAgent, now: float) -> tuple[int, Request]:
        prints: dict[str, str] = {}
        # At the interval that the service counts with, however often it is told that tasks go on.
        if self._told_at is None or now >= self._told_at + agent.heartbeat_interval.total_seconds():
            prints = {
                key.task_id: running.fingerprint
                for key, running in self._running.items()
                if running.fingerprint is not None and not running.is_abandoned
            }
        self._beat_at = now
        if prints:
            self._told_at = now
        return self._sent(Heartbeat(self._names(), prints, self._take_receipts()), [], now)

    def _task_heartbeat_at(self) -> float | None:
        """When tasks that need heartbeats need the next one; `None` if none does, or one is under way."""
        needy = [running for running in self._running.values() if running.needs_heartbeats]
        is_under_way = any(isinstance(flight.request, Heartbeat) for flight in self._in_flight.values())
        if self.agent is None or not needy or is_under_way:
            return None
        # Twice it may be lost.
        shortest = [running.heartbeat_timeout / 3 for running in needy if running.heartbeat_timeout is not None]
        return self._beat_at + min([self.agent.heartbeat_interval.total_seconds(), *shortest])

    def _take_receipts(self) -> tuple[tuple[str, int, int], ...]:
        """What the service does not hear of now it tells again."""
        receipts, self._receipts = self._receipts, []
        return tuple(receipts)

    def _heartbeat_at(self, agent: RegisteredAgent) -> float:
        return self._heard_at + min(agent.heartbeat_interval.total_seconds(), LONGEST_SILENCE)

    def _advance(self, now: float) -> None:
        """Carries out what is due."""
        if self._grace_end is not None and now >= self._grace_end and not self._is_grace_over:
            self._patience_end = now + TIME_TO_STOP
            self._actions += [Cancel(key) for key, running in self._running.items() if not running.is_abandoned]
            # Everything that is left is tried once more, now.
            self._paused_until = min(self._paused_until, now)
            for item in self._kept:
                item.not_before = min(item.not_before, now)
        if self._patience_end is not None and now >= self._patience_end:
            self._actions += [Leave(key) for key in self._running]
            self._running = {}

    def _poll(self, now: float) -> tuple[int, Request] | None:
        """Hands in what is finished and asks for as many tasks as there are free slots."""
        if self.is_stopping or any(flight.is_poll for flight in self._in_flight.values()):
            return None
        batch = self._batch(now)
        held = len(self._running) + len(self._kept) - len(batch) + len(self._items_in_flight())
        free = min(self._slots - held, TASKS_PER_TAKE)
        return self._take(batch, free, self._wait, now) if free > 0 else None

    def _hand_in(self, now: float) -> tuple[int, Request] | None:
        """Hands in what is finished, by itself."""
        if any(flight.kept and not flight.is_poll for flight in self._in_flight.values()):
            return None
        batch = self._batch(now)
        if len(batch) > 1:
            return self._take(batch, 0, 0.0, now)
        # A single one costs the service less this way: a take also looks through all that the agent holds.
        single = next((item for item in self._kept if item.not_before <= now), None)
        if single is None:
            return None
        self._kept.remove(single)
        return self._sent(HandIn(single.finished), [single], now)

    def _take(self, batch: Sequence[Kept], max: int, wait: float, now: float) -> tuple[int, Request]:
        self._kept = [item for item in self._kept if item not in batch]
        finished = tuple(item.finished for item in batch)
        return self._sent(Take(max, wait, self._names(), finished, self._take_receipts()), batch, now)

    def _batch(self, now: float) -> list[Kept]:
        """Those of the kept ones that may go together now."""
        batch: list[Kept] = []
        size = 0
        for item in self._kept:
            if item.goes_alone or item.not_before > now:
                continue
            size += len(item.finished.json.encode())
            if len(batch) == TASKS_PER_TAKE or (batch and size > BYTES_PER_TAKE):
                break
            batch.append(item)
        return batch

    def _names(self) -> tuple[str, ...]:
        """All that the agent works on, or has to hand in otherwise than with the next request.

        What a take does not name is taken for lost, and given again.
        """
        running = [key.task_id for key, running in self._running.items() if not running.is_abandoned]
        return tuple(running + [item.key.task_id for item in [*self._kept, *self._items_in_flight()]])

    def _items_in_flight(self) -> list[Kept]:
        return [item for flight in self._in_flight.values() for item in flight.kept]

    def _sent(self, request: Request, items: Sequence[Kept], now: float) -> tuple[int, Request]:
        number = self._next_number()
        self._in_flight[number] = InFlight(request, now, list(items))
        return number, request

    def _next_number(self) -> int:
        """Requests and functions are numbered in one row, which tells whether a request named a function's task."""
        self._last_number += 1
        return self._last_number

    @property
    def _is_sign_of_life_under_way(self) -> bool:
        return any(flight.is_sign_of_life for flight in self._in_flight.values())


def _is_transient(status: int) -> bool:
    """It may be otherwise the next time."""
    return status in (408, 429) or status >= 500
