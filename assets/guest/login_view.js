// @ts-check
// A tablet's login by the table's password, with what was typed there. It sends nothing.
import { SCREENS_INCHES } from '../lib/display.js';
import { html } from '../lib/html.js';
import { icon } from '../lib/assets.js';
import { t } from '../lib/i18n.js';
import { fieldPart } from '../components/page_part.js';

/** @typedef {import('./page_state.js').PageState} PageState */

/** @param {PageState['login']} login @param {{ store: string, table_number: string, inches: number }} typed  what was typed the last time */
export function passwordForm(login, typed) {
  return html`<form class="login-form" data-form="password" novalidate>
      ${login.error && html`<p class="form-summary" role="alert" tabindex="-1">${icon('warn', 30)}<span>${login.error}</span></p>`}
      ${fieldPart({ id: 'store', name: 'store', label: t('guest.login.store'), hint: t('guest.login.store_hint'), value: typed.store, error: login.fields.store, required: true, autocomplete: 'organization', maxlength: 32 })}
      ${fieldPart({ id: 'table-number', name: 'table_number', label: t('guest.login.table_number'), value: typed.table_number, error: login.fields.table_number, required: true, inputmode: 'numeric', autocomplete: 'off', maxlength: 3 })}
      ${fieldPart({ id: 'table-password', name: 'password', label: t('guest.login.password'), type: 'password', error: login.fields.password, required: true, autocomplete: 'current-password', maxlength: 50 })}
      ${screenField(typed.inches)}
      <button type="submit" class="button" data-kind="main" ${login.busy && html`aria-busy="true"`}>${t(login.busy ? 'guest.login.busy' : 'guest.login.go')}</button>
    </form>`;
}

/** The screen's size, which gives text its millimetres. @param {number} chosen  inches */
export function screenField(chosen) {
  return html`<div class="field screen-field"><label for="screen">${t('guest.login.screen')}</label><select id="screen" name="inches">${SCREENS_INCHES.map((inches) => html`<option value="${inches}" ${inches === chosen && html`selected`}>${screenWords(inches)}</option>`)}</select></div>`;
}

/** @param {number} inches */
export const screenWords = (inches) => (inches === 0 ? t('guest.login.screen_other') : t('guest.login.screen_inches', { inches }));

/**
 * Reads and checks what was typed.
 * @param {HTMLFormElement} form
 * @returns {{ wish: { store: string, table_number: number, password: string }, inches: number, fields: Record<string, string> }}
 *   `fields` has a sentence for each field that cannot be right
 */
export function readLogin(form) {
  const values = new FormData(form);
  const text = (/** @type {string} */ name) => String(values.get(name) || '').trim();
  const wish = { store: text('store').toLowerCase(), table_number: Number(text('table_number')), password: String(values.get('password') || '') };
  /** @type {Record<string, string>} */
  const fields = {};
  if (!/^[a-z0-9-]{1,32}$/.test(wish.store)) fields.store = t('guest.login.store_wrong');
  if (!/^[0-9]{1,3}$/.test(text('table_number')) || wish.table_number < 1) fields.table_number = t('guest.login.table_number_wrong');
  if (wish.password.trim().length < 4) fields.password = t('guest.login.password_wrong');
  return { wish, inches: Number(values.get('inches')), fields };
}
