/**
 * Ready phrases: F8 in a text, or the button beside it, opens the list of those kept for that text.
 * One types to filter, the arrows choose, Enter inserts at the cursor. A phrase that would make the
 * text too long is refused with the count; nothing is cut. The text bears `data-phrases` meanwhile:
 * what others save does not move the cursor under the list. Without this module the links lead to the
 * page of phrases.
 *
 * @typedef {{ champ: string, texte: string, ecole: boolean }} Phrase
 */

import { length } from "./counters.js";

const KEY = "F8";
const figure = new Intl.NumberFormat("fr-FR");

/** The link of each text, turned into a button. @type {Map<HTMLTextAreaElement, HTMLButtonElement>} */
const buttons = new Map();
/** Asked once a page; asked again after a failure. @type {Promise<Phrase[]> | null} */
let asked = null;

/** @param {string} page @returns {Promise<Phrase[]>} */
async function ask(page) {
  const answer = await fetch(new URL("liste/", page));
  if (!answer.ok || !answer.headers.get("Content-Type")?.startsWith("application/json")) throw new Error();
  return (await answer.json()).phrases;
}

const dialog = document.createElement("dialog");
dialog.className = "lp-dialog lp-phrases";
dialog.setAttribute("aria-labelledby", "phrases-titre");
dialog.innerHTML = `
  <h2 class="lp-h2" id="phrases-titre">Phrases</h2>
  <div class="lp-field">
    <label class="lp-field__label" for="phrases-filtre">Quelques lettres, puis les flèches et Entrée</label>
    <input class="lp-input" id="phrases-filtre" type="text" role="combobox" autocomplete="off" spellcheck="false"
      aria-expanded="true" aria-autocomplete="list" aria-controls="phrases-liste">
  </div>
  <p class="lp-hint" role="status" id="phrases-compte"></p>
  <p class="lp-field__error" role="alert" id="phrases-refus"></p>
  <ul class="lp-phrases__list" id="phrases-liste" role="listbox" aria-labelledby="phrases-titre"></ul>
  <p class="lp-dialog__actions"><a class="lp-btn lp-btn--quiet">Ajouter, modifier des phrases</a> <button class="lp-btn" type="button">Fermer</button></p>`;

/** @param {string} selector */
const part = (selector) => /** @type {HTMLElement} */ (dialog.querySelector(selector));
const filter = /** @type {HTMLInputElement} */ (part("input"));
const [list, count, refusal] = [part("ul"), part("#phrases-compte"), part("#phrases-refus")];

/** The text being written and its selection; what its list holds, and shows. */
let area = /** @type {HTMLTextAreaElement | null} */ (null);
let [start, end, chosen] = [0, 0, 0];
let held = /** @type {Phrase[]} */ ([]);
let shown = /** @type {Phrase[]} */ ([]);

/** Without case nor accents. @param {string} text */
const plain = (text) => text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();

function fill() {
  const words = plain(filter.value).split(/\s+/).filter(Boolean);
  shown = held.filter((phrase) => words.every((word) => plain(phrase.texte).includes(word)));
  list.replaceChildren(...shown.map(option));
  list.hidden = !shown.length;
  filter.setAttribute("aria-expanded", String(shown.length > 0));
  if (!held.length) count.textContent = "Aucune phrase n’est gardée pour ce texte : ajoutez-en.";
  else if (!shown.length) count.textContent = "Aucune phrase ne contient ces lettres.";
  else count.textContent = shown.length > 1 ? `${shown.length} phrases` : "1 phrase";
  choose(0);
}

/** @param {Phrase} phrase @param {number} rank */
function option(phrase, rank) {
  const item = document.createElement("li");
  item.id = `phrases-${rank}`;
  item.role = "option";
  item.textContent = phrase.texte;
  if (phrase.ecole) {
    const whose = document.createElement("span");
    whose.className = "lp-table__sub";
    whose.textContent = " établissement";
    item.append(whose);
  }
  return item;
}

