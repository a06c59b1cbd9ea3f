/** One workflow: its plan as it stands, when what happened, why it waits, and what can be done about it. */

import { h, update } from "./dom.js";
import { all, get, path, post } from "./api.js";
import { pause, poll, stream } from "./connection.js";
import { GraphView } from "./graphview.js";
import { timeline } from "./timeline.js";
import { StepPanel } from "./step.js";
import { Rows } from "./rows.js";
import { jsonBlock } from "./json.js";
import { EVENT_TYPES, stateOf, textOf } from "./attempts.js";
import { ask, button, copy, empty, iconButton, isolated, labels, loading, problem, toast, when, whoami } from "./parts.js";
import { ENDED, pill, sign, STEP_ENDED, STEP_STATES, word } from "./status.js";
import { count, duration, plural, precise, shortID, since } from "./format.js";
import { bar } from "./charts.js";
import { pretty } from "./jsontext.js";

const TABS = [["graph", "Graph"], ["timeline", "Timeline"], ["steps", "Steps"], ["history", "History"], ["data", "Input and output"]];
const MOST_EVENTS = 5000;

export async function show(main, where, signal) {
  const id = where.parts[1];
  const [workflow, accepted] = await Promise.all([get(path("workflows", id), signal), get(path("workflows", id, "plan"), signal)]);
  const view = new WorkflowView(main, workflow, accepted, signal);
  view.go(where);
  view.follow();
  return (next) => next.parts[1] === id && view.go(next);
}

class WorkflowView {
  constructor(main, workflow, accepted, signal) {
    Object.assign(this, { workflow, accepted, signal, events: [], known: new Set(), tab: "graph", isWhole: true });
    this.head = h("div", { class: "wf-head" });
    this.why = h("div", { class: "why" });
    this.tabs = h("div", { class: "tabs", role: "tablist", "aria-label": "What to see" });
    this.pane = h("div", { class: "pane", role: "tabpanel", id: "pane" });
    this.graph = new GraphView({ onPick: (step) => this.pick(step), detail: (step) => this.lineOf(step) });
    this.panel = new StepPanel({ onClose: () => this.pick(null), onRetry: (step) => this.retry([step]), signal });
    this.body = h("div", { class: "wf-body" }, this.pane, this.panel.node);
    update(main, this.head, this.why, this.tabs, this.body);
    document.title = `${workflow.name} · Ganglion`;
    signal.addEventListener("abort", () => this.rows?.close());
  }

  get id() { return this.workflow.id; }

  go({ query, parts }) {
    this.picked = parts[2] === "steps" ? parts[3] ?? null : null;
    this.tab = TABS.some(([name]) => name === query.get("tab")) ? query.get("tab") : "graph";
    this.draw(true);
    return true;
  }

  to({ step = this.picked, tab = this.tab }) {
    const place = step === null ? "" : `/steps/${encodeURIComponent(step)}`;
    location.hash = `#/workflows/${this.id}${place}${tab === "graph" ? "" : `?tab=${tab}`}`;
  }

  pick(step) {
    this.to({ step: step === this.picked ? null : step });
  }

  // MARK: Staying up to date

  async follow() {
    try {
      const { items, isWhole } = await all(path("workflows", this.id, "history"), "events", MOST_EVENTS, this.signal);
      this.isWhole = isWhole;
      items.forEach((event) => this.take(event));
      this.draw();
    } catch (error) {
      if (!this.signal.aborted) this.trouble = error;
    }
    poll(2000, this.signal, () => this.explain());
    if (ENDED.has(this.workflow.status)) this.idle();
    else this.listen();
  }

  /** The stream says when something has happened; what, is read. It ends with the workflow. */
  listen() {
    const leaving = new AbortController();
    const signal = AbortSignal.any([this.signal, leaving.signal]);
    const last = this.events.at(-1);
    const source = stream(`${path("workflows", this.id, "events")}${last ? `?after=${last.id}` : ""}`, signal, EVENT_TYPES, (event) => {
      this.take(event);
      this.refreshSoon();
    }, () => this.wait(signal));
    source.addEventListener("error", () => this.refreshSoon());
    this.stop = () => leaving.abort();
  }

  /** Without a stream: each answer comes with the next revision. */
  async wait(signal) {
    await poll(50, signal, async () => {
      const target = `${path("workflows", this.id)}?wait=20s&revision=${this.workflow.revision}`;
      this.accept(await get(target, signal));
      if (ENDED.has(this.workflow.status)) this.idle();
    });
  }

