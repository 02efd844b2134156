// @ts-check
// The identity check for alcohol as staff see and answer it: the mark beside a line, the question above an order's steps,
// and what they say they saw.

import { html } from '../lib/html.js';
import { icon } from '../lib/assets.js';
import { language, t } from '../lib/i18n.js';
import { awaitsIdentity, isLaterRound, lastBirthYear, waitsForIdentity } from './identity_rules.js';
import { isOpen } from './page_state.js';

/** @typedef {import('./staff_app.js').StaffApp} StaffApp @typedef {import('../lib/wire_types.js').Order} Order */
/** @typedef {import('../lib/wire_types.js').OrderItem} OrderItem */

/** What stands beside a line of alcohol. @param {OrderItem} item */
export function identityMark(item) {
  if (!waitsForIdentity(item) && item.identity_check !== 'refused') return null;
  return html`<span class="identity-mark" data-identity="${item.identity_check || ''}" lang="${language()}">${icon(waitsForIdentity(item) ? 'id' : 'x', 20)}${t(`staff.identity.${item.identity_check}`)}</span>`;
}

/** The question above an order's steps, or the reminder of a later round. @param {StaffApp} app @param {Order} order @param {Order[]} orders  of its table */
export function identityPart(app, order, orders) {
  const born = t('staff.identity.born', { year: lastBirthYear(order.business_day) });
  if (awaitsIdentity(order)) {
    const busy = app.busy.has(`identity-${order.id}`) && html`aria-busy="true"`;
    const named = html`<span class="unseen">: ${order.number}</span>`;
    return html`<div class="identity-check" data-key="identity">
      <p>${icon('id', 28)}<span><strong>${t('staff.identity.question')}</strong> ${born}</span></p>
      <button type="button" class="button" data-kind="main" data-key="passed" data-act="identity.passed" data-id="${order.id}" ${busy}>${icon('check', 24, 3)}${t('staff.identity.yes')}${named}</button>
      <button type="button" class="button" data-kind="danger" data-key="refused" data-act="identity.refused" data-id="${order.id}" ${busy}>${t('staff.identity.no')}${named}</button></div>`;
  }
  return isOpen(order) && isLaterRound(order, orders) ? html`<p class="identity-again" data-key="identity">${icon('id', 24)}<span><strong>${t('staff.identity.again')}</strong> ${born}</span></p>` : null;
}

/** @param {StaffApp} app @param {() => void} reload  fetches the state anew */
export function createIdentityChecks(app, reload) {
  /** @param {HTMLElement} element */
  const orderOf = (element) => app.state.snapshot && app.state.snapshot.orders.find((order) => order.id === Number(element.dataset.id));

  /** @param {Order} order @param {boolean} passed */
  async function tell(order, passed) {
    await app.run(`identity-${order.id}`, async () => {
      await app.api.checkIdentity(order.id, passed);
      app.say(t(passed ? 'staff.identity.done.passed' : 'staff.identity.done.refused', { number: order.number }));
    }, (error) => {
      if (error.status !== 409 && error.status !== 404) return false;
      app.say(t('staff.order.changed_elsewhere', { number: order.number }));
      reload();
      return true;
    });
  }

  return {
    actions: {
      passed(/** @type {HTMLElement} */ element) {
        const order = orderOf(element);
        if (order) tell(order, true);
      },
      async refused(/** @type {HTMLElement} */ element) {
        const order = orderOf(element);
        if (!order) return;
        const lines = order.items.filter(waitsForIdentity).map((item) => `${item.menu_name} ${item.quantity}`).join(', ');
        const sure = await app.ask({ title: t('staff.identity.remove', { number: order.number }), text: t('staff.identity.remove.text', { lines }), yes: t('staff.identity.remove.yes'), no: t('staff.keep'), danger: true, icon: 'id' });
        if (sure) await tell(order, false);
      },
    },
  };
}
