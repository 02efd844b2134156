// @ts-check
// Finished tables: a list by business days and table, more on demand, and one party's orders beside it, read-only.

import { emptyPart } from '../components/page_part.js';
import { AppError } from '../lib/api_client.js';
import { clock, localDate, won } from '../lib/format.js';
import { html } from '../lib/html.js';
import { icon } from '../lib/assets.js';
import { t } from '../lib/i18n.js';
import { addDays, dayText } from './business_days.js';
import { dishesText } from './history_rows.js';
import { serverNow } from './server_clock.js';
import { failureText } from './staff_app.js';
import { orderHead, orderLines } from './order_view.js';

/** @typedef {import('./staff_app.js').StaffApp} StaffApp @typedef {import('./history_rows.js').FinishedSession} FinishedSession */

const PAGE_SIZE = 50;
/** Choices of days at a tap, counted back from today. */
const SPANS = [1, 7, 30];

/** @param {StaffApp} app */
export function createHistory(app) {
  /** @type {{ from: string, to: string, table_id: number | null, sessions: FinishedSession[] | null, cursor: string | null, failure: string | null }} */
  let list = { from: '', to: '', table_id: null, sessions: null, cursor: null, failure: null };
  let asked = 0;

  const today = () => (app.state.snapshot && app.state.snapshot.business_day) || localDate(new Date(serverNow()).toISOString());

  /** @param {string | null} cursor null: from the newest */
  async function load(cursor) {
    asked += 1;
    const mine = asked;
    const query = { date_from: list.from, date_to: list.to, limit: PAGE_SIZE, cursor };
    try {
      const answer = await (list.table_id === null ? app.api.history(query) : app.api.tableHistory(list.table_id, query));
      if (mine !== asked) return;
      list = { ...list, sessions: [...(cursor && list.sessions ? list.sessions : []), ...answer.sessions], cursor: answer.next_cursor, failure: null };
    } catch (error) {
      if (mine !== asked || !(error instanceof AppError)) return;
      if (error.status === 401) app.onSignedOut();
      list = { ...list, failure: failureText(error), sessions: cursor ? list.sessions : null };
    }
    app.draw();
  }

  /** @param {Partial<typeof list>} change */
  function choose(change) {
    list = { ...list, ...change, sessions: null, cursor: null, failure: null };
    if (app.state.open !== null) app.close();
    app.draw();
    load(null);
  }

  const selected = () => (list.sessions || []).find((session) => String(session.id) === app.state.open) || null;

  return {
    /** The tab was opened: what is shown may be old. */
    enter() {
      if (list.from) load(null);
    },

    view() {
      // Only the snapshot knows which business day it is; before it there is nothing to ask for.
      if (!list.from && app.state.snapshot) {
        list = { ...list, from: addDays(today(), -6), to: today() };
        load(null);
      }
      return html`
        ${barView(app, list, today(), selected() !== null)}
        <div class="panes" data-key="panes" data-open="${String(selected() !== null)}" data-empty="${String(list.sessions !== null && !list.sessions.length)}">
          <section class="pane history-list" data-key="list" aria-label="${t('staff.tab.history')}">${listView(list, selected())}</section>
          <section class="pane history-detail" data-key="detail" aria-label="${t('staff.history.detail')}" tabindex="-1">${detailView(selected())}</section>
        </div>`;
    },

    actions: {
      select(/** @type {HTMLElement} */ element) {
        app.go('history', element.dataset.id);
        requestAnimationFrame(() => /** @type {HTMLElement | null} */ (document.querySelector('.history-detail'))?.focus());
      },
      leave: () => app.close(),
      more: () => app.run('history-more', () => load(list.cursor)),
      again: () => choose({}),
      span: (/** @type {HTMLElement} */ element) => choose({ from: addDays(today(), 1 - Number(element.dataset.days)), to: today() }),
      day(/** @type {HTMLElement} */ element) {
        const { name, value } = /** @type {HTMLInputElement} */ (element);
        if (!value) return;
        const from = name === 'from' ? value : list.from;
        const to = name === 'to' ? value : list.to;
        // A turned-round span would be refused; the other end follows instead.
        choose(from <= to ? { from, to } : { from: value, to: value });
      },
      table(/** @type {HTMLElement} */ element) {
        const { value } = /** @type {HTMLSelectElement} */ (element);
        choose({ table_id: value ? Number(value) : null });
      },
    },
  };
}

