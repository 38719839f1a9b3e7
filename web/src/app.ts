/** What all parts of the page share. */

import { addNote, newNote } from "./edit.js";
import { must } from "./dom.js";
import { Engine, Stopped } from "./engine.js";
import { gridStep } from "./layout.js";
import { Models } from "./models.js";
import { lengthName, pitchName, placeName } from "./piece.js";
import { Player } from "./player.js";
import type { Store } from "./store.js";

export class App {
  readonly store: Store;
  /** Composes. */
  readonly engine = new Engine();
  readonly models = new Models(this.engine);
  /** Renders, in a worker of its own: a note that is clicked never waits for a piece that is composed. */
  readonly player: Player;
  /** The length of new notes, in quarter notes. */
  quarters = 1;
  /** Where the keyboard is on the roll. */
  cell = { tick: 0, pitch: 72 };
  /** Whether what is played is written at the cell. */
  isWriting = false;
  onCell: (() => void) | null = null;

  constructor(store: Store) {
    this.store = store;
    this.player = new Player(new Engine(), store);
    this.player.onError = (error) => this.fail(error);
  }

  /** The length of new notes, in ticks. */
  get noteLength(): number {
    return Math.max(1, Math.round(this.quarters * this.store.state.piece.ticks));
  }

  /** The instrument of the part that is written in. */
  get program(): number {
    const { piece, part } = this.store.state;
    return piece.parts[part]?.program ?? 0;
  }

  /** Lets a note of the part that is written in be heard. */
  strike(pitch: number, velocity?: number): void {
    this.player.strike(pitch, this.program, velocity);
  }

  choosePart(part: number): void {
    this.store.adjust((state) => ({ ...state, part }));
  }

  moveCell(tick: number, pitch: number): void {
    this.cell = { tick, pitch };
    this.onCell?.();
  }

  /** Sets a note at the cell and lets it be heard. */
  writeAtCell(pitch: number): void {
    const { piece, part } = this.store.state;
    const note = newNote(this.cell.tick, this.noteLength, pitch);
    this.strike(pitch);
    this.store.setPiece(addNote(piece, part, note));
    this.announce(`${pitchName(pitch)}, ${lengthName(piece, note[1])}, set at ${placeName(piece, note[0])}`);
    this.moveCell(note[0], pitch);
  }

  /** A note that is played: it is heard, and written if that is wanted. */
  playNote(pitch: number, velocity?: number): void {
    if (!this.isWriting) {
      this.strike(pitch, velocity);
      return;
    }
    this.writeAtCell(pitch);
    const { piece } = this.store.state;
    const step = Math.max(this.noteLength, gridStep(piece, this.noteLength));
    this.moveCell(this.cell.tick + step, pitch);
  }

  /** Tells what happened, also to a screen reader. */
  announce(text: string): void {
    must(document, "#alert").textContent = "";
    must(document, "#status").textContent = text;
  }

  /** Tells what went wrong and what to do. */
  fail(error: unknown): void {
    if (error instanceof Stopped) {
      this.announce("stopped");
      return;
    }
    must(document, "#status").textContent = "";
    must(document, "#alert").textContent = error instanceof Error ? error.message : String(error);
  }
}
