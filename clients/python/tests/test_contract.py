"""The SDK has all that openapi.yaml has: each operation, each field of what is answered."""

from __future__ import annotations

import dataclasses
import inspect
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import ganglion
from ganglion import AsyncClient, Client, documents, durations
from ganglion.decoding import decode

CONTRACT: dict[str, Any] = yaml.safe_load((Path(__file__).parents[3] / "openapi.yaml").read_text())
SCHEMAS: dict[str, Any] = CONTRACT["components"]["schemas"]

METHODS = {
    "startWorkflow": "start",
    "listWorkflows": "workflows",
    "getWorkflow": "workflow",
    "getWorkflowHistory": "history",
    "getPlan": "plan",
    "getStep": "step",
    "checkPlan": "check",
    "cancelWorkflow": "cancel",
    "retryWorkflow": "retry",
    "getOverview": "overview",
    "explainWorkflow": "explain",
    "addSteps": "add_steps",
    "completeWorkflow": "complete_workflow",
    "failWorkflow": "fail_workflow",
    "registerAgent": "register",
    "listAgents": "agents",
    "getAgent": "agent",
    "deregisterAgent": "deregister",
    "heartbeatAgent": "heartbeat",
    "pauseAgent": "pause_agent",
    "resumeAgent": "resume_agent",
    "drainAgent": "drain_agent",
    "takeTasks": "take",
    "completeTask": "complete",
    "escalateTask": "escalate",
    "failTask": "fail",
    "reportTaskProgress": "progress",
    "guideTask": "guide",
    "listEscalations": "escalations",
    "getEscalation": "escalation",
    "claimEscalation": "claim",
    "releaseEscalation": "release",
    "reassignEscalation": "reassign",
    "commentEscalation": "comment",
    "resolveEscalation": "resolve",
    "resolveEscalations": "resolve_many",
    "listWebhooks": "webhooks",
    "getWebhook": "webhook",
    "configureWebhook": "configure_webhook",
    "removeWebhook": "remove_webhook",
    "testWebhook": "test_webhook",
    "listFailedDeliveries": "webhook_failures",
    "redeliverWebhook": "redeliver",
    "listTaskTypes": "task_types",
    "getTaskType": "task_type",
    "configureTaskType": "configure_task_type",
    "resetTaskType": "reset_task_type",
    "listNodes": "nodes",
    "getHealth": "health",
    "getReadiness": "readiness",
    "getMetrics": "metrics",
    "getContract": "contract",
}
# Models speak to the service by themselves, with clients of their own.
# Streams are for those who watch: `history` and `revision` give the same by asking.
NOT_OFFERED = {"callModelContext", "watchEvents", "watchWorkflow"}
# A condition of HTTP, for caches: those who wait for news have `revision`.
LEFT_OUT = {"If-None-Match"}
RENAMED = {"limit": "page_size", "label": "labels", "Idempotency-Key": "idempotency_key", "If-Match": "version"}

DOCUMENTS = {
    "AcceptedPlan": "AcceptedPlan",
    "AddedSteps": "AddedSteps",
    "AgentStatus": "Agent",
    "AnsweredQuestion": "AnsweredQuestion",
    "Attempt": "Attempt",
    "BulkOutcome": "BulkOutcome",
    "BulkPreview": "BulkPreview",
    "BulkResults": "BulkResults",
    "BusyAgent": "BusyAgent",
    "CheckedPlan": "CheckedPlan",
    "Claim": "Claim",
    "Comment": "Comment",
    "Escalation": "Escalation",
    "EscalationLine": "EscalationLine",
    "Explanation": "Explanation",
    "FailedDelivery": "FailedDelivery",
    "Failure": "Failure",
    "Health": "Health",
    "HeartbeatAnswer": "HeartbeatAnswer",
    "HistoryEvent": "HistoryEvent",
    "Node": "Node",
    "Overview": "Overview",
    "Note": "Note",
    "Pool": "Pool",
    "Progress": "Progress",
    "RefusedAnswer": "RefusedAnswer",
    "RegisteredAgent": "RegisteredAgent",
    "Resolution": "Resolution",
    "StepDetails": "StepDetails",
    "StepExplanation": "StepExplanation",
    "StepStatus": "StepStatus",
    "Stuck": "Stuck",
    "TaskAnswer": "TaskAnswer",
    "TaskAssignment": "Task",
    "TaskNote": "TaskNote",
    "TaskTakeAnswer": "TaskTakeAnswer",
    "TaskType": "TaskType",
    "Vote": "Vote",
    "Webhook": "Webhook",
    "WorkflowStatus": "WorkflowStatus",
    "WorkflowSummary": "WorkflowSummary",
}


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in CONTRACT["paths"].values():
        for method, operation in path.items():
            if method not in ("get", "put", "post", "delete", "patch"):
                continue
            if operation["operationId"] not in NOT_OFFERED:
                yield operation["operationId"], {**operation, "parameters": all_parameters(path, operation)}


