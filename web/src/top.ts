/** The top of the page: title, undo and redo, the link, light and dark. */

import type { App } from "./app.js";
import { must } from "./dom.js";
import { decodeState, encodeState, LONGEST_LINK } from "./link.js";
import { isEmpty } from "./piece.js";
import { firstState, type State } from "./state.js";

/** The address follows the state when it has been still for so long, in milliseconds. */
const PATIENCE = 250;

/** The state that the address holds; with a text if it holds none that can be read. */
export async function stateOfAddress(): Promise<{ state: State; problem: string | null }> {
  const text = location.hash.slice(1);
  if (text === "") return { state: firstState(), problem: null };
  try {
    return { state: await decodeState(text), problem: null };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { state: firstState(), problem: `the link cannot be opened: ${why}` };
  }
}

export function connectTop(app: App): void {
  const { store } = app;
  const undo = must<HTMLButtonElement>(document, "#undo");
  const redo = must<HTMLButtonElement>(document, "#redo");
  const title = must<HTMLInputElement>(document, "#title");
  undo.addEventListener("click", () => app.announce(store.undo() ? "undone" : "nothing to undo"));
  redo.addEventListener("click", () => app.announce(store.redo() ? "done again" : "nothing to redo"));
  title.addEventListener("input", () => store.setPiece({ ...store.state.piece, title: title.value }, null, "title"));
  store.subscribe(({ piece }) => {
    undo.disabled = !store.canUndo;
    redo.disabled = !store.canRedo;
    if (title.value !== piece.title) title.value = piece.title;
    document.title = piece.title === "" ? "Galant" : `${piece.title} – Galant`;
  });
  connectAddress(app);
  connectTheme();
}

function connectAddress(app: App): void {
  const { store } = app;
  let timer = 0;
  let written = location.hash;
  let isTooLong = false;
  const write = async (): Promise<void> => {
    const state = store.state;
    const text = await encodeState(state);
    if (state !== store.state) return;
    if (text.length > LONGEST_LINK) {
      if (!isTooLong) app.announce("the piece is too long for a link; download it to keep it");
      isTooLong = true;
      return;
    }
    isTooLong = false;
    written = `#${text}`;
    history.replaceState(null, "", written);
  };
  store.subscribe((state, before) => {
    if (state === before) return;
    clearTimeout(timer);
    timer = setTimeout(() => void write(), PATIENCE);
  });
  // Another link in the same window.
  addEventListener("hashchange", () => {
    if (location.hash === written) return;
    void stateOfAddress().then(({ state, problem }) => {
      store.change(() => state);
      if (problem !== null) app.fail(new Error(problem));
    });
  });
  must(document, "#copy-link").addEventListener("click", () => {
    if (isEmpty(store.state.piece)) app.announce("the link will be of an empty piece");
    write().then(() => navigator.clipboard.writeText(location.href))
      .then(() => app.announce("the link is copied: it is the piece"))
      .catch(() => app.fail(new Error("the link cannot be copied here; it is the address of this page")));
  });
}

function connectTheme(): void {
  const root = document.documentElement;
  const name = "galant-theme";
  const kept = remembered(() => localStorage.getItem(name));
  if (kept === "light" || kept === "dark") root.dataset["theme"] = kept;
  must(document, "#theme").addEventListener("click", () => {
    const isDark = root.dataset["theme"] === undefined ? matchMedia("(prefers-color-scheme: dark)").matches : root.dataset["theme"] === "dark";
    const next = isDark ? "light" : "dark";
    root.dataset["theme"] = next;
    remembered(() => localStorage.setItem(name, next));
  });
}

/** A browser may keep nothing. */
function remembered<T>(use: () => T): T | null {
  try {
    return use();
  } catch {
    return null;
  }
}
