// @ts-check
// What is typed and pressed where a page has no table yet: six digits, or shop, number and password.
import { fitScreen } from '../lib/display.js';
import { t } from '../lib/i18n.js';
import { enterByPhone, focusOn, tooMany } from './entering.js';
import { remember } from './keeping.js';
import { readLogin } from './login_view.js';
import { cell, dispatch } from './page.js';
import { part } from './page_view.js';
import { server } from './table_link.js';

/** What a tablet reads when it is refused. @param {any} error @param {string} wrong @returns {string} */
export function refusalWords(error, wrong) {
  if (error.status === 0) return t('common.error.no_answer');
  if (error.status === 429) return tooMany(error);
  return error.status < 500 ? t(wrong) : t('common.error.again_later');
}

/** @param {{ code: string } | { secret: string }} wish */
export async function pair(wish) {
  dispatch({ type: 'login_changed', login: { busy: true, error: '', fields: {} } });
  try {
    await server.enterBy(() => server.api.tablePair(wish));
  } catch (error) {
    dispatch({ type: 'login_changed', login: { busy: false, error: refusalWords(error, 'code' in wish ? 'guest.pair.wrong' : 'guest.pair.wrong_link') } });
    focusOn('#code');
  }
}

/** @param {HTMLFormElement} form */
function keepScreen(form) {
  const inches = new FormData(form).get('inches');
  if (inches === null) return;
  remember('screen', Number(inches));
  fitScreen(Number(inches));
}

/** @param {HTMLFormElement} form */
async function onCode(form) {
  const code = String(new FormData(form).get('code')).replace(/\D/g, '');
  if (code.length !== 6) {
    dispatch({ type: 'login_changed', login: { error: t('guest.code.six') } });
    part('#code').focus();
  } else if (cell.state.login.by === 'phone') await enterByPhone(code);
  else {
    keepScreen(form);
    await pair({ code });
  }
}

/** @param {HTMLFormElement} form */
async function onPassword(form) {
  const { wish, fields } = readLogin(form);
  if (Object.keys(fields).length > 0) {
    dispatch({ type: 'login_changed', login: { error: t('guest.login.check'), fields } });
    part('.form-summary').focus();
    return;
  }
  remember('last_login', { store: wish.store, table_number: String(wish.table_number) });
  keepScreen(form);
  dispatch({ type: 'login_changed', login: { busy: true, error: '', fields: {} } });
  try {
    await server.enterBy(() => server.api.tableLogin(wish));
  } catch (error) {
    dispatch({ type: 'login_changed', login: { busy: false, error: refusalWords(error, 'guest.login.refused'), fields: {} } });
    part('.form-summary').focus();
  }
}

/** @param {HTMLFormElement} form */
export function onDoorSubmit(form) {
  if (cell.state.login.busy) return;
  if (form.dataset.form === 'code') onCode(form);
  if (form.dataset.form === 'password') onPassword(form);
}

/** Six digits are enough to go on. @param {HTMLInputElement} input */
export function onCodeTyped(input) {
  const digits = input.value.replace(/\D/g, '').slice(0, 6);
  if (digits !== input.value) input.value = digits;
  if (digits.length === 6 && input.form) onDoorSubmit(input.form);
}

/** @type {Record<string, (element: HTMLElement) => void>} */
export const doorActs = {
  digit: (element) => {
    const input = part('#code');
    const { digit } = element.dataset;
    input.value = digit === '' ? input.value.slice(0, -1) : input.value + digit;
    onCodeTyped(input);
  },
  'door-by': (element) => dispatch({ type: 'login_changed', login: { by: element.dataset.by, error: '', fields: {} } }),
  'screen-size': (element) => {
    remember('screen', Number(element.dataset.inches));
    fitScreen(Number(element.dataset.inches));
    dispatch({ type: 'sheet_closed' });
  },
};
