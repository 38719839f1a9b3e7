/** A piece as plain data, and what can be computed from it; times are in ticks. */

/** Onset, length, MIDI pitch, velocity. */
export type Note = readonly [onset: number, length: number, pitch: number, velocity: number];

export interface Part {
  readonly name: string;
  /** MIDI program, from 0 to 127. */
  readonly program: number;
  readonly percussion?: boolean;
  readonly notes: readonly Note[];
}

export interface Piece {
  readonly title: string;
  /** Quarter notes per minute. */
  readonly tempo: number;
  readonly meter: readonly [beats: number, unit: number];
  readonly key: string | null;
  /** Ticks per quarter note. */
  readonly ticks: number;
  /** Bars, an upbeat included. */
  readonly bars: number;
  /** Ticks of the first bar if it is an upbeat, else 0. */
  readonly upbeat: number;
  readonly parts: readonly Part[];
}

/** Bars from `from` to `to`, which is excluded; the first is 0. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export const VELOCITY = 80;
export const MOST_BARS = 256;

/** An empty piece for a tune. */
export function emptyPiece(meter: Piece["meter"] = [4, 4], bars = 4): Piece {
  const tune: Part = { name: "Tune", program: 0, notes: [] };
  return { title: "", tempo: 96, meter, key: null, ticks: 480, bars, upbeat: 0, parts: [tune] };
}

export function isEmpty(piece: Piece): boolean {
  return piece.parts.every((part) => part.notes.length === 0);
}

export function beatTicks(piece: Piece): number {
  return (piece.ticks * 4) / piece.meter[1];
}

export function barTicks(piece: Piece): number {
  return beatTicks(piece) * piece.meter[0];
}

/** The tick at which a bar begins; that of the bar after the last is the end. */
export function barStart(piece: Piece, bar: number): number {
  if (piece.upbeat === 0) return bar * barTicks(piece);
  return bar === 0 ? 0 : piece.upbeat + (bar - 1) * barTicks(piece);
}

/** The end of the last bar. */
export function endTick(piece: Piece): number {
  return barStart(piece, piece.bars);
}

/** The bar that a tick is in. */
export function barAt(piece: Piece, tick: number): number {
  const full = Math.floor((tick - piece.upbeat) / barTicks(piece));
  return Math.max(0, Math.min(piece.bars - 1, piece.upbeat === 0 ? full : full + 1));
}

/** The number by which musicians call a bar: an upbeat is none, the first full bar is 1. */
export function barNumber(piece: Piece, bar: number): number {
  return piece.upbeat === 0 ? bar + 1 : bar;
}

/** The bars of a piece that ends at a tick. */
export function barsTo(piece: Piece, tick: number): number {
  const full = Math.ceil((tick - piece.upbeat) / barTicks(piece));
  return Math.max(1, piece.upbeat === 0 ? full : full + 1);
}

export function seconds(piece: Piece, ticks: number): number {
  return ((ticks / piece.ticks) * 60) / piece.tempo;
}

export function ticksAt(piece: Piece, time: number): number {
  return (time * piece.tempo * piece.ticks) / 60;
}

/** The lowest and the highest pitch that sounds, if any. */
export function pitchRange(piece: Piece): [number, number] | null {
  const pitches = piece.parts.flatMap((part) => part.notes.map((note) => note[2]));
  return pitches.length === 0 ? null : [Math.min(...pitches), Math.max(...pitches)];
}

/** The number of a note of a part that sounds at a tick, of the pitch; -1 if there is none. */
export function noteAt(part: Part, tick: number, pitch: number): number {
  return part.notes.findIndex((note) => note[2] === pitch && note[0] <= tick && tick < note[0] + note[1]);
}

const LETTERS = ["C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B"];

/** "C4" is the middle C, 60. */
export function pitchName(pitch: number): string {
  return `${LETTERS[pitch % 12]}${Math.floor(pitch / 12) - 1}`;
}

export function isBlackKey(pitch: number): boolean {
  return [1, 3, 6, 8, 10].includes(pitch % 12);
}

/** The place of a tick in words: "bar 3, beat 2". */
export function placeName(piece: Piece, tick: number): string {
  if (tick < piece.upbeat) return "upbeat";
  const bar = barAt(piece, tick);
  const beat = (tick - barStart(piece, bar)) / beatTicks(piece) + 1;
  return `bar ${barNumber(piece, bar)}, beat ${Number(beat.toFixed(2))}`;
}

/** The length of a note in words. */
export function lengthName(piece: Piece, length: number): string {
  const names: Record<number, string> = {
    4: "whole", 3: "dotted half", 2: "half", 1.5: "dotted quarter", 1: "quarter", 0.75: "dotted eighth",
    0.5: "eighth", 0.25: "sixteenth",
  };
  const quarters = length / piece.ticks;
  return names[quarters] ?? `${Number(quarters.toFixed(2))} quarters`;
}
