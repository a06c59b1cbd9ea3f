/** A text field for JSON with numbered lines, in which what is wrong is underlined at its place. */

import { h, update } from "./dom.js";
import { lineOf } from "./jsontext.js";

const INDENT = "  ";

export class Editor {
  constructor({ label, value, onInput }) {
    this.lines = h("div", { class: "editor-lines", "aria-hidden": "true" });
    this.marks = h("pre", { class: "editor-marks", "aria-hidden": "true" });
    this.area = h("textarea", {
      class: "editor-area", spellcheck: "false", autocapitalize: "off", autocomplete: "off", wrap: "off", "aria-label": label, "aria-describedby": "problems", value,
      on: { input: () => { this.mark([]); onInput(); }, scroll: () => this.align(), keydown: (event) => this.press(event) },
    });
    this.node = h("div", { class: "editor code" }, this.lines, h("div", { class: "editor-text" }, this.marks, this.area));
    this.mark([]);
  }

  get value() { return this.area.value; }

  set value(text) {
    this.area.value = text;
    this.mark([]);
  }

  /** `places` are `{from, to, detail}`. */
  mark(places) {
    const text = this.area.value;
    const sorted = places.toSorted((a, b) => a.from - b.from);
    const wrong = new Set(sorted.map((place) => lineOf(text, place.from)));
    const count = text.split("\n").length;
    update(this.lines, Array.from({ length: count }, (_, at) => h("div", { class: wrong.has(at + 1) ? "is-wrong" : "" }, at + 1)));
    const parts = [];
    let at = 0;
    for (const { from, to } of sorted) {
      if (from < at) continue;
      // Of a value over several lines only the first is underlined.
      const line = text.indexOf("\n", from);
      const end = Math.max(from + 1, line < 0 ? to : Math.min(to, line));
      parts.push(text.slice(at, from), h("mark", text.slice(from, end) || " "));
      at = end;
    }
    update(this.marks, parts, `${text.slice(at)}\n`);
    this.area.setAttribute("aria-invalid", String(places.length > 0));
    this.align();
  }

  align() {
    this.marks.scrollTop = this.area.scrollTop;
    this.marks.scrollLeft = this.area.scrollLeft;
    this.lines.scrollTop = this.area.scrollTop;
  }

  /** Goes to a place. */
  point(from, to) {
    this.area.focus();
    this.area.setSelectionRange(from, to);
    const height = parseFloat(getComputedStyle(this.area).lineHeight);
    this.area.scrollTop = Math.max(0, (lineOf(this.area.value, from) - 4) * height);
  }

  /** A new line begins where the one before did. Tab leaves the field, as everywhere. */
  press(event) {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.isComposing) return;
    event.preventDefault();
    const { selectionStart: from, selectionEnd: to, value } = this.area;
    const line = value.slice(value.lastIndexOf("\n", from - 1) + 1, from);
    const indent = /^\s*/.exec(line)[0];
    const isOpening = /[{[]\s*$/.test(line);
    const isClosing = isOpening && /^\s*[}\]]/.test(value.slice(to));
    const inserted = `\n${indent}${isOpening ? INDENT : ""}`;
    this.area.setRangeText(inserted + (isClosing ? `\n${indent}` : ""), from, to, "end");
    this.area.setSelectionRange(from + inserted.length, from + inserted.length);
    this.area.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
