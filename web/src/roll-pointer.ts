/** What a mouse, a pen or a finger does on the roll and on its ruler. */

import { addNote, newNote, removeNote, replaceNote } from "./edit.js";
import { gridStep, pitchAt, snapped, tickAt } from "./layout.js";
import { barAt, barStart, pitchName, placeName, type Note, type Piece } from "./piece.js";
import type { Roll } from "./roll.js";

/** Pixels that a hand moves without meaning it. */
const STILL = 4;
/** Pixels at the end of a note by which its length is drawn. */
const HANDLE = 8;

interface Drag {
  readonly pointer: number;
  /** The piece before, without the note that is dragged. */
  readonly base: Piece;
  readonly part: number;
  /** The note before; its number, or null for a new one. */
  readonly note: Note;
  readonly index: number | null;
  readonly kind: "move" | "length";
  readonly from: { x: number; y: number };
  readonly gesture: string;
  hasMoved: boolean;
  pitch: number;
}

export class RollPointer {
  readonly #roll: Roll;
  #drag: Drag | null = null;
  #tap: { pointer: number; x: number; y: number } | null = null;
  #count = 0;

  constructor(roll: Roll) {
    this.#roll = roll;
    const { sheet, keys, app } = roll;
    sheet.addEventListener("pointerdown", (event) => this.#down(event));
    sheet.addEventListener("pointermove", (event) => this.#move(event));
    sheet.addEventListener("pointerup", (event) => this.#up(event));
    sheet.addEventListener("pointercancel", () => { this.#drag = null; this.#tap = null; });
    sheet.addEventListener("contextmenu", (event) => event.preventDefault());
    keys.addEventListener("pointerdown", ({ target }) => {
      const pitch = (target as Element).closest<SVGElement>("[data-pitch]")?.dataset["pitch"];
      if (pitch !== undefined) app.player.strike(Number(pitch), app.program);
    });
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0 || this.#drag !== null) return;
    const { app, layout } = this.#roll;
    const { x, y } = this.#place(event);
    const hit = (event.target as Element).closest<SVGElement>("[data-note]");
    if (hit !== null) {
      this.#grasp(event, Number(hit.dataset["part"]), Number(hit.dataset["note"]), x, y);
      return;
    }
    // A finger may be about to scroll.
    if (event.pointerType === "touch") {
      this.#tap = { pointer: event.pointerId, x, y };
      return;
    }
    const { piece, part } = app.store.state;
    const length = app.noteLength;
    const note = newNote(snapped(piece, tickAt(layout, x), gridStep(piece, length)), length, pitchAt(layout, y));
    this.#begin(event, { base: piece, part, note, index: null, kind: "length", from: { x, y } });
    this.#put(note);
    app.strike(note[2]);
  }

  #grasp(event: PointerEvent, part: number, index: number, x: number, y: number): void {
    const { app, layout } = this.#roll;
    const base = app.store.state.piece;
    const note = base.parts[part]?.notes[index];
    if (note === undefined) return;
    if (part !== app.store.state.part) app.choosePart(part);
    const end = ((note[0] + note[1]) / layout.ticks) * layout.quarter;
    const width = (note[1] / layout.ticks) * layout.quarter;
    const kind = end - x < Math.min(HANDLE, width / 3) ? "length" : "move";
    this.#begin(event, { base, part, note, index, kind, from: { x, y } });
    app.strike(note[2]);
  }

  #begin(event: PointerEvent, drag: Pick<Drag, "base" | "part" | "note" | "index" | "kind" | "from">): void {
    this.#roll.sheet.setPointerCapture(event.pointerId);
    this.#count += 1;
    this.#drag = { ...drag, pointer: event.pointerId, gesture: `drag ${this.#count}`, hasMoved: false, pitch: drag.note[2] };
  }

  #move(event: PointerEvent): void {
    const drag = this.#drag;
    if (drag === null || event.pointerId !== drag.pointer) return;
    const { app, layout } = this.#roll;
    const { x, y } = this.#place(event);
    if (!drag.hasMoved && Math.hypot(x - drag.from.x, y - drag.from.y) < STILL) return;
    drag.hasMoved = true;
    const step = gridStep(drag.base, app.noteLength);
    const [onset, length, pitch, velocity] = drag.note;
    const moved = Math.round(tickAt(layout, x - drag.from.x) / step) * step;
    let next: Note;
    if (drag.kind === "length") {
      next = [onset, Math.max(Math.min(step, length), length + moved), pitch, velocity];
    } else {
      const up = pitchAt(layout, y) - pitchAt(layout, drag.from.y);
      next = newNote(onset + moved, length, pitch + up);
    }
    this.#put(next);
    if (next[2] !== drag.pitch) {
      drag.pitch = next[2];
      app.strike(next[2]);
    }
  }

  #up(event: PointerEvent): void {
    const { app, layout } = this.#roll;
    const { x, y } = this.#place(event);
    const tap = this.#tap;
    this.#tap = null;
    if (tap !== null && tap.pointer === event.pointerId && Math.hypot(x - tap.x, y - tap.y) < 2 * STILL) {
      const { piece, part } = app.store.state;
      const length = app.noteLength;
      const note = newNote(snapped(piece, tickAt(layout, x), gridStep(piece, length)), length, pitchAt(layout, y));
      app.store.setPiece(addNote(piece, part, note));
      app.strike(note[2]);
      this.#say("set", piece, note);
      return;
    }
    const drag = this.#drag;
    this.#drag = null;
    if (drag === null || event.pointerId !== drag.pointer) return;
    if (drag.index !== null && !drag.hasMoved) {
      app.store.setPiece(removeNote(drag.base, drag.part, drag.index));
      this.#say("removed", drag.base, drag.note);
    } else {
      this.#say(drag.index === null ? "set" : "moved", drag.base, drag.note);
    }
  }

  #put(note: Note): void {
    const drag = this.#drag;
    if (drag === null) return;
    const { base, part, index, gesture } = drag;
    const next = index === null ? addNote(base, part, note) : replaceNote(base, part, index, note);
    this.#roll.app.store.setPiece(next, null, gesture);
  }

