/**
 * The class grid at work: keyboard and selection (`Sheet`), saves (`Cells`), what others change
 * (`follow`), undo, conflicts, and the form of one column that stands in its place on a phone.
 *
 * @typedef {import("./sheet.js").Typing} Typing
 * @typedef {import("./sheet.js").Spot} Spot
 * @typedef {import("./following.js").Line} Line
 * @typedef {import("./cells.js").Cell} Cell
 */

import { counted, notice } from "../livretpro/notice.js";
import { Cells, place } from "./cells.js";
import { typeDigit } from "./digits.js";
import { follow, recount, restate } from "./following.js";
import { armUndo, offer, onUndo, tell } from "./notices.js";
import { go, isPlain, settled } from "./settled.js";
import { Sheet } from "./sheet.js";
import { left as leftBefore, touched } from "./touched.js";

const root = /** @type {HTMLElement} */ (document.getElementById("grille"));
const open = root.dataset.ouvert === "oui";
const form = document.getElementById("colonne");
const sheets = [...root.querySelectorAll(".lp-sheet")].map(
  (box) =>
    new Sheet(
      /** @type {HTMLElement} */ (box),
      open,
      (typed) => type(typed),
      (strong, text, choices) => notice("paste", strong, text, choices),
    ),
);
/** What was typed, newest last: the texts before. @type {Typing[][]} */
const undos = [];
/** The text that the last save of this page left, by place: an undo takes back nothing else.
 * @type {Map<string, string>} */
const ours = new Map();
/** Two values face to face, by place, and the text that ours replaced. @type {Map<string, { eleve: number,
 * champ: string, mine: string, theirs: string, who: string, remplace: string }>} */
const conflicts = new Map();

/** What others saved where one was typing, by place: shows it. @type {Map<string, () => void>} */
const skipped = new Map();

/** @param {number} eleve @param {string} champ @returns {{ sheet: Sheet, spot: Spot } | null} */
function find(eleve, champ) {
  for (const sheet of sheets) {
    const spot = sheet.find(eleve, champ);
    if (spot) return { sheet, spot };
  }
  return null;
}

/** @param {number} eleve @param {string} champ */
const stands = (eleve, champ) => cells.stands.get(place(eleve, champ)) ?? "";

/** @param {Typing[]} typed @param {boolean} undoable */
function type(typed, undoable = true) {
  const changed = typed.filter(({ eleve, champ, valeur }) => {
    const found = find(eleve, champ);
    return found && found.sheet.text(found.spot) !== valeur;
  });
  if (!changed.length) return;
  if (undoable) undos.push(changed.map(before));
  for (const { eleve, champ, valeur } of changed) {
    show(eleve, champ, valeur);
    for (const held of [conflicts, skipped]) held.delete(place(eleve, champ));
    const found = find(eleve, champ);
    found?.sheet.wait(found.spot, true);
  }
  cells.add(changed.map((cell) => ({ ...cell, remplace: stands(cell.eleve, cell.champ) })));
  oppose();
  arm();
}

/** @param {Typing} cell @returns {Typing} */
function before({ eleve, champ }) {
  const found = find(eleve, champ);
  return { eleve, champ, valeur: found ? found.sheet.text(found.spot) : "" };
}

/** @param {number} eleve @param {string} champ @param {string} text */
function show(eleve, champ, text) {
  const found = find(eleve, champ);
  if (!found) return;
  const lack = !text && found.sheet.sort(found.spot.column) === "degre" ? "rouge" : "";
  found.sheet.paint(found.spot, text, lack);
  fillColumn(eleve, champ, text);
}

/** Whether the text of a cell is what this page put there: kept, on its way, or refused.
 * @param {Typing} cell */
function isOurs({ eleve, champ }) {
  const [at, found] = [place(eleve, champ), find(eleve, champ)];
  if (!found || conflicts.has(at)) return false;
  const refused = found.sheet.cell(found.spot).classList.contains("lp-cell--refused");
  return refused || cells.has(at) || ours.get(at) === found.sheet.text(found.spot);
}

