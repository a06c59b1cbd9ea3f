"""Durations: seconds or a `timedelta` in Python; on the wire a whole number and a unit, such as `250ms` or `2h`."""

from __future__ import annotations

import math
import re
from datetime import timedelta
from typing import TypeAlias

Duration: TypeAlias = float | timedelta
"""Seconds, or a `timedelta`."""

LONGEST_WAIT = 60.0
"""The longest that the service lets a request wait, in seconds."""

_WIRE = re.compile(r"([0-9]{1,15})(ms|s|m|h|d)")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def seconds(duration: Duration) -> float:
    """The duration in seconds. Raises `ValueError` if it is negative or not finite."""
    value = duration.total_seconds() if isinstance(duration, timedelta) else float(duration)
    if not math.isfinite(value) or value < 0:
        raise ValueError(f"a duration is 0 or more seconds, not {value}")
    return value


def wire(duration: Duration) -> str:
    """The duration as the service takes it, in whole milliseconds, rounded up: `1500ms`."""
    return f"{math.ceil(seconds(duration) * 1000 - 1e-6)}ms"


def parse(text: str) -> timedelta:
    """The duration that the service wrote. Raises `ValueError` if it is none."""
    match = _WIRE.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a duration")
    return timedelta(seconds=int(match[1]) * _UNITS[match[2]])
