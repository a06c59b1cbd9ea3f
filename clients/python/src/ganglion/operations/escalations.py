"""Questions to people."""

from __future__ import annotations

from typing import Literal

from ganglion.calls import NOT_GIVEN, Call, Listing, document, get, listing, path, post
from ganglion.documents import Escalation, Json


def escalations(
    *,
    status: Literal["open", "resolved"] = "open",
    workflow_id: str | None = None,
    page_size: int | None = None,
    cursor: str | None = None,
) -> Listing[Escalation]:
    """List escalations, newest first.

    Args:
        status: Those that wait for a person, or those that were resolved.
        workflow_id: Only those of this workflow.
        page_size: How many come with one request, at most 1000.
        cursor: The page to begin with.
    """
    filters = [("status", status), ("workflow_id", workflow_id)]
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
    payload: Json = NOT_GIVEN,
    result: Json = NOT_GIVEN,
    answer: Json = NOT_GIVEN,
) -> Call[Escalation]:
    """Resolve an escalation, once.

    Args:
        escalation_id: The escalation.
        action: `retry` begins a new round of attempts; `complete` takes `result` as the step's; `skip` goes on
            without a result; `fail` fails the workflow; `answer` gives an agent's question its `answer`.
        by: Who does it.
        reason: Why.
        payload: With `retry`: takes the place of the former payload.
        result: With `complete`: any JSON, which may be `None`.
        answer: With `answer`: one of the question's options, if it has some; otherwise any JSON.

    Raises:
        Conflict: Somebody was faster.
    """
    values = {"payload": payload, "result": result, "answer": answer}
    body = {"action": action, "by": by, "reason": reason}
    body |= {name: value for name, value in values.items() if value is not NOT_GIVEN}
    return post(path("v1", "escalations", escalation_id, "resolve"), document(Escalation), body, is_repeatable=False)
