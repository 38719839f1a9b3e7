/** Plays the piece of the store: where it is, from where to where, and once more after a change. */

import { barStart, endTick, isEmpty, seconds, ticksAt, type Piece } from "./piece.js";
import { Sound, type Voice } from "./sound.js";
import type { Engine } from "./engine.js";
import type { Store } from "./store.js";

/** Changes one after the other are heard together, in milliseconds. */
const PATIENCE = 120;

export class Player {
  readonly #engine: Engine;
  readonly #store: Store;
  #sound: Sound | null = null;
  #voice: Voice | null = null;
  /** The piece that sounds, since when, and from where in it, in seconds. */
  #playing: { piece: Piece; since: number; from: number } | null = null;
  /** Where it stands when nothing sounds. */
  #tick = 0;
  #isLooping = false;
  /** Counts starts and stops: an older start that comes late is not heard. */
  #turn = 0;
  /** Called when it starts, stops or moves. */
  readonly listeners: (() => void)[] = [];
  onError: ((error: unknown) => void) | null = null;

  constructor(engine: Engine, store: Store) {
    this.#engine = engine;
    this.#store = store;
    let timer = 0;
    store.subscribe((state, before) => {
      if (state.selection !== before.selection && this.#isLooping && this.isPlaying) this.start();
      if (state.piece === before.piece) return;
      clearTimeout(timer);
      timer = setTimeout(() => this.#follow(), PATIENCE);
    });
  }

  get isPlaying(): boolean {
    return this.#playing !== null;
  }

  get isLooping(): boolean {
    return this.#isLooping;
  }

  /** Made at the first sound: browsers allow none before a click. */
  get sound(): Sound {
    return (this.#sound ??= new Sound(this.#engine));
  }

  /** The level of what sounds, 0 if nothing does. */
  level(): number {
    return this.#sound?.level() ?? 0;
  }

  /** The tick that sounds, or from which it will. */
  get tick(): number {
    if (this.#playing === null) return this.#tick;
    const { piece, since, from } = this.#playing;
    const context = this.sound.context;
    // What is heard now was handed over a latency ago.
    const passed = Math.max(0, context.currentTime - since - (context.outputLatency || 0));
    const [start, end] = this.#loopOf(piece);
    let time = from + passed;
    if (this.#isLooping && time >= end && end > start) time = start + ((time - start) % (end - start));
    return Math.min(ticksAt(piece, time), endTick(piece));
  }

  async play(): Promise<void> {
    const turn = ++this.#turn;
    const { piece } = this.#store.state;
    const sound = this.sound;
    await sound.context.resume();
    const buffer = await sound.piece(piece);
    if (turn !== this.#turn) return;
    let from = this.tick >= endTick(piece) ? 0 : this.tick;
    const [start, end] = this.#loopTicks(piece);
    if (this.#isLooping && (from < start || from >= end)) from = start;
    this.#silence();
    const offset = seconds(piece, from);
    this.#voice = sound.start(buffer, offset);
    this.#voice.source.onended = () => this.stop();
    this.#playing = { piece, since: sound.context.currentTime, from: offset };
    if (this.#isLooping) this.#voice.loop(this.#loopOf(piece));
    this.#tell();
  }

  pause(): void {
    this.#turn += 1;
    this.#tick = this.tick;
    this.#silence();
    this.#tell();
  }

  /** Back to the beginning, or to that of the selection. */
  stop(): void {
    this.#turn += 1;
    this.#silence();
    const { piece, selection } = this.#store.state;
    this.#tick = selection === null ? 0 : barStart(piece, selection.from);
    this.#tell();
  }

  seek(tick: number): void {
    const wasPlaying = this.isPlaying;
    this.#silence();
    this.#tick = Math.max(0, Math.min(tick, endTick(this.#store.state.piece)));
    this.#tell();
    if (wasPlaying) this.start();
  }

  setLooping(isLooping: boolean): void {
    // Reading the place by the old rule first keeps it where it is.
    if (this.#playing !== null) {
      const { piece } = this.#playing;
      const from = seconds(piece, this.tick);
      this.#playing = { piece, since: this.sound.context.currentTime, from };
    }
    this.#isLooping = isLooping;
    if (this.isPlaying) this.start();
    this.#tell();
  }

  /** Plays without waiting for it. */
  start(): void {
    this.play().catch((error: unknown) => {
      this.stop();
      this.onError?.(error);
    });
  }

  strike(pitch: number, program: number, velocity?: number): void {
    this.sound.strike(pitch, program, velocity).catch((error: unknown) => this.onError?.(error));
  }

  /** After a change of the piece: renders it, and goes on at the same place. */
  #follow(): void {
    this.#tick = Math.min(this.#tick, endTick(this.#store.state.piece));
    if (this.#playing?.piece === this.#store.state.piece) return;
    if (this.isPlaying) {
      this.start();
      return;
    }
    this.#tell();
    // Rendered before it is asked for; but browsers allow no sound before the first click.
    const mayListen = this.#sound !== null || (navigator.userActivation?.hasBeenActive ?? false);
    const { piece } = this.#store.state;
    if (mayListen && !isEmpty(piece)) this.sound.piece(piece).catch((error: unknown) => this.onError?.(error));
  }

  #loopTicks(piece: Piece): [number, number] {
    const { selection } = this.#store.state;
    if (selection === null) return [0, endTick(piece)];
    return [barStart(piece, selection.from), barStart(piece, selection.to)];
  }

  #loopOf(piece: Piece): [number, number] {
    const [from, to] = this.#loopTicks(piece);
    return [seconds(piece, from), seconds(piece, to)];
  }

  #silence(): void {
    this.#voice?.stop();
    this.#voice = null;
    this.#playing = null;
  }

  #tell(): void {
    for (const listener of this.listeners) listener();
  }
}
