// When the staff page sounds: at once, again every 20 s until acknowledged, one cue at a time, late only once.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CUE_GAP_MS, REPEAT_AFTER_MS, SILENT, nextCue } from '../../assets/staff/alarm.js';
import { SEEN_ORDERS_MAX, createSeenOrders } from '../../assets/staff/seen_orders.js';

const ORDER = { cue: 'order', key: 'order-1' };
const CALL = { cue: 'call', key: 'call-1' };
const LATE = { cue: 'late', key: 'late-2' };

test('a waiting order sounds at once and again after 20 s, until it is seen', () => {
  const first = nextCue(SILENT, [ORDER], 0);
  assert.equal(first.cue, 'order');
  const early = nextCue(first.state, [ORDER], REPEAT_AFTER_MS - 1);
  assert.equal(early.cue, null);
  assert.equal(nextCue(early.state, [ORDER], REPEAT_AFTER_MS).cue, 'order');
  assert.equal(nextCue(early.state, [], REPEAT_AFTER_MS).cue, null);
});

test('a second order is heard although the first one has just rung, but never on top of it', () => {
  const first = nextCue(SILENT, [ORDER], 0);
  const two = [ORDER, { cue: 'order', key: 'order-2' }];
  assert.equal(nextCue(first.state, two, CUE_GAP_MS - 1).cue, null);
  assert.equal(nextCue(first.state, two, CUE_GAP_MS).cue, 'order');
});

test('a call comes before an order, the order follows', () => {
  const first = nextCue(SILENT, [ORDER, CALL], 0);
  assert.equal(first.cue, 'call');
  assert.equal(nextCue(first.state, [ORDER, CALL], CUE_GAP_MS).cue, 'order');
});

test('a late order sounds once', () => {
  const first = nextCue(SILENT, [LATE], 0);
  assert.equal(first.cue, 'late');
  assert.equal(nextCue(first.state, [LATE], REPEAT_AFTER_MS * 5).cue, null);
});

test('seen orders survive a reload and stay bounded', () => {
  /** @type {Record<string, string>} */
  const kept = {};
  const storage = { getItem: (key) => kept[key] ?? null, setItem: (key, value) => { kept[key] = value; } };
  createSeenOrders(storage, 'seen').add(Array.from({ length: SEEN_ORDERS_MAX + 5 }, (_, n) => n + 1));
  const again = createSeenOrders(storage, 'seen');
  assert.ok(again.has(SEEN_ORDERS_MAX + 5) && !again.has(5) && again.has(6));
});

test('an unreadable or refusing storage costs only the memory', () => {
  const broken = { getItem: () => '{oops', setItem: () => { throw new Error('full'); } };
  const seen = createSeenOrders(broken, 'seen');
  seen.add([3]);
  assert.ok(seen.has(3));
});
