/** Files that come and go: what is dropped or opened, and what is saved. */

import type { Read } from "./abi.js";
import type { App } from "./app.js";
import { checkPiece } from "./check.js";
import { must } from "./dom.js";
import type { Maker } from "./make.js";
import { unable } from "./requests.js";
import { withPiece } from "./state.js";

/** What is read of one file; models of the studio have some hundred thousand bytes. */
const MOST_BYTES = 512 * 1024 * 1024;

export function connectFiles(app: App, maker: Maker): void {
  const input = must<HTMLInputElement>(document, "#file");
  must(document, "#open").addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    void openAll(app, [...(input.files ?? [])]).then(() => { input.value = ""; });
  });
  connectDrop(app);
  const menu = must<HTMLDetailsElement>(document, "#save");
  for (const button of menu.querySelectorAll<HTMLButtonElement>("[data-save]")) {
    button.addEventListener("click", () => {
      menu.open = false;
      save(app, maker, button.dataset["save"] as "mid").catch((error: unknown) => app.fail(error));
    });
  }
  document.addEventListener("click", ({ target }) => {
    if (!menu.contains(target as Node)) menu.open = false;
  });
  menu.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !menu.open) return;
    menu.open = false;
    must<HTMLElement>(menu, "summary").focus();
  });
}

function connectDrop(app: App): void {
  const curtain = must<HTMLElement>(document, "#drop");
  let depth = 0;
  const show = (change: number): void => {
    depth = Math.max(0, depth + change);
    curtain.hidden = depth === 0;
  };
  const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
  addEventListener("dragenter", (event) => { if (hasFiles(event)) show(1); });
  addEventListener("dragleave", (event) => { if (hasFiles(event)) show(-1); });
  addEventListener("dragover", (event) => { if (hasFiles(event)) event.preventDefault(); });
  addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    show(-depth);
    void openAll(app, [...(event.dataTransfer?.files ?? [])]);
  });
}

async function openAll(app: App, files: readonly File[]): Promise<void> {
  for (const file of files) {
    try {
      await open(app, file);
    } catch (error) {
      app.fail(new Error(`${file.name}: ${error instanceof Error ? error.message : String(error)}`));
    }
  }
}

async function open(app: App, file: File): Promise<void> {
  if (file.size > MOST_BYTES) throw new Error(`has ${file.size} bytes; at most ${MOST_BYTES} are read`);
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (/\.safetensors$/i.test(file.name)) {
    const model = await app.models.add(file.name.replace(/\.safetensors$/i, ""), bytes);
    // A model that cannot do what the open tab does is shown what it can.
    const { tab } = app.store.state.settings;
    const isUnable = model.info !== null && unable(tab, model.info) !== null;
    app.store.set({ model: model.name, tab: isUnable ? "compose" : tab });
    app.announce(`${file.name}: the model is read and chosen`);
    return;
  }
  const { json } = await app.engine.ask<Read>({ do: "read", name: file.name }, { bytes });
  const piece = checkPiece(json.piece);
  app.player.stop();
  app.store.change((state) => ({ ...withPiece(state, piece), selection: null, frozen: [0], part: 0 }));
  const warnings = json.warnings.length === 0 ? "" : `: ${json.warnings.join("; ")}`;
  app.announce(`${file.name} is read${warnings}`);
}

async function save(app: App, maker: Maker, as: "mid" | "wav" | "musicxml" | "png"): Promise<void> {
  const types = { mid: "audio/midi", wav: "audio/wav", musicxml: "application/vnd.recordare.musicxml+xml", png: "image/png" };
  const bytes = await maker.file(as === "png" ? "svg" : as);
  const blob = as === "png" ? await bitmap(bytes) : new Blob([bytes as Uint8Array<ArrayBuffer>], { type: types[as] });
  const { title } = app.store.state.piece;
  const name = `${title.replace(/[^\p{L}\p{N} _-]/gu, "").trim() || "galant"}.${as}`;
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  app.announce(`${name}: ${blob.size} bytes`);
}

/** A picture in SVG as PNG, at twice its size for sharp screens. */
async function bitmap(svg: Uint8Array): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([svg as Uint8Array<ArrayBuffer>], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = 2 * image.naturalWidth;
    canvas.height = 2 * image.naturalHeight;
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
    if (blob === null) throw new Error(`a picture of ${canvas.width} by ${canvas.height} pixels is too large for this browser`);
    return blob;
  } finally {
    URL.revokeObjectURL(url);
  }
}
