/**
 * One grid of a class: where the focus is, what is selected, what each cell shows. It knows nothing
 * of the server: what is typed goes out through `onTyped`.
 *
 * @typedef {{ eleve: number, champ: string, valeur: string }} Typing
 * @typedef {{ row: number, column: number }} Spot
 * @typedef {(strong: string, text: string, choices?: { label: string, act: () => void }[]) => void} Doubt
 */

import { digitOf, typeDigit } from "./digits.js";

const WORDS = ["", "non maîtrisée", "insuffisamment maîtrisée", "maîtrisée", "bien maîtrisée"];
const NAME = 0;
const LOOKS = ["1", "2", "3", "4"].map((degree) => `lp-cell--${degree}`);
const EDGES = ["selected", "st", "sb", "sl", "sr"].map((name) => `lp-cell--${name}`);

/** A grid. */
export class Sheet {
  /**
   * @param {HTMLElement} box @param {boolean} open
   * @param {(typed: Typing[]) => void} onTyped
   * @param {Doubt} onDoubt Tells what a block does not say, or asks; no words, no more doubt.
   */
  constructor(box, open, onTyped, onDoubt) {
    this.box = box;
    this.open = open;
    this.onTyped = onTyped;
    this.onDoubt = onDoubt;
    /** An average is being typed no more. */
    this.onLeft = () => {};
    this.table = /** @type {HTMLTableElement} */ (box.querySelector(".lp-grid"));
    const head = /** @type {HTMLTableSectionElement} */ (this.table.tHead);
    this.heads = /** @type {HTMLElement[]} */ ([...head.rows[1].cells]);
    this.rows = [...this.table.tBodies[0].rows];
    /** @type {Spot} */ this.active = this.firstSpot();
    /** @type {Spot} */ this.anchor = this.active;
    /** Where a selection ends when that is not the active cell. @type {Spot | null} */ this.end = null;
    /** The average being typed: its cell shows nothing else until it is left.
     * @type {{ spot: Spot, input: HTMLInputElement, shown: (Node | string)[] } | null} */
    this.editor = null;
    for (const name of this.table.querySelectorAll("tbody :is(a, .lp-grid__nolink)")) name.setAttribute("tabindex", "-1");
    this.target(this.active).setAttribute("tabindex", "0");
    this.listen();
  }

  /** The first empty cell of the column asked for, if any. @returns {Spot | null} */
  wanted() {
    const column = this.heads.findIndex((head) => head.dataset.champ === this.box.dataset.voulu);
    if (column < 0) return null;
    const row = this.rows.findIndex((_, at) => !this.text({ row: at, column }));
    return row < 0 ? null : { row, column };
  }

  /** The first cell one may fill, a missing one if there is any. @returns {Spot} */
  firstSpot() {
    const wanted = this.wanted();
    if (wanted) return wanted;
    const columns = this.heads.map((_, column) => column).filter((c) => this.typed(c));
    for (let row = 0; row < this.rows.length; row++) {
      const column = columns.find((c) => this.sort(c) === "degre" && !this.text({ row, column: c }));
      if (column !== undefined) return { row, column };
    }
    return { row: 0, column: columns[0] ?? 1 };
  }

  /** @param {number} column */
  sort(column) {
    return this.heads[column].dataset.sorte ?? "nom";
  }

  /** @param {number} column Whether one types in it. */
  typed(column) {
    return this.open && ["moyenne", "degre"].includes(this.sort(column));
  }

  /** @param {Spot} spot @returns {HTMLTableCellElement} */
  cell({ row, column }) {
    return this.rows[row].cells[column];
  }

  /** What takes the focus: the name of a pupil, else the cell. @param {Spot} spot @returns {HTMLElement} */
  target(spot) {
    const cell = this.cell(spot);
    return spot.column === NAME ? (cell.querySelector("a, .lp-grid__nolink") ?? cell) : cell;
  }

  /** @param {Spot} spot */
  text(spot) {
    return this.cell(spot).dataset.v ?? "";
  }

