/** Puts the page together. */

import { App } from "./app.js";
import { must } from "./dom.js";
import { connectExample } from "./example.js";
import { connectFiles } from "./files.js";
import { Maker } from "./make.js";
import { Panel } from "./panel.js";
import { Parts } from "./parts.js";
import { connectKeyboard, connectMidi } from "./play-keys.js";
import { connectReceipt } from "./receipt.js";
import { Roll } from "./roll.js";
import { Store } from "./store.js";
import { Tools } from "./tools.js";
import { connectTop, stateOfAddress } from "./top.js";
import { Transport } from "./transport.js";

customElements.define("galant-roll", Roll);
customElements.define("galant-tools", Tools);
customElements.define("galant-parts", Parts);
customElements.define("galant-transport", Transport);
customElements.define("galant-panel", Panel);

const { state, problem } = await stateOfAddress();
const app = new App(new Store(state));
const maker = new Maker(app);
const roll = must<Roll>(document, "galant-roll");
const transport = must<Transport>(document, "galant-transport");
roll.connect(app);
must<Tools>(document, "galant-tools").connect(app, roll);
must<Parts>(document, "galant-parts").connect(app);
transport.connect(app);
must<Panel>(document, "galant-panel").connect(app, maker);
connectTop(app);
connectFiles(app, maker);
connectExample(app);
connectKeyboard(app, () => transport.playOrPause());
connectMidi(app);
connectReceipt(app, maker, roll);
// What is new is seen and heard at once.
maker.onMade = (from) => {
  roll.bloom();
  app.player.pause();
  app.player.seek(from);
  app.player.start();
};
// A field that is left, a slider that is let go.
addEventListener("change", () => app.store.settle());
if (problem !== null) app.fail(new Error(problem));

try {
  await app.models.fetchList();
  for (const model of app.models.all) await app.models.load(model).catch((error: unknown) => app.fail(error));
} catch (error) {
  app.fail(error);
}
document.documentElement.dataset["ready"] = "true";
// Once loaded, the page works without a network; http on another machine allows no such worker.
if ("serviceWorker" in navigator && isSecureContext) {
  navigator.serviceWorker.register("offline.js").catch(() => undefined);
}
