// @ts-check
// The menu tab's bar, its list of categories and its list of dishes, as markup only.

import { emptyPart } from '../components/page_part.js';
import { dishPicture } from '../lib/dish.js';
import { won } from '../lib/format.js';
import { html } from '../lib/html.js';
import { icon } from '../lib/assets.js';
import { nameOf, t } from '../lib/i18n.js';

/** @typedef {import('./staff_app.js').StaffApp} StaffApp @typedef {import('../lib/wire_types.js').MenuItem} MenuItem */
/** @typedef {import('../lib/wire_types.js').Category} Category @typedef {import('./menu_area.js').MenuShown} MenuShown */

/** @param {StaffApp} app @param {MenuShown} shown @param {boolean} open something stands on the right */
export function barView(app, shown, open) {
  const categories = shown.menu ? shown.menu.categories : [];
  const items = categories.reduce((/** @type {MenuItem[]} */ all, one) => all.concat(one.items), []);
  const sold_out = items.filter((item) => !item.available).length;
  const no_origin = items.filter((item) => !item.origin).length;
  return html`
    <div class="bar" data-key="bar" data-open="${String(open)}">
      <h1>${t('staff.tab.menu')}</h1>
      <p class="bar-words">${t('staff.menu.count', { n: items.length, sold_out })}</p>
      ${no_origin > 0 && html`<p class="tag" data-kind="warn">${icon('warn', 20)}${t('staff.menu.no_origin.count', { n: no_origin })}</p>`}
      <div class="bar-actions">
        <button type="button" class="button" data-kind="${shown.ordering ? 'strong' : 'plain'}" data-act="menu.ordering" aria-pressed="${String(shown.ordering)}">${t(shown.ordering ? 'staff.menu.order.done' : 'staff.menu.order')}</button>
        <button type="button" class="button" data-kind="main" data-act="menu.add" ${!categories.length && html`aria-disabled="true"`}>${icon('plus', 22, 3)}${t(categories.length ? 'staff.menu.add' : 'staff.menu.add.first')}</button>
      </div>
    </div>`;
}

/** Up and down for one entry. @param {StaffApp} app @param {string} act @param {{ id: number, name: string }} entry @param {boolean} first @param {boolean} last */
function moveButtons(app, act, entry, first, last) {
  const busy = app.busy.has('menu-order');
  return html`
    <span class="movers">
      <button type="button" class="button tool" data-kind="plain" data-act="${act}" data-id="${entry.id}" data-step="up" aria-disabled="${String(first || busy)}" aria-label="${t('staff.menu.up', { name: entry.name })}">${icon('up', 22)}</button>
      <button type="button" class="button tool" data-kind="plain" data-act="${act}" data-id="${entry.id}" data-step="down" aria-disabled="${String(last || busy)}" aria-label="${t('staff.menu.down', { name: entry.name })}">${icon('down', 22)}</button>
    </span>`;
}

/** @param {StaffApp} app @param {MenuShown} shown @param {Category | null} chosen */
export function categoriesView(app, shown, chosen) {
  const categories = shown.menu ? shown.menu.categories : [];
  return html`
    <ul>${categories.map((one, index) => html`<li data-key="category-${one.id}"><button type="button" class="category" data-act="menu.category" data-id="${one.id}" ${chosen && chosen.id === one.id && html`aria-current="true"`}><span>${nameOf(one).text}</span><span>${one.items.length}</span></button>${shown.ordering && moveButtons(app, 'menu.moveCategory', one, index === 0, index === categories.length - 1)}</li>`)}</ul>
    <button type="button" class="button" data-kind="soft" data-key="add" data-act="menu.addCategory">${icon('plus', 20, 3)}${t('staff.menu.category.add')}</button>`;
}

/** @param {StaffApp} app @param {MenuShown} shown @param {Category | null} chosen */
export function dishesView(app, shown, chosen) {
  if (!chosen) return emptyPart({ icon: 'menu', title: t('staff.menu.empty'), text: t('staff.menu.empty.next'), action: t('staff.menu.category.add'), act: 'menu.addCategory' });
  const place = shown.menu ? shown.menu.categories.indexOf(chosen) : 0;
  const last = chosen.items.length - 1;
  return html`
    <header class="pane-head" data-key="head"><h2>${nameOf(chosen).text}</h2><button type="button" class="button" data-kind="plain" data-act="menu.editCategory" data-id="${chosen.id}">${t('staff.menu.category.edit')}</button></header>
    <ul data-key="list-${chosen.id}">${chosen.items.map((item, index) => dishRow(app, item, place, shown.ordering && { first: index === 0, last: index === last }))}</ul>
    <div data-key="none">${!chosen.items.length && emptyPart({ icon: 'plate', title: t('staff.menu.category.empty'), action: t('staff.menu.add'), act: 'menu.add' })}</div>`;
}

/** @param {StaffApp} app @param {MenuItem} item @param {number} place @param {false | { first: boolean, last: boolean }} ordering */
function dishRow(app, item, place, ordering) {
  const open = app.state.open === String(item.id);
  return html`
    <li class="dish-row" data-key="dish-${item.id}" ${open && html`data-chosen`} ${!item.available && html`data-sold-out`}>
      <button type="button" class="dish-open" data-act="menu.edit" data-id="${item.id}" ${open && html`aria-current="true"`}>${dishPicture(item, place, 'line')}<span class="dish-words"><span class="name" lang="ko">${item.name}</span><span class="soft">${won(item.price)}${item.available && item.remaining !== null && html` · ${t('staff.menu.left', { n: item.remaining })}`}</span></span>
        ${!item.origin && html`<span class="tag" data-kind="warn">${icon('warn', 18)}${t('staff.menu.no_origin')}</span>`}</button>
      ${ordering
        ? moveButtons(app, 'menu.moveDish', item, ordering.first, ordering.last)
        : html`<button type="button" class="switch" role="switch" aria-checked="${String(item.available)}" data-act="menu.toggle" data-id="${item.id}" ${app.busy.has(`sold-${item.id}`) && html`aria-busy="true"`} aria-label="${t('staff.menu.switch', { name: item.name })}"><span class="switch-word">${t(item.available ? 'staff.menu.selling' : 'staff.menu.sold_out')}</span><span class="switch-track"></span></button>`}
    </li>`;
}

export function chooseView() {
  return emptyPart({ icon: 'plate', title: t('staff.menu.choose'), text: t('staff.menu.choose.next') });
}

/** @param {string} failure */
export function failureView(failure) {
  return html`<div class="pane pane-whole" data-key="failure">${emptyPart({ icon: 'wifi', title: t('staff.menu.failed'), text: failure, action: t('common.again'), act: 'menu.again' })}</div>`;
}

export function loadingView() {
  return html`<div class="loading bones" data-key="loading" aria-busy="true"><p class="unseen" role="status">${t('common.loading')}</p>${Array.from({ length: 8 }, () => html`<div class="bone row-bone"></div>`)}</div>`;
}
