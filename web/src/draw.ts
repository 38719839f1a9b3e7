/** What is on the roll, as SVG. */

import type { Run } from "./abi.js";
import { s } from "./dom.js";
import { barLines, beatLines, xOf, yOf, type Layout } from "./layout.js";
import { barNumber, barStart, isBlackKey, pitchName, type Piece, type Span } from "./piece.js";

/** How many colors there are for parts. */
const COLORS = 6;

/** Rows, bar lines and beats. */
export function drawGround(piece: Piece, layout: Layout): SVGElement[] {
  const rows = [];
  for (let pitch = layout.low; pitch <= layout.high; pitch += 1) {
    if (isBlackKey(pitch)) {
      rows.push(s("rect", { class: "black-row", x: 0, y: yOf(layout, pitch), width: layout.width, height: layout.row }));
    }
    if (pitch % 12 === 0 || pitch % 12 === 5) {
      const y = yOf(layout, pitch) + layout.row;
      rows.push(s("line", { class: pitch % 12 === 0 ? "octave-line" : "row-line", x1: 0, x2: layout.width, y1: y, y2: y }));
    }
  }
  const upright = (name: string) => (tick: number): SVGElement => {
    const x = Math.round(xOf(layout, tick)) + 0.5;
    return s("line", { class: name, x1: x, x2: x, y1: 0, y2: layout.height });
  };
  return [...rows, ...beatLines(piece).map(upright("beat-line")), ...barLines(piece).map(upright("bar-line"))];
}

export function drawSelection(piece: Piece, layout: Layout, selection: Span | null): SVGElement[] {
  if (selection === null) return [];
  const [from, to] = [xOf(layout, barStart(piece, selection.from)), xOf(layout, barStart(piece, selection.to))];
  return [s("rect", { class: "selection", x: from, y: 0, width: to - from, height: layout.height })];
}

/** The run of the corpus that a note is in. */
export function runOf(runs: readonly Run[], onset: number): Run | null {
  return runs.find((run) => run.from <= onset && onset < run.to) ?? null;
}

export function runText(run: Run): string {
  const by = run.transposition;
  const moved = by === 0 ? "in the same key" : `${Math.abs(by)} semitones ${by > 0 ? "higher" : "lower"}`;
  return `${run.length} onsets as in ${run.source}, bar ${run.bar}, ${moved}`;
}

/** Every note as a group with the numbers of its part and itself; the part that is written in is on top. */
export function drawNotes(piece: Piece, layout: Layout, active: number, runs: readonly Run[]): SVGElement[] {
  const order = piece.parts.map((_, index) => index).sort((a, b) => Number(a === active) - Number(b === active) || b - a);
  return order.map((index) => {
    const part = piece.parts[index];
    const notes = (part?.notes ?? []).map(([onset, length, pitch], at) => {
      const [x, y] = [xOf(layout, onset), yOf(layout, pitch)];
      const width = Math.max(3, xOf(layout, length) - 1.5);
      const run = runOf(runs, onset);
      const body = { x: x + 0.75, y: y + 0.75, width, height: layout.row - 1.5, rx: Math.min(4.5, layout.row / 3) };
      const inset = Math.min(3, layout.row / 4);
      const head = { x: body.x + inset, y: body.y + inset, width: Math.min(2.5, width / 4), height: body.height - 2 * inset, rx: 1.25 };
      return s("g", { class: run === null ? "note" : "note copied", "data-part": index, "data-note": at, style: `--x:${Math.round(x)}` },
        s("rect", { class: "body", ...body }),
        s("rect", { class: "head", ...head }),
        run === null ? null : s("rect", { class: "hatch", ...body }),
        run === null ? null : s("title", {}, runText(run)));
    });
    const name = `part part-${index % COLORS}${index === active ? " active" : ""}`;
    return s("g", { class: name }, ...notes);
  });
}

/** The ruler above: the numbers of the bars, and the selection. */
export function drawRuler(piece: Piece, layout: Layout, selection: Span | null, height: number): SVGElement[] {
  const lines = barLines(piece);
  // Where bars are narrow only some have a number.
  const bar = ((lines[1] ?? 0) - (lines[0] ?? 0)) / layout.ticks * layout.quarter;
  const every = [1, 2, 4, 8, 16, 32, 64].find((every) => every * bar >= 30) ?? 128;
  const drawn: SVGElement[] = [];
  if (selection !== null) {
    const [from, to] = [xOf(layout, barStart(piece, selection.from)), xOf(layout, barStart(piece, selection.to))];
    drawn.push(s("rect", { class: "selection", x: from, y: 0, width: to - from, height }));
  }
  lines.forEach((tick, index) => {
    const x = Math.round(xOf(layout, tick)) + 0.5;
    drawn.push(s("line", { class: "bar-line", x1: x, x2: x, y1: height - 8, y2: height }));
    if (index < piece.bars && index % every === 0 && barNumber(piece, index) > 0) {
      drawn.push(s("text", { class: "bar-number", x: x + 5, y: height - 9 }, String(barNumber(piece, index))));
    }
  });
  return drawn;
}

/** The keys at the left. */
export function drawKeys(layout: Layout, width: number): SVGElement[] {
  const keys: SVGElement[] = [];
  for (let pitch = layout.low; pitch <= layout.high; pitch += 1) {
    const y = yOf(layout, pitch);
    const isBlack = isBlackKey(pitch);
    const shape = { x: 0, y, width: isBlack ? width * 0.62 : width, height: layout.row };
    // Between two black keys is the end of a white one.
    if (isBlack) keys.push(s("rect", { class: "key-end", x: 0, y: y - 1, width, height: layout.row + 2 }));
    keys.push(s("rect", { class: isBlack ? "key black" : "key white", "data-pitch": pitch, ...shape }));
    if (pitch % 12 === 0) {
      keys.push(s("text", { class: "key-name", x: width - 5, y: y + layout.row / 2 }, pitchName(pitch)));
    }
  }
  return keys;
}

/** The pattern that marks what is in the corpus, which must be seen without color too. */
export function hatchPattern(): SVGElement {
  return s("defs", {},
    s("pattern", { id: "hatch", width: 5, height: 5, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
      s("rect", { class: "hatch-line", width: 2, height: 5 })));
}
