/** Undo and redo of a value that is never changed in place. */

/** How many steps are kept. */
export const MOST_STEPS = 500;

export class History<T> {
  #past: T[] = [];
  #present: T;
  #future: T[] = [];
  /** What the last change was; changes with the same name are one step, such as all of one drag. */
  #gesture: string | null = null;

  constructor(present: T) {
    this.#present = present;
  }

  get present(): T {
    return this.#present;
  }

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  /** Takes the next value; changes with the same gesture, one after the other, are undone together. */
  push(next: T, gesture: string | null = null): void {
    if (gesture === null || gesture !== this.#gesture) {
      this.#past.push(this.#present);
      if (this.#past.length > MOST_STEPS) this.#past.shift();
    }
    this.#gesture = gesture;
    this.#present = next;
    this.#future = [];
  }

  /** Takes a value in place of the present one, as no step of its own. */
  replace(value: T): void {
    this.#present = value;
  }

  /** Ends a gesture: the next change is a step of its own. */
  settle(): void {
    this.#gesture = null;
  }

  undo(): boolean {
    const before = this.#past.pop();
    if (before === undefined) return false;
    this.#future.push(this.#present);
    this.#present = before;
    this.#gesture = null;
    return true;
  }

  redo(): boolean {
    const next = this.#future.pop();
    if (next === undefined) return false;
    this.#past.push(this.#present);
    this.#present = next;
    this.#gesture = null;
    return true;
  }
}
