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

/** Type the digit of such a key in an average, as by hand: leaving the field then saves it.
 * @param {KeyboardEvent} event @returns {boolean} Whether it was one. */
export function typeDigit(event) {
  const digit = digitOf(event);
  if (!digit || digit === event.key) return false;
  event.preventDefault();
  document.execCommand("insertText", false, digit);
  return true;
}
