// The staff page's reducer: what each server event does to the board, and that nothing else changes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { START, callsOfTable, ordersOfTable, reduce, tableOf } from '../../assets/staff/page_state.js';

const AT = '2026-11-20T10:00:00.000Z';
const order = (id, table, status = 'pending') => ({
  id, number: `T${table}-00${id}`, table: { id: table, number: table }, session_id: 70 + table, status,
  items: [{ id: 1, menu_id: 4, menu_name: '부대찌개', options: [], unit_price: 11000, quantity: 1, subtotal: 11000, note: null, status }],
  total: 11000, note: null, business_day: '2026-11-20', created_at: AT, updated_at: AT,
});
const call = (id, table, status = 'open') => ({ id, table: { id: table, number: table }, session_id: 70 + table, kind: 'water', note: null, status, created_at: AT, resolved_at: null, resolved_by: null });
const table = (id) => ({ id, number: id, label: null, seats: 4, session: null, total: 0, open_orders: 0, latest_order: null, last_contact: null });
const snapshot = (extra = {}) => ({ seq: 10, lineage: 'a', server_version: '0.1.0', business_day: '2026-11-20', menu_version: 3, tables: [table(1), table(2)], orders: [], orders_more: false, calls: [], total: 0, ...extra });
let seq = 10;
const event = (type, data) => ({ type: 'event', event: { seq: (seq += 1), type, at: AT, store: 'demo', data } });
const start = reduce(START, { type: 'snapshot', snapshot: snapshot() });
const after = (...actions) => actions.reduce(reduce, start);
const ordered = [event('session_started', { session_id: 71, table_id: 1 }), event('order_created', { order: order(1, 1), table_total: 11000 })];
const shown = (state) => /** @type {any} */ (state.snapshot);

test('a snapshot replaces everything that an earlier stream had told', () => {
  const state = reduce(after(...ordered), { type: 'snapshot', snapshot: snapshot({ seq: 40 }) });
  assert.deepEqual(shown(state).orders, []);
  assert.equal(shown(state).seq, 40);
});

test('the newest order of a table is known, however the snapshot names them', () => {
  const both = reduce(START, { type: 'snapshot', snapshot: snapshot({ orders: [order(2, 1), order(1, 1)] }) });
  const moved = reduce(both, event('order_status_changed', { order: order(1, 1, 'completed'), from: 'pending', table_total: 22000 }));
  assert.equal(tableOf(shown(moved), 1)?.latest_order?.id, 2);
});

test('an order stands at its table with the total the server counted', () => {
  const state = after(...ordered);
  assert.equal(tableOf(shown(state), 1)?.total, 11000);
  assert.equal(tableOf(shown(state), 1)?.session?.id, 71);
  assert.deepEqual(ordersOfTable(shown(state), 1).map((o) => o.id), [1]);
  assert.equal(tableOf(shown(state), 2)?.total, 0);
});

test('a status change replaces the order; a deleted one leaves the list and the total', () => {
  const moved = reduce(after(...ordered), event('order_status_changed', { order: order(1, 1, 'completed'), from: 'pending', table_total: 11000 }));
  assert.equal(ordersOfTable(shown(moved), 1)[0].status, 'completed');
  const gone = reduce(moved, event('order_deleted', { order_id: 1, table_id: 1, session_id: 71, table_total: 0 }));
  assert.deepEqual(ordersOfTable(shown(gone), 1), []);
  assert.equal(tableOf(shown(gone), 1)?.total, 0);
});

test('a finished table is free; the others keep theirs', () => {
  const state = after(...ordered, event('order_created', { order: order(2, 2), table_total: 11000 }), event('call_created', { call: call(1, 1) }),
    event('session_completed', { session_id: 71, table_id: 1, order_count: 1, total: 11000, forced: false, completed_by: null }));
  assert.equal(tableOf(shown(state), 1)?.session, null);
  assert.deepEqual(callsOfTable(shown(state), 1), []);
  assert.deepEqual(ordersOfTable(shown(state), 2).map((o) => o.id), [2]);
});

test('an open table closes when it is removed, and stays open through anything else', () => {
  const open = reduce(start, { type: 'patch', patch: { open: '2' } });
  assert.equal(reduce(open, event('table_changed', { table: { ...table(2), number: 22 } })).open, '2');
  assert.equal(reduce(open, event('table_removed', { table_id: 2 })).open, null);
});

test('a call stays until it is resolved', () => {
  const open = after(event('call_created', { call: call(5, 2) }));
  assert.equal(callsOfTable(shown(open), 2).length, 1);
  assert.equal(callsOfTable(shown(reduce(open, event('call_resolved', { call: call(5, 2, 'resolved') }))), 2).length, 0);
});

test('events before the first snapshot change nothing', () => {
  assert.equal(reduce(START, ordered[1]), START);
});

test('signing out forgets the store but not how the board was sorted', () => {
  const sorted = reduce(after(...ordered), { type: 'board', patch: { order: 'seat' } });
  const out = reduce(sorted, { type: 'signed_out' });
  assert.equal(out.snapshot, null);
  assert.equal(out.phase, 'login');
  assert.equal(out.board.order, 'seat');
});

test('the connection keeps the moment it changed', () => {
  const lost = reduce(start, { type: 'connection', connection: 'offline', at_ms: 500 });
  assert.equal(reduce(lost, { type: 'connection', connection: 'offline', at_ms: 900 }).connection_since_ms, 500);
});
