/** Charts over time: stacked areas or lines, with a few round ticks and what is under the pointer. */

import { h, svg, update } from "./dom.js";
import { duration } from "./format.js";

const HEIGHT = 168;
/** A page that was just opened has little to show: the time that a chart is wide grows with what there is. */
const SHORTEST = 60_000;
const SPACE = { left: 44, right: 10, top: 10, bottom: 22 };

/** `series` are `{name, label, of(sample)}`; samples have `at`, and what `of` gives may be undefined. */
export class TimeChart {
  constructor({ series, isStacked = false, format, span = 300_000, title }) {
    Object.assign(this, { series, isStacked, format, longest: span, span: SHORTEST, title });
    this.samples = [];
    this.plot = svg("svg", { class: "plot", role: "img", preserveAspectRatio: "none" });
    this.legend = h("dl", { class: "legend" });
    this.reading = h("div", { class: "reading", hidden: true });
    this.node = h("figure", { class: "chart", on: {
      pointermove: (event) => this.point(event.clientX - this.plot.getBoundingClientRect().left),
      pointerleave: () => this.point(null),
    } }, this.legend, h("div", { class: "plot-box" }, this.plot, this.reading));
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(this.plot);
  }

  close() {
    this.observer.disconnect();
  }

  show(samples) {
    this.samples = samples;
    this.draw();
  }

  draw() {
    const width = this.plot.clientWidth;
    if (width === 0) return;
    const height = this.plot.clientHeight || HEIGHT;
    const end = this.samples.at(-1)?.at ?? Date.now();
    const known = end - (this.samples[0]?.at ?? end);
    this.span = [SHORTEST, 120_000].find((span) => known <= span) ?? this.longest;
    const shown = this.samples.filter((sample) => sample.at >= end - this.span - 2000);
    const layers = this.layers(shown);
    const top = niceTop(Math.max(...layers.flatMap((layer) => layer.map((point) => point?.[1] ?? 0)), 0));
    this.x = (at) => width - SPACE.right - ((end - at) / this.span) * (width - SPACE.left - SPACE.right);
    this.y = (value) => height - SPACE.bottom - (value / top) * (height - SPACE.top - SPACE.bottom);
    this.shown = shown;
    this.plot.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.plot.setAttribute("aria-label", this.description(shown));
    update(this.plot, this.grid(top, width, height), layers.map((layer, place) => this.layer(layer, place, shown)).toReversed(), this.cursor(height));
    this.drawLegend(shown.at(-1));
  }

  /** For each series its points as [from, to]. */
  layers(shown) {
    const base = shown.map(() => 0);
    return this.series.map((one) => shown.map((sample, place) => {
      const value = one.of(sample);
      if (value === undefined || value === null) return null;
      const from = this.isStacked ? base[place] : 0;
      base[place] = from + value;
      return [from, from + value];
    }));
  }

  layer(points, place, shown) {
    const name = this.series[place].name;
    const parts = [];
    for (const run of runs(points)) {
      // A layer of nothing would only lie over the one below.
      if (this.isStacked && run.every((at) => points[at][0] === points[at][1])) continue;
      const line = run.map((at, step) => `${step ? "L" : "M"}${this.x(shown[at].at).toFixed(1)} ${this.y(points[at][1]).toFixed(1)}`).join("");
      if (this.isStacked) {
        const back = run.toReversed().map((at) => `L${this.x(shown[at].at).toFixed(1)} ${this.y(points[at][0]).toFixed(1)}`).join("");
        parts.push(svg("path", { class: `area is-${name}`, d: `${line}${back}Z` }));
      }
      parts.push(svg("path", { class: `line is-${name}`, d: line }));
    }
    return svg("g", { "clip-path": "inset(0)" }, parts);
  }

  grid(top, width, height) {
    const lines = [0, 0.5, 1].map((share) => [
      svg("line", { class: "grid", x1: SPACE.left, x2: width - SPACE.right, y1: this.y(top * share), y2: this.y(top * share) }),
      svg("text", { class: "tick", x: SPACE.left - 6, y: this.y(top * share) + 3.5, "text-anchor": "end" }, this.format(top * share)),
    ]);
    const times = [this.span, this.span / 2, 0].map((back, place) => svg("text", {
      class: "tick", x: place === 0 ? SPACE.left : place === 1 ? (SPACE.left + width - SPACE.right) / 2 : width - SPACE.right,
      y: height - 6, "text-anchor": ["start", "middle", "end"][place],
    }, back === 0 ? "now" : back % 60_000 ? `−${back / 1000} s` : `−${back / 60_000} min`));
    return svg("g", lines, times);
  }

  cursor(height) {
    if (this.pointed === null || this.pointed === undefined || !this.shown.length) return null;
    const sample = this.shown[this.pointed];
    if (!sample) return null;
    return svg("line", { class: "cursor", x1: this.x(sample.at), x2: this.x(sample.at), y1: SPACE.top, y2: height - SPACE.bottom });
  }

  /** What is read at the pointer; the latest otherwise. */
  point(x) {
    if (x === null || !this.shown?.length) {
      this.pointed = null;
    } else {
      const distances = this.shown.map((sample) => Math.abs(this.x(sample.at) - x));
      this.pointed = distances.indexOf(Math.min(...distances));
    }
    this.draw();
  }

  drawLegend(latest) {
    const sample = this.pointed === null || this.pointed === undefined ? latest : this.shown[this.pointed] ?? latest;
    update(this.legend, this.series.map((one) => {
      const value = sample && one.of(sample);
      return h("div", h("dt", h("i", { class: `swatch is-${one.name}` }), one.label), h("dd", value === undefined || value === null ? "–" : this.format(value)));
    }));
  }

  description(shown) {
    const latest = shown.at(-1);
    const values = this.series.map((one) => {
      const value = latest && one.of(latest);
      return `${one.label} ${value === undefined || value === null ? "unknown" : this.format(value)}`;
    });
    return `${this.title}, the last ${duration(this.span)}. Now: ${values.join(", ")}.`;
  }
}

/** Where points are there one after the other. */
function runs(points) {
  const found = [];
  let run = [];
  for (const [place, point] of points.entries()) {
    if (point) run.push(place);
    if ((!point || place === points.length - 1) && run.length) {
      found.push(run);
      run = [];
    }
  }
  return found;
}

/** The next number of the kind 1, 2, 4, 5, 8 times a power of ten. */
export function niceTop(value) {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 5, 8, 10].map((step) => step * power).find((step) => step >= value * 1.05) ?? 20 * power;
}

/** A bar of parts, as of states: `[name, label, count]`. */
export function bar(parts, label) {
  const total = parts.reduce((sum, part) => sum + part[2], 0);
  return h("div", { class: "bar", role: "img", "aria-label": label },
    parts.filter((part) => part[2] > 0).map(([name, title, value]) =>
      h("span", { class: `bar-part is-${name}`, title: `${title}: ${value}`, css: { "flex-grow": value / Math.max(1, total) } })));
}

/** How much of something is used. */
export function meter(value, limit, label) {
  const share = limit > 0 ? Math.min(1, value / limit) : 0;
  return h("div", { class: "meter", role: "img", "aria-label": label }, h("span", { css: { width: `${share * 100}%` }, class: share >= 1 ? "is-full" : "" }));
}
