/** What needs a person: each question with all that is needed to decide it, and the decision. */

import { h, update } from "./dom.js";
import { all, get, path } from "./api.js";
import { poll } from "./connection.js";
import { overview, onOverview } from "./overview.js";
import { Resolution } from "./resolution.js";
import { jsonBlock } from "./json.js";
import { attemptTable } from "./step.js";
import { empty, isolated, loading, problem, when } from "./parts.js";
import { sign } from "./status.js";
import { ago, shortID } from "./format.js";

const KINDS = { exhausted: "Out of attempts", question: "A question", poisoned: "In quarantine" };

export function show(main, where, signal) {
  let items = null, picked = null, shown = null, status = "open", resolution = null;
  const list = h("div", { class: "desk-list" }, loading());
  const detail = h("div", { class: "desk-detail" });
  const tabs = h("div", { class: "chips", role: "group", "aria-label": "Which questions" });
  const body = h("div", { class: "desk" }, list, detail);
  update(main, h("div", { class: "head" }, h("h1", "Needs you"), tabs), body);

  const to = (id, of = status) => { location.hash = `#/desk${id ? `/${id}` : ""}${of === "open" ? "" : "?status=resolved"}`; };

  function go({ parts, query }) {
    const wanted = query.get("status") === "resolved" ? "resolved" : "open";
    if (wanted !== status) { items = null; update(list, loading()); }
    status = wanted;
    picked = parts[1] ?? null;
    update(tabs, ["open", "resolved"].map((one) => h("a", { class: "chip", href: `#/desk${one === "open" ? "" : "?status=resolved"}`, "aria-current": one === status ? "true" : null }, one)));
    if (items === null) read().catch((error) => update(list, problem(error)));
    else draw();
    return true;
  }

  async function read() {
    const of = status;
    const found = await all(`/v1/escalations?status=${of}`, "escalations", 500, signal);
    if (of !== status) return;
    items = found.items;
    draw();
  }

  function draw() {
    body.classList.toggle("has-picked", picked !== null);
    if (!items.length) update(list, status === "open" ? empty("Nobody needs you", "Questions of agents, and steps that ran out of attempts, come here.") : empty("Nothing was resolved yet"));
    else update(list, h("ul", { class: "desk-items", "aria-label": "Questions" }, items.map((item) => h("li", { key: item.id }, h("a", {
      class: "desk-item", href: `#/desk/${item.id}${status === "open" ? "" : "?status=resolved"}`, "aria-current": item.id === picked ? "true" : null,
    }, sign(item.status === "open" ? "escalated" : "completed"), h("span", { class: "grow" }, h("span", { class: "strong desk-title" }, isolated(titleOf(item))), h("span", { class: "faint" }, KINDS[item.kind] ?? item.kind, " · ", item.step_id ? isolated(item.step_id) : "the workflow")),
    h("span", { class: "faint figure" }, ago(item.opened_at)))))));
    drawDetail();
  }

  async function drawDetail() {
    if (picked === null) {
      shown = null;
      resolution?.close();
      resolution = null;
      return update(detail, items.length ? h("p", { class: "faint pad desk-hint" }, "Choose one, or go through them with ", h("kbd", "j"), " and ", h("kbd", "k"), ".") : null);
    }
    const known = items.find((item) => item.id === picked);
    const mark = `${picked} ${known?.status}`;
    if (shown === mark) return;
    shown = mark;
    update(detail, loading());
    try {
      const item = await get(path("escalations", picked), signal);
      if (shown === mark) drawItem(item);
    } catch (error) {
      if (shown === mark && !signal.aborted) update(detail, h("a", { class: "back", href: "#/desk" }, "All questions"), problem(error));
    }
  }

  function drawItem(item) {
    resolution?.close();
    resolution = item.status === "open" ? new Resolution(item, { onResolved: () => resolved(item) }) : null;
    detail.replaceChildren(...[
      h("a", { class: "back only-narrow", href: "#/desk" }, "All questions"),
      h("header", { class: "desk-head" }, h("p", { class: "faint" }, KINDS[item.kind] ?? item.kind, item.error ? [" with ", h("code", item.error.code)] : null, ", asked ", when(item.opened_at)), h("h2", isolated(titleOf(item))),
        h("p", h("a", { href: `#/workflows/${item.workflow_id}${item.step_id ? `/steps/${encodeURIComponent(item.step_id)}` : ""}` }, item.step_id ? ["Step ", isolated(item.step_id)] : "The workflow", " of ", h("span", { class: "id" }, shortID(item.workflow_id))))),
      item.status === "resolved" ? decision(item.resolution) : resolution.node,
      item.context !== undefined ? jsonBlock("Context", item.context) : null,
      item.payload !== undefined ? jsonBlock("Payload", item.payload) : null,
      item.attempts.length ? attemptTable(item.attempts) : null,
      comments(item),
    ].filter(Boolean));
    detail.scrollTop = 0;
  }

  /** The next one, so that a desk is worked off without the mouse. */
  function resolved(item) {
    const at = items.findIndex((one) => one.id === item.id);
    items = items.filter((one) => one.id !== item.id);
    to(items[Math.min(at, items.length - 1)]?.id ?? null);
  }

  function press(event) {
    if (event.ctrlKey && event.key === "Enter" && resolution) return void resolution.send();
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.nodeName)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const step = { j: 1, k: -1 }[event.key];
    if (step && items?.length) {
      const at = items.findIndex((item) => item.id === picked);
      to(items[at < 0 ? 0 : Math.min(items.length - 1, Math.max(0, at + step))].id);
    } else if (resolution?.press(event.key)) {
      event.preventDefault();
    }
  }

  addEventListener("keydown", press, { signal });
  signal.addEventListener("abort", () => resolution?.close());
  go(where);
  let asked = -1;
  onOverview(() => {
    const open = overview.current?.escalations.open;
    if (open === undefined || open === asked) return;
    asked = open;
    read().catch(() => {});
  }, signal);
  poll(5000, signal, read);
  return go;
}

const titleOf = (item) => item.question ?? item.error?.message ?? item.id;

const decision = (resolution) => h("div", { class: "card decision" }, h("p", sign("completed"), "Resolved with ", h("b", resolution.action), resolution.by ? [" by ", isolated(resolution.by)] : null, " ", when(resolution.at)),
  resolution.reason ? h("p", { class: "faint" }, isolated(resolution.reason)) : null, resolution.answer !== undefined ? jsonBlock("Answer", resolution.answer) : null);

/** What people said of it, where the service has that. */
const comments = (item) => (item.comments?.length ? h("section", { class: "comments", "aria-label": "Comments" }, h("h3", "Comments"),
  item.comments.map((comment) => h("p", h("b", isolated(comment.by ?? "")), " ", isolated(comment.text ?? comment.comment ?? ""), " ", h("span", { class: "faint" }, when(comment.at))))) : null);
