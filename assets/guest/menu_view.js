// @ts-check
// The menu: rail of categories, cards by category (or, on the easy page, a few at a time), and the shapes and words while
// there is none.
import { isCompact } from '../lib/display.js';
import { html, render, updateList } from '../lib/html.js';
import { icon } from '../lib/assets.js';
import { dishPicture } from '../lib/dish.js';
import { hasText, nameOf, t } from '../lib/i18n.js';
import { won } from '../lib/guest_format.js';
import { emptyPart } from '../components/page_part.js';
import { countOfItem } from './cart.js';
import { dishesPerPage, easyPages, easyPlace, pageSteps } from './easy_pages.js';
import { drawGroups, leaveGroups } from './menu_groups.js';
import { filledCategories, mustChoose } from './menu_lookup.js';
import { findDishes } from './search.js';

/** @typedef {import('./page_state.js').PageState} PageState @typedef {import('../lib/wire_types.js').MenuItem} MenuItem */

/** From this many down the card says how many are left. */
const FEW_LEFT = 5;

/** A name in its own language, for titles and buttons. @param {{ name: string, names?: any }} thing @param {string} kind */
export function named(thing, kind) {
  const { text, lang } = nameOf(thing);
  return html`<span class="${kind}" lang="${lang}">${text}</span>`;
}

/** @type {Record<string, string>} */
const BADGE_ICONS = { popular: 'fire', recommended: 'star' };

/** The one tag a card may carry: few left > adults > spicy > suggested. @param {MenuItem} item */
function tagOf(item) {
  if (item.remaining !== null && item.remaining > 0 && item.remaining <= FEW_LEFT) return { icons: ['warn'], word: t('guest.badge.remaining', { n: item.remaining }) };
  if (item.alcohol) return { icons: ['id'], word: t('guest.badge.adult') };
  const spicy = item.badges.find((badge) => /^spicy[123]$/.test(badge));
  if (spicy) return { icons: Array(Number(spicy.slice(-1))).fill('chilli'), word: t('guest.badge.spicy') };
  const badge = item.badges[0];
  if (!badge) return null;
  const key = `guest.badge.${badge}`;
  return { icons: BADGE_ICONS[badge] ? [BADGE_ICONS[badge]] : [], word: hasText(key) ? t(key) : badge };
}

/** @param {MenuItem} item @param {number} count  in the cart */
function overPicture(item, count) {
  const tag = tagOf(item);
  return html`${item.available && tag && html`<span class="tag">${tag.icons.map((name) => icon(name, 24))}${tag.word}</span>`}
    ${count > 0 && html`<span class="card-count">${icon('check', 24, 3)}${count}<span class="unseen"> ${t('guest.card.in_cart')}</span></span>`}
    ${!item.available && html`<span class="sold-out">${t('guest.sold_out')}</span>`}`;
}

/**
 * Everything a card shows, so that it is made anew only when one of these is another.
 * @typedef {{ item: MenuItem, place: number, count: number, added: boolean, language: string }} CardContent
 * @param {CardContent} content  `place` of the category, `count` in the cart, `added` a moment ago
 */
function card({ item, place, count, added }) {
  const { text, lang } = nameOf(item);
  const choose = mustChoose(item);
  return html`<li class="card" ${!item.available && html`data-sold-out`}>
    <button type="button" class="card-open" data-act="open-item" data-id="${item.id}">
      <span class="card-picture">${dishPicture(item, place, 'card')}${overPicture(item, count)}</span>
      <span class="card-words"><span class="name card-name" lang="${lang}">${text}</span>${lang !== 'ko' && html`<span class="card-korean" lang="ko">${item.name}</span>`}${item.origin && html`<span class="card-origin" lang="ko">${item.origin}</span>`}</span>
      <span class="price card-price">${won(item.price)}</span>
    </button>
    ${item.available && html`<button type="button" class="card-add" data-act="add-item" data-id="${item.id}" ${choose && html`data-choose`} ${added && html`data-added`} aria-label="${t(choose ? 'guest.card.choose' : 'guest.card.add', { name: text })}">${icon(added ? 'check' : 'plus', 30, 3)}</button>`}
  </li>`;
}

/** The cards as they were made, by dish. @type {Map<number, { content: CardContent, markup: import('../lib/html.js').Markup }>} */
const cards_made = new Map();

/**
 * The cards of a category; gives how many had to be made.
 * @param {Element} host @param {import('../lib/wire_types.js').Category} category @param {number} place @param {PageState} state
 */
function drawCards(host, category, place, state) {
  let made = 0;
  const markup = (/** @type {MenuItem} */ item) => {
    /** @type {CardContent} */
    const content = { item, place, count: countOfItem(state.cart, item.id), added: state.added === item.id, language: state.language };
    const before = cards_made.get(item.id);
    if (before && Object.keys(content).every((name) => /** @type {any} */ (content)[name] === /** @type {any} */ (before.content)[name])) return before.markup;
    made += 1;
    const markup = card(content);
    cards_made.set(item.id, { content, markup });
    return markup;
  };
  updateList(host, category.items, { key: (item) => item.id, markup });
  return made;
}

