/** The models that the page came with, and those that were dropped on it. */

import type { ModelInfo } from "./abi.js";
import { Refused, type Engine } from "./engine.js";

/** A model that is there; it is read when it is needed first. */
export interface Model {
  readonly name: string;
  /** Its bytes, fetched once. */
  bytes(): Promise<Uint8Array>;
  info: ModelInfo | null;
}

interface Listed {
  readonly file: string;
  readonly name: string;
}

export class Models {
  readonly #engine: Engine;
  readonly #loading = new Map<Model, Promise<ModelInfo>>();
  readonly all: Model[] = [];
  /** Called when a model was added or read. */
  readonly listeners: (() => void)[] = [];

  constructor(engine: Engine) {
    this.#engine = engine;
    engine.onRestart = () => this.#loading.clear();
  }

  /** The list that the page came with, and what each of its models can do. */
  async fetchList(): Promise<void> {
    const listed = (await (await got("models/models.json")).json()) as readonly Listed[];
    for (const { file, name } of listed) {
      const url = `models/${encodeURIComponent(file)}`;
      let bytes: Promise<Uint8Array> | null = null;
      const fetched = async (): Promise<Uint8Array> => new Uint8Array(await (await got(url)).arrayBuffer());
      this.all.push({ name, info: null, bytes: () => (bytes ??= fetched()) });
    }
    this.#tell();
  }

  /** Reads a model file that was dropped. */
  async add(name: string, bytes: Uint8Array): Promise<Model> {
    const model: Model = { name: this.#unused(name), info: null, bytes: () => Promise.resolve(bytes) };
    await this.load(model);
    this.all.push(model);
    this.#tell();
    return model;
  }

  /** What the module says of a model, after reading it. */
  load(model: Model): Promise<ModelInfo> {
    const known = this.#loading.get(model);
    if (known !== undefined) return known;
    const loading = this.#load(model);
    loading.catch(() => this.#loading.delete(model));
    this.#loading.set(model, loading);
    return loading;
  }

  async #load(model: Model): Promise<ModelInfo> {
    const { json } = await this.#engine.ask<ModelInfo>({ do: "load", name: model.name }, { bytes: await model.bytes() });
    model.info = json;
    this.#tell();
    return json;
  }

  byName(name: string): Model | null {
    return this.all.find((model) => model.name === name) ?? null;
  }

  #tell(): void {
    for (const listener of this.listeners) listener();
  }

  #unused(name: string): string {
    let unused = name;
    for (let number = 2; this.byName(unused) !== null; number += 1) unused = `${name} ${number}`;
    return unused;
  }
}

async function got(path: string): Promise<Response> {
  const response = await fetch(path).catch(() => null);
  if (response === null) throw new Refused(`${path} cannot be fetched; is the server still running?`);
  if (!response.ok) throw new Refused(`${path}: ${response.status} ${response.statusText}`);
  return response;
}
