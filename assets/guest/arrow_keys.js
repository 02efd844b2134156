// @ts-check
// The whole page by keyboard or keypad: arrows move the focus to what lies next in that direction, Enter presses it, and a
// number block does the same with its digits. What keys do in a text field is left alone.
import { focusableIn } from '../lib/focus.js';
import { part } from './page_view.js';

/** @type {Record<string, [number, number]>} */
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
/** A number block has no arrows of its own while it types digits. @type {Record<string, string>} */
const BLOCK = { Numpad4: 'ArrowLeft', Numpad6: 'ArrowRight', Numpad8: 'ArrowUp', Numpad2: 'ArrowDown', Numpad5: 'Enter', NumpadEnter: 'Enter', NumpadDecimal: 'Escape', Numpad0: 'call', NumpadAdd: 'plus', NumpadSubtract: 'minus', NumpadMultiply: 'voice' };
/** Going sideways costs so many times more than going straight on. */
const ASIDE = 2.5;

/** @typedef {{ x: number, y: number }} Point */

/** @param {Element} element @returns {Point} */
function centre(element) {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { x: left + width / 2, y: top + height / 2 };
}

/**
 * Place of the nearest point in a direction, or -1.
 * @param {Point} from @param {Point[]} points @param {[number, number]} step  one of the four directions
 */
export function nearest(from, points, [right, down]) {
  let best = -1;
  let least = Infinity;
  points.forEach(({ x, y }, place) => {
    const ahead = (x - from.x) * right + (y - from.y) * down;
    const aside = Math.abs((x - from.x) * down) + Math.abs((y - from.y) * right);
    const way = ahead + aside * ASIDE;
    if (ahead > 4 && way < least) {
      best = place;
      least = way;
    }
  });
  return best;
}

/** What can be reached now: a dialog or sheet together with the top bar, or the whole page. */
function reachable() {
  const open = document.querySelector('confirm-dialog:not([hidden])') || document.querySelector('sheet-panel:not([hidden])');
  return open ? [...focusableIn(open), ...focusableIn(part('.top-bar'))] : focusableIn(document.body);
}

/** @param {string} key */
function move(key) {
  const active = document.activeElement;
  const all = reachable();
  const from = active && all.includes(/** @type {HTMLElement} */ (active)) ? centre(active) : null;
  const next = from ? all[nearest(from, all.map(centre), STEPS[key])] : all[0];
  // The page behind is redrawn while keys repeat; what is not there any more is not focused.
  if (next) next.focus();
}

/** @param {number} by */
function step(by) {
  const active = document.activeElement;
  const around = active && active.closest('.stepper, .cart-line, .sheet-box');
  const button = around && /** @type {HTMLElement | null} */ (around.querySelector(`.stepper [data-step="${by}"]`));
  if (button) button.click();
}

/** Whether a key types here. @param {Element | null} element */
function types(element) {
  return element !== null && (element.matches('textarea, select') || (element instanceof HTMLInputElement && !/^(radio|checkbox|button|submit)$/.test(element.type)));
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  const active = document.activeElement;
  if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || types(active)) return;
  const key = BLOCK[event.code] || event.key;
  const by_block = key !== event.key;
  if (STEPS[key]) move(key);
  else if (key === 'Enter' && active instanceof HTMLElement && (by_block || active.matches('input'))) active.click();
  else if (key === 'plus' || key === 'minus') step(key === 'plus' ? 1 : -1);
  else if (key === 'call' || key === 'voice') press(key);
  else if (key === 'Escape' && by_block && active) active.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  else return;
  event.preventDefault();
}

/** @type {(act: string) => void} */
let press = () => {};

/** @param {(act: 'call' | 'voice') => void} act  does what two keys of a number block mean */
export function listenForArrows(act) {
  press = /** @type {any} */ (act);
  document.addEventListener('keydown', onKey);
}
