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
    TaskNote,
    TaskTakeAnswer,
)
from .common import Failure, Json, Page, ResolutionAction
from .escalations import Attempt, Escalation, Resolution
from .service import Health, Node, Pool, TaskType
from .workflows import (
    AcceptedPlan,
    AddedSteps,
    BusyAgent,
    CheckedPlan,
    Explanation,
    HistoryEvent,
    Note,
    Progress,
    Quarantine,
    StepDetails,
    StepExplanation,
    StepState,
    StepStatus,
    Stuck,
    WorkflowState,
    WorkflowStatus,
    WorkflowSummary,
)

__all__ = [
    "AcceptedPlan",
    "AddedSteps",
    "AgentStatus",
    "AnsweredQuestion",
    "Attempt",
    "BusyAgent",
    "CheckedPlan",
    "Escalation",
    "Explanation",
    "Failure",
    "Health",
    "HeartbeatAnswer",
    "HistoryEvent",
    "Json",
    "Node",
    "Note",
    "Page",
    "Pool",
    "Progress",
    "Quarantine",
    "RefusedAnswer",
    "RegisteredAgent",
    "Resolution",
    "ResolutionAction",
    "StepDetails",
    "StepExplanation",
    "StepState",
    "StepStatus",
    "Stuck",
    "TaskAnswer",
    "TaskAssignment",
    "TaskNote",
    "TaskTakeAnswer",
    "TaskType",
    "WorkflowState",
    "WorkflowStatus",
    "WorkflowSummary",
]
