// @ts-check
// The start screen and the idle warning as part of the page's state: when they come, what they reset and what they keep.
import { displayOf, needsTime, plainDisplay } from './modes.js';

/** @typedef {import('./page_state.js').PageState} PageState */

/** So long the warning counts before it leaves, at least 20 s; whoever needs time gets the more of it. */
export const WARNING_SECONDS = 20;
const MORE_TIME = 3;

/** @param {PageState} state */
const patience = (state) => (needsTime(state) ? MORE_TIME : 1);

/** Untouched for so long the page goes back to its start. @param {PageState} state */
export function idleLimitMs(state) {
  return state.guest_page.idle_seconds * 1000 * patience(state);
}

/** Whether there is something to lose by going back: then it is asked before. @param {PageState} state */
export function hasSomethingOpen(state) {
  return state.sheet !== null || state.result !== null || state.cart.lines.length > 0 || state.search !== '';
}

/** Whether time counts at all: never on a guest's own phone, and never while an order is on its way. @param {PageState} state */
export function canIdle(state) {
  return state.has_start && state.phase === 'menu' && !state.at_start && state.sending === null;
}

/** @param {PageState} state @returns {PageState} */
export function toStart(state) {
  return { ...state, sheet: null, result: null, result_left: 0, refusal: null, search: '', page: 0, at_start: state.has_start, turn: 0, still: false, idle_left: 0 };
}

/** @param {PageState} state @param {any} action @returns {PageState} */
export function onStart(state, action) {
  switch (action.type) {
    case 'start_left':
      return { ...state, at_start: false };
    case 'start_turned':
      return { ...state, turn: state.turn + 1 };
    case 'start_stilled':
      return state.still ? state : { ...state, still: true };
    case 'idle_quiet': {
      // Nobody was asked, so a party that is still eating keeps its letters and its language.
      const display = state.live && state.live.session ? displayOf(state) : { ...plainDisplay(), language: state.first_language };
      return { ...toStart(state), ...display };
    }
    case 'idle_warned':
      return { ...state, idle_left: WARNING_SECONDS * patience(state) };
    case 'idle_second':
      if (state.idle_left > 1) return { ...state, idle_left: state.idle_left - 1 };
      return { ...toStart(state), ...plainDisplay(), language: state.first_language };
    case 'idle_ended':
      return state.idle_left === 0 ? state : { ...state, idle_left: 0 };
    default:
      return state;
  }
}