/** @param {Element} host @param {PageState} state */
export function renderMenu(host, state) {
  const { menu } = state;
  const all = filledCategories(menu);
  if (all.length === 0) leaveGroups();
  if (!menu) {
    render(host, state.menu_failed ? emptyPart({ icon: 'wifi', title: t('guest.menu.failed'), text: t('guest.menu.failed_next'), action: t('guest.menu.again'), act: 'load-menu' }) : bones());
    return;
  }
  if (all.length === 0) {
    render(host, emptyPart({ icon: 'menu', title: t('guest.menu.empty'), text: t('guest.menu.empty_next') }));
    return;
  }
  if (!host.querySelector('.menu-groups')) render(host, html`<div class="menu-groups" data-key="groups" data-own></div><nav class="page-steps" data-key="steps" data-own></nav>`);
  const [list, steps] = Array.from(host.children);
  const pages = state.easy ? easyPages(menu, dishesPerPage(state, isCompact())) : [];
  const place = easyPlace(pages, state);
  const groups = state.easy ? [pages[place].category] : all;
  steps.setAttribute('aria-label', t('guest.easy.pages'));
  render(steps, state.easy ? pageSteps(pages, place) : html``);
  updateList(list, groups, {
    key: (category) => category.id,
    markup: (category) => html`<section class="menu-group" data-category="${category.id}"><h2>${named(category, 'group-name')} <span class="soft group-count">${t('guest.menu.kinds', { n: countIn(all, category) })}</span></h2><ul class="cards" data-own></ul></section>`,
  });
  const ground = (/** @type {{ id: number }} */ category) => menu.categories.findIndex(({ id }) => id === category.id);
  const draw = (/** @type {Element} */ group, /** @type {number} */ index) => drawCards(/** @type {Element} */ (group.querySelector('.cards')), groups[index], ground(groups[index]), state);
  drawGroups(list, draw, `${menu.version} ${state.language} ${state.easy && place}`);
}

/** Dishes of a category, of which a page shows only some. @param {import('../lib/wire_types.js').Category[]} all @param {{ id: number }} category */
function countIn(all, category) {
  return all.filter(({ id }) => id === category.id).reduce((sum, { items }) => sum + items.length, 0);
}

/** The shapes of cards that are still on their way. */
function bones() {
  const one = html`<li class="card bone-card"><span class="bone bone-picture"></span><span class="bone bone-line"></span><span class="bone bone-line bone-short"></span></li>`;
  return html`<div class="menu-group loading" data-key="bones" aria-hidden="true"><p class="bone bone-title"></p><ul class="cards">${Array(6).fill(one)}</ul></div><p class="unseen" role="status">${t('common.loading')}</p>`;
}

/** Whether guests may order by their own phones; one that does needs no link to itself. @param {PageState} state */
export const hasPhones = (state) => state.guest_page.phones !== 'off' && !state.phone;

/** @param {PageState} state */
export function rail(state) {
  const categories = filledCategories(state.menu);
  if (categories.length === 0) return html``;
  const current = Math.max(0, categories.findIndex((category) => category.id === state.category));
  const step = (/** @type {number} */ by, /** @type {string} */ name, /** @type {string} */ label) => html`<button type="button" class="rail-step" data-act="category" data-id="${categories[(current + by + categories.length) % categories.length].id}" aria-label="${label}">${icon(name, 34)}</button>`;
  return html`
    <button type="button" class="rail-all" data-act="categories" aria-label="${t('guest.menu.all')}">${icon('menu', 30)}</button>
    <button type="button" class="rail-search" data-act="search">${icon('search', 28)}${t('guest.search.button')}</button>
    ${hasPhones(state) && html`<button type="button" class="rail-search rail-phone" data-act="phone">${icon('phone', 28)}${t('guest.phone.button')}</button>`}
    <ul class="rail-list">${categories.map((category, index) => html`<li><button type="button" class="rail-item" data-act="category" data-id="${category.id}" ${index === current && html`aria-current="true"`}>${named(category, 'rail-name')}</button></li>`)}</ul>
    <div class="rail-bar">${step(-1, 'back', t('guest.menu.previous'))}<button type="button" class="rail-current" data-act="categories">${named(categories[current], 'rail-name')}${icon('down', 34)}</button>${step(1, 'chev', t('guest.menu.next'))}</div>`;
}

/** What search found, as lines that open the item. @param {PageState} state */
export function searchResults(state) {
  if (!state.menu || state.search.trim() === '') return html``;
  const hits = findDishes(state.menu, state.search);
  if (hits.length === 0) return emptyPart({ icon: 'search', title: t('guest.search.none', { words: state.search.trim() }), text: t('guest.search.none_next') });
  return html`<ul class="lines">${hits.map(({ item, place }) => html`<li data-key="${item.id}"><button type="button" class="line-open" data-act="open-item" data-id="${item.id}">${dishPicture(item, place, 'line')}${named(item, 'name')}<span class="line-end">${item.available ? html`<span class="price">${won(item.price)}</span>` : t('guest.sold_out')}</span></button></li>`)}</ul>`;
}