  #say(what: string, piece: Piece, note: Note): void {
    this.#roll.app.announce(`${pitchName(note[2])} ${what}, ${placeName(piece, note[0])}`);
  }

  #place(event: PointerEvent): { x: number; y: number } {
    const box = this.#roll.sheet.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }
}

/** A click on the ruler moves the cursor, a drag selects bars. */
export class RulerPointer {
  readonly #roll: Roll;
  #from: { x: number; bar: number } | null = null;
  #hasMoved = false;
  #count = 0;

  constructor(roll: Roll) {
    this.#roll = roll;
    roll.ruler.addEventListener("pointerdown", (event) => {
      const { x, tick } = this.#place(event);
      this.#from = { x, bar: barAt(roll.app.store.state.piece, tick) };
      this.#hasMoved = false;
      this.#count += 1;
      roll.ruler.setPointerCapture(event.pointerId);
    });
    roll.ruler.addEventListener("pointermove", (event) => this.#move(event));
    roll.ruler.addEventListener("pointerup", (event) => {
      const { store, player } = roll.app;
      const { piece, selection } = store.state;
      const { tick } = this.#place(event);
      if (event.shiftKey && this.#from !== null && !this.#hasMoved) this.#select(selection?.from ?? 0, this.#from.bar);
      else if (this.#from !== null && !this.#hasMoved) player.seek(snapped(piece, tick, gridStep(piece, piece.ticks)));
      else if (store.state.selection !== null) player.seek(barStart(piece, store.state.selection.from));
      this.#from = null;
    });
    roll.ruler.addEventListener("pointercancel", () => { this.#from = null; });
  }

  #move(event: PointerEvent): void {
    if (this.#from === null) return;
    const { x, tick } = this.#place(event);
    if (!this.#hasMoved && Math.abs(x - this.#from.x) < 2 * STILL) return;
    this.#hasMoved = true;
    this.#select(this.#from.bar, barAt(this.#roll.app.store.state.piece, tick));
  }

  #select(one: number, other: number): void {
    const [from, to] = [Math.min(one, other), Math.max(one, other) + 1];
    const { store } = this.#roll.app;
    const { selection } = store.state;
    if (selection?.from === from && selection.to === to) return;
    store.change((state) => ({ ...state, selection: { from, to } }), `select ${this.#count}`);
  }

  #place(event: PointerEvent): { x: number; tick: number } {
    const x = event.clientX - this.#roll.ruler.getBoundingClientRect().left;
    return { x, tick: tickAt(this.#roll.layout, x) };
  }
}
