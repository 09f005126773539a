/**
 * Whether a control says something else than the page put there: typed since, or before the scripts
 * were there.
 *
 * @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Control
 * @param {Control} control @returns {boolean}
 */
export function touched(control) {
  if (control instanceof HTMLSelectElement) {
    return [...control.options].some((option) => option.selected !== option.defaultSelected);
  }
  return control instanceof HTMLInputElement && ["radio", "checkbox"].includes(control.type)
    ? control.checked !== control.defaultChecked && (control.checked || control.type === "checkbox")
    : control.value !== control.defaultValue;
}

/** Whether it was touched and left: a text still in hand leaves with its field, a choice is made at
 * once. @param {Control} control */
export const left = (control) =>
  touched(control) && (control !== document.activeElement || control.matches("select, [type=radio], [type=checkbox]"));
