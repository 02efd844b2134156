// The identity check on staff's page: what waits for it, who may drink, and how the board and the bell put it first.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CUE_GAP_MS, SILENT, nextCue } from '../../assets/staff/alarm.js';
import { sortTiles, tasksOf, tileMatches, tilesOf } from '../../assets/staff/board_tiles.js';
import { awaitsIdentity, isHeld, isLaterRound, lastBirthYear } from '../../assets/staff/identity_rules.js';

const NOW = Date.parse('2026-11-20T10:30:00.000Z');
const ago = (minutes) => new Date(NOW - minutes * 60000).toISOString();
const line = (identity_check, status = 'pending', menu_name = '소주') => ({ id: 1, menu_id: 1, menu_name, options: [], unit_price: 5000, quantity: 1, subtotal: 5000, note: null, status, identity_check });
const food = (status = 'pending') => line(null, status, '해물파전');
const order = (id, table, items, status = 'pending', minutes = 1) => ({
  id, number: `T${table}-${id}`, table: { id: table, number: table }, session_id: table, status, total: 0, note: null, items,
  business_day: '2026-11-20', created_at: ago(minutes), updated_at: ago(minutes),
});
const state = (orders, calls = []) => ({
  seq: 1, lineage: 'a', server_version: '0', business_day: '2026-11-20', menu_version: 1, orders, orders_more: false, calls, total: 0,
  tables: [1, 2, 3, 4].map((id) => ({ id, number: id, label: null, seats: 4, total: 0, open_orders: 0, last_contact: null, session: { id, table_id: id, started_at: ago(60) } })),
});
const call = (table) => ({ id: 1, table: { id: table, number: table }, session_id: null, kind: 'water', note: null, status: 'open', created_at: ago(1) });

test('whoever turns 19 in the year of the business day may drink', () => {
  assert.equal(lastBirthYear('2026-11-20'), 2007);
  assert.equal(lastBirthYear('2026-12-31'), 2007);
  assert.equal(lastBirthYear('2027-01-01'), 2008);
});

test('an order waits while a line waits, and is held when nothing else is left to do', () => {
  assert.ok(awaitsIdentity(order(1, 1, [food(), line('waiting')])));
  assert.ok(!awaitsIdentity(order(1, 1, [food(), line('passed'), line('refused', 'cancelled')])));
  assert.ok(!isHeld(order(1, 1, [food(), line('waiting')])));
  assert.ok(isHeld(order(1, 1, [line('waiting'), line('refused', 'cancelled')])));
  assert.ok(!isHeld(order(1, 1, [food()])));
});

test('those who joined later are asked for when a checked party orders alcohol again', () => {
  const first = order(1, 1, [line('passed')]);
  const later = order(3, 1, [line('passed'), food()]);
  const all = [later, order(2, 1, [food()]), first];
  assert.ok(isLaterRound(later, all));
  assert.ok(!isLaterRound(first, all), 'the round that was checked');
  assert.ok(!isLaterRound(order(4, 1, [food()]), all), 'no alcohol');
  assert.ok(!isLaterRound(later, [later, order(2, 1, [line('refused', 'cancelled')])]), 'nobody was checked before');
});

test('on the board a check comes behind calls and before new orders, also when it was seen', () => {
  const snapshot = state([order(1, 1, [food()], 'pending', 2), order(2, 2, [food('preparing'), line('waiting')], 'preparing', 20), order(3, 3, [line('waiting')])], [call(4)]);
  for (const seen of [false, true]) {
    const tiles = sortTiles(tilesOf(snapshot, () => seen, NOW), 'attention');
    assert.deepEqual(tiles.slice(0, 3).map((tile) => [tile.number, tile.attention]), [[4, 'call'], [2, 'identity'], [3, 'identity']]);
    assert.equal(tiles[1].since_ms, Date.parse(ago(20)));
    assert.deepEqual(tiles[1].lines.map((one) => one.waits), [false, true]);
    assert.ok(tileMatches(tiles[1], '소주'));
  }
});

test('a check is one task of its order, rings until it was seen, and stays until it is made', () => {
  const snapshot = state([order(1, 1, [line('waiting')], 'pending', 15)]);
  const kinds = (seen) => tasksOf(snapshot, () => seen, NOW).map((task) => [task.kind, task.key, task.seen]);
  assert.deepEqual(kinds(false), [['identity', 'order-1', false]]);
  assert.deepEqual(kinds(true), [['identity', 'order-1', true]]);
  assert.deepEqual(tasksOf(state([order(1, 1, [line('passed')])]), () => false, NOW).map((task) => task.kind), ['new']);
});

test('its sound comes behind a call and before an order', () => {
  const waiting = [{ cue: 'order', key: 'o' }, { cue: 'identity', key: 'i' }, { cue: 'call', key: 'c' }];
  const heard = [];
  let state_now = SILENT;
  for (let at = 0; heard.length < 3; at += CUE_GAP_MS) {
    const next = nextCue(state_now, waiting, at);
    state_now = next.state;
    heard.push(next.cue);
  }
  assert.deepEqual(heard, ['call', 'identity', 'order']);
});
