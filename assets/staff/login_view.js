// @ts-check
// The staff login: store, name, password, and in words why it did not work. It keeps no password.

import { fieldPart } from '../components/page_part.js';
import { AppError } from '../lib/api_client.js';
import { html } from '../lib/html.js';
import { assetUrl, icon } from '../lib/assets.js';
import { t } from '../lib/i18n.js';
import { languagePart } from './language_part.js';

/** @typedef {import('./staff_app.js').StaffApp} StaffApp */

/** @param {StaffApp} app @param {(answer: any) => void} onSignedIn */
export function createLogin(app, onSignedIn) {
  let complaint = '';
  let revealed = false;
  let typed = { store: app.preferences.store_slug, username: '', password: '' };

  async function submit() {
    complaint = '';
    await app.run('login', async () => {
      try {
        const answer = await app.api.adminLogin(typed);
        app.keep({ store_slug: answer.store.slug });
        typed = { store: answer.store.slug, username: '', password: '' };
        onSignedIn(answer);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        complaint = loginFailure(error);
        app.draw();
        focusOn('.form-summary');
      }
    });
  }

  return {
    view: () => html`
      <div class="entry entry-split">
        <div class="entry-brand"><p>${t('staff.product')}</p><img src="${assetUrl('dishes/bibim-stone.svg')}" width="400" height="300" alt=""></div>
        <div class="entry-side"><form class="entry-form" data-submit="login.submit" novalidate>
          <h1>${t('staff.login.title')}</h1>
          <div data-key="summary">${complaint && html`<p class="form-summary" role="alert" tabindex="-1">${icon('warn', 24)}<span>${complaint}</span></p>`}</div>
          <div data-key="store">${fieldPart({ id: 'login-store', name: 'store', label: t('staff.login.store'), value: typed.store, required: true, autocomplete: 'organization', maxlength: 32 })}</div>
          <div data-key="username">${fieldPart({ id: 'login-username', name: 'username', label: t('staff.login.username'), value: typed.username, required: true, autocomplete: 'username', maxlength: 50 })}</div>
          <div data-key="password" class="field-with-button">${fieldPart({ id: 'login-password', name: 'password', label: t('staff.login.password'), type: revealed ? 'text' : 'password', value: '', required: true, autocomplete: 'current-password', maxlength: 128 })}
            <button type="button" class="button" data-kind="plain" data-act="login.reveal" aria-pressed="${String(revealed)}">${t(revealed ? 'staff.password.hide' : 'staff.password.show')}</button></div>
          <button class="button" data-kind="main" data-key="go" ${app.busy.has('login') && html`aria-busy="true"`}>${t('staff.login.go')}</button>
          <div data-key="language" class="entry-language">${languagePart()}</div>
        </form></div>
      </div>`,
    actions: {
      submit(/** @type {HTMLElement} */ form) {
        const fields = new FormData(/** @type {HTMLFormElement} */ (form));
        const read = (/** @type {string} */ name) => String(fields.get(name) || '');
        typed = { store: read('store').trim().toLowerCase(), username: read('username').trim(), password: read('password') };
        if (typed.store && typed.username && typed.password) {
          submit();
          return;
        }
        complaint = t('staff.login.incomplete');
        app.draw();
        focusOn('.form-summary');
      },
      reveal() {
        revealed = !revealed;
        app.draw();
      },
    },
  };
}

/** @param {AppError} error */
function loginFailure(error) {
  if (error.status === 0) return t('staff.error.no_answer');
  if (error.error_code === 'TOO_MANY_ATTEMPTS') return t('staff.login.locked', { minutes: Math.ceil((error.retry_after || 900) / 60) });
  if (error.status === 401 || error.status === 400 || error.status === 404) return t('staff.login.wrong');
  return error.detail || t('staff.error.unknown', { code: error.error_code });
}

/** After the next picture. @param {string} selector */
function focusOn(selector) {
  requestAnimationFrame(() => {
    const element = document.querySelector(selector);
    if (element instanceof HTMLElement) element.focus();
  });
}
