/** Where the steps of a plan stand when it is drawn: in layers from left to right, with few crossings. Pure. */

const NODE = { width: 176, height: 46 };
const GAP = { x: 64, y: 18 };
/** So many steps that differ in nothing but their ids are drawn as one. */
const GROUP_FROM = 9;

/**
 * `steps` are `{id, after, task_type}`. Gives `nodes`, each `{key, ids, after, x, y, width, height}`, `edges` as
 * points, and the size of it all.
 */
export function layout(steps) {
  const nodes = grouped(steps);
  const byKey = new Map(nodes.map((node) => [node.key, node]));
  rank(nodes, byKey);
  const layers = [];
  for (const node of nodes) (layers[node.layer] ??= []).push(node);
  const laid = withBends(nodes, layers, byKey);
  order(laid);
  place(laid);
  return drawn(nodes, laid, byKey);
}

/** Steps with the same predecessors, successors and task type stand together when they are many. */
function grouped(steps) {
  const known = new Set(steps.map((step) => step.id));
  const followers = new Map(steps.map((step) => [step.id, []]));
  for (const step of steps) for (const before of step.after) followers.get(before)?.push(step.id);
  const alike = new Map();
  for (const step of steps) {
    const after = step.after.filter((id) => known.has(id));
    const signature = JSON.stringify([after.toSorted(), followers.get(step.id), step.task_type ?? ""]);
    const group = alike.get(signature) ?? { steps: [], after };
    group.steps.push(step);
    alike.set(signature, group);
  }
  const keyOf = new Map();
  const nodes = [];
  for (const group of alike.values()) {
    const parts = group.steps.length >= GROUP_FROM ? [group.steps] : group.steps.map((step) => [step]);
    for (const part of parts) {
      const node = { key: part[0].id, ids: part.map((step) => step.id), type: part[0].task_type, steps: group.after, ...NODE };
      nodes.push(node);
      for (const id of node.ids) keyOf.set(id, node.key);
    }
  }
  const position = new Map(steps.map((step, at) => [step.id, at]));
  nodes.sort((a, b) => position.get(a.key) - position.get(b.key));
  for (const node of nodes) node.after = [...new Set(node.steps.map((id) => keyOf.get(id)))];
  return nodes;
}

/** A node's layer is one after the last of those that it comes after. */
function rank(nodes, byKey) {
  const waiting = new Map(nodes.map((node) => [node.key, node.after.length]));
  const next = new Map(nodes.map((node) => [node.key, []]));
  for (const node of nodes) for (const before of node.after) next.get(before).push(node);
  const ready = nodes.filter((node) => node.after.length === 0);
  for (const node of nodes) node.layer = 0;
  // What a cycle holds, in a plan that is being written, stays in the first layer.
  for (const node of ready) {
    for (const follower of next.get(node.key)) {
      follower.layer = Math.max(follower.layer, node.layer + 1);
      waiting.set(follower.key, waiting.get(follower.key) - 1);
      if (waiting.get(follower.key) === 0) ready.push(follower);
    }
  }
  for (const node of nodes) node.after = node.after.filter((before) => byKey.get(before).layer < node.layer);
}

/** Edges over several layers get a bend in each, which is laid like a node. */
function withBends(nodes, layers, byKey) {
  const laid = layers.map((layer) => layer.map((node) => ({ node, up: [], down: [], height: node.height })));
  const of = new Map(laid.flat().map((spot) => [spot.node.key, spot]));
  for (const node of nodes) {
    const spot = of.get(node.key);
    spot.paths = [];
    for (const key of node.after) {
      let last = of.get(byKey.get(key).key);
      const path = [last];
      for (let layer = byKey.get(key).layer + 1; layer < node.layer; layer += 1) {
        const bend = { up: [], down: [], height: 10 };
        laid[layer].push(bend);
        connect(last, bend);
        path.push(bend);
        last = bend;
      }
      connect(last, spot);
      spot.paths.push(path);
    }
  }
  return laid;
}

function connect(a, b) {
  a.down.push(b);
  b.up.push(a);
}

