// @ts-check
// Draws the whole guest page from its state: which part is shown, what stands in the sheet, and where the focus goes.
// It changes no state.
import { guessInches, hasCartColumn } from '../lib/display.js';
import { html, render } from '../lib/html.js';
import { icon } from '../lib/assets.js';
import { nameOf, otherLanguage, t } from '../lib/i18n.js';
import { emptyPart, fieldPart } from '../components/page_part.js';
import { callBody, callFoot } from './call_view.js';
import { bottomBar, cartColumn, cartFoot, cartHead, cartLines, refusalNotice, reviewBody, reviewFoot, sendingNotice } from './cart_view.js';
import { itemAbout, itemFoot, itemOptions } from './item_view.js';
import { loginPage, unreachablePage } from './login_view.js';
import { filledCategories, findItem } from './menu_lookup.js';
import { named, rail, renderMenu, searchResults } from './menu_view.js';
import { historyBody, historyFoot, historyHead } from './history_view.js';
import { resultPage } from './result_view.js';
import { splitBody, splitFoot, splitHead } from './split_view.js';
import { topBar } from './top_bar_view.js';

/** @typedef {import('../lib/html.js').Markup} Markup @typedef {import('./page_state.js').PageState} PageState @typedef {import('./page_state.js').Sheet} Sheet */
/** @typedef {{ now_ms: number, typed: { store: string, table_number: string }, inches: number | null }} Around */

/** A part of the page. @param {string} selector @returns {any} */
export const part = (selector) => document.querySelector(selector);

/** What stays reachable beside an open sheet or dialog. @returns {Element[]} */
export function keepReachable() {
  return [part('.top-bar')];
}

/** @type {Sheet | null} */
let drawn_sheet = null;
/** @type {number | null} */
let drawn_result = null;
/** The marked category; a rail that is longer than the screen follows it. @type {Element | null} */
let drawn_current = null;

/** @param {PageState} state @param {Around} around */
export function drawPage(state, around) {
  const in_menu = state.phase === 'menu' || (state.phase === 'starting' && state.menu !== null);
  const whole = state.result !== null || state.phase === 'login' || state.phase === 'unreachable';
  document.title = state.table ? t('guest.page_title_table', { n: state.table.number }) : t('guest.page_title');
  part('.top-bar').hidden = !in_menu;
  part('.menu-page').hidden = whole;
  part('.whole-page').hidden = !whole;
  if (in_menu) drawTopBar(state, around);
  render(part('.sending-notice'), sendingNotice(state));
  drawMenuPage(state);
  // A closing sheet gives the focus back; only then can what fills the page take it.
  drawSheet(state, around);
  drawWholePage(state, around);
}

/** The bar never runs out of the screen, whatever the language and the size of the text. @param {PageState} state @param {Around} around */
function drawTopBar(state, around) {
  const bar = part('.top-bar');
  render(bar, topBar(state, around.now_ms));
  for (const tight of ['', '0', '1', '2']) {
    if (tight === '') bar.removeAttribute('data-tight');
    else bar.setAttribute('data-tight', tight);
    if (bar.scrollWidth <= bar.clientWidth) return;
  }
}

/** @param {PageState} state */
function drawMenuPage(state) {
  const nav = part('.rail');
  nav.setAttribute('aria-label', t('guest.menu.categories'));
  render(nav, rail(state));
  const current = nav.querySelector('[aria-current]');
  if (current && current !== drawn_current) current.scrollIntoView({ block: 'nearest', inline: 'center' });
  drawn_current = current;
  const list = part('.menu-list');
  list.setAttribute('aria-label', t('guest.menu.label'));
  renderMenu(list, state);
  drawCart(part('.cart-column'), hasCartColumn() && cartColumn(state));
  drawCart(part('.bottom-bar'), !hasCartColumn() && bottomBar(state));
}

/** @param {any} place @param {false | Markup} shown */
function drawCart(place, shown) {
  place.setAttribute('aria-label', t('guest.cart.title'));
  place.hidden = !shown;
  render(place, shown || html``);
}

/** @param {PageState} state @param {Around} around */
function drawWholePage(state, around) {
  const page = part('.whole-page');
  if (state.phase === 'login') {
    render(page, loginPage(state, { ...around.typed, inches: around.inches === null ? guessInches() : around.inches }));
  } else if (state.phase === 'unreachable') {
    render(page, unreachablePage());
  } else if (state.result) {
    render(page, resultPage(state, state.result));
  } else {
    render(page, html``);
  }
  const result = state.result ? state.result.id : null;
  if (result !== drawn_result) {
    drawn_result = result;
    part(result === null ? '.menu-list' : '.result-go').focus({ preventScroll: true });
  }
}

