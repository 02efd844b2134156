// @ts-check
// Connects the tablet to its table with what was typed once.
import { fitScreen } from '../lib/display.js';
import { t } from '../lib/i18n.js';
import { remember } from './keeping.js';
import { readLogin } from './login_view.js';
import { cell, dispatch } from './page.js';
import { part } from './page_view.js';
import { server } from './table_link.js';

/** @param {Event} event */
export async function onLoginSubmit(event) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (cell.state.login.busy) return;
  const { wish, fields, inches } = readLogin(form);
  if (Object.keys(fields).length > 0) {
    dispatch({ type: 'login_changed', login: { error: t('guest.login.check'), fields } });
    part('.form-summary').focus();
    return;
  }
  remember('last_login', { store: wish.store, table_number: String(wish.table_number) });
  remember('screen', inches);
  fitScreen(inches);
  dispatch({ type: 'login_changed', login: { busy: true, error: '', fields: {} } });
  try {
    await server.login(wish);
  } catch (error) {
    dispatch({ type: 'login_changed', login: { busy: false, error: loginError(error), fields: {} } });
    part('.form-summary').focus();
  }
}

/** @param {any} error @returns {string} */
function loginError(error) {
  if (error.status === 0) return t('common.error.no_answer');
  if (error.status === 429) return t('common.error.too_many', { minutes: Math.max(1, Math.ceil((error.retry_after || 60) / 60)) });
  if (error.status === 401 || error.status === 400) return t('guest.login.refused');
  return t('common.error.again_later');
}
