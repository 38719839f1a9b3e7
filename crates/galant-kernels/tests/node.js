// Runs tests that were compiled for WebAssembly, as cargo's runner: `node node.js TESTS.wasm`.
//
// Without a system nothing can be printed: a test that fails traps, and the trace has its name.
"use strict";

const fs = require("node:fs");

const [, , path] = process.argv;
const instance = new WebAssembly.Instance(new WebAssembly.Module(fs.readFileSync(path)));
const begin = performance.now();
try {
  instance.exports.main(0, 0);
} catch (error) {
  console.error(`a test failed; its name is in the trace\n${error.stack}`);
  process.exit(1);
}
console.log(`all tests passed in Node, ${((performance.now() - begin) / 1000).toFixed(1)} s`);
