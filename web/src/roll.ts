/** `<galant-roll>`: the piece as a piano roll to see, to click and to walk through. */

import type { App } from "./app.js";
import type { Run } from "./abi.js";
import { h, s } from "./dom.js";
import { drawGround, drawKeys, drawNotes, drawRuler, drawSelection, hatchPattern } from "./draw.js";
import { layout, xOf, yOf, type Layout } from "./layout.js";
import { endTick, type Piece } from "./piece.js";
import { RollKeys } from "./roll-keys.js";
import { RollPointer, RulerPointer } from "./roll-pointer.js";
import type { State } from "./state.js";

const KEYS_WIDTH = 46;
const RULER_HEIGHT = 30;

export class Roll extends HTMLElement {
  app!: App;
  readonly viewport = h("div", { class: "roll-scroll" });
  readonly sheet = s("svg", { class: "sheet", "aria-hidden": "true" });
  readonly ruler = s("svg", { class: "ruler", "aria-hidden": "true" });
  readonly keys = s("svg", { class: "keys", "aria-hidden": "true" });
  readonly #ground = s("g");
  readonly #selection = s("g");
  readonly #notes = s("g");
  readonly #cursor = s("line", { class: "cursor" });
  readonly #cursorHead = s("path", { class: "cursor-head", d: "M-6 0H6V4L0 11L-6 4Z" });
  readonly cellBox = s("rect", { class: "cell", rx: 3 });
  readonly grid = h("div", { class: "roll-grid", role: "grid", tabindex: 0, "aria-label": "notes of the piece" });
  layout!: Layout;
  zoom = 1;
  #runs: readonly Run[] = [];
  #sounding = new Set<Element>();
  #drawnFor: Piece | null = null;

  connect(app: App): void {
    this.app = app;
    this.sheet.append(hatchPattern(), this.#ground, this.#selection, this.#notes, this.cellBox, this.#cursor);
    this.grid.append(this.sheet);
    this.viewport.append(h("div", { class: "roll-corner" }), this.ruler, this.keys, this.grid);
    this.append(this.viewport);
    new RollPointer(this);
    new RulerPointer(this);
    new RollKeys(this);
    new ResizeObserver(() => this.#draw(app.store.state)).observe(this.viewport);
    app.store.subscribe((state, before) => {
      if (state.piece !== before.piece) this.#runs = [];
      this.#draw(state);
    });
    app.player.listeners.push(() => this.#animate());
  }

  setZoom(zoom: number): void {
    this.zoom = Math.max(0.5, Math.min(6, zoom));
    this.#draw(this.app.store.state);
  }

  /** Marks what is in the corpus. */
  showRuns(runs: readonly Run[]): void {
    this.#runs = runs;
    this.#draw(this.app.store.state);
  }

  /** Lets the notes of a new piece appear one after the other. */
  bloom(): void {
    this.#notes.classList.remove("bloom");
    this.#notes.getBoundingClientRect();
    this.#notes.classList.add("bloom");
  }

  /** Scrolls so that a place is seen. */
  reveal(tick: number, pitch: number): void {
    const [x, y] = [xOf(this.layout, tick), yOf(this.layout, pitch)];
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = this.viewport;
    const [width, height] = [clientWidth - KEYS_WIDTH, clientHeight - RULER_HEIGHT];
    if (x < scrollLeft || x > scrollLeft + width - 30) this.viewport.scrollLeft = Math.max(0, x - width / 3);
    if (y < scrollTop || y > scrollTop + height - 2 * this.layout.row) this.viewport.scrollTop = Math.max(0, y - height / 2);
  }

  #draw(state: State): void {
    const room = {
      width: this.viewport.clientWidth - KEYS_WIDTH - 2,
      height: this.viewport.clientHeight - RULER_HEIGHT - 2,
      zoom: this.zoom,
      isCoarse: matchMedia("(pointer: coarse)").matches,
    };
    if (room.width <= 0) return;
    const { piece, selection } = state;
    this.layout = layout(piece, room);
    const { width, height } = this.layout;
    sized(this.sheet, width + 1, height);
    sized(this.ruler, width + 1, RULER_HEIGHT);
    sized(this.keys, KEYS_WIDTH, height);
    this.#ground.replaceChildren(...drawGround(piece, this.layout));
    this.#selection.replaceChildren(...drawSelection(piece, this.layout, selection));
    this.#notes.classList.remove("bloom");
    this.#notes.replaceChildren(...drawNotes(piece, this.layout, state.part, this.#runs));
    this.#sounding.clear();
    this.ruler.replaceChildren(...drawRuler(piece, this.layout, selection, RULER_HEIGHT), this.#cursorHead);
    this.keys.replaceChildren(...drawKeys(this.layout, KEYS_WIDTH));
    this.#showCursor();
    this.dispatchEvent(new Event("drawn"));
    if (this.#drawnFor === null) this.#centre(piece);
    this.#drawnFor = piece;
  }

  /** The first time, what is usual is in the middle. */
  #centre(piece: Piece): void {
    const pitches = piece.parts.flatMap((part) => part.notes.map((note) => note[2]));
    const middle = pitches.length > 0 ? pitches.reduce((sum, pitch) => sum + pitch, 0) / pitches.length : 70;
    this.viewport.scrollTop = yOf(this.layout, middle) - this.viewport.clientHeight / 2;
  }

  #animate(): void {
    this.#showCursor();
    if (!this.app.player.isPlaying) return;
    requestAnimationFrame(() => this.#animate());
  }

  #showCursor(): void {
    const { player, store } = this.app;
    const tick = player.tick;
    const x = xOf(this.layout, tick);
    for (const [name, value] of Object.entries({ x1: x, x2: x, y1: 0, y2: this.layout.height })) {
      this.#cursor.setAttribute(name, String(value));
    }
    this.#cursorHead.setAttribute("transform", `translate(${x} ${RULER_HEIGHT - 12})`);
    this.dataset["tick"] = String(Math.round(tick));
    this.classList.toggle("playing", player.isPlaying);
    this.#showSounding(player.isPlaying ? tick : null, store.state.piece);
    if (player.isPlaying) this.#keepInSight(x);
  }

  #showSounding(tick: number | null, piece: Piece): void {
    const sounding = new Set<Element>();
    const pitches = new Set<number>();
    if (tick !== null && tick < endTick(piece)) {
      for (const element of this.#notes.querySelectorAll<SVGGElement>(".note")) {
        const note = piece.parts[Number(element.dataset["part"])]?.notes[Number(element.dataset["note"])];
        if (note === undefined || note[0] > tick || tick >= note[0] + note[1]) continue;
        sounding.add(element);
        pitches.add(note[2]);
      }
    }
    for (const element of this.#sounding) if (!sounding.has(element)) element.classList.remove("sounding");
    for (const element of sounding) element.classList.add("sounding");
    this.#sounding = sounding;
    this.#showKeysDown(pitches);
  }

  /** The keys at the left go down with what sounds. */
  #showKeysDown(pitches: ReadonlySet<number>): void {
    for (const key of this.keys.querySelectorAll<SVGElement>(".key")) {
      key.classList.toggle("down", pitches.has(Number(key.dataset["pitch"])));
    }
  }

  #keepInSight(x: number): void {
    const width = this.viewport.clientWidth - KEYS_WIDTH;
    if (x < this.viewport.scrollLeft || x > this.viewport.scrollLeft + width * 0.92) this.viewport.scrollLeft = x - width * 0.08;
  }
}

function sized(svg: SVGSVGElement, width: number, height: number): void {
  svg.setAttribute("width", String(width));
  svg.setAttribute("height", String(height));
}
