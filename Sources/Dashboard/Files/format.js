/** Figures, times and names as people read them. */

const number = new Intl.NumberFormat("en");
const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const calendar = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });

export const count = (value) => number.format(value);
export const compact = (value) => (value < 10_000 ? number.format(value) : short.format(value));

/** `1.4 s`, `3 min 20 s`, `2 d 3 h`: two units at most. */
export function duration(milliseconds) {
  if (!Number.isFinite(milliseconds)) return "–";
  const value = Math.max(0, milliseconds);
  if (value < 1000) return `${Math.round(value)} ms`;
  if (value < 9_950) return `${(value / 1000).toFixed(1)} s`;
  if (value < 59_500) return `${Math.round(value / 1000)} s`;
  const seconds = Math.round(value / 1000);
  if (seconds < 3600) return two(Math.floor(seconds / 60), "min", seconds % 60, "s");
  if (seconds < 86_400) return two(Math.floor(seconds / 3600), "h", Math.floor((seconds % 3600) / 60), "min");
  return two(Math.floor(seconds / 86_400), "d", Math.floor((seconds % 86_400) / 3600), "h");
}

const two = (first, unit, second, smaller) => (second ? `${first} ${unit} ${second} ${smaller}` : `${first} ${unit}`);

/** A duration of the API, `250ms` or `5m`, in milliseconds. */
export function milliseconds(text) {
  const match = /^(\d+)(ms|s|m|h|d)$/.exec(text ?? "");
  return match ? Number(match[1]) * { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[match[2]] : NaN;
}

export function time(text) {
  const date = new Date(text);
  const isToday = date.toDateString() === new Date().toDateString();
  return isToday ? clock.format(date) : `${calendar.format(date)}, ${clock.format(date)}`;
}

/** The time of day with milliseconds. */
export const precise = (text) => `${clock.format(new Date(text))}.${text.slice(20, 23)}`;

/** The store's clock may be off from this machine's: ages are by the answers' own time where there is one. */
let skew = 0;
export const now = () => Date.now() + skew;
export const learnTime = (text) => { skew = Date.parse(text) - Date.now(); };

export const since = (text) => now() - Date.parse(text);
export const ago = (text) => (since(text) < 1500 ? "just now" : `${duration(since(text))} ago`);

/** An id's beginning and end, which is what people compare. */
export const shortID = (id) => (id && id.length > 18 ? `${id.slice(0, id.lastIndexOf("_") + 5)}…${id.slice(-4)}` : id ?? "");

export function bytes(value) {
  if (value < 1024) return `${value} B`;
  return value < 1 << 20 ? `${(value / 1024).toFixed(1)} KiB` : `${(value / (1 << 20)).toFixed(1)} MiB`;
}

export const plural = (value, one, many = `${one}s`) => `${count(value)} ${value === 1 ? one : many}`;
