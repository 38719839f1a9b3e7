/** The service worker: the newest files while there is a network, those of the last visit while there is none. */

// A script and no module: not every browser takes a module here.
(() => {
  interface Waiting extends Event {
    waitUntil(work: Promise<unknown>): void;
  }

  interface Fetching extends Event {
    readonly request: Request;
    respondWith(response: Promise<Response>): void;
  }

  const NAME = "galant";
  const worker = globalThis as unknown as EventTarget & {
    readonly registration: { readonly scope: string };
    readonly clients: { claim(): Promise<void> };
    skipWaiting(): Promise<void>;
  };

  /** All files of the page, by the list that was built with it. */
  async function keepAll(): Promise<void> {
    const listed = (await (await fetch("files.json", { cache: "no-store" })).json()) as string[];
    const cache = await caches.open(NAME);
    await cache.addAll(["./", "files.json", ...listed]);
    await worker.skipWaiting();
  }

  async function newest(request: Request): Promise<Response> {
    const cache = await caches.open(NAME);
    try {
      const response = await fetch(request);
      if (response.ok) await cache.put(request, response.clone());
      return response;
    } catch (error) {
      const kept = await cache.match(request, { ignoreSearch: true });
      if (kept === undefined) throw error;
      return kept;
    }
  }

  worker.addEventListener("install", (event) => (event as Waiting).waitUntil(keepAll()));
  worker.addEventListener("activate", (event) => (event as Waiting).waitUntil(worker.clients.claim()));
  worker.addEventListener("fetch", (event) => {
    const { request } = event as Fetching;
    if (request.method === "GET" && request.url.startsWith(worker.registration.scope)) (event as Fetching).respondWith(newest(request));
  });
})();
