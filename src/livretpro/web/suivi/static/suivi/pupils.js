/**
 * Ctrl + Enter goes to the next pupil, with Shift to the previous one. Whatever leads there, the
 * field being typed is left first, and what is on its way is waited for.
 */

const WAIT = 5000;

/** @returns {Promise<void>} When no save is under way, or after a while. */
function settled() {
  return new Promise((resolve) => {
    const started = Date.now();
    const check = () => {
      const form = /** @type {HTMLElement | null} */ (document.querySelector("form#livret"));
      const pending = Number(form?.dataset.pending ?? 0);
      if (!pending || Date.now() - started > WAIT) resolve();
      else setTimeout(check, 50);
    };
    check();
  });
}

/** @param {HTMLAnchorElement} link */
async function go(link) {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  await settled();
  location.assign(link.href);
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.ctrlKey) return;
  const keys = event.shiftKey ? "Control+Shift+Enter" : "Control+Enter";
  const link = document.querySelector(`a[aria-keyshortcuts="${keys}"]`);
  if (!(link instanceof HTMLAnchorElement)) return;
  event.preventDefault();
  go(link);
});

document.addEventListener("click", (event) => {
  const link = /** @type {HTMLElement} */ (event.target).closest?.(".lp-pupilbar a");
  const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.button);
  if (!(link instanceof HTMLAnchorElement) || !plain) return;
  event.preventDefault();
  go(link);
});
