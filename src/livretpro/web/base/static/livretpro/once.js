/** A form is sent once: a second click while the first answer is awaited would send it again, and
 * the page it answers would hide that of the first (spec 08, A3). What refuses a form by itself, and
 * htmx, come before. A form that says something else by now leaves again. A form that gives a file (`data-fichier`) leaves its page standing: only the
 * second click of two in a row is held back. */

const AWAITED = 8000; // then another try may be the only way out: a lost network
const TWICE = 3000;

/** When a form left, and what it said. @type {Map<HTMLFormElement, { at: number, said: string }>} */
const sent = new Map();

/** @param {FormDataEntryValue} value */
const told = (value) => (value instanceof File ? [value.name, value.size, value.lastModified] : value);
/** @param {HTMLFormElement} form @param {HTMLElement | null} button */
const saidBy = (form, button) =>
  JSON.stringify([...new FormData(form, button ?? undefined)].map(([name, value]) => [name, told(value)]));

document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (event.defaultPrevented || form.method !== "post") return;
  const held = "fichier" in form.dataset ? TWICE : AWAITED;
  const [now, said, last] = [Date.now(), saidBy(form, event.submitter), sent.get(form)];
  if (last && now - last.at < held && last.said === said) event.preventDefault();
  else sent.set(form, { at: now, said });
});

addEventListener("pageshow", () => sent.clear());
// Whoever is asked whether to leave may stay: the timer runs once that is answered.
addEventListener("beforeunload", (event) => {
  setTimeout(() => event.defaultPrevented && sent.clear());
});
