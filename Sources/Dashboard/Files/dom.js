/** Elements from data. Text goes in as text and nothing else does: what is shown may be anybody's. */

const SVG = "http://www.w3.org/2000/svg";
const HANDLERS = Symbol("handlers");

/** `h("p", {class: "note", on: {click}}, "text", child, [children])`; what is null or false is left out. */
export const h = (name, ...rest) => fill(document.createElement(name), rest);
export const svg = (name, ...rest) => fill(document.createElementNS(SVG, name), rest);

function fill(node, rest) {
  const hasProperties = rest.length > 0 && isProperties(rest[0]);
  node.append(...flat(hasProperties ? rest.slice(1) : rest));
  if (hasProperties) for (const [name, value] of Object.entries(rest[0])) set(node, name, value);
  return node;
}

const isProperties = (value) =>
  value !== null && typeof value === "object" && !Array.isArray(value) && !(value instanceof Node);

function flat(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : String(child)));
}

function set(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  switch (name) {
    case "on": listen(node, value); break;
    // The policy forbids style attributes, and allows this.
    case "css": for (const [property, to] of Object.entries(value)) node.style.setProperty(property, to); break;
    case "key": node.dataset.key = value; break;
    case "value": node.value = value; break;
    case "checked": node.checked = value; break;
    default: node.setAttribute(name, value === true ? "" : String(value));
  }
}

function listen(node, handlers) {
  for (const type of Object.keys(handlers)) {
    if (!node[HANDLERS]?.[type]) node.addEventListener(type, dispatch);
  }
  node[HANDLERS] = handlers;
}

const dispatch = (event) => event.currentTarget[HANDLERS]?.[event.type]?.(event);

/**
 * Makes a node's children like the given ones, and keeps the nodes that are there: focus, selection and scrolling
 * outlive a refresh. Children with a `key` are found again wherever they stand. What people type is theirs: values of
 * fields, and whether something is folded out, are not touched.
 */
export function update(parent, ...children) {
  const next = flat(children).map((child) => (child instanceof Node ? child : document.createTextNode(child)));
  const keyed = new Map();
  for (const child of parent.children) if (child.dataset.key !== undefined) keyed.set(child.dataset.key, child);
  let place = parent.firstChild;
  for (const child of next) {
    const key = child.dataset?.key;
    let old = key === undefined ? place : keyed.get(key);
    if (key === undefined) while (old?.dataset?.key !== undefined) old = old.nextSibling;
    if (old && isAlike(old, child)) {
      if (old !== place) parent.insertBefore(old, place);
      else place = place.nextSibling;
      if (old !== child) become(old, child);
    } else {
      parent.insertBefore(child, place);
    }
  }
  while (place) {
    const gone = place;
    place = place.nextSibling;
    gone.remove();
  }
}

const isAlike = (a, b) => a.nodeName === b.nodeName && a.dataset?.key === b.dataset?.key;

function become(old, next) {
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== next.data) old.data = next.data;
    return;
  }
  for (const { name } of [...old.attributes]) {
    if (!next.hasAttribute(name) && name !== "open" && name !== "style") old.removeAttribute(name);
  }
  for (const { name, value } of next.attributes) {
    if (name !== "open" && name !== "style" && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  if (old.style.cssText !== next.style.cssText) old.style.cssText = next.style.cssText;
  if (next[HANDLERS] || old[HANDLERS]) listen(old, next[HANDLERS] ?? {});
  if (old.type === "checkbox") old.checked = next.checked;
  if (!/^(INPUT|TEXTAREA|SELECT)$/.test(old.nodeName)) update(old, ...next.childNodes);
}