  /** One that has ended may be retried by somebody else. */
  idle() {
    this.stop?.();
    const leaving = new AbortController();
    this.stop = () => leaving.abort();
    poll(3000, AbortSignal.any([this.signal, leaving.signal]), async () => {
      await this.refresh();
      if (!ENDED.has(this.workflow.status)) {
        leaving.abort();
        await this.readHistory();
        this.listen();
      }
    });
  }

  async readHistory() {
    const { items } = await all(path("workflows", this.id, "history"), "events", MOST_EVENTS, this.signal);
    items.forEach((event) => this.take(event));
  }

  take(event) {
    if (this.known.has(event.id) || this.events.length >= MOST_EVENTS) return;
    this.known.add(event.id);
    this.events.push(event);
  }

  /** However much happens, the page is drawn a few times a second, and rarer where reading takes long. */
  async refreshSoon() {
    if (this.isRefreshing) {
      this.isDue = true;
      return;
    }
    this.isRefreshing = true;
    const start = performance.now();
    try {
      await this.refresh();
    } catch (error) {
      if (!this.signal.aborted) toast(error.message, "is-bad");
    }
    await pause(Math.max(150, 3 * (performance.now() - start)), this.signal);
    this.isRefreshing = false;
    if (this.isDue && !this.signal.aborted) {
      this.isDue = false;
      this.refreshSoon();
    }
  }

  async refresh() {
    const steps = this.workflow.steps.length;
    const workflow = await get(path("workflows", this.id), this.signal);
    if (workflow.steps.length !== steps) this.accepted = await get(path("workflows", this.id, "plan"), this.signal);
    this.accept(workflow);
    if (ENDED.has(workflow.status) && this.stop && !this.hasEnded) {
      this.hasEnded = true;
      await this.readHistory();
      this.idle();
    } else if (!ENDED.has(workflow.status)) {
      this.hasEnded = false;
    }
  }

  accept(workflow) {
    const isNews = workflow.revision !== this.workflow.revision || workflow.status !== this.workflow.status;
    this.workflow = workflow;
    if (isNews) this.draw();
  }

  async explain() {
    if (ENDED.has(this.workflow.status)) this.reasons = [];
    else this.reasons = (await get(path("workflows", this.id, "why"), this.signal)).steps;
    this.drawHead();
    this.drawWhy();
    if (this.tab === "timeline" && !ENDED.has(this.workflow.status)) this.drawPane();
  }

  // MARK: Drawing

  draw(isElsewhere = false) {
    this.drawHead();
    this.drawWhy();
    update(this.tabs, TABS.map(([name, label]) => h("button", {
      type: "button", role: "tab", id: `tab-${name}`, "aria-selected": String(this.tab === name), "aria-controls": "pane", tabindex: this.tab === name ? 0 : -1,
      on: { click: () => this.to({ tab: name }), keydown: (event) => this.turn(event, name) },
    }, label, name === "steps" ? h("span", { class: "chip-count" }, count(this.workflow.steps.length)) : null)));
    this.pane.setAttribute("aria-labelledby", `tab-${this.tab}`);
    if (isElsewhere && this.shownTab !== this.tab) this.pane.replaceChildren();
    this.drawPane();
    this.shownTab = this.tab;
    const step = this.workflow.steps.find((one) => one.id === this.picked);
    this.panel.show(this.workflow, step, this.accepted.plan.steps.find((one) => one.id === this.picked));
    this.body.classList.toggle("has-panel", Boolean(step));
  }

