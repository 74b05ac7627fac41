// Reads the page aloud, where the browser has a voice for its language. The page works without it.
{
  const said = document.currentScript.dataset, main = document.getElementById("main"), voice = window.speechSynthesis;
  const button = Object.assign(document.createElement("button"), { type: "button", className: "second no-print" });
  const unseen = "[aria-hidden=true], select, textarea, details:not([open]) > :not(summary)";
  let told = [];

  const show = (word) => { button.innerHTML = said.icon + word; };
  const stop = () => { told = []; voice.cancel(); show(said.listen); };

  // What is seen, never what was typed: one fragment a block and language.
  const fragments = () => {
    const walk = document.createTreeWalker(main, NodeFilter.SHOW_TEXT), found = [];
    let last = {};
    while (walk.nextNode()) {
      const text = walk.currentNode.data.trim(), parent = walk.currentNode.parentElement, { lang } = parent.closest("[lang]");
      if (!text || button.contains(parent) || parent.closest(unseen) || !parent.getClientRects().length) continue;
      let block = parent;
      while (getComputedStyle(block).display === "inline") block = block.parentElement;
      if (last.block === block && last.lang === lang) last.text += " " + text;
      else found.push(last = { block, lang, text });
    }
    return found;
  };

  const speak = () => {
    told = fragments().map(({ text, lang }) => Object.assign(new SpeechSynthesisUtterance(text), { lang }));
    show(said.stop);
    told.forEach((words) => {
      words.onend = words.onerror = () => { if (words === told[told.length - 1]) stop(); };
      voice.speak(words);
    });
  };

  const offer = () => {
    if (voice.getVoices().some((each) => each.lang.slice(0, 2) === document.documentElement.lang)) main.prepend(button);
  };

  if (voice) {
    button.onclick = () => (told.length ? stop() : speak());
    stop();
    offer();
    voice.onvoiceschanged = () => { if (!button.isConnected) offer(); };
    addEventListener("pagehide", stop);
  }

  // A vote that this device keeps, for its owner asked (held.js): it leaves now, and what became of it is one link away.
  if (said.kept && window.caches) caches.has("kept vote").then((some) => {
    if (!some || document.querySelector("script[src$='/held.js']")) return;
    main.prepend(Object.assign(document.createElement("a"), { href: said.where, textContent: said.kept, className: "tap" }));
    document.head.append(Object.assign(document.createElement("script"), { src: said.held }));
  }).catch(() => {});
}
