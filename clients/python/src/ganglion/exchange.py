"""How a call is made: which server is asked, what is tried again, and after what pause. Nothing here does any I/O.

Clients carry out what `Connection.exchange` yields: they send an `Attempt` and give back the response or the error,
and they wait for a `Pause`.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import httpx

from .calls import Call
from .durations import Duration, seconds
from .errors import GanglionError, NoAnswer, Problem, Unavailable, UnexpectedAnswer, Unreachable

T = TypeVar("T")

DEFAULT_URL = "http://127.0.0.1:8080"
"""Where `ganglion serve` listens unless it is told otherwise."""

_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 2.0
_LONGEST_RETRY_AFTER = 86_400.0
# A proxy before the service had no answer from it: what was asked may have been done (RFC 9110 15.6.3, 15.6.5).
_GATEWAY_STATUSES = (502, 504)


@dataclass(frozen=True)
class Attempt:
    """A request to be sent, once."""

    request: httpx.Request


@dataclass(frozen=True)
class Pause:
    """A time to wait, in seconds."""

    seconds: float


Exchange: TypeAlias = Generator["Attempt | Pause", "httpx.Response | httpx.HTTPError | None", T]


def urls_of(url: str | Sequence[str] | None) -> tuple[str, ...]:
    """The addresses that a client is given, or those in the environment's `GANGLION_URL`, with commas between them."""
    if url is None:
        url = os.environ.get("GANGLION_URL", DEFAULT_URL).split(",")
    urls = tuple(text.strip().rstrip("/") for text in ([url] if isinstance(url, str) else url))
    for text in urls:
        if httpx.URL(text).scheme not in ("http", "https"):
            raise ValueError(f"{text!r} is not the URL of a service, such as {DEFAULT_URL}")
    if not urls:
        raise ValueError("a client needs the URL of a service")
    return urls


class Connection:
    """What clients have in common: the servers they may ask, and for how long they try."""

    def __init__(
        self, url: str | Sequence[str] | None, retry_for: Duration, timeout: Duration, headers: Mapping[str, str] | None
    ) -> None:
        self._urls = urls_of(url)
        self._retry_for = seconds(retry_for)
        self._timeout = seconds(timeout)
        self._headers = {"Accept": "application/json", "User-Agent": "ganglion-python", **(headers or {})}
        # Any node takes any request. Whoever answered last is asked first; threads may share this, as any value is
        # right.
        self._current = 0

    def exchange(self, call: Call[T]) -> Exchange[T]:
        """Makes a call, again if need be, and returns its result."""
        start = time.monotonic()
        failures = 0
        while True:
            try:
                return (yield from self.attempt(call))
            except GanglionError as error:
                if not _may_repeat(call, error):
                    raise
                failures += 1
                # Another server may be there at once; only when all have failed it is worth waiting.
                rounds, place = divmod(failures, len(self._urls))
                asked = error.retry_after if isinstance(error, Problem) else None
                pause = 0.0 if place else backoff(rounds, asked, random.random())
                if time.monotonic() - start + pause > self._retry_for:
                    raise
            yield Pause(pause)

    def attempt(self, call: Call[T]) -> Exchange[T]:
        """Makes a call a single time."""
        current = self._current
        response = yield Attempt(self._request(call, self._urls[current % len(self._urls)]))
        try:
            return _result(call, response)
        except (Unreachable, NoAnswer, Unavailable):
            if self._current == current:
                self._current = (current + 1) % len(self._urls)
            raise

    def _request(self, call: Call[Any], url: str) -> httpx.Request:
        # The service may hold its answer back for as long as it was asked to wait.
        timeout = httpx.Timeout(self._timeout, read=self._timeout + call.wait)
        return httpx.Request(
            call.method,
            f"{url}{call.path}",
            params=call.parameters,
            headers={**self._headers, **call.headers},
            content=call.body,
            extensions={"timeout": timeout.as_dict()},
        )


def backoff(failures: int, asked: float | None, jitter: float) -> float:
    """The pause before the next try, in seconds.

    A half to the whole of 50 ms, 100 ms and so on up to 2 s; never less than the service asked for, and a little more,
    as whoever asks all to come back after a second does not mean in the same instant. `jitter` is from 0 to 1.
    """
    whole: float = min(_FIRST_PAUSE * 2 ** (min(max(failures, 1), 10) - 1), _LONGEST_PAUSE)
    pause = whole * (0.5 + jitter / 2)
    return pause if asked is None else asked + min(pause, max(asked, _FIRST_PAUSE) / 4)


def _may_repeat(call: Call[Any], error: GanglionError) -> bool:
    if isinstance(error, Unreachable | Unavailable):
        return True
    is_unknown = isinstance(error, NoAnswer) or (isinstance(error, Problem) and error.status in _GATEWAY_STATUSES)
    return is_unknown and call.is_repeatable


def _result(call: Call[T], response: httpx.Response | httpx.HTTPError | None) -> T:
    subject = f"{call.method} {call.path}"
    if isinstance(response, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        raise Unreachable(f"{subject}: the service was not reached: {_reason(response)}") from response
    if isinstance(response, httpx.HTTPError):
        raise NoAnswer(f"{subject}: there was no answer: {_reason(response)}") from response
    if response is None:
        raise NoAnswer(f"{subject}: there was no answer")
    if not response.is_success:
        raise _problem(response)
    try:
        return call.read(response.content)
    except ValueError as error:
        raise UnexpectedAnswer(f"{subject}: the answer was not understood: {error}") from error


def _reason(error: httpx.HTTPError) -> str:
    return str(error) or type(error).__name__


def _problem(response: httpx.Response) -> Problem:
    """What is no problem document, from a proxy perhaps, still becomes a problem."""
    try:
        document = json.loads(response.content)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        document = {"detail": response.content[:200].decode(errors="replace")}
    # It may also be a date (RFC 9110 10.2.3), which this service never sends.
    asked = response.headers.get("Retry-After", "")
    retry_after = min(float(asked), _LONGEST_RETRY_AFTER) if asked.isdecimal() else None
    return Problem.of(response.status_code, document, reason=response.reason_phrase, retry_after=retry_after)