  turn(event, name) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const at = TABS.findIndex(([one]) => one === name);
    const [next] = TABS[(at + step + TABS.length) % TABS.length];
    this.to({ tab: next });
    setTimeout(() => document.getElementById(`tab-${next}`)?.focus());
  }

  drawHead() {
    const { workflow } = this;
    const hasEnded = ENDED.has(workflow.status);
    const took = hasEnded ? Date.parse(workflow.ended_at) - Date.parse(workflow.created_at) : since(workflow.created_at);
    const states = STEP_STATES.map((status) => [status, word(status), workflow.steps.filter((step) => step.status === status).length]);
    const canRetry = workflow.status === "failed" || workflow.status === "cancelled";
    update(this.head,
      h("div", { class: "head" }, h("div", { class: "grow" }, h("a", { class: "back", href: "#/workflows" }, "Workflows"), h("h1", isolated(workflow.name), " ", pill(workflow.status))),
        h("div", { class: "buttons" },
          canRetry ? button("Retry failed steps", () => this.retry(), { kind: "primary", sign: "retry" }) : null,
          hasEnded ? null : button("Cancel…", () => this.cancel(), { kind: "danger" }),
          button("Start again…", () => this.startAgain()), button("Copy as curl", () => this.copyCurl(), { sign: "copy" }))),
      h("dl", { class: "facts" },
        fact("Id", h("span", { class: "id" }, workflow.id), iconButton("Copy the id", "copy", () => copy(workflow.id, "Id"))),
        fact("Started", when(workflow.created_at)), fact(hasEnded ? "Took" : "Runs for", duration(took)),
        fact("Coordinated by", workflow.coordinator === "external" ? "a program of yours, at " : null, workflow.node ? h("a", { href: "#/nodes", class: "id", title: workflow.node }, shortID(workflow.node)) : "nobody",
          workflow.takeovers ? h("span", { class: "tag" }, plural(workflow.takeovers, "takeover")) : null),
        fact("Checkpoint", `${workflow.revision}, `, when(workflow.checkpoint_at)),
        Object.keys(workflow.labels).length ? fact("Labels", labels(workflow.labels, (name, value) => `#/workflows?label=${encodeURIComponent(`${name}:${value}`)}`)) : null),
      bar(states, `Steps: ${states.filter((state) => state[2]).map((state) => `${state[2]} ${state[1]}`).join(", ")}`),
      workflow.failure ? h("p", { class: "failure" }, h("code", workflow.failure.code), " ", isolated(workflow.failure.message)) : null,
      workflow.quarantine ? h("p", { class: "failure" }, "In quarantine: ", isolated(workflow.quarantine.error.message), " ", h("a", { href: `#/desk/${workflow.quarantine.escalation_id}` }, "Decide")) : null);
  }

  drawWhy() {
    const reasons = this.reasons ?? [];
    const holding = reasons.filter((reason) => reason.reason !== "waits_for_steps" && reason.reason !== "working");
    if (!holding.length) return update(this.why);
    update(this.why, h("section", { class: "card", "aria-label": "Why it is not further on" }, h("header", { class: "card-head" }, h("h2", "Why it is not further on")),
      h("ul", { class: "reasons" }, holding.slice(0, 8).map((reason) => h("li", { key: reason.step_id, class: `reason is-${reason.status}` }, sign(reason.status),
        h("div", h("p", h("button", { type: "button", class: "link strong", on: { click: () => this.pick(reason.step_id) } }, isolated(reason.step_id)), " ", isolated(reason.detail)), h("p", { class: "faint" }, isolated(reason.help))),
        reason.escalation_id ? h("a", { class: "button primary", href: `#/desk/${reason.escalation_id}` }, "Decide") : null))),
      holding.length > 8 ? h("p", { class: "faint pad" }, `and ${holding.length - 8} more steps`) : null));
  }

  drawPane() {
    const { workflow, pane } = this;
    switch (this.tab) {
      case "graph": return this.drawGraph();
      case "timeline": return timeline(pane, workflow, this.events, (step) => this.pick(step));
      case "steps": return this.list("Steps", workflow.steps.length, (place) => this.stepRow(workflow.steps[place]));
      case "history": return this.list("History", this.events.length, (place) => this.eventRow(this.events.at(-1 - place)), this.isWhole ? null : h("p", { class: "faint pad" }, `The first ${count(MOST_EVENTS)} events; all are at `, h("a", { href: path("workflows", this.id, "history") }, "its history"), "."));
      case "data": return this.drawData();
    }
  }

  drawGraph() {
    const { workflow } = this;
    if (!workflow.steps.length) return update(this.pane, empty("No steps yet", "The program that coordinates this workflow has added none."));
    const states = new Map(workflow.steps.map((step) => [step.id, step.status]));
    this.progress = new Map(workflow.steps.map((step) => [step.id, step]));
    const steps = this.accepted.plan.steps.filter((step) => states.has(step.id)).map((step) => ({ id: step.id, after: step.after ?? [], task_type: step.task_type }));
    if (this.graph.node.parentNode !== this.pane) this.pane.replaceChildren(this.graph.node);
    this.graph.show(steps, states, this.picked);
  }

  lineOf(step) {
    const state = this.progress?.get(step.id);
    if (!state) return null;
    const type = step.task_type ?? "recorded";
    if (state.status === "running" && state.progress?.percent !== undefined) return `${type}, ${state.progress.percent} %`;
    return state.attempts > 1 ? `${type}, attempt ${state.attempts}` : type;
  }

  list(label, total, row, note) {
    if (this.listed !== label || this.rows?.node.parentNode !== this.pane) {
      this.rows?.close();
      this.rows = new Rows({ label, row: (place) => this.rowOf(place) });
      this.listed = label;
      this.pane.replaceChildren(...(note ? [note] : []), this.rows.node);
    }
    this.rowOf = row;
    this.rows.show(total);
  }

  stepRow(step) {
    const end = step.ended_at ? Date.parse(step.ended_at) : Date.now();
    return h("div", { class: "step-row", role: "row", key: step.id },
      h("span", { role: "cell" }, pill(step.status)), h("span", { role: "cell", class: "grow" }, h("a", { href: `#/workflows/${this.id}/steps/${encodeURIComponent(step.id)}?tab=steps`, class: "strong" }, isolated(step.id)), " ", h("span", { class: "faint" }, step.task_type ?? "recorded")),
      h("span", { role: "cell", class: "figure faint" }, step.attempts > 1 ? plural(step.attempts, "attempt") : ""),
      h("span", { role: "cell", class: "figure" }, step.queued_at ? duration(end - Date.parse(step.queued_at)) : "–"));
  }

  eventRow(event) {
    const details = [event.error ? `${event.error.code}: ${event.error.message}` : null, event.by ? `by ${event.by}` : null, event.reason].filter(Boolean).join(" · ");
    return h("div", { class: "event-row", role: "row", key: event.id },
      h("time", { role: "cell", class: "figure faint", datetime: event.at, title: event.at }, precise(event.at)), h("span", { role: "cell" }, sign(stateOf(event))),
      h("span", { role: "cell", class: "grow event-text" }, event.step_id ? [h("a", { href: `#/workflows/${this.id}/steps/${encodeURIComponent(event.step_id)}?tab=history`, class: "strong" }, isolated(event.step_id)), " "] : null, textOf(event), details ? h("span", { class: "faint" }, " ", isolated(details)) : null));
  }

  drawData() {
    const shown = JSON.stringify([this.workflow.output, this.workflow.status, this.accepted.plan.steps.length]);
    if (this.shownData === shown && this.pane.querySelector(".json")) return;
    this.shownData = shown;
    this.pane.replaceChildren(h("div", { class: "data" }, jsonBlock("Input", this.accepted.input), jsonBlock("Output", this.workflow.output), jsonBlock("Plan", this.accepted.plan)));
  }

  // MARK: Doing

  async retry(steps) {
    const failed = this.workflow.steps.filter((step) => step.status === "failed" || step.status === "cancelled");
    const named = steps ?? failed.map((step) => step.id);
    const kept = this.workflow.steps.filter((step) => step.status === "completed").length;
    const done = await ask({
      title: "Go on with this workflow?", confirm: "Retry", text: `${plural(named.length, "step")} will run again, and what comes after. ${plural(kept, "result")} that ${kept === 1 ? "is" : "are"} there will be kept.`,
      body: h("ul", { class: "preview" }, named.slice(0, 100).map((id) => h("li", sign("failed"), isolated(id)))),
      fields: [{ name: "reason", label: "Why (for the history)" }, { name: "by", label: "Your name", value: whoami.name, limit: 128 }],
      run: async (fields) => this.act("retry", fields, steps ? { steps } : {}),
    });
    if (!done) return;
    this.stop?.();
    this.hasEnded = false;
    await this.readHistory();
    await this.refresh();
    this.stop?.();
    if (!ENDED.has(this.workflow.status)) this.listen();
    else this.idle();
  }

  async cancel() {
    const open = this.workflow.steps.filter((step) => !STEP_ENDED.has(step.status)).length;
    await ask({
      title: "Cancel this workflow?", confirm: "Cancel it", kind: "danger", text: `${plural(open, "open step")} will be cancelled, and agents are told to stop.`,
      fields: [{ name: "reason", label: "Why (for the history)" }, { name: "by", label: "Your name", value: whoami.name, limit: 128 }],
      run: async (fields) => this.act("cancel", fields),
    });
    await this.refresh().catch(() => {});
  }

  async act(operation, { reason, by }, body = {}) {
    whoami.name = by;
    this.workflow = await post(path("workflows", this.id, operation), { ...body, ...(reason ? { reason } : {}), ...(by ? { by } : {}) });
    this.draw();
  }

  get asStarted() {
    const { plan, input } = this.accepted;
    return pretty(input === null ? plan : { ...plan, input });
  }

  startAgain() {
    sessionStorage.setItem("ganglion.plan", this.asStarted);
    location.hash = "#/start";
  }

  copyCurl() {
    copy(`curl -s --json '${this.asStarted.replaceAll("'", "'\\''")}' ${location.origin}/v1/workflows`, "The start as curl");
  }
}

const fact = (name, ...values) => h("div", { class: "fact" }, h("dt", name), h("dd", values));