/** Each layer is sorted by where its neighbours stand, down and up, and the best of it is kept. */
function order(laid) {
  const number = () => { for (const layer of laid) for (const [at, spot] of layer.entries()) spot.at = at; };
  number();
  const rounds = laid.flat().length > 600 ? 4 : 12;
  let best = { crossings: crossings(laid), layers: laid.map((layer) => [...layer]) };
  for (let round = 0; round < rounds && best.crossings > 0; round += 1) {
    const isDown = round % 2 === 0;
    const sequence = isDown ? laid.slice(1) : laid.slice(0, -1).toReversed();
    for (const layer of sequence) {
      for (const spot of layer) spot.weight = middle((isDown ? spot.up : spot.down).map((other) => other.at)) ?? spot.at;
      layer.sort((a, b) => a.weight - b.weight || a.at - b.at);
      for (const [at, spot] of layer.entries()) spot.at = at;
    }
    const found = crossings(laid);
    if (found < best.crossings) best = { crossings: found, layers: laid.map((layer) => [...layer]) };
  }
  for (const [at, layer] of best.layers.entries()) laid[at] = layer;
  number();
}

function crossings(laid) {
  let found = 0;
  for (const layer of laid) {
    const edges = layer.flatMap((spot) => spot.down.map((other) => [spot.at, other.at]));
    if (edges.length > 1500) return 0;
    for (let one = 0; one < edges.length; one += 1) {
      for (let two = one + 1; two < edges.length; two += 1) {
        if ((edges[one][0] - edges[two][0]) * (edges[one][1] - edges[two][1]) < 0) found += 1;
      }
    }
  }
  return found;
}

function middle(values) {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Heights: each at the middle of its neighbours, as near as those before it in its layer let it. */
function place(laid) {
  for (const layer of laid) {
    let y = 0;
    for (const spot of layer) {
      spot.y = y;
      y += spot.height + GAP.y;
    }
  }
  for (let round = 0; round < 8; round += 1) {
    const isDown = round % 2 === 0;
    for (const layer of isDown ? laid : laid.toReversed()) {
      const wish = layer.map((spot) => {
        const near = isDown ? spot.up : spot.down;
        if (near.length === 0) return spot.y;
        return near.reduce((sum, other) => sum + other.y + other.height / 2, 0) / near.length - spot.height / 2;
      });
      settle(layer, wish);
    }
  }
  const top = Math.min(...laid.flat().map((spot) => spot.y));
  for (const spot of laid.flat()) spot.y -= top;
}

/** The places nearest to the wishes that keep the order and the gaps: neighbours that would overlap move as one. */
function settle(layer, wish) {
  const blocks = [];
  for (const [at, spot] of layer.entries()) {
    let block = { spots: [spot], offsets: [0], size: spot.height, sum: wish[at], y: wish[at] };
    while (blocks.length && blocks.at(-1).y + blocks.at(-1).size + GAP.y > block.y) {
      const before = blocks.pop();
      const shift = before.size + GAP.y;
      const sum = before.sum + block.sum - shift * block.spots.length;
      const spots = [...before.spots, ...block.spots];
      block = { spots, offsets: [...before.offsets, ...block.offsets.map((offset) => offset + shift)], size: shift + block.size, sum, y: sum / spots.length };
    }
    blocks.push(block);
  }
  for (const block of blocks) for (const [at, spot] of block.spots.entries()) spot.y = block.y + block.offsets[at];
}

function drawn(nodes, laid, byKey) {
  const edges = [];
  for (const [at, layer] of laid.entries()) {
    for (const spot of layer) {
      spot.x = at * (NODE.width + GAP.x);
      if (spot.node) Object.assign(spot.node, { x: spot.x, y: spot.y });
    }
  }
  for (const spot of laid.flat()) {
    for (const path of spot.paths ?? []) {
      const points = path.flatMap((one) => (one.node ? [[one.x + NODE.width, one.y + one.height / 2]] : [[one.x, one.y + 5], [one.x + NODE.width, one.y + 5]]));
      edges.push({ from: path[0].node.key, to: spot.node.key, points: [...points, [spot.x, spot.y + spot.height / 2]] });
    }
  }
  const width = Math.max(NODE.width, ...nodes.map((node) => node.x + node.width));
  const height = Math.max(NODE.height, ...laid.flat().map((spot) => spot.y + spot.height));
  return { nodes, edges, width, height, byKey };
}

/** A curve through an edge's points. */
export function curve(points) {
  let path = `M${points[0][0]} ${points[0][1]}`;
  for (let at = 1; at < points.length; at += 1) {
    const [[x0, y0], [x1, y1]] = [points[at - 1], points[at]];
    const half = (x0 + x1) / 2;
    path += y0 === y1 ? `H${x1}` : `C${half} ${y0} ${half} ${y1} ${x1} ${y1}`;
  }
  return path;
}
