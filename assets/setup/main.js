// @ts-check
// Starts the setup page: takes the one-time code from the address, asks step by step, makes the shop with its owner,
// logs the owner in and goes to the staff page. The code and the password are kept nowhere.

import { AppError, createApiClient } from '../lib/api_client.js';
import { showContrast } from '../lib/display.js';
import { html, render } from '../lib/html.js';
import { LANGUAGES, hasText, loadLanguage, setLanguage, t } from '../lib/i18n.js';
import { keepPreferences, readPreferences } from '../lib/staff_preferences.js';
import { NO_ANSWERS, STEP_FIELDS, answered, errorsOfStep, stepOf } from './setup_answers.js';
import { setupView } from './setup_view.js';

const root = /** @type {HTMLElement} */ (document.querySelector('.setup'));
const api = createApiClient({ as: 'staff' });
const code = decodeURIComponent(location.hash.slice(1));

/** @type {import('./setup_view.js').SetupShown} */
let shown = { step: 0, answers: NO_ANSWERS, errors: {}, complaint: '', busy: false, revealed: true, stopped: code ? null : 'no_code' };

/** @param {Partial<typeof shown>} change */
function show(change) {
  shown = { ...shown, ...change };
  document.title = t('setup.page_title');
  render(root, setupView(shown));
}

/** @param {string} selector */
function focusOn(selector) {
  const element = root.querySelector(selector);
  if (element instanceof HTMLElement) element.focus();
}

/** @param {Record<string, string>} errors @param {string} [complaint] */
function showErrors(errors, complaint) {
  const first = Object.keys(errors)[0];
  show({ errors, step: first ? stepOf(first) : shown.step, complaint: complaint || t('setup.errors'), busy: false });
  focusOn('.form-summary');
}

async function next() {
  if (shown.busy) return;
  /** @type {Record<string, string>} */
  const errors = {};
  for (const { field, code: wrong } of errorsOfStep(shown.answers, shown.step)) errors[field] = t(`setup.error.${wrong}`);
  if (Object.keys(errors).length) {
    showErrors(errors);
    return;
  }
  if (shown.step < STEP_FIELDS.length - 1) {
    show({ step: shown.step + 1, errors: {}, complaint: '' });
    focusOn('h1');
    return;
  }
  show({ errors: {}, complaint: '', busy: true });
  await make();
}

async function make() {
  const { store, store_name, username, password } = shown.answers;
  try {
    await api.setup({ code, store, store_name: store_name.trim(), username: username.trim(), password });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    refused(error);
    return;
  }
  keepPreferences(localStorage, { store_slug: store, hint: true });
  try {
    await api.adminLogin({ store, username: username.trim(), password });
  } catch (error) {
    // The shop stands all the same; the staff page asks for the login itself.
    if (!(error instanceof AppError)) throw error;
  }
  location.assign('/admin#settings');
}

/** @param {AppError} error */
function refused(error) {
  if (error.status === 403) show({ stopped: 'bad_code', busy: false });
  else if (error.status === 409) showErrors({ store: t('setup.error.taken') });
  else if (error.errors.length) {
    /** @type {Record<string, string>} */
    const errors = {};
    for (const { field, message } of error.errors) errors[field] = hasText(`setup.error.${field}`) ? t(`setup.error.${field}`) : message;
    showErrors(errors);
  } else showErrors({}, error.status === 0 ? t('setup.error.no_answer') : error.detail || t('setup.error.unknown', { code: error.error_code }));
}

/** @param {string} wanted */
async function speak(wanted) {
  const chosen = LANGUAGES.includes(wanted) ? wanted : 'ko';
  await loadLanguage('ko');
  await loadLanguage(chosen);
  setLanguage(chosen);
  document.documentElement.lang = chosen;
  keepPreferences(localStorage, { language: chosen });
  show({ errors: {}, complaint: '' });
}

root.addEventListener('click', (event) => {
  const pressed = event.target instanceof Element && event.target.closest('[data-act]');
  if (!(pressed instanceof HTMLElement)) return;
  if (pressed.dataset.act === 'language') speak(pressed.dataset.code || 'ko');
  else if (pressed.dataset.act === 'reveal') show({ revealed: !shown.revealed });
  else if (pressed.dataset.act === 'back') {
    show({ step: shown.step - 1, errors: {}, complaint: '' });
    focusOn('h1');
  }
});
root.addEventListener('input', (event) => {
  const input = event.target;
  if (!(input instanceof HTMLInputElement)) return;
  show({ answers: answered(shown.answers, /** @type {keyof import('./setup_answers.js').Answers} */ (input.name), input.value) });
});
root.addEventListener('submit', (event) => {
  event.preventDefault();
  next();
});
window.addEventListener('hashchange', () => location.reload());

showContrast(readPreferences(localStorage).contrast);
speak(readPreferences(localStorage).language).catch(() => render(root, html`<p class="setup-stopped">서버가 대답하지 않아요. The server does not answer.</p>`));