/** Put back the texts before the last change; those that somebody changed since stay as they are. */
function undo() {
  const last = undos.pop();
  if (!last) return notice("undo", "Plus rien à annuler.");
  const mine = last.filter(isOurs);
  const left = last.length - mine.length;
  notice("undo", left ? "Annulation partielle :" : "", `${counted(left, "valeur a changé depuis, elle reste", "valeurs ont changé depuis, elles restent")}.`);
  if (mine.length) type(mine, false);
  arm();
}

function arm() {
  armUndo(undos.length > 0);
}

/** @type {Cells} */
const cells = new Cells(
  root,
  (answer, cell) => {
    const { eleve, champ } = answer;
    const found = find(eleve, champ);
    if (!found) return;
    found.sheet.wait(found.spot, false);
    skipped.delete(place(eleve, champ));
    problem(eleve, answer.etat === "refus" ? (answer.phrase ?? "") : "");
    if (answer.etat === "garde") {
      ours.set(place(eleve, champ), answer.valeur ?? "");
      show(eleve, champ, answer.valeur ?? "");
      if (!sheets.some((sheet) => sheet.refused().length)) notice("error");
      return;
    }
    if (answer.etat === "refus") {
      found.sheet.refuse(found.spot, cell.valeur, answer.phrase ?? "");
      return notice("error", "Valeur refusée.", answer.phrase);
    }
    const [mine, theirs] = [cell.valeur, answer.valeur ?? ""];
    conflicts.set(place(eleve, champ), { eleve, champ, mine, theirs, who: answer.auteur ?? "", remplace: cell.remplace });
    found.sheet.oppose(found.spot, mine, theirs);
    oppose();
  },
  (state, waiting, clock) => {
    tell(() => cells, root.dataset.connexion ?? "")(state, waiting, clock);
    if (state === "") askSoon();
  },
);

/** Tell the first conflict and let the person choose. */
function oppose() {
  const [first] = conflicts.values();
  if (!first) return notice("conflict");
  const { eleve, champ, mine, theirs, who } = first;
  const found = find(eleve, champ);
  const name = found?.sheet.target({ row: found.spot.row, column: 0 }).textContent;
  const head = found?.sheet.heads[found.spot.column].textContent;
  const others = conflicts.size > 1 ? ` (${counted(conflicts.size - 1, "autre", "autres")} ensuite)` : "";
  notice("conflict", `Deux valeurs pour ${head} de ${name}.`, `Vous : ${mine || "rien"}. ${who} : ${theirs || "rien"}.${others}`, [
    { label: `Garder ${mine || "rien"}`, act: () => choose(first, mine) },
    { label: `Prendre ${theirs || "rien"}`, act: () => choose(first, theirs) },
  ]);
}

/** @param {{ eleve: number, champ: string, theirs: string }} conflict @param {string} value */
function choose({ eleve, champ, theirs }, value) {
  conflicts.delete(place(eleve, champ));
  show(eleve, champ, value);
  const found = find(eleve, champ);
  if (value !== theirs) {
    replaceLast(eleve, champ, theirs);
    found?.sheet.wait(found.spot, true);
    cells.add([{ eleve, champ, valeur: value, remplace: theirs }]);
  } else cells.remember();
  oppose();
  if (found) found.sheet.go(found.spot);
}

/** What an undo of the last change of a cell puts back: the other value, which ours replaced.
 * @param {number} eleve @param {string} champ @param {string} theirs */
function replaceLast(eleve, champ, theirs) {
  const own = undos.flat().filter((one) => one.eleve === eleve && one.champ === champ).at(-1);
  if (own) own.valeur = theirs;
}

const askSoon = follow(root, () => cells.answered, (news) => {
  recount(news);
  for (const line of news.lignes ?? []) {
    for (const sheet of sheets) {
      const row = sheet.rows.findIndex((one) => one.dataset.eleve === String(line.eleve));
      if (row >= 0) update(sheet, row, line);
    }
    const item = form?.querySelector(`[data-eleve="${line.eleve}"]`);
    if (item) restate(item, line);
  }
  for (const sheet of sheets) refoot(sheet, news.pieds?.[Number(sheet.box.dataset.rang)] ?? {});
});

