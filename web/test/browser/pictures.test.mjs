// Pictures of the page, for people to look at; one of them is that of the README.
import { mkdirSync, statSync } from "node:fs";
import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { browse, go, OUT, problem, serve } from "./page.mjs";

const folder = join(OUT ?? tmpdir(), "pictures");

test("pictures are made, wide and narrow, light and dark", async () => {
  mkdirSync(folder, { recursive: true });
  const server = await serve();
  const { browser, open } = await browse(server.address);
  const sizes = { wide: { viewport: { width: 1280, height: 800 } }, narrow: { viewport: { width: 360, height: 760 }, hasTouch: true, isMobile: true } };
  for (const [name, size] of Object.entries(sizes)) {
    for (const colorScheme of ["light", "dark"]) {
      const page = await open({ ...size, colorScheme, reducedMotion: "reduce" });
      await page.screenshot({ path: join(folder, `${name}-${colorScheme}-empty.png`), fullPage: name === "narrow" });
      await page.click("#example");
      await page.click("#fresh");
      await go(page, "harmonize");
      assert.equal(await problem(page), "");
      await page.click("#stop");
      await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`), fullPage: name === "narrow" });
      await page.context().close();
    }
  }
  const page = await open({ viewport: { width: 1064, height: 708 }, reducedMotion: "reduce" });
  await page.click("#example");
  await page.click("#fresh");
  await go(page, "harmonize");
  await page.click("#stop");
  await page.evaluate(() => document.querySelector("galant-roll").app.player.seek(1.5 * 1920));
  await page.mouse.move(0, 0);
  const picture = join(folder, "studio.png");
  // Shadows are most of a picture's bytes.
  await page.screenshot({ path: picture, style: "* { box-shadow: none !important; }" });
  assert.ok(statSync(picture).size <= 100_000, `${statSync(picture).size} bytes`);
  await browser.close();
  await server.stop();
});
