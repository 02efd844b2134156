// @ts-check
// What staff do behind the gate of a guest's tablet: prove the table's password, give the tablet to another table, take it
// out of order, reload it.
import { fitScreen } from '../lib/display.js';
import { t } from '../lib/i18n.js';
import { refusalWords } from './door_acts.js';
import { remember } from './keeping.js';
import { cell, dialog, dispatch, openSheet, say } from './page.js';
import { keepReachable, part } from './page_view.js';
import { server } from './table_link.js';

/** The password is right when the table can be logged in to with it. @param {HTMLFormElement} form */
export async function onGateSubmit(form) {
  const { sheet, store, table } = cell.state;
  if (!sheet || sheet.kind !== 'gate' || sheet.busy || !store || !table) return;
  const password = String(new FormData(form).get('password') || '');
  openSheet({ ...sheet, busy: true });
  try {
    await server.api.tableLogin({ store: store.slug, table_number: table.number, password: password || ' ' });
    openSheet({ kind: 'operator' });
  } catch (error) {
    openSheet({ kind: 'gate', busy: false, error: refusalWords(error, 'guest.gate.wrong') });
    part('#gate-password').focus();
  }
}

/** @type {Record<string, (element: HTMLElement) => void>} */
export const gateActs = {
  async unpair() {
    const { table } = cell.state;
    const question = { title: t('guest.gate.unpair_question', { n: table ? table.number : '' }), text: t('guest.gate.unpair_text'), yes: t('guest.gate.unpair'), no: t('common.cancel'), keep: keepReachable() };
    if (!(await dialog.ask(question))) return;
    try {
      await server.api.logout();
      server.leave();
      remember('paired', null);
      dispatch({ type: 'login_needed' });
    } catch {
      say(t('common.error.no_answer'));
    }
  },
  'out-of-order': () => {
    const out_of_order = !cell.state.out_of_order;
    remember('out_of_order', out_of_order || null);
    dispatch({ type: 'out_of_order', out_of_order });
  },
  reload: () => window.location.reload(),
};

/** Another size of the screen was chosen. @param {number} inches */
export function onScreenChosen(inches) {
  remember('screen', inches);
  fitScreen(inches);
  dispatch({ type: 'clock' });
}
