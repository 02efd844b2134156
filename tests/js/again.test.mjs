// Ordering again goes by the menu of now: what is gone, sold out, changed or nearly gone is named and never slips in.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { orderAgain } from '../../assets/guest/again.js';
import { addLine, emptyCart } from '../../assets/guest/cart.js';

const option = (id, available = true) => ({ id, name: `o${id}`, price_delta: 1000, available });
const spicy = { id: 1, name: '맵기', min: 1, max: 1, options: [option(11), option(12, false)] };
const dish = (id, more = {}) => ({ id, name: `d${id}`, price: 5000, available: true, remaining: null, option_groups: [], badges: [], ...more });
const menu = { version: 1, categories: [{ id: 1, name: 'c', sort: 0, items: [dish(1), dish(2, { available: false }), dish(3, { option_groups: [spicy] }), dish(4, { remaining: 2 })] }] };
const sold = (menu_id, quantity = 1, options = []) => ({ id: menu_id * 10, menu_id, menu_name: `d${menu_id}`, options: options.map((id) => ({ id, name: `o${id}`, price_delta: 0 })), unit_price: 1, quantity, subtotal: quantity, note: null, status: 'completed' });
const again = (items, cart = emptyCart(5)) => orderAgain(items, cart, menu);
const why = ({ missed }) => missed.map((one) => [one.item.menu_id, one.why, one.added]);

test('what can be had goes into the cart at the price of now', () => {
  const done = again([sold(1, 2), sold(3, 1, [11])]);
  assert.deepEqual(done.cart.lines.map(({ menu_id, quantity, price }) => [menu_id, quantity, price]), [[1, 2, 5000], [3, 1, 6000]]);
  assert.equal(done.cart.session_id, 5);
  assert.equal(done.added, 3);
  assert.deepEqual(done.missed, []);
});

test('it joins the line that is in the cart', () => {
  const done = again([sold(1, 2)], again([sold(1)]).cart);
  assert.deepEqual(done.cart.lines.map(({ quantity }) => quantity), [3]);
});

test('gone, sold out and options that are no more are named and left out', () => {
  const done = again([sold(9), sold(2), sold(3, 1, [12]), sold(3), sold(3, 1, [99]), sold(1)]);
  assert.deepEqual(why(done), [[9, 'gone', 0], [2, 'sold_out', 0], [3, 'options', 0], [3, 'options', 0], [3, 'options', 0]]);
  assert.deepEqual(done.cart.lines.map(({ menu_id }) => menu_id), [1]);
});

test('of what is nearly gone as many as there are, none beyond', () => {
  const some = again([sold(4, 3)]);
  assert.deepEqual(why(some), [[4, 'fewer', 2]]);
  assert.equal(some.cart.lines[0].quantity, 2);
  const none = again([sold(4)], some.cart);
  assert.deepEqual(why(none), [[4, 'fewer', 0]]);
  assert.equal(none.added, 0);
  assert.equal(none.cart.lines[0].quantity, 2);
});

test('a full cart takes no more lines, and says so', () => {
  let cart = emptyCart();
  for (let id = 100; id < 150; id += 1) cart = addLine(cart, { menu_id: id, option_ids: [], quantity: 1, price: 1, name: 'x' }, menu);
  assert.deepEqual(why(again([sold(1)], cart)), [[1, 'fewer', 0]]);
});
