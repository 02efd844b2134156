// @ts-check
// Orders that went in: the slip with the number right after, and all orders of the running visit, by round with their live
// status or summed up by dish, and what they come to.
import { html } from '../lib/html.js';
import { dishPicture } from '../lib/dish.js';
import { guestTime, won } from '../lib/guest_format.js';
import { hasText, nameOf, t } from '../lib/i18n.js';
import { icon } from '../lib/assets.js';
import { emptyPart, statusBadge } from '../components/page_part.js';
import { findItem } from './menu_lookup.js';
import { RESULT_SECONDS } from './page_state.js';

/** @typedef {import('./page_state.js').PageState} PageState @typedef {import('../lib/wire_types.js').Order} Order */

/** An order's line keeps its Korean name as sold; the menu may know a translation. @param {import('../lib/wire_types.js').OrderItem} item @param {PageState} state */
function soldName(item, state) {
  const found = findItem(state.menu, item.menu_id);
  return found && found.item.name === item.menu_name ? nameOf(found.item) : { text: item.menu_name, lang: 'ko' };
}

/** The options as chosen, in the guest's language where the menu still has them. @param {import('../lib/wire_types.js').OrderItem} item @param {PageState} state */
function soldOptions(item, state) {
  const found = findItem(state.menu, item.menu_id);
  const known = found ? found.item.option_groups.flatMap((group) => group.options) : [];
  return item.options.map((option) => nameOf(known.find((one) => one.id === option.id && one.name === option.name) || option).text).join(', ');
}

/** @param {number} round  from 1 */
function roundName(round) {
  return hasText(`guest.history.round.${round}`) ? t(`guest.history.round.${round}`) : t('guest.history.round', { n: round });
}

/** Reasons that staff's page offers and that have words for guests; the rest is shown as staff wrote it. @type {Record<string, string>} */
const KNOWN_REASONS = { '재료 소진': 'ran_out', 'Ran out': 'ran_out', '손님 요청': 'asked', 'Guest asked': 'asked', '잘못 주문': 'plain', 'Ordered by mistake': 'plain' };

/** @param {Order} order */
function cancelWords(order) {
  const reason = (order.cancel_reason || '').trim();
  if (reason !== '' && !KNOWN_REASONS[reason]) return t('guest.history.cancelled_reason', { reason });
  return t(`guest.history.cancelled_${KNOWN_REASONS[reason] || 'plain'}`);
}

/** @param {Order} order @param {number} round @param {PageState} state */
function orderBlock(order, round, state) {
  return html`<li class="order" data-key="${order.id}" data-status="${order.status}">
    <div class="order-head">${statusBadge(order.status)}<h3>${roundName(round)}</h3><p class="order-place">${order.number} · ${guestTime(order.created_at)}</p></div>
    ${order.status === 'cancelled' && html`<p class="order-reason">${cancelWords(order)}</p>`}
    <ul>${order.items.map((item) => soldLine(item.id, { name: soldName(item, state), options: soldOptions(item, state), quantity: item.quantity, total: item.subtotal }))}</ul></li>`;
}

/** @typedef {{ name: { text: string, lang: string }, options: string, quantity: number, total: number }} Sold */

/** @param {string | number} key @param {Sold} sold */
function soldLine(key, { name, options, quantity, total }) {
  return html`<li class="order-item" data-key="${key}"><span class="order-item-name"><span lang="${name.lang}">${name.text}</span> ${t('common.count', { n: quantity })}${options && html`<span class="order-options">${options}</span>`}</span><span class="price">${won(total)}</span></li>`;
}

/** @param {PageState} state @param {Order[]} orders */
function summed(state, orders) {
  /** @type {Map<string, Sold>} */
  const sums = new Map();
  for (const order of orders) {
    if (order.status === 'cancelled') continue;
    for (const item of order.items) {
      const options = soldOptions(item, state);
      const key = `${item.menu_id}/${item.menu_name}/${options}`;
      const sum = sums.get(key) || { name: soldName(item, state), options, quantity: 0, total: 0 };
      sums.set(key, { ...sum, quantity: sum.quantity + item.quantity, total: sum.total + item.subtotal });
    }
  }
  return html`<ul class="order">${Array.from(sums, ([key, sum]) => soldLine(key, sum))}</ul>`;
}

