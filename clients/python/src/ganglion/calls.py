"""Calls of the API as values: what is sent, and how the answer is read. Nothing here does any I/O."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeAlias, TypeVar
from urllib.parse import quote

from .decoding import decode
from .documents import Json, Page
from .durations import LONGEST_WAIT, Duration, seconds, wire

T = TypeVar("T")

NOT_GIVEN: Final[Any] = object()
"""Stands for an argument that was left out, where `None` is one that can be given: JSON's `null`."""

Parameters: TypeAlias = Iterable[tuple[str, object | None]]


@dataclass(frozen=True)
class Call(Generic[T]):
    """One operation with its arguments, ready to be sent as often as needed."""

    method: str
    path: str
    read: Callable[[bytes], T]
    """Makes the result of the body of a successful answer. Raises `ValueError` if it is not as the contract says."""
    parameters: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    is_repeatable: bool = True
    """Doing it twice is the same as once, or the service recognises the second time."""
    wait: float = 0.0
    """How many seconds the service may hold the answer back, because it was asked to wait."""


Script: TypeAlias = Generator[Call[Any], Any, T]
"""Several calls that depend on each other: yields each, is sent its result, and returns its own."""


@dataclass(frozen=True)
class Listing(Generic[T]):
    """A list that is read by pages."""

    page: Callable[[str | None], Call[Page[T]]]
    """The call for the page that a cursor names."""
    cursor: str | None
    """Where to begin."""


def path(*parts: str) -> str:
    """A path of words and of values of the caller, which may hold anything."""
    return "/" + "/".join(quote(part, safe="") for part in parts)


def parameters(values: Parameters) -> tuple[tuple[str, str], ...]:
    """The query parameters that have something to say."""
    return tuple((name, str(value)) for name, value in values if value is not None)


def given(**values: object | None) -> dict[str, object]:
    """The fields of a body that have something to say."""
    return {name: value for name, value in values.items() if value is not None}


def wait_seconds(wait: Duration) -> float:
    """How long to ask the service to wait: as long as it takes, at most."""
    return min(seconds(wait), LONGEST_WAIT)


def wait_parameter(wait: float) -> str | None:
    """A wait of no time is not asked for."""
    return wire(wait) if wait > 0 else None


def encode(value: Json) -> str:
    """JSON. Raises `TypeError`, `ValueError` or `RecursionError` for what cannot be JSON."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    # Half of a surrogate pair would only be found when it is sent.
    text.encode()
    return text


def get(path: str, read: Callable[[bytes], T], values: Parameters = (), *, wait: float = 0.0) -> Call[T]:
    """A GET."""
    return Call("GET", path, read, parameters(values), wait=wait)


def post(
    path: str,
    read: Callable[[bytes], T],
    body: Mapping[str, object] | str,
    *,
    is_repeatable: bool,
    values: Parameters = (),
    headers: Mapping[str, str] | None = None,
    wait: float = 0.0,
) -> Call[T]:
    """A POST of an object, or of its JSON."""
    text = body if isinstance(body, str) else encode(dict(body))
    all_headers = {"Content-Type": "application/json", **(headers or {})}
    return Call("POST", path, read, parameters(values), all_headers, text.encode(), is_repeatable, wait)


def put(path: str, read: Callable[[bytes], T], body: Mapping[str, object]) -> Call[T]:
    """A PUT of an object."""
    return Call("PUT", path, read, headers={"Content-Type": "application/json"}, body=encode(dict(body)).encode())


def document(kind: type[T]) -> Callable[[bytes], T]:
    """Reads a JSON object as a dataclass."""
    return lambda body: decode(kind, json.loads(body))


def page(name: str, kind: type[T]) -> Callable[[bytes], Page[T]]:
    """Reads a page whose items stand in the field of this name."""

    def read(body: bytes) -> Page[T]:
        node = json.loads(body)
        if not isinstance(node, dict) or not isinstance(node.get(name), list):
            raise ValueError(f"expected an object with the list '{name}'")
        return Page(tuple(decode(kind, item) for item in node[name]), node.get("next_cursor"))

    return read


def listing(
    path: str,
    name: str,
    kind: type[T],
    page_size: int | None,
    cursor: str | None,
    filters: Parameters = (),
) -> Listing[T]:
    """A list whose pages have their items in the field of this name."""
    all_filters = [*filters]
    return Listing(
        lambda cursor: get(path, page(name, kind), [*all_filters, ("limit", page_size), ("cursor", cursor)]), cursor
    )


def text(body: bytes) -> str:
    """Reads an answer that is text."""
    return body.decode()


def nothing(body: bytes) -> None:
    """Reads an answer that has nothing to say."""
