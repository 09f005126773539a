/**
 * What a class says above its fields: saved or not, what is left from an earlier visit.
 *
 * @typedef {import("./cells.js").Cells} Cells
 * @typedef {import("./cells.js").Cell} Cell
 * @typedef {import("./cells.js").State} State
 */

import { counted, notice, offerLeft } from "../livretpro/notice.js";

const state = document.getElementById("enregistrement");

/** @param {string} words @param {string} tone Nothing, or a modifier of `lp-save`. */
export function say(words, tone = "") {
  if (!state) return;
  state.textContent = words;
  state.className = tone ? `lp-save lp-save--${tone}` : "lp-save";
}

/** Whether the buttons that undo act; the one in use keeps the focus. @param {boolean} any */
export function armUndo(any) {
  for (const button of document.querySelectorAll("[data-annuler]")) {
    button.toggleAttribute("disabled", !any && button !== document.activeElement);
  }
}

/**
 * The buttons that undo, and Ctrl + Z but where the key is left to the browser.
 * @param {() => void} undo @param {(at: HTMLElement) => boolean} left
 */
export function onUndo(undo, left) {
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.key.toLowerCase() !== "z") return;
    if (left(/** @type {HTMLElement} */ (event.target))) return;
    event.preventDefault();
    undo();
  });
  for (const button of document.querySelectorAll("[data-annuler]")) button.addEventListener("click", () => undo());
}

/**
 * Offer what an earlier visit could not send.
 * @param {Cells} cells @param {string} one @param {string} many
 * @param {(cells: Cell[]) => void} show Puts them back on the page.
 */
export function offer(cells, one, many, show) {
  const count = cells.findLeft();
  if (!count) return;
  const words = counted(count, `${one} n’avait pas pu partir`, `${many} n’avaient pas pu partir`);
  offerLeft(words, "Envoyer", () => show(cells.resend()), () => cells.forget());
}

/** What the state of the cells means. @param {() => Cells} cells @param {string} login */
export function tell(cells, login) {
  /** @type {(state: State, waiting: number, clock: string) => void} */
  return (told, waiting, clock) => {
    const kept = counted(waiting, "valeur est gardée", "valeurs sont gardées");
    if (told === "saving") return say("Enregistrement…", "saving");
    if (told === "offline") {
      say("Hors ligne", "offline");
      return notice("offline", "Connexion perdue.", `Continuez : ${kept} sur ce poste et partiront au retour du réseau.`, [
        { label: "Réessayer", act: () => void cells().flush() },
      ]);
    }
    if (told === "refused") {
      say("Non enregistré", "refused");
      return notice("offline", "Le serveur n’accepte plus ce que cette page envoie.", `${kept} sur ce poste : rechargez la page pour voir ce que vous pouvez encore écrire.`, [
        { label: "Recharger", act: () => location.reload() },
      ]);
    }
    if (told === "ended") {
      say("Session terminée", "refused");
      return notice("offline", "Votre session est terminée.", `${kept} sur ce poste : reconnectez-vous pour les envoyer.`, [
        { label: "Se reconnecter", href: login },
      ]);
    }
    notice("offline");
    say(`Enregistré à ${clock}`);
  };
}
