/** The worker: one instance of the module, one request after the other, in slices between which messages are read. */

import type { Order, Report, Request } from "./abi.js";

interface Module {
  readonly memory: WebAssembly.Memory;
  alloc(length: number): number;
  free(at: number, length: number): void;
  call(at: number, json: number, bytes: number): number;
  resume(): number;
  json_ptr(): number;
  json_len(): number;
  bytes_ptr(): number;
  bytes_len(): number;
}

type Job = Extract<Order, { request: Request }>;

const DONE = 0;
const FAILED = 1;

const port = globalThis as unknown as {
  onmessage: ((event: MessageEvent<Order>) => void) | null;
  postMessage(report: Report, transfer?: Transferable[]): void;
};
const queue: Job[] = [];
const dropped = new Set<number>();
let loading: Promise<Module> | null = null;
let isRunning = false;

port.onmessage = ({ data }) => {
  if ("drop" in data) {
    dropped.add(data.drop);
    return;
  }
  queue.push(data);
  void run();
};

async function run(): Promise<void> {
  if (isRunning) return;
  isRunning = true;
  for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
    if (!dropped.delete(job.id)) await perform(job);
  }
  isRunning = false;
}

async function perform(job: Job): Promise<void> {
  let module: Module;
  try {
    module = await (loading ??= load());
  } catch (error) {
    loading = null;
    port.postMessage({ id: job.id, error: `the program for the browser cannot be loaded: ${String(error)}`, started: false });
    return;
  }
  try {
    let status = start(module, job);
    while (status !== DONE && status !== FAILED) {
      const { done, of } = answer(module) as { done: number; of: number };
      port.postMessage({ id: job.id, done, of });
      await messagesRead();
      if (dropped.delete(job.id)) {
        port.postMessage({ id: job.id, error: "stopped", started: true });
        return;
      }
      status = module.resume();
    }
    if (status === FAILED) {
      const { error } = answer(module) as { error: string };
      port.postMessage({ id: job.id, error, started: true });
      return;
    }
    const bytes = copied(module, module.bytes_ptr(), module.bytes_len());
    port.postMessage({ id: job.id, json: answer(module), bytes }, [bytes.buffer]);
  } catch (error) {
    // A module that trapped is spent, but says why; the next request starts another.
    loading = null;
    port.postMessage({ id: job.id, error: lastWords(module) ?? `the program in the browser broke off: ${String(error)}`, started: false });
  }
}

function start(module: Module, job: Job): number {
  const json = new TextEncoder().encode(JSON.stringify(job.request));
  const bytes = job.bytes ?? new Uint8Array();
  const length = json.length + bytes.length;
  const at = module.alloc(length);
  if (at === 0) throw new Error(`it has no room for ${length} bytes more`);
  const room = new Uint8Array(module.memory.buffer, at, length);
  room.set(json);
  room.set(bytes, json.length);
  const status = module.call(at, json.length, bytes.length);
  module.free(at, length);
  return status;
}

function lastWords(module: Module): string | null {
  try {
    const { error } = answer(module) as { error?: unknown };
    return typeof error === "string" ? error : null;
  } catch {
    return null;
  }
}

function answer(module: Module): unknown {
  return JSON.parse(new TextDecoder().decode(copied(module, module.json_ptr(), module.json_len())));
}

function copied(module: Module, at: number, length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(module.memory.buffer as ArrayBuffer, at, length).slice();
}

async function load(): Promise<Module> {
  const response = await fetch(new URL("galant.wasm", import.meta.url));
  if (!response.ok) throw new Error(`galant.wasm: ${response.status} ${response.statusText}`);
  const { instance } = await WebAssembly.instantiate(await response.arrayBuffer(), {});
  return instance.exports as unknown as Module;
}

/** Comes back after the messages that wait; a timer would wait four milliseconds more. */
function messagesRead(): Promise<void> {
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      channel.port1.close();
      resolve();
    };
    channel.port2.postMessage(null);
  });
}