/**
 * What a sheet shows: `head` is its label as a heading unless said otherwise, with `words` below.
 * @typedef {{ label: string, words?: string, head?: Markup, body: Markup, foot?: Markup, plain?: boolean }} SheetContent
 * @param {PageState} state @param {Sheet} sheet @param {Around} around @returns {SheetContent}
 */
function sheetContent(state, sheet, around) {
  switch (sheet.kind) {
    case 'item': {
      const found = findItem(state.menu, sheet.menu_id);
      if (!found) return { label: t('guest.item.gone'), head: html``, body: emptyPart({ icon: 'warn', title: t('guest.item.gone') }) };
      const { item, place } = found;
      return { label: nameOf(item).text, head: itemAbout(item, place), body: itemOptions(item, sheet.option_ids), foot: itemFoot(state, sheet), plain: item.option_groups.length === 0 };
    }
    case 'review':
      if (state.cart.lines.length === 0) return { label: t('guest.cart.title'), body: html`${refusalNotice(state)}${cartLines(state)}` };
      return { label: t('guest.review.title'), words: t('guest.review.where', { n: state.table ? state.table.number : '' }), body: reviewBody(state, !hasCartColumn()), foot: reviewFoot(state) };
    case 'cart':
      return { label: t('guest.cart.title'), head: html`<div class="cart-head">${cartHead(state)}</div>`, body: cartLines(state), foot: cartFoot(state) };
    case 'history':
      return { label: t('guest.history.title'), head: historyHead(state, sheet.by), body: historyBody(state, sheet), foot: historyFoot(state) };
    case 'split':
      return { label: t('guest.split.title'), head: splitHead(sheet), body: splitBody(state, sheet), foot: splitFoot(state) };
    case 'call':
      return { label: t('guest.call.title'), words: t('guest.call.text'), body: callBody(state, around.now_ms), foot: callFoot(state, around.now_ms) };
    case 'search':
      return { label: t('guest.search.title'), head: fieldPart({ id: 'search', name: 'search', type: 'search', label: t('guest.search.title'), value: state.search, autocomplete: 'off', maxlength: 50 }), body: html`<div aria-live="polite">${searchResults(state)}</div>` };
    default:
      return { label: t('guest.menu.categories'), body: categoriesBody(state), foot: looksFoot(state) };
  }
}

/** All categories as a list. @param {PageState} state */
function categoriesBody(state) {
  return html`<ul class="category-list">${filledCategories(state.menu).map((category) => html`<li><button type="button" class="category-button" data-act="category" data-id="${category.id}" ${category.id === state.category && html`aria-current="true"`}>${named(category, 'category-name')}<span class="soft">${t('guest.menu.kinds', { n: category.items.length })}</span></button></li>`)}</ul>`;
}

/** The look of the page, where the top bar has no room for it. @param {PageState} state */
function looksFoot(state) {
  const other = otherLanguage();
  return html`<div class="foot-acts">
    <button type="button" class="button" data-kind="plain" data-act="search">${icon('search', 28)}${t('guest.search.button')}</button>
    <button type="button" class="button" data-kind="plain" data-act="contrast" aria-pressed="${String(state.contrast)}">${icon('contrast', 28)}${t(state.contrast ? 'guest.display.normal_contrast' : 'guest.display.contrast')}</button>
    <button type="button" class="button" data-kind="plain" data-act="language" lang="${other.lang}">${icon('globe', 28)}${other.text}</button></div>`;
}

/** @param {PageState} state @param {Around} around */
function drawSheet(state, around) {
  const panel = /** @type {import('../components/sheet_panel.js').SheetPanel} */ (part('sheet-panel'));
  const { sheet } = state;
  const before = drawn_sheet;
  drawn_sheet = sheet;
  if (!sheet) {
    panel.close();
    return;
  }
  const content = sheetContent(state, sheet, around);
  panel.setAttribute('data-kind', sheet.kind);
  panel.toggleAttribute('data-plain', content.plain === true);
  panel.toggleAttribute('locked', state.sending === 'sending');
  render(panel.head, content.head || html`<h2>${content.label}</h2>${content.words && html`<p class="soft">${content.words}</p>`}`);
  render(panel.body, content.body);
  render(panel.foot, content.foot || html``);
  panel.open(content.label, keepReachable());
  if (!before || before.kind !== sheet.kind) panel.enter(sheet.kind === 'search' ? part('#search') : null);
}
