// @ts-check
// The orders of the running visit, by round with their live status or summed up by dish, what they come to, and the ways
// to have one of them again and to divide them.
import { html } from '../lib/html.js';
import { guestTime, won } from '../lib/guest_format.js';
import { hasText, t } from '../lib/i18n.js';
import { icon } from '../lib/assets.js';
import { bannerPart, emptyPart, statusBadge } from '../components/page_part.js';
import { findItem } from './menu_lookup.js';
import { soldName, soldOptions } from './sold_names.js';

/** @typedef {import('./page_state.js').PageState} PageState @typedef {import('../lib/wire_types.js').Order} Order */

/** @param {number} round  from 1 */
function roundName(round) {
  return hasText(`guest.history.round.${round}`) ? t(`guest.history.round.${round}`) : t('guest.history.round', { n: round });
}

/** Reasons that staff's page offers and that have words for guests; the rest is shown as staff wrote it. @type {Record<string, string>} */
const KNOWN_REASONS = { '재료 소진': 'ran_out', 'Ran out': 'ran_out', '손님 요청': 'asked', 'Guest asked': 'asked', '잘못 주문': 'plain', 'Ordered by mistake': 'plain', '신분증 확인 못 함': 'identity' };

/** @param {Order} order */
function cancelWords(order) {
  const reason = (order.cancel_reason || '').trim();
  if (reason !== '' && !KNOWN_REASONS[reason]) return t('guest.history.cancelled_reason', { reason });
  return t(`guest.history.cancelled_${KNOWN_REASONS[reason] || 'plain'}`);
}

/** Whether an order's line counts: what was cancelled is not paid. @param {Order} order @param {import('../lib/wire_types.js').OrderItem} item */
export const counts = (order, item) => order.status !== 'cancelled' && item.status !== 'cancelled';

/** What stands at a line beyond its order's state. @param {Order} order @param {import('../lib/wire_types.js').OrderItem} item */
function lineState(order, item) {
  if (item.identity_check === 'refused' && order.status !== 'cancelled') return html`<span class="order-left-out">${icon('id', 28)}<span>${t('guest.history.cancelled_identity')}</span></span>`;
  return item.identity_check === 'waiting' && html`<span class="badge" data-status="call">${icon('id', 24)}${t('guest.history.id_waiting')}</span>`;
}

/** @param {Order} order @param {number} round @param {PageState} state */
function orderBlock(order, round, state) {
  const lines = order.items.map((item) => soldLine(item.id, { order, item, name: soldName(item, state), options: soldOptions(item, state), quantity: item.quantity, total: item.subtotal }, state));
  return html`<li class="order" data-key="${order.id}" data-status="${order.status}">
    <div class="order-head">${statusBadge(order.status)}<h3>${roundName(round)}</h3><p class="order-place">${order.number} · ${guestTime(order.created_at)}</p>
      ${order.items.some((item) => counts(order, item)) && html`<button type="button" class="button order-again" data-kind="soft" data-act="again-order" data-id="${order.id}" aria-label="${t('guest.again.order_label', { round: roundName(round) })}">${icon('undo', 26)}${t('guest.again.order')}</button>`}</div>
    ${order.status === 'cancelled' && html`<p class="order-reason">${cancelWords(order)}</p>`}<ul>${lines}</ul></li>`;
}

/**
 * `item` of `order` is what is ordered again by its ＋.
 * @typedef {{ order: Order, item: import('../lib/wire_types.js').OrderItem, name: { text: string, lang: string }, options: string, quantity: number, total: number }} Sold
 */

