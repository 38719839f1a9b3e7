/** Where ticks and pitches are on the roll, in pixels. */

import { barStart, barTicks, beatTicks, endTick, pitchRange, type Piece } from "./piece.js";

/** The pitches of an empty roll: two octaves and a fourth around the middle of a voice. */
const USUAL: readonly [number, number] = [55, 84];
/** Rows kept free beside the outermost notes. */
const MARGIN = 3;

export interface Layout {
  readonly low: number;
  readonly high: number;
  readonly row: number;
  readonly quarter: number;
  readonly ticks: number;
  readonly width: number;
  readonly height: number;
}

export interface Room {
  readonly width: number;
  readonly height: number;
  /** 1 shows the whole piece where it fits. */
  readonly zoom: number;
  /** Whether fingers must hit a row. */
  readonly isCoarse: boolean;
}

export function layout(piece: Piece, room: Room): Layout {
  const [lowest, highest] = pitchRange(piece) ?? [60, 79];
  const low = Math.max(0, Math.min(USUAL[0], lowest - MARGIN));
  const high = Math.min(127, Math.max(USUAL[1], highest + MARGIN));
  const rows = high - low + 1;
  const least = room.isCoarse ? 15 : 11;
  const row = Math.max(least, Math.min(22, room.height / rows));
  const quarters = endTick(piece) / piece.ticks;
  const fitting = Math.max(room.isCoarse ? 34 : 26, Math.min(96, room.width / quarters));
  const quarter = fitting * room.zoom;
  return { low, high, row, quarter, ticks: piece.ticks, width: quarters * quarter, height: rows * row };
}

export function xOf(layout: Layout, tick: number): number {
  return (tick / layout.ticks) * layout.quarter;
}

export function yOf(layout: Layout, pitch: number): number {
  return (layout.high - pitch) * layout.row;
}

export function tickAt(layout: Layout, x: number): number {
  return (x / layout.quarter) * layout.ticks;
}

export function pitchAt(layout: Layout, y: number): number {
  return Math.max(layout.low, Math.min(layout.high, layout.high - Math.floor(y / layout.row)));
}

/** The step of the grid for notes of a length: its own, but within a bar never more than a beat. */
export function gridStep(piece: Piece, length: number): number {
  return Math.max(1, Math.min(length, beatTicks(piece)));
}

/** The grid line at or before a tick, counted from the bar line. */
export function snapped(piece: Piece, tick: number, step: number): number {
  const zero = piece.upbeat % step;
  return Math.max(0, zero + Math.floor((tick - zero) / step) * step);
}

/** All bar lines, the end included. */
export function barLines(piece: Piece): number[] {
  return Array.from({ length: piece.bars + 1 }, (_, bar) => barStart(piece, bar));
}

/** The beats that are no bar lines. */
export function beatLines(piece: Piece): number[] {
  const beat = beatTicks(piece);
  const [bar, end] = [barTicks(piece), endTick(piece)];
  const first = piece.upbeat % beat;
  const beats = Array.from({ length: Math.max(0, Math.ceil((end - first) / beat)) }, (_, at) => first + at * beat);
  return beats.filter((tick) => tick !== 0 && (tick - piece.upbeat) % bar !== 0);
}
