// @ts-check
// Calling staff: what can be asked for, and how far each call has come, told by the server's own calls. Times are counted
// on the page's own monotonic clock, since a cheap tablet's wall clock may be anywhere.
import { html } from '../lib/html.js';
import { icon } from '../lib/assets.js';
import { t } from '../lib/i18n.js';
import { stepper } from './cart_view.js';

/** @typedef {import('./page_state.js').PageState} PageState */

const CALL_KINDS = ['water', 'plate', 'spoon', 'tissue', 'grill', 'bill'];
/** Kinds of which guests may want several, and how many at most. */
const COUNTED = ['water', 'plate', 'spoon', 'tissue'];
export const COUNT_MAX = 20;

/** The same kind can be asked for again after this. */
export const CALL_AGAIN_MS = 30000;
const SEEN_SHOWN_MS = 60000;
const BAR_SHOWN_MS = 10000;

/**
 * How far the newest call of a kind has come; with `kind` null, whether any call was sent in the last ten seconds.
 * @param {PageState} state @param {string | null} kind @param {number} now_ms  monotonic, as in call_sent_ms
 * @returns {'none' | 'sent' | 'seen'}
 */
export function callState(state, kind, now_ms) {
  if (kind === null) return Object.values(state.call_sent_ms).some((at) => now_ms - at < BAR_SHOWN_MS) ? 'sent' : 'none';
  const [call] = state.live ? state.live.calls.filter((one) => one.kind === kind).slice(-1) : [];
  if (call && call.status === 'open') return 'sent';
  if (call && now_ms - (state.call_seen_ms[kind] ?? -Infinity) < SEEN_SHOWN_MS) return 'seen';
  return now_ms - (state.call_sent_ms[kind] ?? -Infinity) < CALL_AGAIN_MS && !call ? 'sent' : 'none';
}

/** Seconds until the same kind can be sent again; 0: now. @param {PageState} state @param {string} kind @param {number} now_ms */
export function secondsLeft(state, kind, now_ms) {
  return Math.max(0, Math.ceil((CALL_AGAIN_MS - (now_ms - (state.call_sent_ms[kind] ?? -Infinity))) / 1000));
}

/** @param {PageState} state @param {string} kind @param {number} now_ms @returns {{ how: 'none' | 'busy' | 'sent' | 'seen', icon: string, words: string }} */
function stateOf(state, kind, now_ms) {
  if (state.call_busy[kind]) return { how: 'busy', icon: 'clock', words: t('guest.send.sending') };
  const how = callState(state, kind, now_ms);
  const left = how === 'sent' ? secondsLeft(state, kind, now_ms) : 0;
  return { how, icon: how === 'sent' ? 'clock' : 'check', words: how === 'none' ? '' : left > 0 ? t('guest.call.sent_wait', { n: left }) : t(`guest.call.${how}`) };
}

/** @param {PageState} state @param {string} kind @param {number} now_ms */
function callTile(state, kind, now_ms) {
  const { how, words, icon: sign } = stateOf(state, kind, now_ms);
  const word = t(`guest.call.kind.${kind}`);
  const counted = COUNTED.includes(kind);
  const quantity = state.call_count[kind] || 1;
  return html`<li class="call-tile" data-key="${kind}" data-state="${how}"><button type="button" class="call-send" data-act="send-call" data-call="${kind}">${icon(kind, 64, 1.9)}<span class="call-word">${word}${quantity > 1 && html` ${t('common.count', { n: quantity })}`}</span>${words && html`<span class="call-state">${icon(sign, 26)}${words}</span>`}</button>
    ${counted && stepper({ name: word, quantity, max: COUNT_MAX, key: kind, act: 'count-call' })}</li>`;
}

/** @param {PageState} state @param {number} now_ms */
export function callBody(state, now_ms) {
  return html`<ul class="call-tiles">${CALL_KINDS.map((kind) => callTile(state, kind, now_ms))}</ul>`;
}

/** @param {PageState} state @param {number} now_ms */
export function callFoot(state, now_ms) {
  const { how, words, icon: sign } = stateOf(state, 'staff', now_ms);
  return html`<button type="button" class="button call-staff" data-kind="strong" data-act="send-call" data-call="staff">${icon(how === 'none' ? 'bell' : sign, 32)}${words || t('guest.call.kind.staff')}</button>`;
}
