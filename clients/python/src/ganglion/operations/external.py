"""Workflows that a program of your own coordinates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ganglion.calls import NOT_GIVEN, Call, Script, document, path, post, wait_parameter, wait_seconds
from ganglion.documents import AddedSteps, Json, WorkflowStatus
from ganglion.durations import LONGEST_WAIT, Duration
from ganglion.errors import StepNotCompleted


def add_steps(workflow_id: str, steps: Sequence[Mapping[str, object]], *, wait: Duration = 0.0) -> Call[AddedSteps]:
    """Add steps to an external workflow, one that was started with `"coordinator": "external"`.

    All are added or none. A step that is there already is not added again, but given as it stands.

    Args:
        workflow_id: The id that `start` gave.
        steps: Each as in a plan, for an agent; or with `id` and `result`, for work that the program has done.
        wait: How long to wait until all of them have ended, at most 60 s.

    Raises:
        Conflict: A step of the same id is not the same (`/problems/step-differs`; its `document` has the `step` that is
            there), the workflow is not external, or it has ended.
    """
    limit = wait_seconds(wait)
    return post(
        path("v1", "workflows", workflow_id, "steps"),
        document(AddedSteps),
        {"steps": list(steps)},
        is_repeatable=True,
        values=[("wait", wait_parameter(limit))],
        wait=limit,
    )


def do_step(workflow_id: str, step: Mapping[str, object]) -> Script[Json]:
    """Have an agent do a step of an external workflow, and give its result, which may be there already.

    Args:
        workflow_id: The id that `start` gave.
        step: As in a plan.

    Raises:
        StepNotCompleted: It was skipped, it failed, or the workflow has ended.
        Conflict: As with `add_steps`.
    """
    while True:
        added: AddedSteps = yield add_steps(workflow_id, [step], wait=LONGEST_WAIT / 2)
        (status,) = added.steps
        if status.status == "completed":
            return status.result
        if status.is_ended:
            reason = f"{status.failure.code}: {status.failure.message}" if status.failure else ""
            raise StepNotCompleted(status.id, status.status, reason)


def complete_workflow(workflow_id: str, *, output: Json = NOT_GIVEN) -> Call[WorkflowStatus]:
    """End an external workflow well. Doing it again with the same output is no error.

    Args:
        workflow_id: The id that `start` gave.
        output: Any JSON; if left out, every step's result by its id.

    Raises:
        Conflict: The workflow is not external, or has ended otherwise.
    """
    body = {} if output is NOT_GIVEN else {"output": output}
    target = path("v1", "workflows", workflow_id, "complete")
    return post(target, document(WorkflowStatus), body, is_repeatable=True)


def fail_workflow(workflow_id: str, code: str, message: str) -> Call[WorkflowStatus]:
    """End an external workflow that did not succeed. Doing it again with the same error is no error.

    Args:
        workflow_id: The id that `start` gave.
        code: Why, for programs.
        message: Why, for people.

    Raises:
        Conflict: The workflow is not external, or has ended otherwise.
    """
    body = {"error": {"code": code, "message": message}}
    return post(path("v1", "workflows", workflow_id, "fail"), document(WorkflowStatus), body, is_repeatable=True)
