// @ts-check
// Keeps the keyboard focus inside an open sheet or dialog together with what must stay reachable beside it
// (the top bar with the staff call), makes the rest inert, and gives the focus back at the end.
// It never opens or closes anything.

const FOCUSABLE = 'a[href], button:not([disabled]), input:not([disabled]), select:not([disabled]), textarea:not([disabled]), [tabindex]:not([tabindex="-1"])';

/** What can be reached with Tab below `root`, in document order. @param {Element} root @returns {HTMLElement[]} */
export function focusableIn(root) {
  const all = /** @type {HTMLElement[]} */ (Array.from(root.querySelectorAll(FOCUSABLE)));
  return all.filter((element) => element.getClientRects().length > 0 && !element.closest('[inert]'));
}

/** @type {Array<(event: KeyboardEvent) => void>} */
const holds = [];

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (holds.length > 0) holds[holds.length - 1](event);
}

/** @param {Element} panel @param {Element[]} keep @returns {Element[]} */
function makeRestInert(panel, keep) {
  /** @type {Element[]} */
  const made = [];
  for (let node = /** @type {Element} */ (panel); node.parentElement && node !== document.body; node = node.parentElement) {
    for (const sibling of Array.from(node.parentElement.children)) {
      const spared = sibling === node || sibling.hasAttribute('inert') || sibling.hasAttribute('data-never-inert')
        || keep.some((kept) => sibling.contains(kept)) || /^(script|style|template)$/.test(sibling.localName);
      if (spared) continue;
      sibling.setAttribute('inert', '');
      // Before Chrome 102 `inert` does nothing, so assistive technology is told in the older way.
      if (!('inert' in HTMLElement.prototype)) sibling.setAttribute('aria-hidden', 'true');
      made.push(sibling);
    }
  }
  return made;
}

/**
 * Holds the focus in `panel` (and in `keep`) until the returned function is called.
 * @param {HTMLElement} panel
 * @param {{ keep?: Element[], first?: HTMLElement | null }} [options]  `keep`: parts that stay reachable; `first`: what gets the focus
 * @returns {() => void} release: undoes it all and gives the focus back to where it was
 */
export function holdFocus(panel, options = {}) {
  const keep = (options.keep || []).filter((element) => element && element.isConnected);
  const before = document.activeElement;
  // A question over an open sheet was made inert with the rest.
  const was_inert = panel.hasAttribute('inert');
  for (const name of ['inert', 'aria-hidden']) panel.removeAttribute(name);
  const made = makeRestInert(panel, keep);
  /** @param {KeyboardEvent} event */
  const handle = (event) => {
    if (event.key !== 'Tab') return;
    const ring = [...focusableIn(panel), ...keep.flatMap(focusableIn)];
    if (ring.length === 0) return;
    event.preventDefault();
    const at = ring.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const step = event.shiftKey ? -1 : 1;
    ring[at < 0 ? 0 : (at + step + ring.length) % ring.length].focus();
  };
  if (holds.length === 0) document.addEventListener('keydown', onKey, true);
  holds.push(handle);
  (options.first || panel).focus({ preventScroll: true });
  return () => {
    const index = holds.indexOf(handle);
    if (index < 0) return;
    holds.splice(index, 1);
    if (holds.length === 0) document.removeEventListener('keydown', onKey, true);
    if (was_inert) {
      panel.setAttribute('inert', '');
      if (!('inert' in HTMLElement.prototype)) panel.setAttribute('aria-hidden', 'true');
    }
    for (const element of made) {
      element.removeAttribute('inert');
      if (!('inert' in HTMLElement.prototype)) element.removeAttribute('aria-hidden');
    }
    if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
  };
}
