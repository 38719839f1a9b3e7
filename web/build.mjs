// Puts the page together in a folder: `node build.mjs FOLDER MODULE.wasm [TITLE=]MODEL.safetensors…`, after `npm run build`.
//
// The folder is replaced.
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { argv, exit } from "node:process";

const [folder, module, ...models] = argv.slice(2);
if (module === undefined) {
  console.error("error: say where the page goes, and which module and models are in it: node build.mjs FOLDER MODULE.wasm [TITLE=]MODEL.safetensors…");
  exit(2);
}

const page = new URL("static/", import.meta.url);
await rm(folder, { recursive: true, force: true });
await cp(page, folder, { recursive: true });
await cp(new URL("build/js/", import.meta.url), folder, { recursive: true });
await cp(module, join(folder, "galant.wasm"));
await mkdir(join(folder, "models"), { recursive: true });
const listed = [];
for (const argument of models) {
  const [, title, model] = /^(?:([^=/\\]*)=)?(.*)$/.exec(argument);
  const file = basename(model);
  await cp(model, join(folder, "models", file));
  listed.push({ file, name: title ?? named(file) });
}
await writeFile(join(folder, "models/models.json"), JSON.stringify(listed, null, 1));

// All scripts are asked for at once, not each when the one before it names it.
const scripts = (await readdir(folder)).filter((name) => name.endsWith(".js") && name !== "offline.js");
const links = scripts.filter((name) => name !== "worker.js").map((name) => `<link rel="modulepreload" href="${name}">`);
const index = join(folder, "index.html");
await writeFile(index, (await readFile(index, "utf8")).replace("</head>", `${links.join("\n")}\n</head>`));

// What is kept for a visit without a network.
const statics = await readdir(page);
const files = [...statics, ...scripts, "galant.wasm", "models/models.json", ...listed.map(({ file }) => `models/${encodeURIComponent(file)}`)];
await writeFile(join(folder, "files.json"), JSON.stringify(files, null, 1));
console.log(`${folder}: ${files.length} files, ${listed.length} models`);

/** "four-parts.safetensors" is "Four parts". */
function named(file) {
  const words = file.replace(/\.safetensors$/, "").replaceAll(/[-_]/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
