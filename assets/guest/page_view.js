// @ts-check
// Draws the whole guest page from its state: which part is shown, what stands in the sheet, and where the focus goes.
// It changes no state.
import { html, render } from '../lib/html.js';
import { icon } from '../lib/icons.js';
import { nameOf, otherLanguage, t } from '../lib/i18n.js';
import { emptyPart, fieldPart } from '../components/page_part.js';
import { callBody, callFoot } from './call_view.js';
import { bottomBar, cartColumn, cartFoot, cartHead, cartLines, reviewBody, reviewFoot, sendingNotice } from './cart_view.js';
import { guessInches, hasCartColumn } from './display.js';
import { itemAbout, itemFoot, itemOptions } from './item_view.js';
import { loginPage, unreachablePage } from './login_view.js';
import { findItem } from './menu_lookup.js';
import { rail, renderMenu, searchResults } from './menu_view.js';
import { historyBody, historyFoot, historyHead, resultPage } from './orders_view.js';
import { topBar } from './top_bar_view.js';

/** @typedef {import('./page_state.js').PageState} PageState @typedef {import('./page_state.js').Sheet} Sheet */
/** @typedef {{ now_ms: number, typed: { store: string, table_number: string }, inches: number | null }} Around */

/** @param {string} selector @returns {any} */
const part = (selector) => document.querySelector(selector);

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
  const column = part('.cart-column');
  column.setAttribute('aria-label', t('guest.cart.title'));
  const in_column = hasCartColumn();
  column.hidden = !in_column;
  part('.bottom-bar').hidden = in_column;
  part('.bottom-bar').setAttribute('aria-label', t('guest.cart.title'));
  render(column, in_column ? cartColumn(state) : html``);
  render(part('.bottom-bar'), in_column ? html`` : bottomBar(state));
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
    if (result !== null) startResult();
    else part('.menu-list').focus({ preventScroll: true });
  }
}

function startResult() {
  const ring = part('countdown-ring');
  part('.result-go').focus();
  if (ring) ring.start();
}

/**
 * What a sheet shows.
 * @param {PageState} state @param {Sheet} sheet @param {Around} around
 */
function sheetContent(state, sheet, around) {
  const none = html``;
  switch (sheet.kind) {
    case 'item': {
      const found = findItem(state.menu, sheet.menu_id);
      if (!found) return { label: t('guest.item.gone'), head: none, body: emptyPart({ icon: 'warn', title: t('guest.item.gone') }), foot: none };
      const { item, place } = found;
      return { label: nameOf(item).text, head: itemAbout(item, place), body: itemOptions(item, sheet.option_ids), foot: itemFoot(state, sheet), plain: item.option_groups.length === 0 };
    }
    case 'review':
      if (state.cart.lines.length === 0) return { label: t('guest.cart.title'), head: html`<h2>${t('guest.cart.title')}</h2>`, body: html`${state.refusal && state.refusal.kind !== 'sold_out' && html`<p class="foot-question" role="alert">${icon('warn', 30)}${t(`guest.refused.${state.refusal.kind}`)}</p>`}${cartLines(state)}`, foot: none };
      return { label: t('guest.review.title'), head: html`<h2>${t('guest.review.title')}</h2><p class="soft">${t('guest.review.where', { n: state.table ? state.table.number : '' })}</p>`, body: reviewBody(state, !hasCartColumn()), foot: reviewFoot(state) };
    case 'cart':
      return { label: t('guest.cart.title'), head: html`<div class="cart-head">${cartHead(state)}</div>`, body: cartLines(state), foot: cartFoot(state) };
    case 'history':
      return { label: t('guest.history.title'), head: historyHead(state, sheet.by), body: historyBody(state, sheet.by), foot: historyFoot(state) };
    case 'call':
      return { label: t('guest.call.title'), head: html`<h2>${t('guest.call.title')}</h2><p class="soft">${t('guest.call.text')}</p>`, body: callBody(state, around.now_ms), foot: callFoot(state, around.now_ms) };
    case 'search':
      return { label: t('guest.search.title'), head: html`${fieldPart({ id: 'search', name: 'search', type: 'search', label: t('guest.search.title'), value: state.search, autocomplete: 'off', maxlength: 50 })}`, body: html`<div aria-live="polite">${searchResults(state)}</div>`, foot: none };
    default:
      return categoriesContent(state);
  }
}

/** All categories as a list, and the look of the page where the top bar has no room for it. @param {PageState} state */
function categoriesContent(state) {
  const categories = state.menu ? state.menu.categories.filter((category) => category.items.length > 0) : [];
  const other = otherLanguage();
  const list = html`<ul class="category-list">${categories.map((category) => html`<li><button type="button" class="category-button" data-act="category" data-id="${category.id}" ${category.id === state.category && html`aria-current="true"`}><span lang="${nameOf(category).lang}">${nameOf(category).text}</span><span class="soft">${t('guest.menu.kinds', { n: category.items.length })}</span></button></li>`)}</ul>`;
  const looks = html`<div class="foot-acts">
    <button type="button" class="button" data-kind="plain" data-act="search">${icon('search', 28)}${t('guest.search.button')}</button>
    <button type="button" class="button" data-kind="plain" data-act="contrast" aria-pressed="${String(state.contrast)}">${icon('contrast', 28)}${t(state.contrast ? 'guest.display.normal_contrast' : 'guest.display.contrast')}</button>
    <button type="button" class="button" data-kind="plain" data-act="language" lang="${other.lang}">${icon('globe', 28)}${other.text}</button></div>`;
  return { label: t('guest.menu.categories'), head: html`<h2>${t('guest.menu.categories')}</h2>`, body: list, foot: looks };
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
  panel.toggleAttribute('data-plain', 'plain' in content && content.plain === true);
  panel.toggleAttribute('locked', state.sending === 'sending');
  render(panel.head, content.head);
  render(panel.body, content.body);
  render(panel.foot, content.foot);
  panel.open(content.label, keepReachable());
  if (!before || before.kind !== sheet.kind) panel.enter(sheet.kind === 'search' ? part('#search') : null);
}