/** @param {StaffApp} app @param {any} list @param {string} today @param {boolean} open a party stands on the right */
function barView(app, list, today, open) {
  const tables = (app.state.snapshot && app.state.snapshot.tables) || [];
  const span = SPANS.find((days) => list.to === today && list.from === addDays(today, 1 - days));
  return html`
    <div class="bar" data-key="bar" data-open="${String(open)}">
      <h1>${t('staff.tab.history')}</h1>
      <div class="segmented" role="group" aria-label="${t('staff.history.days')}">${SPANS.map((days) => html`<button type="button" data-act="history.span" data-days="${days}" aria-pressed="${String(days === span)}">${t(`staff.history.span.${days}`)}</button>`)}</div>
      <div class="bar-days" data-key="days-${list.from}-${list.to}">
        <label class="bar-day"><span class="unseen">${t('staff.history.from')}</span><input class="input" type="date" name="from" data-change="history.day" value="${list.from}" max="${today}"></label>
        <span aria-hidden="true">–</span>
        <label class="bar-day"><span class="unseen">${t('staff.history.to')}</span><input class="input" type="date" name="to" data-change="history.day" value="${list.to}" max="${today}"></label>
      </div>
      <label class="bar-table"><span class="unseen">${t('staff.history.table')}</span><select class="input" data-change="history.table"><option value="">${t('staff.history.all_tables')}</option>${tables.map((table) => html`<option value="${table.id}" ${table.id === list.table_id && html`selected`}>${t('staff.table', { number: table.number })}</option>`)}</select></label>
      <p class="bar-sum" role="status">${list.sessions && sumText(list)}</p>
    </div>`;
}

/** @param {{ sessions: FinishedSession[], cursor: string | null }} list */
function sumText({ sessions, cursor }) {
  const total = won(sessions.reduce((sum, session) => sum + session.total, 0));
  return html`${cursor ? t('staff.history.sum_so_far', { n: sessions.length }) : t('staff.history.sum', { n: sessions.length })} <strong>${total}</strong>`;
}

/** @param {any} list @param {FinishedSession | null} chosen */
function listView(list, chosen) {
  if (list.failure && !list.sessions) return emptyPart({ icon: 'warn', title: t('staff.history.failed'), text: list.failure, action: t('common.again'), act: 'history.again' });
  if (!list.sessions) {
    return html`<div class="loading bones" aria-busy="true"><p class="unseen" role="status">${t('common.loading')}</p>${Array.from({ length: 8 }, () => html`<div class="bone row-bone"></div>`)}</div>`;
  }
  if (!list.sessions.length) return emptyPart({ icon: 'receipt', title: t('staff.history.none'), text: t('staff.history.none.next') });
  /** @type {string | null} */
  let day = null;
  const rows = list.sessions.map((/** @type {FinishedSession} */ session) => {
    const own_day = session.business_day;
    const head = own_day !== day && html`<tr class="history-day" data-key="day-${own_day}"><th colspan="5" scope="colgroup">${dayText(own_day)}</th></tr>`;
    day = own_day;
    return html`${head}${rowView(session, chosen !== null && chosen.id === session.id)}`;
  });
  return html`
    <table class="history-table">
      <thead><tr><th scope="col">${t('staff.history.col.table')}</th><th scope="col">${t('staff.history.col.time')}</th><th scope="col">${t('staff.history.col.orders')}</th><th scope="col">${t('staff.history.col.dishes')}</th><th scope="col">${t('common.total')}</th></tr></thead>
      <tbody>${rows}</tbody>
    </table>
    <div class="history-more" data-key="more">${list.failure && html`<p class="field-error" role="alert">${icon('warn', 20)}<span>${list.failure}</span></p>`}${list.cursor && html`<button type="button" class="button" data-kind="plain" data-act="history.more">${t('staff.history.more')}</button>`}</div>`;
}

/** @param {FinishedSession} session @param {boolean} chosen */
function rowView(session, chosen) {
  const counted = session.orders.filter((order) => order.status !== 'cancelled').length;
  return html`
    <tr data-key="session-${session.id}" ${chosen && html`data-chosen`}>
      <th scope="row"><button type="button" data-act="history.select" data-id="${session.id}" ${chosen && html`aria-current="true"`}>${session.table.number}<span class="unseen">${t('staff.history.open', { time: clock(session.completed_at) })}</span></button></th>
      <td>${clock(session.started_at)} – ${clock(session.completed_at)}</td><td>${counted}</td><td class="history-dishes"><span lang="ko">${dishesText(session.orders)}</span></td><td class="price">${won(session.total)}</td>
    </tr>`;
}

/** @param {FinishedSession | null} session */
function detailView(session) {
  if (!session) return emptyPart({ icon: 'receipt', title: t('staff.history.choose') });
  return html`
    <div class="history-party" data-key="party-${session.id}">
      <header class="pane-head"><button type="button" class="button pane-back" data-kind="plain" data-act="history.leave">${icon('back', 22)}${t('staff.back')}</button>
        <h2>${t('staff.table', { number: session.table.number })}</h2><p><span>${dayText(localDate(session.started_at))} ${clock(session.started_at)} – ${clock(session.completed_at)}</span><span class="soft">${session.completed_by ? t('staff.history.finished_by', { name: session.completed_by }) : t('staff.history.finished_itself')}</span></p></header>
      ${session.orders.slice().reverse().map((order) => html`<section class="order" data-status="${order.status}" data-key="order-${order.id}" aria-label="${order.number}">${orderHead(order)}${orderLines(order)}</section>`)}
      ${!session.orders.length && html`<p class="soft">${t('staff.history.no_orders')}</p>`}
      <p class="history-total"><span>${t('common.total')}</span><strong class="price">${won(session.total)}</strong></p>
    </div>`;
}
