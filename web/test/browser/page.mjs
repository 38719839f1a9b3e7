// The page in headless Chromium, and what the tests ask of it.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

import { chromium } from "playwright-core";

/** What the caller must say, as variables of the environment: the program, the page's folder, a browser, a model of notes. */
export const { GALANT, PAGE, CHROMIUM, MODEL, OUT } = process.env;

/** Serves the page by the program; `stop` ends it. */
export async function serve() {
  const program = spawn(GALANT, ["studio", "--no-open", "--port", "0", "--page", PAGE], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(createInterface({ input: program.stdout }), "line");
  const address = /http:\/\/[\d.:]+\//.exec(line)[0];
  const stop = async () => {
    program.kill();
    await once(program, "exit");
  };
  return { address, stop };
}

/** Runs the program to its end. */
export function galant(...args) {
  execFileSync(GALANT, args, { stdio: ["ignore", "ignore", "inherit"] });
}

/** A browser whose pages note every request and every error; `problems` has what must not be. */
export async function browse(address) {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  const problems = [];
  const open = async (options = {}, path = "") => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: "light", ...options });
    const page = await context.newPage();
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) problems.push(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => problems.push(`error: ${error.message}`));
    context.on("request", (request) => {
      const url = request.url();
      if (![address, "blob:", "data:"].some((own) => url.startsWith(own))) problems.push(`request to ${url}`);
    });
    await page.goto(address + path);
    await ready(page);
    return page;
  };
  return { browser, open, problems };
}

export async function ready(page) {
  await page.waitForSelector("html[data-ready]", { timeout: 60_000 });
}

export const state = (page) => page.evaluate(() => document.querySelector("galant-roll").app.store.state);
export const status = (page) => page.textContent("#status");
export const problem = (page) => page.textContent("#alert");

/** Presses the large button, and waits for what it does; gives the seconds that took. */
export async function go(page, tab) {
  await page.click(`#tab-${tab}`);
  // From the click to the piece in the store.
  const time = await page.evaluate(async () => {
    const { store } = document.querySelector("galant-roll").app;
    const before = store.state.piece;
    const begin = performance.now();
    document.querySelector("#go").click();
    while (store.state.piece === before && document.querySelector("#alert").textContent === "") {
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    return (performance.now() - begin) / 1000;
  });
  await page.waitForFunction(() => document.querySelector("#go").ariaBusy !== "true");
  return time;
}

/** Clicks the roll where a quarter note of a pitch begins. */
export async function clickNote(page, quarter, pitch, { touch = false } = {}) {
  const place = await page.evaluate(([quarter, pitch]) => {
    const { layout, sheet } = document.querySelector("galant-roll");
    sheet.closest(".roll-scroll").scrollTop = (layout.high - pitch) * layout.row - 120;
    const box = sheet.getBoundingClientRect();
    return { x: box.left + (quarter + 0.4) * layout.quarter, y: box.top + (layout.high - pitch + 0.5) * layout.row };
  }, [quarter, pitch]);
  if (touch) await page.touchscreen.tap(place.x, place.y);
  else await page.mouse.click(place.x, place.y);
  return place;
}

/** Drops a file on the page, as a hand does. */
export async function drop(page, name, bytes) {
  const transfer = await page.evaluateHandle(([name, bytes]) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([new Uint8Array(bytes)], name));
    return transfer;
  }, [name, [...bytes]]);
  for (const kind of ["dragenter", "dragover", "drop"]) await page.dispatchEvent("main", kind, { dataTransfer: transfer });
}

/** Saves the piece by the menu, and gives its bytes. */
export async function download(page, as) {
  const coming = page.waitForEvent("download");
  await page.click("#save summary");
  await page.click(`[data-save=${as}]`);
  const stream = await (await coming).createReadStream();
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
