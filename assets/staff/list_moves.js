// @ts-check
// Lets list entries glide to their new places after an update, by transform only. Without a wish for motion they jump.

const MOVE_MS = 240;

/**
 * Runs `update` and moves every element of `selector` (matched by data-key) from where it stood to where it stands.
 * @param {Element} host @param {string} selector @param {() => void} update
 */
export function animateMoves(host, selector, update) {
  if (window.matchMedia('(prefers-reduced-motion: reduce)').matches) {
    update();
    return;
  }
  const before = places(host, selector);
  update();
  for (const [key, { element, left, top }] of places(host, selector)) {
    const old = before.get(key);
    if (!old || (old.left === left && old.top === top) || typeof element.animate !== 'function') continue;
    element.animate([{ transform: `translate(${old.left - left}px, ${old.top - top}px)` }, { transform: 'none' }], { duration: MOVE_MS, easing: 'cubic-bezier(.2, .7, .2, 1)' });
  }
}

/** @param {Element} host @param {string} selector @returns {Map<string, { element: HTMLElement, left: number, top: number }>} */
function places(host, selector) {
  const found = new Map();
  for (const element of Array.from(host.querySelectorAll(selector))) {
    if (!(element instanceof HTMLElement)) continue;
    found.set(element.getAttribute('data-key') || '', { element, left: element.offsetLeft, top: element.offsetTop });
  }
  return found;
}
