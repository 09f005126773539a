/** Keys that act alone, anywhere on a page: never while one types, and one may do without them. */

const SWITCH = "livretpro:touches";

/** Whether single keys act in this browser: a choice of the device, which tells nothing of anybody. */
export function act() {
  try {
    return localStorage.getItem(SWITCH) !== "non";
  } catch {
    return true; // no storage in this browser, so nobody switched them off
  }
}

/** @param {boolean} wanted */
export function choose(wanted) {
  if (wanted) localStorage.removeItem(SWITCH);
  else localStorage.setItem(SWITCH, "non");
}

/** @param {EventTarget | null} target */
const types = (target) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.matches("input:not([type=radio], [type=checkbox]), textarea, select"));

/** Do `action` on a key; it answers whether it took it. @param {string} key @param {() => boolean} action */
export function onKey(key, action) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== key || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.defaultPrevented || types(event.target) || !act() || !action()) return;
    event.preventDefault();
  });
}
