// A lent tablet: one vote after another, nothing kept in between. What cannot be sent waits, sealed for a key that only the site has.
"use strict";
const kiosk = document.getElementById("main");
const said = kiosk.dataset;
const IDLE = 60000, LAST_CALL = 20000, DONE = 20000, AGAIN = 15000, CHECK_WAIT = 4000, PATIENCE = 10000;
let code = "", before = "start", idle = 0, last = 0, refused = [], sending = false;

const all = (what, inside = document) => [...inside.querySelectorAll(what)];
const section = (id) => document.getElementById(id);
const shown = () => all("main > section").find((each) => !each.hidden).id;
const picked = () => all("#options input:checked").map((box) => Number(box.value)).sort((a, b) => a - b);
const complain = (id, text) => { section(id).querySelector(".says").textContent = text; };

function show(id) {
  all("main > section").forEach((each) => { each.hidden = each.id !== id; });
  all(".says").forEach((each) => { each.textContent = ""; });
  section("again").hidden = id === "start";
  if (window.speechSynthesis) speechSynthesis.cancel();
  const heading = section(id).querySelector("h2");
  if (heading) heading.focus();
  window.scrollTo(0, 0);
  watch();
}

function watch() {
  clearTimeout(idle);
  clearTimeout(last);
  const here = shown();
  if (here === "start") return;
  if (here === "done") idle = setTimeout(forget, DONE);
  else if (here === "idle") last = setTimeout(forget, LAST_CALL);
  else idle = setTimeout(() => { before = here; show("idle"); }, IDLE);
}

function forget() {
  code = "";
  all("input").forEach((field) => { field.checked = false; field.value = field.type === "checkbox" ? field.value : ""; });
  section("receipt").textContent = section("held").textContent = section("picked").textContent = "";
  section("proof").hidden = true;
  const list = section("options");
  const turn = crypto.getRandomValues(new Uint8Array(1))[0] % list.children.length;
  for (let moved = 0; moved < turn; moved += 1) list.append(list.firstElementChild);
  show("start");
}

// --- sealing: ECDH P-256, AES-256-GCM, one length for every ballot

const bytes = (text) => new TextEncoder().encode(text);
const fromBase64 = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
const toBase64 = (data) => btoa(String.fromCharCode(...data));
const toHex = (data) => [...data].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const fromHex = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
const join = (...parts) => Uint8Array.from(parts.flatMap((part) => [...part]));

async function seal(slip) {
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const theirs = await crypto.subtle.importKey("raw", fromBase64(said.key), curve, false, []);
  const mine = await crypto.subtle.generateKey(curve, false, ["deriveBits"]);
  const point = new Uint8Array(await crypto.subtle.exportKey("raw", mine.publicKey));
  const secret = new Uint8Array(await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, mine.privateKey, 256));
  const hash = await crypto.subtle.digest("SHA-256", join(secret, point));
  const key = await crypto.subtle.importKey("raw", hash, "AES-GCM", false, ["encrypt"]);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = bytes(JSON.stringify(slip).padEnd(160, " "));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: fromHex(said.id) }, key, plain);
  return toBase64(join(point, iv, new Uint8Array(sealed)));
}

// --- what waits: written through to the disk before anyone is thanked

const store = new Promise((open, fail) => {
  const asked = indexedDB.open("kiosk " + said.id, 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("ballots", { autoIncrement: true });
  asked.onsuccess = () => open(asked.result);
  asked.onerror = () => fail(asked.error);
});

async function kept(mode, act) {
  const change = (await store).transaction("ballots", mode, { durability: "strict" });
  return new Promise((done, fail) => {
    const asked = act(change.objectStore("ballots"));
    change.oncomplete = () => done(asked.result);
    change.onerror = () => fail(change.error);
  });
}

async function waiting() {
  const [ids, sealed] = [await kept("readonly", (box) => box.getAllKeys()), await kept("readonly", (box) => box.getAll())];
  return ids.map((id, place) => ({ id, sealed: sealed[place] }));
}

async function post(address, content) {
  const answer = await fetch(address, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(content), signal: AbortSignal.timeout(PATIENCE) });
  if (!answer.ok) throw new Error("not now");
  return answer.json();
}

async function send() {
  const proofs = {};
  if (sending) return proofs;
  sending = true;
  try {
    const ballots = await waiting();
    for (let first = 0; first < ballots.length; first += 20) {
      const { results } = await post(said.send, { ballots: ballots.slice(first, first + 20) });
      for (const each of results.filter((one) => !one.wait)) {
        await kept("readwrite", (box) => box.delete(each.id));
        if (each.ok) proofs[each.id] = each.receipt;
        else refused.push(each.why);
      }
    }
  } catch {
    // no connection: it is tried again
  } finally {
    sending = false;
  }
  await tell();
  return proofs;
}

