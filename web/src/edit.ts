/** Changes of a piece; each gives a new one and leaves the old as it was. */

import { barsTo, endTick, MOST_BARS, VELOCITY, type Note, type Part, type Piece } from "./piece.js";

function withNotes(piece: Piece, part: number, notes: readonly Note[]): Piece {
  const sorted = [...notes].sort((a, b) => a[0] - b[0] || a[2] - b[2]);
  const parts = piece.parts.map((old, index): Part => (index === part ? { ...old, notes: sorted } : old));
  return { ...piece, parts };
}

/** Notes without the time in which another note of the same pitch sounds: two of one key cannot sound together. */
function clear(notes: readonly Note[], [from, length, pitch]: Note): Note[] {
  const to = from + length;
  return notes.flatMap((note): Note[] => {
    const [onset, lasts, key, velocity] = note;
    if (key !== pitch || onset + lasts <= from || to <= onset) return [note];
    return onset < from ? [[onset, from - onset, key, velocity]] : [];
  });
}

/** Sets a note; what sounds of its pitch at its time ends or goes, and the piece grows to hold it. */
export function addNote(piece: Piece, part: number, note: Note): Piece {
  const grown = grownTo(piece, note[0] + note[1]);
  return withNotes(grown, part, [...clear(grown.parts[part]?.notes ?? [], note), note]);
}

export function removeNote(piece: Piece, part: number, index: number): Piece {
  return withNotes(piece, part, (piece.parts[part]?.notes ?? []).filter((_, at) => at !== index));
}

/** Puts a note in the place of another one. */
export function replaceNote(piece: Piece, part: number, index: number, note: Note): Piece {
  return addNote(removeNote(piece, part, index), part, note);
}

/** A note of the usual loudness, within the range of MIDI and after the beginning. */
export function newNote(onset: number, length: number, pitch: number): Note {
  return [Math.max(0, onset), Math.max(1, length), Math.max(0, Math.min(127, pitch)), VELOCITY];
}

function grownTo(piece: Piece, tick: number): Piece {
  const bars = barsTo(piece, tick);
  return bars <= piece.bars ? piece : { ...piece, bars: Math.min(MOST_BARS, bars) };
}

/** Makes a piece longer or shorter; notes behind its end go, and those across it end there. */
export function withBars(piece: Piece, bars: number): Piece {
  const cut = { ...piece, bars: Math.max(1, Math.min(MOST_BARS, Math.round(bars))) };
  const end = endTick(cut);
  const within = (notes: readonly Note[]): Note[] =>
    notes.filter((note) => note[0] < end).map(([onset, length, pitch, velocity]) => [onset, Math.min(length, end - onset), pitch, velocity]);
  return { ...cut, parts: piece.parts.map((part) => ({ ...part, notes: within(part.notes) })) };
}

/** Gives a piece another meter; the notes stay where they are, and the bars are as many as hold them. */
export function withMeter(piece: Piece, meter: Piece["meter"]): Piece {
  const last = Math.max(0, ...piece.parts.flatMap((part) => part.notes.map((note) => note[0] + note[1])));
  const changed = { ...piece, meter, upbeat: 0 };
  const bars = last === 0 ? piece.bars : barsTo(changed, last);
  return { ...changed, bars: Math.min(MOST_BARS, bars) };
}

/** Leaves the part that is written in, without its notes: a fresh sheet in the same meter. */
export function cleared(piece: Piece): Piece {
  const first = piece.parts[0];
  const parts: Part[] = [{ name: "Tune", program: first?.program ?? 0, notes: [] }];
  return { ...piece, title: "", key: null, upbeat: 0, parts };
}
