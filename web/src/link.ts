/** The state as text for an address, and back. */

import { checkState } from "./check.js";
import type { State } from "./state.js";

/** What the text begins with: another form of the state gets another number. */
const VERSION = "1.";
/** What a link may hold, unpacked. */
const MOST_BYTES = 4_000_000;
/** Browsers and chats cut longer addresses. */
export const LONGEST_LINK = 60_000;

/** A state as text of letters, digits, "-", "_" and ".". */
export async function encodeState(state: State): Promise<string> {
  const packed = new Blob([JSON.stringify(state)]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return VERSION + toBase64(new Uint8Array(await new Response(packed).arrayBuffer()));
}

/**
 * The state that {@link encodeState} wrote.
 *
 * @throws if the text is none; the message says why.
 */
export async function decodeState(text: string): Promise<State> {
  if (!text.startsWith(VERSION)) throw new Error("the link is of another version of the studio");
  const reader = new Blob([fromBase64(text.slice(VERSION.length))]).stream()
    .pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let json = "";
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(() => { throw new Error("the link is cut off or changed"); });
    if (done) break;
    bytes += value.length;
    if (bytes > MOST_BYTES) throw new Error(`the link holds more than ${MOST_BYTES} bytes`);
    json += decoder.decode(value, { stream: true });
  }
  return checkState(JSON.parse(json));
}

function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  let binary: string;
  try {
    binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    throw new Error("the link has characters that no link has");
  }
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}
