// Keeps the check page and what it needs, so that it opens in flight mode. The
// network is asked first; what it answers is kept for when it does not.
"use strict";
const CACHE = "anju-check-1";
const BOOK = "/check/book.json";

self.addEventListener("install", (e) => {
  e.waitUntil(caches.open(CACHE).then((c) => c.addAll(KEPT.concat(BOOK).map((u) => new Request(u, { cache: "reload", credentials: "omit" })))).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (e) => e.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (e) => {
  const url = new URL(e.request.url);
  if (e.request.method !== "GET" || url.origin !== location.origin || !(KEPT.includes(url.pathname) || url.pathname === BOOK)) return;
  e.respondWith((async () => {
    const cache = await caches.open(CACHE);
    try {
      const answer = await fetch(e.request);
      if (answer.ok) await cache.put(url.pathname, answer.clone());
      return answer;
    } catch (err) {
      return (await cache.match(url.pathname)) || Response.error();
    }
  })());
});
