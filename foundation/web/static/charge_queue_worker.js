// The service worker of the provider's pages: sends waiting charges when the connection is back, and shows a page of
// its own while there is none. It keeps no page with anybody's data.
import { sendAll } from "./charge_store.js";

const PREFIX = "omatori-offline-";

export function start({ version, offline, state, files }) {
  const name = PREFIX + version;
  const paths = new Set(files);

  async function prepare() {
    const cache = await caches.open(name);
    await cache.addAll(files);
    // Without a cookie: the page of a visitor, with nobody's name.
    const page = await fetch(offline, { credentials: "omit" });
    if (page.ok) await cache.put(offline, page);
    await self.skipWaiting();
  }

  async function clean() {
    for (const other of await caches.keys()) if (other.startsWith(PREFIX) && other !== name) await caches.delete(other);
    await self.clients.claim();
  }

  // The scope /t begins other addresses too (/tt, /tuottaja): their pages are none of ours.
  const isOurs = ({ pathname }) => pathname === "/t" || pathname.startsWith("/t/");

  const kept = async (request) => (await caches.open(name)).match(request);

  self.addEventListener("install", (event) => event.waitUntil(prepare()));
  self.addEventListener("activate", (event) => event.waitUntil(clean()));
  self.addEventListener("fetch", (event) => {
    const { request } = event;
    if (request.method !== "GET") return;
    const url = new URL(request.url);
    if (paths.has(url.pathname)) event.respondWith(kept(request).then((found) => found ?? fetch(request)));
    else if (request.mode === "navigate" && isOurs(url))
      event.respondWith(fetch(request).catch(async () => (await kept(offline)) ?? Response.error()));
  });
  self.addEventListener("sync", (event) => event.waitUntil(sendAll(state).then((result) => {
    if (result === "offline") throw new Error("no connection: the browser tries again");
  })));
}
