"""Lists as clients give them, and what makes methods of operations."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any, Generic, TypeVar

from .calls import Call, Listing
from .documents import Page

T = TypeVar("T")


class Items(Generic[T]):
    """A list that is read from the service while it is gone through, a page at a time."""

    def __init__(self, listing: Listing[T], send: Callable[[Call[Page[T]]], Page[T]]) -> None:
        self._listing = listing
        self._send = send

    def pages(self) -> Iterator[Page[T]]:
        """The list by pages, each with the cursor of the next one."""
        cursor = self._listing.cursor
        while True:
            page = self._send(self._listing.page(cursor))
            yield page
            cursor = page.next_cursor
            if cursor is None:
                return

    def __iter__(self) -> Iterator[T]:
        for page in self.pages():
            yield from page.items


class AsyncItems(Generic[T]):
    """A list that is read from the service while it is gone through, a page at a time."""

    def __init__(self, listing: Listing[T], send: Callable[[Call[Page[T]]], Awaitable[Page[T]]]) -> None:
        self._listing = listing
        self._send = send

    async def pages(self) -> AsyncIterator[Page[T]]:
        """The list by pages, each with the cursor of the next one."""
        cursor = self._listing.cursor
        while True:
            page = await self._send(self._listing.page(cursor))
            yield page
            cursor = page.next_cursor
            if cursor is None:
                return

    async def __aiter__(self) -> AsyncIterator[T]:
        async for page in self.pages():
            for item in page.items:
                yield item


def describe(method: Callable[..., Any], operation: Callable[..., Any]) -> None:
    """Gives a client's method the name, the words and the arguments of the operation that it makes."""
    method.__name__ = operation.__name__
    method.__doc__ = operation.__doc__
    signature = inspect.signature(operation)
    client = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)
    method.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[client, *signature.parameters.values()], return_annotation=inspect.Signature.empty
    )
