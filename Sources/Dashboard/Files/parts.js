/** Pieces that several views have: buttons, empty and broken states, copying, questions before something is done. */

import { h, update } from "./dom.js";
import { icon } from "./status.js";
import { shortID, ago, time } from "./format.js";

export const button = (label, click, { kind = "", sign, ...rest } = {}) =>
  h("button", { type: "button", class: `button ${kind}`, on: { click }, ...rest }, sign ? icon(sign) : null, label);

export const iconButton = (label, sign, click, rest = {}) =>
  h("button", { type: "button", class: "button quiet icon-only", "aria-label": label, title: label, on: { click }, ...rest }, icon(sign));

/** A place that has nothing to show, and what one can do about it. */
export const empty = (title, ...rest) => h("div", { class: "empty" }, h("p", { class: "empty-title" }, title), rest.length ? h("div", { class: "empty-text" }, rest) : null);

export const loading = (what = "Loading") =>
  h("div", { class: "loading", role: "status" }, h("span", { class: "spinner", "aria-hidden": "true" }), `${what}…`);

/** What the service said was wrong, with each place. */
export function problem(error, again) {
  const errors = error.errors ?? [];
  return h("div", { class: "problem", role: "alert" },
    h("p", { class: "problem-title" }, error.title ?? "Something went wrong"),
    h("p", error.message),
    errors.length && !(errors.length === 1 && error.message.includes(errors[0].detail))
      ? h("ul", errors.slice(0, 20).map((one) => h("li", h("code", one.pointer ?? one.parameter ?? one.header ?? ""), " ", one.detail)))
      : null,
    again ? button("Try again", again) : null);
}

export const card = (title, properties, ...children) =>
  h("section", { class: `card ${properties.class ?? ""}`, "aria-label": properties.label ?? title },
    h("header", { class: "card-head" }, h("h2", title), properties.aside ?? null), children);

export const idLink = (href, id) => h("a", { class: "id", href, title: id }, shortID(id));

export const when = (text) => (text ? h("time", { datetime: text, title: time(text) }, ago(text)) : "–");

export const labels = (values, href) => Object.entries(values ?? {}).map(([name, value]) =>
  h("a", { class: "label", href: href(name, value), title: `${name}: ${value}` }, h("span", { class: "label-name" }, name), isolated(value)));

/** Text of somebody else, whose writing direction stays its own. */
export const isolated = (text) => h("bdi", printable(text));

/** Marks that turn the direction of what follows are shown, not obeyed. */
export const printable = (text) => String(text).replace(/[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/g, "\u25a1");

const toasts = h("div", { class: "toasts", role: "status", "aria-live": "polite" });

/** Says in passing what was done. */
export function toast(text, kind = "") {
  if (!toasts.isConnected) document.body.append(toasts);
  const note = h("p", { class: `toast ${kind}` }, text);
  toasts.append(note);
  setTimeout(() => note.remove(), 5000);
}

export async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    toast(`${what} copied`);
  } catch {
    // Without a secure context the clipboard is closed; then it can be taken by hand.
    ask({ title: what, text: "Copy it from here:", body: h("textarea", { class: "code", readonly: true, rows: 8, value: text, "aria-label": what }), confirm: null });
  }
}

/**
 * A question before something is done. `run` does it: the dialog stays while it does, and shows what went wrong. With
 * `fields` it asks for more.
 */
export function ask({ title, text, body, confirm = "Confirm", kind = "primary", fields = [], run = async () => {} }) {
  return new Promise((resolve) => {
    const trouble = h("div");
    const inputs = fields.map((field) => h("label", { class: "field" }, field.label,
      h("input", { name: field.name, value: field.value ?? "", maxlength: field.limit ?? 1024, required: field.required, autocomplete: "off" })));
    const go = confirm === null ? null : h("button", { type: "submit", class: `button ${kind}` }, confirm);
    let outcome = false;
    const form = h("form", { method: "dialog", on: { submit: async (event) => {
      event.preventDefault();
      go.disabled = true;
      update(trouble);
      try {
        await run(Object.fromEntries(new FormData(form)));
        outcome = true;
        dialog.close();
      } catch (error) {
        update(trouble, problem(error));
        go.disabled = false;
      }
    } } },
    h("h2", title), text ? h("p", text) : null, body, inputs, trouble,
    h("div", { class: "actions" }, button(confirm === null ? "Close" : "Not now", () => dialog.close()), go));
    const dialog = h("dialog", { class: "dialog", "aria-label": title, on: { close: () => { dialog.remove(); resolve(outcome); } } }, form);
    document.body.append(dialog);
    dialog.showModal();
    (inputs[0]?.querySelector("input") ?? go)?.focus();
  });
}

/** Who does something: asked once, and remembered on this machine. */
export const whoami = {
  get name() { return localStorage.getItem("ganglion.by") ?? ""; },
  set name(value) { localStorage.setItem("ganglion.by", value); },
};
