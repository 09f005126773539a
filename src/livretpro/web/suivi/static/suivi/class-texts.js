/**
 * The appreciations of a class: each text is saved when it is left, Ctrl + Enter goes from pupil to
 * pupil, two texts face to face are both shown in full.
 *
 * @typedef {import("./following.js").Line} Line
 */

import { Cells, place } from "./cells.js";
import { follow, recount, restate } from "./following.js";
import { notice } from "../livretpro/notice.js";
import { armUndo, offer, onUndo, tell } from "./notices.js";
import { settled } from "./settled.js";
import { left as leftBefore } from "./touched.js";

const form = /** @type {HTMLFormElement} */ (document.getElementById("textes"));
const field = /** @type {HTMLInputElement} */ (form.querySelector("[name=champ]")).value;
/** @type {HTMLTextAreaElement[]} */
const areas = [...form.querySelectorAll("textarea")];

/** @param {Element} area */
const pupil = (area) => Number(/** @type {HTMLElement} */ (area.closest("[data-eleve]")).dataset.eleve);
/** @param {number} eleve */
const areaOf = (eleve) => areas.find((area) => pupil(area) === eleve);
/** @param {Element} area */
const trouble = (area) => /** @type {HTMLElement} */ (area.closest("li")?.querySelector("[data-ennui]"));
/** @param {HTMLTextAreaElement} area @param {string} text */
function write(area, text) {
  if (area.value === text) return;
  area.value = text;
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

/** @param {string} tag @param {string} className @param {string} words */
function node(tag, className, words) {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = words;
  return made;
}

/** @param {HTMLTextAreaElement} area @param {string} phrase */
function refuse(area, phrase) {
  area.setAttribute("aria-invalid", "true");
  area.setAttribute("aria-describedby", `compte-${area.id} e-${pupil(area)}`);
  const told = node("p", "lp-field__error", phrase);
  told.setAttribute("role", "alert");
  trouble(area).replaceChildren(told);
}

/** Pupils whose two texts stand face to face, and the text that theirs replaced: nothing leaves
 * before the person has chosen. @type {Map<number, string>} */
const opposed = new Map();

/** The texts saved by this page, newest last, and those before them.
 * @typedef {{ eleve: number, before: string, after: string }} Save @type {Save[]} */
const undos = [];
/** The save being undone, until its pupil is answered. @type {Save | null} */
let undoing = null;
let settling = false;

/** What an answer leaves to undo. @param {number} eleve @param {string} before @param {string} after */
function remember(eleve, before, after) {
  const undone = undoing?.eleve === eleve && undoing.before === after;
  if (undoing?.eleve === eleve) undoing = null;
  if (!undone && before !== after) undos.push({ eleve, before, after });
  armUndo(undos.length > 0);
}

/** Put back the text before the last save, once what is typed is saved; one changed since stays. */
async function undo() {
  if (settling) return;
  settling = true;
  await settled(() => cells.busy);
  settling = false;
  notice("undo");
  if (cells.busy || areas.some(unkept)) {
    return notice("undo", "Annulation impossible :", "le dernier texte modifié n’est pas encore enregistré.");
  }
  const last = undos.pop();
  armUndo(undos.length > 0);
  if (!last) return notice("undo", "Plus rien à annuler.");
  const area = areaOf(last.eleve);
  if (area?.value !== last.after) {
    return notice("undo", "Annulation impossible :", "le texte a changé depuis, il reste.");
  }
  undoing = last;
  write(area, last.before);
  save(area);
  area.focus();
}

/** @param {HTMLTextAreaElement} area */
function clear(area) {
  opposed.delete(pupil(area));
  area.removeAttribute("aria-invalid");
  trouble(area).replaceChildren();
}

const cells = new Cells(
  form,
  (answer, cell) => {
    const area = areaOf(answer.eleve);
    if (!area) return;
    skipped.delete(answer.eleve);
    if (answer.etat !== "garde") remember(answer.eleve, "", "");
    if (answer.etat === "refus") return refuse(area, answer.phrase ?? "");
    if (answer.etat === "conflit") {
      opposed.set(answer.eleve, cell.remplace);
      return oppose(area, answer.valeur ?? "", answer.auteur ?? "");
    }
    clear(area);
    if (area.value === cell.valeur) write(area, answer.valeur ?? "");
    remember(answer.eleve, cell.remplace, answer.valeur ?? "");
  },
  (state, waiting, clock) => {
    tell(() => cells, form.dataset.connexion ?? "")(state, waiting, clock);
    if (state === "") askSoon();
  },
);

/** @param {HTMLTextAreaElement} area @param {string} theirs @param {string} who */
function oppose(area, theirs, who) {
  area.setAttribute("aria-invalid", "true");
  const told = node("p", "lp-field__error", "Ce texte a changé entre-temps : choisissez celui à garder.");
  told.setAttribute("role", "alert");
  const other = node("p", "lp-hint", `${who} : ${theirs || "rien"}`);
  const keep = node("button", "lp-btn", "Garder le mien");
  const take = node("button", "lp-btn", "Prendre l’autre");
  for (const button of [keep, take]) button.setAttribute("type", "button");
  keep.addEventListener("click", () => {
    clear(area);
    cells.add([{ eleve: pupil(area), champ: field, valeur: area.value, remplace: theirs }]);
    area.focus();
  });
  take.addEventListener("click", () => {
    clear(area);
    write(area, theirs);
    area.focus();
  });
  trouble(area).replaceChildren(told, other, keep, take);
}

/** @param {HTMLTextAreaElement} area */
function save(area) {
  const at = place(pupil(area), field);
  const stands = cells.stands.get(at) ?? "";
  if (opposed.has(pupil(area))) return;
  if (area.value === stands && !cells.has(at)) return clear(area);
  skipped.delete(pupil(area));
  cells.add([{ eleve: pupil(area), champ: field, valeur: area.value, remplace: stands }]);
}

form.addEventListener("change", (event) => save(/** @type {HTMLTextAreaElement} */ (event.target)));
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  const at = areas.indexOf(/** @type {HTMLTextAreaElement} */ (event.target));
  const next = areas[at + (event.shiftKey ? -1 : 1)];
  next?.focus();
  next?.scrollIntoView({ block: "center" });
});