  /** @param {Spot} spot @param {string} valeur @returns {Typing} */
  typing(spot, valeur) {
    const champ = this.heads[spot.column].dataset.champ ?? "";
    return { eleve: Number(this.rows[spot.row].dataset.eleve), champ, valeur };
  }

  /** @param {number} eleve @param {string} champ @returns {Spot | null} */
  find(eleve, champ) {
    const row = this.rows.findIndex((one) => one.dataset.eleve === String(eleve));
    const column = this.heads.findIndex((head) => head.dataset.champ === champ);
    return row < 0 || column < 0 ? null : { row, column };
  }

  /** Show a text in a cell. @param {Spot} spot @param {string} text @param {string} lack */
  paint(spot, text, lack = "") {
    const cell = this.cell(spot);
    const sort = this.sort(spot.column);
    cell.dataset.v = text;
    cell.classList.remove(...LOOKS, "lp-cell--conflict", "lp-cell--refused", "lp-cell--other");
    cell.removeAttribute("aria-invalid");
    delete cell.dataset.lpWho;
    cell.removeAttribute("title");
    if (sort === "degre" && LOOKS.includes(`lp-cell--${text}`)) cell.classList.add(`lp-cell--${text}`);
    if (lack) this.fill(spot, mark(lack));
    else if (sort === "texte") this.fill(spot, yes(), hidden("oui"));
    else this.fill(spot, text);
    if (spot.row === this.active.row && spot.column === this.active.column) this.tell();
  }

  /** Show in a cell; in the one being typed in, once that is left. @param {Spot} spot
   * @param {(Node | string)[]} shown */
  fill(spot, ...shown) {
    if (this.editor && this.isEdited(spot)) this.editor.shown = shown;
    else this.cell(spot).replaceChildren(...shown);
  }

  /** @param {Spot} spot Whether an average is being typed there. */
  isEdited({ row, column }) {
    return this.editor?.spot.row === row && this.editor.spot.column === column;
  }

  /** What is being typed and not left yet. @returns {Typing[]} */
  draft() {
    if (!this.editor) return [];
    const { spot, input } = this.editor;
    const text = input.value.trim();
    return text === this.text(spot) ? [] : [this.typing(spot, text)];
  }

  /** The text shown in a cell leaves, or has left: what is shown next says it no more.
   * @param {Spot} spot @param {boolean} pending */
  wait(spot, pending) {
    this.cell(spot).classList.toggle("lp-cell--pending", pending);
    if (pending) this.cell(spot).append(hidden(", en attente d’envoi"));
  }

  /** @param {Spot} spot @param {string} typed @param {string} phrase */
  refuse(spot, typed, phrase) {
    const cell = this.cell(spot);
    this.fill(spot, typed, hidden(", refusé"));
    cell.classList.add("lp-cell--refused");
    cell.setAttribute("aria-invalid", "true");
    cell.title = phrase;
    this.tell();
  }

  /** What was typed and refused, still shown. @returns {Typing[]} */
  refused() {
    return [...this.table.querySelectorAll(".lp-cell--refused")].flatMap((cell) => {
      const spot = this.spotOf(cell);
      return spot ? [this.typing(spot, this.text(spot))] : [];
    });
  }

  /** @param {Spot} spot @param {string} typed @param {string} stands */
  oppose(spot, typed, stands) {
    const theirs = document.createElement("span");
    theirs.className = "lp-cell__theirs";
    theirs.textContent = stands || "–";
    this.fill(spot, typed || "–", theirs, hidden(", conflit"));
    this.cell(spot).classList.add("lp-cell--conflict");
  }

  /** @param {Spot} spot @param {string} author */
  sign(spot, author) {
    const cell = this.cell(spot);
    cell.classList.add("lp-cell--other");
    cell.dataset.lpWho = author.split(/\s+/).map((word) => word[0]).join("").slice(0, 2);
    cell.title = author;
    cell.append(hidden(`, modifié par ${author}`));
  }

