// @ts-check
// Gives touches, typed text and keys to the areas: an element names what it does ("sheet.start"), the area of that name
// does it. It knows no area and decides nothing.

/** @typedef {Record<string, { actions: Record<string, (element: HTMLElement, event: Event) => unknown> }>} Areas */

/** Attribute that names the act, by the event that runs it. @type {Array<[string, string]>} */
const ACTS = [['click', 'data-act'], ['input', 'data-input'], ['change', 'data-change'], ['submit', 'data-submit']];

/** @param {Areas} areas @param {string | null | undefined} act @param {HTMLElement} element @param {Event} event */
function runAct(areas, act, element, event) {
  const [area, name] = (act || '').split('.');
  const run = areas[area] && areas[area].actions[name];
  if (run) run(element, event);
}

/** @param {HTMLElement} root @param {Areas} areas */
export function listenForActs(root, areas) {
  for (const [type, attribute] of ACTS) {
    root.addEventListener(type, (event) => {
      if (type === 'submit') event.preventDefault();
      const element = event.target instanceof Element && event.target.closest(`[${attribute}]`);
      if (element instanceof HTMLElement && element.getAttribute('aria-disabled') !== 'true') runAct(areas, element.getAttribute(attribute), element, event);
    });
  }
}

/**
 * Keys: a field's own Enter and Escape first, then those of the whole page, which never act while somebody types or is asked.
 * @param {Areas} areas @param {(key: string) => string | null} actOf names the act of a key, null: none
 */
export function listenForKeys(areas, actOf) {
  document.addEventListener('keydown', (event) => {
    const target = event.target instanceof HTMLElement ? event.target : document.body;
    const own = event.key === 'Escape' ? target.dataset.escape : event.key === 'Enter' ? target.dataset.enter : undefined;
    if (own) {
      // A search field would answer Escape by emptying itself, which counts as typing.
      event.preventDefault();
      runAct(areas, own, target, event);
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest('input, select, textarea, [role="alertdialog"]')) return;
    const act = actOf(event.key);
    if (!act) return;
    event.preventDefault();
    runAct(areas, act, target, event);
  });
}