onUndo(() => void undo(), (at) => at.matches("textarea, input"));

const askSoon = follow(form, () => cells.answered, (news) => {
  recount(news);
  for (const line of news.lignes ?? []) {
    const area = areaOf(line.eleve);
    const item = area?.closest("li");
    if (!area || !item) continue;
    restate(item, line);
    renew(area, line);
  }
});

/** What others saved in a text being written, by pupil: shown once it is left as it stood.
 * @type {Map<number, Line>} */
const skipped = new Map();

/** @param {HTMLTextAreaElement} area Whether it is being written, by hand or from the list of phrases. */
const inHand = (area) => area === document.activeElement || "phrases" in area.dataset;

/** @param {HTMLTextAreaElement} area @param {Line} line */
function renew(area, line) {
  skipped.delete(line.eleve);
  if (area.value === line.appreciation) return;
  if (inHand(area) || unkept(area)) return void skipped.set(line.eleve, line);
  cells.stands.set(place(line.eleve, field), line.appreciation);
  write(area, line.appreciation);
  const who = line.auteurs[field];
  if (who) trouble(area).replaceChildren(node("p", "lp-hint", `${who} vient de modifier ce texte.`));
}

form.addEventListener("focusout", (event) => {
  const area = /** @type {HTMLTextAreaElement} */ (event.target);
  const line = area.matches("textarea") && skipped.get(pupil(area));
  if (line) renew(area, line);
});

for (const area of areas) cells.stands.set(place(pupil(area), field), area.defaultValue);

offer(cells, "texte", "textes", (left) => {
  for (const cell of left) {
    const area = areaOf(cell.eleve);
    if (area) write(area, cell.valeur);
  }
});
// Typed before the scripts were there: that leaves now.
for (const area of areas) if (leftBefore(area)) save(area);

/** @param {HTMLTextAreaElement} area Whether it holds what is not kept. */
const unkept = (area) => area.value !== cells.stands.get(place(pupil(area), field));
cells.drafts = () =>
  areas.filter(unkept).map((area) => {
    const [eleve, stands] = [pupil(area), cells.stands.get(place(pupil(area), field)) ?? ""];
    return { eleve, champ: field, valeur: area.value, remplace: opposed.get(eleve) ?? stands };
  });
let pause = 0;
form.addEventListener("input", () => {
  clearTimeout(pause);
  pause = setTimeout(() => cells.remember(), 300);
});
addEventListener("beforeunload", (event) => {
  if (cells.stopped && cells.remember()) return;
  if (cells.busy || areas.some(unkept)) event.preventDefault();
});
form.dataset.pret = "oui";
