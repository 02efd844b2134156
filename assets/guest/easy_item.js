// @ts-check
// The sheet of a dish on the easy page: one group of options at a time, each with its way on and back.
import { html } from '../lib/html.js';
import { icon } from '../lib/assets.js';
import { nameOf, t } from '../lib/i18n.js';
import { itemFoot, itemOptions } from './item_view.js';
import { missingGroup } from './menu_lookup.js';

/** @typedef {import('./page_state.js').PageState} PageState @typedef {import('../lib/wire_types.js').MenuItem} MenuItem */
/** @typedef {{ menu_id: number, option_ids: number[], quantity: number, step?: number }} ItemSheet */

/** The step that is shown, from 0. @param {MenuItem} item @param {ItemSheet} sheet */
function stepOf(item, { step = 0 }) {
  return Math.min(step, item.option_groups.length - 1);
}

/** Whether a dish is chosen in steps. @param {PageState} state @param {MenuItem} item */
export function hasSteps(state, item) {
  return state.easy && item.available && item.option_groups.length > 1;
}

/** @param {MenuItem} item @param {ItemSheet} sheet */
export function easyOptions(item, sheet) {
  const step = stepOf(item, sheet);
  return html`<p class="step-place soft" data-key="place">${t('guest.easy.step', { step: step + 1, of: item.option_groups.length })}</p>${itemOptions({ ...item, option_groups: [item.option_groups[step]] }, sheet.option_ids)}`;
}

/** @param {PageState} state @param {MenuItem} item @param {ItemSheet} sheet */
export function easyFoot(state, item, sheet) {
  const step = stepOf(item, sheet);
  const back = step > 0 && html`<button type="button" class="button step-back" data-kind="plain" data-act="item-step" data-step="${step - 1}">${icon('back', 30)}${t('guest.easy.back')}</button>`;
  if (step === item.option_groups.length - 1) return html`${back}${itemFoot(state, sheet)}`;
  const missing = missingGroup({ ...item, option_groups: [item.option_groups[step]] }, sheet.option_ids);
  return html`${back}${missing
    ? html`<button type="button" class="button item-add" data-kind="main" data-act="show-missing" data-id="${missing.id}" aria-disabled="true">${t('guest.option.missing', { name: nameOf(missing).text })}</button>`
    : html`<button type="button" class="button item-add" data-kind="main" data-act="item-step" data-step="${step + 1}">${t('guest.easy.next')}${icon('chev', 30)}</button>`}`;
}
