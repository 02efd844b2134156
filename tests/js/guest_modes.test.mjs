// Languages and modes as data, the sheets in which they are chosen, and the pages of the easy menu.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { initialState, reduce } from '../../assets/guest/page_state.js';
import { dishesPerPage, easyPages, easyPlace } from '../../assets/guest/easy_pages.js';
import { displayOf, languageFor, parseDisplay, plainDisplay, sameDisplay } from '../../assets/guest/modes.js';

const run = (...actions) => actions.reduce(reduce, initialState());
const open = (sheet) => ({ type: 'sheet_opened', sheet });
const close = { type: 'sheet_closed' };
const item = { kind: 'item', menu_id: 3, option_ids: [31], quantity: 2 };

test('a kept display is believed only as far as it is one', () => {
  assert.deepEqual(parseDisplay(null, 'ko'), plainDisplay());
  assert.deepEqual(parseDisplay({ language: 'xx', large: 'yes', easy: true, more: 1 }, 'ko'), { ...plainDisplay(), easy: true });
  assert.equal(parseDisplay({}, 'ja').language, 'ja');
  assert.equal(parseDisplay({ language: 'zh-Hant' }, 'ko').language, 'zh-Hant');
});

test('a phone begins in the first of its languages that the page speaks', () => {
  const cases = [[['ko-KR', 'en'], 'ko'], [['fr-FR', 'ja-JP'], 'ja'], [['zh-TW'], 'zh-Hant'], [['zh-HK'], 'zh-Hant'], [['zh-Hant-MO'], 'zh-Hant'], [['zh-CN'], 'zh-Hans'], [['zh'], 'zh-Hans'], [['EN-us'], 'en'], [['de', 'fr'], 'en'], [[], 'en']];
  for (const [wanted, code] of cases) assert.equal(languageFor(wanted), code, wanted.join());
});

test('modes combine, and two displays are the same only when all of it is', () => {
  const state = run(...['large', 'contrast', 'easy', 'low'].map((mode) => ({ type: 'display_changed', display: { [mode]: true } })));
  assert.deepEqual(displayOf(state), { language: 'ko', large: true, contrast: true, easy: true, low: true, voice: false });
  assert.equal(sameDisplay(state, { ...state, search: 'x' }), true);
  for (const key of Object.keys(displayOf(state))) assert.equal(sameDisplay(state, { ...state, [key]: 'other' }), false, key);
  assert.deepEqual(displayOf(reduce(state, { type: 'display_reset' })), plainDisplay());
});

test('who changes the look in the middle of a choice finds the choice again', () => {
  const looking = run(open(item), open({ kind: 'display' }));
  assert.equal(looking.sheet.kind, 'display');
  const speaking = reduce(looking, open({ kind: 'language' }));
  assert.equal(speaking.sheet.kind, 'language');
  const back = reduce(speaking, close);
  assert.deepEqual(back.sheet, item);
  assert.equal(reduce(back, close).sheet, null);
  assert.equal(run(open({ kind: 'display' }), close).sheet, null);
});

test('the look can be changed beside the slip, which stays then', () => {
  const order = { id: 1, session_id: 55, table: { id: 7 }, created_at: '', items: [], total: 0 };
  const state = run({ type: 'sending_confirmed', order }, open({ kind: 'display' }));
  assert.deepEqual([state.result, state.result_left], [order, 0]);
  assert.equal(run({ type: 'sending_confirmed', order }, open({ kind: 'call' })).result, null);
});

test('a page of the easy menu belongs to its category', () => {
  const state = run({ type: 'page_shown', category: 4, page: 1 });
  assert.deepEqual([state.category, state.page], [4, 1]);
  assert.equal(reduce(state, { type: 'category_seen', category: 4 }).page, 1);
  assert.equal(reduce(state, { type: 'category_seen', category: 5 }).page, 0);
});

test('a step of the easy sheet keeps what was chosen before', () => {
  const state = run(open(item), { type: 'item_step_shown', step: 1 });
  assert.deepEqual(state.sheet, { ...item, step: 1 });
});

test('the easy menu has every dish on exactly one page', () => {
  const items = (/** @type {number} */ from, /** @type {number} */ count) => Array.from({ length: count }, (_, index) => ({ id: from + index }));
  const menu = { version: 1, categories: [{ id: 1, items: items(10, 7) }, { id: 2, items: [] }, { id: 3, items: items(30, 6) }] };
  const pages = easyPages(menu, 6);
  assert.deepEqual(pages.map(({ category, page, of }) => [category.id, page, of, category.items.length]), [[1, 0, 2, 6], [1, 1, 2, 1], [3, 0, 1, 6]]);
  assert.deepEqual(pages.flatMap(({ category }) => category.items.map(({ id }) => id)), [...items(10, 7), ...items(30, 6)].map(({ id }) => id));
  assert.equal(easyPlace(pages, { category: 3, page: 0 }), 2);
  assert.equal(easyPlace(pages, { category: 1, page: 9 }), 1);
  assert.equal(easyPlace(pages, { category: null, page: 0 }), 0);
  assert.deepEqual([dishesPerPage({ large: false }, false), dishesPerPage({ large: true }, false), dishesPerPage({ large: false }, true)], [6, 4, 4]);
});
