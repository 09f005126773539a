/** A form is sent once: a second click while the first answer is awaited would send it again, and
 * the page it answers would hide that of the first (spec 08, A3). What refuses a form by itself, and
 * htmx, come before. A form that gives a file (`data-fichier`) leaves its page standing: only the
 * second click of two in a row is held back. */

const AWAITED = 8000; // then another try may be the only way out: a lost network
const TWICE = 3000;

/** @type {Map<HTMLFormElement, number>} */
const sent = new Map();

document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (event.defaultPrevented || form.method !== "post") return;
  const held = "fichier" in form.dataset ? TWICE : AWAITED;
  if (Date.now() - (sent.get(form) ?? 0) < held) event.preventDefault();
  else sent.set(form, Date.now());
});

addEventListener("pageshow", () => sent.clear());
// Whoever is asked whether to leave may stay: the timer runs once that is answered.
addEventListener("beforeunload", (event) => {
  setTimeout(() => event.defaultPrevented && sent.clear());
});
