"""Questions to people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from ganglion.calls import NOT_GIVEN, Call, Listing, document, get, given, listing, path, post
from ganglion.documents import BulkPreview, BulkResults, Escalation, EscalationKind, EscalationLine, Json
from ganglion.durations import Duration, wire


def escalations(
    *,
    status: Literal["open", "resolved"] = "open",
    workflow_id: str | None = None,
    workflow_name: str | None = None,
    labels: Mapping[str, str] | None = None,
    kind: EscalationKind | None = None,
    tier: int | None = None,
    assignee: str | None = None,
    claimed: bool | None = None,
    older_than: Duration | None = None,
    newer_than: Duration | None = None,
    page_size: int | None = None,
    cursor: str | None = None,
) -> Listing[Escalation]:
    """List escalations, newest first.

    Args:
        status: Those that wait for a person, or those that were resolved.
        workflow_id: Only those of this workflow.
        workflow_name: Only those of workflows of this name.
        labels: Only those of workflows that have all of these.
        kind: Only those of this kind.
        tier: Only those that have come so far up the ladder of people who are asked.
        assignee: Only those that are this person's or group's.
        claimed: Only those that somebody has claimed now, or nobody.
        older_than: Only those that were opened longer ago.
        newer_than: Only those that were opened less long ago.
        page_size: How many come with one request, at most 1000.
        cursor: The page to begin with.
    """
    filters = [
        ("status", status),
        ("workflow_id", workflow_id),
        ("workflow_name", workflow_name),
        *(("label", f"{name}:{value}") for name, value in (labels or {}).items()),
        ("kind", kind),
        ("tier", tier),
        ("assignee", assignee),
        ("claimed", None if claimed is None else str(claimed).lower()),
        ("older_than", None if older_than is None else wire(older_than)),
        ("newer_than", None if newer_than is None else wire(newer_than)),
    ]
    return listing("/v1/escalations", "escalations", Escalation, page_size, cursor, filters)


def escalation(escalation_id: str) -> Call[Escalation]:
    """Read an escalation."""
    return get(path("v1", "escalations", escalation_id), document(Escalation))


def resolve(
    escalation_id: str,
    action: Literal["retry", "complete", "skip", "fail", "answer"],
    *,
    by: str,
    reason: str,
    version: int | None = None,
    payload: Json = NOT_GIVEN,
    result: Json = NOT_GIVEN,
    answer: Json = NOT_GIVEN,
) -> Call[Escalation]:
    """Resolve an escalation, once; or vote, where several people have to agree.

    Args:
        escalation_id: The escalation.
        action: `retry` begins a new round of attempts; `complete` takes `result` as the step's; `skip` goes on
            without a result; `fail` fails the workflow; `answer` gives an agent's question its `answer`.
        by: Who does it.
        reason: Why.
        version: As it was seen; if it has changed since, nothing is done.
        payload: With `retry`: takes the place of the former payload.
        result: With `complete`: any JSON, which may be `None`.
        answer: With `answer`: one of the question's options, if it has some; otherwise any JSON.

    Raises:
        Conflict: Somebody was faster, or has claimed it.
    """
    values = {"payload": payload, "result": result, "answer": answer}
    body = {"action": action, "by": by, "reason": reason}
    body |= {name: value for name, value in values.items() if value is not NOT_GIVEN}
    return _act(escalation_id, "resolve", body, version, is_repeatable=False)


def claim(
    escalation_id: str, *, by: str, duration: Duration | None = None, version: int | None = None
) -> Call[Escalation]:
    """Take an open escalation for one person: nobody else resolves it until the time is over.

    Args:
        escalation_id: The escalation.
        by: Who looks after it.
        duration: For how long; 15 minutes if left out.
        version: As it was seen; if it has changed since, nothing is done.

    Raises:
        Conflict: Somebody else has claimed it, or it is resolved.
    """
    body = given(by=by, **{"for": None if duration is None else wire(duration)})
    return _act(escalation_id, "claim", body, version)


def release(escalation_id: str, *, by: str, reason: str | None = None, version: int | None = None) -> Call[Escalation]:
    """Give a claim back."""
    return _act(escalation_id, "release", given(by=by, reason=reason), version)


def reassign(
    escalation_id: str, to: str | None, *, by: str, reason: str | None = None, version: int | None = None
) -> Call[Escalation]:
    """Make an open escalation somebody else's, or nobody's; a claim ends by that."""
    return _act(escalation_id, "reassign", {"to": to, **given(by=by, reason=reason)}, version)


def comment(escalation_id: str, text: str, *, by: str, version: int | None = None) -> Call[Escalation]:
    """Say something about an open escalation."""
    return _act(escalation_id, "comments", {"by": by, "text": text}, version, is_repeatable=False)


def _act(
    escalation_id: str, act: str, body: Mapping[str, Json], version: int | None, *, is_repeatable: bool = True
) -> Call[Escalation]:
    headers = {} if version is None else {"If-Match": f'"{version}"'}
    where = path("v1", "escalations", escalation_id, act)
    return post(where, document(Escalation), body, is_repeatable=is_repeatable, headers=headers)


def preview_resolve(filter: Mapping[str, Json], *, limit: int = 100) -> Call[BulkPreview]:
    """See which open escalations a filter finds; nothing is done.

    Args:
        filter: The same as the filters of `escalations`, as JSON; durations are texts such as `15m`.
        limit: How many to show at most, up to 1000.
    """
    body = {"preview": True, "filter": dict(filter), "limit": limit}
    return post(path("v1", "escalations", "resolve"), document(BulkPreview), body, is_repeatable=True)


def resolve_many(
    escalations: Iterable[EscalationLine | Escalation],
    action: Literal["retry", "complete", "skip", "fail", "answer"],
    *,
    by: str,
    reason: str,
    payload: Json = NOT_GIVEN,
    result: Json = NOT_GIVEN,
    answer: Json = NOT_GIVEN,
) -> Call[BulkResults]:
    """Resolve escalations that were looked at before, as far as they have not changed since."""
    chosen = [{"id": one.id, "version": one.version} for one in escalations]
    values = {"payload": payload, "result": result, "answer": answer}
    body = {"escalations": chosen, "action": action, "by": by, "reason": reason}
    body |= {name: value for name, value in values.items() if value is not NOT_GIVEN}
    return post(path("v1", "escalations", "resolve"), document(BulkResults), body, is_repeatable=False)
