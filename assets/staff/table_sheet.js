// @ts-check
// The sheet of one table: its calls, its orders newest first with their next step, and finishing the table. Every step
// is one tap; what can be taken back offers that for 10 s, what cannot asks first.

import { emptyPart } from '../components/page_part.js';
import { clock, elapsed, won } from '../lib/format.js';
import { html, render } from '../lib/html.js';
import { icon } from '../lib/assets.js';
import { t } from '../lib/i18n.js';
import { callsIcon, callsText } from './call_words.js';
import { STEP_BACK, orderView } from './order_view.js';
import { callsOfTable, isOpen, ordersOfTable, tableOf } from './page_state.js';
import { serverNow } from './server_clock.js';

/** @typedef {import('./staff_app.js').StaffApp} StaffApp @typedef {import('../lib/wire_types.js').Order} Order */
/** @typedef {import('../lib/wire_types.js').StaffTable} StaffTable */

const REASONS = ['soldout', 'guest', 'mistake'];
const REASON_MAX = 200;
/** A second touch this soon after a step was meant for the button that stood there before. */
const STEP_GUARD_MS = 300;

/** @param {StaffApp} app @param {import('../components/sheet_panel.js').SheetPanel} panel @param {() => void} reload fetches the state anew */
export function createTableSheet(app, panel, reload) {
  /** @type {number | null} */
  let shown_id = null;
  /** The order whose buttons had the focus last. */
  let focused_order = '';
  panel.addEventListener('focusin', (event) => {
    const order = event.target instanceof Element && event.target.closest('.order');
    focused_order = order ? order.getAttribute('data-key') || '' : '';
  });

  /** A button that is gone took the focus with it: its order, else the sheet, gets it. */
  function keepFocus() {
    if (document.activeElement !== document.body || !panel.is_open) return;
    const place = panel.querySelector(`[data-key="${focused_order}"] .order-steps button`) || panel.querySelector(`[data-key="${focused_order}"] button`) || panel.region('box');
    /** @type {HTMLElement} */ (place).focus({ preventScroll: true });
  }

  /** @param {number} id */
  const orderOf = (id) => (app.state.snapshot ? app.state.snapshot.orders.find((order) => order.id === id) || null : null);

  /** Another screen was faster: says how the order stands now. @param {number} id @param {string} number @param {string} believed */
  function sayStale(id, number, believed) {
    const now = orderOf(id);
    if (now && now.status === believed) reload();
    app.say(now && now.status !== believed ? t('staff.order.stale', { number, status: t(`common.status.${now.status}`) }) : t('staff.order.changed_elsewhere', { number }));
  }

  /** Takes no step of an order for a moment. @param {number} id */
  function guard(id) {
    app.busy.add(`guard-${id}`);
    setTimeout(() => {
      app.busy.delete(`guard-${id}`);
      app.draw();
    }, STEP_GUARD_MS);
  }

  /** @param {number} id @param {string} status @param {string} [reason] @param {boolean} [undoing] */
  async function move(id, status, reason, undoing = false) {
    const order = orderOf(id);
    if (!order || (!undoing && app.busy.has(`guard-${id}`))) return;
    const from = order.status;
    app.markSeen([id]);
    await app.run(`order-${id}`, async () => {
      await app.api.setOrderStatus(id, reason ? { status, reason } : { status });
      if (undoing) app.busy.delete(`guard-${id}`);
      else guard(id);
      const done = t(`staff.order.moved.${status}`, { number: order.number });
      if (!undoing && STEP_BACK[status]) app.sayUndoable(done, () => takeBack(id, from));
      else app.say(undoing ? t('staff.order.taken_back', { number: order.number, status: t(`common.status.${status}`) }) : done);
    }, (error) => {
      if (error.status !== 409 && error.status !== 404) return false;
      sayStale(id, order.number, from);
      return true;
    });
  }

  /** Goes back to where the order stood, in one step or, when a step was skipped, in two. @param {number} id @param {string} to */
  async function takeBack(id, to) {
    const order = orderOf(id);
    if (!order) return;
    const back = STEP_BACK[order.status];
    if (back && back !== to && STEP_BACK[back] === to) await app.run(`order-${id}`, async () => app.api.setOrderStatus(id, { status: back }));
    await move(id, to, undefined, true);
  }

  /** @param {Order} order */
  async function cancel(order) {
    const reason = await app.parts.reasons.ask({
      title: t('staff.cancel.title', { number: order.number }), text: t('staff.cancel.text'), reasons: REASONS.map((name) => t(`staff.cancel.reason.${name}`)),
      own: t('staff.cancel.own'), yes: t('staff.cancel.yes'), no: t('staff.cancel.no'), max: REASON_MAX, keep: [app.parts.top, app.parts.toast],
    });
    if (reason) await move(order.id, 'cancelled', reason);
  }

  /** @param {Order} order */
  async function remove(order) {
    const sure = await app.askDelete(t('staff.delete.title', { number: order.number }), t('staff.delete.text', { total: won(order.total) }));
    if (!sure) return;
    await app.run(`order-${order.id}`, async () => {
      await app.api.deleteOrder(order.id);
      app.say(t('staff.delete.done', { number: order.number }));
    }, (error) => {
      if (error.status !== 404) return false;
      sayStale(order.id, order.number, order.status);
      return true;
    });
  }

  /** @param {StaffTable} table */
  async function seat(table) {
    await app.run(`table-${table.id}`, async () => {
      await app.api.seatTable(table.id);
      app.close();
      app.say(t('staff.seat.done', { number: table.number }));
    }, (error) => {
      if (error.status !== 409) return false;
      app.say(t('staff.seat.already', { number: table.number }));
      return true;
    });
  }

  /** @param {StaffTable} table @param {boolean} force */
  async function finish(table, force) {
    await app.run(`table-${table.id}`, async () => {
      await app.api.completeTable(table.id, force ? { force: true } : {});
      app.close();
      app.say(t('staff.finish.done', { number: table.number }));
    }, (error) => {
      if (error.error_code === 'OPEN_ORDERS') {
        app.busy.delete(`table-${table.id}`);
        askForce(table, error.body.orders || []);
        return true;
      }
      if (error.status !== 409) return false;
      app.say(t('staff.finish.already', { number: table.number }));
      return true;
    });
  }

  /** @param {StaffTable} table @param {Order[]} open */
  async function askForce(table, open) {
    const list = open.slice(0, 6).map((order) => `${order.number} ${t(`common.status.${order.status}`)}`).join(', ');
    const sure = await app.ask({ title: t('staff.finish.open', { n: open.length }), text: open.length > 6 ? `${list} …` : list, yes: t('staff.finish.yes'), no: t('staff.finish.look'), danger: true, icon: 'warn' });
    if (sure) await finish(table, true);
  }

  function current() {
    const { snapshot, tab, open, phase } = app.state;
    return phase === 'open' && tab === 'board' && snapshot && open !== null ? tableOf(snapshot, Number(open)) : null;
  }

  return {
    /** Shows or hides the sheet as the page state says. */
    draw() {
      const table = current();
      if (!table) {
        panel.close();
        // Opened by a key, there was no button to give the focus back to.
        if (shown_id !== null && (document.activeElement === document.body || panel.contains(document.activeElement))) focusTile(shown_id);
        shown_id = null;
        return;
      }
      const { snapshot } = app.state;
      if (!snapshot) return;
      const orders = ordersOfTable(snapshot, table.id);
      app.markSeen(orders.filter((order) => order.status === 'pending').map((order) => order.id));
      render(panel.head, headView(table, orders));
      render(panel.body, html`<div data-key="calls">${callsView(app, callsOfTable(snapshot, table.id))}</div>
        <div data-key="orders">${orders.map((order) => orderView(app, order, orders))}</div>
        <div data-key="empty">${!orders.length && emptyPart({ icon: 'receipt', title: t('staff.sheet.empty'), text: t('staff.sheet.empty.next') })}</div>`);
      render(panel.foot, footView(app, table));
      panel.open(t('staff.sheet.label', { number: table.number }), [app.parts.top, app.parts.toast]);
      if (shown_id !== table.id) panel.enter();
      shown_id = table.id;
      keepFocus();
    },

    actions: {
      start: (/** @type {HTMLElement} */ element) => move(Number(element.dataset.id), 'preparing'),
      complete: (/** @type {HTMLElement} */ element) => move(Number(element.dataset.id), 'completed'),
      back(/** @type {HTMLElement} */ element) {
        const order = orderOf(Number(element.dataset.id));
        if (order && STEP_BACK[order.status]) move(order.id, STEP_BACK[order.status], undefined, true);
      },
      cancel(/** @type {HTMLElement} */ element) {
        const order = orderOf(Number(element.dataset.id));
        if (order) cancel(order);
      },
      remove(/** @type {HTMLElement} */ element) {
        const order = orderOf(Number(element.dataset.id));
        if (order) remove(order);
      },
      resolve(/** @type {HTMLElement} */ element) {
        const { snapshot } = app.state;
        const table_id = Number(element.dataset.table);
        const calls = snapshot ? callsOfTable(snapshot, table_id) : [];
        app.run(`calls-${table_id}`, async () => {
          await Promise.all(calls.map((call) => app.api.resolveCall(call.id)));
        }, (error) => {
          if (error.status !== 409 && error.status !== 404) return false;
          app.say(t('staff.call.already', { number: calls[0].table.number }));
          reload();
          return true;
        });
      },
      seat(/** @type {HTMLElement} */ element) {
        const table = app.state.snapshot && tableOf(app.state.snapshot, Number(element.dataset.id));
        if (table) seat(table);
      },
      async finish(/** @type {HTMLElement} */ element) {
        const table = app.state.snapshot && tableOf(app.state.snapshot, Number(element.dataset.id));
        if (!table || !app.state.snapshot) return;
        // With open orders the server's own refusal asks; without any, finishing still cannot be taken back. A party that
        // ordered nothing leaves nothing to ask about.
        const orders = ordersOfTable(app.state.snapshot, table.id);
        const sure = !orders.length || orders.some(isOpen) || await app.ask({ title: t('staff.finish.title', { number: table.number }), text: t('staff.finish.text', { total: won(table.total) }), yes: t('staff.finish.yes'), no: t('staff.keep'), icon: 'check' });
        if (sure) await finish(table, false);
      },
    },
  };
}

