/**
 * Values that could not leave, kept in this browser under the account's id (spec 08, A8): offered
 * again only to that account, forgotten once saved, on sign-out, and after a day.
 *
 * @typedef {{ eleve: number, champ: string, valeur: string, remplace: string, envoye?: boolean }} Cell
 * `envoye`: it left with a form whose answer is awaited.
 * @typedef {Cell & { quand: number }} Kept
 */

const PREFIX = "livretpro:reste:";
const DAY = 24 * 60 * 60 * 1000;

const STAYING = ["input", "keydown", "paste", "pointerdown"];

/** Whether the person is signing out: nothing is kept any more. */
let signingOut = false;
/** Tells the other tabs who signs out. */
const exits = new BroadcastChannel("livretpro:sortie");

/** What waits on one page for one account. */
export class Unsent {
  /** @param {string} account @param {string} page An address of ours. */
  constructor(account, page) {
    this.key = `${PREFIX}${account}:${page}`;
    /** What this tab keeps: another one on the same page has its own. @type {Set<string>} */
    this.own = new Set();
    /** Whether the account signed out in another tab: what this one holds is asked about, not kept. */
    this.gone = false;
    exits.addEventListener("message", ({ data }) => {
      this.gone ||= data === account;
    });
    forgetOld();
  }

  /** @param {(cell: Kept) => boolean} isHere Whether this view of the page shows it: the others keep
   * theirs. @returns {Kept[]} */
  all(isHere) {
    const found = read(this.key).filter(isHere);
    for (const cell of found) this.own.add(place(cell));
    return found;
  }

  /** @param {Cell[]} cells All that waits now in this tab. @returns {boolean} Whether the browser took them. */
  keep(cells) {
    if (signingOut) return true;
    if (this.gone) return cells.length === 0;
    const quand = Date.now();
    for (const cell of cells) this.own.add(place(cell));
    const all = read(this.key).filter((cell) => !this.own.has(place(cell)));
    this.own = new Set(cells.map(place));
    all.push(...cells.map((cell) => ({ quand, ...cell })));
    try {
      if (all.length === 0) localStorage.removeItem(this.key);
      else localStorage.setItem(this.key, JSON.stringify(all));
    } catch {
      return false; // a full or closed storage: the page still holds the values and asks before it goes
    }
    return true;
  }
}

/** @param {Cell} cell */
const place = ({ eleve, champ }) => `${eleve} ${champ}`;

/** @param {string} key @returns {Kept[]} */
function read(key) {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(kept) ? kept.filter((cell) => Date.now() - cell.quand < DAY) : [];
  } catch {
    return [];
  }
}

function forgetOld() {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(PREFIX) && read(key).length === 0) localStorage.removeItem(key);
    }
  } catch {
    // No storage in this browser: nothing is kept there either.
  }
}

/** Forget all that waits for an account that signs out. @param {string} account */
export function forget(account) {
  signingOut = true;
  for (const name of STAYING) addEventListener(name, () => (signingOut = false), { once: true }); // who stayed after all
  exits.postMessage(account);
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(`${PREFIX}${account}:`)) localStorage.removeItem(key);
    }
  } catch {
    // No storage in this browser: nothing is kept there either.
  }
}
