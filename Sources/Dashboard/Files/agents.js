/** Agents: who is there, what they can do, and how much of what they can take they have. */

import { h, update } from "./dom.js";
import { all } from "./api.js";
import { poll } from "./connection.js";
import { meter } from "./charts.js";
import { copy, empty, iconButton, isolated, loading, problem, when } from "./parts.js";
import { pill } from "./status.js";
import { count, plural, shortID } from "./format.js";

const MOST = 2000;
const ORDER = ["alive", "draining", "lost", "left"];

export function show(main, where, signal) {
  let wanted = where.query, agents = null;
  const search = h("input", { type: "search", class: "search", placeholder: "Name, id or task type", "aria-label": "Search agents", value: wanted.get("id") ?? "", on: { input: () => draw() } });
  const summary = h("p", { class: "faint" });
  const target = h("div", loading());
  update(main, h("div", { class: "head" }, h("h1", "Agents"), search), summary, target);

  function draw() {
    if (!agents) return;
    const text = search.value.trim().toLowerCase();
    const found = agents.filter((agent) => !text || [agent.name, agent.id, ...agent.capabilities].some((one) => one.toLowerCase().includes(text)));
    found.sort((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status) || (a.name < b.name ? -1 : 1));
    const alive = found.filter((agent) => agent.status === "alive");
    update(summary, `${plural(alive.length, "agent")} alive with ${plural(alive.reduce((sum, agent) => sum + agent.slots, 0), "slot")}`, found.length > alive.length ? `, ${count(found.length - alive.length)} gone or going` : "");
    if (!agents.length) return update(target, howTo());
    if (!found.length) return update(target, empty("No agent matches"));
    update(target, h("table", { class: "table wide-table" },
      h("thead", h("tr", ["Agent", "State", "Can do", "Load", "Last heard"].map((name) => h("th", name)))),
      h("tbody", found.slice(0, 500).map(row))), found.length > 500 ? h("p", { class: "faint pad" }, `${count(found.length - 500)} more: search for them`) : null);
  }

  poll(2000, signal, async () => {
    agents = (await all("/v1/agents", "agents", MOST, signal)).items;
    draw();
  }, (error) => { if (!agents) update(target, problem(error)); });
  return ({ query }) => {
    wanted = query;
    search.value = query.get("id") ?? search.value;
    draw();
    return true;
  };
}

function row(agent) {
  const held = agent.slots_used;
  const isGone = agent.status === "lost" || agent.status === "left";
  return h("tr", { key: agent.id, class: isGone ? "is-gone" : "" },
    h("th", { scope: "row" }, h("div", { class: "strong" }, isolated(agent.name)), h("div", { class: "faint id", title: agent.id }, shortID(agent.id))),
    h("td", pill(agent.status)),
    h("td", h("div", { class: "tags" }, agent.capabilities.slice(0, 8).map((type) => h("a", { class: "label", href: `#/types?type=${type}`, title: record(agent.reliability?.[type]) }, type)), agent.capabilities.length > 8 ? h("span", { class: "faint" }, `+${agent.capabilities.length - 8}`) : null)),
    h("td", { class: "load" }, isGone ? "–" : typeof held === "number" ? [meter(held, agent.slots, `${held} of ${agent.slots} slots`), h("span", `${held} of ${agent.slots}`)] : plural(agent.slots, "slot")),
    h("td", when(agent.heartbeat_at)));
}

/** How it has done with a task type so far. */
const record = (found) => (found ? `${Math.round(found.score * 100)} % reliable, ${Math.round(found.succeeded)} succeeded, ${Math.round(found.failed)} failed` : null);

/** The shortest way to an agent. */
function howTo() {
  const command = `curl -s --json '{"name": "me", "capabilities": ["classify"]}' ${location.origin}/v1/agents`;
  return empty("No agents yet", h("p", "Any program that speaks HTTP can be one:"), h("div", { class: "command" }, h("code", command), iconButton("Copy the command", "copy", () => copy(command, "Command"))));
}
