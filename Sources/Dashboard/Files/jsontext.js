/** Where in a JSON text each value stands, by its pointer (RFC 6901), so that a problem is shown at its place. Pure. */

/** `{value, places}`: places of pointers as [from, to]. Throws a `JSONProblem` with its `at`. */
export function locate(text) {
  const reader = new Reader(text);
  const value = reader.value("");
  reader.space();
  if (reader.at < text.length) reader.fail("expected the end");
  return { value, places: reader.places };
}

export class JSONProblem extends Error {
  constructor(message, at) {
    super(message);
    this.at = at;
  }
}

const DEEPEST = 64;
const SCALAR = /(?:"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y;

class Reader {
  constructor(text) {
    Object.assign(this, { text, at: 0, places: new Map(), depth: 0 });
  }

  space() {
    while (" \t\n\r".includes(this.text[this.at] || "x")) this.at += 1;
  }

  fail(message) {
    throw new JSONProblem(message, Math.min(this.at, this.text.length));
  }

  value(pointer) {
    this.space();
    const from = this.at;
    const first = this.text[from];
    if (first === undefined) this.fail("expected a value, found the end");
    this.depth += 1;
    if (this.depth > DEEPEST) this.fail(`more than ${DEEPEST} levels`);
    const value = first === "{" ? this.object(pointer) : first === "[" ? this.array(pointer) : this.scalar();
    this.depth -= 1;
    this.places.set(pointer, [from, this.at]);
    return value;
  }

  scalar() {
    SCALAR.lastIndex = this.at;
    const match = SCALAR.exec(this.text);
    if (!match) this.fail(this.text[this.at] === '"' ? "a string that does not end on its line, or holds an odd escape" : "expected a value");
    this.at = SCALAR.lastIndex;
    return JSON.parse(match[0]);
  }

  object(pointer) {
    // A member called __proto__ is one like any other.
    const found = Object.create(null);
    this.at += 1;
    this.space();
    if (this.take("}")) return found;
    for (;;) {
      this.space();
      if (this.text[this.at] !== '"') this.fail("expected a name in double quotes");
      const name = this.scalar();
      this.space();
      if (!this.take(":")) this.fail("expected ':'");
      found[name] = this.value(`${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`);
      this.space();
      if (this.take("}")) return found;
      if (!this.take(",")) this.fail("expected ',' or '}'");
    }
  }

  array(pointer) {
    const found = [];
    this.at += 1;
    this.space();
    if (this.take("]")) return found;
    for (;;) {
      found.push(this.value(`${pointer}/${found.length}`));
      this.space();
      if (this.take("]")) return found;
      if (!this.take(",")) this.fail("expected ',' or ']'");
    }
  }

  take(character) {
    if (this.text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }
}

/** The place of a pointer, or of the nearest value around it that is there. */
export function placeOf(pointer, places) {
  for (let path = pointer; ; path = path.slice(0, path.lastIndexOf("/"))) {
    if (places.has(path)) return places.get(path);
    if (path === "") return [0, 1];
  }
}

export const lineOf = (text, at) => text.slice(0, at).split("\n").length;

const WIDTH = 88;

/** JSON with what is short on one line, as people write it. */
export function pretty(value, indent = "") {
  const flat = spaced(value);
  if (flat.length + indent.length <= WIDTH || value === null || typeof value !== "object") return flat;
  const inner = `${indent}  `;
  const parts = Array.isArray(value) ? value.map((one) => inner + pretty(one, inner))
    : Object.entries(value).map(([name, one]) => `${inner}${JSON.stringify(name)}: ${pretty(one, inner)}`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return `${open}\n${parts.join(",\n")}\n${indent}${close}`;
}

function spaced(value) {
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(spaced).join(", ")}]`;
  const members = Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}: ${spaced(one)}`);
  return `{${members.join(", ")}}`;
}
