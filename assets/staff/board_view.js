// @ts-check
// The board: counters that filter, sorting, search, one tile a table and, on wide screens, the column of what is to be
// done. It shows what board_tiles.js says and keeps tiles still under a finger.

import { emptyPart } from '../components/page_part.js';
import { elapsed, won } from '../lib/format.js';
import { html } from '../lib/html.js';
import { icon } from '../lib/assets.js';
import { t } from '../lib/i18n.js';
import { countTiles, heldSequence, sortTiles, tasksOf, tileMatches, tilesOf } from './board_tiles.js';
import { callsIcon, callsText } from './call_words.js';
import { dishesText } from './history_rows.js';
import { serverNow } from './server_clock.js';

/** @typedef {import('./staff_app.js').StaffApp} StaffApp @typedef {import('./board_tiles.js').Tile} Tile */
/** @typedef {import('../lib/wire_types.js').Snapshot} Snapshot */

/** @type {Record<string, { icon: string, key: string }>} */
const STATES = {
  identity: { icon: 'id', key: 'staff.identity.waiting' },
  new: { icon: 'receipt', key: 'staff.tile.new' },
  late: { icon: 'clock', key: 'staff.tile.late' },
  pending: { icon: 'clock', key: 'common.status.pending' },
  preparing: { icon: 'pot', key: 'common.status.preparing' },
  done: { icon: 'check', key: 'staff.tile.done' },
  seated: { icon: 'user', key: 'staff.tile.seated' },
};

/** The first state is given up for now after this long; the stream goes on trying. */
const LOADING_MAX_MS = 8000;

/** @param {StaffApp} app */
export function createBoard(app) {
  /** @type {number[]} */
  let sequence = [];
  /** @type {number | null} */
  let touched_ms = null;
  /** When the first state was waited for. @type {number | null} */
  let asked_ms = null;

  /** @param {Snapshot} snapshot */
  function shownTiles(snapshot) {
    const tiles = tilesOf(snapshot, app.seen.has, serverNow());
    const wanted = sortTiles(tiles, app.state.board.order).map((tile) => tile.id);
    sequence = heldSequence(sequence, wanted, touched_ms, performance.now());
    return sequence.map((id) => /** @type {Tile} */ (tiles.find((tile) => tile.id === id)));
  }

  /** @param {Tile[]} tiles */
  function filtered(tiles) {
    const { filter, search } = app.state.board;
    return tiles.filter((tile) => {
      if (filter === 'call' && !tile.calls.length) return false;
      if (filter === 'new' && !tile.unread.length) return false;
      if (filter === 'late' && !tile.late) return false;
      return search === null || tileMatches(tile, search);
    });
  }

  return {
    /** The tab was opened: that touch was meant for no tile. */
    enter() {
      touched_ms = null;
    },

    /** Staff touched the board just now. */
    touched() {
      touched_ms = performance.now();
    },

    view() {
      const { snapshot } = app.state;
      if (!snapshot) {
        if (asked_ms === null) asked_ms = performance.now();
        return performance.now() - asked_ms < LOADING_MAX_MS ? loadingView() : emptyPart({ icon: 'wifi', title: t('staff.board.failed'), text: t('staff.board.failed.next'), action: t('common.again'), act: 'page.reconnect' });
      }
      asked_ms = null;
      const tiles = shownTiles(snapshot);
      const shown = filtered(tiles);
      return html`
        ${stripView(app, tiles)}
        <div class="board-columns" data-key="columns">
          <div class="board-scroll" data-key="tiles">
            <h1 class="unseen">${t('staff.tab.board')}</h1>
            <ul class="board">${shown.map((tile) => html`<li data-key="tile-${tile.id}">${tileView(tile)}</li>`)}</ul>
            ${!tiles.length && emptyPart({ icon: 'grid', title: t('staff.board.no_tables'), text: t('staff.board.no_tables.next'), action: t('staff.tables.add'), act: 'page.addTable' })}
            ${tiles.length > 0 && !shown.length && emptyPart({ icon: 'search', title: t('staff.board.none'), action: t('staff.board.show_all'), act: 'board.showAll' })}
          </div>
          ${todoView(app, snapshot)}
        </div>`;
    },

    actions: {
      open: (/** @type {HTMLElement} */ element) => app.go('board', element.dataset.id),
      filter(/** @type {HTMLElement} */ element) {
        const filter = /** @type {any} */ (element.dataset.filter);
        app.page.dispatch({ type: 'board', patch: { filter: app.state.board.filter === filter ? null : filter } });
      },
      order(/** @type {HTMLElement} */ element) {
        const order = element.dataset.order === 'seat' ? 'seat' : 'attention';
        touched_ms = null;
        app.page.dispatch({ type: 'board', patch: { order } });
        app.keep({ board_order: order });
      },
      search() {
        app.page.dispatch({ type: 'board', patch: { search: '' } });
        requestAnimationFrame(() => /** @type {HTMLElement | null} */ (document.querySelector('.board-search input'))?.focus());
      },
      typed: (/** @type {HTMLElement} */ element) => app.page.dispatch({ type: 'board', patch: { search: /** @type {HTMLInputElement} */ (element).value } }),
      leaveSearch() {
        app.page.dispatch({ type: 'board', patch: { search: null } });
        requestAnimationFrame(() => /** @type {HTMLElement | null} */ (document.querySelector('[data-act="board.search"]'))?.focus());
      },
      openFirst() {
        const first = app.state.snapshot && filtered(shownTiles(app.state.snapshot))[0];
        if (first) app.go('board', first.id);
      },
      showAll: () => app.page.dispatch({ type: 'board', patch: { filter: null, search: null } }),
      accept: (/** @type {HTMLElement} */ element) => app.markSeen([Number(element.dataset.id)]),
      next() {
        const { snapshot } = app.state;
        const task = snapshot && tasksOf(snapshot, app.seen.has, serverNow())[0];
        if (task) app.go('board', task.table.id);
        else app.say(t('staff.board.nothing_waits'));
      },
    },
  };
}

