/** Any JSON, shown as a tree that is folded where it is large. Strings are text, however they look. */

import { h } from "./dom.js";
import { bytes } from "./format.js";
import { copy, iconButton, printable } from "./parts.js";

const LONGEST = 400;
const MOST = 100;
const OPEN_DEPTH = 2;

/** A value with what it is called, and a button that copies it whole. */
export function jsonBlock(label, value) {
  const text = JSON.stringify(value, null, 2) ?? "null";
  return h("section", { class: "json", "aria-label": label, key: label },
    h("header", { class: "json-head" }, h("p", { class: "json-title" }, label), h("span", { class: "faint" }, bytes(new Blob([text]).size)),
      iconButton(`Copy ${label.toLowerCase()}`, "copy", () => copy(text, label))),
    h("div", { class: "json-body code", tabindex: 0, role: "group", "aria-label": `${label} as JSON` }, tree(value, 0)));
}

function tree(value, depth, name) {
  const head = name === undefined ? null : [h("span", { class: "json-name" }, printable(name)), ": "];
  if (value === null || typeof value !== "object") return h("div", { class: "json-line" }, head, leaf(value));
  const entries = Object.entries(value);
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  if (entries.length === 0) return h("div", { class: "json-line" }, head, `${open}${close}`);
  const inner = h("div", { class: "json-inner" });
  const fill = (from) => {
    for (const [key, child] of entries.slice(from, from + MOST)) inner.append(tree(child, depth + 1, Array.isArray(value) ? undefined : key));
    if (from + MOST < entries.length) inner.append(more(`${entries.length - from - MOST} more`, (button) => { button.remove(); fill(from + MOST); }));
  };
  const isOpen = depth < OPEN_DEPTH && entries.length <= MOST;
  // What nobody looks at is not built.
  let isFilled = isOpen;
  if (isOpen) fill(0);
  return h("details", { open: isOpen, on: { toggle: () => { if (!isFilled) { isFilled = true; fill(0); } } } },
    h("summary", head, `${open} ${entries.length} ${close}`, h("bdi", { class: "json-glimpse" }, glimpse(entries, Array.isArray(value)))), inner);
}

/** The first few of what is folded, where they are short. */
function glimpse(entries, isArray) {
  const parts = [];
  for (const [name, value] of entries.slice(0, 4)) {
    const text = value === null || typeof value !== "object" ? JSON.stringify(typeof value === "string" ? value.slice(0, 40) : value) : Array.isArray(value) ? "[…]" : "{…}";
    parts.push(isArray ? text : `${name.slice(0, 40)}: ${text}`);
  }
  return printable(parts.join(", "));
}

function leaf(value) {
  if (typeof value !== "string") return h("span", { class: `json-${value === null ? "null" : typeof value}` }, String(value));
  const shown = h("bdi", { class: "json-string" }, `"${printable(value.slice(0, LONGEST))}${value.length > LONGEST ? "" : '"'}`);
  if (value.length <= LONGEST) return shown;
  let at = LONGEST;
  return [shown, more(`… ${bytes(value.length - LONGEST)} more`, (button) => {
    const next = value.slice(at, at + 20_000);
    at += next.length;
    shown.append(printable(next));
    if (at >= value.length) button.remove();
    else button.textContent = `… ${bytes(value.length - at)} more`;
  })];
}

const more = (label, act) => h("button", { type: "button", class: "more", on: { click: (event) => act(event.currentTarget) } }, label);