/** @param {Sheet} sheet @param {number} row @param {Line} line */
function update(sheet, row, line) {
  restate(sheet.rows[row], line);
  sheet.heads.forEach((head, rank) => {
    const champ = head.dataset.champ;
    if (champ && champ in line.textes) renew(sheet, { row, column: rank }, champ, line);
  });
  sheet.draw();
}

/** @param {Sheet} sheet @param {Spot} spot @param {string} champ @param {Line} line */
function renew(sheet, spot, champ, line) {
  const [at, text] = [place(line.eleve, champ), line.textes[champ]];
  skipped.delete(at);
  if (cells.has(at) || conflicts.has(at)) return;
  if (sheet.isEdited(spot) || (champ === column && controls(line.eleve).some(touched))) {
    return void skipped.set(at, () => renew(sheet, spot, champ, line));
  }
  if (sheet.cell(spot).classList.contains("lp-cell--refused")) return;
  cells.stands.set(at, text);
  const [lack, changed] = [line.manques[champ] ?? "", sheet.text(spot) !== text];
  const { title, dataset } = sheet.cell(spot);
  const signed = dataset.lpWho ? title : "";
  sheet.paint(spot, text, lack);
  fillColumn(line.eleve, champ, text);
  if (changed && line.auteurs[champ]) sheet.sign(spot, line.auteurs[champ]);
  else if (signed) sheet.sign(spot, line.auteurs[champ] ?? signed);
}

/** Show what came while one was typing there, where that was left as it stood. */
function showSkipped() {
  for (const show of [...skipped.values()]) show();
}
for (const sheet of sheets) sheet.onLeft = showSkipped;

/** @param {Sheet} sheet @param {Record<string, [string, number]>} feet */
function refoot(sheet, feet) {
  for (const [champ, [mean, count]] of Object.entries(feet)) {
    const at = CSS.escape(champ);
    const [shown, saisis] = ["pied", "saisis"].map((name) => sheet.box.querySelector(`[data-${name}="${at}"]`));
    if (shown) shown.textContent = mean;
    if (saisis) saisis.textContent = String(count);
  }
}

/* One column at a time, on a phone. */

const column = /** @type {HTMLInputElement | null} */ (form?.querySelector("[name=champ]"))?.value ?? "";

/** @param {number} eleve @returns {HTMLInputElement[]} */
const controls = (eleve) => [...(form?.querySelectorAll(`[name="valeur:${eleve}"]`) ?? [])].map(
  (control) => /** @type {HTMLInputElement} */ (control),
);

/** Show a text, but where another one is being typed.
 * @param {number} eleve @param {string} champ @param {string} text */
function fillColumn(eleve, champ, text) {
  if (champ !== column) return;
  for (const input of controls(eleve)) {
    if (input.type === "radio") input.checked = input.defaultChecked = input.value === text;
    else {
      if (!touched(input)) input.value = text;
      input.defaultValue = text;
    }
  }
}

/** What the form says that the page does not know yet. @param {typeof touched} what @returns {Typing[]} */
const inColumn = (what = touched) => [...(form?.querySelectorAll("[data-eleve]") ?? [])].flatMap((item) => {
  const eleve = Number(/** @type {HTMLElement} */ (item).dataset.eleve);
  return controls(eleve).filter(what).map((input) => ({ eleve, champ: column, valeur: input.value.trim() }));
});

/** @param {number} eleve @param {string} phrase */
function problem(eleve, phrase) {
  const item = form?.querySelector(`[data-eleve="${eleve}"]`);
  item?.querySelector(".lp-field__error")?.remove();
  if (!item || !phrase) return;
  const told = document.createElement("p");
  told.className = "lp-field__error";
  told.setAttribute("role", "alert");
  told.textContent = phrase;
  item.append(told);
}

