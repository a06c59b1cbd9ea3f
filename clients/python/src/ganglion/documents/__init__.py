"""What the service answers with, as frozen dataclasses. Fields that an answer may leave out are `None` then, or empty.

The names are those of the schemas in openapi.yaml. What a newer service adds is ignored, and a status that it adds is
passed on as it is.
"""

from .agents import (
    AgentStatus,
    AnsweredQuestion,
    HeartbeatAnswer,
    RefusedAnswer,
    RegisteredAgent,
    TaskAnswer,
    TaskAssignment,
    TaskTakeAnswer,
)
from .common import Failure, Json, Page, ResolutionAction
from .escalations import (
    Attempt,
    BulkOutcome,
    BulkPreview,
    BulkResults,
    Claim,
    Comment,
    Escalation,
    EscalationKind,
    EscalationLine,
    Resolution,
    Vote,
)
from .service import Health, Node, Pool, TaskType
from .webhooks import FailedDelivery, Webhook, WebhookTemplate
from .workflows import (
    AddedSteps,
    BusyAgent,
    Explanation,
    HistoryEvent,
    Progress,
    Quarantine,
    StepExplanation,
    StepState,
    StepStatus,
    WorkflowState,
    WorkflowStatus,
    WorkflowSummary,
)

__all__ = [
    "AddedSteps",
    "AgentStatus",
    "AnsweredQuestion",
    "Attempt",
    "BulkOutcome",
    "BulkPreview",
    "BulkResults",
    "BusyAgent",
    "Claim",
    "Comment",
    "Escalation",
    "EscalationKind",
    "EscalationLine",
    "Explanation",
    "FailedDelivery",
    "Failure",
    "Health",
    "HeartbeatAnswer",
    "HistoryEvent",
    "Json",
    "Node",
    "Page",
    "Pool",
    "Progress",
    "Quarantine",
    "RefusedAnswer",
    "RegisteredAgent",
    "Resolution",
    "ResolutionAction",
    "StepExplanation",
    "StepState",
    "StepStatus",
    "TaskAnswer",
    "TaskAssignment",
    "TaskTakeAnswer",
    "TaskType",
    "Vote",
    "Webhook",
    "WebhookTemplate",
    "WorkflowState",
    "WorkflowStatus",
    "WorkflowSummary",
]
