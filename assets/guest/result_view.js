// @ts-check
// The slip with the number of an order that went in a moment ago, and the seconds until it leaves by itself.
import { html } from '../lib/html.js';
import { dishPicture } from '../lib/dish.js';
import { won } from '../lib/guest_format.js';
import { t } from '../lib/i18n.js';
import { icon } from '../lib/assets.js';
import { findItem } from './menu_lookup.js';
import { slipSeconds } from './page_state.js';
import { soldName } from './sold_names.js';

/** @typedef {import('./page_state.js').PageState} PageState @typedef {import('../lib/wire_types.js').Order} Order */

const RING_RADIUS = 20;
/** Of each arc's share of the ring the rest is gap. */
const RING_DRAWN = 0.75;

/** A ring of arcs of which one fades each second, from the top clockwise, with the number in it. @param {number} left @param {number} all */
function countdown(left, all) {
  const share = (2 * Math.PI * RING_RADIUS) / all;
  const arcs = Array.from({ length: all }, (_, index) => html`<circle cx="24" cy="24" r="${RING_RADIUS}" stroke-dasharray="${share * RING_DRAWN} 999" stroke-dashoffset="${-share * (index + (1 - RING_DRAWN) / 2)}" ${index < all - left && html`data-gone`}></circle>`);
  return html`<span class="countdown" aria-hidden="true"><svg width="48" height="48" viewBox="0 0 48 48">${arcs}</svg><span>${left}</span></span>`;
}

/** @param {PageState} state @param {Order} order */
export function resultPage(state, order) {
  const { result_left, result_expected } = state;
  const seconds = slipSeconds(state);
  const line = (/** @type {import('../lib/wire_types.js').OrderItem} */ item) => {
    const found = findItem(state.menu, item.menu_id);
    const { text, lang } = soldName(item, state);
    return html`<li>${dishPicture(found ? found.item : { name: item.menu_name }, found ? found.place : 0, 'line')}<span lang="${lang}">${text}</span><b>${item.quantity}</b></li>`;
  };
  return html`<div class="result" data-key="${order.id}" ${result_left === 0 && html`data-stays`}>
    <section class="slip"><p class="slip-done">${icon('check', 34, 3)}${t('guest.result.done')}</p><h1 class="slip-number">${order.number}</h1>
      <div class="slip-rest"><ul class="slip-lines">${order.items.map(line)}</ul><p class="slip-total"><b>${t('common.total')}</b><span class="price total">${won(order.total)}</span></p>
        ${result_expected !== null && result_expected !== order.total && html`<p class="item-note">${icon('warn', 28)}${t('guest.result.repriced', { before: won(result_expected), after: won(order.total) })}</p>`}
        ${order.items.some((item) => item.identity_check === 'waiting') && html`<p class="item-note">${icon('id', 28)}${t('guest.item.adult')}</p>`}</div></section>
    <div class="result-side"><h2>${t('guest.result.thanks')}</h2><p class="soft">${t('guest.result.where')}</p>
      <button type="button" class="button result-go" data-kind="main" data-act="close-result"><span>${t('guest.result.go')}</span>${result_left > 0 && countdown(result_left, seconds)}</button>
      ${seconds > 0 && html`<button type="button" class="button" data-kind="plain" data-act="stay-here">${t('guest.result.stay')}</button>`}</div></div>`;
}
