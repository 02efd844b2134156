// @ts-check
// The guest page as its parts use it: the one state, and how the page speaks to everybody. It knows no server and no act.
import { fitScreen, isPhone, setOwnPhone } from '../lib/display.js';
import { holdState } from '../lib/state_cell.js';
import { recall } from './keeping.js';
import { languageFor, parseDisplay } from './modes.js';
import { part } from './page_view.js';
import { initialState, reduce } from './page_state.js';

// A phone is laid out as one before its login is answered.
setOwnPhone(recall('phone') !== null || /^#[vt]=/.test(window.location.hash));
fitScreen(recall('screen'));
/** A tablet is the shop's and begins in Korean; a phone is the guest's own. */
const first_language = isPhone() ? languageFor(navigator.languages) : 'ko';

export const toast = /** @type {import('../components/toast_bar.js').ToastBar} */ (part('toast-bar'));
export const dialog = /** @type {import('../components/confirm_dialog.js').ConfirmDialog} */ (part('confirm-dialog'));
export const cell = holdState(reduce, { ...initialState(), has_start: !isPhone(), at_start: !isPhone() && recall('at_start') !== false, first_language, out_of_order: recall('out_of_order') === true, ...parseDisplay(recall('display'), first_language) });
export const dispatch = cell.dispatch;

/** Monotonic milliseconds. */
export const now = () => performance.now();

/** Says something to those who do not see it happen. @param {string} text */
export function announce(text) {
  part('.announcements').textContent = text;
}

/** Says something for a moment where everybody sees it. @param {string} text */
export function say(text) {
  toast.show({ text, seconds: 4 });
}

/** @param {import('./page_state.js').Sheet} sheet */
export const openSheet = (sheet) => dispatch({ type: 'sheet_opened', sheet });

/** When a finger or a key last touched the page. */
export const touch = { at_ms: now() };
