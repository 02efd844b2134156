// @ts-check
// Draws the whole guest page from its state: which part is shown, what stands in the sheet, and where the focus goes.
// It changes no state.
import { guessInches, hasCartColumn } from '../lib/display.js';
import { html, render } from '../lib/html.js';
import { icon } from '../lib/assets.js';
import { guestTime } from '../lib/guest_format.js';
import { nameOf, t } from '../lib/i18n.js';
import { emptyPart, fieldPart } from '../components/page_part.js';
import { callBody, callFoot } from './call_view.js';
import { bottomBar, cartColumn, cartFoot, cartHead, cartLines, refusalNotice, reviewBody, reviewFoot, sendingNotice } from './cart_view.js';
import { displayBody, displayFoot, languageBody } from './display_view.js';
import { easyFoot, easyOptions, hasSteps } from './easy_item.js';
import { itemAbout, itemFoot, itemOptions } from './item_view.js';
import { outOfOrderPage, unreachablePage } from './locked_view.js';
import { rare } from './rare.js';
import { filledCategories, findItem } from './menu_lookup.js';
import { hasPhones, named, rail, renderMenu, searchResults } from './menu_view.js';
import { resultPage } from './result_view.js';
import { laidTable } from './start_table.js';
import { startPage } from './start_view.js';
import { topBar } from './top_bar_view.js';

/** @typedef {import('../lib/html.js').Markup} Markup @typedef {import('./page_state.js').PageState} PageState @typedef {import('./page_state.js').Sheet} Sheet */
/** @typedef {{ now_ms: number, typed: { store: string, table_number: string }, inches: number | null, version: string | null, heard_s: number | null }} Around */

/** A part of the page. @param {string} selector @returns {any} */
export const part = (selector) => document.querySelector(selector);

/** What stays reachable beside an open sheet or dialog. @returns {Element[]} */
export function keepReachable() {
  return [part('.top-bar')];
}

/** @type {Sheet | null} */
let drawn_sheet = null;
/** @type {number | 'start' | null} */
let drawn_result = null;
/** The marked category; a rail that is longer than the screen follows it. @type {Element | null} */
let drawn_current = null;

/** @param {PageState} state @param {Around} around */
export function drawPage(state, around) {
  const in_menu = state.phase === 'menu' || (state.phase === 'starting' && state.menu !== null);
  const at_start = in_menu && isAtStart(state);
  const whole = at_start || state.out_of_order || state.result !== null || state.phase === 'login' || state.phase === 'unreachable';
  document.title = state.table ? t('guest.page_title_table', { n: state.table.number }) : t('guest.page_title');
  // Empty it keeps its place, so that nothing moves when the menu comes.
  part('.top-bar').hidden = state.phase === 'login' || state.phase === 'unreachable';
  part('.menu-page').hidden = whole;
  part('.whole-page').hidden = !whole;
  part('.top-bar').toggleAttribute('data-start', at_start);
  render(part('.low-view'), state.low && in_menu ? laidTable(state, at_start ? state.turn : 0) : html``);
  part('.top-bar').toggleAttribute('data-locked', state.out_of_order);
  if (in_menu) drawTopBar(state, around);
  render(part('.sending-notice'), sendingNotice(state));
  drawMenuPage(state);
  // A closing sheet gives the focus back; only then can what fills the page take it.
  drawSheet(state, around);
  drawWholePage(state, around);
}

/** A result is shown before anything else. @param {PageState} state */
function isAtStart(state) {
  return state.at_start && !state.out_of_order && state.result === null && state.phase !== 'login' && state.phase !== 'unreachable';
}

/** What the bar was fitted for: measuring it at every touch would lay out the page anew. */
let fitted_bar = '';

