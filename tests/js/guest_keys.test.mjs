// Where an arrow key leads: to what lies next in its direction, rather straight on than aside.
import assert from 'node:assert/strict';
import { test } from 'node:test';
globalThis.document = /** @type {any} */ ({ querySelector: () => null, documentElement: {} });
globalThis.window = /** @type {any} */ ({ matchMedia: () => ({ matches: false }) });
const { nearest } = await import('../../assets/guest/arrow_keys.js');

// Three cards in a row, each with a button on its corner, a row below, and a rail beside them.
const points = [
  { x: 100, y: 100 }, { x: 170, y: 220 }, { x: 344, y: 100 }, { x: 414, y: 220 },
  { x: 100, y: 420 }, { x: 344, y: 420 }, { x: -120, y: 90 }, { x: -120, y: 166 },
];
const from = (place, step) => nearest(points[place], points, step);

test('arrows go straight on', () => {
  assert.equal(from(0, [1, 0]), 2);
  assert.equal(from(1, [1, 0]), 3);
  assert.equal(from(2, [-1, 0]), 0);
  assert.equal(from(0, [0, 1]), 1);
  assert.equal(from(1, [0, 1]), 4);
  assert.equal(from(5, [0, -1]), 2);
  assert.equal(from(0, [-1, 0]), 6);
  assert.equal(from(6, [0, 1]), 7);
});

test('at the edge there is nothing further', () => {
  assert.equal(from(3, [1, 0]), -1);
  assert.equal(from(6, [-1, 0]), -1);
  assert.equal(nearest({ x: 0, y: 0 }, [], [1, 0]), -1);
});
