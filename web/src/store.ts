/** The state with its history, and who wants to know of changes. */

import { History } from "./history.js";
import type { Piece } from "./piece.js";
import { withPiece, type MadeBy, type Settings, type State } from "./state.js";

export class Store {
  readonly #history: History<State>;
  readonly #listeners: ((state: State, before: State) => void)[] = [];

  constructor(first: State) {
    this.#history = new History(first);
  }

  get state(): State {
    return this.#history.present;
  }

  get canUndo(): boolean {
    return this.#history.canUndo;
  }

  get canRedo(): boolean {
    return this.#history.canRedo;
  }

  /** Calls a function now, and after every change. */
  subscribe(listener: (state: State, before: State) => void): void {
    this.#listeners.push(listener);
    listener(this.state, this.state);
  }

  /** Changes one after the other with the same gesture are one step of undo. */
  change(change: (state: State) => State, gesture: string | null = null): void {
    const before = this.state;
    const next = change(before);
    if (next === before) return;
    this.#history.push(next, gesture);
    this.#tell(before);
  }

  /** A change that nobody would undo, such as another tab. */
  adjust(change: (state: State) => State): void {
    const before = this.state;
    const next = change(before);
    if (next === before) return;
    this.#history.replace(next);
    this.#tell(before);
  }

  setPiece(piece: Piece, madeBy: MadeBy | null = null, gesture: string | null = null): void {
    this.change((state) => withPiece(state, piece, madeBy), gesture);
  }

  set(settings: Partial<Settings>, gesture: string | null = null): void {
    this.change((state) => ({ ...state, settings: { ...state.settings, ...settings } }), gesture);
  }

  /** The next change is a step of its own. */
  settle(): void {
    this.#history.settle();
  }

  undo(): boolean {
    const before = this.state;
    const done = this.#history.undo();
    if (done) this.#tell(before);
    return done;
  }

  redo(): boolean {
    const before = this.state;
    const done = this.#history.redo();
    if (done) this.#tell(before);
    return done;
  }

  #tell(before: State): void {
    for (const listener of this.#listeners) listener(this.state, before);
  }
}
