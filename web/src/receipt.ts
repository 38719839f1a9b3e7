/** The receipt: what of the piece is in the corpus of its model, on the notes and in words. */

import type { Receipt } from "./abi.js";
import type { App } from "./app.js";
import { runText } from "./draw.js";
import { h, must } from "./dom.js";
import type { Maker } from "./make.js";
import { barAt, barNumber, isEmpty } from "./piece.js";
import type { Roll } from "./roll.js";

export function connectReceipt(app: App, maker: Maker, roll: Roll): void {
  const button = must<HTMLButtonElement>(document, "#originality");
  const shown = must<HTMLElement>(document, "#receipt");
  const hide = (): void => {
    button.ariaPressed = "false";
    shown.hidden = true;
    roll.showRuns([]);
  };
  const offer = (): void => {
    button.hidden = isEmpty(app.store.state.piece) || !app.models.all.some((model) => model.info?.originality);
  };
  app.models.listeners.push(offer);
  app.store.subscribe(({ piece }, before) => {
    offer();
    if (piece !== before.piece && !shown.hidden) hide();
  });
  button.addEventListener("click", () => {
    if (button.ariaPressed === "true") {
      hide();
      return;
    }
    const { piece } = app.store.state;
    maker.receipt().then(({ receipt, model }) => {
      if (piece !== app.store.state.piece) return;
      button.ariaPressed = "true";
      roll.showRuns(receipt.runs);
      shown.hidden = false;
      shown.replaceChildren(...words(app, receipt, model));
    }).catch((error: unknown) => app.fail(error));
  });
}

function words(app: App, { runs, covered }: Receipt, model: string): HTMLElement[] {
  const share = `${Math.round(100 * covered)} %`;
  const { piece } = app.store.state;
  const text = runs.length === 0
    ? `No run of notes is in what ${model} has learned from.`
    : `${share} of the onsets are in runs that are in what ${model} has learned from, in any key; they are hatched.`;
  app.announce(text);
  const lines = runs.slice(0, 20).map((run) => h("li", {}, `bar ${barNumber(piece, barAt(piece, run.from))}: ${runText(run)}`));
  return [h("h2", {}, "Receipt"), h("p", {}, text), ...(lines.length === 0 ? [] : [h("ul", {}, ...lines)])];
}
