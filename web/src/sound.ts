/**
 * Rendered pieces and single notes as audio.
 *
 * A piece is one AudioBuffer: the browser's audio thread plays and loops it to the sample, with none of our code on that
 * thread that could come too late. An AudioWorklet would do the same with a message for each block.
 */

import type { Rendered } from "./abi.js";
import type { Engine } from "./engine.js";
import { endTick, seconds, VELOCITY, type Piece } from "./piece.js";

/** How long a note sounds that is played alone, in quarter notes at 60 a minute. */
const STRUCK = 0.9;
/** A fade that nobody hears, in seconds: without it a cut in a wave clicks. */
const FADE = 0.012;

/** A buffer that sounds. */
export class Voice {
  readonly source: AudioBufferSourceNode;
  readonly #gain: GainNode;
  readonly #context: AudioContext;

  constructor(context: AudioContext, output: AudioNode, buffer: AudioBuffer, offset: number) {
    this.#context = context;
    this.source = new AudioBufferSourceNode(context, { buffer });
    this.#gain = new GainNode(context, { gain: 0 });
    this.source.connect(this.#gain).connect(output);
    this.#gain.gain.linearRampToValueAtTime(1, context.currentTime + FADE);
    this.source.start(0, offset);
  }

  /** Repeats what is between two times, in seconds. */
  loop([start, end]: readonly [number, number]): void {
    Object.assign(this.source, { loop: true, loopStart: start, loopEnd: end });
  }

  stop(): void {
    const end = this.#context.currentTime + FADE;
    this.source.onended = null;
    this.#gain.gain.setValueAtTime(1, this.#context.currentTime);
    this.#gain.gain.linearRampToValueAtTime(0, end);
    this.source.stop(end);
  }
}

export class Sound {
  readonly context: AudioContext;
  readonly #engine: Engine;
  readonly #output: AudioNode;
  readonly #analyser: AnalyserNode;
  readonly #wave = new Float32Array(2048);
  readonly #pieces = new WeakMap<Piece, Promise<AudioBuffer>>();
  readonly #notes = new Map<string, Promise<AudioBuffer>>();

  constructor(engine: Engine) {
    this.#engine = engine;
    this.context = new AudioContext({ latencyHint: "interactive" });
    // Chords of a long piece must not clip.
    const limiter = new DynamicsCompressorNode(this.context, { threshold: -6, ratio: 12, attack: 0.002, release: 0.1 });
    this.#analyser = new AnalyserNode(this.context, { fftSize: this.#wave.length });
    limiter.connect(this.#analyser).connect(this.context.destination);
    this.#output = limiter;
  }

  /** The sound of a piece; it is rendered once. */
  piece(piece: Piece): Promise<AudioBuffer> {
    let buffer = this.#pieces.get(piece);
    if (buffer === undefined) {
      buffer = this.#render(piece);
      this.#pieces.set(piece, buffer);
      // What failed once may be tried again.
      buffer.catch(() => this.#pieces.delete(piece));
    }
    return buffer;
  }

  /** Plays one note at once. */
  async strike(pitch: number, program: number, velocity = VELOCITY): Promise<void> {
    void this.context.resume();
    const name = `${program} ${pitch}`;
    let buffer = this.#notes.get(name);
    if (buffer === undefined) {
      const notes = [[0, Math.round(480 * STRUCK), pitch, VELOCITY]] as const;
      buffer = this.#render({
        title: "", tempo: 60, meter: [4, 4], key: null, ticks: 480, bars: 1, upbeat: 0, parts: [{ name: "", program, notes }],
      });
      this.#notes.set(name, buffer);
      buffer.catch(() => this.#notes.delete(name));
    }
    const source = new AudioBufferSourceNode(this.context, { buffer: await buffer });
    source.connect(new GainNode(this.context, { gain: velocity / VELOCITY })).connect(this.#output);
    source.start();
  }

  /** Starts a buffer at a time of it, in seconds. */
  start(buffer: AudioBuffer, offset: number): Voice {
    return new Voice(this.context, this.#output, buffer, offset);
  }

  /** The root of the mean square of what sounds now; 1 is a full square wave. */
  level(): number {
    this.#analyser.getFloatTimeDomainData(this.#wave);
    return Math.sqrt(this.#wave.reduce((sum, value) => sum + value * value, 0) / this.#wave.length);
  }

  async #render(piece: Piece): Promise<AudioBuffer> {
    const rate = this.context.sampleRate;
    const { json, bytes } = await this.#engine.ask<Rendered>({ do: "render", piece, rate });
    const samples = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
    // At least to the last bar line, so that a loop keeps time when the last notes are short.
    const length = Math.max(1, json.frames, Math.ceil(seconds(piece, endTick(piece)) * json.rate));
    const buffer = new AudioBuffer({ length, numberOfChannels: 2, sampleRate: json.rate });
    for (const channel of [0, 1]) {
      const data = buffer.getChannelData(channel);
      for (let frame = 0; frame < json.frames; frame += 1) data[frame] = samples[2 * frame + channel] ?? 0;
    }
    return buffer;
  }
}
