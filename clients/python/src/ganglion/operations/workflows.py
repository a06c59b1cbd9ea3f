"""Workflows: started, watched, cancelled."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping

from ganglion.calls import (
    Call,
    Listing,
    Script,
    document,
    get,
    given,
    listing,
    path,
    post,
    wait_parameter,
    wait_seconds,
)
from ganglion.documents import (
    AcceptedPlan,
    CheckedPlan,
    Explanation,
    HistoryEvent,
    Json,
    StepDetails,
    WorkflowState,
    WorkflowStatus,
    WorkflowSummary,
)
from ganglion.durations import LONGEST_WAIT, Duration, seconds
from ganglion.errors import WorkflowNotCompleted


def start(
    plan: Mapping[str, object],
    *,
    idempotency_key: str | None = None,
    traceparent: str | None = None,
    wait: Duration = 0.0,
) -> Call[WorkflowStatus]:
    """Start a workflow.

    The same key with the same plan starts nothing a second time and gives the workflow that was started. Without a
    key one is made, so that the call can be repeated when its outcome is unknown.

    Args:
        plan: The workflow's `name`, `input`, `steps` and so on, as openapi.yaml has them.
        idempotency_key: Up to 255 visible ASCII characters; remembered for a day.
        traceparent: The W3C trace context that every task is to carry.
        wait: How long to wait for the workflow's end, at most 60 s.

    Raises:
        InvalidRequest: The plan is not accepted; `errors` names every place. Or the key came with another plan.
    """
    limit = wait_seconds(wait)
    headers = {"Idempotency-Key": idempotency_key or str(uuid.uuid4())}
    if traceparent is not None:
        headers["traceparent"] = traceparent
    return post(
        "/v1/workflows",
        document(WorkflowStatus),
        plan,
        is_repeatable=True,
        values=[("wait", wait_parameter(limit))],
        headers=headers,
        wait=limit,
    )


def workflow(workflow_id: str, *, wait: Duration = 0.0, revision: int | None = None) -> Call[WorkflowStatus]:
    """Read a workflow, or wait for news of it.

    Args:
        workflow_id: The id that `start` gave.
        wait: How long to wait for the workflow's end, at most 60 s.
        revision: With `wait`: wait only until the workflow's revision is higher than this.
    """
    limit = wait_seconds(wait)
    values = [("wait", wait_parameter(limit)), ("revision", revision)]
    return get(path("v1", "workflows", workflow_id), document(WorkflowStatus), values, wait=limit)


def wait_for_end(workflow_id: str, *, timeout: Duration | None = None) -> Script[WorkflowStatus]:
    """Wait until a workflow has ended, however often it has to be asked for.

    Args:
        workflow_id: The id that `start` gave.
        timeout: After how long to give it as it stands then; `None`: never.
    """
    end = None if timeout is None else time.monotonic() + seconds(timeout)
    while True:
        left = LONGEST_WAIT if end is None else max(0.0, end - time.monotonic())
        status: WorkflowStatus = yield workflow(workflow_id, wait=min(left, LONGEST_WAIT / 2))
        if status.is_ended or left == 0:
            return status


def run(
    plan: Mapping[str, object], *, idempotency_key: str | None = None, traceparent: str | None = None
) -> Script[Json]:
    """Start a workflow, wait until it has ended, and give its output.

    With a key, a program that was interrupted runs it again and gets what the first run gave.

    Args:
        plan: As with `start`.
        idempotency_key: As with `start`.
        traceparent: As with `start`.

    Raises:
        WorkflowNotCompleted: It failed or was cancelled.
    """
    started: WorkflowStatus = yield start(plan, idempotency_key=idempotency_key, traceparent=traceparent)
    ended = started if started.is_ended else (yield from wait_for_end(started.id))
    if ended.status != "completed":
        reason = f"{ended.failure.code}: {ended.failure.message}" if ended.failure else ""
        raise WorkflowNotCompleted(ended.id, ended.status, reason)
    return ended.output


def run_task(
    task_type: str,
    payload: Json,
    *,
    step: Mapping[str, object] | None = None,
    idempotency_key: str | None = None,
    traceparent: str | None = None,
) -> Script[Json]:
    """Have an agent do a single task, and give its result: a workflow of one step.

    Args:
        task_type: What is asked for.
        payload: Any JSON; no expressions.
        step: More of the step, as in a plan: `{"timeout": "30s", "on_exhausted": "fail"}`.
        idempotency_key: As with `start`.
        traceparent: As with `start`.

    Raises:
        WorkflowNotCompleted: The task failed. One that is escalated waits for its resolution.
    """
    # The payload is data, whatever stands in it; that of a step is a template.
    plan = {
        "name": task_type,
        "input": payload,
        "steps": [{**(step or {}), "id": "task", "task_type": task_type, "payload": "${input}"}],
        "output": "${steps.task.result}",
    }
    return run(plan, idempotency_key=idempotency_key, traceparent=traceparent)


def workflows(
    *,
    status: WorkflowState | None = None,
    labels: Mapping[str, str] | None = None,
    page_size: int | None = None,
    cursor: str | None = None,
) -> Listing[WorkflowSummary]:
    """List workflows, newest first.

    Args:
        status: Only those that stand so.
        labels: Only those that have all of these labels.
        page_size: How many come with one request, at most 1000.
        cursor: The page to begin with.
    """
    filters = [("status", status), *(("label", f"{name}:{value}") for name, value in (labels or {}).items())]
    return listing("/v1/workflows", "workflows", WorkflowSummary, page_size, cursor, filters)


def history(workflow_id: str, *, page_size: int | None = None, cursor: str | None = None) -> Listing[HistoryEvent]:
    """Read what happened to a workflow, oldest first.

    Args:
        workflow_id: The id that `start` gave.
        page_size: How many come with one request, at most 1000.
        cursor: The page to begin with.
    """
    return listing(path("v1", "workflows", workflow_id, "history"), "events", HistoryEvent, page_size, cursor)


def cancel(workflow_id: str, *, by: str | None = None, reason: str | None = None) -> Call[WorkflowStatus]:
    """Cancel a workflow: agents that work on it are told to stop.

    Args:
        workflow_id: The id that `start` gave.
        by: Who does it, for the history.
        reason: Why, for the history.

    Raises:
        Conflict: It has ended already.
    """
    target = path("v1", "workflows", workflow_id, "cancel")
    return post(target, document(WorkflowStatus), given(by=by, reason=reason), is_repeatable=False)


def retry(workflow_id: str, *, by: str | None = None, reason: str | None = None) -> Call[WorkflowStatus]:
    """Try a workflow again that failed or was cancelled: what did not succeed begins anew, what did is kept.

    Args:
        workflow_id: The id that `start` gave.
        by: Who does it, for the history.
        reason: Why, for the history.

    Raises:
        Conflict: It has not ended, or is completed.
    """
    target = path("v1", "workflows", workflow_id, "retry")
    return post(target, document(WorkflowStatus), given(by=by, reason=reason), is_repeatable=False)


def explain(workflow_id: str) -> Call[Explanation]:
    """Say why a workflow is not further on: for each open step what holds it up, with figures, and what would help.

    Args:
        workflow_id: The id that `start` gave.
    """
    return get(path("v1", "workflows", workflow_id, "why"), document(Explanation))


def plan(workflow_id: str) -> Call[AcceptedPlan]:
    """Read what a workflow was started with.

    Args:
        workflow_id: The id that `start` gave.
    """
    return get(path("v1", "workflows", workflow_id, "plan"), document(AcceptedPlan))


def step(workflow_id: str, step_id: str) -> Call[StepDetails]:
    """Read a step with its payload and all its attempts.

    Args:
        workflow_id: The id that `start` gave.
        step_id: The step's id in the plan.
    """
    return get(path("v1", "workflows", workflow_id, "steps", step_id), document(StepDetails))


def check(plan: Mapping[str, object]) -> Call[CheckedPlan]:
    """Check a plan without starting it.

    Args:
        plan: As `start` takes it.

    Raises:
        InvalidRequest: The plan would not be accepted; `errors` names every place.
    """
    return post("/v1/plans/check", document(CheckedPlan), plan, is_repeatable=True)
