/** What differs between two texts, line by line. Pure. */

const MOST = 2000;

/** A list of `{kind, text}`: `same`, `gone` or `new`. Texts too long to compare are told as a whole. */
export function diffLines(before, after) {
  const [a, b] = [before.split("\n"), after.split("\n")];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  const lines = (kind, list) => list.map((text) => ({ kind, text }));
  return [...lines("same", a.slice(0, start)), ...between(a.slice(start, a.length - end), b.slice(start, b.length - end), lines), ...lines("same", a.slice(a.length - end))];
}

/** By the longest common subsequence. */
function between(a, b, lines) {
  if (a.length * b.length > MOST * MOST || a.length === 0 || b.length === 0) return [...lines("gone", a), ...lines("new", b)];
  const width = b.length + 1;
  const common = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      common[i * width + j] = a[i] === b[j] ? common[(i + 1) * width + j + 1] + 1 : Math.max(common[(i + 1) * width + j], common[i * width + j + 1]);
    }
  }
  const found = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      found.push({ kind: "same", text: a[i] });
      i += 1;
      j += 1;
    } else if (common[(i + 1) * width + j] >= common[i * width + j + 1]) {
      found.push({ kind: "gone", text: a[i] });
      i += 1;
    } else {
      found.push({ kind: "new", text: b[j] });
      j += 1;
    }
  }
  return [...found, ...lines("gone", a.slice(i)), ...lines("new", b.slice(j))];
}

/** Without the lines far from any difference. */
export function folded(lines, around = 2) {
  const isNear = lines.map((_, at) => lines.slice(Math.max(0, at - around), at + around + 1).some((line) => line.kind !== "same"));
  const shown = [];
  for (const [at, line] of lines.entries()) {
    if (isNear[at]) shown.push(line);
    else if (shown.at(-1)?.kind !== "fold") shown.push({ kind: "fold", text: "⋯" });
  }
  return shown;
}
