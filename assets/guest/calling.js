// @ts-check
// Calls staff: one tap is one call, and a call without an answer is repeated with its key, so that staff hear it once.
import { newIdempotencyKey } from '../lib/requests.js';
import { t } from '../lib/i18n.js';
import { CALL_AGAIN_MS } from './call_view.js';
import { announce, cell, dispatch, now, toast } from './page.js';
import { server } from './table_link.js';

/** @param {string} kind */
async function callStaff(kind) {
  if (now() - (cell.state.call_sent_ms[kind] ?? -Infinity) < CALL_AGAIN_MS) return;
  dispatch({ type: 'call_sent', kind, at_ms: now() });
  const key = newIdempotencyKey();
  try {
    await server.withLogin(() => server.api.createCall({ kind }, key));
    announce(t('guest.call.sent'));
    setTimeout(() => dispatch({ type: 'clock' }), 10100);
  } catch {
    dispatch({ type: 'call_sent', kind, at_ms: -Infinity });
    toast.show({ text: t('guest.call.failed'), action: t('common.again'), action_icon: 'bell', on_action: () => callStaff(kind) });
  }
}

/** @type {Record<string, (element: HTMLElement) => void>} */
export const callActs = {
  'send-call': (element) => { callStaff(element.dataset.call || 'staff'); },
};
