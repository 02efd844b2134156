// The setup page's answers: the shop ID follows the name until it is typed, and each step names what is missing.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_ANSWERS, answered, errorsOfStep, slugFrom, stepOf } from '../../assets/setup/setup_answers.js';

test('the shop ID follows the name until somebody types one', () => {
  const named = answered(NO_ANSWERS, 'store_name', 'Moon & Sun 식당');
  assert.equal(named.store, 'moon-sun');
  const typed = answered(named, 'store', 'Dalbit');
  assert.equal(answered(typed, 'store_name', 'Other').store, 'dalbit');
});

test('a name without Latin letters gives an ID that is allowed', () => {
  assert.equal(slugFrom('둥근달 식당'), 'shop');
  assert.match(slugFrom(`${'a'.repeat(31)} b`), /^[a-z0-9-]{1,32}$/);
});

test('each step names what is missing in it and nothing of the other', () => {
  assert.deepEqual(errorsOfStep({ ...NO_ANSWERS, store: 'Ä' }, 0).map((error) => error.field), ['store_name', 'store']);
  assert.deepEqual(errorsOfStep({ ...NO_ANSWERS, password: 'seven77' }, 1).map((error) => error.field), ['username', 'password']);
  assert.deepEqual(errorsOfStep({ ...NO_ANSWERS, username: '김하늘', password: 'eight888' }, 1), []);
});

test('a refusal leads back to the step that asks for its field', () => {
  assert.equal(stepOf('store'), 0);
  assert.equal(stepOf('password'), 1);
  assert.equal(stepOf('code'), 0);
});
