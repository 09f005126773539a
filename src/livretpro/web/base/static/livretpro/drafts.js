/**
 * A form that sends at once what is typed for several pupils: until it is saved, `Unsent` keeps it
 * and the next visit offers to put it back, to be looked at and sent. What went with the form is
 * forgotten by the page that answers it (`data-repondu`). Nobody leaves unasked with a text that is
 * not saved. Without this module the page is one form with a button.
 *
 * @typedef {import("./unsent.js").Cell} Cell
 */

import { counted, notice, offerLeft } from "./notice.js";
import { Unsent } from "./unsent.js";

const form = /** @type {HTMLFormElement} */ (document.querySelector("form[data-compte]"));
const answered = "repondu" in form.dataset;
const vus = /** @type {HTMLInputElement} */ (form.querySelector("[name=vus]"));
/** The text that each field replaces, by the name of the field. @type {Map<string, string>} */
const stands = new Map(Object.entries(JSON.parse(vus.value)));
const unsent = new Unsent(form.dataset.compte ?? "", new URL(form.action).pathname);
let sending = false;

/** @param {Cell} cell The name of its field. */
const nameOf = ({ eleve, champ }) => `v:${eleve}:${champ}`;
/** @param {string} name @returns {HTMLInputElement | null} */
const field = (name) => form.querySelector(`[name="${CSS.escape(name)}"]`);

/** @returns {Cell[]} What is typed and does not stand. */
const drafts = () =>
  [...stands].flatMap(([name, remplace]) => {
    const [, eleve, ...champ] = name.split(":");
    const valeur = field(name)?.value ?? remplace;
    return valeur === remplace ? [] : [{ eleve: Number(eleve), champ: champ.join(":"), valeur, remplace }];
  });

/** @param {Cell} cell Whether it has its answer, or stands already. */
const settled = (cell) => (answered && cell.envoye) || cell.valeur === stands.get(nameOf(cell));

/** What an earlier visit could not save, until it is put back or forgotten. */
let left = unsent
  .all(() => true)
  .filter((cell) => !settled(cell))
  .map((cell) => ({ ...cell, envoye: false }));

/** Keep in the browser what is not saved. @param {boolean} envoye Whether it leaves with the form. */
function keep(envoye = false) {
  const now = drafts().map((cell) => ({ ...cell, envoye }));
  const typed = new Set(now.map(nameOf));
  left = left.filter((cell) => !typed.has(nameOf(cell)));
  unsent.keep([...left, ...now]);
}

/** A field for what was typed in a place that the page no longer has: the server answers it by name.
 * @param {string} name */
function hidden(name) {
  const made = document.createElement("input");
  [made.type, made.name] = ["hidden", name];
  form.append(made);
  return made;
}

function putBack() {
  for (const cell of left) {
    const name = nameOf(cell);
    const at = field(name) ?? hidden(name);
    stands.set(name, cell.remplace);
    at.value = cell.valeur;
    at.dispatchEvent(new Event("input", { bubbles: true }));
  }
  vus.value = JSON.stringify(Object.fromEntries(stands));
  const first = left.map((cell) => field(nameOf(cell))).find((at) => at?.type !== "hidden");
  first?.focus();
  const gone = left.filter((cell) => field(nameOf(cell))?.type === "hidden").length;
  keep();
  if (gone) {
    const words = counted(gone, "saisie n’a plus de case", "saisies n’ont plus de case");
    notice("warning", `${words} sur cette page.`, "Enregistrez : la page dira lesquelles, et pourquoi.");
  }
}

let pause = 0;
form.addEventListener("input", () => {
  sending = false;
  clearTimeout(pause);
  pause = setTimeout(keep, 300);
});
// On the document: after what holds a form back.
document.addEventListener("submit", (event) => {
  if (event.target !== form || event.defaultPrevented) return;
  clearTimeout(pause);
  keep(true);
  sending = true;
});
addEventListener("pageshow", () => (sending = false));
addEventListener("beforeunload", (event) => {
  if (sending) return;
  keep();
  if (drafts().length) event.preventDefault();
});

keep();
if (left.length && form.querySelector("[type=submit]")) {
  const words = counted(left.length, "saisie n’avait pas été enregistrée", "saisies n’avaient pas été enregistrées");
  offerLeft(words, "Remettre dans la page", putBack, () => {
    left = [];
    keep();
  });
}
form.dataset.pret = "oui";