  /** The selected rectangle. */
  area() {
    const [a, b] = [this.anchor, this.end ?? this.active];
    return {
      top: Math.min(a.row, b.row),
      bottom: Math.max(a.row, b.row),
      left: Math.min(a.column, b.column),
      right: Math.max(a.column, b.column),
    };
  }

  /** @returns {Spot[]} The cells selected that one may fill. */
  chosen() {
    const { top, bottom, left, right } = this.area();
    const spots = [];
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        if (this.typed(column)) spots.push({ row, column });
      }
    }
    return spots;
  }

  /** Whether more than one cell is selected. */
  get many() {
    const { top, bottom, left, right } = this.area();
    return top !== bottom || left !== right;
  }

  /** @param {Spot} spot @param {boolean} extend @param {boolean} focus */
  go(spot, extend = false, focus = true) {
    const row = Math.max(0, Math.min(spot.row, this.rows.length - 1));
    const column = Math.max(0, Math.min(spot.column, this.heads.length - 1));
    this.target(this.active).setAttribute("tabindex", "-1");
    const stays = extend && row === this.active.row && column === this.active.column;
    this.active = { row, column };
    if (!stays) this.end = null;
    if (!extend) this.anchor = this.active;
    this.target(this.active).setAttribute("tabindex", "0");
    if (focus) this.target(this.active).focus();
    this.draw();
  }

  /** Select from one spot to another; the active cell stays. @param {Spot} from @param {Spot} to */
  select(from, to) {
    [this.anchor, this.end] = [from, to];
    this.draw();
  }

  draw() {
    for (const cell of this.table.querySelectorAll(".lp-cell--active, .lp-cell--selected")) {
      cell.classList.remove("lp-cell--active", ...EDGES);
      cell.removeAttribute("aria-selected");
    }
    for (const head of this.table.querySelectorAll(".lp-grid__here")) head.classList.remove("lp-grid__here");
    this.heads[this.active.column].classList.add("lp-grid__here");
    this.rows[this.active.row].cells[NAME].classList.add("lp-grid__here");
    if (this.many) this.frame();
    if (this.active.column !== NAME) this.cell(this.active).classList.add("lp-cell--active");
    this.tell();
  }

  frame() {
    const { top, bottom, left, right } = this.area();
    for (let row = top; row <= bottom; row++) {
      for (let column = Math.max(left, 1); column <= right; column++) {
        const cell = this.cell({ row, column });
        cell.classList.add("lp-cell--selected");
        cell.setAttribute("aria-selected", "true");
        if (row === top) cell.classList.add("lp-cell--st");
        if (row === bottom) cell.classList.add("lp-cell--sb");
        if (column === left) cell.classList.add("lp-cell--sl");
        if (column === right) cell.classList.add("lp-cell--sr");
      }
    }
  }

  /** The bar above: all about the active cell. */
  tell() {
    const { row, column } = this.active;
    const cell = this.cell(this.active);
    const title = this.heads[column].querySelector("abbr")?.title ?? "";
    const head = this.heads[column].textContent ?? "";
    this.bar("eleve", this.target({ row, column: NAME }).textContent ?? "");
    this.bar("colonne", column === NAME ? "" : `${head} ${title}`);
    this.bar("valeur", cell.title || this.words(this.active));
    const count = this.chosen().length;
    this.bar("nombre", count > 1 ? `${count} cellules :` : "");
    for (const button of this.box.querySelectorAll("[data-poser]")) {
      button.toggleAttribute("disabled", !this.takers(/** @type {HTMLElement} */ (button).dataset.poser ?? "").length);
    }
  }

  /** @param {string} name @param {string} words */
  bar(name, words) {
    const shown = this.box.querySelector(`[data-bar="${name}"]`);
    if (shown) shown.textContent = words;
  }

  /** @param {Spot} spot */
  words(spot) {
    const text = this.text(spot);
    if (spot.column === NAME) return this.target(spot).title;
    if (this.sort(spot.column) === "texte") return text ? "saisi" : "manque";
    if (text === "NN") return "non noté";
    return this.sort(spot.column) === "degre" && text ? `${text} ${WORDS[Number(text)]}` : text || "rien";
  }

  /** Type the same text in cells. @param {Spot[]} spots @param {string} text */
  put(spots, text) {
    this.onTyped(spots.map((spot) => this.typing(spot, text)));
  }

  /** The cells selected that take a text: an average `NN`, a degree its figure, any cell nothing.
   * @param {string} text */
  takers(text) {
    const sort = text === "NN" ? "moyenne" : "degre";
    return this.chosen().filter((spot) => !text || this.sort(spot.column) === sort);
  }

  /** Fill what takes a text in the selection; a degree alone, go down. @param {string} text */
  set(text) {
    const alone = !this.many;
    this.put(this.takers(text), text);
    if (alone && /^[1-4]$/.test(text)) this.go({ row: this.active.row + 1, column: this.active.column });
  }

  /** Repeat the first row of the selection below it. */
  fillDown() {
    const { top } = this.area();
    const below = this.chosen().filter((spot) => spot.row > top);
    this.onTyped(below.map((s) => this.typing(s, this.text({ row: top, column: s.column }))));
  }

  /** The selection as a spreadsheet takes it. */
  copy() {
    const { top, bottom, left, right } = this.area();
    const lines = [];
    for (let row = top; row <= bottom; row++) {
      const texts = [];
      for (let column = left; column <= right; column++) {
        texts.push(column === NAME ? this.target({ row, column }).textContent : this.text({ row, column }));
      }
      lines.push(texts.join("\t"));
    }
    return lines.join("\n");
  }

  /** Lay a block from a spreadsheet, from the first cell selected. Where it meets a column that is
   * not typed with other texts than those shown, it may hold that column or not: the person says.
   * @param {string} block */
  paste(block) {
    const lines = cellsOf(block);
    if (lines.length === 1 && lines[0].length === 1) return this.put(this.chosen(), lines[0][0]);
    const { top, left } = this.area();
    const every = this.heads.map((_, column) => column).slice(left);
    const met = every.find((column, right) => this.odd(lines, { row: top, column }, right));
    this.onDoubt("", "");
    if (met === undefined) return this.lay(lines, top, every);
    const name = (this.heads[met].textContent ?? "").trim();
    this.onDoubt(`Le bloc collé passe par la colonne ${name}, qui ne se saisit pas.`, "La contient-il ?", [
      { label: `Non, passer la colonne ${name}`, act: () => this.lay(lines, top, every.filter((c) => this.typed(c))) },
      { label: "Oui, elle est dans le bloc", act: () => this.lay(lines, top, every) },
    ]);
  }

  /** Whether a block brings, where a column is not typed, another text than the one shown.
   * @param {string[][]} lines @param {Spot} from @param {number} right */
  odd(lines, { row, column }, right) {
    if (this.typed(column)) return false;
    return lines.some((texts, down) => {
      const [text, at] = [texts[right] ?? "", { row: row + down, column }];
      return text !== "" && at.row < this.rows.length && text !== this.shown(at);
    });
  }

  /** What a cell copied from here holds. @param {Spot} spot */
  shown(spot) {
    return spot.column === NAME ? (this.target(spot).textContent ?? "").trim() : this.text(spot);
  }

  /** @param {string[][]} lines @param {number} top @param {number[]} columns Where each text goes. */
  lay(lines, top, columns) {
    this.onDoubt("", "");
    const spots = lines.flatMap((texts, down) =>
      texts.map((text, right) => ({ text, row: top + down, column: columns[right] })),
    );
    const inside = spots.filter(({ row, column }) => row < this.rows.length && column !== undefined);
    this.onTyped(inside.filter(({ column }) => this.typed(column)).map((s) => this.typing(s, s.text)));
    const over = spots.filter((spot) => spot.text && !inside.includes(spot)).length;
    if (over) {
      this.onDoubt("Le bloc dépasse le tableau :", over > 1 ? `${over} cellules ne sont pas collées.` : "une cellule n’est pas collée.");
    }
    const wide = Math.max(...lines.map((texts) => texts.length));
    const last = columns[Math.min(wide, columns.length) - 1];
    this.select({ row: top, column: columns[0] }, { row: Math.min(top + lines.length, this.rows.length) - 1, column: last });
  }

  /** Type in an average. @param {string} start */
  edit(start) {
    const spot = this.active;
    const cell = this.cell(spot);
    const input = document.createElement("input");
    input.className = "lp-cell__input";
    input.type = "text";
    input.inputMode = "decimal";
    input.value = start;
    input.setAttribute("aria-label", `${this.heads[spot.column].querySelector("abbr")?.title}`);
    const [spots, stood] = [this.many ? this.chosen() : [spot], this.text(spot)];
    const editor = { spot, input, shown: /** @type {(Node | string)[]} */ ([...cell.childNodes]) };
    const finish = (/** @type {boolean} */ keep, /** @type {Spot | null} */ next) => {
      if (this.editor !== editor) return;
      this.editor = null;
      const text = input.value.trim();
      cell.replaceChildren(...editor.shown);
      if (keep && text !== stood && text !== this.text(spot)) {
        this.put(spots.filter((one) => this.sort(one.column) === "moyenne"), text);
      }
      this.onLeft();
      if (next) this.go(next, this.many);
    };
    input.addEventListener("keydown", (event) => {
      event.stopPropagation();
      const step = event.shiftKey ? -1 : 1;
      if (typeDigit(event)) return;
      if (event.key === "Enter") finish(true, this.many ? spot : { row: spot.row + step, column: spot.column });
      else if (event.key === "Escape") finish(false, spot);
      else if (event.key === "Tab") finish(true, spot);
      else return;
      if (event.key !== "Tab") event.preventDefault();
    });
    input.addEventListener("blur", () => {
      if (document.activeElement !== input) finish(true, null); // else the window alone lost the focus
    });
    this.editor = editor;
    cell.replaceChildren(input);
    input.focus();
    if (!start) input.select();
  }

  listen() {
    this.table.addEventListener("keydown", (event) => this.key(event));
    this.table.addEventListener("focusin", (event) => {
      const spot = this.spotOf(event.target);
      if (spot && (spot.row !== this.active.row || spot.column !== this.active.column)) this.go(spot, false, false);
      else this.draw();
    });
    this.table.addEventListener("mousedown", (event) => {
      const spot = this.spotOf(event.target);
      if (!spot || event.button !== 0 || /** @type {HTMLElement} */ (event.target).closest("a, input")) return;
      event.preventDefault();
      this.go(spot, event.shiftKey);
      const drag = (/** @type {MouseEvent} */ over) => {
        const to = this.spotOf(over.target);
        if (to) this.go(to, true);
      };
      this.table.addEventListener("mouseover", drag);
      addEventListener("mouseup", () => this.table.removeEventListener("mouseover", drag), { once: true });
    });
    const open = () => {
      if (this.editor) return;
      if (this.typed(this.active.column) && this.sort(this.active.column) === "moyenne") {
        this.edit(this.text(this.active));
      }
    };
    this.table.addEventListener("dblclick", open);
    let again = false; // a finger on the cell that is already active opens it
    this.table.addEventListener("pointerdown", (event) => {
      const spot = event.pointerType === "mouse" || this.editor ? null : this.spotOf(event.target);
      again = spot !== null && spot.row === this.active.row && spot.column === this.active.column;
    });
    this.table.addEventListener("click", () => {
      if (again) open();
      again = false;
    });
    for (const button of this.box.querySelectorAll("[data-poser]")) {
      button.addEventListener("click", () => this.set(/** @type {HTMLElement} */ (button).dataset.poser ?? ""));
    }
  }

  /** @param {EventTarget | null} target @returns {Spot | null} */
  spotOf(target) {
    const cell = /** @type {HTMLElement} */ (target).closest("tbody td, tbody th");
    const row = /** @type {HTMLTableRowElement | null} */ (cell?.closest("tr") ?? null);
    if (!cell || !row) return null;
    return { row: this.rows.indexOf(row), column: [...row.cells].indexOf(/** @type {HTMLTableCellElement} */ (cell)) };
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const done = event.ctrlKey || event.metaKey ? this.control(event) : this.move(event) || this.type(event);
    if (done) event.preventDefault();
  }

  /** @param {KeyboardEvent} event @returns {boolean} */
  move(event) {
    const { row, column } = this.active;
    const [last, end] = [this.rows.length - 1, this.heads.length - 1];
    if (event.key === " " && event.shiftKey) {
      this.select({ row, column: 1 }, { row, column: end });
      return true;
    }
    if (event.key === "Enter") {
      if (column === NAME) return false;
      this.go({ row: row + (event.shiftKey ? -1 : 1), column });
      return true;
    }
    /** @type {Record<string, Spot>} */
    const moves = {
      ArrowUp: { row: row - 1, column },
      ArrowDown: { row: row + 1, column },
      ArrowLeft: { row, column: column - 1 },
      ArrowRight: { row, column: column + 1 },
      Home: { row, column: NAME },
      End: { row, column: end },
      PageUp: { row: Math.max(0, row - 10), column },
      PageDown: { row: Math.min(last, row + 10), column },
    };
    const to = moves[event.key];
    if (to) this.go(to, event.shiftKey);
    return Boolean(to);
  }

  /** @param {KeyboardEvent} event @returns {boolean} */
  type(event) {
    if (event.altKey || !this.chosen().length) return false;
    const average = this.sort(this.active.column) === "moyenne";
    const digit = digitOf(event);
    if (["Delete", "Backspace"].includes(event.key) || (!average && digit === "0")) {
      this.set("");
    } else if (average && event.key.toLowerCase() === "n") {
      this.set("NN");
    } else if (average && digit) {
      this.edit(digit);
    } else if (average && event.key === "F2") {
      this.edit(this.text(this.active));
    } else if (!average && /^[1-4]$/.test(digit)) {
      this.set(digit);
    } else {
      return false;
    }
    return true;
  }

  /** @param {KeyboardEvent} event @returns {boolean} */
  control(event) {
    const { row, column } = this.active;
    const [last, end] = [this.rows.length - 1, this.heads.length - 1];
    const key = event.key.toLowerCase();
    if (key === "home") this.go({ row: 0, column: NAME }, event.shiftKey);
    else if (key === "end") this.go({ row: last, column: end }, event.shiftKey);
    else if (key === " ") this.select({ row: 0, column }, { row: last, column });
    else if (key === "a") this.select({ row: 0, column: 1 }, { row: last, column: end });
    else if (key === "d" && this.open) this.fillDown();
    else return false;
    return true;
  }
}

/** The texts of a block, line by line; a spreadsheet may put them in quotes.
 * @param {string} block @returns {string[][]} */
function cellsOf(block) {
  const lines = block.replaceAll("\r\n", "\n").replace(/\n$/, "").split("\n");
  const plain = (/** @type {string} */ text) => (/^".*"$/.test(text) ? text.slice(1, -1).replaceAll('""', '"') : text);
  return lines.map((line) => line.split("\t").map((text) => plain(text.trim()).trim()));
}

/** @param {string} colour */
function mark(colour) {
  const drawing = "http://www.w3.org/2000/svg";
  const [box, svg, use] = [
    document.createElement("span"),
    document.createElementNS(drawing, "svg"),
    document.createElementNS(drawing, "use"),
  ];
  box.className = "lp-miss";
  svg.setAttribute("class", `lp-mark lp-mark--${colour}`);
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#lp-m-${colour}`);
  svg.append(use);
  box.append(svg, hidden("manque"));
  return box;
}

function yes() {
  const tick = document.createElement("span");
  tick.className = "lp-yes";
  return tick;
}

/** @param {string} words For screen readers. */
function hidden(words) {
  const span = document.createElement("span");
  span.className = "lp-sr";
  span.textContent = words;
  return span;
}
