/** The list of workflows: filtered, searched, and acted on many at once. */

import { h, update } from "./dom.js";
import { path, post, query } from "./api.js";
import { poll } from "./connection.js";
import { overview, onOverview } from "./overview.js";
import { Rows } from "./rows.js";
import { WorkflowList } from "./workflowlist.js";
import { ask, button, empty, idLink, isolated, labels, loading, problem, toast, when, whoami } from "./parts.js";
import { pill, word, WORKFLOW_STATES, ENDED } from "./status.js";
import { compact, count, duration, plural, since } from "./format.js";

const ID = /^wf_\d+_[0-9a-z]{26}$/;
const LABEL = /^[A-Za-z_][A-Za-z0-9_-]{0,63}:/;

export function show(main, where, signal) {
  const chosen = new Map();
  let filter, list, rows, inSight = [0, 0];
  const chips = h("div", { class: "chips", role: "group", "aria-label": "Status" });
  const search = h("input", { type: "search", class: "search", placeholder: "Id, label:value, or name", "aria-label": "Search workflows by id, label or name", spellcheck: "false", on: { keydown: (event) => { if (event.key === "Enter") find(search.value.trim()); }, search: () => { if (search.value === "") find(""); } } });
  const found = h("div", { class: "found" });
  const frame = h("div", { class: "list" });
  const acts = h("div", { class: "acts", hidden: true, role: "region", "aria-label": "What to do with those chosen" });
  update(main, h("div", { class: "head" }, h("h1", "Workflows"), h("a", { class: "button primary", href: "#/start" }, "New workflow")),
    h("div", { class: "filters" }, search, chips), found, frame, acts);

  const to = (changes) => { location.hash = `#/workflows${query({ ...filter, ...changes })}`; };

  function find(text) {
    if (ID.test(text)) location.hash = `#/workflows/${text}`;
    else if (LABEL.test(text)) to({ label: [...filter.label.filter((one) => one !== text), text], name: undefined });
    else to({ name: text || undefined });
  }

  function go({ parts, query: wanted }) {
    if (parts.length > 1) return false;
    filter = { status: wanted.get("status") ?? undefined, label: wanted.getAll("label"), name: wanted.get("name") ?? undefined };
    search.value = filter.name ?? "";
    chosen.clear();
    list = new WorkflowList(filter);
    rows?.close();
    rows = null;
    drawFilter();
    update(frame, loading());
    load(list);
    drawActs();
    return true;
  }

  async function load(current) {
    try {
      await current.more(signal);
      // A name is looked for in what is read: some pages more, or nothing may be seen.
      while (filter.name && current === list && !current.isWhole && current.items.length < 50 && current.pages.length < 25) await current.more(signal);
      if (current === list) draw();
    } catch (error) {
      if (current === list && !signal.aborted) update(frame, problem(error, () => go({ parts: [], query: new URLSearchParams(location.hash.split("?")[1] ?? "") })));
    }
  }

  function draw() {
    if (list.items.length === 0) {
      rows?.close();
      rows = null;
      const isFiltered = filter.status || filter.label.length || filter.name;
      return update(frame, isFiltered ? empty("Nothing matches", button("Show all", () => { location.hash = "#/workflows"; }))
        : empty("No workflows yet", h("a", { href: "#/start" }, "Start the first one")));
    }
    if (!rows) {
      rows = new Rows({ label: "Workflows", row, onSeen });
      update(frame, header(), rows.node);
    }
    rows.show(list.items.length);
    drawFound();
  }

  function onSeen(first, last) {
    inSight = [first, last];
    if (last > list.items.length - 60 && !list.isWhole && !list.reading) load(list);
  }

  function header() {
    const whole = h("input", { type: "checkbox", "aria-label": "Choose all that are read", on: { change: () => {
      chosen.clear();
      if (whole.checked) for (const item of list.items) chosen.set(item.id, item);
      rows.draw();
      drawActs();
    } } });
    return h("div", { class: "list-head wf-row", "aria-hidden": "false" }, whole, h("span", "Status"), h("span", "Name"), h("span", "Labels"), h("span", { class: "wf-time" }, "Started"), h("span", { class: "wf-time" }, "Took"));
  }

  function row(place) {
    const item = list.items[place];
    const took = item.ended_at ? Date.parse(item.ended_at) - Date.parse(item.created_at) : since(item.created_at);
    const box = h("input", { type: "checkbox", checked: chosen.has(item.id), "aria-label": `Choose ${item.name}`, on: { change: (event) => {
      if (event.target.checked) chosen.set(item.id, item);
      else chosen.delete(item.id);
      drawActs();
    } } });
    return h("div", { class: "wf-row", role: "row", key: item.id }, h("span", { role: "cell", class: "wf-box" }, box), h("span", { role: "cell" }, pill(item.status)),
      h("span", { role: "cell", class: "wf-name" }, h("a", { href: `#/workflows/${item.id}`, class: "strong" }, isolated(item.name)), h("span", { class: "faint id" }, item.id)),
      h("span", { role: "cell", class: "wf-labels" }, labels(item.labels, (name, value) => `#/workflows${query({ ...filter, label: [`${name}:${value}`] })}`)),
      h("span", { role: "cell", class: "wf-time" }, when(item.created_at)), h("span", { role: "cell", class: `wf-time ${item.ended_at ? "" : "faint"}` }, duration(took)));
  }

  function drawFilter() {
    const counts = overview.current?.workflows ?? {};
    const chip = (status, label, value) => h("a", { class: `chip ${status ? `is-${status}` : ""}`, href: `#/workflows${query({ ...filter, status })}`, "aria-current": filter.status === status ? "true" : null },
      label, value === undefined ? null : h("span", { class: "chip-count" }, compact(value)));
    update(chips, chip(undefined, "all"), WORKFLOW_STATES.filter((status) => status !== "paused" || counts.paused > 0 || filter.status === "paused").map((status) => chip(status, word(status), counts[status])));
    found.chips = [...filter.label, ...(filter.name ? [`“${filter.name}”`] : [])].map((text) => h("button", { type: "button", class: "label removable", title: "Take this filter away", on: { click: () => to(text.startsWith("“") ? { name: undefined } : { label: filter.label.filter((one) => one !== text) }) } }, isolated(text), " ×"));
    drawFound();
  }

  function drawFound() {
    const read = list?.items.length ? list.isWhole ? plural(list.items.length, "workflow") : `${count(list.items.length)} read, more below` : null;
    update(found, found.chips, h("span", { class: "faint" }, read));
  }

  function drawActs() {
    acts.hidden = chosen.size === 0;
    if (acts.hidden) return;
    const items = [...chosen.values()].map((item) => list.byID.get(item.id) ?? item);
    const open = items.filter((item) => !ENDED.has(item.status));
    const ended = items.filter((item) => item.status === "failed" || item.status === "cancelled");
    update(acts, h("b", plural(chosen.size, "workflow"), " chosen"),
      button(`Cancel ${open.length}…`, () => act("cancel", "Cancel", open), { kind: "danger", disabled: open.length === 0 }),
      button(`Retry ${ended.length}…`, () => act("retry", "Retry", ended), { kind: "primary", disabled: ended.length === 0 }),
      button("Choose none", () => { chosen.clear(); rows?.draw(); drawActs(); }, { kind: "quiet" }));
  }

  async function act(operation, verb, items) {
    const progress = h("progress", { max: items.length, value: 0, hidden: true, "aria-label": `${verb} progress` });
    const text = operation === "cancel" ? "What is open in them is cancelled. Agents are told to stop. This cannot be taken back, but a cancelled workflow can be retried."
      : "Their failed and cancelled steps run again; results that are there are kept.";
    await ask({
      title: `${verb} ${plural(items.length, "workflow")}?`, text, confirm: `${verb} ${items.length}`, kind: operation === "cancel" ? "danger" : "primary",
      body: [h("ul", { class: "preview" }, items.slice(0, 200).map((item) => h("li", pill(item.status), isolated(item.name), h("span", { class: "faint id" }, item.id))), items.length > 200 ? h("li", `and ${items.length - 200} more`) : null), progress],
      fields: [{ name: "reason", label: "Why (for the history)", value: "" }, { name: "by", label: "Your name", value: whoami.name, limit: 128 }],
      run: async ({ reason, by }) => {
        whoami.name = by;
        progress.hidden = false;
        const failures = await inTurns(items, (item) => post(path("workflows", item.id, operation), { ...(reason ? { reason } : {}), ...(by ? { by } : {}) }), () => { progress.value += 1; });
        if (failures.length === items.length) throw failures[0];
        toast(failures.length ? `${items.length - failures.length} done, ${failures.length} refused: ${failures[0].message}` : `${plural(items.length, "workflow")}: done`, failures.length ? "is-bad" : "");
      },
    });
    chosen.clear();
    await list.refresh(...inSight, signal).catch(() => {});
    draw();
    drawActs();
  }

  const slash = (event) => {
    if (event.key !== "/" || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.nodeName)) return;
    event.preventDefault();
    search.focus();
  };
  addEventListener("keydown", slash, { signal });
  signal.addEventListener("abort", () => rows?.close());
  go(where);
  onOverview(drawFilter, signal);
  poll(2000, signal, async () => {
    const current = list;
    if (current.pages.length === 0 || current.reading) return;
    await current.refresh(...inSight, signal);
    if (current === list) draw();
  });
  return go;
}

/** Does something for each, four at a time, and gives what went wrong. */
async function inTurns(items, work, onDone) {
  const left = [...items];
  const failures = [];
  const turn = async () => {
    for (let item = left.shift(); item; item = left.shift()) {
      try {
        await work(item);
      } catch (error) {
        failures.push(error);
      }
      onDone();
    }
  };
  await Promise.all([turn(), turn(), turn(), turn()]);
  return failures;
}
