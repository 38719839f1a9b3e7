/** The roll by keyboard and by ear: a grid of one cell that walks with the arrow keys. */

import { newNote, removeNote, replaceNote } from "./edit.js";
import { h } from "./dom.js";
import { gridStep, snapped, xOf, yOf } from "./layout.js";
import { barTicks, endTick, lengthName, noteAt, pitchName, placeName, type Note } from "./piece.js";
import type { Roll } from "./roll.js";

export class RollKeys {
  readonly #roll: Roll;
  readonly #cell = h("div", { role: "gridcell", id: "roll-cell", class: "visually-hidden" });
  readonly #row = h("div", { role: "row" }, this.#cell);

  constructor(roll: Roll) {
    this.#roll = roll;
    const { grid, app } = roll;
    grid.append(this.#row);
    grid.setAttribute("aria-activedescendant", this.#cell.id);
    grid.setAttribute("aria-describedby", "roll-help");
    grid.addEventListener("keydown", (event) => {
      if (this.#press(event)) event.preventDefault();
    });
    roll.addEventListener("drawn", () => this.#show());
    app.onCell = () => { this.#show(); roll.reveal(app.cell.tick, app.cell.pitch); };
  }

  /** Whether the key meant something. */
  #press(event: KeyboardEvent): boolean {
    if (event.ctrlKey || event.metaKey) return false;
    const { app } = this.#roll;
    const { piece } = app.store.state;
    const { tick, pitch } = app.cell;
    const step = gridStep(piece, app.noteLength);
    if (event.altKey || event.shiftKey) return this.#change(event, step);
    const last = Math.max(0, snapped(piece, endTick(piece) - 1, step));
    const to = (nextTick: number, nextPitch: number): boolean => {
      app.moveCell(Math.max(0, Math.min(nextTick, last)), Math.max(0, Math.min(127, nextPitch)));
      return true;
    };
    switch (event.key) {
      case "ArrowLeft": return to(snapped(piece, tick - 1, step), pitch);
      case "ArrowRight": return to(snapped(piece, tick + step, step), pitch);
      case "ArrowUp": return to(tick, pitch + 1);
      case "ArrowDown": return to(tick, pitch - 1);
      case "PageUp": return to(tick, pitch + 12);
      case "PageDown": return to(tick, pitch - 12);
      case "Home": return to(0, pitch);
      case "End": return to(last, pitch);
      case "[": return to(tick - barTicks(piece), pitch);
      case "]": return to(tick + barTicks(piece), pitch);
      case "Enter": return this.#setOrRemove();
      case "Delete":
      case "Backspace": return this.#remove();
      default: return false;
    }
  }

  #found(): { index: number; note: Note } | null {
    const { app } = this.#roll;
    const { piece, part } = app.store.state;
    const own = piece.parts[part];
    const index = own === undefined ? -1 : noteAt(own, app.cell.tick, app.cell.pitch);
    const note = own?.notes[index];
    return note === undefined ? null : { index, note };
  }

  #setOrRemove(): boolean {
    if (this.#found() !== null) return this.#remove();
    const { app } = this.#roll;
    app.writeAtCell(app.cell.pitch);
    return true;
  }

  #remove(): boolean {
    const found = this.#found();
    const { app } = this.#roll;
    const { piece, part } = app.store.state;
    if (found === null) return true;
    app.store.setPiece(removeNote(piece, part, found.index));
    app.announce(`${pitchName(found.note[2])} removed`);
    return true;
  }

  /** Alt moves the note below the cell, shift draws its length. */
  #change({ key, altKey }: KeyboardEvent, step: number): boolean {
    const found = this.#found();
    const move = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[key];
    if (found === null || move === undefined) return move !== undefined;
    const { app } = this.#roll;
    const { piece, part } = app.store.state;
    const [along = 0, up = 0] = move;
    const [onset, length, pitch, velocity] = found.note;
    if (!altKey && up !== 0) return true;
    const next: Note = altKey
      ? newNote(onset + along, length, pitch + up)
      : [onset, Math.max(Math.min(step, length), length + along), pitch, velocity];
    app.store.setPiece(replaceNote(piece, part, found.index, next));
    if (altKey) app.moveCell(next[0], next[2]);
    if (up !== 0) app.strike(next[2]);
    app.announce(`${pitchName(next[2])}, ${lengthName(piece, next[1])}, ${placeName(piece, next[0])}`);
    return true;
  }

  #show(): void {
    const { app, cellBox, layout, grid } = this.#roll;
    const { piece, part } = app.store.state;
    const { tick, pitch } = app.cell;
    const step = gridStep(piece, app.noteLength);
    const box = { x: xOf(layout, tick) + 0.5, y: yOf(layout, pitch) + 0.5, width: xOf(layout, step), height: layout.row - 1 };
    for (const [name, value] of Object.entries(box)) cellBox.setAttribute(name, String(value));
    grid.setAttribute("aria-rowcount", "128");
    grid.setAttribute("aria-colcount", String(Math.ceil(endTick(piece) / step)));
    this.#row.setAttribute("aria-rowindex", String(128 - pitch));
    this.#cell.setAttribute("aria-colindex", String(Math.floor(tick / step) + 1));
    const found = this.#found();
    const what = found === null ? "empty" : `${lengthName(piece, found.note[1])} note`;
    const others = piece.parts.filter((other, index) => index !== part && noteAt(other, tick, pitch) >= 0).map((other) => other.name);
    const beside = others.length === 0 ? "" : `, ${others.join(", ")} here`;
    this.#cell.textContent = `${pitchName(pitch)}, ${placeName(piece, tick)}: ${what}${beside}`;
  }
}
