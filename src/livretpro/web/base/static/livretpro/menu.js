/**
 * Closes the drop-downs of the header with Escape or a press outside. Without this module they
 * still open and close by their summary.
 */

/** @returns {NodeListOf<HTMLDetailsElement>} */
const open = () => document.querySelectorAll("details.lp-drop[open]");

document.addEventListener("pointerdown", (event) => {
  for (const drop of open()) {
    if (!drop.contains(/** @type {Node} */ (event.target))) drop.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const drop of open()) {
    drop.open = false;
    drop.querySelector("summary")?.focus();
  }
});
