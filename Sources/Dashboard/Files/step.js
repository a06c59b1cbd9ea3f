/** One step: its attempts, what it was given and gave, and what its plan says. */

import { h, update } from "./dom.js";
import { get, path } from "./api.js";
import { jsonBlock } from "./json.js";
import { button, iconButton, idLink, isolated, loading, problem, when } from "./parts.js";
import { ENDED, pill } from "./status.js";
import { duration, precise, since } from "./format.js";

export class StepPanel {
  constructor({ onClose, onRetry, signal }) {
    Object.assign(this, { onClose, onRetry, signal });
    this.node = h("aside", { class: "panel", "aria-label": "Step", hidden: true, on: { keydown: (event) => { if (event.key === "Escape") onClose(); } } });
  }

  /** Reads the step again when it is another one, or has changed. */
  async show(workflow, step, definition) {
    this.node.hidden = !step;
    const shape = step && JSON.stringify([workflow.id, workflow.status, step]);
    if (this.shape === shape) return;
    const isOther = this.step?.id !== step?.id;
    Object.assign(this, { shape, step, workflow, definition });
    if (!step) return;
    if (isOther) update(this.node, this.head(), loading());
    try {
      const details = await get(path("workflows", workflow.id, "steps", step.id), this.signal);
      if (this.shape === shape) this.draw(details, isOther);
    } catch (error) {
      if (this.shape === shape && !this.signal.aborted) update(this.node, this.head(), problem(error));
    }
  }

  head() {
    return h("header", { class: "panel-head" }, h("h2", isolated(this.step.id)), pill(this.step.status), iconButton("Close", "close", this.onClose));
  }

  draw({ step, attempts, payload }, isOther) {
    const canRetry = ENDED.has(this.workflow.status) && (step.status === "failed" || step.status === "cancelled");
    const scrolled = isOther ? 0 : this.node.scrollTop;
    this.node.replaceChildren(this.head(),
      h("div", { class: "panel-body" },
        h("dl", { class: "facts" },
          step.task_type ? fact("Task type", h("a", { href: `#/types?type=${step.task_type}` }, step.task_type)) : fact("Done by", "the program itself"),
          step.agent_id ? fact("Agent", idLink(`#/agents?id=${step.agent_id}`, step.agent_id)) : null,
          step.deadline ? fact(DEADLINES[step.status] ?? "Deadline", h("time", { datetime: step.deadline, title: step.deadline }, `in ${duration(-since(step.deadline))}`)) : null,
          step.ended_at ? fact("Ended", when(step.ended_at)) : null),
        step.progress ? progressOf(step.progress) : null,
        step.failure ? h("p", { class: "failure" }, h("code", step.failure.code), " ", isolated(step.failure.message)) : null,
        h("div", { class: "buttons" },
          step.escalation_id ? h("a", { class: "button primary", href: `#/desk/${step.escalation_id}` }, "Decide") : null,
          canRetry ? button("Retry this step", () => this.onRetry(step.id), { kind: "primary", sign: "retry" }) : null),
        attempts.length ? attemptTable(attempts) : null,
        step.result !== undefined ? jsonBlock("Result", step.result) : null,
        payload !== undefined ? jsonBlock("Payload", payload) : null,
        this.definition ? jsonBlock("In the plan", this.definition) : null));
    this.node.scrollTop = scrolled;
  }
}

const DEADLINES = { queued: "Waits at most", running: "Times out", backing_off: "Next attempt" };

const fact = (name, ...values) => h("div", { class: "fact" }, h("dt", name), h("dd", values));

const progressOf = (progress) => h("div", { class: "progress" },
  progress.percent === undefined ? null : h("progress", { max: 100, value: progress.percent, "aria-label": "Progress" }),
  h("span", progress.percent === undefined ? null : `${progress.percent} %`, progress.message ? [" ", isolated(progress.message)] : null, h("span", { class: "faint" }, " ", when(progress.at))));

export const attemptTable = (attempts) => h("table", { class: "table attempts" },
  h("caption", "Attempts"),
  h("thead", h("tr", h("th", "#"), h("th", "Queued"), h("th", { class: "number" }, "Waited"), h("th", { class: "number" }, "Worked"), h("th", "Outcome"))),
  h("tbody", attempts.map((attempt) => {
    const end = attempt.ended_at ?? null;
    const taken = attempt.started_at ?? end;
    return h("tr", h("th", { scope: "row" }, attempt.attempt), h("td", h("time", { datetime: attempt.queued_at, title: attempt.queued_at }, precise(attempt.queued_at))),
      h("td", { class: "number" }, taken ? between(attempt.queued_at, taken) : duration(since(attempt.queued_at))),
      h("td", { class: "number" }, attempt.started_at ? (end ? between(attempt.started_at, end) : duration(since(attempt.started_at))) : "–"),
      h("td", attempt.error ? [h("code", attempt.error.code), " ", isolated(attempt.error.message)] : attempt.question ? ["asked: ", isolated(attempt.question)] : end ? "accepted" : "open",
        attempt.agent_id ? h("div", { class: "faint" }, idLink(`#/agents?id=${attempt.agent_id}`, attempt.agent_id)) : null));
  })));

const between = (from, to) => duration(Date.parse(to) - Date.parse(from));
