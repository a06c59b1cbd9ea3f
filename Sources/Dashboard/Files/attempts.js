/** What happened in a workflow's history, as attempts with their times, and as sentences. Pure. */

/** For each step its attempts: `{number, queued, started, ended, outcome, error, agent}`, times in milliseconds. */
export function attemptsOf(events) {
  const steps = new Map();
  const current = (event) => {
    const attempts = steps.get(event.step_id) ?? [];
    steps.set(event.step_id, attempts);
    let attempt = attempts.findLast((one) => event.attempt === undefined || one.number === event.attempt);
    if (!attempt && event.attempt !== undefined) attempts.push(attempt = { number: event.attempt });
    return attempt;
  };
  for (const event of events) {
    if (!event.step_id) continue;
    const at = Date.parse(event.at);
    const attempt = current(event);
    if (!attempt) continue;
    switch (event.type) {
      case "step_queued": attempt.queued = at; break;
      case "step_started": Object.assign(attempt, { started: at, agent: event.agent_id }); break;
      case "attempt_failed": end(attempt, at, "failed", event); break;
      case "step_completed": end(attempt, at, "completed", event); break;
      case "step_failed": end(attempt, at, "failed", event); break;
      case "step_skipped": end(attempt, at, "skipped", event); break;
      case "step_cancelled": end(attempt, at, "cancelled", event); break;
      case "escalation_opened": end(attempt, at, "escalated", event); break;
    }
  }
  return steps;
}

function end(attempt, at, outcome, event) {
  if (attempt.ended !== undefined) return;
  Object.assign(attempt, { ended: at, outcome, error: event.error, agent: event.agent_id ?? attempt.agent });
}

const TEXTS = {
  workflow_started: () => "The workflow started",
  workflow_escalated: () => "Every way forward waits for a person",
  workflow_resumed: () => "The workflow goes on",
  workflow_completed: () => "The workflow completed",
  workflow_failed: () => "The workflow failed",
  workflow_cancelled: () => "The workflow was cancelled",
  workflow_quarantined: () => "Nobody could go on with the workflow: it is in quarantine",
  workflow_retried: () => "The workflow goes on where it had ended",
  step_queued: (event) => `queued, attempt ${event.attempt}`,
  step_started: () => "taken by an agent",
  step_progressed: () => "made progress",
  attempt_failed: (event) => `attempt ${event.attempt} failed`,
  step_completed: () => "completed",
  step_skipped: () => "skipped",
  step_failed: () => "failed",
  step_cancelled: () => "cancelled",
  answer_refused: () => "an answer came that did not count",
  escalation_opened: () => "asks a person",
  escalation_resolved: (event) => `resolved with ${event.action}`,
};

/** An event in words; of one that is not known, its name. */
export const textOf = (event) => TEXTS[event.type]?.(event) ?? event.type.replaceAll("_", " ");

const STATES = {
  workflow_started: "running", workflow_escalated: "escalated", workflow_resumed: "running", workflow_completed: "completed",
  workflow_failed: "failed", workflow_cancelled: "cancelled", workflow_quarantined: "escalated", workflow_retried: "running", step_queued: "queued",
  step_started: "running", step_progressed: "running", attempt_failed: "backing_off", step_completed: "completed", step_skipped: "skipped",
  step_failed: "failed", step_cancelled: "cancelled", answer_refused: "pending", escalation_opened: "escalated", escalation_resolved: "completed",
};

export const stateOf = (event) => STATES[event.type] ?? "pending";

/** The types that a stream may send. */
export const EVENT_TYPES = Object.keys(TEXTS);
