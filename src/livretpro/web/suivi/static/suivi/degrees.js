/**
 * Keyboard of the degrees and of the averages: in a degree, 1 to 4 set and go to the next competence, 0 or Delete clears, up and
 * down go from a competence to the next. Left and right keep what radios do by themselves.
 */

import { digitOf, typeDigit } from "./digits.js";

/** @param {HTMLElement} group @param {string} degree */
function set(group, degree) {
  const radio = /** @type {HTMLInputElement | null} */ (
    group.querySelector(`input[value="${degree}"]`)
  );
  if (!radio || radio.checked) return;
  radio.checked = true;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Focus what is checked in the group `step` rows further; stay at the ends.
 * @param {HTMLElement} group @param {number} step */
function move(group, step) {
  const groups = [...document.querySelectorAll(".lp-degree")];
  const target = groups[groups.indexOf(group) + step] ?? group;
  /** @type {HTMLInputElement | null} */ (target.querySelector("input:checked"))?.focus();
}

document.addEventListener("keydown", (event) => {
  if (/** @type {HTMLElement} */ (event.target).inputMode === "decimal") return void typeDigit(event);
  const group = /** @type {HTMLElement} */ (event.target).closest?.(".lp-degree");
  if (!(group instanceof HTMLElement) || event.ctrlKey || event.altKey || event.metaKey) return;
  const digit = digitOf(event);
  if (/^[1-4]$/.test(digit)) {
    set(group, digit);
    move(group, 1);
  } else if (digit === "0" || ["Delete", "Backspace"].includes(event.key)) {
    set(group, "");
    move(group, 0);
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    move(group, event.key === "ArrowDown" ? 1 : -1);
  } else {
    return;
  }
  event.preventDefault();
});

/** Go into a field, where the keys above work. @param {string} hash @returns {boolean} Whether there is one. */
function enter(hash) {
  const target = document.getElementById(decodeURIComponent(hash.slice(1)));
  if (!target) return false;
  target.focus({ preventScroll: true });
  (target.closest(".lp-comp") ?? target).scrollIntoView({ block: "center" });
  return true;
}

// A link of "Il manque" leads into the field, so does that of another page.
document.addEventListener("click", (event) => {
  const link = /** @type {HTMLElement} */ (event.target).closest?.(".lp-missing__list a");
  if (link instanceof HTMLAnchorElement && enter(link.hash)) event.preventDefault();
});
enter(location.hash);
