// @ts-check
// The sheet of one menu item: picture, words, origin, allergens, its option groups, quantity and the one button,
// which says what is still missing.
import { html } from '../lib/html.js';
import { icon } from '../lib/assets.js';
import { hasText, nameOf, t } from '../lib/i18n.js';
import { won, wonDelta } from '../lib/guest_format.js';
import { dishPicture } from '../lib/dish.js';
import { stepper } from './cart_view.js';
import { named } from './menu_view.js';
import { quantityMax } from './cart.js';
import { canBeHad, countIn, findItem, missingGroup, unitPrice } from './menu_lookup.js';

/** @typedef {import('./page_state.js').PageState} PageState @typedef {import('../lib/wire_types.js').MenuItem} MenuItem */
/** @typedef {import('../lib/wire_types.js').OptionGroup} OptionGroup @typedef {import('../lib/wire_types.js').MenuOption} MenuOption */

/** @param {MenuItem} item */
function allergens(item) {
  if (!item.allergens) return t('guest.item.allergens_unknown');
  if (item.allergens.length === 0) return t('guest.item.allergens_none');
  const names = item.allergens.map((code) => (hasText(`common.allergen.${code}`) ? t(`common.allergen.${code}`) : code));
  return t('guest.item.allergens', { names: names.join(', ') });
}

/** @param {MenuItem} item @param {number} place */
export function itemAbout(item, place) {
  const about = nameOf({ name: item.description || '', names: item.descriptions });
  const { text, lang } = nameOf(item);
  return html`<div class="item-about"><div class="item-picture">${dishPicture(item, place, 'sheet')}${!item.available && html`<span class="sold-out">${t('guest.sold_out')}</span>`}</div>
    <div class="item-words"><h2 lang="${lang}">${text}</h2>${lang !== 'ko' && html`<p class="item-korean" lang="ko">${item.name}</p>`}
    <p class="price item-price">${won(item.price)}</p>
    ${about.text && html`<p class="item-description" lang="${about.lang}">${about.text}</p>`}
    ${item.origin && html`<p class="item-origin" lang="ko">${item.origin}</p>`}
    <p class="item-allergens">${allergens(item)}</p>
    ${item.alcohol && html`<p class="item-note">${icon('id', 28)}${t('guest.item.adult')}</p>`}</div></div>`;
}

/** @param {OptionGroup} group @param {number} count  chosen */
function groupState(group, count) {
  if (count < group.min) return html`<span class="group-state" data-state="missing">${group.min === 1 ? t('guest.option.choose_one') : t('guest.option.choose_many', { n: group.min })}</span>`;
  if (group.min > 0) return html`<span class="group-state" data-state="done">${t('guest.option.chosen')}</span>`;
  return html`<span class="group-state" data-state="optional">${t('guest.option.up_to', { n: group.max })}</span>`;
}

/** @param {MenuOption} option @param {OptionGroup} group @param {number[]} option_ids */
function optionChoice(option, group, option_ids) {
  const chosen = option_ids.includes(option.id);
  const single = group.max === 1;
  const full = !single && !chosen && countIn(group, option_ids) >= group.max;
  const closed = !option.available || full;
  return html`<li data-key="${option.id}"><label class="choice" ${closed && html`data-closed`} ${chosen && html`data-chosen`}>
    <input type="${single && group.min === 1 ? 'radio' : 'checkbox'}" class="choice-input" name="group-${group.id}" value="${option.id}" data-act="option" data-id="${option.id}" ${chosen && html`checked`} ${!option.available && html`disabled`} ${full && html`aria-disabled="true"`}>
    <span class="choice-mark" data-shape="${single ? 'round' : 'square'}">${chosen && icon('check', 22, 3.4)}</span>${named(option, 'choice-name')}
    <span class="choice-end">${option.available ? wonDelta(option.price_delta) : t('guest.sold_out')}</span></label></li>`;
}

/** @param {MenuItem} item @param {number[]} option_ids */
export function itemOptions(item, option_ids) {
  return html`${item.option_groups.map((group) => html`<fieldset class="option-group" data-key="${group.id}" data-group="${group.id}">
    <legend>${named(group, 'group-title')} ${groupState(group, countIn(group, option_ids))}</legend>
    <ul class="choices">${group.options.map((option) => optionChoice(option, group, option_ids))}</ul></fieldset>`)}`;
}

/** @param {PageState} state @param {{ menu_id: number, option_ids: number[], quantity: number }} sheet */
export function itemFoot(state, sheet) {
  const found = findItem(state.menu, sheet.menu_id);
  if (!found) return html``;
  const { item } = found;
  const { text } = nameOf(item);
  if (!canBeHad(item, sheet.option_ids)) return html`<button type="button" class="button item-add" data-kind="main" aria-disabled="true">${t('guest.item.sold_out')}</button>`;
  const missing = missingGroup(item, sheet.option_ids);
  const max = quantityMax(state.cart, { menu_id: item.id, option_ids: [], quantity: 0, price: 0, name: '' }, state.menu);
  const add = missing
    ? html`<button type="button" class="button item-add" data-kind="main" data-act="show-missing" data-id="${missing.id}" aria-disabled="true">${t('guest.option.missing', { name: nameOf(missing).text })}</button>`
    : html`<button type="button" class="button item-add" data-kind="main" data-act="add-chosen" ${state.sending && html`aria-disabled="true"`}>${t('guest.item.add', { price: won(unitPrice(item, sheet.option_ids) * sheet.quantity) })}</button>`;
  return html`${stepper({ name: text, quantity: sheet.quantity, max })}${add}`;
}
