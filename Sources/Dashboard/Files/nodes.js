/** Nodes: who coordinates, how lately each was heard of, and what was taken over. */

import { h, update } from "./dom.js";
import { all } from "./api.js";
import { poll } from "./connection.js";
import { empty, loading, problem, when } from "./parts.js";
import { pill } from "./status.js";
import { count, duration, milliseconds, plural } from "./format.js";

export function show(main, _, signal) {
  let seen = false;
  const target = h("div", loading());
  update(main, h("div", { class: "head" }, h("h1", "Nodes")), target);
  poll(1000, signal, async () => {
    const nodes = (await all("/v1/nodes", "nodes", 1000, signal)).items;
    seen = true;
    const alive = nodes.filter((node) => node.status === "alive");
    update(target, nodes.length ? [
      h("p", { class: "faint" }, `${plural(alive.length, "node")} alive, ${plural(sum(alive, "workflows"), "workflow")}, ${count(sum(alive, "coordinators"))} of them in memory`),
      h("div", { class: "type-cards" }, nodes.toSorted((a, b) => rank(a) - rank(b)).map(nodeCard))] : empty("No node was heard of"));
  }, (error) => { if (!seen) update(target, problem(error)); });
}

const rank = (node) => ["alive", "lost", "left"].indexOf(node.status);
const sum = (nodes, field) => nodes.reduce((total, node) => total + node[field], 0);

function nodeCard(node) {
  const isAlive = node.status === "alive";
  return h("section", { class: `card type-card ${isAlive ? "" : "is-gone"}`, key: node.id, "aria-label": `Node ${node.id}` },
    h("header", { class: "card-head" }, h("h2", node.host), pill(node.status)),
    h("p", { class: "id faint break" }, node.id),
    h("dl", { class: "figures" }, figure("Workflows", count(node.workflows)), figure("In memory", count(node.coordinators)), figure("Taken over", count(node.claims)), figure("Fenced", count(node.fenced_commits))),
    h("p", { class: "faint" }, isAlive ? `Heard of ${duration(milliseconds(node.heartbeat_age))} ago` : ["Heard of ", when(node.heartbeat_at)], ", up since ", when(node.started_at)),
    h("p", { class: "faint" }, `${plural(node.loops, "loop")}, process ${node.pid}, version ${node.version}`),
    !isAlive && node.workflows > 0 ? h("p", { class: "note is-bad" }, `${plural(node.workflows, "workflow")} wait to be taken over`) : null);
}

const figure = (name, value) => h("div", h("dt", name), h("dd", value));
