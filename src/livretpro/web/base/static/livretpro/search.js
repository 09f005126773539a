/** The key `/` goes to the search box, wherever one is shown, unless one is typing. */

const box = /** @type {HTMLInputElement | null} */ (document.querySelector(".lp-search input[type=search]"));

/** @param {EventTarget | null} target */
const types = (target) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.matches("input, textarea, select"));

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!box?.getClientRects().length || types(event.target)) return;
  event.preventDefault();
  box.focus();
  box.select();
});

box?.addEventListener("keydown", (event) => {
  if (event.key === "Escape") box.blur();
});
