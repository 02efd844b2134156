// @ts-check
// What stands where a page has no table yet: a tablet is paired by six digits or by the table's password, a guest's own
// phone hears why it is not let in. It sends nothing.
import { SCREENS_INCHES } from '../lib/display.js';
import { html } from '../lib/html.js';
import { assetUrl, icon } from '../lib/assets.js';
import { otherLanguage, t } from '../lib/i18n.js';
import { passwordForm, screenField, screenWords } from './login_view.js';

/** @typedef {import('./page_state.js').PageState} PageState @typedef {import('./page_view.js').Around} Around */

/** Six digits to type, paste or press. @param {PageState['login']} login @param {string} label @param {import('../lib/html.js').Markup} [more]  below */
function codeForm(login, label, more) {
  const digit = (/** @type {number} */ n) => html`<button type="button" class="key" data-act="digit" data-digit="${n}">${n}</button>`;
  return html`<form class="login-form code-form" data-form="code" novalidate>
    <div class="field" ${login.error && html`data-invalid`}><label for="code">${label}</label>
      <input id="code" class="code-input" name="code" type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="11" ${login.error && html`aria-describedby="code-error" aria-invalid="true"`}>
      ${login.error && html`<p class="field-error" id="code-error" role="alert">${icon('warn', 24)}<span>${login.error}</span></p>`}</div>
    <div class="keypad" role="group" aria-label="${t('guest.code.keypad')}">${[1, 2, 3, 4, 5, 6, 7, 8, 9].map(digit)}<button type="button" class="key" data-act="digit" data-digit="" aria-label="${t('guest.code.back')}">${icon('back', 34)}</button>${digit(0)}</div>
    <button type="submit" class="button" data-kind="main" ${login.busy && html`aria-busy="true"`}>${t(login.busy ? 'guest.login.busy' : 'guest.code.go')}</button>${more}</form>`;
}

/** @param {PageState} state @param {Around['typed'] & { inches: number }} typed */
function pairing(state, typed) {
  const { login } = state;
  const by_code = login.by === 'code';
  const other = otherLanguage();
  return html`<div class="login">
    <div class="login-side"><h1>${t('guest.login.title')}</h1><p>${login.notice || t(by_code ? 'guest.pair.text' : 'guest.login.text')}</p>
      <p class="login-phone">${icon('phone', 28)}${t('guest.pair.phone')}</p>
      <div class="login-ways"><button type="button" class="button" data-kind="plain" data-act="door-by" data-by="${by_code ? 'password' : 'code'}">${t(by_code ? 'guest.pair.by_password' : 'guest.pair.by_code')}</button>
      <button type="button" class="button login-language" data-kind="plain" data-act="set-language" data-lang="${other.lang}" lang="${other.lang}">${icon('globe', 26)}${other.text}</button></div>
      <img src="${assetUrl('dishes/bibim-stone.svg')}" width="400" height="300" alt=""></div>
    ${by_code ? codeForm(login, t('guest.pair.code'), screenField(typed.inches)) : passwordForm(login, typed)}</div>`;
}

/** A phone that is not let in. @param {PageState} state */
function phoneDoor(state) {
  const { login } = state;
  if (login.reason === 'code_needed') {
    return html`<div class="login"><div class="login-side"><h1>${t('guest.door.code_title')}</h1><p>${t('guest.door.code_text')}</p></div>${codeForm(login, t('guest.door.code'))}</div>`;
  }
  const again = login.reason === 'not_seated' || login.reason === 'unknown';
  return html`<div class="locked">${icon(login.reason === 'not_seated' ? 'user' : 'phone', 96, 1.8)}<h1>${t(`guest.door.${login.reason}`)}</h1><p>${login.error || t(`guest.door.${login.reason}_next`)}</p>
    ${again && html`<button type="button" class="button" data-kind="main" data-act="start-again" ${login.busy && html`aria-busy="true"`}>${t('common.again')}</button>`}</div>`;
}

/** @param {PageState} state @param {Around['typed'] & { inches: number }} typed */
export function doorPage(state, typed) {
  return state.login.by === 'phone' ? phoneDoor(state) : pairing(state, typed);
}

/** Asked once after a link has paired the tablet. @param {number} guessed  inches */
export function screenBody(guessed) {
  return html`<ul class="screen-sizes">${SCREENS_INCHES.map((inches) => html`<li><button type="button" class="button" data-kind="plain" data-act="screen-size" data-inches="${inches}" ${inches === guessed && html`aria-current="true"`}>${screenWords(inches)}</button></li>`)}</ul>`;
}
