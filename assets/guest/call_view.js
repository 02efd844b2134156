// @ts-check
// Calling staff: what can be asked for, and how far each call has come, told by the server's own calls. Times are counted
// on the page's own monotonic clock, since a cheap tablet's wall clock may be anywhere.
import { html } from '../lib/html.js';
import { icon } from '../lib/assets.js';
import { t } from '../lib/i18n.js';

/** @typedef {import('./page_state.js').PageState} PageState */

export const CALL_KINDS = ['water', 'plate', 'spoon', 'tissue', 'grill', 'bill'];

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

/** @param {PageState} state @param {string} kind @param {number} now_ms */
function stateLine(state, kind, now_ms) {
  const how = callState(state, kind, now_ms);
  if (how === 'none') return html``;
  return html`<span class="call-state">${icon(how === 'sent' ? 'clock' : 'check', 26)}${t(`guest.call.${how}`)}</span>`;
}

/** @param {PageState} state @param {number} now_ms */
export function callBody(state, now_ms) {
  return html`<ul class="call-tiles">${CALL_KINDS.map((kind) => html`<li data-key="${kind}"><button type="button" class="call-tile" data-act="send-call" data-call="${kind}" data-state="${callState(state, kind, now_ms)}">${icon(kind, 64, 1.9)}<span class="call-word">${t(`guest.call.kind.${kind}`)}</span>${stateLine(state, kind, now_ms)}</button></li>`)}</ul>`;
}

/** @param {PageState} state @param {number} now_ms */
export function callFoot(state, now_ms) {
  const how = callState(state, 'staff', now_ms);
  return html`<button type="button" class="button call-staff" data-kind="strong" data-act="send-call" data-call="staff">${icon(how === 'none' ? 'bell' : how === 'sent' ? 'clock' : 'check', 32)}${how === 'none' ? t('guest.call.kind.staff') : t(`guest.call.${how}`)}</button>`;
}
