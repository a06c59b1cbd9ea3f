/** How the whole stands, asked every second, with the last ten minutes of it: rates and percentiles are differences. */

import { get } from "./api.js";
import { poll } from "./connection.js";
import { learnTime } from "./format.js";

const KEPT = 600;
/** Over how many milliseconds a rate is taken, and a percentile. */
const RATE_OVER = 5_000;
const PERCENTILE_OVER = 15_000;

const listeners = new Set();

export const overview = {
  /** What was answered last. */
  current: null,
  /** Points of the charts, oldest first. */
  samples: [],
  problem: null,
};

export function watchOverview(signal) {
  poll(1000, signal, async () => {
    const answer = await get("/v1/overview", signal);
    learnTime(answer.at);
    overview.problem = null;
    overview.current = answer;
    take(answer);
    tell();
  }, (error) => {
    overview.problem = error;
    tell();
  });
}

export function onOverview(listener, signal) {
  listeners.add(listener);
  signal.addEventListener("abort", () => listeners.delete(listener), { once: true });
  if (overview.current || overview.problem) listener();
}

const tell = () => { for (const listener of listeners) listener(); };

function take(answer) {
  const { samples } = overview;
  const sample = { at: Date.parse(answer.at), answer };
  const rateFrom = before(samples, sample.at - RATE_OVER);
  if (rateFrom) sample.rates = rates(rateFrom.answer.finished, answer.finished, sample.at - rateFrom.at);
  const from = before(samples, sample.at - PERCENTILE_OVER);
  if (from) sample.percentiles = percentiles(from.answer.durations, answer.durations);
  samples.push(sample);
  if (samples.length > KEPT) samples.shift();
}

/** The latest sample not after that time; the first one if all are. */
function before(samples, at) {
  for (let place = samples.length - 1; place >= 0; place -= 1) if (samples[place].at <= at) return samples[place];
  return samples[0];
}

/** How many end in a second. The sums shrink when a node leaves: that is no rate. */
export function rates(earlier, later, milliseconds) {
  const found = {};
  for (const status of ["completed", "failed", "cancelled"]) {
    found[status] = milliseconds > 0 ? Math.max(0, later[status] - earlier[status]) * 1000 / milliseconds : 0;
  }
  return found;
}

/** Percentiles of what came between two histograms, within a bucket evenly spread; `null` if nothing did. */
export function percentiles(earlier, later, wanted = [0.5, 0.95, 0.99]) {
  const counts = later.counts.map((count, place) => Math.max(0, count - (earlier.counts[place] ?? 0)));
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  return wanted.map((share) => {
    let left = share * total;
    for (const [place, count] of counts.entries()) {
      const lower = place === 0 ? 0 : later.bounds_ms[place - 1];
      const upper = later.bounds_ms[place] ?? lower;
      if (left <= count) return lower + (count === 0 ? 0 : left / count) * (upper - lower);
      left -= count;
    }
    return later.bounds_ms.at(-1);
  });
}
