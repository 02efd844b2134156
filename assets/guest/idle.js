// @ts-check
// Watches how long nobody touched the tablet: turns the dishes on the start screen, asks before it goes back there, and
// goes. Its seconds are the page's own monotonic ones.
import { t } from '../lib/i18n.js';
import { cell, dialog, dispatch, now, touch } from './page.js';
import { keepReachable, part } from './page_view.js';
import { canIdle, hasSomethingOpen, idleLimitMs } from './start_state.js';
import { canTurn, platesOf } from './start_table.js';

/** One dish of the start screen gives way to another this often, until somebody touches the screen. */
const TURN_MS = 8000;
/** Keys that move the focus or change another key do not start an order. */
const QUIET_KEYS = /^(Tab|Shift|Control|Alt|Meta|Arrow\w+|Escape|F\d+)$/;

let turned_at = now();
const still_media = window.matchMedia('(prefers-reduced-motion: reduce)');

/** Whether the start screen stands there. */
const isWaiting = () => cell.state.at_start && cell.state.phase === 'menu';

/** Asks once; any answer, and any touch beside it, means that somebody is there. */
async function warn() {
  dispatch({ type: 'idle_warned' });
  await dialog.ask({ title: t('guest.idle.title'), text: words(), yes: t('guest.idle.go'), icon: 'clock', keep: keepReachable() });
  dispatch({ type: 'idle_ended' });
}

const words = () => t('guest.idle.text', { n: cell.state.idle_left });

function second() {
  const { state } = cell;
  if (isWaiting()) {
    if (state.still || still_media.matches || now() - turned_at < TURN_MS || !canTurn(platesOf(state.menu))) return;
    turned_at = now();
    dispatch({ type: 'start_turned' });
    return;
  }
  if (!canIdle(state)) {
    if (state.idle_left > 0) dialog.finish(false);
    return;
  }
  if (state.idle_left > 0) {
    dispatch({ type: 'idle_second' });
    if (cell.state.idle_left > 0) dialog.say(words());
    else dialog.finish(false);
    return;
  }
  if (now() - touch.at_ms < idleLimitMs(state)) return;
  if (hasSomethingOpen(state)) warn();
  else dispatch({ type: 'idle_quiet' });
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (!isWaiting() || cell.state.sheet || QUIET_KEYS.test(event.key) || event.ctrlKey || event.altKey || event.metaKey) return;
  const on_button = event.target instanceof Element && event.target.closest('button');
  if (on_button && (event.key === 'Enter' || event.key === ' ')) return;
  event.preventDefault();
  startOrder();
}

function startOrder() {
  dispatch({ type: 'start_left' });
  part('.menu-list').focus({ preventScroll: true });
}

export function watchIdle() {
  document.addEventListener('keydown', onKey);
  document.addEventListener('pointerdown', () => isWaiting() && dispatch({ type: 'start_stilled' }), true);
  setInterval(second, 1000);
}

/** @type {Record<string, (element: HTMLElement) => void>} */
export const startActs = { 'start-order': startOrder };
