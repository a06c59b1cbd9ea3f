/** Whether the service answers, and how old what is shown is. */

const listeners = new Set();
let lastHeard = performance.now();
let failures = 0;

export const connection = {
  /** Milliseconds since the service was heard last. */
  get age() { return performance.now() - lastHeard; },
  get isLost() { return failures > 0; },
};

/** Calls back whenever the service is lost or found again. */
export function onConnection(listener) {
  listeners.add(listener);
}

export function heard() {
  lastHeard = performance.now();
  if (failures === 0) return;
  failures = 0;
  for (const listener of listeners) listener();
}

export function failed() {
  failures += 1;
  if (failures === 1) for (const listener of listeners) listener();
}

const LONGEST_PAUSE = 8_000;

/**
 * Does something again and again until the signal: every `interval` ms, rarer while it fails, and not at all while
 * nobody sees the page. What it throws goes to `onProblem`.
 */
export async function poll(interval, signal, work, onProblem = () => {}) {
  let inARow = 0;
  while (!signal.aborted) {
    try {
      await work();
      inARow = 0;
    } catch (error) {
      if (signal.aborted) return;
      inARow += 1;
      onProblem(error);
    }
    const wait = inARow === 0 ? interval : Math.min(LONGEST_PAUSE, Math.max(interval, 500 * 2 ** inARow));
    await pause(wait, signal);
    if (document.hidden) await visible(signal);
  }
}

export function pause(milliseconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener("abort", done, { once: true });
    function done() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    }
  });
}

function visible(signal) {
  return new Promise((resolve) => {
    const check = () => { if (!document.hidden) done(); };
    function done() {
      document.removeEventListener("visibilitychange", check);
      signal.removeEventListener("abort", done);
      resolve();
    }
    document.addEventListener("visibilitychange", check);
    signal.addEventListener("abort", done, { once: true });
    check();
  });
}

/** Listens to a stream of events until the signal. The browser connects again by itself, from where it was. */
export function stream(target, signal, types, onEvent, onEnd = () => {}) {
  const source = new EventSource(target);
  const take = (message) => {
    heard();
    onEvent(JSON.parse(message.data), message.lastEventId);
  };
  for (const type of types) source.addEventListener(type, take);
  source.addEventListener("open", heard);
  source.addEventListener("error", () => {
    // One that is closed for good was refused; otherwise it is being connected again.
    if (source.readyState === EventSource.CLOSED) onEnd();
  });
  signal.addEventListener("abort", () => source.close(), { once: true });
  return source;
}
