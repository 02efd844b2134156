// @ts-check
// The switch between the languages of the staff page, each under its own name. Markup only.

import { html } from '../lib/html.js';
import { LANGUAGES, language, t } from '../lib/i18n.js';

/** @type {Record<string, string>} */
const OWN_NAMES = { ko: '한국어', en: 'English' };

export function languagePart() {
  return html`<div class="segmented" role="group" aria-label="${t('staff.language')}">${LANGUAGES.map((code) => html`<button type="button" lang="${code}" data-act="page.language" data-code="${code}" aria-pressed="${String(language() === code)}">${OWN_NAMES[code] || code}</button>`)}</div>`;
}
