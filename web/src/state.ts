/** All that the page is about: what is undone, and what a link holds. */

import { emptyPiece, type Piece, type Span } from "./piece.js";

export type Tab = "compose" | "continue" | "harmonize" | "vary";

export interface Settings {
  readonly tab: Tab;
  /** The name of the model; empty for the first that can do what is asked. */
  readonly model: string;
  readonly key: string | null;
  readonly meter: string | null;
  readonly style: string | null;
  readonly bars: number;
  /** Which of the model's parts a tune is that stands alone. */
  readonly voice: number;
  /** None for the model's own. */
  readonly temperature: number | null;
  readonly seed: number;
  /** Whether a seed is drawn each time, so that the same button gives another piece. */
  readonly fresh: boolean;
}

/** What made a piece as it is, in the texts of its MIDI file: with them, its file is the program's to the byte. */
export type MadeBy = readonly string[];

export interface State {
  readonly piece: Piece;
  readonly settings: Settings;
  readonly selection: Span | null;
  /** The parts that stay when the others are written. */
  readonly frozen: readonly number[];
  /** The part that a click writes in. */
  readonly part: number;
  readonly madeBy: MadeBy | null;
}

export function firstState(): State {
  const settings: Settings = {
    tab: "harmonize", model: "", key: null, meter: null, style: null, bars: 16, voice: 0, temperature: null, seed: 1, fresh: true,
  };
  return { piece: emptyPiece(), settings, selection: null, frozen: [0], part: 0, madeBy: null };
}

/** Changes of the piece itself: it is no longer what a request gave, and the rest is made to fit. */
export function withPiece(state: State, piece: Piece, madeBy: MadeBy | null = null): State {
  const { selection } = state;
  const fits = selection !== null && selection.from < piece.bars;
  return {
    ...state,
    piece,
    madeBy,
    selection: fits ? { from: selection.from, to: Math.min(selection.to, piece.bars) } : null,
    frozen: state.frozen.filter((part) => part < piece.parts.length),
    part: Math.min(state.part, Math.max(0, piece.parts.length - 1)),
  };
}
