/** Whoever signs out leaves nothing of a pupil in the browser (spec 08, A8). What `once.js`, which comes
 * before, holds back signs nobody out. */

import { forget } from "./unsent.js";

document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (form.dataset.quitte && !event.defaultPrevented) forget(form.dataset.quitte);
});
