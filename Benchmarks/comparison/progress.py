"""What the person who waits is told, on standard error: standard output belongs to the result."""

import sys
import time

_start = time.monotonic()


def say(text: str) -> None:
    """A line, with the minutes and seconds since the start."""
    minutes, seconds = divmod(int(time.monotonic() - _start), 60)
    print(f"compare {minutes}:{seconds:02} {text}", file=sys.stderr, flush=True)