/** @param {StaffApp} app @param {Tile[]} tiles */
function stripView(app, tiles) {
  const counts = countTiles(tiles);
  const { filter, order, search } = app.state.board;
  const counter = (/** @type {'call' | 'new' | 'late'} */ name, /** @type {string} */ sign) => html`
    <button type="button" class="counter" data-key="${name}" data-counter="${name}" data-act="board.filter" data-filter="${name}" aria-pressed="${String(filter === name)}" data-empty="${String(counts[name] === 0)}">${icon(sign, 22)}<span>${t(`staff.counter.${name}`)}</span><strong>${counts[name]}</strong></button>`;
  return html`
    <div class="strip" data-key="strip">
      <div class="counters" role="group" aria-label="${t('staff.counters')}" data-key="counters">${counter('call', 'bell')}${counter('new', 'receipt')}${counter('late', 'clock')}</div>
      <p class="strip-seated" data-key="seated">${t('staff.board.seated')} <strong>${counts.seated}</strong> / ${counts.tables}</p>
      <div class="segmented strip-order" data-key="order" role="group" aria-label="${t('staff.board.order')}">
        <button type="button" data-act="board.order" data-order="attention" aria-pressed="${String(order === 'attention')}">${t('staff.board.order.attention')}</button>
        <button type="button" data-act="board.order" data-order="seat" aria-pressed="${String(order === 'seat')}">${t('staff.board.order.seat')}</button>
      </div>
      ${search === null
        ? html`<button type="button" class="button strip-search" data-kind="plain" data-key="search" data-act="board.search" aria-keyshortcuts="/">${icon('search', 20)}<span>${t('staff.board.search')}</span><kbd aria-hidden="true">/</kbd></button>`
        : html`<div class="board-search" data-key="search-field"><input class="input" type="search" data-input="board.typed" data-escape="board.leaveSearch" data-enter="board.openFirst" value="${search}" aria-label="${t('staff.board.search.label')}" autocomplete="off" maxlength="50">
          <button type="button" class="button" data-kind="plain" data-act="board.leaveSearch" aria-label="${t('staff.board.search.leave')}">${icon('x', 20)}</button></div>`}
    </div>`;
}

/** @param {Tile} tile */
function tileView(tile) {
  const since = tile.since_ms === null ? '' : elapsed(serverNow() - tile.since_ms);
  return html`
    <button type="button" class="tile" data-act="board.open" data-id="${tile.id}" data-attention="${tile.attention}" data-pulse="${tile.unread.length % 2 ? 'odd' : 'even'}">
      <span class="tile-head"><strong class="tile-number">${tile.number}<span class="unseen">${t('staff.table.suffix')}</span></strong>${headWords(tile)}<span class="tile-since">${since}</span></span>
      ${tile.attention === 'empty' ? html`<span class="tile-foot">${tabletPart(tile)}</span>` : html`
      <span class="tile-lines" lang="ko">${tile.lines.map((line) => html`<span class="tile-line"><strong>${line.quantity}</strong><span>${line.name}</span>${line.waits && html`<span class="tile-waits">${icon('id', 24)}<span class="unseen">${t('staff.identity.waiting')}</span></span>`}</span>`)}</span>
      <span class="tile-foot"><span class="soft">${t('staff.orders', { n: tile.order_count })}${tile.lines_more > 0 && html`<span class="tile-more"> · +${tile.lines_more}</span>`}</span><strong class="price">${won(tile.total)}</strong></span>`}
    </button>`;
}

