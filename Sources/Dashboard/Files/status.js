/** How states look: one colour, one sign and one word for each, everywhere. */

import { h, svg } from "./dom.js";

/** In the order in which they are told; the colours are classes of base.css. */
export const WORKFLOW_STATES = ["running", "escalated", "paused", "completed", "failed", "cancelled"];
export const STEP_STATES = [
  "pending", "queued", "running", "backing_off", "waiting", "escalated", "completed", "skipped", "failed", "cancelled",
];
export const ENDED = new Set(["completed", "failed", "cancelled"]);
export const STEP_ENDED = new Set(["completed", "skipped", "failed", "cancelled"]);

const WORDS = { escalated: "needs you", backing_off: "backing off" };

export const word = (status) => WORDS[status] ?? status;

const SIGNS = {
  pending: ["M8 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8z"],
  queued: ["M4 5h8M4 8h8M4 11h5"],
  running: ["M6 4.5v7l5.5-3.5z"],
  backing_off: ["M8 3.5a4.5 4.5 0 1 1-4.2 2.9", "M3.2 3.6v3h3", "M8 5.8V8l1.6 1"],
  waiting: ["M8 3.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9z", "M8 5.6V8l1.7 1.2"],
  escalated: ["M8 3v6", "M8 12.2v.3"],
  paused: ["M6 4.5v7M10 4.5v7"],
  completed: ["M3.8 8.4 6.8 11.3 12.2 5"],
  skipped: ["M4 4.5 8 8l-4 3.5M8.5 4.5l4 3.5-4 3.5"],
  failed: ["M4.6 4.6l6.8 6.8M11.4 4.6l-6.8 6.8"],
  cancelled: ["M8 3.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9z", "M5 11l6-6"],
  alive: ["M3.8 8.4 6.8 11.3 12.2 5"],
  draining: ["M8 3.5v8M4.8 8.6 8 11.8l3.2-3.2"],
  left: ["M4 8h8"],
  lost: ["M4.6 4.6l6.8 6.8M11.4 4.6l-6.8 6.8"],
};

/** The sign alone, which says nothing to those who hear the page. */
export const sign = (status, properties = {}) =>
  svg("svg", { class: `sign is-${status}`, viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true", ...properties },
    (SIGNS[status] ?? SIGNS.pending).map((d) => svg("path", { d })));

export const pill = (status) => h("span", { class: `pill is-${status}` }, sign(status), word(status));

/** Shapes of the navigation and of buttons. */
const ICONS = {
  now: ["M2 8h2.6l1.9-4.5 3 9L11.4 8H14"],
  workflows: ["M4 3.2h3v3H4zM9.5 9.8h3v3h-3z", "M5.5 6.2v5.1h4"],
  desk: ["M8 2.5a4 4 0 0 1 4 4c0 3.2 1.2 4 1.2 4H2.8S4 9.7 4 6.5a4 4 0 0 1 4-4z", "M6.7 13h2.6"],
  agents: ["M8 3a2.3 2.3 0 1 1 0 4.6A2.3 2.3 0 0 1 8 3z", "M3.5 13c.3-2.6 2.1-3.8 4.5-3.8s4.2 1.2 4.5 3.8"],
  types: ["M3 4.5h10M3 8h10M3 11.5h6"],
  nodes: ["M3 3.5h10v3.6H3zM3 9h10v3.6H3z", "M5.2 5.3h.1M5.2 10.8h.1"],
  start: ["M8 3.5v9M3.5 8h9"],
  theme: ["M8 3a5 5 0 1 0 5 5 4 4 0 0 1-5-5z"],
  copy: ["M6 6h6.5v6.5H6z", "M3.5 10V3.5H10"],
  retry: ["M12.5 8a4.5 4.5 0 1 1-1.3-3.2", "M12.7 2.6v2.7H10"],
  close: ["M4.5 4.5l7 7M11.5 4.5l-7 7"],
  check: ["M3.8 8.4 6.8 11.3 12.2 5"],
  pause: ["M6 4.5v7M10 4.5v7"],
  play: ["M6 4.5v7l5.5-3.5z"],
  help: ["M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11z", "M6.4 6.5a1.7 1.7 0 1 1 2.5 1.5c-.6.3-.9.7-.9 1.2M8 11.2v.1"],
};

export const icon = (name) =>
  svg("svg", { class: "icon", viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" },
    ICONS[name].map((d) => svg("path", { d })));
