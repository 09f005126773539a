/**
 * Opens « Modifier » by a right click or by the Menu key where it belongs. Without this module it
 * opens by its summary.
 */

document.addEventListener("contextmenu", (event) => {
  const target = /** @type {Element} */ (event.target);
  const place = target.closest("[data-modifier]");
  if (!place || target.closest("input, textarea")) return;
  const drop = place.querySelector("details.lp-modify") ?? document.querySelector("details.lp-modify");
  if (!(drop instanceof HTMLDetailsElement)) return;
  event.preventDefault();
  for (const other of document.querySelectorAll("details.lp-modify[open]")) other.removeAttribute("open");
  drop.open = true;
  drop.querySelector("button")?.focus();
});
