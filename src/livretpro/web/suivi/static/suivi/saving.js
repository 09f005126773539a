/**
 * Saves each field of the livret when it is left, and tells what became of it. htmx sends and swaps;
 * this module says what is sent (the text, and the text it replaces), keeps the field in step with
 * what was kept, and lets nobody leave with a text that is not saved. What is typed and not saved
 * yet waits in `Unsent`: it outlives the session and the page. Without this module the page is one
 * form with a button.
 *
 * @typedef {import("./touched.js").Control} Control
 * @typedef {{ champ: string, valeur: string, refus: boolean }} Answer
 */

import { counted, notice, offerLeft } from "../livretpro/notice.js";
import { Unsent } from "../livretpro/unsent.js";
import { armUndo, onUndo } from "./notices.js";
import { settled } from "./settled.js";
import { left as leftBefore } from "./touched.js";

const ANSWERED = "HX-Trigger";
const form = /** @type {HTMLFormElement} */ (document.querySelector("form#livret"));
const state = /** @type {HTMLElement} */ (document.querySelector("#enregistrement"));

/** The text last sent of each field. @type {Map<string, string>} */
const sent = new Map();
/** The text that it replaces: none when the value of somebody else is taken. @type {Map<string, string>} */
const replaced = new Map();
/** Fields whose text is not kept: on its way, refused or lost. @type {Set<string>} */
const unsaved = new Set();
/** Fields whose text never arrived. @type {Set<string>} */
const lost = new Set();
let pending = 0;
/** Whether nothing leaves this page any more, the session being over or another: what was typed waits
 * for the next visit. */
let ended = false;

/** What was saved from this page, newest last: the field, its text before and since.
 * @type {{ champ: string, before: string, after: string }[]} */
const undos = [];
/** The field whose last save is being undone. */
let undoing = "";

const PUPIL = Number(form.dataset.eleve);
const unsent = new Unsent(form.dataset.compte ?? "", location.pathname);
/** @param {string} key @returns {Control[]} */
const controls = (key) =>
  [...form.querySelectorAll(`[name="${CSS.escape(key)}"]:not([type="hidden"])`)].map(
    (found) => /** @type {Control} */ (found),
  );

/** @param {string} key @returns {string} What the field says now. */
function read(key) {
  const [first] = controls(key);
  if (first instanceof HTMLInputElement && first.type === "radio") {
    const checked = controls(key).find((radio) => /** @type {HTMLInputElement} */ (radio).checked);
    return checked ? checked.value : "";
  }
  if (first instanceof HTMLInputElement && first.type === "checkbox") {
    return first.checked ? "oui" : "non";
  }
  return first ? first.value : "";
}

