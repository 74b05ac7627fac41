// A vote on a lost connection: kept only where its voter asks, sealed as the page bears it, sent once the line is back.
// One file, three places: the last page of a vote, the page that tells what became of it, and the worker behind them.
{
  const KEPT = "kept vote", SPARE = "spare pages", PATIENCE = 20000, AGAIN = 15000;

  // --- what is kept: { action, draft, until }, and once the site has answered { receipt } or { why }

  const every = async () => {
    if (!(await caches.has(KEPT))) return [];
    const box = await caches.open(KEPT);
    return Promise.all((await box.keys()).map(async (key) => ({ key: key.url, ...(await (await box.match(key)).json()) })));
  };

  const write = async (key, vote) => (await caches.open(KEPT)).put(key, new Response(JSON.stringify(vote)));

  const drop = async (key) => {
    await (await caches.open(KEPT)).delete(key);
    if (!(await every()).length) await caches.delete(KEPT);
  };

  const post = async (action, fields) => {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), PATIENCE);
    try {
      const told = await (await fetch(action, { method: "POST", body: new URLSearchParams(fields), signal: patience.signal })).json();
      if (!told.receipt && !told.why) throw new Error("not the site");
      return told;
    } finally {
      clearTimeout(timer);
    }
  };

  const send = async () => {
    for (const { key, receipt, why, ...vote } of await every()) {
      if (receipt || why) continue;
      const told = await post(vote.action, { step: "sent", draft: vote.draft, waited: "y" });
      if ((await every()).some((each) => each.key === key)) await write(key, { ...vote, draft: "", ...told });
    }
  };

  // --- the worker: sends when no page is open, stands in for what cannot be reached

  const stand = async (path) => {
    if (!path.endsWith("/leave")) return (await caches.match(`/${path.split("/")[1]}/offline`)) || (await caches.match("/offline")) || Response.error();
    await Promise.all([caches.delete(KEPT), caches.delete(SPARE), self.registration.unregister()]);
    return new Response("", { headers: { "Content-Type": "text/html" } });
  };

  const work = () => {
    self.addEventListener("install", () => self.skipWaiting());
    self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
    self.addEventListener("sync", (event) => event.waitUntil(send()));
    self.addEventListener("fetch", (event) => {
      const path = new URL(event.request.url).pathname;
      if (event.request.mode === "navigate" && !/^(\/\w\w)?\/staff\//.test(path)) event.respondWith(fetch(event.request).catch(() => stand(path)));
      else if (path.startsWith("/static/")) event.respondWith(caches.match(event.request).then((held) => held || fetch(event.request)));
    });
  };

  // --- pages

  const make = (name, values) => Object.assign(document.createElement(name), values);
  const says = (textContent, className = "") => make("p", { textContent, className });
  const press = (textContent, onclick, className = "big second") => {
    const line = make("p");
    line.append(make("button", { type: "button", textContent, className, onclick }));
    return line;
  };
  const visit = ({ action, draft }) => {
    const form = make("form", { method: "post", action });
    for (const [name, value] of Object.entries({ step: "resume", place: "receipt", draft })) form.append(make("input", { type: "hidden", name, value }));
    document.body.append(form);
    form.submit();
  };

  const prepare = async (said) => {
    await navigator.serviceWorker.register(said.worker, { updateViaCache: "all" });
    const files = [...document.querySelectorAll("link[rel=stylesheet], head script[src]")].map((each) => each.href || each.src);
    if ((await Promise.all(files.map((each) => caches.match(each)))).every(Boolean)) return;
    await caches.delete(SPARE);
    await (await caches.open(SPARE)).addAll([...said.pages.split(" "), ...files]);
  };

  const offer = (form, said) => {
    const told = make("div", { className: "notice", tabIndex: -1 });
    let key = "", busy = false;
    told.setAttribute("role", "alert");

    const tell = (title, ...lines) => {
      told.replaceChildren(make("h2", { textContent: title }), ...lines);
      form.after(told);
      form.hidden = true;
      told.focus();
    };

    const cut = (why) => tell(said.cut, says(why), press(said.again, go, "big"), press(said.keep, keep), says(said.terms));

    const go = async () => {
      if (busy) return;
      busy = true;
      tell(said.leaving);
      try {
        const answer = await post(form.action, { step: "sent", draft: form.elements.draft.value });
        if (answer.why) form.submit();
        else visit({ action: form.action, ...answer });
      } catch {
        cut(said.unsure);
      } finally {
        busy = false;
      }
    };

    const keep = async () => {
      key = new URL(`/kept/${Date.now()}`, location).href;
      try {
        await write(key, { action: form.action, draft: form.elements.draft.value, until: Number(said.until) });
      } catch {
        key = "";
        return cut(said.cannot);
      }
      const worker = await navigator.serviceWorker.getRegistration().catch(() => {});
      const alone = worker && worker.active && worker.sync && await worker.sync.register("send").then(() => true, () => false);
      tell(said.kept, says(alone ? said.alone : said.opening), says(said.terms), press(said.erase, erase));
    };

    const erase = async () => {
      await drop(key);
      key = "";
      cut(said.erased);
    };

    // Who is there sees the receipt, or the site's own sentence; who is not finds it on the next page.
    const arrive = async () => {
      if (!key) return;
      await send().catch(() => {});
      const vote = (await every()).find((each) => each.key === key);
      if (document.hidden || !vote || !(vote.receipt || vote.why)) return;
      await drop(key);
      key = "";
      if (vote.receipt) visit(vote);
      else tell(vote.why);
    };

    form.addEventListener("submit", (event) => { event.preventDefault(); go(); });
    addEventListener("online", arrive);
    document.addEventListener("visibilitychange", arrive);
    addEventListener("pageshow", (event) => { // back from the receipt: the page as it was
      if (!event.persisted || key) return;
      told.remove();
      form.hidden = false;
    });
    setInterval(arrive, AGAIN);
    prepare(said).catch(() => {});
  };

  const list = async (place, said) => {
    await send().catch(() => {});
    const votes = await every();
    place.replaceChildren(...votes.flatMap((vote) => {
      const erase = press(said.erase, () => drop(vote.key).then(() => list(place, said)).then(() => place.focus()), "second");
      const text = says(vote.why || (vote.receipt ? said.arrived : said.waiting));
      if (!vote.receipt) return [text, erase];
      return [text, says(vote.receipt, "receipt"), ...(Date.now() < vote.until ? [press(said.see, () => visit(vote), "second")] : []), erase];
    }));
    if (!votes.length) place.append(says(said.none));
  };

  if (!self.document) {
    work();
  } else if (self.caches) {
    const said = document.currentScript.dataset, form = document.getElementById("cast"), place = document.getElementById("kept");
    const leave = document.querySelector(".leave");
    if (leave) leave.addEventListener("click", () => caches.delete(KEPT));
    if (form) offer(form, said);
    else if (place) list(place, said);
    else send().catch(() => {});
  }
}