def all_parameters(path: dict[str, Any], operation: dict[str, Any]) -> list[dict[str, Any]]:
    return [resolved(parameter) for parameter in path.get("parameters", []) + operation.get("parameters", [])]


def resolved(node: Any) -> Any:
    while isinstance(node, dict) and "$ref" in node:
        target: Any = CONTRACT
        for name in node["$ref"].removeprefix("#/").split("/"):
            target = target[name]
        node = target
    return node


@pytest.mark.parametrize("client", [Client, AsyncClient])
def test_every_operation_has_a_method_with_its_parameters(client: type) -> None:
    assert {name for name, _ in operations()} <= set(METHODS)
    for name, operation in operations():
        method = getattr(client, METHODS[name])
        assert method.__doc__, name
        arguments = set(inspect.signature(method).parameters)
        wanted = {parameter["name"] for parameter in operation["parameters"]} - LEFT_OUT
        assert {RENAMED.get(parameter, parameter) for parameter in wanted} <= arguments, name


# The package may know more than the service that it is built with.
@pytest.mark.parametrize(("name", "schema"), [pair for pair in DOCUMENTS.items() if pair[1] in SCHEMAS])
def test_every_document_has_the_fields_of_its_schema(name: str, schema: str) -> None:
    fields = {field.name: field for field in dataclasses.fields(getattr(documents, name))}
    assert set(fields) == set(SCHEMAS[schema]["properties"])
    required = {name for name, field in fields.items() if field.default is field.default_factory is dataclasses.MISSING}
    assert required == set(SCHEMAS[schema]["required"])


def test_every_document_is_in_the_package_and_in_the_table() -> None:
    classes = {name for name, kind in vars(documents).items() if dataclasses.is_dataclass(kind)}
    assert classes - {"Page", "Quarantine"} == set(DOCUMENTS)
    assert all(hasattr(ganglion, name) for name in classes)
    assert sorted(ganglion.__all__) == ganglion.__all__


def test_every_example_of_an_answer_is_read() -> None:
    kinds = {schema: getattr(documents, name) for name, schema in DOCUMENTS.items()}
    count = 0
    for _, operation in operations():
        for status, response in operation["responses"].items():
            content = resolved(response).get("content", {}).get("application/json")
            if not status.startswith("2") or content is None:
                continue
            schema = content["schema"].get("$ref", "").rpartition("/")[2]
            for example in content["examples"].values():
                # As JSON, which has no dates.
                node = json.loads(json.dumps(resolved(example)["value"], default=str))
                if schema in kinds:
                    assert decode(kinds[schema], node)
                    count += 1
                elif schema.endswith("Page"):
                    items = next(value for name, value in node.items() if name != "next_cursor")
                    kind = SCHEMAS[schema]["properties"][next(iter(node))]["items"]["$ref"].rpartition("/")[2]
                    assert all(decode(kinds[kind], item) for item in items)
                    count += 1
    assert count > 20


@pytest.mark.parametrize("name", ["WorkflowState", "StepState", "ResolutionAction", "EscalationKind"])
def test_every_state_is_known(name: str) -> None:
    assert set(getattr(documents, name).__args__) == set(SCHEMAS[name]["enum"])


def test_durations_are_read_and_written() -> None:
    texts = ["250ms", "30s", "5m", "2h", "7d"]
    assert [durations.parse(text).total_seconds() for text in texts] == [0.25, 30, 300, 7200, 604800]
    assert [durations.wire(value) for value in (0, 0.25, 1, 0.0001)] == ["0ms", "250ms", "1000ms", "1ms"]
    for wrong in ("", "5", "5 m", "-5m", "5w"):
        with pytest.raises(ValueError, match="is not a duration"):
            durations.parse(wrong)
    for value in (-1, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="0 or more seconds"):
            durations.wire(value)