/** @param {string | number} key @param {Sold} sold @param {PageState} state */
function soldLine(key, { order, item, name, options, quantity, total }, state) {
  const found = findItem(state.menu, item.menu_id);
  const added = state.added === item.menu_id;
  return html`<li class="order-item" data-key="${key}" ${item.status === 'cancelled' && html`data-cancelled`}><span class="order-item-name"><span class="order-item-words"><span lang="${name.lang}">${name.text}</span> ${t('common.count', { n: quantity })}</span>${options && html`<span class="order-options">${options}</span>`}${lineState(order, item)}</span><span class="price">${won(total)}</span>
    ${found && found.item.available && counts(order, item)
    ? html`<button type="button" class="again-add" data-act="again-line" data-id="${order.id}" data-item="${item.id}" ${added && html`data-added`} aria-label="${t('guest.again.line', { name: name.text })}">${icon(added ? 'check' : 'plus', 28, 3)}</button>`
    : html`<span class="again-none">${found && counts(order, item) && t('guest.sold_out')}</span>`}</li>`;
}

/** What was had, each dish with the same options once. @param {PageState} state @returns {Map<string, Sold>} */
export function summed(state) {
  /** @type {Map<string, Sold>} */
  const sums = new Map();
  for (const order of state.live ? state.live.orders : []) {
    for (const item of order.items) {
      if (!counts(order, item)) continue;
      const options = soldOptions(item, state);
      // One price a dish: what was ordered before and after a change of price stays apart.
      const key = `${item.menu_id}/${item.menu_name}/${options}/${item.subtotal / item.quantity}`;
      const sum = sums.get(key) || { order, item, name: soldName(item, state), options, quantity: 0, total: 0 };
      sums.set(key, { ...sum, quantity: sum.quantity + item.quantity, total: sum.total + item.subtotal });
    }
  }
  return sums;
}

/** The two ways to see a sheet. @param {string} act @param {string} label @param {Array<[string, string]>} ways  value and words @param {string} now */
export function segmented(act, label, ways, now) {
  return html`<div class="segmented" role="group" aria-label="${label}">${ways.map(([by, words]) => html`<button type="button" data-act="${act}" data-by="${by}" aria-pressed="${String(by === now)}">${words}</button>`)}</div>`;
}

/** @param {PageState} state @param {'order' | 'item'} by */
export function historyHead(state, by) {
  const orders = state.live ? state.live.orders : [];
  return html`<h2>${t('guest.history.title')}</h2>${orders.length > 0 && segmented('history-by', t('guest.history.by'), [['order', t('guest.history.by_order')], ['item', t('guest.history.by_item')]], by)}`;
}

/** What could not be had again as it was. @param {import('./again.js').Missed[] | undefined} missed @param {PageState} state */
function missedNotice(missed, state) {
  if (!missed || missed.length === 0) return html``;
  const words = missed.map(({ item, why, added }) => t(`guest.again.${why === 'fewer' && added === 0 ? 'none_left' : why}`, { name: soldName(item, state).text, n: added }));
  return bannerPart({ kind: 'wait', icon: 'warn', title: t('guest.again.missed'), text: words.join(', ') });
}

/** @param {PageState} state @param {{ by: 'order' | 'item', missed?: import('./again.js').Missed[] }} sheet */
export function historyBody(state, { by, missed }) {
  const orders = state.live ? state.live.orders : [];
  if (!state.live) return html`<p class="loading">${t('common.loading')}</p>`;
  if (orders.length === 0) return emptyPart({ icon: 'receipt', title: t('guest.history.empty'), text: t('guest.history.empty_next') });
  const notice = missedNotice(missed, state);
  if (by === 'item') return html`${notice}<ul class="order">${Array.from(summed(state), ([key, sum]) => soldLine(key, sum, state))}</ul>`;
  const rounds = orders.map((order, index) => ({ order, round: index + 1 })).reverse();
  return html`${notice}<ul class="orders">${rounds.map(({ order, round }) => orderBlock(order, round, state))}</ul>`;
}

/** @param {PageState} state */
export function historyFoot(state) {
  const total = state.live ? state.live.total : 0;
  return html`<p class="history-total">${t('guest.history.so_far')} <span class="price total" data-key="${total}">${won(total)}</span></p>
    <div class="foot-acts">${total > 0 && html`<button type="button" class="button" data-kind="plain" data-act="split">${icon('split', 28)}${t('guest.split.title')}</button>`}<button type="button" class="button" data-kind="main" data-act="close-sheet">${t('guest.history.more')}</button></div>`;
}
