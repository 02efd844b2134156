// @ts-check
// Fields of the staff page's forms: label above, what is wrong below, every key typed given to an act; and the frame all
// forms stand in. Markup only.

import { html } from '../lib/html.js';
import { icon } from '../lib/assets.js';
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
function errorSummary(count) {
  return count > 0 && html`<p class="form-summary" role="alert" tabindex="-1">${icon('warn', 22)}<span>${t('staff.form.errors', { n: count })}</span></p>`;
}

/**
 * Title and way out on top, the buttons at the foot. `area` is the area whose acts `save`, `leave` and `remove` are;
 * without `remove` there is nothing to delete.
 * @param {{ key: string, area: string, save: string, remove?: string | false, title: string, errors: Record<string, string>, busy: boolean }} form
 * @param {import('../lib/html.js').Markup} fields
 */
export function formFrame(form, fields) {
  return html`
    <form class="form" data-key="${form.key}" data-submit="${form.area}.${form.save}" novalidate>
      <div class="form-body">
        <header class="form-head" data-key="head"><h2>${form.title}</h2><button type="button" class="button tool" data-kind="plain" data-act="${form.area}.leave" aria-label="${t('common.close')}">${icon('x', 22)}</button></header>
        <div data-key="summary">${errorSummary(Object.keys(form.errors).length)}</div>
        ${fields}
      </div>
      <footer class="form-foot" data-key="foot">
        ${form.remove && html`<button type="button" class="button" data-kind="danger" data-act="${form.area}.${form.remove}">${t('staff.delete.yes')}</button>`}
        <button type="button" class="button" data-kind="plain" data-act="${form.area}.leave">${t('staff.stop')}</button>
        <button class="button" data-kind="main" ${form.busy && html`aria-busy="true"`}>${t('staff.save')}</button>
      </footer>
    </form>`;
}

/** The name in every other language. @param {Record<string, string>} names @param {string} act @param {number} maxlength @param {Record<string, string>} [errors] */
export function namesFields(names, act, maxlength, errors = {}) {
  return html`<fieldset data-key="names"><legend>${t('staff.menu.names')}</legend>${Object.keys(names).map((code) => formField({ name: `names/${code}`, label: t(`staff.language.${code}`), value: names[code], error: errors[`names.${code}`], act, maxlength, lang: code }))}</fieldset>`;
}
