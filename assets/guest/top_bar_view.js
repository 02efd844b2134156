// @ts-check
// The bar at the top of every screen: whose table it is, how the page looks, the own orders, and the staff call, last and
// always there.
import { html } from '../lib/html.js';
import { icon } from '../lib/assets.js';
import { t } from '../lib/i18n.js';
import { callState } from './call_view.js';
import { LANGUAGE_NAMES } from './modes.js';

/** @typedef {import('./page_state.js').PageState} PageState */

/** "7번 테이블" with the number large; the words around it may give way where there is no room. @param {number} number */
export function tableName(number) {
  const [before, after] = t('guest.table.name', { number: '#' }).split('#');
  const [unit, ...more] = after.split(' ');
  return html`<h1 class="table-name">${before && html`<span class="table-word">${before}</span>`} <b>${number}</b> ${unit && html`<span class="table-word">${unit}</span>`}${more.length > 0 && html`<span class="table-more"> ${more.join(' ')}</span>`}</h1>`;
}

/** A word that those can read who look for it. @param {string} code */
function languageWord(code) {
  return code === 'ko' ? html`<span class="top-word" lang="en">Language</span><span class="unseen"> ${t('guest.language')}</span>` : html`<span class="top-word">${LANGUAGE_NAMES[code]}</span><span class="unseen"> ${t('guest.language')}</span>`;
}

/** @param {PageState} state @param {number} now_ms */
export function topBar(state, now_ms) {
  const orders = state.live ? state.live.orders.length : 0;
  const called = callState(state, null, now_ms) !== 'none';
  const large = t(state.large ? 'guest.display.normal_text' : 'guest.display.large_text');
  return html`
    ${state.table && tableName(state.table.number)}
    ${state.store && !state.at_start && html`<p class="shop-name" lang="ko">${state.store.name}</p>`}
    <div class="top-acts">
      <button type="button" class="top-button" data-look="quiet" data-act="contrast" aria-pressed="${String(state.contrast)}" aria-label="${t('guest.display.contrast')}">${icon('contrast', 30)}${state.at_start && html`<span class="top-word">${t('guest.display.contrast')}</span>`}</button>
      <button type="button" class="top-button" data-look="quiet" data-act="large" aria-pressed="${String(state.large)}" aria-label="${large}">${icon('size', 30)}<span class="top-word">${large}</span></button>
      <button type="button" class="top-button" data-look="quiet" data-act="display" aria-label="${t('guest.display.title')}">${icon('sliders', 30)}</button>
      ${!state.at_start && html`<button type="button" class="top-button" data-look="quiet" data-act="language">${icon('globe', 28)}${languageWord(state.language)}</button>`}
      ${(!state.at_start || orders > 0) && html`<button type="button" class="top-button" data-look="outlined" data-act="history">${icon('receipt', 28)}<span class="top-word top-word-long">${t('guest.history.title')}</span>${orders > 0 && html`<span class="count">${orders}<span class="unseen">${t('guest.history.count')}</span></span>`}</button>`}
      <button type="button" class="top-button" data-look="strong" data-act="call" aria-label="${t('guest.call.button')}">${icon(called ? 'check' : 'bell', 28)}<span class="top-word-long">${t('guest.call.button')}</span><span class="top-word-short">${t('guest.call.button_short')}</span></button>
    </div>`;
}
