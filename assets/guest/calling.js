// @ts-check
// Calls staff: one tap is one call. A call without an answer is repeated with its key, so that staff hear it once, and
// what could not be sent says so.
import { newIdempotencyKey } from '../lib/requests.js';
import { korean, t } from '../lib/i18n.js';
import { COUNT_MAX, secondsLeft } from './call_view.js';
import { announce, cell, dispatch, now, say, toast } from './page.js';
import { server } from './table_link.js';

/** Pauses before a call without an answer is sent again. */
const REPEATS_MS = [1000, 2000, 4000];
/** A failed call keeps its key this long; a later tap is a new wish. */
const SAME_CALL_MS = 60000;

/** Calls that may have gone in without an answer. @type {Record<string, { key: string, body: { kind: string, note?: string }, at_ms: number }>} */
const open = {};

/** Calls of a kind that this table's stream told. @param {string} kind */
const told = (kind) => (cell.state.live ? cell.state.live.calls : []).filter((call) => call.kind === kind);

/** @param {() => Promise<any>} send @param {() => boolean} arrived  whether staff have it although no answer says so @param {number[]} pauses_ms */
async function sendSurely(send, arrived, pauses_ms) {
  try {
    await send();
  } catch (error) {
    if (arrived()) return;
    if (!(/** @type {any} */ (error).outcome_unknown) || pauses_ms.length === 0) throw error;
    await new Promise((resolve) => setTimeout(resolve, pauses_ms[0]));
    if (!arrived()) await sendSurely(send, arrived, pauses_ms.slice(1));
  }
}

/** @param {string} kind */
export async function callStaff(kind) {
  const { state } = cell;
  if (state.call_busy[kind]) return;
  const left = secondsLeft(state, kind, now());
  if (left > 0) {
    say(t('guest.call.again_in', { n: left }));
    return;
  }
  const count = state.call_count[kind] || 1;
  if (!open[kind] || now() - open[kind].at_ms > SAME_CALL_MS) {
    const note = korean('common.count').replace('{n}', String(count));
    open[kind] = { key: newIdempotencyKey(), body: count > 1 ? { kind, note } : { kind }, at_ms: now() };
  }
  const { key, body } = open[kind];
  const before = told(kind).length;
  dispatch({ type: 'call_busy', kind, busy: true });
  try {
    await sendSurely(() => server.withLogin(() => server.api.createCall(body, key)), () => told(kind).length > before, REPEATS_MS);
    delete open[kind];
    dispatch({ type: 'call_sent', kind, at_ms: now() });
    dispatch({ type: 'call_counted', kind, count: 1 });
    announce(t('guest.call.sent'));
    setTimeout(() => dispatch({ type: 'clock' }), 10100);
  } catch (error) {
    if (!(/** @type {any} */ (error).outcome_unknown)) delete open[kind];
    toast.show({ text: t('guest.call.failed'), action: t('common.again'), action_icon: 'bell', on_action: () => callStaff(kind) });
  } finally {
    dispatch({ type: 'call_busy', kind, busy: false });
  }
}

/** @type {Record<string, (element: HTMLElement) => void>} */
export const callActs = {
  'send-call': (element) => {
    callStaff(element.dataset.call || 'staff');
  },
  'count-call': (element) => {
    const { line: kind, quantity } = /** @type {HTMLElement} */ (element.parentElement).dataset;
    const count = Number(quantity) + Number(element.dataset.step);
    if (count > COUNT_MAX) say(t('guest.call.count_max', { n: COUNT_MAX }));
    else if (count >= 1) dispatch({ type: 'call_counted', kind, count });
  },
};
