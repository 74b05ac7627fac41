// Keeps the tablet's own page and its files, so that a power cut without a connection does not end the vote.
const KEPT = "kiosk";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET") return;
  const fresh = fetch(event.request).then(async (answer) => {
    if (answer.ok) (await caches.open(KEPT)).put(event.request, answer.clone());
    return answer;
  });
  event.respondWith(fresh.catch(async () => (await caches.match(event.request)) || Response.error()));
});
