/**
 * The search box: the key `/` goes there, and what is found shows under it while one types. Without
 * this module the form leads to the page of results.
 */

import { onKey } from "./keys.js";

const PAUSE = 200; // milliseconds without a letter before the server is asked

const form = /** @type {HTMLFormElement | null} */ (document.querySelector("form.lp-search"));
const box = /** @type {HTMLInputElement | null} */ (form?.querySelector("input[type=search]") ?? null);

onKey("/", () => {
  if (!box?.getClientRects().length) return false;
  box.focus();
  box.select();
  return true;
});

if (form && box) {
  const found = document.createElement("div");
  found.className = "lp-found";
  found.hidden = true;
  form.append(found);

  let wait = 0;
  let asking = new AbortController();

  const links = () => [...found.querySelectorAll("a")];

  const close = () => {
    asking.abort();
    clearTimeout(wait);
    found.hidden = true;
    found.replaceChildren();
  };

  const ask = async () => {
    asking.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new FormData(form),
        headers: { "HX-Request": "true" },
        signal: asking.signal,
      });
      if (!answer.ok) return close();
      found.innerHTML = await answer.text();
      found.hidden = !found.firstElementChild;
    } catch {
      close(); // a later letter, or no network: Enter still searches
    }
  };

  box.addEventListener("input", () => {
    clearTimeout(wait);
    if (!box.value.trim()) return close();
    wait = setTimeout(ask, PAUSE);
  });

  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      close();
      box.focus();
      if (!box.value) box.blur();
    }
    if (found.hidden || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    const stops = [box, ...links()];
    const at = stops.indexOf(/** @type {any} */ (document.activeElement));
    const next = stops[at + (event.key === "ArrowDown" ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });

  form.addEventListener("focusout", (event) => {
    if (!form.contains(/** @type {Node | null} */ (event.relatedTarget))) close();
  });
  found.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the focus inside
  form.addEventListener("submit", close);
}