form?.addEventListener("change", (event) => {
  const control = /** @type {HTMLInputElement} */ (event.target);
  const item = /** @type {HTMLElement | null} */ (control.closest("[data-eleve]"));
  control.defaultValue = control.value;
  if (item) type([{ eleve: Number(item.dataset.eleve), champ: column, valeur: control.value.trim() }]);
});
form?.addEventListener("focusout", showSkipped);
form?.addEventListener("submit", (event) => event.preventDefault());
form?.addEventListener("keydown", (event) => {
  if (/** @type {HTMLElement} */ (event.target).inputMode === "decimal") typeDigit(event);
});

/** @type {HTMLFormElement | null} */
const pick = document.querySelector(".lp-bycomp__pick");
pick?.addEventListener("change", async () => {
  await settled(() => cells.busy);
  pick.submit();
});
pick?.addEventListener("click", (event) => {
  const link = /** @type {HTMLElement} */ (event.target).closest("a");
  if (!link || !isPlain(event)) return;
  event.preventDefault();
  void go(link, () => cells.busy);
});
document.getElementById("colonne-afficher")?.remove();

/* What the keyboard says outside of a cell. */

/** @returns {Sheet | undefined} Where the focus is. */
const here = () => sheets.find((sheet) => sheet.table.contains(document.activeElement));
const typing = () => document.activeElement instanceof HTMLInputElement;

/** Marks what is copied here: empty cells of ours are laid, a picture or a file erases nothing. */
const OURS = "application/x-livretpro";

document.addEventListener("copy", (event) => {
  const sheet = here();
  if (!sheet || typing()) return;
  event.clipboardData?.setData("text/plain", sheet.copy());
  event.clipboardData?.setData(OURS, "oui");
  event.preventDefault();
});
document.addEventListener("paste", (event) => {
  const sheet = here();
  if (!open || !sheet || typing()) return;
  event.preventDefault();
  const block = event.clipboardData?.getData("text/plain") ?? "";
  if (block.trim() || event.clipboardData?.types.includes(OURS)) return sheet.paste(block);
  notice("paste", "Rien à coller :", "ce qui est copié ne contient pas de texte. Pour effacer des cellules : Suppr.");
});
onUndo(undo, () => !here() || typing());
/** @returns {Cell[]} Values face to face with another: kept until one is chosen. */
const opposed = () => [...conflicts.values()].map(({ eleve, champ, mine, remplace }) => ({ eleve, champ, valeur: mine, remplace }));
cells.drafts = () => {
  const typed = [...sheets.flatMap((sheet) => [...sheet.refused(), ...sheet.draft()]), ...inColumn()];
  return [...opposed(), ...typed.map((cell) => ({ ...cell, remplace: stands(cell.eleve, cell.champ) }))];
};
let pause = 0;
for (const part of [root, form]) {
  for (const name of ["input", "focusin"]) {
    part?.addEventListener(name, () => {
      clearTimeout(pause);
      pause = setTimeout(() => cells.remember(), 300);
    });
  }
}
addEventListener("beforeunload", (event) => {
  if (cells.stopped && cells.remember()) return;
  if (cells.busy || cells.drafts().length) event.preventDefault();
});

/* What stands, and what an earlier visit could not send. */

for (const sheet of sheets) {
  sheet.rows.forEach((row, at) =>
    sheet.heads.forEach((head, col) => {
      if (!["moyenne", "degre"].includes(head.dataset.sorte ?? "")) return;
      const key = place(Number(row.dataset.eleve), head.dataset.champ ?? "");
      cells.stands.set(key, sheet.text({ row: at, column: col }));
    }),
  );
}

if (open) {
  offer(cells, "valeur", "valeurs", (left) => {
    for (const cell of left) show(cell.eleve, cell.champ, cell.valeur);
  });
  // Chosen before the scripts were there: that leaves now.
  const early = inColumn(leftBefore);
  if (early.length) type(early);
}
const asked = sheets.find((sheet) => sheet.wanted());
if (asked) asked.go(asked.active);
root.dataset.pret = "oui";
