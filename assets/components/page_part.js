// @ts-check
// Small pieces of markup that every page shows alike: an empty place, an error with its one button, a banner, a field and
// the badge of an order's status.
// Only markup, no behaviour.
import { html } from '../lib/html.js';
import { icon } from '../lib/assets.js';
import { t } from '../lib/i18n.js';

/**
 * An empty place: icon, bold fact, one sentence, at most one button.
 * @param {{ icon: string, title: string, text?: string, action?: string, act?: string }} what  `act` goes to data-act
 */
export function emptyPart(what) {
  return html`<div class="empty">${icon(what.icon, 72, 1.6)}<p class="empty-title">${what.title}</p>${what.text && html`<p class="empty-text">${what.text}</p>`}
    ${what.action && html`<button type="button" class="button" data-kind="plain" data-act="${what.act}">${what.action}</button>`}</div>`;
}

/** @param {{ kind: 'wait' | 'act' | 'good', icon: string, title: string, text?: string, action?: string, act?: string }} what */
export function bannerPart(what) {
  return html`<div class="banner" data-kind="${what.kind}" role="${what.kind === 'act' ? 'alert' : 'status'}">${icon(what.icon, 30)}<p><strong>${what.title}</strong> ${what.text}</p>
    ${what.action && html`<button type="button" class="button" data-kind="plain" data-act="${what.act}">${what.action}</button>`}</div>`;
}

/**
 * A labelled field. `id` must be unique in the page; `error` is the sentence that stands below it.
 * @param {{ id: string, name: string, label: string, type?: string, value?: string | number | null, hint?: string, error?: string,
 *   required?: boolean, inputmode?: string, autocomplete?: string, maxlength?: number }} field
 */
export function fieldPart(field) {
  const described = [field.hint && `${field.id}-hint`, field.error && `${field.id}-error`].filter(Boolean).join(' ');
  return html`<div class="field" ${field.error && html`data-invalid`}>
    <label for="${field.id}">${field.label}</label>
    ${field.hint && html`<p class="field-hint" id="${field.id}-hint">${field.hint}</p>`}
    <input id="${field.id}" name="${field.name}" type="${field.type || 'text'}" value="${field.value ?? ''}" ${field.required && html`required`}
      ${field.inputmode && html`inputmode="${field.inputmode}"`} ${field.autocomplete && html`autocomplete="${field.autocomplete}"`} ${field.maxlength && html`maxlength="${field.maxlength}"`}
      ${described && html`aria-describedby="${described}"`} ${field.error && html`aria-invalid="true"`}>
    ${field.error && html`<p class="field-error" id="${field.id}-error">${icon('warn', 24)}<span>${field.error}</span></p>`}
  </div>`;
}

/** @type {Record<string, string>} */
const STATUS_ICONS = { pending: 'clock', preparing: 'pot', completed: 'check', cancelled: 'x' };

/** @param {string} status  pending, preparing, completed or cancelled */
export function statusBadge(status) {
  return html`<span class="badge" data-status="${status}">${icon(STATUS_ICONS[status] || 'clock', 24)}${t(`common.status.${status}`)}</span>`;
}
