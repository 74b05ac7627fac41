// Says aloud what a caller hears, where the browser has a voice. The page works without it.
const heard = document.getElementById("heard");
if (heard && "speechSynthesis" in window) {
  const last = heard.querySelectorAll("p");
  speechSynthesis.cancel();
  last.forEach((line) => {
    const words = new SpeechSynthesisUtterance(line.textContent);
    words.lang = line.lang;
    speechSynthesis.speak(words);
  });
}