/** @param {PageState} state @param {'order' | 'item'} by */
export function historyHead(state, by) {
  const orders = state.live ? state.live.orders : [];
  return html`<h2>${t('guest.history.title')}</h2>${orders.length > 0 && html`<div class="segmented" role="group" aria-label="${t('guest.history.by')}">
    ${['order', 'item'].map((one) => html`<button type="button" data-act="history-by" data-by="${one}" aria-pressed="${String(one === by)}">${t(`guest.history.by_${one}`)}</button>`)}</div>`}`;
}

/** @param {PageState} state @param {'order' | 'item'} by */
export function historyBody(state, by) {
  const orders = state.live ? state.live.orders : [];
  if (!state.live) return html`<p class="loading">${t('common.loading')}</p>`;
  if (orders.length === 0) return emptyPart({ icon: 'receipt', title: t('guest.history.empty'), text: t('guest.history.empty_next') });
  if (by === 'item') return summed(state, orders);
  const rounds = orders.map((order, index) => ({ order, round: index + 1 })).reverse();
  return html`<ul class="orders">${rounds.map(({ order, round }) => orderBlock(order, round, state))}</ul>`;
}

/** @param {PageState} state */
export function historyFoot(state) {
  return html`<p class="history-total">${t('guest.history.so_far')} <span class="price total">${won(state.live ? state.live.total : 0)}</span></p><button type="button" class="button" data-kind="main" data-act="close-sheet">${t('guest.history.more')}</button>`;
}

const RING_RADIUS = 20;
/** Of each arc's share of the ring the rest is gap. */
const RING_DRAWN = 0.75;

/** A ring of arcs of which one fades each second, from the top clockwise, with the number in it. @param {number} left */
function countdown(left) {
  const share = (2 * Math.PI * RING_RADIUS) / RESULT_SECONDS;
  const arcs = Array.from({ length: RESULT_SECONDS }, (_, index) => html`<circle cx="24" cy="24" r="${RING_RADIUS}" stroke-dasharray="${share * RING_DRAWN} 999" stroke-dashoffset="${-share * (index + (1 - RING_DRAWN) / 2)}" ${index < RESULT_SECONDS - left && html`data-gone`}></circle>`);
  return html`<span class="countdown" aria-hidden="true"><svg width="48" height="48" viewBox="0 0 48 48">${arcs}</svg><span>${left}</span></span>`;
}

/** @param {PageState} state @param {Order} order */
export function resultPage(state, order) {
  const { large, result_left } = state;
  const line = (/** @type {import('../lib/wire_types.js').OrderItem} */ item) => {
    const found = findItem(state.menu, item.menu_id);
    const { text, lang } = soldName(item, state);
    return html`<li>${dishPicture(found ? found.item : { name: item.menu_name }, found ? found.place : 0, 'line')}<span lang="${lang}">${text}</span><b>${item.quantity}</b></li>`;
  };
  return html`<div class="result" data-key="${order.id}" ${result_left === 0 && html`data-stays`}>
    <section class="slip"><p class="slip-done">${icon('check', 34, 3)}${t('guest.result.done')}</p><h1 class="slip-number">${order.number}</h1>
      <div class="slip-rest"><ul class="slip-lines">${order.items.map(line)}</ul><p class="slip-total"><b>${t('common.total')}</b><span class="price total">${won(order.total)}</span></p></div></section>
    <div class="result-side"><h2>${t('guest.result.thanks')}</h2><p class="soft">${t('guest.result.where')}</p>
      <button type="button" class="button result-go" data-kind="main" data-act="close-result"><span>${t('guest.result.go')}</span>${result_left > 0 && countdown(result_left)}</button>
      ${!large && html`<button type="button" class="button" data-kind="plain" data-act="stay-here">${t('guest.result.stay')}</button>`}</div></div>`;
}