/** Show a canonical text in a field. @param {string} key @param {string} text */
function write(key, text) {
  for (const control of controls(key)) {
    if (control instanceof HTMLInputElement && control.type === "radio") {
      control.checked = control.value === text;
    } else if (control instanceof HTMLInputElement && control.type === "checkbox") {
      control.checked = text === "oui";
    } else if (control.value !== text) {
      control.value = text;
      control.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
}

/** Focus a field: after a conflict, its buttons are gone. @param {string} key */
function enter(key) {
  const standing = controls(key).find(
    (control) => control.type !== "radio" || /** @type {HTMLInputElement} */ (control).checked,
  );
  standing?.focus();
}

/** @param {string} key @returns {HTMLInputElement | null} Holds the text a save replaces. */
const seen = (key) => form.querySelector(`[name="${CSS.escape(`remplace:${key}`)}"]`);

/** What an earlier visit could not send, until it is sent or forgotten. */
let left = unsent.all((cell) => Boolean(seen(cell.champ)));

/** @param {string} key @returns {HTMLElement | null} Its two values face to face: nothing but one of
 * their buttons sends it. */
const twoOf = (key) => form.querySelector(`[name="${CSS.escape(`present:${key}`)}"]`)?.closest(".lp-two") ?? null;

/** @param {HTMLElement} element What sends a save. @returns {string} */
const fieldOf = (element) => element.dataset.field ?? /** @type {Control} */ (element).name;

/** @param {string} words @param {string} tone Nothing, or a modifier of `lp-save`. */
function say(words, tone = "") {
  state.textContent = words;
  state.className = tone ? `lp-save lp-save--${tone}` : "lp-save";
}

/** Keep in the browser what is typed and not saved, forgotten as soon as it is.
 * @returns {boolean} Whether the browser took it. */
function keep() {
  const active = /** @type {Control | null} */ (document.activeElement);
  const typed = new Set(unsaved);
  if (active?.form === form && seen(active.name)) typed.add(active.name);
  const now = [...typed]
    .map((key) => ({ eleve: PUPIL, champ: key, valeur: read(key), remplace: seen(key)?.value ?? "" }))
    .filter((cell) => unsaved.has(cell.champ) || cell.valeur !== cell.remplace);
  return unsent.keep([...left.filter((cell) => !now.some((other) => other.champ === cell.champ)), ...now]);
}

let pause = 0;
form.addEventListener("input", (event) => {
  retell(/** @type {Control} */ (event.target).name);
  clearTimeout(pause);
  pause = setTimeout(keep, 300);
});

/** Say beside the value of somebody else what the field says by now. @param {string} key */
function retell(key) {
  const told = twoOf(key)?.querySelector(".lp-two__text");
  if (!told) return;
  const chosen = form.querySelector(`[type="radio"][name="${CSS.escape(key)}"]:checked + label`);
  told.textContent = chosen?.textContent ?? (read(key) || "rien");
}

/** Mark a field refused, or not. @param {string} key @param {boolean} refused */
function mark(key, refused) {
  const group = form.querySelector(`[data-field="${CSS.escape(key)}"]`);
  for (const element of group ? [group] : controls(key)) {
    if (refused) element.setAttribute("aria-invalid", "true");
    else element.removeAttribute("aria-invalid");
  }
}

// One choice between two values: a second click would wait for an answer that takes its button away.
form.addEventListener(
  "click",
  (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest("button");
    const two = button?.closest(".lp-two");
    if (!button || !(two instanceof HTMLElement)) return;
    if (two.dataset.choisi) {
      event.preventDefault();
      event.stopPropagation();
    }
    two.dataset.choisi = button.name;
  },
  true,
);

/** Count the saves under way: the links to other pupils wait for them. @param {number} step */
function count(step) {
  pending = Math.max(0, pending + step);
  form.dataset.pending = String(pending);
}

// A save may wait for the one before it: its text is kept from now on.
form.addEventListener("htmx:trigger", (event) => {
  count(1);
  const key = fieldOf(/** @type {CustomEvent} */ (event).detail.elt);
  if (!seen(key)) return;
  unsaved.add(key);
  keep();
});

form.addEventListener("htmx:configRequest", (event) => {
  const { elt, parameters } = /** @type {CustomEvent} */ (event).detail;
  const held = parameters.champ ?? fieldOf(elt);
  if (twoOf(held)?.contains(elt) === false) {
    event.preventDefault();
    retell(held);
    return count(-1);
  }
  if (elt.name === "garder") parameters.valeur = read(parameters.champ);
  if (parameters.champ === undefined) {
    parameters.champ = fieldOf(elt);
    parameters.valeur = read(parameters.champ);
    parameters.remplace = seen(parameters.champ)?.value ?? "";
  }
  sent.set(parameters.champ, read(parameters.champ));
  if (elt.name === "prendre") replaced.delete(parameters.champ);
  else replaced.set(parameters.champ, parameters.remplace);
  unsaved.add(parameters.champ);
  keep();
  say("Enregistrement…", "saving");
});

form.addEventListener("htmx:beforeSwap", (event) => {
  const { detail } = /** @type {CustomEvent} */ (event);
  if (detail.xhr.status === 401) detail.isError = false; // told below
  if (!detail.xhr.getResponseHeader(ANSWERED)) return;
  detail.shouldSwap = true;
  detail.isError = false;
});

document.body.addEventListener("livret:reponse", (event) => {
  const { champ, valeur, refus } = /** @type {CustomEvent<Answer>} */ (event).detail;
  lost.delete(champ);
  ended = false;
  wait = FIRST_WAIT;
  mark(champ, refus);
  state.className = refus ? "lp-save lp-save--refused" : "lp-save";
  const undone = champ === undoing;
  if (undone) undoing = "";
  if (refus) return void keep();
  unsaved.delete(champ);
  const [standing, before] = [seen(champ), replaced.get(champ)];
  if (standing && standing.value !== valeur) {
    if (!undone && before !== undefined) undos.push({ champ, before, after: valeur });
    standing.value = valeur;
    armUndo(undos.length > 0);
  }
  if (read(champ) === sent.get(champ)) write(champ, valeur);
  if (document.activeElement?.closest(".lp-two")) enter(champ);
  keep();
  retry();
});

form.addEventListener("htmx:afterRequest", (event) => {
  const { xhr, requestConfig } = /** @type {CustomEvent} */ (event).detail;
  count(-1);
  const key = requestConfig.parameters.champ;
  if (key === undefined || xhr.getResponseHeader(ANSWERED)) return;
  if (xhr.status === 0) {
    lose(key);
    say("Connexion perdue : la saisie partira au retour du réseau", "offline");
  } else if (xhr.status === 401) {
    ended = true;
    say("Session terminée", "refused");
    const words = "Ce que vous avez tapé est gardé sur ce poste, pour vous seulement : reconnectez-vous pour l’enregistrer.";
    notice("offline", "Votre session est terminée.", words, [
      { label: "Se reconnecter", href: form.dataset.connexion },
    ]);
  } else if (xhr.status < 500) {
    ended = true;
    say("Non enregistré : le texte est gardé sur ce poste, rechargez la page", "refused");
  } else {
    lose(key);
    say("Non enregistré : le serveur ne répond pas, nouvel essai dans un instant", "refused");
  }
});

// On a slow machine a person types before the scripts are there: that leaves now.
document.addEventListener("DOMContentLoaded", () => {
  count(0);
  for (const control of form.querySelectorAll("input:not([type=hidden]), select, textarea")) {
    if (leftBefore(/** @type {Control} */ (control))) {
      control.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
});

const FIRST_WAIT = 2000;
const LONGEST_WAIT = 30000;
let [wait, timer] = [FIRST_WAIT, 0];

/** @param {string} key A field whose text did not arrive: it is sent again, each time later. */
function lose(key) {
  lost.add(key);
  again();
}

function again() {
  clearTimeout(timer);
  timer = setTimeout(retry, wait);
  wait = Math.min(wait * 2, LONGEST_WAIT);
}

/** Send again the choice between two values. @param {string} key @returns {boolean} Whether there is one. */
function chooseAgain(key) {
  const two = twoOf(key);
  /** @type {HTMLButtonElement | null | undefined} */
  const button = two?.querySelector(`[name="${two.dataset.choisi}"]`);
  if (!two || !button) return false;
  delete two.dataset.choisi;
  button.click();
  return true;
}

/** Send again what never arrived; what is being typed once more leaves with the field. */
function retry() {
  for (const key of [...lost]) {
    if (controls(key).some((control) => control === document.activeElement) && read(key) !== sent.get(key)) continue;
    lost.delete(key);
    if (chooseAgain(key)) continue;
    controls(key)[0]?.dispatchEvent(new Event("change", { bubbles: true }));
  }
  if (lost.size) again();
}
window.addEventListener("online", retry);

// Enter in a field has already fired "change", which saves it: the whole form need not be sent.
form.addEventListener("submit", (event) => {
  if (event.submitter?.classList.contains("lp-default")) event.preventDefault();
});

let settling = false;

/** Put back the text that stood before the last save of this page, once what is typed is saved;
 * nothing when another one stands since: two values are never chosen between without the person. */
async function undo() {
  if (settling) return;
  settling = true;
  const active = document.activeElement;
  if (active instanceof HTMLElement && active.matches("textarea, [type=text]")) active.blur();
  await settled(() => pending > 0);
  settling = false;
  notice("undo");
  const last = undos.at(-1);
  if (!last) return notice("undo", "Plus rien à annuler.");
  if (unsaved.has(last.champ)) {
    return notice("undo", "Annulation impossible :", "le dernier champ modifié n’est pas encore enregistré.");
  }
  undos.pop();
  armUndo(undos.length > 0);
  if (seen(last.champ)?.value !== last.after) {
    return notice("undo", "Annulation impossible :", "la valeur a changé depuis, elle reste.");
  }
  undoing = last.champ;
  write(last.champ, last.before);
  controls(last.champ)[0].dispatchEvent(new Event("change", { bubbles: true }));
  enter(last.champ);
}

onUndo(() => void undo(), (at) => at.matches("textarea, input:not([type=radio], [type=checkbox])"));

/** Put what an earlier visit could not send where it was typed, and send it. */
function resend() {
  const sending = left;
  left = [];
  for (const { champ, valeur, remplace } of sending) {
    const standing = seen(champ);
    if (!standing) continue;
    standing.value = remplace;
    write(champ, valeur);
    controls(champ)[0].dispatchEvent(new Event("change", { bubbles: true }));
  }
}

/** Offer what an earlier visit could not send, but for what stands already. */
function offer() {
  left = left.filter((cell) => cell.valeur !== seen(cell.champ)?.value);
  keep();
  if (!left.length) return;
  const words = counted(left.length, "saisie n’avait pas pu être enregistrée", "saisies n’avaient pas pu être enregistrées");
  offerLeft(words, "Enregistrer", () => (resend(), keep()), () => {
    left = [];
    keep();
  });
}
document.addEventListener("DOMContentLoaded", offer);

window.addEventListener("beforeunload", (event) => {
  if (ended && keep()) return;
  const active = /** @type {Control | null} */ (document.activeElement);
  const typing = active?.form === form && active.matches("textarea, [type=text]");
  if (unsaved.size || (typing && active && read(active.name) !== seen(active.name)?.value)) {
    event.preventDefault();
  }
});
