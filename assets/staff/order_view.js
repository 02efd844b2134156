// @ts-check
// One order as staff see it: number, time and status, what was ordered, and its next steps. Markup only; the acts that
// its buttons name stand in table_sheet.js and identity_check.js.

import { statusBadge } from '../components/page_part.js';
import { clock, elapsed, won, wonDelta } from '../lib/format.js';
import { html } from '../lib/html.js';
import { icon } from '../lib/assets.js';
import { t } from '../lib/i18n.js';
import { identityMark, identityPart } from './identity_check.js';
import { awaitsIdentity, isHeld } from './identity_rules.js';
import { isOpen } from './page_state.js';
import { serverNow } from './server_clock.js';

/** @typedef {import('./staff_app.js').StaffApp} StaffApp @typedef {import('../lib/wire_types.js').Order} Order */

/** One step back, as far as there is one. @type {Record<string, string>} */
export const STEP_BACK = { preparing: 'pending', completed: 'preparing' };

/** One order as staff work on it. @param {StaffApp} app @param {Order} order @param {Order[]} orders  of its table */
export function orderView(app, order, orders) {
  const busy = app.busy.has(`order-${order.id}`) && html`aria-busy="true"`;
  return html`
    <section class="order" data-key="order-${order.id}" data-status="${order.status}" aria-label="${order.number}">
      ${orderHead(order, html`${STEP_BACK[order.status] && html`<button type="button" class="button tool" data-kind="plain" data-act="sheet.back" data-id="${order.id}" aria-label="${t('staff.order.back', { number: order.number, status: t(`common.status.${STEP_BACK[order.status]}`) })}" ${busy}>${icon('undo', 22)}</button>`}
        <button type="button" class="button tool" data-kind="plain" data-act="sheet.remove" data-id="${order.id}" aria-label="${t('staff.order.delete', { number: order.number })}" ${busy}>${icon('trash', 22)}</button>`)}
      ${orderLines(order)}
      ${identityPart(app, order, orders)}
      ${isOpen(order) && html`<div class="order-steps" data-key="steps" ${app.busy.has(`guard-${order.id}`) && html`data-guarded=""`}>${stepsView(order, busy)}</div>`}
    </section>`;
}

/** The steps on from here. With an open identity check an order cannot be completed, and one of nothing but alcohol not begun. @param {Order} order @param {import('../lib/html.js').Markup | false} busy */
function stepsView(order, busy) {
  const named = html`<span class="unseen">: ${order.number}</span>`;
  const unchecked = awaitsIdentity(order);
  // The question above has the one main button.
  const main = unchecked ? 'plain' : 'main';
  const start = order.status === 'pending' && !isHeld(order) && html`<button type="button" class="button" data-kind="${main}" data-key="start" data-act="sheet.start" data-id="${order.id}" ${busy}>${icon('pot', 24)}${t('staff.order.start')}${named}</button>`;
  const complete = unchecked
    ? html`<button type="button" class="button" data-kind="plain" data-key="complete" aria-disabled="true">${t('staff.identity.first')}${named}</button>`
    : order.status === 'pending'
      ? html`<button type="button" class="button" data-kind="plain" data-key="complete" data-act="sheet.complete" data-id="${order.id}" ${busy}>${t('staff.order.complete')}${named}</button>`
      : html`<button type="button" class="button" data-kind="main" data-key="complete-main" data-act="sheet.complete" data-id="${order.id}" ${busy}>${icon('check', 24, 3)}${t('staff.order.complete')}${named}</button>`;
  return html`${start}${complete}<button type="button" class="button" data-kind="danger" data-key="cancel" data-act="sheet.cancel" data-id="${order.id}" ${busy}>${t('staff.order.cancel')}${named}</button>`;
}

/** Number, time, status and the tools beside them. @param {Order} order @param {import('../lib/html.js').Markup} [tools] */
export function orderHead(order, tools) {
  const age = tools && isOpen(order) ? ` · ${elapsed(serverNow() - Date.parse(order.created_at))}` : '';
  return html`<header class="order-head"><h3>${order.number}</h3><span class="soft">${clock(order.created_at)}${age}</span>${statusBadge(order.status)}${tools}</header>`;
}

/** What was ordered, with notes in a box. @param {Order} order */
export function orderLines(order) {
  return html`
    ${order.note && html`<p class="order-note">${icon('note', 20)}<span>${order.note}</span></p>`}
    <ul class="order-lines" lang="ko">${order.items.map((item) => html`<li data-status="${item.status}"><strong>${item.quantity}</strong><span><span class="order-dish">${item.menu_name}</span>${item.options.length > 0 && html`<span class="order-options">${item.options.map((option) => `${option.name}${option.price_delta ? ` ${wonDelta(option.price_delta)}` : ''}`).join(', ')}</span>`}${item.note && html`<span class="order-note">${icon('note', 20)}<span>${item.note}</span></span>`}${identityMark(item)}</span><span class="price">${won(item.subtotal)}</span></li>`)}</ul>
    ${order.status === 'cancelled' && html`<p class="order-reason">${t('staff.order.reason', { reason: order.cancel_reason || t('staff.order.no_reason') })}</p>`}`;
}
