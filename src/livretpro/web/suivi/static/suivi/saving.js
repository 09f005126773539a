/**
 * Saves each field of the livret when it is left, and tells what became of it. htmx sends and swaps;
 * this module says what is sent (the text, and the text it replaces), keeps the field in step with
 * what was kept, and lets nobody leave with a text that is not saved. Without it the page is one
 * form with a button.
 *
 * @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Control
 * @typedef {{ champ: string, valeur: string, refus: boolean }} Answer
 */

const ANSWERED = "HX-Trigger";
const form = /** @type {HTMLFormElement} */ (document.querySelector("form#livret"));
const state = /** @type {HTMLElement} */ (document.querySelector("#enregistrement"));

/** The text last sent of each field. @type {Map<string, string>} */
const sent = new Map();
/** Fields whose text is not kept: on its way, refused or lost. @type {Set<string>} */
const unsaved = new Set();
/** Fields whose text never arrived. @type {Set<string>} */
const lost = new Set();
let pending = 0;

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

/** @param {string} words @param {string} tone Nothing, or a modifier of `lp-save`. */
function say(words, tone = "") {
  state.textContent = words;
  state.className = tone ? `lp-save lp-save--${tone}` : "lp-save";
}

/** Mark a field refused, or not. @param {string} key @param {boolean} refused */
function mark(key, refused) {
  const group = form.querySelector(`[data-field="${CSS.escape(key)}"]`);
  for (const element of group ? [group] : controls(key)) {
    if (refused) element.setAttribute("aria-invalid", "true");
    else element.removeAttribute("aria-invalid");
  }
}

/** Count the saves under way: the links to other pupils wait for them. @param {number} step */
function count(step) {
  pending = Math.max(0, pending + step);
  form.dataset.pending = String(pending);
}

form.addEventListener("htmx:trigger", () => count(1));

form.addEventListener("htmx:configRequest", (event) => {
  const { elt, parameters } = /** @type {CustomEvent} */ (event).detail;
  if (parameters.champ === undefined) {
    parameters.champ = elt.dataset.field ?? elt.name;
    parameters.valeur = read(parameters.champ);
    parameters.remplace = seen(parameters.champ)?.value ?? "";
  }
  sent.set(parameters.champ, read(parameters.champ));
  unsaved.add(parameters.champ);
  say("Enregistrement…", "saving");
});

form.addEventListener("htmx:beforeSwap", (event) => {
  const { detail } = /** @type {CustomEvent} */ (event);
  if (!detail.xhr.getResponseHeader(ANSWERED)) return;
  detail.shouldSwap = true;
  detail.isError = false;
});

document.body.addEventListener("livret:reponse", (event) => {
  const { champ, valeur, refus } = /** @type {CustomEvent<Answer>} */ (event).detail;
  lost.delete(champ);
  mark(champ, refus);
  state.className = refus ? "lp-save lp-save--refused" : "lp-save";
  if (refus) return;
  unsaved.delete(champ);
  const standing = seen(champ);
  if (standing) standing.value = valeur;
  if (read(champ) === sent.get(champ)) write(champ, valeur);
  if (document.activeElement?.closest(".lp-two")) enter(champ);
  retry();
});

document.body.addEventListener("htmx:afterRequest", (event) => {
  const { xhr, requestConfig } = /** @type {CustomEvent} */ (event).detail;
  count(-1);
  const key = requestConfig.parameters.champ;
  if (key === undefined || xhr.getResponseHeader(ANSWERED)) return;
  if (xhr.status === 0) {
    lost.add(key);
    say("Connexion perdue : la saisie partira au retour du réseau", "offline");
  } else if (xhr.status === 401) {
    say("Session terminée : copiez votre texte, reconnectez-vous, rechargez la page", "refused");
  } else if (xhr.status < 500) {
    say("Non enregistré : copiez votre texte, reconnectez-vous, rechargez la page", "refused");
  } else {
    lost.add(key);
    say("Non enregistré : le serveur ne répond pas, nouvel essai à la prochaine saisie", "refused");
  }
});

/** @param {Control} control @returns {boolean} Whether it says something else than the page did. */
function touched(control) {
  if (control instanceof HTMLSelectElement) {
    return [...control.options].some((option) => option.selected !== option.defaultSelected);
  }
  return control instanceof HTMLInputElement && ["radio", "checkbox"].includes(control.type)
    ? control.checked !== control.defaultChecked && (control.checked || control.type === "checkbox")
    : control.value !== control.defaultValue;
}

// On a slow machine a person types before the scripts are there: that leaves now.
document.addEventListener("DOMContentLoaded", () => {
  count(0);
  for (const control of form.querySelectorAll("input:not([type=hidden]), select, textarea")) {
    if (control !== document.activeElement && touched(/** @type {Control} */ (control))) {
      control.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
});

/** Send again what never arrived. */
function retry() {
  for (const key of lost) {
    lost.delete(key);
    controls(key)[0]?.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
window.addEventListener("online", retry);

// Enter in a field has already fired "change", which saves it: the whole form need not be sent.
form.addEventListener("submit", (event) => {
  if (event.submitter?.classList.contains("lp-default")) event.preventDefault();
});

window.addEventListener("beforeunload", (event) => {
  const active = /** @type {Control | null} */ (document.activeElement);
  const typing = active?.form === form && active.matches("textarea, [type=text]");
  if (unsaved.size || (typing && active && read(active.name) !== seen(active.name)?.value)) {
    event.preventDefault();
  }
});
