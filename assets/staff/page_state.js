// @ts-check
// What the staff page knows and shows: the server's snapshot carried forward by its own events, and what staff have
// opened, typed and chosen. Pure: no network, no clock, no element of the page.

import { applyEvent, isOpen } from '../lib/live_snapshot.js';
import { oldestFirst } from '../lib/table_snapshot.js';

/**
 * `open` is what the tab shows in detail: a table, a finished session, a menu item; an id or 'new'. `seen_changes` counts how
 * often orders were marked as seen, so that a view knows it is out of date.
 * @typedef {import('../lib/wire_types.js').Order} Order
 * @typedef {import('../lib/wire_types.js').Call} Call
 * @typedef {import('../lib/wire_types.js').StaffTable} Table
 * @typedef {import('../lib/wire_types.js').Snapshot} Snapshot
 * @typedef {import('../lib/wire_types.js').WireEvent} WireEvent
 * @typedef {import('../lib/event_stream.js').StreamState} StreamState
 * @typedef {'board' | 'history' | 'menu' | 'settings'} Tab
 * @typedef {{ id: number, username: string, role: string }} User
 * @typedef {import('../lib/wire_types.js').StoreIdentity} Store
 * @typedef {{ order: 'attention' | 'seat', filter: 'call' | 'new' | 'late' | null, search: string | null }} BoardChoice
 * @typedef {{ phase: 'starting' | 'login' | 'open' | 'unreachable', user: User | null, store: Store | null, connection: StreamState,
 *   connection_since_ms: number, snapshot: Snapshot | null, tab: Tab, open: string | null, board: BoardChoice,
 *   seen_changes: number, alerts: import('../lib/wire_types.js').Alert[], rebuilt_percent: number | null }} PageState
 * @typedef {{ type: 'snapshot', snapshot: Snapshot } | { type: 'event', event: WireEvent } | { type: 'patch', patch: Partial<PageState> }
 *   | { type: 'board', patch: Partial<BoardChoice> } | { type: 'connection', connection: StreamState, at_ms: number }
 *   | { type: 'orders_seen' } | { type: 'signed_out' }} PageAction
 */

/** @type {PageState} */
export const START = {
  phase: 'starting', user: null, store: null, connection: 'catching_up', connection_since_ms: 0, snapshot: null, tab: 'board',
  open: null, board: { order: 'attention', filter: null, search: null }, seen_changes: 0,
  alerts: [], rebuilt_percent: null,
};

/** @param {PageState} state @param {PageAction} action @returns {PageState} */
export function reduce(state, action) {
  switch (action.type) {
    case 'snapshot':
      return withSnapshot(state, oldestFirst(action.snapshot));
    case 'event':
      // Events before the first snapshot have nothing to change; the snapshot will contain them.
      return state.snapshot ? withSnapshot(state, applyEvent(state.snapshot, action.event)) : state;
    case 'patch':
      return { ...state, ...action.patch };
    case 'board':
      return { ...state, board: { ...state.board, ...action.patch } };
    case 'connection':
      if (state.connection === action.connection) return state;
      return { ...state, connection: action.connection, connection_since_ms: action.at_ms };
    case 'orders_seen':
      return { ...state, seen_changes: state.seen_changes + 1 };
    case 'signed_out':
      return { ...START, phase: 'login', board: state.board };
    default:
      return state;
  }
}

/** An open sheet closes when its table is gone. @param {PageState} state @param {Snapshot} snapshot @returns {PageState} */
function withSnapshot(state, snapshot) {
  const gone = state.tab === 'board' && state.open !== null && !tableOf(snapshot, Number(state.open));
  return { ...state, snapshot, open: gone ? null : state.open };
}

/** @param {Snapshot} snapshot @param {number} table_id @returns {Table | null} */
export function tableOf(snapshot, table_id) {
  return (snapshot.tables || []).find((table) => table.id === table_id) || null;
}

/** The running orders of a table, newest first. @param {Snapshot} snapshot @param {number} table_id @returns {Order[]} */
export function ordersOfTable(snapshot, table_id) {
  return snapshot.orders.filter((order) => order.table.id === table_id).sort((a, b) => b.id - a.id);
}

/** The open calls of a table, oldest first. @param {Snapshot} snapshot @param {number} table_id @returns {Call[]} */
export function callsOfTable(snapshot, table_id) {
  return snapshot.calls.filter((call) => call.table.id === table_id && call.status === 'open').sort((a, b) => a.id - b.id);
}

export { isOpen };
