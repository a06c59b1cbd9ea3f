/** A new workflow: its plan is checked and drawn while it is written. */

import { h, update } from "./dom.js";
import { Problem, get, post } from "./api.js";
import { pause } from "./connection.js";
import { Editor } from "./editor.js";
import { GraphView } from "./graphview.js";
import { JSONProblem, lineOf, locate, placeOf, pretty } from "./jsontext.js";
import { button, card, empty, toast } from "./parts.js";
import { sign } from "./status.js";
import { plural } from "./format.js";

const EXAMPLES = {
  "Two steps": {
    name: "review", input: { text: "This agreement is made between …" },
    steps: [{ id: "classify", task_type: "classify", payload: { text: "${input.text}" } },
      { id: "summarize", task_type: "summarize", after: ["classify"], payload: { text: "${input.text}", kind: "${steps.classify.result.kind}" } }],
    output: { kind: "${steps.classify.result.kind}", summary: "${steps.summarize.result}" },
  },
  "With a condition": {
    name: "contract-review", input: { document: "This agreement …" }, labels: { customer: "acme" }, deadline: "1h",
    steps: [{ id: "classify", task_type: "classify", payload: { text: "${input.document}" } },
      { id: "extract", task_type: "extract", after: ["classify"], payload: { text: "${input.document}", kind: "${steps.classify.result.kind}" } },
      { id: "validate", task_type: "validate", after: ["extract"], when: "steps.classify.result.kind != 'unknown'" },
      { id: "summarize", task_type: "summarize", after: ["extract", "validate"], timeout: "30s", retry: { max_attempts: 4, initial_backoff: "1s" } }],
    output: { summary: "${steps.summarize.result}" },
  },
  "Fan out": {
    name: "survey", input: { topic: "leases" },
    steps: [{ id: "plan", task_type: "plan" }, ...["laws", "cases", "news"].map((of) => ({ id: of, task_type: "search", after: ["plan"], payload: { of, topic: "${input.topic}" } })),
      { id: "report", task_type: "summarize", after: ["laws", "cases", "news"] }],
  },
};
const DRAFT = "ganglion.plan";

export function show(main, _, signal) {
  const draft = sessionStorage.getItem(DRAFT) ?? pretty(EXAMPLES["Two steps"]);
  const editor = new Editor({ label: "The plan and its input as JSON", value: draft, onInput: () => changed() });
  const verdict = h("div", { class: "verdict", role: "status" });
  const problems = h("ul", { class: "problems", id: "problems", "aria-label": "Problems" });
  const graph = new GraphView({ onPick: (id) => point(id), detail: (step) => step.task_type });
  const preview = h("div", { class: "preview-graph" });
  const go = button("Start it", () => start(), { kind: "primary" });
  const examples = Object.entries(EXAMPLES).map(([name, plan]) => button(name, () => { editor.value = pretty(plan); changed(); }, { kind: "quiet" }));
  update(main, h("div", { class: "head" }, h("h1", "New workflow"), h("div", { class: "buttons" }, h("span", { class: "faint" }, "Examples:"), examples)),
    h("div", { class: "grid plan-grid" },
      h("div", { class: "plan-side" }, editor.node, verdict, problems, h("div", { class: "actions" }, h("span", { class: "faint" }, h("kbd", "Ctrl"), " ", h("kbd", "Enter")), go)),
      card("The plan as a graph", { class: "plan-card" }, preview)));

  let located = null, turn = 0, key = null;

  async function changed() {
    turn += 1;
    const mine = turn;
    key = null;
    try {
      sessionStorage.setItem(DRAFT, editor.value);
    } catch {
      // A draft that is too large to keep is still there as long as the page is.
    }
    go.disabled = true;
    try {
      located = locate(editor.value);
      draw(located.value);
    } catch (error) {
      if (!(error instanceof JSONProblem)) throw error;
      located = null;
      return tell([{ from: error.at, to: error.at + 1, pointer: `line ${lineOf(editor.value, error.at)}`, detail: error.message }], "Not JSON yet");
    }
    await pause(250, signal);
    if (mine !== turn || signal.aborted) return;
    try {
      const found = await post("/v1/plans/check", editor.value, {}, signal);
      if (mine !== turn) return;
      tell([]);
      go.disabled = false;
      await agentsFor(found, mine);
    } catch (error) {
      if (mine !== turn || signal.aborted) return;
      if (!(error instanceof Problem)) throw error;
      const places = error.errors.filter((one) => one.pointer !== undefined).map((one) => {
        const [from, to] = placeOf(one.pointer, located.places);
        return { from, to, pointer: one.pointer || "the plan", detail: one.detail };
      });
      tell(places, places.length ? plural(places.length, "problem") : error.message);
    }
  }

  /** A plan that is in order may still ask for what nobody can do. */
  async function agentsFor(found, mine) {
    update(verdict, sign("completed"), `In order: ${plural(found.steps, "step")}`);
    const types = await Promise.all(found.task_types.slice(0, 50).map((type) => get(`/v1/task-types/${type}`, signal).catch(() => ({ task_type: type, agents: { alive: 0 } }))));
    const missing = types.filter((type) => type.agents.alive === 0).map((type) => type.task_type);
    if (mine === turn && missing.length) update(verdict, sign("completed"), `In order: ${plural(found.steps, "step")}`, h("span", { class: "faint" }, `. No agent can do ${missing.join(", ")} yet: such steps will wait.`));
  }

  function tell(places, title) {
    editor.mark(places);
    if (title) update(verdict, sign("failed"), title);
    else update(verdict);
    update(problems, places.slice(0, 50).map((place) => h("li", h("button", { type: "button", class: "problem-place", on: { click: () => editor.point(place.from, place.to) } }, h("code", place.pointer), " ", place.detail))));
  }

  function draw(plan) {
    const steps = Array.isArray(plan?.steps) ? plan.steps.filter((step) => typeof step?.id === "string") : [];
    const seen = new Set();
    const drawn = steps.filter((step) => !seen.has(step.id) && seen.add(step.id)).map((step) => ({
      id: step.id, task_type: typeof step.task_type === "string" ? step.task_type : "", after: Array.isArray(step.after) ? step.after.filter((one) => typeof one === "string") : [],
    }));
    if (!drawn.length) return update(preview, empty("Steps appear here as you write them"));
    if (graph.node.parentNode !== preview) preview.replaceChildren(graph.node);
    graph.show(drawn);
  }

  function point(id) {
    const at = located?.value.steps?.findIndex((step) => step?.id === id) ?? -1;
    if (at >= 0) editor.point(...placeOf(`/steps/${at}`, located.places));
  }

  async function start() {
    if (go.disabled) return;
    go.disabled = true;
    // The same click twice starts one workflow; another text is another one.
    key ??= crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
    try {
      const workflow = await post("/v1/workflows", editor.value, { "Idempotency-Key": key }, signal);
      sessionStorage.removeItem(DRAFT);
      toast("Started");
      location.hash = `#/workflows/${workflow.id}`;
    } catch (error) {
      go.disabled = false;
      tell([], error.message);
    }
  }

  addEventListener("keydown", (event) => { if (event.ctrlKey && event.key === "Enter") start(); }, { signal });
  changed();
}
