// @ts-check
// Puts a tablet to a table: asks the server for an offer (QR code and six digits, good for ten minutes and once), shows how
// long it is good, and says when a tablet has taken it. One table at a time.

import { t } from '../lib/i18n.js';
import { tableOf } from './page_state.js';
import { serverNow } from './server_clock.js';

/** @typedef {import('./staff_app.js').StaffApp} StaffApp @typedef {import('../components/pairing_dialog.js').PairingDialog} PairingDialog */
/** @typedef {{ code: string, url: string, qr: string, expires_at: string }} Offer */

/** "9:05" of what is left, at least 0:00. @param {number} left_ms */
export function minutesLeft(left_ms) {
  const seconds = Math.max(0, Math.ceil(left_ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** Six digits in two groups, as they are read aloud. @param {string} code */
export function codeInGroups(code) {
  return `${code.slice(0, 3)} ${code.slice(3)}`;
}

/** @param {StaffApp} app @param {PairingDialog} dialog */
export function createPairing(app, dialog) {
  /** @type {{ table_id: number, number: number, offer: Offer | null, done: boolean } | null} */
  let pairing = null;

  async function ask() {
    const asked = pairing;
    if (!asked) return;
    asked.offer = null;
    await app.run('pairing', async () => {
      asked.offer = await app.api.offerPairing(asked.table_id);
    });
    // Without an offer there is nothing to show; the reason was said.
    if (!asked.offer && pairing === asked) close();
  }

  function close() {
    pairing = null;
    dialog.close();
  }

  dialog.addEventListener('pairing-close', close);
  dialog.addEventListener('pairing-renew', () => {
    if (!app.busy.has('pairing')) ask();
  });

  return {
    /** Shows how the offer stands now. */
    draw() {
      if (!pairing) return;
      if (app.state.phase !== 'open') {
        close();
        return;
      }
      const { offer, done, number } = pairing;
      const left_ms = offer ? Date.parse(offer.expires_at) - serverNow() : 0;
      const state = done ? 'done' : !offer ? 'asking' : left_ms > 0 ? 'open' : 'over';
      const host = offer ? new URL(offer.url).host : location.host;
      dialog.show({
        title: t('staff.pairing.title', { number }), state,
        qr: offer ? offer.qr : '', qr_label: t('staff.pairing.qr', { number }),
        code: offer ? codeInGroups(offer.code) : '', code_label: t('staff.pairing.code'), left: t('staff.pairing.left', { time: minutesLeft(left_ms) }),
        steps: [t('staff.pairing.step.scan'), t('staff.pairing.step.type', { host }), t('staff.pairing.step.size')],
        notice: done ? t('staff.pairing.done', { number }) : state === 'over' ? t('staff.pairing.over') : '',
        renew: t('staff.pairing.renew'), close: t('common.close'),
      }, [app.parts.top, app.parts.toast]);
    },

    /** A tablet was put to a table. @param {number} table_id */
    paired(table_id) {
      if (pairing && pairing.table_id === table_id && pairing.offer) pairing.done = true;
    },

    actions: {
      open(/** @type {HTMLElement} */ element) {
        const table = app.state.snapshot && tableOf(app.state.snapshot, Number(element.dataset.id));
        if (!table) return;
        pairing = { table_id: table.id, number: table.number, offer: null, done: false };
        ask();
      },
    },
  };
}
