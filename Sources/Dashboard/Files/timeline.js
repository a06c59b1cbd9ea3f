/** Attempts over time: how long each waited on its queue, and how long an agent worked. */

import { h, update } from "./dom.js";
import { attemptsOf } from "./attempts.js";
import { isolated, empty } from "./parts.js";
import { sign } from "./status.js";
import { duration, now } from "./format.js";

const MOST = 200;

export function timeline(target, workflow, events, onPick) {
  const steps = attemptsOf(events);
  const start = Date.parse(workflow.created_at);
  const end = workflow.ended_at ? Date.parse(workflow.ended_at) : now();
  const span = Math.max(1, end - start);
  const rows = workflow.steps.filter((step) => steps.has(step.id) && steps.get(step.id).some((attempt) => attempt.queued !== undefined));
  if (!rows.length) return update(target, empty("Nothing was queued yet"));
  const sums = total([...steps.values()].flat(), end);
  update(target,
    h("p", { class: "timeline-sum" }, h("i", { class: "swatch is-queue" }), "waited ", h("b", duration(sums.queue)), h("i", { class: "swatch is-running" }), "worked ", h("b", duration(sums.work)), " in ", h("b", duration(span))),
    h("div", { class: "timeline", role: "table", "aria-label": "Attempts over time" }, rows.slice(0, MOST).map((step) =>
      h("div", { class: "timeline-row", role: "row", key: step.id },
        h("span", { role: "rowheader" }, h("button", { type: "button", class: "timeline-name", on: { click: () => onPick(step.id) } }, sign(step.status), isolated(step.id))),
        h("div", { class: "timeline-track", role: "cell" }, steps.get(step.id).filter((attempt) => attempt.queued !== undefined).map((attempt) => bars(attempt, start, end, span))),
        h("span", { class: "timeline-total", role: "cell" }, duration(lengthOf(steps.get(step.id), end)))))),
    h("div", { class: "timeline-scale", "aria-hidden": "true" }, [0, 0.25, 0.5, 0.75, 1].map((share) => h("span", duration(span * share)))),
    rows.length > MOST ? h("p", { class: "faint" }, `${rows.length - MOST} more steps are in the list of steps.`) : null);
}

function bars(attempt, start, end, span) {
  const share = (at) => `${((at - start) / span) * 100}%`;
  const until = attempt.ended ?? end;
  const taken = attempt.started ?? until;
  const outcome = attempt.outcome ?? "running";
  const text = `Attempt ${attempt.number}: waited ${duration(taken - attempt.queued)}${attempt.started === undefined ? "" : `, worked ${duration(until - attempt.started)}`}, ${attempt.ended === undefined ? "goes on" : outcome}${attempt.error ? ` (${attempt.error.code})` : ""}`;
  return h("span", { class: "attempt", role: "img", "aria-label": text, title: text },
    h("span", { class: "attempt-part is-queue", css: { left: share(attempt.queued), width: `${((taken - attempt.queued) / span) * 100}%` } }),
    attempt.started === undefined ? null : h("span", { class: `attempt-part is-${outcome}`, css: { left: share(attempt.started), width: `${((until - attempt.started) / span) * 100}%` } }));
}

const lengthOf = (attempts, end) => (attempts.at(-1).ended ?? end) - attempts[0].queued;

function total(attempts, end) {
  const sums = { queue: 0, work: 0 };
  for (const attempt of attempts) {
    if (attempt.queued === undefined) continue;
    const until = attempt.ended ?? end;
    sums.queue += (attempt.started ?? until) - attempt.queued;
    if (attempt.started !== undefined) sums.work += until - attempt.started;
  }
  return sums;
}
