/** A form is sent once: a second click while the first answer is awaited would send it again, and
 * the page it answers would hide that of the first (spec 08, A3). What refuses a form by itself, and
 * htmx, come before. */

const AWAITED = 8000; // then another try may be the only way out: a file that came, a lost network

/** @type {Map<HTMLFormElement, number>} */
const sent = new Map();

document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (event.defaultPrevented || form.method !== "post") return;
  if (Date.now() - (sent.get(form) ?? 0) < AWAITED) event.preventDefault();
  else sent.set(form, Date.now());
});

addEventListener("pageshow", () => sent.clear());
