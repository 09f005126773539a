/**
 * Ctrl + Enter goes to the next pupil, with Shift to the previous one. Whatever leads there, the
 * field being typed is left first, and what is on its way is waited for.
 */

import { go, isPlain } from "./settled.js";

const busy = () => {
  const form = /** @type {HTMLElement | null} */ (document.querySelector("form#livret"));
  return Number(form?.dataset.pending ?? 0) > 0;
};

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.ctrlKey || event.defaultPrevented) return;
  const keys = event.shiftKey ? "Control+Shift+Enter" : "Control+Enter";
  const link = document.querySelector(`a[aria-keyshortcuts="${keys}"]`);
  if (!(link instanceof HTMLAnchorElement)) return;
  event.preventDefault();
  void go(link, busy);
});

document.addEventListener("click", (event) => {
  const link = /** @type {HTMLElement} */ (event.target).closest?.(".lp-pupilbar a");
  if (!(link instanceof HTMLAnchorElement) || !isPlain(event)) return;
  event.preventDefault();
  void go(link, busy);
});
