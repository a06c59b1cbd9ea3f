/** The service's API: what it answers, or a problem that says what is wrong and where. */

import { heard, failed } from "./connection.js";

const LONGEST = 70_000;

/** What the service refused, or that it could not be asked. */
export class Problem extends Error {
  constructor(document, status) {
    super(document.detail ?? document.title ?? "The service cannot be reached.");
    this.title = document.title ?? "No answer";
    this.status = status;
    this.type = document.type ?? "";
    this.errors = document.errors ?? [];
    this.document = document;
  }
}

export const get = (path, signal) => send("GET", path, undefined, signal);
export const post = (path, body = {}, headers = {}, signal) => send("POST", path, body, signal, headers);
export const put = (path, body) => send("PUT", path, body);
export const remove = (path) => send("DELETE", path);

async function send(method, path, body, signal, headers = {}) {
  const timeout = AbortSignal.timeout(LONGEST);
  const init = { method, headers: { Accept: "application/json", ...headers }, cache: "no-store" };
  init.signal = signal ? AbortSignal.any([signal, timeout]) : timeout;
  if (body !== undefined) {
    init.body = typeof body === "string" ? body : JSON.stringify(body);
    init.headers["Content-Type"] = "application/json";
  }
  let response, text;
  try {
    response = await fetch(path, init);
    text = await response.text();
  } catch (error) {
    if (signal?.aborted) throw error;
    failed();
    throw new Problem({ title: "No answer", detail: "The service cannot be reached." }, 0);
  }
  heard();
  const document = parse(text);
  if (!response.ok) throw new Problem(document ?? { title: `HTTP ${response.status}` }, response.status);
  return document;
}

function parse(text) {
  try {
    return text === "" ? null : JSON.parse(text);
  } catch {
    return { title: "Not JSON", detail: "Something else than the service has answered." };
  }
}

/** A path of which every part is somebody's text. */
export const path = (...parts) => `/v1/${parts.map(encodeURIComponent).join("/")}`;

/** A query of what is set; lists give a parameter several times. */
export function query(values) {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null && one !== "") parameters.append(name, one);
    }
  }
  const text = parameters.toString();
  return text === "" ? "" : `?${text}`;
}

/** All of a list, page by page, up to so many. */
export async function all(target, member, limit, signal) {
  const items = [];
  let cursor;
  do {
    const separator = target.includes("?") ? "&" : "?";
    const page = await get(`${target}${separator}limit=1000${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`, signal);
    items.push(...page[member]);
    cursor = page.next_cursor;
  } while (cursor && items.length < limit);
  return { items, isWhole: !cursor };
}