/** The bar never runs out of the screen, whatever the language and the size of the text. @param {PageState} state @param {Around} around */
function drawTopBar(state, around) {
  const bar = part('.top-bar');
  const markup = topBar(state, around.now_ms);
  const fit = `${markup} ${window.innerWidth} ${JSON.stringify([{ ...document.documentElement.dataset }, { ...bar.dataset, tight: '' }])}`;
  if (fit === fitted_bar) return;
  fitted_bar = fit;
  render(bar, markup);
  for (const tight of ['', '0', '1', '2', '3', '4']) {
    if (tight === '') bar.removeAttribute('data-tight');
    else bar.setAttribute('data-tight', tight);
    // A shop's name is shown whole or not at all.
    if ([bar, ...bar.querySelectorAll('.shop-name')].every((one) => one.scrollWidth <= one.clientWidth)) return;
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

/** Whether something is to be drawn that is loaded only then. @param {PageState} state */
export const needsRare = (state) => state.phase === 'login' || (state.sheet !== null && ['history', 'split', 'phone', 'gate', 'operator', 'screen'].includes(state.sheet.kind));

/** @param {Around} around */
const inchesOf = (around) => (around.inches === null ? guessInches() : around.inches);

/** @param {PageState} state @param {Around} around */
function drawWholePage(state, around) {
  const page = part('.whole-page');
  if (state.phase === 'login') {
    render(page, rare.parts ? rare.parts.doorPage(state, { ...around.typed, inches: inchesOf(around) }) : html``);
  } else if (state.phase === 'unreachable') {
    render(page, unreachablePage());
  } else if (state.out_of_order) {
    render(page, outOfOrderPage());
  } else if (state.result) {
    render(page, resultPage(state, state.result));
  } else if (isAtStart(state)) {
    render(page, startPage(state, guestTime(new Date().toISOString())));
  } else {
    render(page, html``);
  }
  // One place for the focus on each of them.
  const result = state.result ? state.result.id : isAtStart(state) ? 'start' : null;
  if (result !== drawn_result) {
    drawn_result = result;
    const first = part(result === null ? '.menu-list' : result === 'start' ? '.start-go' : '.result-go');
    if (first) first.focus({ preventScroll: true });
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
      return { label: nameOf(item).text, head: itemAbout(item, place), body: hasSteps(state, item) ? easyOptions(item, sheet) : itemOptions(item, sheet.option_ids), foot: hasSteps(state, item) ? easyFoot(state, item, sheet) : itemFoot(state, sheet), plain: item.option_groups.length === 0 };
    }
    case 'review':
      if (state.cart.lines.length === 0) return { label: t('guest.cart.title'), body: html`${refusalNotice(state)}${cartLines(state)}` };
      return { label: t('guest.review.title'), words: t('guest.review.where', { n: state.table ? state.table.number : '' }), body: reviewBody(state, !hasCartColumn()), foot: reviewFoot(state) };
    case 'cart':
      return { label: t('guest.cart.title'), head: html`<div class="cart-head">${cartHead(state)}</div>`, body: cartLines(state), foot: cartFoot(state) };
    case 'history':
    case 'split':
    case 'phone':
    case 'gate':
    case 'operator':
    case 'screen':
      return rare.parts ? rare.parts.rareSheet(state, sheet, around, inchesOf(around)) : { label: t('common.loading'), body: html`<p class="loading">${t('common.loading')}</p>` };
    case 'call':
      return { label: t('guest.call.title'), words: t('guest.call.text'), body: callBody(state, around.now_ms), foot: callFoot(state, around.now_ms) };
    case 'search':
      return { label: t('guest.search.title'), head: fieldPart({ id: 'search', name: 'search', type: 'search', label: t('guest.search.title'), value: state.search, autocomplete: 'off', maxlength: 50 }), body: html`<div aria-live="polite">${searchResults(state)}</div>` };
    case 'display':
      return { label: t('guest.display.title'), body: displayBody(state), foot: displayFoot(state) };
    case 'language':
      return { label: t('guest.language'), body: languageBody(state) };
    default:
      return { label: t('guest.menu.categories'), body: categoriesBody(state), foot: searchFoot(state) };
  }
}

/** All categories as a list. @param {PageState} state */
function categoriesBody(state) {
  return html`<ul class="category-list">${filledCategories(state.menu).map((category) => html`<li><button type="button" class="category-button" data-act="category" data-id="${category.id}" ${category.id === state.category && html`aria-current="true"`}>${named(category, 'category-name')}<span class="soft">${t('guest.menu.kinds', { n: category.items.length })}</span></button></li>`)}</ul>`;
}

/** What the rail has no room for: the search, and the way in for phones. @param {PageState} state */
function searchFoot(state) {
  return html`<div class="foot-acts search-foot"><button type="button" class="button" data-kind="plain" data-act="search">${icon('search', 28)}${t('guest.search.button')}</button>
    ${hasPhones(state) && html`<button type="button" class="button" data-kind="plain" data-act="phone">${icon('phone', 28)}${t('guest.phone.button')}</button>`}</div>`;
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
