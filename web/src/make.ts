/** Lets a model write, and keeps what it wrote. */

import type { Composed, ModelInfo, Receipt } from "./abi.js";
import type { App } from "./app.js";
import { checkPiece, checkTexts } from "./check.js";
import { Refused } from "./engine.js";
import type { Model } from "./models.js";
import { barStart, isEmpty, type Piece } from "./piece.js";
import { drawSeed, isAlone, requestFor, unable, WORDS } from "./requests.js";
import { withPiece, type MadeBy, type State } from "./state.js";

export class Maker {
  readonly #app: App;
  #job: AbortController | null = null;
  /** Called when a job begins, goes on and ends; 1 is all done, null is no job. */
  onProgress: ((done: number | null) => void) | null = null;
  /** Called with each piece that a model wrote, and the tick from which it is new. */
  onMade: ((from: number) => void) | null = null;

  constructor(app: App) {
    this.#app = app;
  }

  get isBusy(): boolean {
    return this.#job !== null;
  }

  stop(): void {
    this.#job?.abort();
  }

  /** The model chosen, or the first that can do what the tab asks. */
  async model(state: State): Promise<{ model: Model; info: ModelInfo }> {
    const { models } = this.#app;
    const { tab } = state.settings;
    const chosen = models.byName(state.settings.model);
    let first: { model: Model; info: ModelInfo } | null = null;
    for (const model of chosen === null ? models.all : [chosen, ...models.all]) {
      const info = await models.load(model);
      if (unable(tab, info) === null) return { model, info };
      first ??= { model, info };
    }
    if (first === null) throw new Refused("the page has no model: drop a model.safetensors on it");
    return first;
  }

  /** Does what the open tab says. */
  async go(): Promise<void> {
    const app = this.#app;
    const job = new AbortController();
    this.#job = job;
    this.onProgress?.(0);
    try {
      const { store, engine } = app;
      const seed = store.state.settings.fresh ? drawSeed() : store.state.settings.seed;
      const state = { ...store.state, settings: { ...store.state.settings, seed } };
      const { info } = await this.model(state);
      const request = requestFor(state, info);
      const began = performance.now();
      const { json } = await engine.ask<Composed>({ ...request, model: info.model }, {
        signal: job.signal,
        progress: (done, of) => this.onProgress?.(done / of),
      });
      const piece = checkPiece(json.piece);
      const madeBy = checkTexts(json.record);
      store.change((now) => made({ ...now, settings: { ...now.settings, seed } }, piece, madeBy));
      const time = ((performance.now() - began) / 1000).toFixed(2);
      app.announce(`${WORDS[state.settings.tab].done} with seed ${seed} in ${time} s${remarks(json)}`);
      this.onMade?.(newFrom(state, piece));
    } catch (error) {
      app.fail(error);
    } finally {
      this.#job = null;
      this.onProgress?.(null);
    }
  }

  /** A file of the piece; what a model wrote and nobody changed is the MIDI file that `galant` writes, to the byte. */
  async file(as: "mid" | "wav" | "musicxml" | "svg"): Promise<Uint8Array> {
    const { piece, madeBy } = this.#app.store.state;
    if (isEmpty(piece)) throw new Error("there are no notes to save yet");
    return (await this.#app.engine.ask({ do: "write", piece, as, texts: madeBy })).bytes;
  }

  /** What of the piece is in the corpus of the model chosen. */
  async receipt(): Promise<{ receipt: Receipt; model: string }> {
    const { store, engine, models } = this.#app;
    const { piece, madeBy } = store.state;
    // The record of a piece names its model by the hash.
    const maker = models.all.find(({ info }) => info !== null && madeBy?.some((line) => line.includes(info.hash)));
    const { model, info } = maker?.info ? { model: maker, info: maker.info } : await this.model(store.state);
    const { json } = await engine.ask<Receipt>({ do: "originality", model: info.model, piece });
    return { receipt: json, model: model.name };
  }
}

/** Where one listens to what is new: a bar before it, or the bars that were selected. */
function newFrom({ settings, selection, piece: before }: State, piece: Piece): number {
  if (settings.tab === "continue") return barStart(piece, Math.max(0, before.bars - 1));
  return settings.tab === "vary" && selection !== null ? barStart(piece, selection.from) : 0;
}

function made(state: State, piece: Piece, madeBy: MadeBy | null): State {
  const { tab, voice } = state.settings;
  const next = withPiece(state, piece, madeBy);
  if (tab === "harmonize") {
    // What was one tune is now a choir: the tune stays locked.
    const part = Math.min(voice, piece.parts.length - 1);
    return isAlone(state.piece) ? { ...next, frozen: [part], part } : next;
  }
  return { ...next, frozen: [0], part: 0, selection: tab === "vary" ? next.selection : null };
}

/** What else there is to say of a piece. */
function remarks({ nats, breaches }: Composed): string {
  if (breaches !== undefined) {
    const broken = breaches.map(({ rule, times }) => `${rule} ${times === 1 ? "once" : `${times} times`}`);
    return broken.length === 0 ? "; no rule of part-writing is broken" : `; ${broken.join(", ")}`;
  }
  return nats === undefined ? "" : `, ${nats.toFixed(2)} nats a note`;
}
