/**
 * Counts the code points of the long texts as they are typed, after the normalisation the server
 * does (NFC, LF, no blank at either end), and tells when the limit is passed. Nothing is cut.
 */

const NEAR = 0.9;
const figure = new Intl.NumberFormat("fr-FR");

/** @param {string} text */
export const length = (text) => [...text.replaceAll("\r\n", "\n").normalize("NFC").trim()].length;

/** @param {number} count @param {number} limit */
function words(count, limit) {
  const counted = `${figure.format(count)} / ${figure.format(limit)}`;
  return count > limit ? `${counted}, ${figure.format(count - limit)} de trop` : counted;
}

document.addEventListener("input", (event) => {
  const text = event.target;
  if (!(text instanceof HTMLTextAreaElement) || !text.dataset.limit) return;
  const counter = /** @type {HTMLElement} */ (document.getElementById(`compte-${text.id}`));
  const told = /** @type {HTMLElement} */ (document.getElementById(`limite-${text.id}`));
  const [count, limit] = [length(text.value), Number(text.dataset.limit)];
  counter.textContent = words(count, limit);
  counter.classList.toggle("lp-counter--near", count > NEAR * limit && count <= limit);
  counter.classList.toggle("lp-counter--over", count > limit);
  told.textContent = count > limit ? `Limite de ${limit} caractères dépassée.` : "";
});
