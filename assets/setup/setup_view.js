// @ts-check
// How the setup page looks at each step: the dark list of steps, one question, back and one main button. Markup only.

import { html } from '../lib/html.js';
import { assetUrl, icon } from '../lib/assets.js';
import { LANGUAGES, language, t } from '../lib/i18n.js';
import { STEP_FIELDS } from './setup_answers.js';

/** @typedef {import('./setup_answers.js').Answers} Answers */
/**
 * @typedef {{ step: number, answers: Answers, errors: Record<string, string>, complaint: string, busy: boolean, revealed: boolean,
 *   stopped: 'no_code' | 'bad_code' | null }} SetupShown
 */

const STEPS = ['store', 'owner', 'next'];
/** @type {Record<string, string>} */
const OWN_NAMES = { ko: '한국어', en: 'English' };
/** @type {Record<string, { maxlength: number, autocomplete: string }>} */
const FIELDS = {
  store_name: { maxlength: 100, autocomplete: 'organization' },
  store: { maxlength: 32, autocomplete: 'off' },
  username: { maxlength: 50, autocomplete: 'username' },
  password: { maxlength: 128, autocomplete: 'new-password' },
};

/** @param {SetupShown} shown */
export function setupView(shown) {
  return html`
    <aside class="setup-steps">
      <p class="setup-title">${t('setup.title')}</p>
      <p class="setup-time">${t('setup.time')}</p>
      <p class="setup-count">${!shown.stopped && `${shown.step + 1} / ${STEPS.length}`}</p>
      <ol>${STEPS.map((name, index) => stepView(name, index, shown.stopped ? -1 : shown.step))}</ol>
      <img src="${assetUrl('dishes/bibim-stone.svg')}" width="400" height="300" alt="">
    </aside>
    <main class="setup-main" tabindex="-1">${shown.stopped ? stoppedView(shown.stopped) : questionView(shown)}
      <div class="segmented setup-language" role="group" aria-label="${t('setup.language')}" data-key="language">${LANGUAGES.map((code) => html`<button type="button" lang="${code}" data-act="language" data-code="${code}" aria-pressed="${String(language() === code)}">${OWN_NAMES[code] || code}</button>`)}</div>
    </main>`;
}

/** @param {string} name @param {number} index @param {number} current */
function stepView(name, index, current) {
  const done = index < current;
  return html`<li data-key="${name}" data-state="${done ? 'done' : index === current ? 'current' : 'ahead'}" ${index === current && html`aria-current="step"`}><span class="setup-mark" aria-hidden="true">${done ? icon('check', 22, 3) : index + 1}</span><span>${t(`setup.step.${name}`)}</span>${done && html`<span class="setup-done">${t('setup.done')}</span>`}</li>`;
}

/** @param {SetupShown} shown */
function questionView(shown) {
  const last = shown.step === STEP_FIELDS.length - 1;
  return html`
    <form class="setup-question" data-key="step-${shown.step}" novalidate>
      <h1 tabindex="-1">${t(`setup.question.${shown.step}`)}</h1>
      <p class="setup-words">${t(`setup.question.${shown.step}.words`)}</p>
      <div data-key="complaint">${shown.complaint && html`<p class="form-summary" role="alert" tabindex="-1">${icon('warn', 22)}<span>${shown.complaint}</span></p>`}</div>
      ${STEP_FIELDS[shown.step].map((name) => fieldView(name, shown))}
      <div class="setup-foot" data-key="foot">
        ${shown.step > 0 && html`<button type="button" class="button" data-kind="plain" data-key="back" data-act="back">${icon('back', 22)}${t('setup.back')}</button>`}
        <button class="button" data-kind="main" data-key="next" ${shown.busy && html`aria-busy="true"`}>${t(last ? 'setup.finish' : 'setup.next')}</button>
      </div>
    </form>`;
}

/** @param {keyof Answers} name @param {SetupShown} shown */
function fieldView(name, shown) {
  const { maxlength, autocomplete } = FIELDS[name];
  const secret = name === 'password';
  const error = shown.errors[name];
  // The ID follows the shop's name until somebody types one; a new key lets the field show the new text.
  const key = name === 'store' && !shown.answers.slug_typed ? `store-${shown.answers.store}` : name;
  return html`
    <div class="field" data-key="${key}" ${error && html`data-invalid`}>
      <label for="setup-${name}">${t(`setup.field.${name}`)}</label>
      <p class="field-hint" id="setup-${name}-hint">${t(`setup.field.${name}.hint`)}</p>
      <div class="setup-control"><input id="setup-${name}" name="${name}" type="${secret && !shown.revealed ? 'password' : 'text'}" value="${String(shown.answers[name])}" maxlength="${maxlength}" autocomplete="${autocomplete}" autocapitalize="none" spellcheck="false" aria-required="true"
        aria-describedby="setup-${name}-hint${error ? ` setup-${name}-error` : ''}" ${error && html`aria-invalid="true"`}>${secret && html`<button type="button" class="button" data-kind="plain" data-act="reveal" aria-pressed="${String(shown.revealed)}">${t(shown.revealed ? 'setup.hide' : 'setup.show')}</button>`}</div>
      ${error && html`<p class="field-error" id="setup-${name}-error">${icon('warn', 20)}<span>${error}</span></p>`}
    </div>`;
}

/** @param {'no_code' | 'bad_code'} why */
function stoppedView(why) {
  return html`
    <div class="setup-stopped" data-key="stopped">${icon('warn', 72, 1.6)}<h1>${t(`setup.stopped.${why}`)}</h1><p>${t('setup.stopped.next')}</p>
      <p class="setup-command"><code>tableorder setup-link --data-dir DIR</code></p><p class="soft">${t('setup.stopped.where')}</p><p><a class="button" data-kind="plain" href="/admin">${t('setup.stopped.login')}</a></p></div>`;
}
