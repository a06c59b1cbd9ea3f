/** What is going on: how workflows stand, how many end and how fast, who coordinates, and what waits for agents. */

import { h, update } from "./dom.js";
import { get, all } from "./api.js";
import { poll } from "./connection.js";
import { overview, onOverview } from "./overview.js";
import { TimeChart, bar, meter } from "./charts.js";
import { card, empty, loading, problem } from "./parts.js";
import { sign } from "./status.js";
import { compact, count, duration, milliseconds, plural, shortID } from "./format.js";

const TILES = [
  ["running", "Running", "running"], ["escalated", "Needs you", "escalated"], ["paused", "Paused", "paused"],
  ["completed", "Completed", "completed"], ["failed", "Failed", "failed"], ["cancelled", "Cancelled", "cancelled"],
];

export function show(main, _, signal) {
  const throughput = new TimeChart({
    title: "Workflows that end in a second", isStacked: true, format: rate,
    series: ["completed", "failed", "cancelled"].map((name) => ({ name, label: name, of: (sample) => sample.rates?.[name] })),
  });
  const latency = new TimeChart({
    title: "Time from start to end", format: duration,
    series: [["p50", "half within"], ["p95", "95 in 100"], ["p99", "99 in 100"]].map(([name, label], place) => ({
      name, label, of: (sample) => sample.percentiles?.[place],
    })),
  });
  const tiles = h("div", { class: "tiles" });
  const nodes = h("div", loading());
  const types = h("div", loading());
  const agents = h("div", loading());
  update(main, h("h1", "Now"), tiles,
    h("div", { class: "grid two" }, card("Throughput", {}, throughput.node), card("Latency", {}, latency.node)),
    h("div", { class: "grid two" },
      card("Queues", { aside: h("a", { href: "#/types" }, "Task types") }, types),
      h("div", { class: "grid" },
        card("Nodes", { aside: h("a", { href: "#/nodes" }, "All nodes") }, nodes),
        card("Agents", { aside: h("a", { href: "#/agents" }, "All agents") }, agents))));

  onOverview(() => {
    update(tiles, overview.current ? tilesOf(overview.current) : overview.problem ? problem(overview.problem) : loading());
    throughput.show(overview.samples);
    latency.show(overview.samples);
    if (overview.current) update(agents, pool(overview.current.agents));
  }, signal);
  const every = (interval, target, ask) => poll(interval, signal, async () => update(target, await ask()), (error) => {
    if (target.querySelector(".loading")) update(target, problem(error));
  });
  every(1000, nodes, async () => nodeTable((await get("/v1/nodes?limit=50", signal)).nodes));
  every(2000, types, async () => queues((await all("/v1/task-types", "task_types", 1000, signal)).items));
  signal.addEventListener("abort", () => { throughput.close(); latency.close(); });
}

const rate = (value) => (value >= 100 ? count(Math.round(value)) : value >= 10 ? value.toFixed(0) : value.toFixed(value > 0 && value < 10 ? 1 : 0));

function tilesOf({ workflows }) {
  // Workflows are seldom paused.
  return TILES.filter(([name]) => name !== "paused" || workflows.paused > 0).map(([name, label, status]) => h("a", {
    class: `tile is-${status} ${name === "escalated" && workflows[name] > 0 ? "is-urgent" : ""}`, key: name,
    href: name === "escalated" ? "#/desk" : `#/workflows?status=${name}`,
  }, h("span", { class: "tile-label" }, sign(status), label), h("span", { class: "tile-value", title: count(workflows[name]) }, compact(workflows[name]))));
}

function nodeTable(nodes) {
  const alive = nodes.filter((node) => node.status === "alive");
  const gone = nodes.filter((node) => node.status === "lost" && node.workflows > 0);
  if (!alive.length) return empty("No node is alive");
  return h("ul", { class: "rows" }, [...alive, ...gone].map((node) => h("li", { class: "row node-row", key: node.id },
    sign(node.status), h("span", { class: "grow" }, h("span", { class: "strong" }, node.host), " ", h("span", { class: "faint id", title: node.id }, shortID(node.id))),
    h("span", { class: "figure" }, plural(node.coordinators, "coordinator")),
    h("span", { class: "figure faint" }, node.status === "alive" ? `${duration(milliseconds(node.heartbeat_age))} ago` : "being taken over"))));
}

function queues(types) {
  if (!types.length) return empty("No task types yet", "They appear when an agent registers or a task is queued.");
  const busiest = types.toSorted((a, b) => b.waiting - a.waiting || b.running - a.running).slice(0, 12);
  const most = Math.max(1, ...busiest.map((type) => type.waiting));
  return [h("table", { class: "table" },
    h("thead", h("tr", h("th", "Task type"), h("th", "Waiting"), h("th", { class: "number" }, "Oldest"), h("th", { class: "number" }, "At work"))),
    h("tbody", busiest.map((type) => h("tr", { key: type.task_type },
      h("th", { scope: "row" }, h("a", { href: `#/types?type=${type.task_type}` }, type.task_type), type.paused ? h("span", { class: "tag is-paused" }, "paused") : null,
        type.waiting > 0 && type.agents.alive === 0 ? h("span", { class: "tag is-failed" }, "no agent") : null),
      h("td", h("div", { class: "queue" }, h("span", { class: "queue-count" }, compact(type.waiting)), meter(type.waiting, most, `${type.waiting} waiting`))),
      h("td", { class: "number" }, type.oldest_waiting_age ? duration(milliseconds(type.oldest_waiting_age)) : "–"),
      h("td", { class: "number" }, compact(type.running)))))),
  types.length > busiest.length ? h("p", { class: "faint pad" }, `${types.length - busiest.length} more`) : null];
}

function pool(agents) {
  if (agents.alive === 0) return empty("No agent is alive", h("a", { href: "#/agents" }, "How to start one"));
  const free = Math.max(0, agents.slots - agents.running);
  return h("div", { class: "pool" }, h("p", { class: "pool-text" }, h("b", count(agents.alive)), " alive, ", h("b", count(agents.running)), " of ", h("b", count(agents.slots)), " slots at work"),
    bar([["running", "at work", agents.running], ["pending", "free", free]], `${agents.running} of ${agents.slots} slots at work`));
}
