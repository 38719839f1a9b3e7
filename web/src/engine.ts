/** A worker as promises. */

import type { Order, Report, Request } from "./abi.js";

export interface Answer<T> {
  readonly json: T;
  readonly bytes: Uint8Array;
}

interface Waiting {
  resolve(answer: Answer<never>): void;
  reject(error: Error): void;
  progress: ((done: number, of: number) => void) | undefined;
}

/** What an engine says when its job was dropped on purpose. */
export class Stopped extends Error {}

/** A text for the user. */
export class Refused extends Error {}

export class Engine {
  readonly #worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;
  /** Called when the module had to be started anew: it knows no model any more. */
  onRestart: (() => void) | null = null;

  constructor() {
    this.#worker.onmessage = ({ data }: MessageEvent<Report>) => this.#take(data);
    this.#worker.onerror = (event) => {
      const error = new Refused(`the worker failed: ${event.message || "it could not be loaded"}`);
      for (const waiting of this.#waiting.values()) waiting.reject(error);
      this.#waiting.clear();
    };
  }

  /** Asks the module; an aborted signal drops the job. */
  ask<T>(
    request: Request,
    { bytes = null, signal, progress }: {
      bytes?: Uint8Array | null;
      signal?: AbortSignal;
      progress?: (done: number, of: number) => void;
    } = {},
  ): Promise<Answer<T>> {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as Waiting["resolve"], reject, progress });
      signal?.addEventListener("abort", () => {
        if (!this.#waiting.delete(id)) return;
        this.#send({ drop: id });
        reject(new Stopped("stopped"));
      }, { once: true });
      this.#send({ id, request, bytes });
    });
  }

  #send(order: Order): void {
    this.#worker.postMessage(order);
  }

  #take(report: Report): void {
    const waiting = this.#waiting.get(report.id);
    if ("error" in report && !report.started) this.onRestart?.();
    if (waiting === undefined) return;
    if ("done" in report) {
      waiting.progress?.(report.done, report.of);
      return;
    }
    this.#waiting.delete(report.id);
    if ("error" in report) waiting.reject(new Refused(report.error));
    else waiting.resolve({ json: report.json as never, bytes: report.bytes });
  }
}
