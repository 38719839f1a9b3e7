// The module as a page uses it: requests as JSON and bytes, and the answers to them.
"use strict";

const fs = require("node:fs");

/** Starts the module in a file. */
function start(path) {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(fs.readFileSync(path)));
  const answer = () => {
    const bytes = (at, length) => new Uint8Array(exports.memory.buffer, at, length);
    return {
      json: JSON.parse(new TextDecoder().decode(bytes(exports.json_ptr(), exports.json_len()))),
      bytes: bytes(exports.bytes_ptr(), exports.bytes_len()).slice(),
    };
  };
  /** Asks, and goes on until it is done; `slices` has how long each slice took, in milliseconds. */
  const ask = (request, bytes = new Uint8Array(0)) => {
    const json = new TextEncoder().encode(JSON.stringify(request));
    const at = exports.alloc(json.length + bytes.length);
    if (at === 0) throw new Error(`no room for ${json.length + bytes.length} bytes`);
    const memory = new Uint8Array(exports.memory.buffer);
    memory.set(json, at);
    memory.set(bytes, at + json.length);
    const slices = [];
    const timed = (step) => {
      const begin = performance.now();
      const status = step();
      slices.push(performance.now() - begin);
      return status;
    };
    let status = timed(() => exports.call(at, json.length, bytes.length));
    exports.free(at, json.length + bytes.length);
    while (status === 2) status = timed(() => exports.resume());
    const { json: answered, bytes: answeredBytes } = answer();
    if (status !== 0) throw new Error(answered.error);
    return { ...answered, bytes: answeredBytes, slices };
  };
  return { ask, exports, answer };
}

module.exports = { start };
