// The cart: lines, bounds, money and what survives storage. Amounts are whole won.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as cart from '../../assets/guest/cart.js';
import { missingGroup, toggleOption } from '../../assets/guest/menu_lookup.js';

const spicy = { id: 1, name: '맵기', min: 1, max: 1, options: [{ id: 11, name: '순한맛', price_delta: 0, available: true }, { id: 12, name: '매운맛', price_delta: 0, available: true }] };
const extra = { id: 2, name: '사리', min: 0, max: 2, options: [{ id: 21, name: '라면', price_delta: 1000, available: true }, { id: 22, name: '치즈', price_delta: 1500, available: true }, { id: 23, name: '떡', price_delta: 1000, available: false }] };
const stew = { id: 5, name: '부대찌개', price: 11000, available: true, remaining: null, option_groups: [spicy, extra], badges: [], alcohol: false };
const soup = { id: 6, name: '닭곰탕', price: 10000, available: true, remaining: 3, option_groups: [], badges: [], alcohol: false };
const menu = { version: 1, categories: [{ id: 1, name: '찌개', sort: 0, items: [stew, soup] }] };
const line = (menu_id, option_ids = [], quantity = 1, price = 10000) => ({ menu_id, option_ids, quantity, price, name: 'x' });

test('the same item with the same options is one line, in whatever order they were chosen', () => {
  const one = cart.addLine(cart.emptyCart(), line(5, [21, 11]), menu);
  const two = cart.addLine(one, line(5, [11, 21], 2), menu);
  assert.equal(two.lines.length, 1);
  assert.equal(two.lines[0].quantity, 3);
  assert.equal(cart.addLine(two, line(5, [12]), menu).lines.length, 2);
});

test('the total is (price + options) times quantity by the menu of now', () => {
  const full = cart.addLine(cart.addLine(cart.emptyCart(), line(5, [11, 21, 22], 2), menu), line(6), menu);
  assert.equal(cart.totalOf(full, menu), (11000 + 1000 + 1500) * 2 + 10000);
  assert.equal(cart.countOf(full), 3);
});

test('quantities stay within 99 and within what is left, over all lines of the item', () => {
  let full = cart.emptyCart();
  for (let n = 0; n < 5; n += 1) full = cart.addLine(full, line(6), menu);
  assert.equal(full.lines[0].quantity, 3);
  assert.equal(cart.addLine(cart.emptyCart(), line(5, [11], 500), menu).lines[0].quantity, 99);
});

test('a fifty-first line is not taken', () => {
  const many = { ...cart.emptyCart(), lines: Array.from({ length: 50 }, (_, id) => line(100 + id)) };
  assert.equal(cart.addLine(many, line(5, [11]), menu), many);
});

test('a removed line comes back in its place', () => {
  const full = cart.addLine(cart.addLine(cart.emptyCart(), line(5, [11]), menu), line(6), menu);
  const key = cart.lineKey(full.lines[0]);
  const back = cart.restoreLine(cart.removeLine(full, key), full.lines[0], 0);
  assert.deepEqual(back, full);
  assert.equal(cart.restoreLine(back, full.lines[0], 0), back);
});

test('what is sold out or gone is found, also when only an option is', () => {
  const full = { ...cart.emptyCart(), lines: [line(5, [11, 23]), line(6), line(99)] };
  assert.deepEqual(cart.changesOf(full, menu).filter(({ why }) => why === 'sold_out').map(({ line: { menu_id } }) => menu_id), [5, 99]);
});

test('of what is nearly gone the earlier lines get theirs first, and nothing is left over', () => {
  const few = { ...stew, remaining: 3 };
  const now = { ...menu, categories: [{ ...menu.categories[0], items: [few, { ...soup, remaining: 0 }] }] };
  const full = { ...cart.emptyCart(), lines: [line(5, [11], 2, 11000), line(5, [12], 2, 11000), line(5, [11, 21], 1, 12000), line(6)] };
  assert.deepEqual(cart.changesOf(full, now).map(({ why, left }) => [why, left]), [['fewer', 1], ['sold_out', 0], ['sold_out', 0]]);
  const accepted = cart.acceptChanges(full, now);
  assert.deepEqual(accepted.lines.map(({ quantity }) => quantity), [2, 1]);
  assert.deepEqual(cart.changesOf(accepted, now), []);
});

test('own words go with the chips into the note, as far as there is room', () => {
  const full = { ...cart.emptyCart(), lines: [line(6)], notes: ['plates'], text: '  아기 의자요 ' };
  const words = (/** @type {string} */ code) => ({ plates: '앞접시 주세요' })[code];
  assert.equal(cart.toOrder(full, words).note, '앞접시 주세요, 아기 의자요');
  assert.equal(cart.toOrder({ ...full, text: 'x'.repeat(300) }, words).note.length, 200);
  assert.equal(cart.toOrder({ ...full, notes: [], text: '  ' }, words).note, undefined);
  assert.equal(cart.parseCart(JSON.parse(JSON.stringify(full))).text, full.text);
  assert.equal(cart.parseCart({ ...full, text: 5 }).text, undefined);
});

test('a changed price is noticed until it is accepted', () => {
  const full = { ...cart.emptyCart(), lines: [line(6, [], 1, 9500)] };
  assert.equal(cart.changesOf(full, menu).filter(({ why }) => why === 'price').length, 1);
  assert.equal(cart.changesOf(cart.acceptChanges(full, menu), menu).length, 0);
});

test('an order names the session when it is known and the wishes in Korean', () => {
  const full = { session_id: 8, lines: [line(5, [11], 2)], notes: ['together'] };
  assert.deepEqual(cart.toOrder(full, () => '같이 주세요'), { items: [{ menu_id: 5, quantity: 2, options: [11] }], note: '같이 주세요', session_id: 8 });
  assert.equal('session_id' in cart.toOrder({ ...full, session_id: null }, String), false);
});

test('only a whole cart comes out of storage', () => {
  const full = { session_id: null, lines: [line(5, [11])], notes: [] };
  assert.deepEqual(cart.parseCart(JSON.parse(JSON.stringify(full))), full);
  for (const bad of [null, {}, { lines: 1, notes: [] }, { ...full, session_id: 'x' }, { ...full, lines: [{ ...line(5), quantity: 0 }] }, { ...full, lines: [{ ...line(5), quantity: 1.5 }] }, { ...full, lines: [{ ...line(5), option_ids: ['<b>'] }] }]) {
    assert.equal(cart.parseCart(bad), null);
  }
});

test('a group of one switches over, a group of more stops at its maximum, an optional one can be taken off', () => {
  assert.deepEqual(toggleOption(stew, [11], 12), [12]);
  assert.deepEqual(toggleOption(stew, [12], 12), [12]);
  assert.deepEqual(toggleOption(stew, [21, 22], 23), [21, 22]);
  assert.deepEqual(toggleOption(stew, [21], 21), []);
  assert.equal(missingGroup(stew, []).id, 1);
  assert.equal(missingGroup(stew, [11]), null);
});

test('being bound to a session is no edit, so that no tab writes an emptied cart back', () => {
  const line = { menu_id: 6, name: soup.name, option_ids: [], quantity: 1, price: soup.price };
  const before = { ...cart.emptyCart(), lines: [line] };
  assert.equal(cart.isEdited(before, { ...before, session_id: 55 }), false);
  assert.equal(cart.isEdited(before, cart.emptyCart(55)), true);
  assert.equal(cart.isEdited(before, cart.setQuantity(before, cart.lineKey(line), 2)), true);
  assert.equal(cart.isEdited(before, { ...before, notes: ['less_spicy'] }), true);
});
