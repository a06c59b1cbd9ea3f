/** Task types: how much waits and for how long, who can do it, and what limits it. */

import { h, update } from "./dom.js";
import { all, path, put, remove } from "./api.js";
import { poll } from "./connection.js";
import { meter } from "./charts.js";
import { ask, button, empty, loading, problem, toast } from "./parts.js";
import { compact, duration, milliseconds, plural } from "./format.js";

export function show(main, where, signal) {
  let types = null;
  const search = h("input", { type: "search", class: "search", placeholder: "Task type", "aria-label": "Search task types", value: where.query.get("type") ?? "", on: { input: () => draw() } });
  const target = h("div", loading());
  update(main, h("div", { class: "head" }, h("h1", "Task types"), search), target);

  function draw() {
    if (!types) return;
    const text = search.value.trim().toLowerCase();
    const found = types.filter((type) => type.task_type.toLowerCase().includes(text));
    if (!types.length) return update(target, empty("No task types yet", "They appear when an agent registers, a task is queued, or something is set for one."));
    if (!found.length) return update(target, empty("No task type matches"));
    const most = Math.max(1, ...types.map((type) => type.waiting));
    update(target, h("div", { class: "type-cards" }, found.slice(0, 300).map((type) => typeCard(type, most, read))));
  }

  async function read() {
    types = (await all("/v1/task-types", "task_types", 2000, signal)).items;
    draw();
  }

  poll(1500, signal, read, (error) => { if (!types) update(target, problem(error)); });
  return ({ query }) => {
    search.value = query.get("type") ?? search.value;
    draw();
    return true;
  };
}

function typeCard(type, most, read) {
  const { agents, settings } = type;
  const pauseOrGoOn = async (event) => {
    const target = event.currentTarget;
    target.disabled = true;
    try {
      await put(path("task-types", type.task_type), { ...settings, paused: !type.paused });
      toast(`${type.task_type} ${type.paused ? "goes on" : "is paused"}`);
      await read();
    } catch (error) {
      toast(error.message, "is-bad");
    }
    target.disabled = false;
  };
  return h("section", { class: `card type-card ${type.paused ? "is-paused" : ""}`, key: type.task_type, "aria-label": type.task_type },
    h("header", { class: "card-head" }, h("h2", type.task_type), type.paused ? h("span", { class: "tag is-paused" }, "paused") : null, type.waiting > 0 && agents.alive === 0 ? h("span", { class: "tag is-failed" }, "no agent") : null),
    h("dl", { class: "figures" }, figure("Waiting", compact(type.waiting)), figure("Oldest", type.oldest_waiting_age ? duration(milliseconds(type.oldest_waiting_age)) : "–"), figure("At work", compact(type.running)), figure("Agents", compact(agents.alive))),
    meter(type.waiting, most, `${type.waiting} waiting`),
    h("p", { class: "faint" }, agents.slots ? `${compact(agents.held)} of ${plural(agents.slots, "slot")} taken` : "No slots", agents.draining ? `, ${agents.draining} draining` : "", type.limited_keys ? `, ${plural(type.limited_keys, "key")} wait for a rate` : ""),
    h("p", { class: "limits" }, limitsOf(settings)),
    h("div", { class: "buttons" }, button(type.paused ? "Go on" : "Pause", pauseOrGoOn, { sign: type.paused ? "play" : "pause" }), button("Limits…", () => limits(type, read))));
}

const figure = (name, value) => h("div", h("dt", name), h("dd", value));

function limitsOf({ max_concurrency: most, rate, fairness, timeout }) {
  const parts = [most ? `at most ${most} at once` : null, rate ? `${rate.limit} a ${rate.per}${rate.key ? ` for each ${rate.key}` : ""}${rate.burst > 1 ? `, ${rate.burst} in a burst` : ""}` : null,
    fairness ? `turns by ${fairness.key}` : null, timeout ? `timeout ${timeout}` : null].filter(Boolean);
  return parts.length ? parts.join("; ") : "No limits";
}

async function limits(type, read) {
  const { settings } = type;
  const value = (text) => (text.trim() === "" ? undefined : text.trim());
  const field = (name, label, current, hint) => h("label", { class: "field" }, label, h("input", { name, value: current ?? "", placeholder: hint ?? "", autocomplete: "off" }));
  await ask({
    title: `Limits of ${type.task_type}`, text: "They hold at once, at all nodes. What is empty is not limited.", confirm: "Set them",
    body: h("div", { class: "form-grid" },
      field("most", "At most at once", settings.max_concurrency, "20"), field("limit", "Rate", settings.rate?.limit, "600"),
      h("label", { class: "field" }, "per", h("select", { name: "per" }, ["second", "minute"].map((per) => h("option", { value: per, selected: settings.rate?.per === per }, per)))),
      field("burst", "Burst", settings.rate?.burst, "1"), field("key", "Rate for each (expression)", settings.rate?.key, "payload.account"),
      field("fairness", "Turns by (expression)", settings.fairness?.key, "workflow.labels.customer"),
      field("timeout", "Timeout", settings.timeout, "5m"), field("queue", "Queue timeout", settings.queue_timeout, "1h")),
    run: async (fields) => {
      const rate = value(fields.limit) && { limit: Number(fields.limit), per: fields.per, ...(value(fields.burst) ? { burst: Number(fields.burst) } : {}), ...(value(fields.key) ? { key: value(fields.key) } : {}) };
      const known = { max_concurrency: value(fields.most) && Number(fields.most), rate, fairness: value(fields.fairness) && { key: value(fields.fairness) }, timeout: value(fields.timeout), queue_timeout: value(fields.queue) };
      // What this form does not know of stays as it is.
      const next = Object.fromEntries(Object.entries({ ...settings, ...known }).filter(([, one]) => one !== undefined));
      if (Object.keys(next).length === 0) await remove(path("task-types", type.task_type));
      else await put(path("task-types", type.task_type), next);
      toast(`Limits of ${type.task_type} are set`);
      await read();
    },
  });
}
