/**
 * The messages above what is typed, made of nodes and never of markup: what is offline, what is left
 * from an earlier visit, two values face to face.
 */

const box = /** @type {HTMLElement} */ (document.getElementById("messages-saisie"));

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

/** @param {number} count @param {string} one @param {string} many */
export const counted = (count, one, many) => (count > 1 ? `${count} ${many}` : `${count} ${one}`);

/**
 * Offer what an earlier visit typed and could not save.
 * @param {string} words How many. @param {string} label
 * @param {() => void} take What the button of this label does. @param {() => void} forget
 */
export function offerLeft(words, label, take, forget) {
  const close = (/** @type {() => void} */ act) => () => {
    notice("warning");
    act();
  };
  notice("warning", `${words}.`, "Ce qui avait été tapé est gardé sur ce poste, pour vous seulement.", [
    { label, act: close(take) },
    { label: "Oublier", act: close(forget) },
  ]);
}
