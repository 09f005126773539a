/**
 * Sends what is typed in a class, cell by cell: at once when nothing is under way, else with the
 * next request. A lost answer is sent again (the server takes twice the same value for one), an
 * ended session or a lost network keeps everything in `Unsent`.
 *
 * @typedef {import("../livretpro/unsent.js").Cell} Cell
 * @typedef {import("../livretpro/unsent.js").Kept} Kept
 * @typedef {{ eleve: number, champ: string, etat: "garde" | "conflit" | "refus", valeur?: string,
 *   phrase?: string, auteur?: string }} Answer
 * @typedef {"" | "saving" | "offline" | "refused" | "ended"} State
 */

import { Unsent } from "../livretpro/unsent.js";

const FIRST_WAIT = 2000;
const LONGEST_WAIT = 30000;

/** @param {number} pupil @param {string} field */
export const place = (pupil, field) => `${pupil} ${field}`;

/** The cells on their way. */
export class Cells {
  /**
   * @param {HTMLElement} root Carries the addresses and the account.
   * @param {(answer: Answer, cell: Cell) => void} onAnswer
   * @param {(state: State, waiting: number, clock: string) => void} onState
   */
  constructor(root, onAnswer, onState) {
    this.address = root.dataset.cellules ?? "";
    this.onAnswer = onAnswer;
    this.onState = onState;
    this.unsent = new Unsent(root.dataset.compte ?? "", location.pathname);
    /** Texts that stand, as far as this page knows. @type {Map<string, string>} */
    this.stands = new Map();
    /** @type {Map<string, Cell>} */
    this.waiting = new Map();
    /** @type {Map<string, Cell>} */
    this.sent = new Map();
    /** Typed again while the cell was on its way. @type {Map<string, Cell>} */
    this.later = new Map();
    /** Sent once without an answer: the server may hold them, what is typed since comes after.
     * @type {Set<string>} */
    this.tried = new Set();
    /** What is typed and not sent yet, to be kept with the rest. @type {() => Cell[]} */
    this.drafts = () => [];
    /** How many requests were answered. */
    this.answered = 0;
    this.wait = FIRST_WAIT;
    this.timer = 0;
    /** Why nothing is sent again by itself. @type {"" | "ended" | "refused"} */
    this.stopped = "";
    /** What an earlier visit could not send, until it is sent or forgotten. @type {Kept[]} */
    this.left = [];
    addEventListener("online", () => this.flush());
  }

  /** Whether something typed is not saved yet. */
  get busy() {
    return this.waiting.size + this.sent.size > 0;
  }

  /** @param {string} at @returns {boolean} */
  has(at) {
    return this.waiting.has(at) || this.sent.has(at);
  }

  /** @param {Cell[]} cells Typed now, or again. */
  add(cells) {
    for (const cell of cells) {
      const at = place(cell.eleve, cell.champ);
      const on = this.sent.has(at) || this.later.has(at) || this.tried.has(at) ? this.later : this.waiting;
      on.set(at, { ...cell, remplace: on.get(at)?.remplace ?? cell.remplace });
    }
    this.remember();
    void this.flush();
  }

  /** Keep in the browser what is not saved: forgotten as soon as it is.
   * @returns {boolean} Whether the browser took it. */
  remember() {
    /** @type {Map<string, Cell>} */
    const left = new Map();
    for (const cell of this.left) left.set(place(cell.eleve, cell.champ), cell);
    /** @type {Map<string, Cell>} */
    const typed = new Map();
    for (const cell of this.drafts()) typed.set(place(cell.eleve, cell.champ), cell);
    const all = new Map([...left, ...typed, ...this.sent, ...this.waiting, ...this.later]);
    return this.unsent.keep([...all.values()]);
  }

  async flush() {
    if (this.sent.size || !this.waiting.size) return;
    clearTimeout(this.timer);
    this.sent = this.waiting;
    this.waiting = new Map();
    this.onState("saving", this.sent.size, "");
    const told = await this.post([...this.sent.values()]);
    if (told) this.take(told);
    else this.giveBack();
  }

  /** @param {Cell[]} cells @returns {Promise<{ heure: string, cellules: Answer[] } | null>} */
  async post(cells) {
    const token = /** @type {HTMLInputElement} */ (
      document.querySelector("[name=csrfmiddlewaretoken]")
    ).value;
    try {
      const response = await fetch(this.address, {
        method: "POST",
        headers: {
          Accept: "application/json",
          "Content-Type": "application/json",
          "X-CSRFToken": token,
        },
        body: JSON.stringify({ cellules: cells }),
        signal: AbortSignal.timeout(LONGEST_WAIT),
      });
      if (response.status === 401) this.stopped = "ended";
      else this.stopped = response.status >= 400 && response.status < 500 ? "refused" : "";
      return response.ok ? await response.json() : null;
    } catch {
      this.stopped = "";
      return null;
    }
  }

  /** @param {{ heure: string, cellules: Answer[] }} told */
  take(told) {
    const cells = this.sent;
    this.answered += 1;
    this.sent = new Map();
    this.wait = FIRST_WAIT;
    for (const answer of told.cellules) {
      const at = place(answer.eleve, answer.champ);
      const cell = /** @type {Cell} */ (cells.get(at));
      if (answer.valeur !== undefined) this.stands.set(at, answer.valeur);
      const later = this.later.get(at);
      this.later.delete(at);
      this.tried.delete(at);
      if (later && later.valeur !== this.stands.get(at)) {
        const remplace = answer.etat === "garde" ? (answer.valeur ?? "") : later.remplace;
        this.waiting.set(at, { ...later, remplace });
      } else if (later) {
        this.onAnswer({ eleve: answer.eleve, champ: answer.champ, etat: "garde", valeur: later.valeur }, later);
      } else {
        this.onAnswer(answer, cell);
      }
    }
    this.remember();
    if (this.waiting.size) void this.flush();
    else this.onState("", 0, told.heure);
  }

  /** Nothing came back: everything waits again; what was typed since comes after it. */
  giveBack() {
    for (const at of this.sent.keys()) this.tried.add(at);
    this.waiting = new Map([...this.sent, ...this.waiting]);
    this.sent = new Map();
    this.remember();
    this.onState(this.stopped || "offline", this.waiting.size, "");
    if (this.stopped) return;
    this.timer = setTimeout(() => void this.flush(), this.wait);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
  }

  /** Look for what an earlier visit could not send, those already saved left out: they stay kept
   * until `resend` or `forget`. @returns {number} How many. */
  findLeft() {
    const stands = (/** @type {Kept} */ { eleve, champ }) => this.stands.get(place(eleve, champ));
    const here = this.unsent.all((cell) => stands(cell) !== undefined);
    this.left = here.filter((cell) => stands(cell) !== cell.valeur);
    return this.left.length;
  }

  /** Send them. @returns {Cell[]} */
  resend() {
    const cells = this.left;
    this.left = [];
    this.add(cells);
    return cells;
  }

  /** Forget them. */
  forget() {
    this.left = [];
    this.remember();
  }
}
