/** What the module is asked for each tab, from the state alone. */

import type { ModelInfo, Request } from "./abi.js";
import { isEmpty, type Part, type Piece } from "./piece.js";
import type { State, Tab } from "./state.js";

/** What a tab does, in the words of the page. */
export const WORDS: Readonly<Record<Tab, { readonly go: string; readonly about: string; readonly done: string }>> = {
  harmonize: {
    go: "Harmonize", done: "harmonized",
    about: "Your tune stays note for note; the parts without a lock are written around it.",
  },
  compose: { go: "Compose", done: "composed", about: "A new piece from the first note to the last chord." },
  continue: { go: "Continue", done: "continued", about: "What you have is the beginning; the model goes on from there." },
  vary: { go: "Vary", done: "varied", about: "The selected bars are composed anew, all else stays. Drag along the bar numbers to select." },
};

/** Why a model cannot do what a tab asks, or null if it can. */
export function unable(tab: Tab, info: ModelInfo): string | null {
  if (tab === "harmonize" && info.parts === null) {
    return "this model plays one instrument; to harmonize, choose a model of voices";
  }
  return null;
}

/**
 * The request for the tab that is open.
 *
 * @throws if something is missing; the message says what.
 */
export function requestFor(state: State, info: ModelInfo): Request {
  const { piece, settings, selection, frozen } = state;
  const { tab, seed, temperature } = settings;
  const why = unable(tab, info);
  if (why !== null) throw new Error(why);
  const common = { do: tab, seed, temperature };
  if (tab === "compose") {
    const { key, style, bars } = settings;
    const meter = settings.meter?.split("/").map(Number) ?? null;
    return { ...common, key, meter, bars, style, candidates: null };
  }
  if (isEmpty(piece)) throw new Error("there are no notes yet: click some on the roll, or press Compose");
  if (tab === "continue") return { ...common, piece, bars: settings.bars };
  if (tab === "vary") {
    if (selection === null) throw new Error("no bars are selected: drag along the bar numbers, or type them here");
    return { ...common, piece, from: selection.from, to: selection.to };
  }
  if (isAlone(piece)) {
    const voice = Math.min(settings.voice, (info.parts ?? 1) - 1);
    return { ...common, piece: asPart(piece, voice), given: [voice] };
  }
  const given = frozen.filter((part) => (piece.parts[part]?.notes.length ?? 0) > 0);
  if (given.length === 0) throw new Error("no part with notes is locked: lock the tune that stays");
  if (given.length === info.parts) throw new Error("all parts are locked: unlock those that are to be written");
  return { ...common, piece: onlyParts(piece, given), given };
}

/** Whether a piece is one part, which may be any of a choir. */
export function isAlone(piece: Piece): boolean {
  return piece.parts.length === 1;
}

/** A tune as one of several parts; those before it have no notes. */
function asPart(piece: Piece, voice: number): Piece {
  const before = Array.from({ length: voice }, (): Part => ({ name: "", program: 0, notes: [] }));
  return { ...piece, parts: [...before, ...piece.parts] };
}

/** The piece with the notes of some parts only. */
function onlyParts(piece: Piece, kept: readonly number[]): Piece {
  const parts = piece.parts.map((part, index): Part => (kept.includes(index) ? part : { ...part, notes: [] }));
  return { ...piece, parts: parts.slice(0, Math.max(...kept) + 1) };
}

/** A seed that a human can read out. */
export function drawSeed(): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) % 100_000;
}
