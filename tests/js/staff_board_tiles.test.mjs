// The board: which attention a table has, in which sequence tiles stand, and that they hold still under a finger.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOLD_AFTER_TOUCH_MS, LATE_AFTER_MS, countTiles, heldSequence, sortTiles, tasksOf, tileMatches, tilesOf } from '../../assets/staff/board_tiles.js';

const NOW = Date.parse('2026-11-20T10:30:00.000Z');
const ago = (minutes) => new Date(NOW - minutes * 60000).toISOString();
const order = (id, tableId, status, minutes, names = ['물냉면']) => ({
  id, number: `T${tableId}-${id}`, table: { id: tableId, number: tableId }, session_id: tableId, status, total: 9000, note: null,
  items: names.map((menu_name, n) => ({ id: n + 1, menu_id: 1, menu_name, options: [], unit_price: 9000, quantity: 1, subtotal: 9000, note: null, status })),
  business_day: '2026-11-20', created_at: ago(minutes), updated_at: ago(minutes),
});
const state = (orders, calls = []) => {
  const tables = [1, 2, 3, 4, 5, 6].map((id) => ({
    id, number: id, label: id === 6 ? '창가' : null, seats: 4, total: 9000, open_orders: 0, last_contact: null,
    session: orders.some((o) => o.table.id === id) ? { id, table_id: id, started_at: ago(60) } : null,
  }));
  return { seq: 1, lineage: 'a', server_version: '0', business_day: '2026-11-20', menu_version: 1, tables, orders, orders_more: false, calls, total: 0 };
};
const call = (id, tableId, minutes) => ({ id, table: { id: tableId, number: tableId }, session_id: null, kind: 'water', note: null, status: 'open', created_at: ago(minutes) });
const full = () => state(
  [order(1, 1, 'preparing', 4), order(2, 2, 'preparing', 14), order(3, 3, 'pending', 1), order(4, 4, 'completed', 40), order(5, 5, 'preparing', 6)],
  [call(1, 4, 2)],
);
const sequence = (tiles) => tiles.map((tile) => tile.number);

test('calls come first, then new, late, waiting by age, and free tables last', () => {
  const tiles = sortTiles(tilesOf(full(), () => false, NOW), 'attention');
  assert.deepEqual(sequence(tiles), [4, 3, 2, 5, 1, 6]);
  assert.deepEqual(tiles.map((tile) => tile.attention), ['call', 'new', 'late', 'preparing', 'preparing', 'empty']);
  assert.deepEqual(sequence(sortTiles(tiles, 'seat')), [1, 2, 3, 4, 5, 6]);
});

test('an order is unread only while it waits and nobody has seen it', () => {
  const seen = tilesOf(full(), (id) => id === 3, NOW).find((tile) => tile.number === 3);
  assert.equal(seen?.attention, 'pending');
  assert.equal(tilesOf(full(), () => false, NOW).find((tile) => tile.number === 1)?.unread.length, 0);
});

test('late begins at ten minutes and counts from the oldest open order', () => {
  const at = (ms) => tilesOf(state([order(1, 1, 'preparing', 0)]), () => false, NOW + ms)[0];
  assert.equal(at(LATE_AFTER_MS - 1).attention, 'preparing');
  assert.equal(at(LATE_AFTER_MS).attention, 'late');
  const two = tilesOf(state([order(1, 1, 'completed', 30), order(2, 1, 'preparing', 3), order(3, 1, 'preparing', 8)]), () => false, NOW)[0];
  assert.equal(two.since_ms, Date.parse(ago(8)));
});

test('a table with everything served counts from its first order; cancelled orders are not counted', () => {
  const tile = tilesOf(state([order(1, 1, 'completed', 30), order(2, 1, 'cancelled', 20), order(3, 1, 'completed', 10)]), () => false, NOW)[0];
  assert.equal(tile.attention, 'done');
  assert.equal(tile.since_ms, Date.parse(ago(30)));
  assert.equal(tile.order_count, 2);
});

test('lines show the newest order first and say how many are left out', () => {
  const tile = tilesOf(state([order(1, 1, 'completed', 30, ['막걸리', '해물파전']), order(2, 1, 'pending', 2, ['소주', '공깃밥', '두부김치'])]), () => false, NOW)[0];
  assert.deepEqual(tile.lines.map((line) => line.name), ['소주', '공깃밥', '두부김치', '막걸리']);
  assert.equal(tile.lines_more, 1);
});

test('tiles hold still for three seconds after a touch; new tables come last, gone ones leave', () => {
  assert.deepEqual(heldSequence([1, 2, 3], [3, 4, 1], NOW, NOW + HOLD_AFTER_TOUCH_MS - 1), [1, 3, 4]);
  assert.deepEqual(heldSequence([1, 2, 3], [3, 4, 1], NOW, NOW + HOLD_AFTER_TOUCH_MS), [3, 4, 1]);
  assert.deepEqual(heldSequence([1, 2, 3], [3, 4, 1], null, NOW), [3, 4, 1]);
});

test('counters count tables', () => {
  assert.deepEqual(countTiles(tilesOf(full(), () => false, NOW)), { call: 1, new: 1, late: 1, seated: 5, tables: 6 });
});

test('search finds by exact number, label and dish', () => {
  const [one, , , , , six] = tilesOf(full(), () => false, NOW);
  assert.ok(tileMatches(one, '1') && !tileMatches(six, '1'));
  assert.ok(tileMatches(six, '창가') && tileMatches(one, '냉면') && tileMatches(one, ''));
});

test('what is to be done lists calls, unread and late orders, each once', () => {
  const both = state([order(1, 1, 'pending', 15), order(2, 2, 'preparing', 12)], [call(1, 3, 1)]);
  assert.deepEqual(tasksOf(both, () => false, NOW).map((task) => [task.kind, task.key]), [['call', 'calls-1'], ['new', 'order-1'], ['late', 'order-2']]);
  assert.deepEqual(tasksOf(both, () => true, NOW).map((task) => task.kind), ['call', 'late', 'late']);
});
