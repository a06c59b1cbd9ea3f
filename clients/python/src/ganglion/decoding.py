"""Makes dataclasses of JSON, by the types of their fields."""

from __future__ import annotations

import dataclasses
import functools
import types
import typing
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from . import durations

T = TypeVar("T")

Decoder = Callable[[Any], Any]


def decode(kind: type[T], node: Any) -> T:
    """The dataclass that a JSON object describes; what it has no field for is ignored.

    Raises `ValueError`, which says where, if a field is missing or of another type.
    """
    # A type is a key of a cache like any other: mypy does not see it behind a variable.
    shape: Any = kind
    decoded: T = _decoder(shape)(node)
    return decoded


@functools.cache
def _decoder(kind: Any) -> Decoder:
    if dataclasses.is_dataclass(kind):
        return _of_fields(kind)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple:
        element = _decoder(arguments[0])
        return lambda node: tuple(element(item) for item in _checked(list, node))
    if origin is types.UnionType or origin is typing.Union:
        inner = _decoder(next(argument for argument in arguments if argument is not types.NoneType))
        return lambda node: None if node is None else inner(node)
    if origin is typing.Literal:
        return functools.partial(_checked, str)
    if origin is dict:
        return functools.partial(_checked, dict)
    return _SCALARS[kind]


def _of_fields(kind: Any) -> Decoder:
    hints = typing.get_type_hints(kind)
    fields = [
        (field.name, _decoder(hints[field.name]), field.default is field.default_factory is dataclasses.MISSING)
        for field in dataclasses.fields(kind)
    ]

    def decode_fields(node: Any) -> Any:
        values = {}
        for name, decoder, is_required in fields:
            if name in _checked(dict, node):
                try:
                    values[name] = decoder(node[name])
                except ValueError as error:
                    raise ValueError(f"{name}: {error}") from None
            elif is_required:
                raise ValueError(f"the field '{name}' is missing")
        return kind(**values)

    return decode_fields


def _checked(kind: type[T], node: Any) -> T:
    # A boolean is an int to Python, and not to JSON.
    if not isinstance(node, kind) or (isinstance(node, bool) and kind is not bool):
        raise ValueError(f"expected {kind.__name__}, found {type(node).__name__}")
    return node


def _time(node: Any) -> datetime:
    # Before Python 3.11 no 'Z' is understood.
    return datetime.fromisoformat(_checked(str, node).replace("Z", "+00:00"))


def _duration(node: Any) -> timedelta:
    return durations.parse(_checked(str, node))


_SCALARS: dict[Any, Decoder] = {
    Any: lambda node: node,
    str: functools.partial(_checked, str),
    int: functools.partial(_checked, int),
    bool: functools.partial(_checked, bool),
    datetime: _time,
    timedelta: _duration,
}
