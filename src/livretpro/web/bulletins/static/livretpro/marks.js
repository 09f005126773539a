/**
 * A grid of marks or degrees by the keyboard: the arrows up and down go from pupil to pupil in a
 * column, and select what stands there. Without this module one goes by Tab.
 */

for (const grid of document.querySelectorAll("table.lp-marks")) {
  grid.addEventListener("keydown", (event) => {
    const pressed = /** @type {KeyboardEvent} */ (event);
    const step = { ArrowUp: -1, ArrowDown: 1 }[pressed.key];
    const held = pressed.altKey || pressed.ctrlKey || pressed.metaKey || pressed.shiftKey;
    const target = pressed.target;
    if (!step || held || pressed.isComposing || !(target instanceof HTMLInputElement)) return;
    const cell = target.closest("td");
    const row = /** @type {HTMLTableRowElement | null | undefined} */ (cell?.closest("tr"));
    const body = /** @type {HTMLTableSectionElement | null | undefined} */ (row?.closest("tbody"));
    if (!cell || !row || !body) return;
    event.preventDefault();
    const next = body.rows[row.sectionRowIndex + step]?.cells[cell.cellIndex];
    next?.querySelector("input")?.focus();
    next?.querySelector("input")?.select();
  });
}
