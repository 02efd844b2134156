// @ts-check
// What fills the page while it is not a menu: the login of a tablet, done once by staff, with what was typed there, and
// the wait for a server. It sends nothing.
import { SCREENS_INCHES } from '../lib/display.js';
import { html } from '../lib/html.js';
import { assetUrl, icon } from '../lib/assets.js';
import { otherLanguage, t } from '../lib/i18n.js';
import { fieldPart } from '../components/page_part.js';

/** @typedef {import('./page_state.js').PageState} PageState */

/** @param {PageState} state @param {{ store: string, table_number: string, inches: number }} typed  what was typed the last time */
export function loginPage(state, typed) {
  const { login } = state;
  const other = otherLanguage();
  return html`<div class="login">
    <div class="login-side"><h1>${t('guest.login.title')}</h1><p>${t('guest.login.text')}</p><img src="${assetUrl('dishes/bibim-stone.svg')}" width="400" height="300" alt=""></div>
    <form class="login-form" novalidate>
      <button type="button" class="button login-language" data-kind="soft" data-act="set-language" data-lang="${other.lang}" lang="${other.lang}">${icon('globe', 26)}${other.text}</button>
      ${login.error && html`<p class="form-summary" role="alert" tabindex="-1">${icon('warn', 30)}<span>${login.error}</span></p>`}
      ${fieldPart({ id: 'store', name: 'store', label: t('guest.login.store'), hint: t('guest.login.store_hint'), value: typed.store, error: login.fields.store, required: true, autocomplete: 'organization', maxlength: 32 })}
      ${fieldPart({ id: 'table-number', name: 'table_number', label: t('guest.login.table_number'), value: typed.table_number, error: login.fields.table_number, required: true, inputmode: 'numeric', autocomplete: 'off', maxlength: 3 })}
      ${fieldPart({ id: 'table-password', name: 'password', label: t('guest.login.password'), type: 'password', error: login.fields.password, required: true, autocomplete: 'current-password', maxlength: 50 })}
      <div class="field"><label for="screen">${t('guest.login.screen')}</label><select id="screen" name="inches">${SCREENS_INCHES.map((inches) => html`<option value="${inches}" ${inches === typed.inches && html`selected`}>${inches === 0 ? t('guest.login.screen_other') : t('guest.login.screen_inches', { inches })}</option>`)}</select></div>
      <button type="submit" class="button" data-kind="main" ${login.busy && html`aria-busy="true"`}>${t(login.busy ? 'guest.login.busy' : 'guest.login.go')}</button>
    </form></div>`;
}

export function unreachablePage() {
  return html`<div class="locked">${icon('wifi', 96, 1.8)}<h1>${t('guest.unreachable')}</h1><p>${t('guest.unreachable_next')}</p><button type="button" class="button" data-kind="main" data-act="start-again">${t('common.again')}</button></div>`;
}

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
