/** The key `?` shows the keys in a dialog, over what one is doing; the page of keys has the switch. */

import { act, choose, onKey } from "./keys.js";

const link = /** @type {HTMLAnchorElement | null} */ (document.querySelector("a[data-touches]"));

/** Show the switch in what tells the keys. @param {ParentNode} place */
function ready(place) {
  const line = /** @type {HTMLElement | null} */ (place.querySelector("[data-bascule]"));
  const box = /** @type {HTMLInputElement | null} */ (line?.querySelector("input") ?? null);
  if (!line || !box) return;
  line.hidden = false;
  box.checked = act();
  box.addEventListener("change", () => choose(box.checked));
}

async function show() {
  if (!link) return;
  let dialog = /** @type {HTMLDialogElement | null} */ (document.getElementById("touches"));
  if (!dialog) {
    const answer = await fetch(link.href, { headers: { "HX-Request": "true" } });
    if (!answer.ok) return location.assign(link.href);
    dialog = document.createElement("dialog");
    dialog.id = "touches";
    dialog.className = "lp-dialog lp-dialog--wide";
    dialog.setAttribute("aria-labelledby", "touches-titre");
    dialog.innerHTML = await answer.text();
    document.body.append(dialog);
    ready(dialog);
  }
  if (!dialog.open) dialog.showModal();
}

onKey("?", () => {
  if (!link || document.querySelector("main .lp-keys")) return false;
  show();
  return true;
});
link?.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  if (document.querySelector("main .lp-keys")) return;
  event.preventDefault();
  show();
});
ready(document);
