// @ts-check
// Fields of the staff page's forms: label above, what is wrong below, every key typed given to an act. Markup only.

import { html } from '../lib/html.js';
import { icon } from '../lib/icons.js';
import { t } from '../lib/i18n.js';

/**
 * @typedef {{ name: string, label: string, value: string, act: string, error?: string, hint?: string, type?: string, inputmode?: string,
 *   maxlength?: number, required?: boolean, lang?: string, suffix?: string, autocomplete?: string }} FormField `name` is unique in its form
 */

/** @param {FormField} field */
function idOf(field) {
  return `f-${field.name.replace(/[^\w-]/g, '-')}`;
}

/** Attributes that say what else belongs to the field. @param {FormField} field */
function describing(field) {
  const id = idOf(field);
  const parts = [field.hint && `${id}-hint`, field.error && `${id}-error`].filter(Boolean).join(' ');
  return html`${parts && html`aria-describedby="${parts}"`} ${field.error && html`aria-invalid="true"`} ${field.required && html`aria-required="true"`} ${field.lang && html`lang="${field.lang}"`}`;
}

/** @param {FormField} field @param {import('../lib/html.js').Markup} control */
function framed(field, control) {
  const id = idOf(field);
  return html`
    <div class="field" data-key="field-${field.name}" ${field.error && html`data-invalid`}>
      <label for="${id}">${field.label}</label>
      ${field.hint && html`<p class="field-hint" id="${id}-hint">${field.hint}</p>`}
      <div class="field-control" data-key="control">${control}${field.suffix && html`<span class="field-suffix" aria-hidden="true">${field.suffix}</span>`}</div>
      ${field.error && html`<p class="field-error" id="${id}-error">${icon('warn', 20)}<span>${field.error}</span></p>`}
    </div>`;
}

/** One line. @param {FormField} field */
export function formField(field) {
  return framed(field, html`<input id="${idOf(field)}" name="${field.name}" type="${field.type || 'text'}" value="${field.value}" data-input="${field.act}" maxlength="${field.maxlength || 200}" autocomplete="${field.autocomplete || 'off'}" ${field.inputmode && html`inputmode="${field.inputmode}"`} ${describing(field)}>`);
}

/** Several lines. @param {FormField} field */
export function areaField(field) {
  return framed(field, html`<textarea id="${idOf(field)}" name="${field.name}" data-input="${field.act}" maxlength="${field.maxlength || 500}" rows="2" ${describing(field)}>${field.value}</textarea>`);
}

/** Says on top of a form that fields need another look; it takes the focus. @param {number} count of fields */
export function errorSummary(count) {
  return count > 0 && html`<p class="form-summary" role="alert" tabindex="-1">${icon('warn', 22)}<span>${t('staff.form.errors', { n: count })}</span></p>`;
}
