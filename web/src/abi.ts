/** What the WebAssembly module is asked and answers; crates/galant-web documents it. */

import type { Piece } from "./piece.js";

export interface ModelInfo {
  readonly model: number;
  readonly name: string;
  readonly tokenizer: string;
  /** The parts that it writes, of a model of voices. */
  readonly parts: number | null;
  readonly voices: readonly { readonly name: string }[];
  readonly meters: readonly (readonly [number, number])[];
  /** Whether it can be told a key. */
  readonly keys: boolean;
  readonly styles: readonly string[];
  readonly network: string;
  readonly hash: string;
  readonly range: readonly [number, number] | null;
  /** Whether it carries what its pieces can be compared with. */
  readonly originality: boolean;
}

export interface Composed {
  readonly piece: Piece;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Nats per note; of a harmonization, per step. */
  readonly nats?: number;
  /** The rules of part-writing that a harmonization breaks. */
  readonly breaches?: readonly { readonly rule: string; readonly times: number }[];
  /** The texts of its MIDI file, by which it can be made again. */
  readonly record?: readonly string[];
}

export interface Rendered {
  readonly rate: number;
  readonly frames: number;
  readonly seconds: number;
}

export interface Read {
  readonly piece: Piece;
  readonly warnings: readonly string[];
}

/** Onsets in a row, of all parts together, that are in the corpus. */
export interface Run {
  /** Ticks; the onset at `to` is the first that is no longer in it. */
  readonly from: number;
  readonly to: number;
  readonly length: number;
  readonly source: string;
  readonly bar: number;
  readonly transposition: number;
}

export interface Receipt {
  readonly runs: readonly Run[];
  /** The share of the notes that are in a run. */
  readonly covered: number;
}

export type Request = { readonly do: string } & Readonly<Record<string, unknown>>;

/** To the worker. */
export type Order =
  | { readonly id: number; readonly request: Request; readonly bytes: Uint8Array | null }
  | { readonly drop: number };

/** From the worker. */
export type Report =
  | { readonly id: number; readonly json: unknown; readonly bytes: Uint8Array }
  | { readonly id: number; readonly done: number; readonly of: number }
  | { readonly id: number; readonly error: string; readonly started: boolean };
