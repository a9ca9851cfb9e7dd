// Renews the overview. Without it the page is the same and reloads now and then.
"use strict";
const live = document.querySelector("[data-live]");
const pause = document.querySelector("[data-pause]");
const renewed = document.querySelector("[data-renewed]");
let paused = false;
pause.hidden = false;
pause.addEventListener("click", () => {
  paused = !paused;
  pause.setAttribute("aria-pressed", String(paused));
  pause.textContent = paused ? "Resume updates" : "Pause updates";
});
async function renew() {
  // Nothing moves under a reader's keyboard, selection or opened table.
  const busy = live.contains(document.activeElement) || live.querySelector("details[open]") || String(getSelection()) !== "";
  if (paused || document.hidden || busy) return;
  try {
    const answer = await fetch(location.pathname + "?part=live", { cache: "no-store" });
    if (!answer.ok) throw new Error(answer.statusText);
    live.innerHTML = await answer.text();
    renewed.textContent = "As of " + new Date().toISOString().slice(11, 19) + " UTC.";
    live.dispatchEvent(new CustomEvent("renewed"));
  } catch {
    renewed.textContent = "The server does not answer; what is shown is older.";
  }
}
async function loop() {
  await renew();
  setTimeout(loop, Number(live.dataset.live) * 1000);
}
setTimeout(loop, Number(live.dataset.live) * 1000);
