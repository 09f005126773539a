/**
 * Lines of teachers: a new empty line when the last one is filled, the first name filled in for a
 * known teacher, and one's own name at a press.
 */

const MOST_LINES = 9;

/** @param {HTMLInputElement} input @param {string} text Typed for the person, then saved. */
function fill(input, text) {
  input.value = text;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

/** @param {Element} list @returns {HTMLInputElement[][]} Name and first name, line by line. */
const lines = (list) =>
  [...list.querySelectorAll(".lp-teacher")].map((line) => [
    ...line.querySelectorAll("input:not([type=hidden])"),
  ].map((input) => /** @type {HTMLInputElement} */ (input)));

/** @param {HTMLInputElement[]} line */
const isEmpty = (line) => line.every((input) => !input.value.trim());

/** Add an empty line unless one stands. @param {Element} list */
function keepOneEmpty(list) {
  const template = document.querySelector(`template[data-lines="${list.id}"]`);
  const count = lines(list).length;
  if (!(template instanceof HTMLTemplateElement) || lines(list).some(isEmpty)) return;
  if (count >= MOST_LINES) return;
  const taken = lines(list).map(([name]) => name.name);
  let number = 1;
  while (taken.includes(`${list.id}_${number}_nom`)) number += 1;
  const html = template.innerHTML
    .replaceAll("_0_", `_${number}_`)
    .replaceAll("enseignant 0", `enseignant ${number}`);
  list.insertAdjacentHTML("beforeend", html);
  // @ts-ignore htmx is global
  window.htmx.process(list.lastElementChild);
}

/** @param {HTMLInputElement} name */
function fillFirstName(name) {
  const [, first] = [.../** @type {Element} */ (name.closest(".lp-teacher")).querySelectorAll(
    "input:not([type=hidden])",
  )];
  const known = [...document.querySelectorAll("#noms option")].filter(
    (option) => /** @type {HTMLOptionElement} */ (option).value === name.value,
  );
  if (first instanceof HTMLInputElement && !first.value && known.length === 1) {
    fill(first, /** @type {HTMLElement} */ (known[0]).dataset.first ?? "");
  }
}

document.addEventListener("change", (event) => {
  const input = event.target;
  if (!(input instanceof HTMLInputElement)) return;
  if (input.name.endsWith("_nom")) fillFirstName(input);
  const list = input.closest(".lp-teachers");
  if (list) keepOneEmpty(list);
});

document.addEventListener("click", (event) => {
  const button = /** @type {HTMLElement} */ (event.target).closest?.("button[name=ajouter]");
  if (!(button instanceof HTMLButtonElement)) return;
  const list = /** @type {Element} */ (document.getElementById(button.value));
  const empty = lines(list).find(isEmpty);
  if (!empty) return;
  event.preventDefault();
  fill(empty[1], button.dataset.first ?? "");
  fill(empty[0], button.dataset.last ?? "");
  empty[0].focus();
  button.hidden = true;
});
