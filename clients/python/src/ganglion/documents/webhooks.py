"""Whom the service tells of what happens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from .common import Json

WebhookTemplate = Literal["json", "slack", "teams"]


@dataclass(frozen=True)
class Webhook:
    """A webhook, and how it has fared."""

    name: str
    url: str
    template: WebhookTemplate
    events: tuple[str, ...]
    signed: bool
    delivered: int
    failures: int
    """What it did not take, however often it was tried."""
    dropped: int
    """What it was not told, because too many messages were waiting."""
    link_base: str | None = None
    delivered_at: datetime | None = None
    failed_at: datetime | None = None
    last_error: str | None = None


@dataclass(frozen=True)
class FailedDelivery:
    """An event that a webhook did not take."""

    id: int
    workflow_id: str
    event: Json
    failed_at: datetime | None = None
    reason: str | None = None
