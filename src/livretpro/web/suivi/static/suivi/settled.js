/** Going elsewhere once what is on its way is saved: no question then whether to leave. */

const WAIT = 5000;

/** @param {() => boolean} busy @returns {Promise<void>} When nothing is under way, or after a while. */
export function settled(busy) {
  return new Promise((resolve) => {
    const started = Date.now();
    const check = () => {
      if (!busy() || Date.now() - started > WAIT) resolve();
      else setTimeout(check, 50);
    };
    check();
  });
}

/** Leave the field being typed, wait, follow the link. @param {HTMLAnchorElement} link
 * @param {() => boolean} busy */
export async function go(link, busy) {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  await settled(busy);
  location.assign(link.href);
}

/** Whether a click asks for a link in this very tab. @param {MouseEvent} event */
export const isPlain = (event) => !(event.ctrlKey || event.metaKey || event.shiftKey || event.button);