async function tell() {
  const number = (await waiting()).length;
  const lost = refused.length ? " " + said.lost.replace("NUMBER", refused.length) : "";
  section("status").textContent = number ? said.waiting.replace("NUMBER", number) : "";
  section("queue").textContent = (number ? section("status").textContent : said.sent) + lost;
  section("refused").replaceChildren(...refused.map((why) => Object.assign(document.createElement("li"), { textContent: why })));
}

// --- what a touch does

function checks(digits) {
  let product = 10;
  for (const digit of digits.slice(0, 11)) product = (((product + Number(digit)) % 10 || 10) * 2) % 11;
  return digits.length === 12 && Number(digits[11]) === (11 - product) % 10;
}

async function takeCard() {
  const typed = section("code").value.replace(/\D/g, "");
  if (!checks(typed)) return complain("card", said.mistyped);
  try {
    const answer = await Promise.race([post(said.card, { code: typed }), new Promise((_, fail) => setTimeout(fail, CHECK_WAIT))]);
    if (!answer.ok) return complain("card", answer.why);
  } catch {
    // without a connection the card is looked at when the vote is sent
  }
  code = typed;
  show("choose");
}

function check(choices) {
  if (choices.length > Number(said.most)) return complain("choose", said.many);
  section("picked").textContent = choices.length
    ? choices.map((number) => all("#options input").find((box) => Number(box.value) === number).closest("label").querySelector("b").textContent).join(", ")
    : said.blank;
  show("check");
}

async function cast() {
  const buttons = all("#check button");
  if (buttons[0].disabled) return;
  buttons.forEach((button) => { button.disabled = true; });
  let id;
  try {
    const nonce = toHex(crypto.getRandomValues(new Uint8Array(16)));
    const sealed = await seal({ nonce, code, choices: picked(), at: Math.round(Date.now() / 1000) });
    id = await kept("readwrite", (box) => box.add(sealed));
  } finally {
    buttons.forEach((button) => { button.disabled = false; });
  }
  const lost = refused.length;
  section("held").textContent = said.held;
  show("done");
  const proofs = await send();
  if (shown() !== "done") return;
  if (proofs[id]) {
    section("held").textContent = "";
    section("receipt").textContent = proofs[id].slice(0, 4) + "-" + proofs[id].slice(4);
    section("proof").hidden = false;
  } else if (refused.length > lost) {
    section("held").textContent = refused[refused.length - 1];
  }
}

async function unlock() {
  const typed = section("pin").value.replace(/\D/g, "");
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes(said.id + typed)));
  if (toHex(hash) !== said.pin) return complain("staff", said.wrongpin);
  await tell();
  show("unlocked");
}

function listen() {
  if (!window.speechSynthesis) return;
  speechSynthesis.cancel();
  const words = new SpeechSynthesisUtterance(section(shown()).innerText);
  words.lang = document.documentElement.lang;
  speechSynthesis.speak(words);
}

const DO = {
  forget, listen, cast, unlock,
  card: takeCard,
  check: () => (picked().length ? check(picked()) : complain("choose", said.none)),
  blank: () => { all("#options input").forEach((box) => { box.checked = false; }); check([]); },
  stay: () => show(before),
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.go) { if (button.dataset.go === "nobody") code = ""; show(button.dataset.go); }
  if (button.dataset.do) DO[button.dataset.do]();
  if (button.dataset.key) {
    const field = section("code");
    field.value = button.dataset.key === "wipe" ? "" : (field.value + button.dataset.key).slice(0, 16);
  }
});
for (const sign of ["click", "keydown", "touchstart"]) document.addEventListener(sign, () => shown() !== "idle" && watch(), { passive: true });
history.pushState(null, "");
window.addEventListener("popstate", () => history.pushState(null, ""));
window.addEventListener("online", send);
setInterval(send, AGAIN);
if (navigator.serviceWorker) {
  const files = all("link[rel=stylesheet], script[src]").map((each) => each.href || each.src);
  navigator.serviceWorker
    .register(said.worker)
    .then(() => caches.open("kiosk"))
    .then((cache) => cache.addAll([location.href, ...files, ...all("a[hreflang]").map((each) => each.href)]))
    .catch(() => {});
}
forget();
send();
