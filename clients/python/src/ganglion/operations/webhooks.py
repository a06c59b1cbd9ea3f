"""Whom the service tells of what happens."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TypeVar

from ganglion.calls import Call, document, get, given, nothing, path, post, put
from ganglion.decoding import decode
from ganglion.documents import FailedDelivery, Json, Webhook, WebhookTemplate

T = TypeVar("T")


def _items(name: str, kind: type[T]) -> Callable[[bytes], tuple[T, ...]]:
    return lambda body: tuple(decode(kind, item) for item in json.loads(body)[name])


def webhooks() -> Call[tuple[Webhook, ...]]:
    """List the webhooks by their names, with how they have fared."""
    return get("/v1/webhooks", _items("webhooks", Webhook))


def webhook(webhook: str) -> Call[Webhook]:
    """Read a webhook, and how it has fared."""
    return get(path("v1", "webhooks", webhook), document(Webhook))


def configure_webhook(
    webhook: str,
    url: str,
    *,
    template: WebhookTemplate | None = None,
    events: Iterable[str] | None = None,
    secret: str | None = None,
    link_base: str | None = None,
) -> Call[Webhook]:
    """Say whom to tell of what, in place of what was said before.

    Args:
        webhook: What it is called.
        url: `http://host[:port]/path`.
        template: `json` for programs, or the messages that Slack or Teams take.
        events: What it is told of, such as `escalation_opened`.
        secret: What messages are signed with.
        link_base: Where people reach the service: links begin with it.
    """
    names = None if events is None else list(events)
    body = given(url=url, template=template, events=names, secret=secret, link_base=link_base)
    return put(path("v1", "webhooks", webhook), document(Webhook), body)


def remove_webhook(webhook: str) -> Call[None]:
    """Take a webhook back, with all that it was still to be told."""
    return Call("DELETE", path("v1", "webhooks", webhook), nothing)


def test_webhook(webhook: str) -> Call[Json]:
    """Tell a webhook something now; gives whether it was `delivered`, and the `status` or the `reason`."""
    return post(path("v1", "webhooks", webhook, "test"), json.loads, {}, is_repeatable=True)


def webhook_failures(webhook: str, *, page_size: int | None = None) -> Call[tuple[FailedDelivery, ...]]:
    """List what a webhook did not take, newest first.

    Args:
        webhook: The webhook.
        page_size: How many at most, up to 1000.
    """
    where = path("v1", "webhooks", webhook, "failures")
    return get(where, _items("failures", FailedDelivery), [("limit", page_size)])


def redeliver(webhook: str, ids: Iterable[int] | None = None) -> Call[Json]:
    """Try again what a webhook did not take, all if no ids are named; gives how many were `redelivered`."""
    body = given(ids=None if ids is None else list(ids))
    return post(path("v1", "webhooks", webhook, "redeliver"), json.loads, body, is_repeatable=True)