/** @param {number} rank */
function choose(rank) {
  chosen = Math.max(0, Math.min(rank, shown.length - 1));
  refusal.textContent = "";
  for (const [at, item] of [...list.children].entries()) item.setAttribute("aria-selected", String(at === chosen));
  const item = list.children[chosen];
  if (item) filter.setAttribute("aria-activedescendant", item.id);
  else filter.removeAttribute("aria-activedescendant");
  item?.scrollIntoView({ block: "nearest" });
}

/** The phrase, parted by a blank from the words around it. @param {string} text @param {string} phrase */
function parted(text, phrase) {
  const [before, after] = [text.slice(0, start), text.slice(end)];
  return `${/\S$/.test(before) ? " " : ""}${phrase}${/^[^\s.,]/.test(after) ? " " : ""}`;
}

/** Type in the text as one would by hand: counters, saving and the browser's undo follow. @param {HTMLTextAreaElement} text @param {string} words */
function type(text, words) {
  text.focus();
  text.setSelectionRange(start, end);
  if (document.execCommand("insertText", false, words)) return;
  text.setRangeText(words, start, end, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
  text.dispatchEvent(new Event("change", { bubbles: true }));
}

function insert() {
  const phrase = shown[chosen];
  if (!phrase || !area) return;
  const text = area;
  const words = parted(text.value, phrase.texte);
  const limit = Number(text.dataset.limit);
  const whole = length(text.value.slice(0, start) + words + text.value.slice(end));
  if (whole > limit) {
    refusal.textContent = `Avec cette phrase, le texte compterait ${figure.format(whole)} caractères : la limite est de ${figure.format(limit)}, ${figure.format(whole - limit)} de trop. Rien n’est inséré.`;
    return;
  }
  dialog.close();
  type(text, words);
}

/** @param {HTMLTextAreaElement} text */
async function open(text) {
  [area, start, end] = [text, text.selectionStart, text.selectionEnd];
  const { phrases: key, page = "" } = buttons.get(text)?.dataset ?? {};
  /** @type {HTMLAnchorElement} */ (part("a")).href = page;
  [filter.value, held, count.textContent] = ["", [], "Lecture des phrases…"];
  list.replaceChildren();
  refusal.textContent = "";
  text.dataset.phrases = "";
  dialog.showModal();
  filter.focus();
  try {
    asked ??= ask(page);
    held = (await asked).filter((phrase) => phrase.champ === key);
    fill();
  } catch {
    asked = null;
    count.textContent = "";
    refusal.textContent = "Les phrases n’ont pas pu être lues : fermez, puis réessayez.";
  }
}

filter.addEventListener("input", fill);
filter.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 5, PageUp: -5 }[event.key];
  if (event.key !== "Enter" && !step) return;
  event.preventDefault();
  if (step) choose(chosen + step);
  else insert();
});
list.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the focus in the filter
list.addEventListener("click", (event) => {
  const rank = [...list.children].indexOf(/** @type {any} */ (event.target).closest("li"));
  if (rank < 0) return;
  choose(rank);
  insert();
});
part("button").addEventListener("click", () => dialog.close());
dialog.addEventListener("close", () => {
  delete area?.dataset.phrases;
  area?.focus();
});

for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll("a[data-phrases]"))) {
  const text = /** @type {HTMLTextAreaElement} */ (document.getElementById(link.dataset.pour ?? ""));
  const button = document.createElement("button");
  button.type = "button";
  button.className = link.className;
  button.dataset.phrases = link.dataset.phrases;
  button.innerHTML = link.innerHTML;
  button.setAttribute("aria-haspopup", "dialog");
  button.title = "Insérer une phrase prête (F8)";
  button.addEventListener("click", () => open(text));
  text.setAttribute("aria-keyshortcuts", KEY);
  text.addEventListener("keydown", (event) => {
    if (event.key !== KEY) return;
    event.preventDefault();
    open(text);
  });
  button.dataset.page = link.href;
  buttons.set(text, button);
  link.replaceWith(button);
}
if (buttons.size) document.body.append(dialog);