/** @param {number} table_id */
function focusTile(table_id) {
  const tile = document.querySelector(`.tile[data-id="${table_id}"]`);
  if (tile instanceof HTMLElement) tile.focus({ preventScroll: true });
}

/** @param {StaffTable} table @param {Order[]} orders */
function headView(table, orders) {
  const counted = orders.filter((order) => order.status !== 'cancelled').length;
  return html`
    <h2 class="sheet-table">${t('staff.table', { number: table.number })}</h2>
    <div class="sheet-sums"><strong>${table.session ? t('staff.sheet.sum', { n: counted, total: won(table.total) }) : t('staff.tile.empty')}</strong>
      <span class="soft">${table.session ? t('staff.sheet.since', { time: clock(table.session.started_at), elapsed: elapsed(serverNow() - Date.parse(table.session.started_at)) }) : table.label || ''}</span></div>
    <button type="button" class="button" data-kind="plain" data-close>${icon('x', 22)}<span>${t('common.close')}</span></button>`;
}

/** What can be done with the table as a whole. @param {StaffApp} app @param {StaffTable} table */
function footView(app, table) {
  const busy = app.busy.has(`table-${table.id}`) && html`aria-busy="true"`;
  if (table.session) return html`<button type="button" class="button" data-kind="plain" data-key="finish" data-act="sheet.finish" data-id="${table.id}" ${busy}>${icon('check', 22, 3)}${t('staff.finish')}</button>`;
  return html`<button type="button" class="button" data-kind="main" data-key="seat" data-act="sheet.seat" data-id="${table.id}" ${busy}>${icon('user', 24)}${t('staff.seat')}</button>
    <button type="button" class="button" data-kind="plain" data-key="pairing" data-act="pairing.open" data-id="${table.id}">${icon('qr', 22)}${t('staff.pairing')}</button>`;
}

/** All open calls of the table; one touch answers them. @param {StaffApp} app @param {import('../lib/wire_types.js').Call[]} calls oldest first */
function callsView(app, calls) {
  if (!calls.length) return null;
  const words = callsText(calls);
  const table_id = calls[0].table.id;
  return html`
    <div class="sheet-call">${icon(callsIcon(calls), 24)}<p><strong>${words}</strong> ${agoText(serverNow() - Date.parse(calls[0].created_at))}</p>
      <button type="button" class="button" data-kind="main" data-act="sheet.resolve" data-table="${table_id}" ${app.busy.has(`calls-${table_id}`) && html`aria-busy="true"`}>${t('staff.call.seen')}<span class="unseen">: ${words}</span></button></div>`;
}

/** "1분 전", "방금". @param {number} passed_ms */
function agoText(passed_ms) {
  const time = elapsed(passed_ms);
  return passed_ms < 60000 ? time : t('staff.ago', { time });
}
