/** A plan as a graph: drawn once, and then painted as its steps' states change. */

import { h, svg, update } from "./dom.js";
import { layout, curve } from "./graph.js";
import { sign, word, STEP_STATES } from "./status.js";
import { printable } from "./parts.js";
import { plural } from "./format.js";

const MARGIN = 12;
const LONGEST_NAME = 20;

/** What stands first when steps of a group stand differently. */
const URGENCY = ["escalated", "failed", "running", "backing_off", "queued", "waiting", "pending", "cancelled", "skipped", "completed"];

export class GraphView {
  /** `onPick(id)` hears which step was clicked; `detail(node)` gives a node's second line. */
  constructor({ onPick = () => {}, detail = () => null } = {}) {
    Object.assign(this, { onPick, detail });
    this.node = h("div", { class: "graph", tabindex: 0, role: "group", "aria-label": "The plan as a graph" });
    this.zoom = 1;
    this.node.addEventListener("keydown", (event) => this.press(event));
  }

  /** `steps` are those of a plan, `states` their statuses by id. */
  show(steps, states = new Map(), picked = null) {
    const shape = JSON.stringify(steps.map((step) => [step.id, step.after, step.task_type]));
    if (shape !== this.shape) {
      this.shape = shape;
      this.plan = layout(steps);
      this.names = new Map(steps.map((step) => [step.id, step]));
    }
    const { nodes, edges, width, height } = this.plan;
    const status = new Map(nodes.map((node) => [node.key, this.statusOf(node, states)]));
    const drawing = svg("svg", {
      class: "drawing", width: width + 2 * MARGIN, height: height + 2 * MARGIN,
      viewBox: `${-MARGIN} ${-MARGIN} ${width + 2 * MARGIN} ${height + 2 * MARGIN}`,
    },
    svg("g", edges.map((edge) => svg("path", { class: `edge ${edgeClass(status.get(edge.from), status.get(edge.to))}`, d: curve(edge.points) }))),
    nodes.map((node) => this.box(node, status.get(node.key), states, picked)));
    update(this.node, drawing);
  }

  statusOf(node, states) {
    const found = new Set(node.ids.map((id) => states.get(id) ?? "pending"));
    return URGENCY.find((status) => found.has(status)) ?? "pending";
  }

  box(node, status, states, picked) {
    const isGroup = node.ids.length > 1;
    const title = isGroup ? `${plural(node.ids.length, "step")} ${node.type ?? ""}` : node.key;
    const line = isGroup ? groupLine(node, states) : this.detail(this.names.get(node.key)) ?? node.type ?? "";
    const pick = () => this.onPick(isGroup ? mostUrgent(node, status, states) : node.key);
    const isPicked = picked !== null && node.ids.includes(picked);
    return svg("g", {
      class: `step is-${status} ${isPicked ? "is-picked" : ""} ${isGroup ? "is-group" : ""}`, transform: `translate(${node.x} ${node.y})`, tabindex: 0, role: "button",
      "aria-label": `${printable(title)}: ${word(status)}`, "aria-pressed": isPicked ? "true" : "false", "data-key": node.key,
      on: { click: pick, keydown: (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); pick(); } } },
    },
    isGroup ? svg("rect", { class: "step-back", x: 4, y: -4, width: node.width, height: node.height, rx: 8 }) : null,
    svg("rect", { class: "step-box", width: node.width, height: node.height, rx: 8 }),
    sign(status, { x: 10, y: 15 }),
    svg("text", { class: "step-name", x: 34, y: 20 }, cut(printable(title), LONGEST_NAME)),
    svg("text", { class: "step-line", x: 34, y: 35 }, cut(printable(line), LONGEST_NAME + 4)),
    svg("title", `${printable(title)}: ${word(status)}`));
  }

  /** Arrow keys go along the edges. */
  press(event) {
    const at = this.plan?.nodes.find((node) => node.key === document.activeElement?.dataset?.key);
    if (!at) return;
    const { nodes } = this.plan;
    const near = {
      ArrowRight: () => nodes.filter((node) => node.after.includes(at.key)),
      ArrowLeft: () => nodes.filter((node) => at.after.includes(node.key)),
      ArrowDown: () => nodes.filter((node) => node.x === at.x && node.y > at.y).toSorted((a, b) => a.y - b.y),
      ArrowUp: () => nodes.filter((node) => node.x === at.x && node.y < at.y).toSorted((a, b) => b.y - a.y),
    }[event.key]?.();
    if (!near) return;
    event.preventDefault();
    if (near.length) [...this.node.querySelectorAll("[data-key]")].find((node) => node.dataset.key === near[0].key)?.focus();
  }
}

const edgeClass = (from, to) => (to === "running" || to === "queued" ? "is-active" : from === "completed" || from === "skipped" ? "is-done" : "");

const mostUrgent = (node, status, states) => node.ids.find((id) => (states.get(id) ?? "pending") === status) ?? node.key;

function groupLine(node, states) {
  const counts = new Map();
  for (const id of node.ids) counts.set(states.get(id) ?? "pending", (counts.get(states.get(id) ?? "pending") ?? 0) + 1);
  return STEP_STATES.filter((status) => counts.has(status)).map((status) => `${counts.get(status)} ${word(status)}`).join(", ");
}

/** Cut between whole characters. */
function cut(text, length) {
  const characters = [...text];
  return characters.length > length ? `${characters.slice(0, length - 1).join("")}…` : text;
}
