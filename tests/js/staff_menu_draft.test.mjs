// A dish as a draft: what is typed becomes the body that is sent, and what is wrong is named as the server names it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bodyOf, draftOf, errorsOf, moved, newGroup, wholeNumber } from '../../assets/staff/menu_draft.js';
import { dishesText } from '../../assets/staff/history_rows.js';
import { addDays, dayText } from '../../assets/staff/business_days.js';

const item = {
  id: 5, name: '부대찌개', names: { en: 'Sausage stew' }, description: null, descriptions: {}, price: 11000, image: null, drawing: null, available: true,
  remaining: null, badges: ['popular'], origin: '햄 미국산', allergens: null, alcohol: false,
  option_groups: [{ id: 1, name: '맵기', names: {}, min: 1, max: 1, options: [{ id: 2, name: '보통맛', names: {}, price_delta: 0, available: true }] }],
};

test('an unchanged draft sends what the dish was, and keeps the ids of its options', () => {
  const body = bodyOf(draftOf(item, 3));
  assert.deepEqual(errorsOf(draftOf(item, 3)), []);
  assert.equal(body.price, 11000);
  assert.equal(body.allergens, null);
  assert.deepEqual(body.names, { en: 'Sausage stew' });
  assert.deepEqual([body.option_groups[0].id, body.option_groups[0].options[0].id], [1, 2]);
});

test('prices are read as people type them, and nothing else is', () => {
  assert.equal(wholeNumber('11,000원'), 11000);
  assert.equal(wholeNumber(' -500 '), -500);
  for (const wrong of ['11.5', '1e3', '', 'free', '11000x', '99999999999']) assert.equal(wholeNumber(wrong), null);
});

test('errors name fields as the server does', () => {
  const draft = { ...draftOf(null, 3), price: '10000001', groups: [{ ...newGroup(), name: '', min: '3', max: '2' }] };
  const fields = errorsOf(draft).map((error) => error.field);
  for (const field of ['name', 'price', 'option_groups[0].name', 'option_groups[0].max', 'option_groups[0].options[1].name']) assert.ok(fields.includes(field), field);
});

test('entries move by one and stay at the ends', () => {
  assert.deepEqual(moved([1, 2, 3], 2, -1), [1, 3, 2]);
  assert.deepEqual(moved([1, 2, 3], 2, 1), [1, 2, 3]);
  assert.deepEqual(moved([1, 2, 3], -1, 1), [1, 2, 3]);
});

test('a party is summed by dish without what was cancelled', () => {
  const line = (menu_name, quantity, status = 'completed') => ({ menu_name, quantity, status });
  const orders = [{ status: 'completed', items: [line('소주', 1), line('보쌈', 2)] }, { status: 'completed', items: [line('소주', 2)] }, { status: 'cancelled', items: [line('녹두전', 1)] }];
  assert.equal(dishesText(/** @type {any} */ (orders)), '소주 3, 보쌈 2');
});

test('business days are counted without a time zone', () => {
  assert.equal(addDays('2026-03-01', -1), '2026-02-28');
  assert.equal(dayText('2026-11-20'), '11월 20일 금');
});
