/**
 * The digits of a keyboard, those of the row above the letters without the shift key too: on a
 * French keyboard they bear `& é " '` there.
 *
 * @param {KeyboardEvent} event @returns {string} The digit, or nothing.
 */
export function digitOf(event) {
  if (/^[0-9]$/.test(event.key)) return event.key;
  if (event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return "";
  return /^Digit([0-9])$/.exec(event.code)?.[1] ?? "";
}
