/** The decision of a question: an action, what it needs, and how an edited payload differs from the former one. */

import { h, update } from "./dom.js";
import { path, post } from "./api.js";
import { pretty } from "./jsontext.js";
import { diffLines, folded } from "./diff.js";
import { isolated, printable, problem, toast, whoami } from "./parts.js";

const ACTIONS = {
  answer: { key: "a", label: "Answer", hint: "The agent goes on with your answer.", kind: "primary" },
  retry: { key: "r", label: "Retry", hint: "A new round of attempts, with the payload below.", kind: "primary" },
  complete: { key: "c", label: "Complete", hint: "You give the step's result yourself.", kind: "primary" },
  skip: { key: "s", label: "Skip", hint: "The workflow goes on without a result of this step.", kind: "" },
  fail: { key: "f", label: "Fail", hint: "The step fails, and with it the workflow.", kind: "danger" },
};
const OF_KIND = { question: ["answer", "retry", "complete", "skip", "fail"], poisoned: ["retry", "fail"] };

export class Resolution {
  constructor(item, { onResolved }) {
    Object.assign(this, { item, onResolved });
    this.actions = OF_KIND[item.kind] ?? ["retry", "complete", "skip", "fail"];
    this.former = item.payload === undefined ? "" : pretty(item.payload);
    this.choice = h("div", { class: "segments", role: "radiogroup", "aria-label": "What to do" });
    this.hint = h("p", { class: "faint" });
    this.options = h("div", { class: "options" });
    this.editor = h("textarea", { class: "code editor-small", rows: 8, spellcheck: "false", on: { input: () => this.changed() } });
    this.editorLabel = h("label", { class: "field" });
    this.difference = h("div", { class: "diff", role: "region", "aria-label": "What differs from the former payload", tabindex: 0, hidden: true });
    this.reason = h("input", { class: "wide", maxlength: 1024, autocomplete: "off", on: { input: () => this.check() } });
    this.by = h("input", { maxlength: 128, value: whoami.name, autocomplete: "name", on: { input: () => this.check() } });
    this.trouble = h("div");
    this.go = h("button", { type: "submit", class: "button primary" });
    this.node = h("form", { class: "card resolution", "aria-label": "Decide", on: { submit: (event) => { event.preventDefault(); this.send(); } } },
      this.choice, this.hint, this.options, this.editorLabel, this.difference,
      h("div", { class: "field-row" }, h("label", { class: "field grow" }, "Why", this.reason), h("label", { class: "field" }, "Your name", this.by)),
      this.trouble, h("div", { class: "actions" }, h("span", { class: "faint" }, h("kbd", "Ctrl"), " ", h("kbd", "Enter")), this.go));
    this.pick(this.actions[0], false);
  }

  close() {
    this.isClosed = true;
  }

  pick(action, hasFocus = true) {
    this.action = action;
    const { label, hint, kind } = ACTIONS[action];
    update(this.choice, this.actions.map((one) => h("button", {
      type: "button", role: "radio", class: "segment", "aria-checked": String(one === action), on: { click: () => this.pick(one) },
    }, ACTIONS[one].label, " ", h("kbd", ACTIONS[one].key))));
    this.hint.textContent = hint;
    this.go.textContent = label;
    this.go.className = `button ${kind}`;
    const options = action === "answer" ? this.item.options ?? [] : [];
    this.chosen = undefined;
    this.drawOptions(options);
    const name = { answer: "Answer (JSON, or plain text)", retry: "Payload", complete: "Result (JSON)" }[action];
    const hasEditor = name !== undefined && options.length === 0 && !(action === "retry" && this.item.kind === "poisoned");
    this.editorLabel.hidden = !hasEditor;
    if (hasEditor) {
      this.editor.value = action === "retry" ? this.former : "";
      this.editor.rows = Math.min(16, Math.max(4, this.editor.value.split("\n").length + 1));
      update(this.editorLabel, name, this.editor);
    }
    this.changed();
    if (hasFocus) (hasEditor && action !== "retry" ? this.editor : this.reason).focus();
  }

  drawOptions(options) {
    update(this.options, options.map((option, at) => h("button", {
      type: "button", class: "option", "aria-pressed": String(this.chosen === at), on: { click: () => this.choose(at) },
    }, h("kbd", at + 1), isolated(typeof option === "string" ? option : JSON.stringify(option)))));
  }

  choose(at) {
    this.chosen = at;
    this.drawOptions(this.item.options);
    this.check();
    this.reason.focus();
  }

  /** A key of the desk; whether it was one. */
  press(key) {
    const action = this.actions.find((one) => ACTIONS[one].key === key);
    if (action) this.pick(action);
    else if (this.action === "answer" && this.item.options?.[Number(key) - 1] !== undefined) this.choose(Number(key) - 1);
    else return false;
    return true;
  }

  changed() {
    const isEdited = this.action === "retry" && this.editor.value !== this.former && !this.editorLabel.hidden;
    this.difference.hidden = !isEdited;
    if (isEdited) {
      update(this.difference, folded(diffLines(this.former, this.editor.value)).slice(0, 400).map(({ kind, text }) => h("div", { class: `diff-line is-${kind}` }, h("span", { "aria-hidden": "true" }, { gone: "−", new: "+" }[kind] ?? " "), kind === "gone" || kind === "new" ? h("span", { class: "hidden" }, kind === "gone" ? "removed: " : "added: ") : null, h("bdi", printable(text.slice(0, 2000))))));
    }
    this.check();
  }

  /** What is sent; throws what is not JSON. */
  body() {
    const body = { action: this.action, by: this.by.value.trim(), reason: this.reason.value.trim() };
    const text = this.editor.value.trim();
    switch (this.action) {
      case "answer": body.answer = this.item.options?.length ? this.item.options[this.chosen] : answer(text); break;
      case "complete": body.result = JSON.parse(text); break;
      case "retry": if (!this.editorLabel.hidden && this.editor.value !== this.former) body.payload = JSON.parse(text); break;
    }
    return body;
  }

  /** What is still missing is said at once, and not when it is sent. */
  check() {
    let missing = null;
    try {
      const body = this.body();
      if (this.action === "answer" && body.answer === undefined) missing = "Choose an answer.";
      else if (!body.reason) missing = "Say why: it is part of the history.";
      else if (!body.by) missing = "Give your name.";
    } catch (error) {
      missing = `This is not JSON: ${error.message}`;
    }
    this.missing = missing;
    this.go.disabled = missing !== null;
    this.go.title = missing ?? "";
    if (this.editor.value.trim() && missing?.startsWith("This")) update(this.trouble, h("p", { class: "note is-bad" }, missing));
    else update(this.trouble);
  }

  async send() {
    this.check();
    if (this.missing || this.isSending || this.isClosed) return;
    this.isSending = true;
    this.go.disabled = true;
    whoami.name = this.by.value.trim();
    try {
      await post(path("escalations", this.item.id, "resolve"), this.body());
      toast(`${ACTIONS[this.action].label}: done`);
      this.onResolved();
    } catch (error) {
      update(this.trouble, problem(error));
      this.go.disabled = false;
    } finally {
      this.isSending = false;
    }
  }
}

/** JSON if it is, otherwise the text itself; nothing is no answer. */
function answer(text) {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