/** @param {Tile} tile */
function headWords(tile) {
  if (tile.attention === 'empty') return html`<span class="tile-state">${t('staff.tile.empty')}${tile.label && html` · ${tile.label}`}</span>`;
  if (tile.attention === 'call') {
    return html`<span class="tile-state">${icon(callsIcon(tile.calls), 24)}<span>${callsText(tile.calls)}</span></span>`;
  }
  const state = STATES[tile.attention];
  return html`<span class="tile-state">${icon(state.icon, 24)}<span>${t(state.key)}</span></span>`;
}

/** How long a tablet may be silent before its tile says so; a stream is renewed every five minutes. */
const TABLET_SILENT_MS = 10 * 60 * 1000;

/** @param {Tile} tile */
function tabletPart(tile) {
  if (tile.last_contact_ms === null) return null;
  const silent_ms = serverNow() - tile.last_contact_ms;
  if (silent_ms < TABLET_SILENT_MS) return null;
  return html`<span class="tile-tablet">${icon('wifi', 22)}<span>${t('staff.tile.tablet_silent', { time: elapsed(silent_ms) })}</span></span>`;
}

/** @param {StaffApp} app @param {Snapshot} snapshot */
function todoView(app, snapshot) {
  const tasks = tasksOf(snapshot, app.seen.has, serverNow());
  return html`
    <aside class="todo" data-key="todo" aria-label="${t('staff.todo')}">
      <h2>${t('staff.todo')} ${tasks.length}</h2>
      <ul>${tasks.map((task) => html`<li class="todo-task" data-key="${task.key}">${task.kind === 'call' ? callTask(app, task) : orderTask(task.kind, task.order)}</li>`)}</ul>
      ${!tasks.length && emptyPart({ icon: 'check', title: t('staff.todo.none') })}
    </aside>`;
}

/** @param {StaffApp} app @param {{ table: import('../lib/wire_types.js').TableRef, calls: import('../lib/wire_types.js').Call[], at_ms: number }} task */
function callTask(app, { table, calls, at_ms }) {
  const words = callsText(calls);
  return html`
    <button type="button" class="todo-table" data-act="board.open" data-id="${table.id}">${t('staff.table', { number: table.number })}</button>
    <span class="badge" data-status="call">${icon(callsIcon(calls), 20)}${t('staff.counter.call')}</span>
    <span class="todo-since">${elapsed(serverNow() - at_ms)}</span>
    <p>${words}</p>
    <button type="button" class="button" data-kind="main" data-act="sheet.resolve" data-table="${table.id}" ${app.busy.has(`calls-${table.id}`) && html`aria-busy="true"`}>${t('staff.call.seen')}<span class="unseen">: ${t('staff.table', { number: table.number })} ${words}</span></button>`;
}

/** @param {'identity' | 'new' | 'late'} kind @param {import('../lib/wire_types.js').Order} order */
function orderTask(kind, order) {
  const state = STATES[kind];
  return html`
    <button type="button" class="todo-table" data-act="board.open" data-id="${order.table.id}">${t('staff.table', { number: order.table.number })}</button>
    <span class="badge" data-status="${kind}">${icon(state.icon, 20)}${t(state.key)}</span>
    <span class="todo-since">${elapsed(serverNow() - Date.parse(order.created_at))}</span>
    <p lang="ko">${dishesText([order])}</p>
    ${kind === 'new'
      ? html`<button type="button" class="button" data-kind="main" data-act="board.accept" data-id="${order.id}">${t('staff.order.accept')}<span class="unseen">: ${order.number}</span></button>`
      : html`<button type="button" class="button" data-kind="plain" data-act="board.open" data-id="${order.table.id}">${t('staff.order.look')}<span class="unseen">: ${order.number}</span></button>`}`;
}

function loadingView() {
  return html`<div class="board-scroll loading" data-key="loading" aria-busy="true"><p class="unseen" role="status">${t('common.loading')}</p><div class="board">${Array.from({ length: 8 }, () => html`<div class="bone tile-bone"></div>`)}</div></div>`;
}

