/**
 * Follows what others change in a class: asks every few seconds what is new since a place in the
 * journal. Stops while the tab is hidden and once the session is over, which it does not prolong.
 *
 * @typedef {{ eleve: number, statut: string, mots: string, textes: Record<string, string>,
 *   manques: Record<string, string>, auteurs: Record<string, string>, appreciation: string }} Line
 * @typedef {{ curseur: number, lignes?: Line[], pieds?: Record<string, [string, number]>[],
 *   filtres?: Record<string, number> }} News
 */

import { say } from "./notices.js";

const EVERY = 4000;
const SOON = 250;
const LONGEST = 20000;

/**
 * News asked for before a save of ours was answered may be older than it: they are asked for again.
 * @param {HTMLElement} root @param {() => number} saves How many saves were answered.
 * @param {(news: News) => void} onNews @returns {() => void} Ask soon.
 */
export function follow(root, saves, onNews) {
  let cursor = root.dataset.curseur ?? "0";
  let timer = 0;
  let told = "";

  /** Tell why nothing is followed; nothing, that it is again. @param {string} why @param {string} tone */
  function connection(why = "", tone = "") {
    if (why !== told) say(why, tone);
    told = why;
  }

  async function ask() {
    clearTimeout(timer);
    timer = 0;
    if (document.hidden) return;
    const before = saves();
    try {
      const response = await fetch(`${root.dataset.nouveautes}?depuis=${cursor}`, {
        headers: { Accept: "application/json", "X-By-Itself": "1" },
        signal: AbortSignal.timeout(LONGEST),
      });
      if (response.status === 401) return connection("Session terminée", "refused");
      connection();
      if ([403, 404].includes(response.status)) {
        return say("Cette page n’est plus la vôtre ou a changé : rechargez-la", "refused");
      }
      if (response.ok) {
        /** @type {News} */
        const news = await response.json();
        if (saves() !== before) return plan(SOON);
        cursor = String(news.curseur);
        root.dataset.curseur = cursor;
        if (news.lignes) onNews(news);
      }
    } catch {
      connection("Hors ligne", "offline"); // and this asks again
    }
    plan(EVERY);
  }

  /** @param {number} delay */
  function plan(delay) {
    clearTimeout(timer);
    timer = setTimeout(() => void ask(), delay);
  }

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) plan(SOON);
  });
  plan(EVERY);
  return () => plan(SOON);
}

/** Show the counts of the filter. @param {News} news */
export function recount(news) {
  for (const [name, count] of Object.entries(news.filtres ?? {})) {
    const shown = document.querySelector(`[data-compte="${CSS.escape(name)}"]`);
    if (shown) shown.textContent = String(count);
  }
}

/** Show the status of a pupil. @param {Element} row @param {Line} line */
export function restate(row, line) {
  const mark = row.querySelector(".lp-mark");
  mark?.setAttribute("class", `lp-mark lp-mark--${line.statut}`);
  mark?.querySelector("use")?.setAttribute("href", `#lp-m-${line.statut}`);
  const word = row.querySelector(".lp-sr");
  if (word) word.textContent = `${line.statut} : `;
  row.querySelector("a, .lp-grid__nolink")?.setAttribute("title", line.mots);
}
