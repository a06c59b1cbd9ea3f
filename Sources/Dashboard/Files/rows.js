/** A list of any length of which only what is in sight is in the page. */

import { h, update } from "./dom.js";

const BEYOND = 8;

export class Rows {
  /** `row(place)` gives a row's element; `onSeen(first, last)` hears which places are in sight. */
  constructor({ label, row, onSeen = () => {}, height = 48 }) {
    Object.assign(this, { row, onSeen, height, total: 0 });
    this.inner = h("div", { class: "rows-inner", role: "rowgroup" });
    this.space = h("div", { class: "rows-space", role: "presentation" }, this.inner);
    this.node = h("div", { class: "rows-frame", role: "table", "aria-label": label, tabindex: 0, on: {
      scroll: () => this.later(), keydown: (event) => this.press(event),
    } }, this.space);
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(this.node);
  }

  close() {
    this.observer.disconnect();
  }

  show(total) {
    this.total = total;
    this.node.setAttribute("aria-rowcount", total);
    this.draw();
  }

  later() {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = null;
      this.draw();
    });
  }

  draw() {
    const height = parseFloat(getComputedStyle(this.node).getPropertyValue("--row")) || this.height;
    this.rowHeight = height;
    const first = Math.max(0, Math.floor(this.node.scrollTop / height) - BEYOND);
    const last = Math.min(this.total, Math.ceil((this.node.scrollTop + this.node.clientHeight) / height) + BEYOND);
    this.space.style.height = `${this.total * height}px`;
    this.inner.style.transform = `translateY(${first * height}px)`;
    const rows = [];
    for (let place = first; place < last; place += 1) {
      const row = this.row(place);
      row.setAttribute("aria-rowindex", place + 1);
      rows.push(row);
    }
    update(this.inner, rows);
    this.onSeen(first, last);
  }

  press(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const at = document.activeElement?.closest?.("[role=row]");
    if (!step || !this.node.contains(at)) return;
    const next = this.inner.querySelector(`[aria-rowindex="${Number(at.getAttribute("aria-rowindex")) + step}"] a`);
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.closest("[role=row]").scrollIntoView({ block: "nearest" });
  }
}
