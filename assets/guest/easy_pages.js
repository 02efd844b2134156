// @ts-check
// The menu of the easy page: instead of one long list a few dishes at a time, and the way from page to page through all
// categories.
import { html } from '../lib/html.js';
import { icon } from '../lib/assets.js';
import { t } from '../lib/i18n.js';
import { filledCategories } from './menu_lookup.js';

/** @typedef {import('./page_state.js').PageState} PageState @typedef {import('../lib/wire_types.js').Category} Category */
/** @typedef {{ category: Category, page: number, of: number }} EasyPage  `page` counts from 0 within its category */

/** So many dishes stand on a page; larger letters and smaller screens leave room for fewer. @param {{ large: boolean }} state @param {boolean} compact */
export function dishesPerPage({ large }, compact) {
  return large || compact ? 4 : 6;
}

/** All pages of the menu in their order. @param {PageState['menu']} menu @param {number} size @returns {EasyPage[]} */
export function easyPages(menu, size) {
  return filledCategories(menu).flatMap((category) => {
    const of = Math.ceil(category.items.length / size);
    return Array.from({ length: of }, (_, page) => ({ category: { ...category, items: category.items.slice(page * size, (page + 1) * size) }, page, of }));
  });
}

/** Place of the page in view among all pages; a page that is gone gives way to the last of its category. @param {EasyPage[]} pages @param {PageState} state */
export function easyPlace(pages, { category, page }) {
  const own = pages.filter((one) => one.category.id === category);
  return own.length > 0 ? pages.indexOf(own[Math.min(page, own.length - 1)]) : 0;
}

/** The way on and back, around the place in the category. @param {EasyPage[]} pages @param {number} place */
export function pageSteps(pages, place) {
  const { page, of } = pages[place];
  const step = (/** @type {number} */ by) => {
    const to = pages[(place + by + pages.length) % pages.length];
    return html`<button type="button" class="page-step" data-act="easy-page" data-category="${to.category.id}" data-page-number="${to.page}">${by < 0 && icon('back', 34)}${t(by < 0 ? 'guest.easy.back' : 'guest.easy.next')}${by > 0 && icon('chev', 34)}</button>`;
  };
  return html`${step(-1)}<p class="page-place">${t('guest.easy.place', { page: page + 1, of })}</p>${step(1)}`;
}
