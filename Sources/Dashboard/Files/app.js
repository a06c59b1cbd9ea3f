/** The frame: navigation, what is asked of people, whether the service answers; and which view a link is. */

import { h, update } from "./dom.js";
import { connection, onConnection } from "./connection.js";
import { overview, onOverview, watchOverview } from "./overview.js";
import { icon } from "./status.js";
import { problem, loading, iconButton, empty, button } from "./parts.js";
import { compact, duration } from "./format.js";

/** Views are loaded when they are first looked at. */
const VIEWS = [
  { path: "now", title: "Now", icon: "now", load: () => import("./now.js") },
  { path: "workflows", title: "Workflows", icon: "workflows", load: () => import("./workflows.js") },
  { path: "desk", title: "Needs you", icon: "desk", load: () => import("./desk.js"), badge: true },
  { path: "agents", title: "Agents", icon: "agents", load: () => import("./agents.js") },
  { path: "types", title: "Task types", icon: "types", load: () => import("./tasktypes.js") },
  { path: "nodes", title: "Nodes", icon: "nodes", load: () => import("./nodes.js") },
  { path: "start", title: "New workflow", icon: "start", load: () => import("./start.js") },
];
const WORKFLOW = { path: "workflows", title: "Workflow", load: () => import("./workflow.js") };

/** `#/workflows/wf_1?tab=graph` as its parts. */
export function route(hash) {
  const [path, search = ""] = hash.replace(/^#?\/?/, "").split("?");
  const parts = path.split("/").filter(Boolean).map(decode);
  return { parts, query: new URLSearchParams(search) };
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const main = h("main", { id: "main", tabindex: "-1" });
const nav = h("nav", { class: "nav", "aria-label": "Views" });
const state = h("div", { class: "state", role: "status" });
const banner = h("div", { class: "banner", role: "alert", hidden: true });
const forever = new AbortController();
let shown = null;

function viewOf({ parts }) {
  if (parts[0] === "workflows" && parts.length > 1) return WORKFLOW;
  return parts.length === 0 ? VIEWS[0] : VIEWS.find((view) => view.path === parts[0]);
}

async function show() {
  if (location.hash === "#main") return;
  const where = route(location.hash);
  const view = viewOf(where);
  // The same view with another query or step: it knows how to go there.
  if (shown && shown.view === view && shown.go?.(where)) return drawNavigation(where);
  shown?.leaving.abort();
  const leaving = new AbortController();
  const current = { view, leaving, go: null };
  shown = current;
  drawNavigation(where);
  // On a narrow screen the views are a row that scrolls.
  nav.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  document.title = view ? `${view.title} · Ganglion` : "Ganglion";
  if (!view) return update(main, empty("There is no such page", h("a", { href: "#/now" }, "See what is going on")));
  update(main, h("h1", view.title), loading());
  try {
    const module = await view.load();
    if (shown !== current) return;
    main.replaceChildren();
    current.go = await module.show(main, where, leaving.signal);
    main.scrollTop = 0;
  } catch (error) {
    if (shown === current) update(main, h("h1", view.title), problem(error, () => { shown = null; show(); }));
  }
}

function drawNavigation({ parts }) {
  const open = overview.current?.escalations.open;
  const links = VIEWS.map((view) => h("a", {
    href: `#/${view.path}`, class: "nav-link", "aria-current": (parts[0] ?? "now") === view.path ? "page" : null,
  }, icon(view.icon), h("span", view.title),
  view.badge && open > 0 ? h("span", { class: "badge" }, compact(open), h("span", { class: "hidden" }, " open")) : null));
  update(nav, links);
}

function drawState() {
  const isStale = connection.age > 5000;
  const isLost = connection.isLost;
  update(state, h("span", { class: `lamp ${isLost ? "is-lost" : isStale ? "is-stale" : "is-live"}` }), isLost ? "Reconnecting" : isStale ? "Quiet" : "Live");
  banner.hidden = !(isLost && connection.age > 2500);
  if (!banner.hidden) update(banner, "The service does not answer. What you see is ", h("b", duration(connection.age)), " old; it goes on by itself.");
  document.body.classList.toggle("is-stale", !banner.hidden);
}

function turnTheme() {
  const isDark = getComputedStyle(document.documentElement).colorScheme === "dark"
    || (!document.documentElement.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
  setTheme(isDark ? "light" : "dark");
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  localStorage.setItem("ganglion.theme", theme);
}

/** Two keys in a row, as `g w`. */
const GO = { n: "now", w: "workflows", d: "desk", a: "agents", t: "types", o: "nodes", s: "start" };
let isGoing = 0;

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "?") return help();
  if (event.key === "g") {
    isGoing = event.timeStamp;
  } else if (event.timeStamp - isGoing < 1500 && GO[event.key]) {
    isGoing = 0;
    location.hash = `#/${GO[event.key]}`;
    event.preventDefault();
  }
}

const isTyping = (target) => /^(INPUT|TEXTAREA|SELECT)$/.test(target.nodeName);

function help() {
  const keys = [
    ["g then n, w, d, a, t, o, s", "Now, Workflows, Needs you, Agents, Task types, Nodes, New workflow"],
    ["/", "Search workflows"], ["j, k", "Next and previous question"], ["r, c, s, f, a", "Retry, complete, skip, fail, answer it"],
    ["1 to 9", "Answer with that option"], ["Ctrl+Enter", "Resolve it, or start the workflow"], ["?", "This list"],
  ];
  const dialog = h("dialog", { class: "dialog", "aria-label": "Keys", on: { close: () => dialog.remove() } },
    h("h2", "Keys"), h("dl", { class: "keys" }, keys.map(([key, what]) => h("div", h("dt", h("kbd", key)), h("dd", what)))),
    h("div", { class: "actions" }, button("Close", () => dialog.close())));
  document.body.append(dialog);
  dialog.showModal();
}

const theme = localStorage.getItem("ganglion.theme");
if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
document.getElementById("shell").replaceChildren(
  h("header", { class: "side" },
    h("a", { class: "brand", href: "#/now" }, h("img", { src: "/dashboard/icon.svg", alt: "", width: 26, height: 26 }), "Ganglion"),
    nav,
    h("div", { class: "side-foot" }, state, iconButton("Light or dark", "theme", turnTheme), iconButton("Keys", "help", help))),
  banner, main);
addEventListener("hashchange", () => { show(); main.focus({ preventScroll: true }); });
addEventListener("keydown", press);
onConnection(drawState);
setInterval(drawState, 500);
watchOverview(forever.signal);
onOverview(() => drawNavigation(route(location.hash)), forever.signal);
drawState();
show();
