/**
 * The messages above a class, made of nodes and never of markup: what is offline, what is left from
 * an earlier visit, two values face to face.
 *
 * @typedef {import("./cells.js").Cells} Cells
 * @typedef {import("./cells.js").Cell} Cell
 * @typedef {import("./cells.js").State} State
 */

const box = /** @type {HTMLElement} */ (document.getElementById("messages-saisie"));
const state = document.getElementById("enregistrement");

/**
 * Show one message of a kind in place of the one before; no text takes it away.
 * @param {string} kind A modifier of `lp-message`.
 * @param {string} strong @param {string} text
 * @param {{ label: string, act?: () => void, href?: string }[]} actions
 */
export function notice(kind, strong = "", text = "", actions = []) {
  box.querySelector(`.lp-message--${kind}`)?.remove();
  if (!strong) return;
  const message = document.createElement("div");
  message.className = `lp-message lp-message--${kind}`;
  message.setAttribute("role", kind === "offline" ? "status" : "alert");
  const words = document.createElement("p");
  const lead = document.createElement("strong");
  lead.textContent = strong;
  words.append(lead, ` ${text}`);
  message.append(words, ...actions.map(action));
  box.append(message);
}

/** @param {{ label: string, act?: () => void, href?: string }} wanted */
function action({ label, act, href }) {
  const made = document.createElement(href ? "a" : "button");
  made.className = "lp-btn";
  made.textContent = label;
  if (made instanceof HTMLAnchorElement) made.href = href ?? "";
  else made.type = "button";
  if (act) made.addEventListener("click", act);
  return made;
}

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

/** @param {number} count @param {string} one @param {string} many */
export const counted = (count, one, many) => (count > 1 ? `${count} ${many}` : `${count} ${one}`);

/**
 * Offer what an earlier visit could not send.
 * @param {Cells} cells @param {string} one @param {string} many
 * @param {(cells: Cell[]) => void} show Puts them back on the page.
 */
export function offer(cells, one, many, show) {
  const count = cells.findLeft();
  if (!count) return;
  const close = (/** @type {() => void} */ act) => () => {
    notice("warning");
    act();
  };
  const words = counted(count, `${one} n’avait pas pu partir`, `${many} n’avaient pas pu partir`);
  notice("warning", `${words}.`, "Ce qui avait été tapé est gardé sur ce poste, pour vous seulement.", [
    { label: "Envoyer", act: close(() => show(cells.resend())) },
    { label: "Oublier", act: close(() => cells.forget()) },
  ]);
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
